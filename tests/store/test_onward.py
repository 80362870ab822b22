"""What comes in goes on in the transaction that stores it; whatever hinders that, it is stored all the same."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import Engine, event

from bot.clock import SteppedClock
from bot.delivery import Delivery
from bot.intake import StoreSink
from bot.onward import Onward
from bot.outcomes import Result
from bot.signals import Signals
from bot.store import inbox, outbox
from bot.store.database import Database
from bot.store.outbox import Sending, Settlement
from bot.store.tables import cases, conversations, messages
from bot.store.tables import inbox as inbox_table
from bot.store.tables import outbox as outbox_table
from flows import events
from tests.store.histories import SHOP, T0, engine, handle_all, happened, item, only, rows, store, wrote

Act = Callable[[Sending], Awaitable[Result]]


async def _delivers(sending: Sending) -> Result:
    return Result(Settlement(sending.id, "delivered", receipt="7"))


class Shop:
    """Sink, engine and delivery of one process, put together as the service does it."""

    def __init__(self, database: Database, act: Act = _delivers) -> None:
        self.database = database
        self.act = act
        self.signals = Signals()
        self.attempts: list[str] = []
        clock = SteppedClock(T0)
        self.engine = engine(self.database, signals=self.signals)
        hands = dict.fromkeys(outbox.PRIORITY, self._attempt)
        self.delivery = Delivery(self.database, SHOP, clock, self.signals, hands, lambda: 0.5)
        onward = Onward(self.database, self.engine, self.delivery, self.signals)
        self.delivery.go_onward(onward.take)
        self.sink = StoreSink(self.database, SHOP, clock, self.signals, onward=onward.take)

    async def _attempt(self, sending: Sending) -> Result:
        self.attempts.append(sending.kind)
        return await self.act(sending)

    @asynccontextmanager
    async def sending(self) -> AsyncIterator[None]:
        """Its delivery's loop runs, and has looked once."""
        running = asyncio.create_task(self.delivery.run())
        try:
            async with asyncio.timeout(20):
                await self.delivery.is_open.wait()
                yield
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
            await self.delivery.drain(1)


async def _states(database: Database) -> list[str]:
    return [row["state"] for row in await rows(database, inbox_table)]


async def test_one_commit_stores_and_steps(database: Database) -> None:
    """Told to Slack or Telegram after one fsync, and nothing is left to do."""
    shop, commits = Shop(database), list[int]()

    def note(_connection: object) -> None:
        commits.append(1)

    event.listen(Engine, "commit", note)
    try:
        await shop.sink.store([wrote("where is my parcel?"), wrote("hello?", chat=502)])
    finally:
        event.remove(Engine, "commit", note)

    found = await rows(database, inbox_table)
    assert [row["state"] for row in found] == ["handled", "handled"]
    assert {row["case_id"] for row in found} == {row["id"] for row in await rows(database, cases)}
    assert len(await rows(database, messages)) == 2
    assert len(commits) == 1
    assert not shop.signals.inbox.is_set()


async def test_a_repeat_is_one_event(database: Database) -> None:
    """In the same batch, and later: the platform tells things twice."""
    shop, said = Shop(database), wrote("where is my parcel?")
    await shop.sink.store([said, said])
    await shop.sink.store([said])

    assert await _states(database) == ["handled"]
    assert only(await rows(database, cases))["revision"] == 1


async def test_poison_is_stored_and_its_neighbours_live(database: Database) -> None:
    """Invariants 1 and 10: acknowledged because it is stored; parked by the long way, with its reason."""
    shop = Shop(database)
    await shop.sink.store([item("bad", kind="bug"), wrote("where is my parcel?")])

    assert await _states(database) == ["waiting", "waiting"]
    assert shop.signals.inbox.is_set()
    await handle_all(shop.engine)
    assert sorted(await _states(database)) == ["dead", "handled"]


async def test_an_unreadable_input_is_dead_at_once(database: Database) -> None:
    """Only its payload is at fault, so nothing has to be taken back."""
    shop = Shop(database)
    await shop.sink.store([item("bad", kind="unreadable"), wrote("where is my parcel?")])

    found = {row["external_id"]: row for row in await rows(database, inbox_table)}
    assert found.pop("bad")["error"] == "not a message this version knows"
    assert [row["state"] for row in found.values()] == ["handled"]
    assert [row["kind"] for row in await rows(database, outbox_table, lane=outbox.NOTICE_LANE)] == ["tell"]


