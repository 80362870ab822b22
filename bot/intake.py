"""The sink: what adapters hand over is committed here before anybody acknowledges it."""

from __future__ import annotations

from collections.abc import Sequence

from bot.batcher import Batcher
from bot.clock import BusinessClock
from bot.crashing import Ack, Commit, crash_point
from bot.signals import Signals
from bot.store import inbox
from bot.store.database import Database
from bot.watching import Watch
from flows.ports import Item


class StoreSink:
    """Implements `flows.ports.Sink` for one shop; many callers share one commit."""

    def __init__(
        self, database: Database, shop: str, clock: BusinessClock, signals: Signals, watch: Watch | None = None
    ) -> None:
        self._database = database
        self._shop = shop
        self._clock = clock
        self._signals = signals
        self._watch = watch or Watch()
        self._batches: Batcher[Item] = Batcher(self._write)

    async def store(self, items: Sequence[Item]) -> None:
        if items:
            urgent = any(item.urgent for item in items)
            await self._batches.put(items, urgent=urgent)
            crash_point(Ack.CLICK if urgent else Ack.MESSAGE)

    async def _write(self, items: Sequence[Item]) -> None:
        now = self._clock.now()
        with self._watch.storing(items):
            await self._database.write(lambda c: inbox.add(c, self._shop, items, now), Commit.INTAKE)
        self._signals.wake("inbox")

    async def close(self) -> None:
        await self._batches.close()
