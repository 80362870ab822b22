"""Wake-ups between the stages. They only shorten the wait: every loop also looks by itself."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

STAGES = ("inbox", "outbox", "timers")


class Signals:
    """One event per stage, and `progress` for whoever waits until all is quiet.

    `tell` passes a wake-up on to the other processes, where there are any (bot/news.py).
    """

    def __init__(self) -> None:
        self.inbox = asyncio.Event()
        self.outbox = asyncio.Event()
        self.timers = asyncio.Event()
        self.tell: Callable[[str], None] | None = None
        self._progress = asyncio.Event()
        self.steps = 0

    def wake(self, stage: str) -> None:
        """There is something for this stage, here and in every other process."""
        self.here(stage)
        if self.tell is not None:
            self.tell(stage)

    def here(self, stage: str) -> None:
        """Wake this process only."""
        events = {"inbox": self.inbox, "outbox": self.outbox, "timers": self.timers}
        events[stage].set()

    def progressed(self) -> None:
        """Something was handled, settled or fired."""
        self.steps += 1
        self._progress.set()
        self._progress = asyncio.Event()

    async def next_progress(self, seen: int) -> None:
        """Return as soon as there was progress after `seen`."""
        while self.steps <= seen:
            await self._progress.wait()
