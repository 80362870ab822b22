"""PTB's HTTP client, with our own reading of 429.

PTB 22.8 makes a 429 without `retry_after` an ordinary NetworkError, which would look like an unknown outcome, and
its `RetryAfter` warns of a deprecation whenever it is made (`request/_baserequest.py`, `error.py`).
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import httpx
from httpx_socks import AsyncProxyTransport
from telegram.error import TelegramError
from telegram.request import HTTPXRequest

from adapters.reaching import plain
from adapters.telegram.answers import retry_after

_MOST_CONNECTIONS = 64
_CONNECT_S = _WRITE_S = _POOL_S = 10.0


class FloodWait(TelegramError):
    """429: nothing was done. `seconds` to wait, if Telegram said how many."""

    def __init__(self, seconds: float | None) -> None:
        super().__init__("Too Many Requests")
        self.seconds = seconds


class Request(HTTPXRequest):
    """For everything but getUpdates. Raises FloodWait on 429, besides what PTB raises.

    httpx's own SOCKS leaves a socket open after each refused handshake, hence another transport.
    """

    def __init__(self, *, read_timeout_s: float, proxy: str | None = None, **httpx_kwargs: Any) -> None:
        super().__init__(
            connection_pool_size=_MOST_CONNECTIONS,
            connect_timeout=_CONNECT_S,
            read_timeout=read_timeout_s,
            write_timeout=_WRITE_S,
            pool_timeout=_POOL_S,
            httpx_kwargs={"trust_env": False, **_through(proxy), **httpx_kwargs},
        )

    async def do_request(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        status, body = await super().do_request(*args, **kwargs)
        if status == HTTPStatus.TOO_MANY_REQUESTS:
            raise FloodWait(retry_after(body))
        return status, body


def _through(proxy: str | None) -> dict[str, Any]:
    if proxy is None:
        return {}
    limits = httpx.Limits(max_connections=_MOST_CONNECTIONS, max_keepalive_connections=_MOST_CONNECTIONS)
    transport = AsyncProxyTransport.from_url(plain(proxy), rdns=True, limits=limits, trust_env=False)
    return {"transport": transport}
