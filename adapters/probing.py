"""Whether an address answers at all, and if not, at which step it fails: the name, the way, the certificate."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import aiohttp

from adapters.reaching import PROXY_FAILURES, connector
from flows.problems import Problem, problem

PATIENCE_S = 8.0


async def probe(url: str, proxy: str | None, platform: str) -> datetime | Problem | None:
    """What the clock of the server says (its Date header, aware UTC; None without one), or why nothing came.

    Whatever it answers is an answer. `platform` is its name for people. Nothing of `url` but the host is told.
    """
    timeout = aiohttp.ClientTimeout(total=PATIENCE_S)
    async with aiohttp.ClientSession(timeout=timeout, connector=connector(proxy), trust_env=False) as session:
        try:
            async with session.head(url, allow_redirects=False) as answer:
                return _instant(answer.headers.get("Date"))
        except (aiohttp.ClientError, TimeoutError, OSError, *PROXY_FAILURES) as error:
            host = urlsplit(url).hostname or url
            return problem(_step(error), fatal=True, platform=platform, host=host)


def _step(error: Exception) -> str:
    match error:
        case aiohttp.ClientConnectorDNSError():
            return "reach.name"
        case aiohttp.ClientConnectorCertificateError() | aiohttp.ClientConnectorSSLError() | ssl.SSLError():
            return "reach.certificate"
        case TimeoutError():
            return "reach.silent"
    if isinstance(error, PROXY_FAILURES):
        return "reach.proxy"
    if isinstance(error, aiohttp.ClientConnectorError):
        return "reach.refused"
    return "reach.broken"


def _instant(header: str | None) -> datetime | None:
    if header is None:
        return None
    try:
        return parsedate_to_datetime(header).astimezone(UTC)
    except ValueError:
        return None
