"""The sink: what adapters hand over is committed here before anybody acknowledges it."""

from __future__ import annotations

from collections.abc import Sequence

from bot.batcher import Batcher
from bot.clock import BusinessClock
from bot.signals import Signals
from bot.store import inbox
from bot.store.database import Database
from flows.ports import Item


class StoreSink:
    """Implements `flows.ports.Sink` for one shop; many callers share one commit."""

    def __init__(self, database: Database, shop: str, clock: BusinessClock, signals: Signals) -> None:
        self._database = database
        self._shop = shop
        self._clock = clock
        self._signals = signals
        self._batches: Batcher[Item] = Batcher(self._write)

    async def store(self, items: Sequence[Item]) -> None:
        if items:
            await self._batches.put(items, urgent=any(item.urgent for item in items))

    async def _write(self, items: Sequence[Item]) -> None:
        async with self._database.write() as connection:
            await inbox.add(connection, self._shop, items, self._clock.now())
        self._signals.inbox.set()

    async def close(self) -> None:
        await self._batches.close()
