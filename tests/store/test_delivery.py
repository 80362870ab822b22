"""One attempt a claim, and what each outcome means for each kind of effect (invariant 6)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from bot.clock import SteppedClock, machine_now
from bot.delivery import Delivery, Look
from bot.outcomes import Handler, Result
from bot.signals import Signals
from bot.store import cases, codec, inbox, outbox
from bot.store.database import Database
from bot.store.outbox import Sending, Settlement
from bot.store.tables import inbox as inbox_table
from bot.store.tables import messages
from bot.store.tables import outbox as table
from flows.events import ReplyUnknown
from flows.ports import OutcomeUnknown, Refused, Unavailable
from tests.store.histories import SHOP, T0, case, effect, item, only, rows

KINDS = tuple(outbox.PRIORITY)
OTHERS = tuple(kind for kind in KINDS if kind not in ("reply", "automatic"))
ONE = case()


class Hands:
    """Handlers of every kind that do as they are told; `done` counts the attempts."""

    def __init__(self, act: Callable[[Sending], Awaitable[Result]]) -> None:
        self._act = act
        self.done: list[str] = []
        self.begun = asyncio.Event()

    async def __call__(self, sending: Sending) -> Result:
        self.done.append(sending.key)
        self.begun.set()
        return await self._act(sending)

    def handlers(self) -> dict[str, Handler]:
        return dict.fromkeys(KINDS, self)


async def _delivers(sending: Sending) -> Result:
    return Result(Settlement(sending.id, "delivered", receipt="7"))


def _raises(error: Exception) -> Callable[[Sending], Awaitable[Result]]:
    async def act(_sending: Sending) -> Result:
        raise error

    return act


async def _for_ever(_sending: Sending) -> Result:
    await asyncio.Event().wait()
    raise AssertionError("never")


def _delivery(database: Database, hands: Hands, signals: Signals | None = None) -> Delivery:
    return Delivery(database, SHOP, SteppedClock(T0), signals or Signals(), hands.handlers(), lambda: 0.5)


@asynccontextmanager
async def _running(delivery: Delivery) -> AsyncIterator[None]:
    task = asyncio.create_task(delivery.run())
    try:
        async with asyncio.timeout(20):
            yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await delivery.drain(0)


async def _queue(database: Database, *kinds: str) -> None:
    """One effect a kind, each in its own lane, of a case at version 1."""
    bound = {"version": 1, "buyer_lane": "buyer"}
    new = [effect(ONE.id, kind=kind, lane=kind, key=kind, **(bound if kind == "reply" else {})) for kind in kinds]

    def queue(connection: Connection) -> None:
        cases.save(connection, SHOP, [(None, ONE)], T0)
        outbox.add(connection, SHOP, new, T0)

    await database.write(queue)


async def _attempted(
    database: Database, kind: str, act: Callable[[Sending], Awaitable[Result]]
) -> dict[str, object]:
    """The row after one attempt."""
    await _queue(database, kind)
    signals, hands = Signals(), Hands(act)
    async with _running(_delivery(database, hands, signals)):
        await signals.next_progress(0)
    assert hands.done == [kind]
    return only(await rows(database, table))


# --- the table of invariant 6 ------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
async def test_what_was_delivered_is_settled_with_its_receipt(database: Database, kind: str) -> None:
    """The platform's proof, kept."""
    row = await _attempted(database, kind, _delivers)

    assert (row["state"], row["receipt"], row["settled_at"]) == ("delivered", "7", T0)


@pytest.mark.parametrize("kind", KINDS)
async def test_what_was_certainly_not_sent_is_tried_again_later(database: Database, kind: str) -> None:
    """429 with a time, of whatever kind: not before that time, and no event yet."""
    before = machine_now()
    row = await _attempted(database, kind, _raises(Unavailable("flood", retry_after=30)))

    assert (row["state"], row["error"], row["attempts"], row["settled_at"]) == ("pending", "flood", 1, None)
    not_before = row["not_before"]
    assert not_before >= before + timedelta(seconds=30)  # type: ignore[operator] # a column of instants
    assert await rows(database, inbox_table) == []


