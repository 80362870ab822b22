"""The sink: what adapters hand over is committed here before anybody acknowledges it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from bot.batcher import Batcher
from bot.clock import BusinessClock
from bot.crashing import Ack, Commit, crash_point
from bot.signals import Signals
from bot.store import inbox
from bot.store.database import Database
from bot.watching import Watch
from flows.ports import Item

Take = Callable[[inbox.Storing], Awaitable[bool]]  # goes on at once; False: nothing was written
AT_MOST = 100  # a step on each of them is part of the commit that somebody's click may wait for


async def never(_storing: inbox.Storing) -> bool:
    """Nobody goes on at once: it is stored, and the loops are woken."""
    return False


class StoreSink:
    """Implements `flows.ports.Sink` for one shop; many callers share one commit."""

    def __init__(
        self,
        database: Database,
        shop: str,
        clock: BusinessClock,
        signals: Signals,
        watch: Watch | None = None,
        onward: Take = never,
    ) -> None:
        self._database = database
        self._shop = shop
        self._clock = clock
        self._signals = signals
        self._watch = watch or Watch()
        self._onward = onward
        self._batches: Batcher[Item] = Batcher(self._write, at_most=AT_MOST)

    async def store(self, items: Sequence[Item]) -> None:
        if items:
            urgent = any(item.urgent for item in items)
            await self._batches.put(items, urgent=urgent)
            crash_point(Ack.CLICK if urgent else Ack.MESSAGE)

    async def _write(self, items: Sequence[Item]) -> None:
        with self._watch.storing(items):
            if await self._onward(lambda _: items):
                return
            now = self._clock.now()
            await self._database.write(lambda c: inbox.add(c, self._shop, items, now), Commit.INTAKE)
        self._signals.wake("inbox")

    async def close(self) -> None:
        await self._batches.close()
