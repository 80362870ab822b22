"""One webhook as a `Pager`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import aiohttp
from yarl import URL

from adapters.reaching import PROXY_FAILURES, connector
from adapters.webhook.address import Address
from adapters.webhook.outcome import receipt
from adapters.webhook.shapes import request
from flows.ports import OutcomeUnknown, Unavailable
from flows.view import PageView

ANSWER_S = 10.0  # an alarm does not wait for ever for an answer; repeated, it is shown twice at worst
CONNECT_S = 5.0
PROBE_S = 4.0
LONGEST_ANSWER = 64 * 1024


class WebhookPager:
    """Posts pages to one address. `machine_now` dates signatures. The environment's proxies are not used."""

    def __init__(
        self,
        name: str,
        address: Address,
        *,
        machine_now: Callable[[], datetime],
        proxy: str | None = None,
        answer_s: float = ANSWER_S,
    ) -> None:
        self._name = name
        self._address = address
        self._now = machine_now
        self._proxy = proxy
        self._timeout = aiohttp.ClientTimeout(total=answer_s, connect=CONNECT_S)
        self._session: aiohttp.ClientSession | None = None

    @property
    def name(self) -> str:
        return self._name

    async def page(self, view: PageView) -> str:
        asked = request(self._address, view, self._now())
        headers = {"Content-Type": "application/json; charset=utf-8", **asked.headers}
        try:
            async with self._open().post(
                asked.url, data=asked.body, headers=headers, allow_redirects=False
            ) as answer:
                body = await answer.content.read(LONGEST_ANSWER)
                given = {name.lower(): value for name, value in answer.headers.items()}
                status = answer.status
        except PROXY_FAILURES:
            raise Unavailable(f"{self._address.host} cannot be reached through the proxy") from None
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise Unavailable(f"{self._address.host} cannot be reached") from _bare(error)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise OutcomeUnknown(f"{self._address.host} did not answer: it may have been shown") from _bare(error)
        return receipt(self._address.kind, status, given, body)

    async def probe(self) -> None:
        """Whether anybody is there: any answer to a HEAD of the server's root will do; none shows a message."""
        root = URL(self._address.url).origin()
        limit = aiohttp.ClientTimeout(total=PROBE_S)
        try:
            async with self._open().head(root, timeout=limit, allow_redirects=False):
                return
        except (aiohttp.ClientError, TimeoutError, OSError, *PROXY_FAILURES) as error:
            raise Unavailable(f"{self._address.host} cannot be reached") from _bare(error)

    async def close(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                timeout=self._timeout, connector=connector(self._proxy), trust_env=False
            )
        return self._session


def _bare(error: Exception) -> Exception | None:
    """aiohttp's words name the host and port, which is no secret; the others may quote the whole address."""
    return error if isinstance(error, aiohttp.ClientConnectorError | TimeoutError) else None