@pytest.mark.parametrize("trouble", [OutcomeUnknown("no answer"), ZeroDivisionError("a bug in an adapter")])
@pytest.mark.parametrize("kind", ["reply", "automatic"])
async def test_a_buyers_message_of_unknown_outcome_is_never_sent_again(
    database: Database, kind: str, trouble: Exception
) -> None:
    """It may be there already: shown to a person by an event, urgent, and out of the machine's hands."""
    row = await _attempted(database, kind, _raises(trouble))
    event = only(await rows(database, inbox_table))
    reason = "no answer" if isinstance(trouble, OutcomeUnknown) else "an internal error, see the log"

    assert (row["state"], row["settled_at"], row["error"]) == ("unknown", T0, reason)
    assert codec.decode(event["raw"], ReplyUnknown) == ReplyUnknown(ONE.id, str(row["id"]), reason)
    assert (event["urgent"], event["lane"]) == (True, f"case:{ONE.id}")


@pytest.mark.parametrize("trouble", [OutcomeUnknown("no answer"), ZeroDivisionError("a bug in an adapter")])
@pytest.mark.parametrize("kind", OTHERS)
async def test_what_is_harmless_to_repeat_is_repeated(database: Database, kind: str, trouble: Exception) -> None:
    """Cards, alarms, answers to staff: found by their key, or shown anew; at least once."""
    row = await _attempted(database, kind, _raises(trouble))

    assert (row["state"], row["settled_at"]) == ("pending", None)
    assert await rows(database, inbox_table) == []


@pytest.mark.parametrize("kind", KINDS)
async def test_what_is_refused_is_over(database: Database, kind: str) -> None:
    """Trying again will not help; the reason stays on the row."""
    row = await _attempted(database, kind, _raises(Refused("blocked")))

    assert (row["state"], row["error"], row["settled_at"]) == ("refused", "blocked", T0)


# --- records -----------------------------------------------------------------------------------------------


async def test_the_event_and_the_message_of_an_outcome_are_written_with_it(database: Database) -> None:
    """Delivered, its event and the message row: one commit, or a receipt could be lost in between."""

    async def act(sending: Sending) -> Result:
        return Result(Settlement(sending.id, "delivered"), (item("receipt"),), _sent(sending, "Dear Sofia"))

    await _attempted(database, "reply", act)

    assert only(await rows(database, inbox_table))["external_id"] == "receipt"
    assert only(await rows(database, messages))["body"] == "Dear Sofia"


def _sent(sending: Sending, body: str) -> dict[str, Any]:
    """The row of a message that was sent."""
    return {
        "shop_id": SHOP,
        "id": sending.id,
        "conversation_id": sending.id,
        "case_id": ONE.id,
        "direction": "out",
        "external_id": "1:2",
        "body": body,
        "media": "[]",
        "edits": 0,
        "sent_at": T0,
        "stored_at": T0,
        "event_id": sending.id,
    }


async def test_an_outcome_whose_lease_was_taken_writes_nothing(database: Database, other: Database) -> None:
    """Given up after its lease and settled as unknown: the late "delivered" must not contradict what staff saw."""

    async def act(sending: Sending) -> Result:
        taken = Settlement(sending.id, "unknown", error="lease ran out")
        assert await other.write(lambda c: outbox.settle(c, SHOP, [taken], T0)) == {sending.id: "unknown"}
        return Result(Settlement(sending.id, "delivered"), (item("late receipt"),))

    row = await _attempted(database, "reply", act)

    assert row["state"] == "unknown"
    assert await rows(database, inbox_table) == []


async def test_many_effects_are_sent_side_by_side_but_a_lane_in_order(database: Database) -> None:
    """Nobody waits for another buyer's slow send."""
    new = [effect(ONE.id, kind="automatic", lane=lane, key=f"{lane}{n}") for n in range(3) for lane in "abc"]
    await database.write(lambda connection: outbox.add(connection, SHOP, new, T0))
    hands, signals = Hands(_delivers), Signals()
    async with _running(_delivery(database, hands, signals)):
        seen = signals.steps
        while (await _open(database)) > 0:
            await signals.next_progress(seen)
            seen = signals.steps

    assert [key for key in hands.done if key[0] == "a"] == ["a0", "a1", "a2"]
    assert len(hands.done) == 9


