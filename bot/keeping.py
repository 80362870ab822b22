"""Keeps a background loop alive: a failure is logged, shown in the health page, and retried with back-off."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from flows.ports import Refused

log = logging.getLogger(__name__)

BACK_OFF_S = (0.2, 1.0, 5.0, 15.0)
STEADY_S = 30.0  # longer than an adapter's own time-out (25 s): a loop that hangs and fails has not recovered


class Kept:
    """One loop under watch. `trouble` is the last failure in words while it lasts, else ""."""

    def __init__(
        self,
        name: str,
        run: Callable[[], Awaitable[None]],
        *,
        back_off_s: tuple[float, ...] = BACK_OFF_S,
        steady_s: float = STEADY_S,
    ) -> None:
        self.name = name
        self.trouble = ""
        self.failures = 0
        self._run = run
        self._back_off_s = back_off_s
        self._steady_s = steady_s

    async def run(self) -> None:
        """Run for ever; only being cancelled ends it. An account refused for good is tried again, and shown."""
        while True:
            steady = asyncio.get_running_loop().call_later(self._steady_s, self._recovered)
            try:
                await self._run()
                self.trouble = "stopped"
            except Refused as error:
                self.trouble = error.reason
                log.error("refused: a person must act", extra={"loop": self.name, "why": error.reason})  # noqa: TRY400 - the reason says it
            except asyncio.CancelledError as error:
                if _is_asked_to_end():
                    raise
                self.trouble = type(error).__name__  # from inside: what it waited for was cancelled
                log.exception("loop failed, starting it again", extra={"loop": self.name})
            except Exception as error:
                self.trouble = type(error).__name__
                log.exception("loop failed, starting it again", extra={"loop": self.name})
            finally:
                steady.cancel()
            await asyncio.sleep(self._back_off_s[min(self.failures, len(self._back_off_s) - 1)])
            self.failures += 1

    def _recovered(self) -> None:
        """It runs steadily again: what failed before is history."""
        self.trouble, self.failures = "", 0


def _is_asked_to_end() -> bool:
    task = asyncio.current_task()
    return task is None or task.cancelling() > 0
