"""Stopping within a stated time: what every part may take, and what is left behind when it takes longer."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from bot.clock import machine_s

log = logging.getLogger(__name__)

LEAST_S = 0.3  # for a part that comes when all the time is spent: most need less
LET_GO_S = 0.2


class Budget:
    """So many seconds for everything together, from now on."""

    def __init__(self, seconds: float, now_s: Callable[[], float] = machine_s) -> None:
        self._now_s = now_s
        self._until_s = now_s() + seconds

    def left(self, at_most: float, *, keep: float = 0.0) -> float:
        """Seconds that a part may take, when `keep` are to remain for the parts after it."""
        return max(min(at_most, self._until_s - self._now_s() - keep), LEAST_S)

    async def spend(self, part: str, work: Awaitable[object], at_most: float) -> bool:
        """Whether it ended in time. What is late is cancelled and left behind; no failure hinders the rest."""
        task = asyncio.ensure_future(work)
        if not await _ended(task, self.left(at_most)):
            task.cancel()
            await _ended(task, LET_GO_S)
            log.warning("not waited for any longer", extra={"part": part})
            return False
        if not task.cancelled() and (error := task.exception()) is not None:
            log.warning("did not stop cleanly", extra={"part": part, "error": type(error).__name__})
        return True


async def _ended(task: asyncio.Future[object], timeout_s: float) -> bool:
    done, _ = await asyncio.wait({task}, timeout=timeout_s)
    return bool(done)