async def _open(database: Database) -> int:
    return await database.read(lambda connection: outbox.busy(connection, SHOP))


# --- a process that is gone --------------------------------------------------------------------------------


async def _interrupted(database: Database, *kinds: str) -> None:
    """A process claimed these, sent them perhaps, and was killed before it could record anything."""
    await _queue(database, *kinds)
    hands = Hands(_for_ever)
    delivery = _delivery(database, hands)
    running = asyncio.create_task(delivery.run())
    while len(hands.done) < len(kinds):
        hands.begun.clear()
        await hands.begun.wait()
    dying = [running, *delivery._under_way.tasks]
    for task in dying:
        task.cancel()
    await asyncio.gather(*dying, return_exceptions=True)
    assert {row["state"] for row in await rows(database, table)} == {"sending"}


async def test_what_a_dead_process_left_is_settled_by_kind(database: Database) -> None:
    """A reply is shown as unknown with its event; the rest is pending again, to be found by its key."""
    await _interrupted(database, *KINDS)
    await _delivery(database, Hands(_delivers)).rescue(everything=True)

    states = {row["kind"]: row["state"] for row in await rows(database, table)}
    assert states == {**dict.fromkeys(OTHERS, "pending"), "reply": "unknown", "automatic": "unknown"}
    events = [codec.decode(row["raw"], ReplyUnknown) for row in await rows(database, inbox_table)]
    assert [event.reason for event in events] == ["the service stopped while this was being sent"] * 2


async def test_a_lease_that_still_runs_is_left_alone(database: Database, other: Database) -> None:
    """On PostgreSQL the other process may be alive and sending: patience until its lease ends."""
    await _interrupted(database, "reply", "card")
    await _delivery(other, Hands(_delivers)).rescue()

    assert {row["state"] for row in await rows(database, table)} == {"sending"}


async def test_a_lease_that_ran_out_is_settled_by_anybody(database: Database, other: Database) -> None:
    """Nothing stays in the air for ever, whichever process died."""
    await _interrupted(database, "reply")
    await database.write(
        lambda connection: connection.execute(
            table.update().values(lease_until=machine_now() - timedelta(seconds=1))
        )
    )
    await _delivery(other, Hands(_delivers)).rescue()

    assert only(await rows(database, table))["state"] == "unknown"


async def test_a_new_process_sends_what_waited_and_repeats_no_reply(database: Database) -> None:
    """After a crash: the card goes again, the reply does not; on SQLite at once, alone on its file."""
    await _interrupted(database, "reply", "card")
    await database.write(
        lambda connection: connection.execute(
            table.update().values(lease_until=machine_now() - timedelta(seconds=1))
        )
    )
    hands, signals = Hands(_delivers), Signals()
    async with _running(_delivery(database, hands, signals)):
        await signals.next_progress(1)
        await database.write(
            lambda connection: connection.execute(
                table.update().where(table.c.state == "pending").values(not_before=T0)
            )
        )  # the retry's second of back-off is over
        signals.outbox.set()
        await hands.begun.wait()

    assert hands.done == ["card"]


async def test_a_stop_lets_what_is_under_way_finish(database: Database) -> None:
    """A deploy is no reason for an unknown outcome."""
    await _queue(database, "reply")
    may_end = asyncio.Event()

    async def slow(sending: Sending) -> Result:
        await may_end.wait()
        return await _delivers(sending)

    hands = Hands(slow)
    delivery = _delivery(database, hands)
    running = asyncio.create_task(delivery.run())
    await hands.begun.wait()
    running.cancel()
    may_end.set()
    await asyncio.gather(running, return_exceptions=True)
    await delivery.drain(10)

    assert only(await rows(database, table))["state"] == "delivered"
    assert (await database.read(lambda connection: inbox.count(connection, SHOP)))["waiting"] == 0


