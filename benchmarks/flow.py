"""Ours for bar 5: one buyer's matter from the message to the platform's receipt, each step durable.

    message stored ─▶ step: case, card effect queued
    click stored   ─▶ step: staff's own words approved, reply queued ─▶ claimed ─▶ sent ─▶ receipt stored ─▶ step

That is the path the bar names. `Path.READ` adds the stage between the two: the recogniser reads the message, its
reading is stored, a step makes a proposal of it, and the click approves that.

Engine, delivery, recogniser and replier are the product's. The platform answers at once, from memory, and what
would go to Slack counts as shown: a peer's steps do not wait for a network either. The undo window is set to
nothing, and buyers get no automatic receipt of their message.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import Enum
from functools import partial
from itertools import count

from benchmarks.product import Shop, open_shop
from benchmarks.rounds import Timing
from benchmarks.unit import CHANNEL
from bot.delivery import Delivery
from bot.ids import jitter
from bot.outcomes import Handler, Result
from bot.pace import Pace
from bot.recognising import Reading
from bot.replying import Replier
from bot.store import inbox
from bot.store.journal import Entry
from bot.store.outbox import Sending, Settlement
from bot.story import Story
from bot.watching import Watch
from flows.case import Case, ProposalState
from flows.events import Approved, DraftEdited, Event, NoReplyNeeded
from flows.policy import Policy
from flows.ports import Health, Item, OutboundReply, Receipt, Sink
from flows.recognise import WordRecogniser
from flows.values import DEFAULT_SHOP

POLICY = Policy(undo=timedelta(), receipts=False)
PATIENCE_S = 30.0
SLACK = ("card", "alarm", "alarm_edit", "tell")
ANSWER = "Hello Ann {}, we have asked the carrier and tell you by Thursday what we found. Your team"
Condition = Callable[[Case], bool]


class Path(Enum):
    """Which way a message goes before somebody answers it."""

    STRAIGHT = "staff write the answer themselves, nothing is read"
    READ = "the recogniser reads the message, staff approve what is proposed"


class Telegram:
    """A platform that takes everything at once. Implements `flows.ports.BuyerChannel` as far as sending needs."""

    def __init__(self) -> None:
        self._numbers = count(1)

    @property
    def channel(self) -> str:
        return CHANNEL

    async def start(self) -> None: ...

    async def run(self, sink: Sink) -> None: ...

    def translate(self, kind: str, raw: bytes) -> Event:
        raise NotImplementedError("the shop's brain translates")

    async def send(self, reply: OutboundReply) -> Receipt:
        return Receipt(f"{reply.address}:{next(self._numbers)}", datetime.now(UTC))

    async def probe(self) -> None: ...

    async def close(self) -> None: ...

    def health(self) -> Health:
        return Health(ok=True, detail="")


class Eyes(Story):
    """Sees how far the cases stand that somebody waits for, from what is told of every committed step."""

    def __init__(self) -> None:
        super().__init__()
        self._newest: dict[str, Case] = {}
        self._waiting: dict[str, tuple[Condition, asyncio.Future[Case]]] = {}

    def entries(self, entries: Iterable[Entry]) -> None:
        for entry in entries:
            for party in entry.after.parties:
                self._newest[party.lane] = entry.after
                self._tell(party.lane, entry.after)
        super().entries(entries)

    def _tell(self, lane: str, case: Case) -> None:
        condition, waiting = self._waiting.get(lane, (None, None))
        if condition is not None and waiting is not None and condition(case):
            if not waiting.done():
                waiting.set_result(case)
            del self._waiting[lane]

    async def until(self, lane: str, condition: Condition) -> Case:
        waiting: asyncio.Future[Case] = asyncio.get_running_loop().create_future()
        self._waiting[lane] = (condition, waiting)
        if lane in self._newest:
            self._tell(lane, self._newest[lane])
        async with asyncio.timeout(PATIENCE_S):
            return await waiting


async def _done(sending: Sending) -> Result:
    return Result(Settlement(sending.id, "delivered"))


def _delivery(path: Path, shop: Shop) -> Delivery:
    database, fast = shop.database, Pace(1e6, 1_000_000)
    replier = Replier(database, DEFAULT_SHOP, shop.clock, {CHANNEL: Telegram()}, fast)
    recogniser = Reading(database, DEFAULT_SHOP, WordRecogniser()) if path is Path.READ else _done
    handlers: dict[str, Handler] = dict.fromkeys(SLACK, _done)
    handlers |= {"reply": replier, "automatic": replier, "recognise": recogniser}
    return Delivery(database, DEFAULT_SHOP, shop.clock, shop.signals, handlers, jitter, watch=shop.watch)


@dataclass(slots=True)
class Desk:
    """A shop whose engine and delivery run, and somebody who answers whatever comes."""

    shop: Shop
    eyes: Eyes
    path: Path = Path.READ
    _clicks: count[int] = field(default_factory=lambda: count(1))

    async def one(self, item: Item, known: int = 0) -> Case:
        """From the message to the recorded receipt; the case as it then stands."""
        case = await self.ask(item, known)
        if self.path is Path.READ:
            await self.click(Approved(case.id, "U1", case.version))
        else:
            await self.click(DraftEdited(case.id, "U1", case.version, ANSWER.format(case.number), send=True))
        return await self.eyes.until(item.lane, _is_delivered)

    async def ask(self, item: Item, known: int = 0) -> Case:
        """Until staff can answer it. `known` is the revision of a case that it joins."""
        await self.shop.sink.store([item])
        shown = _is_proposed if self.path is Path.READ else bool
        return await self.eyes.until(item.lane, lambda case: case.revision > known and shown(case))

    async def click(self, event: Approved | DraftEdited | NoReplyNeeded) -> None:
        number = next(self._clicks)
        key = f"click:{event.case}:{number}"
        await self.shop.sink.store([inbox.event_item(event, key, event.case, number, urgent=True)])


def _is_proposed(case: Case) -> bool:
    return not case.unrecognised and case.proposal is not None and case.proposal.state is ProposalState.OFFERED


def _is_delivered(case: Case) -> bool:
    return case.proposal is not None and case.proposal.state is ProposalState.DELIVERED


@asynccontextmanager
async def open_desk(url: str, path: Path = Path.READ) -> AsyncIterator[Desk]:
    """Raises what ended one of its loops."""
    eyes = Eyes()
    async with open_shop(url, POLICY, deliver=partial(_delivery, path), watch=Watch(story=eyes)) as shop:
        delivery = shop.delivery
        loops = [asyncio.create_task(loop.run()) for loop in (shop.engine, delivery)]
        try:
            yield Desk(shop, eyes, path)
        finally:
            ended = [loop for loop in loops if loop.done()]
            for loop in loops:
                loop.cancel()
            await asyncio.gather(*loops, return_exceptions=True)
            await delivery.drain(1.0)
            for loop in ended:
                loop.result()


async def flows(url: str, take: Callable[[], Item], number: int, in_flight: int, path: Path) -> Timing:
    """So many whole flows, each of another buyer, so many at once; some before the clock starts, as for DBOS."""
    async with open_desk(url, path) as desk:

        async def caller(left: Iterator[int]) -> None:
            for _ in left:
                await desk.one(take())

        async def callers(number: int) -> float:
            left, started = iter(range(number)), time.perf_counter()
            await asyncio.gather(*(caller(left) for _ in range(in_flight)))
            return time.perf_counter() - started

        await callers(2 * in_flight)
        return Timing(number, await callers(number))
