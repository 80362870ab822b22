"""How an adapter's traffic leaves: straight, or through a proxy (HTTP CONNECT or SOCKS), by one way for all.

aiohttp itself speaks to HTTP proxies only, and its environment variables are never read here.
"""

from __future__ import annotations

import socket

import aiohttp
import aiohttp_socks
import python_socks
from python_socks.async_.asyncio import Proxy

# Raised before a request has left: none of them is an aiohttp, httpx or OS error.
PROXY_FAILURES = (
    aiohttp_socks.ProxyConnectionError,
    aiohttp_socks.ProxyError,
    aiohttp_socks.ProxyTimeoutError,
    python_socks.ProxyConnectionError,
    python_socks.ProxyError,
    python_socks.ProxyTimeoutError,
)


def connector(proxy: str | None) -> aiohttp.BaseConnector | None:
    """For a session that goes through `proxy` (http://, socks5:// or socks5h://, with credentials or without);
    None, aiohttp's own, where there is none. Names are resolved by the proxy: where a platform is blocked, its
    name often resolves wrongly as well.
    """
    if proxy is None:
        return None
    return aiohttp_socks.ProxyConnector.from_url(plain(proxy), rdns=True)


async def connected(proxy: str, host: str, port: int, within_s: float) -> socket.socket:
    """A connection to `host` through `proxy`, for what is no HTTP. Raises one of PROXY_FAILURES."""
    through = Proxy.from_url(plain(proxy), rdns=True)
    return await through.connect(host, port, timeout=within_s)


def plain(proxy: str) -> str:
    """The address as python-socks reads it: that the proxy resolves names is said beside it."""
    return proxy.replace("socks5h://", "socks5://", 1)
