"""One process of the service as far as the store is concerned: intake, engine, delivery and news, kept alive."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.exc import SQLAlchemyError

from bot.clock import SteppedClock
from bot.delivery import Delivery
from bot.intake import StoreSink
from bot.keeping import Kept
from bot.news import News
from bot.outcomes import Result
from bot.quiet import is_quiet
from bot.signals import Signals
from bot.store import outbox
from bot.store.database import Database, is_passing
from bot.store.outbox import Sending, Settlement
from flows.ports import Item
from sandbox.wire import Changed
from tests.store.histories import SHOP, T0, engine


class Process:
    """Intake, engine, delivery and news of one process, kept alive as the service keeps them."""

    def __init__(self, url: str) -> None:
        self.database = Database(url)
        self.signals = Signals()
        assert self.database.connector is not None
        self.news = News(self.database.connector, SHOP, self.signals)
        self.signals.tell = self.news.tell
        self.sink = StoreSink(self.database, SHOP, SteppedClock(T0), self.signals)
        hands = dict.fromkeys(outbox.PRIORITY, _deliver)
        self._delivery = Delivery(self.database, SHOP, SteppedClock(T0), self.signals, hands, lambda: 0)
        self.acknowledged: list[str] = []
        self.refused = Changed()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Process]:
        loops = (engine(self.database, signals=self.signals).run, self._delivery.run, self.news.run)
        kept = [Kept(loop.__qualname__, loop) for loop in loops]
        tasks = [asyncio.create_task(one.run()) for one in kept]
        try:
            async with asyncio.timeout(60):
                yield self
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self._delivery.drain(1)
            await self.sink.close()
            await self.database.close()

    async def receive(self, message: Item) -> None:
        """As an adapter does: hand it over until it is stored; only then is it acknowledged."""
        while True:
            try:
                await self.sink.store([message])
            except (SQLAlchemyError, OSError) as error:
                if not is_passing(error):
                    raise
                self.refused.set()
                await asyncio.sleep(0.05)  # the adapter's own patience
            else:
                self.acknowledged.append(message.external_id)
                return

    async def quiet(self) -> None:
        """Everything that was stored is handled, and what followed from it delivered."""
        while True:
            seen = self.signals.steps
            if await is_quiet(self.database, SHOP, T0):
                return
            await self.signals.next_progress(seen)


async def _deliver(sending: Sending) -> Result:
    return Result(Settlement(sending.id, "delivered", receipt="7"))
