"""Delivery under fire: a platform that is away, hangs or asks for patience, and bugs of our own."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from bot.backoff import FAULT_S
from bot.breaker import FAILURES
from bot.clock import SteppedClock, machine_now
from bot.delivery import Delivery
from bot.destinations import DESK, Destinations
from bot.outcomes import UNSURE_TELLS, Handler, LastResort, Result, Unsent
from bot.signals import Signals
from bot.store import cases, outbox
from bot.store.database import Database
from bot.store.outbox import Sending, Settlement
from bot.store.tables import inbox as inbox_table
from bot.store.tables import outbox as table
from flows.events import ReplyRefused
from flows.ports import OutcomeUnknown, Refused, Unavailable
from tests.store.histories import SHOP, T0, case, effect, item, only, rows

KINDS = tuple(outbox.PRIORITY)
TELEGRAM = "telegram:7"
ONE = case()


class Platform:
    """Telegram and Slack in one: takes, hangs or refuses, and answers questions, as it is told."""

    def __init__(self) -> None:
        self.act: Callable[[Sending], Awaitable[Result]] = _delivers
        self.is_there = True
        self.asked = 0
        self.tried: Counter[str] = Counter()
        self.changed = asyncio.Event()

    async def __call__(self, sending: Sending) -> Result:
        self.tried[sending.kind] += 1
        self.changed.set()
        return await self.act(sending)

    async def probe(self) -> None:
        self.asked += 1
        self.changed.set()
        if not self.is_there:
            raise Unavailable("refused")

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(20):
            while not condition():
                self.changed.clear()
                await self.changed.wait()

    def handlers(self) -> dict[str, Handler]:
        return dict.fromkeys(KINDS, self)


async def _delivers(sending: Sending) -> Result:
    return Result(Settlement(sending.id, "delivered", receipt="7"))


def _raises(error: Exception) -> Callable[[Sending], Awaitable[Result]]:
    async def act(_sending: Sending) -> Result:
        raise error

    return act


async def _never(_sending: Sending) -> Result:
    await asyncio.Event().wait()
    raise AssertionError("never")


def _delivery(
    database: Database,
    platform: Platform,
    signals: Signals,
    last_resorts: dict[str, LastResort] | None = None,
) -> Delivery:
    destinations = Destinations({TELEGRAM: platform.probe}, platform.probe, lambda: 0.0)
    return Delivery(
        database,
        SHOP,
        SteppedClock(T0),
        signals,
        platform.handlers(),
        lambda: 0.0,
        destinations=destinations,
        last_resorts=last_resorts,
    )


@asynccontextmanager
async def _running(delivery: Delivery) -> AsyncIterator[None]:
    task = asyncio.create_task(delivery.run())
    try:
        async with asyncio.timeout(30):
            yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await delivery.drain(0)


async def _queue(database: Database, *new: outbox.New) -> None:
    def queue(connection: Connection) -> None:
        cases.save(connection, SHOP, [(None, ONE)], T0)
        outbox.add(connection, SHOP, new, T0)

    await database.write(queue)


def _cards(count: int) -> list[outbox.New]:
    return [effect(f"case{n}", kind="card", lane=f"card:{n}", key=f"card{n}") for n in range(count)]


def _texts(count: int) -> list[outbox.New]:
    return [effect(ONE.id, kind="automatic", lane=f"{TELEGRAM}:{n}", key=f"text{n}") for n in range(count)]


async def _settled(
    database: Database, signals: Signals, condition: Callable[[Counter[tuple[str, str]]], bool]
) -> None:
    """Return once the rows, counted by kind and state, are so."""
    while True:
        seen = signals.steps
        if condition(Counter((row["kind"], row["state"]) for row in await rows(database, table))):
            return
        await signals.next_progress(seen)


async def test_a_desk_that_hangs_delays_no_buyer(database: Database) -> None:
    """Slack takes a hundred cards and answers none; forty buyers get their texts meanwhile."""
    platform, signals = Platform(), Signals()
    platform.act = lambda sending: _never(sending) if sending.kind == "card" else _delivers(sending)
    await _queue(database, *_cards(100), *_texts(40))
    async with _running(_delivery(database, platform, signals)):
        await _settled(database, signals, lambda found: found["automatic", "delivered"] == 40)

    assert 0 < platform.tried["card"] < 32


async def test_an_outage_costs_questions_and_not_attempts(database: Database) -> None:
    """Forty texts wait while Telegram is away: what was under way is tried, the rest never; then all go, in order
    of nothing but their lanes, and none was ever unknown.
    """
    platform, signals = Platform(), Signals()
    platform.act, platform.is_there = _raises(Unavailable("refused")), False
    await _queue(database, *_texts(60))
    delivery = _delivery(database, platform, signals)
    async with _running(delivery):
        await platform.until(lambda: platform.asked >= 3)
        assert not delivery.is_well
        assert platform.tried["automatic"] <= 32
        platform.act, platform.is_there = _delivers, True
        await _settled(database, signals, lambda found: found["automatic", "delivered"] == 60)
        assert delivery.is_well

    assert max(row["attempts"] for row in await rows(database, table)) <= 2


async def test_texts_behind_one_that_hangs_are_not_lost_to_unknown(database: Database) -> None:
    """Time-outs: each attempt would be a message that nobody knows the fate of. Three are enough to stop."""
    platform, signals = Platform(), Signals()
    platform.act, platform.is_there = _raises(OutcomeUnknown("no answer")), False
    await _queue(database, *_texts(80))
    async with _running(_delivery(database, platform, signals)):
        await platform.until(lambda: platform.asked >= 2)
        tried = platform.tried["automatic"]
        platform.act, platform.is_there = _delivers, True
        await _settled(database, signals, lambda found: found["automatic", "delivered"] == 80 - tried)

    states = Counter(row["state"] for row in await rows(database, table))
    assert FAILURES <= tried <= 32
    assert states == {"unknown": tried, "delivered": 80 - tried}


async def test_an_outage_of_the_desk_is_shown_and_buyers_do_not_notice(database: Database) -> None:
    """Health names who is away and why; the other destination is well."""
    platform, signals = Platform(), Signals()
    refuses = _raises(Unavailable("Slack cannot be reached"))
    platform.act = lambda sending: refuses(sending) if sending.kind == "card" else _delivers(sending)
    platform.is_there = False
    await _queue(database, *_cards(5), *_texts(5))
    delivery = _delivery(database, platform, signals)
    async with _running(delivery):
        await platform.until(lambda: platform.asked >= 1)
        await _settled(database, signals, lambda found: found["automatic", "delivered"] == 5)
        shown = delivery.destinations.states()

    assert (shown[DESK]["ok"], shown[TELEGRAM]["ok"]) == (False, True)
    assert shown[DESK]["detail"] == "refused"


async def test_a_429_is_waited_out_and_keeps_the_order_of_its_lane(database: Database) -> None:
    """The next text of the same chat does not overtake the one that was put off; another chat does not wait."""
    platform, signals = Platform(), Signals()
    flood = [Unavailable("flood", retry_after=1.0)]
    order: list[str] = []

    async def act(sending: Sending) -> Result:
        if sending.key == "a1" and flood:
            raise flood.pop()
        order.append(sending.key)
        return await _delivers(sending)

    platform.act = act
    new = [effect(ONE.id, kind="automatic", lane=f"{TELEGRAM}:{key[0]}", key=key) for key in ("a1", "a2", "b1")]
    await _queue(database, *new)
    async with _running(_delivery(database, platform, signals)):
        await _settled(database, signals, lambda found: found["automatic", "delivered"] == 3)

    assert order == ["b1", "a1", "a2"]


# --- bugs of our own ---------------------------------------------------------------------------------------


async def _made_impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.outcomes.FAULT_S", (0.0,))


@pytest.mark.parametrize("kind", ["card", "alarm", "alarm_edit", "tell", "recognise"])
async def test_a_bug_is_tried_a_few_times_and_then_given_up_with_a_reason(
    database: Database, kind: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """It used to be tried every minute for ever, and nobody was told."""
    await _made_impatient(monkeypatch)
    platform, signals = Platform(), Signals()
    platform.act = _raises(ZeroDivisionError("a bug"))
    await _queue(database, effect(ONE.id, kind=kind, lane=kind))
    delivery = _delivery(database, platform, signals)
    async with _running(delivery):
        await _settled(database, signals, lambda found: found[kind, "refused"] == 1)

    row = only(await rows(database, table))
    assert row["error"] == "an internal error (ZeroDivisionError), see the log"
    assert platform.tried[kind] == len(FAULT_S) + 1
    assert [(each.kind, each.reason) for each in delivery.given_up] == [(kind, row["error"])]
    assert "given up" in caplog.text
    assert delivery.is_well


async def test_an_alarm_that_cannot_be_made_tells_its_case(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that the next rung, or the second path, knows that nobody was warned."""
    await _made_impatient(monkeypatch)
    platform, signals = Platform(), Signals()
    platform.act = _raises(KeyError("a word that is missing"))

    async def tell_the_case(sending: Sending, reason: str) -> Result:
        return Result(Settlement(sending.id, "refused", error=reason), (item("failed"),))

    await _queue(database, effect(ONE.id, kind="alarm", lane="alarm:d"))
    async with _running(_delivery(database, platform, signals, {"alarm": tell_the_case})):
        await _settled(database, signals, lambda found: found["alarm", "refused"] == 1)

    assert only(await rows(database, inbox_table))["external_id"] == "failed"


