"""The dead man's switch: an address is asked while all is well, so that somebody else notices when it is not.

Whoever watches that address needs nothing of ours to work: not Slack, not the second paths, not this machine.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

import aiohttp

from adapters.reaching import PROXY_FAILURES, connector

log = logging.getLogger(__name__)

EVERY_S = 60.0
ANSWER_S = 10.0


class Heartbeat:
    """Asks `url` now and then as long as `trouble` answers None; it is a secret, and never logged."""

    def __init__(
        self,
        url: str,
        trouble: Callable[[], Awaitable[str | None]],
        *,
        proxy: str | None = None,
        every_s: float = EVERY_S,
    ) -> None:
        self._url = url
        self._trouble = trouble
        self._proxy = proxy
        self._every_s = every_s
        self._said: str | None = None

    async def run(self) -> None:
        """For ever. A failure is logged when it begins, and its end."""
        limit = aiohttp.ClientTimeout(total=ANSWER_S)
        async with aiohttp.ClientSession(timeout=limit, connector=connector(self._proxy)) as session:
            while True:
                self._say(await self._beat(session))
                await asyncio.sleep(self._every_s)

    async def _beat(self, session: aiohttp.ClientSession) -> str | None:
        """Why it was not asked, or did not answer; None when it did."""
        if why := await self._trouble():
            return f"not asked: {why}"
        try:
            async with session.get(self._url) as answer:
                return None if answer.status < 400 else f"it answers HTTP {answer.status}"
        except (aiohttp.ClientError, TimeoutError, OSError, *PROXY_FAILURES) as error:
            return f"it cannot be reached ({type(error).__name__})"

    def _say(self, why: str | None) -> None:
        if why == self._said:
            return
        if why is None:
            log.info("heartbeat again")
        else:
            log.error("no heartbeat", extra={"why": why})
        self._said = why
