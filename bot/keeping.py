"""Keeps a background loop alive: a failure is logged, shown in the health page, and retried with back-off."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from flows.ports import Refused

log = logging.getLogger(__name__)

BACK_OFF_S = (0.2, 1.0, 5.0, 15.0)


class Kept:
    """One loop under watch. `trouble` is the last failure in words while it lasts, else ""."""

    def __init__(self, name: str, run: Callable[[], Awaitable[None]]) -> None:
        self.name = name
        self.trouble = ""
        self.failures = 0
        self._run = run

    async def run(self) -> None:
        """Run for ever; only cancellation ends it, or an account that is refused for good (shown in `trouble`)."""
        while True:
            started = asyncio.get_running_loop().time()
            try:
                await self._run()
                self.trouble = "stopped"
            except Refused as error:
                self.trouble = error.reason
                log.error("refused: a person must act", extra={"loop": self.name, "why": error.reason})  # noqa: TRY400 - the reason says it
            except Exception as error:
                self.trouble = type(error).__name__
                log.exception("loop failed, starting it again", extra={"loop": self.name})
            if asyncio.get_running_loop().time() - started > 60:
                self.failures = 0
            await asyncio.sleep(BACK_OFF_S[min(self.failures, len(BACK_OFF_S) - 1)])
            self.failures += 1

    def recovered(self) -> None:
        self.trouble, self.failures = "", 0
