"""Wake-ups between the stages of one process. They only shorten the wait: every loop also looks by itself."""

from __future__ import annotations

import asyncio


class Signals:
    """One event per stage, and `progress` for whoever waits until all is quiet."""

    def __init__(self) -> None:
        self.inbox = asyncio.Event()
        self.outbox = asyncio.Event()
        self.timers = asyncio.Event()
        self._progress = asyncio.Event()
        self.steps = 0

    def progressed(self) -> None:
        """Something was handled, settled or fired."""
        self.steps += 1
        self._progress.set()
        self._progress = asyncio.Event()

    async def next_progress(self, seen: int) -> None:
        """Return as soon as there was progress after `seen`."""
        while self.steps <= seen:
            await self._progress.wait()