async def test_a_stop_in_the_middle_of_a_claim_sends_what_was_claimed(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The claim is committed, nothing was sent yet: left so, the next start would have to call it unknown."""
    await _queue(database, "reply")
    hands = Hands(_delivers)
    delivery = _delivery(database, hands)
    claim, committed, may_go = delivery._claim, asyncio.Event(), asyncio.Event()

    async def slow() -> Look:
        look = await claim()
        committed.set()
        await may_go.wait()
        return look

    monkeypatch.setattr(delivery, "_claim", slow)
    running = asyncio.create_task(delivery.run())
    await committed.wait()
    running.cancel()
    asyncio.get_running_loop().call_soon(may_go.set)
    await asyncio.gather(running, return_exceptions=True)
    await delivery.drain(10)

    assert only(await rows(database, table))["state"] == "delivered"


# --- our own attempts that take long -----------------------------------------------------------------------


async def _slow(database: Database, signals: Signals) -> tuple[Delivery, Hands, asyncio.Event]:
    """A reply and a card that are being sent, for as long as the event is not set."""
    await _queue(database, "reply", "card")
    may_end = asyncio.Event()

    async def act(sending: Sending) -> Result:
        await may_end.wait()
        return await _delivers(sending)

    hands = Hands(act)
    return _delivery(database, hands, signals), hands, may_end


async def _both_begun(hands: Hands) -> None:
    while len(hands.done) < 2:
        hands.begun.clear()
        await hands.begun.wait()


async def test_a_loop_that_is_started_again_leaves_its_own_attempts_alone(database: Database) -> None:
    """The database hiccuped and the loop began anew: what this process is sending at this moment is not lost.
    Called unknown, a person would send it a second time; a card or an alert would be posted twice.
    """
    signals = Signals()
    delivery, hands, may_end = await _slow(database, signals)
    first = asyncio.create_task(delivery.run())
    await _both_begun(hands)
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    await delivery.rescue(everything=True)  # what `run` begins with, alone on its file

    assert {row["state"] for row in await rows(database, table)} == {"sending"}
    may_end.set()
    await delivery.drain(10)
    assert {row["state"] for row in await rows(database, table)} == {"delivered"}
    assert await rows(database, inbox_table) == []


async def test_an_attempt_that_outlives_its_lease_is_still_ours(database: Database, other: Database) -> None:
    """A storm: cards wait for Slack's one message a second behind a hundred alerts. Taken for a dead process's,
    they would be posted a second time while the first attempt still stands in the row.
    """
    signals = Signals()
    delivery, hands, may_end = await _slow(database, signals)
    async with _running(delivery):
        await _both_begun(hands)
        await database.write(
            lambda connection: connection.execute(
                table.update().values(lease_until=machine_now() - timedelta(seconds=1))
            )
        )
        await delivery.rescue()
        await _delivery(other, Hands(_delivers)).rescue()
        assert {row["state"] for row in await rows(database, table)} == {"sending"}
        may_end.set()
        await delivery.drain(10)

    assert {row["state"] for row in await rows(database, table)} == {"delivered"}
    assert sorted(hands.done) == ["card", "reply"]


async def test_a_failure_to_record_quotes_nobody_in_the_log(
    database: Database, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PostgreSQL tells the whole row that it refuses: the text that was sent would stand in the log."""
    monkeypatch.setattr("bot.recording.AGAIN_S", (0.0,))
    refusals = [IntegrityError("INSERT", None, Exception("Failing row contains (Dear Sofia)"))]

    class RefusedOnce(dict[str, Any]):
        def get(self, key: str, default: Any = None) -> Any:
            if refusals:
                raise refusals.pop()
            return super().get(key, default)

    async def act(sending: Sending) -> Result:
        return replace(await _delivers(sending), message=RefusedOnce(_sent(sending, "Dear Sofia")))

    row = await _attempted(database, "reply", act)

    assert row["state"] == "delivered"
    assert refusals == []
    assert "outcome not recorded" in caplog.text
    assert "Sofia" not in caplog.text