async def test_a_last_resort_that_fails_as_well_ends_with_the_first_reason(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing may begin an endless round again."""
    await _made_impatient(monkeypatch)
    platform, signals = Platform(), Signals()
    platform.act = _raises(Refused("invalid_blocks"))

    async def fails_too(_sending: Sending, _reason: str) -> Result:
        raise ValueError("broken as well")

    await _queue(database, effect(ONE.id, kind="card", lane="card:1"))
    async with _running(_delivery(database, platform, signals, {"card": fails_too})):
        await _settled(database, signals, lambda found: found["card", "refused"] == 1)

    assert only(await rows(database, table))["error"] == "invalid_blocks"


async def test_a_reply_that_could_not_be_read_has_not_left_and_is_no_unknown(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The store hiccups before the text is read: tried again. A bug there: refused, and its person is told."""
    await _made_impatient(monkeypatch)
    platform, signals = Platform(), Signals()
    troubles: list[Exception] = [OperationalError("SELECT", None, Exception("locked"))]

    async def act(sending: Sending) -> Result:
        raise Unsent from (troubles.pop() if troubles else KeyError("text"))

    async def refuse(sending: Sending, reason: str) -> Result:
        from bot.store import inbox

        event = inbox.event_item(ReplyRefused(ONE.id, sending.id, reason), "refused", ONE.id, 1, urgent=True)
        return Result(Settlement(sending.id, "refused", error=reason), (event,))

    platform.act = act
    bound = {"version": 1, "buyer_lane": f"{TELEGRAM}:1"}
    await _queue(database, effect(ONE.id, kind="reply", lane=f"{TELEGRAM}:1", key="reply", **bound))
    async with _running(_delivery(database, platform, signals, {"reply": refuse})):
        await _settled(database, signals, lambda found: found["reply", "refused"] == 1)

    assert platform.tried["reply"] == 1 + len(FAULT_S) + 1
    assert len(await rows(database, inbox_table)) == 1


async def test_an_answer_to_a_click_is_not_repeated_for_ever_when_nobody_can_tell(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Slack keeps no trace of what only one person sees: a few times at most, then it is over."""
    monkeypatch.setattr("bot.outcomes.UNSURE_S", (0.0,))
    platform, signals = Platform(), Signals()
    platform.act = _raises(OutcomeUnknown("no answer"))
    await _queue(database, effect(ONE.id, kind="tell", lane="tell:U1"))
    async with _running(_delivery(database, platform, signals)):
        await _settled(database, signals, lambda found: found["tell", "refused"] == 1)

    assert only(await rows(database, table))["attempts"] == UNSURE_TELLS


# --- a newer card ------------------------------------------------------------------------------------------


async def _two_cards(database: Database, outcome: Exception) -> dict[str, str]:
    """The first is under way when the case moves on, then ends like this: state by key."""
    platform, signals, moved_on = Platform(), Signals(), asyncio.Event()

    async def act(sending: Sending) -> Result:
        if sending.key == "first" and sending.attempt == 1:
            await moved_on.wait()
            raise outcome
        return await _never(sending)

    platform.act = act
    first = effect(ONE.id, kind="card", lane="card:1", key="first")
    await _queue(database, first)
    async with _running(_delivery(database, platform, signals)):
        await platform.until(lambda: platform.tried["card"] == 1)
        newer = effect(
            ONE.id, kind="card", lane="card:1", key="newer", not_before=machine_now() + timedelta(hours=1)
        )
        await database.write(lambda connection: outbox.add(connection, SHOP, [newer], T0))
        seen = signals.steps
        moved_on.set()
        await signals.next_progress(seen)
        return {row["dedupe_key"]: row["state"] for row in await rows(database, table)}


async def test_a_card_that_was_not_posted_gives_way_to_a_newer_one(database: Database) -> None:
    """Both would show the same, the newest state: one edit less for Slack (invariant 6: superseded)."""
    assert await _two_cards(database, Unavailable("refused")) == {"first": "superseded", "newer": "pending"}


async def test_a_card_that_may_be_posted_stays_to_be_looked_for(database: Database) -> None:
    """Only its own next attempt looks for what it may have left in the channel."""
    assert await _two_cards(database, OutcomeUnknown("no answer")) == {"first": "pending", "newer": "pending"}


# --- stopping ----------------------------------------------------------------------------------------------


async def test_what_is_still_out_after_the_drain_is_written_down_as_what_it_is(database: Database) -> None:
    """Nobody need wait for a lease to run out: the next process finds the card pending and the text unknown."""
    platform, signals = Platform(), Signals()
    platform.act = _never
    await _queue(database, *_cards(1), *_texts(1))
    delivery = _delivery(database, platform, signals)
    running = asyncio.create_task(delivery.run())
    await platform.until(lambda: platform.tried.total() == 2)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await delivery.drain(0)

    states = {row["kind"]: row["state"] for row in await rows(database, table)}
    assert states == {"card": "pending", "automatic": "unknown"}


async def test_what_waits_for_its_turn_when_we_stop_goes_back_untouched(database: Database) -> None:
    """It has certainly not left: pending, for the next process, at once, and no sign of an outage."""
    platform, signals, stopping = Platform(), Signals(), asyncio.Event()

    async def waits_for_its_turn(_sending: Sending) -> Result:
        await stopping.wait()
        raise Unavailable("the service stopped before this was sent")

    platform.act = waits_for_its_turn
    await _queue(database, *_texts(4))
    delivery = _delivery(database, platform, signals)
    running = asyncio.create_task(delivery.run())
    await platform.until(lambda: platform.tried.total() == 4)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    asyncio.get_running_loop().call_soon(stopping.set)
    await delivery.drain(5)

    left = await rows(database, table)
    assert {row["state"] for row in left} == {"pending"}
    assert all(row["not_before"] <= machine_now() for row in left)
    assert delivery.is_well