async def test_what_waits_in_its_lane_comes_first(database: Database) -> None:
    """Invariant 7: a message never overtakes the one that the same buyer sent before."""
    shop, first, second = Shop(database), wrote("one"), wrote("two")
    await store(database, first)
    await shop.sink.store([second])

    assert await _states(database) == ["waiting", "waiting"]
    await handle_all(shop.engine)
    assert [row["body"] for row in await rows(database, messages)] == ["one", "two"]


async def test_what_is_queued_is_claimed_along_and_its_outcome_goes_on_as_well(database: Database) -> None:
    """The reading of a message: claimed by the transaction that stored it, its answer stepped on by the one that
    records it.
    """

    async def reads(sending: Sending) -> Result:
        event = events.NoteAdded(sending.case or "", "U1", "read", T0)
        also = (inbox.event_item(event, f"read:{sending.id}", sending.case or "", 1),)
        return Result(Settlement(sending.id, "delivered"), also if sending.kind == "recognise" else ())

    shop = Shop(database, reads)
    async with shop.sending():
        seen = shop.signals.steps
        await shop.sink.store([wrote("where is my parcel?")])
        assert (await rows(database, outbox_table, kind="recognise"))[0]["attempts"] == 1
        while only(await rows(database, cases))["revision"] < 2:
            await shop.signals.next_progress(seen)
            seen = shop.signals.steps

    assert shop.attempts.count("recognise") == 1
    assert await _states(database) == ["handled", "handled"]


async def test_nothing_is_claimed_along_before_the_first_look_nor_when_stopping(database: Database) -> None:
    """Before it, what a dead process left would be mixed up with ours; when stopping, nobody would send it."""
    shop = Shop(database)
    await shop.sink.store([wrote("where is my parcel?")])
    assert (await rows(database, outbox_table, kind="recognise"))[0]["state"] == "pending"
    async with shop.sending():
        pass
    await shop.sink.store([wrote("and the other one?", chat=502)])

    assert {row["state"] for row in await rows(database, outbox_table, kind="recognise")} == {
        "delivered",
        "pending",
    }


async def test_a_caller_that_gives_up_leaves_nothing_claimed_and_not_begun(database: Database) -> None:
    """Claimed and never tried would count as unknown."""
    shop = Shop(database)
    async with shop.sending():
        leaving = asyncio.create_task(shop.sink.store([wrote("where is my parcel?")]))
        await asyncio.sleep(0)
        leaving.cancel()
        await shop.sink.close()
        with pytest.raises(asyncio.CancelledError):
            await leaving

    assert shop.attempts.count("recognise") == 1
    assert only(await rows(database, outbox_table, kind="recognise"))["state"] == "delivered"


async def test_two_processes_that_hear_the_same_buyer_open_one_case(database: Database, other: Database) -> None:
    """Two readers of one bot, for a moment: the second waits for the first one's conversation, or takes the long
    way. On a file there is one process; the callers take turns.
    """
    shops = [Shop(database), Shop(database if database.is_sqlite else other)]
    for chat in range(600, 620):
        said = [wrote("one", chat=chat), wrote("two", chat=chat)]
        await asyncio.gather(*(shop.sink.store([one]) for shop, one in zip(shops, said, strict=True)))
        await handle_all(shops[0].engine)

    assert len(await rows(database, conversations)) == len(await rows(database, cases)) == 20
    assert len(await rows(database, messages)) == 40
    assert set(await _states(database)) == {"handled"}


async def test_two_processes_that_are_told_the_same_keep_it_once(database: Database, other: Database) -> None:
    """Invariant 2, when both go on at once."""
    shops = [Shop(database), Shop(database if database.is_sqlite else other)]
    for chat in range(700, 720):
        said = wrote("hello", chat=chat)
        await asyncio.gather(*(shop.sink.store([said]) for shop in shops))
        await handle_all(shops[0].engine)

    assert [row["revision"] for row in await rows(database, cases)] == [1] * 20


async def test_two_people_who_click_at_once_are_both_heard_once(database: Database, other: Database) -> None:
    """Each process steps on its own click; the one that comes second starts over from the first one's case."""
    shops = [Shop(database), Shop(database if database.is_sqlite else other)]
    await shops[0].sink.store([wrote("where is my parcel?")])
    case = only(await rows(database, cases))["id"]
    for _ in range(10):
        clicks = [
            happened(events.NoteAdded(case, who, "seen", T0), lane=f"case:{case}", urgent=True) for who in "AB"
        ]
        await asyncio.gather(*(shop.sink.store([one]) for shop, one in zip(shops, clicks, strict=True)))
        await handle_all(shops[0].engine)

    assert only(await rows(database, cases))["revision"] == 21
    assert set(await _states(database)) == {"handled"}
