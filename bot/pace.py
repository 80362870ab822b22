"""How fast we may talk to an outside system: a token bucket on the machine clock, the most urgent first."""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Callable

from bot.clock import Sleep, machine_s
from flows.ports import Unavailable


class Pace:
    """`burst` turns at once, then `per_s` a second. Waiting turns go by priority, then in order."""

    def __init__(
        self, per_s: float, burst: int, *, now_s: Callable[[], float] = machine_s, sleep: Sleep = asyncio.sleep
    ) -> None:
        self._per_s = per_s
        self._burst = burst
        self._now_s = now_s
        self._sleep = sleep
        self._tokens = float(burst)
        self._filled_at = now_s()
        self._waiting: list[tuple[int, int, asyncio.Future[None]]] = []
        self._count = 0
        self._clerk: asyncio.Task[None] | None = None
        self._is_closed = False

    async def turn(self, priority: int = 0) -> None:
        """Return when it is this caller's turn; a higher priority goes first. Raises Unavailable once closed."""
        if self._is_closed:
            raise _stopping()
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._count += 1
        heapq.heappush(self._waiting, (-priority, self._count, done))
        if self._clerk is None or self._clerk.done():
            self._clerk = asyncio.create_task(self._serve())
        await done

    async def _serve(self) -> None:
        while self._waiting:
            now = self._now_s()
            self._tokens = min(self._burst, self._tokens + (now - self._filled_at) * self._per_s)
            self._filled_at = now
            if self._tokens < 1:
                await self._sleep((1 - self._tokens) / self._per_s)
                continue
            _, _, done = heapq.heappop(self._waiting)
            if not done.done():
                self._tokens -= 1
                done.set_result(None)

    def close(self) -> None:
        """We are stopping: whoever still waits for a turn has certainly sent nothing, and is told so at once."""
        self._is_closed = True
        waiting, self._waiting = self._waiting, []
        for _, _, done in waiting:
            if not done.done():
                done.set_exception(_stopping())


def _stopping() -> Unavailable:
    return Unavailable("the service stopped before this was sent")
