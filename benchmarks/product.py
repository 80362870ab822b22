"""Ours: the product's own store, sink and engine, put together as the service does it. The only room here that
knows how they are made.

The engine's loop runs beside the callers, as in the service. A message is in flight from the call of `store` until
the engine's step on it is committed.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from adapters.telegram.translate import translate
from benchmarks.rounds import Timing
from benchmarks.unit import CHANNEL
from bot.batch import Brain
from bot.brain import load_book
from bot.clock import RealClock
from bot.delivery import Delivery
from bot.engine import Engine
from bot.guarding import blocks
from bot.ids import jitter
from bot.intake import StoreSink
from bot.onward import Onward
from bot.signals import Signals
from bot.store.database import Database
from bot.watching import Watch
from flows.events import Event
from flows.order_numbers import order_in
from flows.policy import Policy
from flows.ports import Item
from flows.values import DEFAULT_SHOP

OnCommit = Callable[[float], None]


class Watching(Signals):
    """Signals that also know which messages the engine has committed: what it translated since its last commit."""

    def __init__(self) -> None:
        super().__init__()
        self._taken: list[bytes] = []
        self._waiting: dict[bytes, asyncio.Future[None]] = {}

    def translate(self, kind: str, raw: bytes) -> Event | None:
        """Called by the engine inside its transaction, on SQLite in another thread."""
        self._taken.append(raw)
        return translate(CHANNEL, kind, raw)

    def handled(self, raw: bytes) -> asyncio.Future[None]:
        """Done once the engine has committed its step on this message. Asked for before it is stored."""
        found = self._waiting[raw] = asyncio.get_running_loop().create_future()
        return found

    def progressed(self) -> None:
        taken, self._taken = self._taken, []
        for raw in taken:
            if (waiting := self._waiting.pop(raw, None)) is not None:
                waiting.set_result(None)
        super().progressed()


@dataclass(slots=True)
class Shop:
    """One shop at work on one database."""

    database: Database
    policy: Policy
    deliver: Callable[[Shop], Delivery]
    watch: Watch = field(default_factory=Watch)
    signals: Watching = field(default_factory=Watching)
    clock: RealClock = field(default_factory=RealClock)
    engine: Engine = field(init=False)
    delivery: Delivery = field(init=False)
    sink: StoreSink = field(init=False)

    def __post_init__(self) -> None:
        brain = Brain(
            DEFAULT_SHOP, load_book(), self.policy, {CHANNEL: self.signals.translate}, _order_number, blocks
        )
        self.engine = Engine(self.database, brain, self.clock, self.signals, self.watch)
        self.delivery = self.deliver(self)
        onward = Onward(self.database, self.engine, self.delivery, self.signals, self.watch)
        self.delivery.go_onward(onward.take)
        self.sink = StoreSink(
            self.database, DEFAULT_SHOP, self.clock, self.signals, self.watch, onward=onward.take
        )

    @asynccontextmanager
    async def only_storing(self) -> AsyncIterator[StoreSink]:
        """The same without a step in the transaction that stores."""
        sink = StoreSink(self.database, DEFAULT_SHOP, self.clock, self.signals, self.watch)
        try:
            yield sink
        finally:
            await sink.close()


def _order_number(text: str) -> str | None:
    found = order_in(text)
    return None if found is None else found[0]


def _nowhere(shop: Shop) -> Delivery:
    """Its loop does not run, so nothing is claimed either."""
    return Delivery(shop.database, DEFAULT_SHOP, shop.clock, shop.signals, {}, jitter)


@asynccontextmanager
async def open_shop(
    url: str,
    policy: Policy | None = None,
    on_commit: OnCommit = lambda _seconds: None,
    deliver: Callable[[Shop], Delivery] = _nowhere,
    watch: Watch | None = None,
) -> AsyncIterator[Shop]:
    """On a database that has the schema already; nothing runs yet. `on_commit` hears how long each COMMIT took."""
    database = Database(url, on_commit=on_commit)
    shop = Shop(database, policy or Policy(), deliver, watch or Watch())
    try:
        yield shop
    finally:
        await shop.sink.close()
        await database.close()


async def accept(
    url: str, take: Callable[[], Item], count: int, in_flight: int, on_commit: OnCommit = lambda _seconds: None
) -> Timing:
    """Accept so many messages, each caller's next one when its last one is committed twice.

    The messages are made before the clock starts, as the floor's rows are. Two from each caller come first and do
    not count: connections and statements are prepared then.
    """
    items = iter([take() for _ in range(warm_up(in_flight) + count)])
    async with open_shop(url, on_commit=on_commit) as shop:
        engine = asyncio.create_task(shop.engine.run())
        try:
            one = partial(_accept_one, shop, items)
            await _timed(engine, one, warm_up(in_flight), in_flight)
            return await _timed(engine, one, count, in_flight)
        finally:
            engine.cancel()
            await asyncio.gather(engine, return_exceptions=True)


def warm_up(in_flight: int) -> int:
    """How many messages each side takes before its clock starts."""
    return 2 * in_flight


async def _accept_one(shop: Shop, items: Iterator[Item]) -> None:
    item = next(items)
    handled = shop.signals.handled(item.raw)
    await shop.sink.store([item])
    await handled


async def _timed(
    engine: asyncio.Task[None], one: Callable[[], Coroutine[object, object, None]], count: int, in_flight: int
) -> Timing:
    """Raises what ended the engine, which otherwise never ends."""
    each_s: list[float] = []
    left = iter(range(count))

    async def caller() -> None:
        for _ in left:
            asked = time.perf_counter()
            await one()
            each_s.append(time.perf_counter() - asked)

    started = time.perf_counter()
    callers = asyncio.gather(*(caller() for _ in range(in_flight)))
    waiting: set[asyncio.Future[Any]] = {callers, engine}
    await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    if engine.done():
        callers.cancel()
        engine.result()
    await callers
    return Timing(count, time.perf_counter() - started, tuple(each_s))
