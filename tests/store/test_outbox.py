"""Consequences: one attempt at a time and lane, each settled once."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection
from sqlalchemy.util import await_only

from bot.store import cases, outbox
from bot.store.database import Database
from bot.store.outbox import New, Sending, Settlement
from bot.store.tables import outbox as table
from flows.case import Case
from tests.store.histories import SHOP, T0, an_id, case, effect, item, moved, only, room_for, rows, store

LEASE = T0 + timedelta(seconds=90)
SECOND = timedelta(seconds=1)
POSTGRESQL = pytest.mark.parametrize("url", ["postgresql"], indirect=True)


async def _queue(database: Database, *new: New) -> None:
    await database.write(lambda connection: outbox.add(connection, SHOP, new, T0))


async def _claim(database: Database, at_most: int = 100, *, late: timedelta = timedelta()) -> list[Sending]:
    return await database.write(
        lambda connection: outbox.claim(connection, SHOP, T0 + late, LEASE, room_for(at_most, outbox.PRIORITY))
    )


async def _settle(database: Database, *done: Settlement) -> list[str]:
    return list(await database.write(lambda connection: outbox.settle(connection, SHOP, done, T0)))


def _keys(claimed: list[Sending]) -> list[str]:
    return [sending.key for sending in claimed]


async def test_a_lane_sends_one_at_a_time_in_the_order_queued(database: Database) -> None:
    """Two answers to one buyer side by side could arrive the wrong way round."""
    await _queue(database, *(effect("c", lane=lane, key=f"{lane}{n}") for n in (1, 2, 3) for lane in "ab"))

    order = []
    while claimed := await _claim(database):
        order.append(_keys(claimed))
        assert await _claim(database) == []  # while these are out, their lanes are busy
        await _settle(database, *(Settlement(sending.id, "delivered") for sending in claimed))

    assert order == [["a1", "b1"], ["a2", "b2"], ["a3", "b3"]]


async def test_a_claim_answers_what_is_to_be_sent_and_leases_it(database: Database) -> None:
    """The handler gets all it needs; the row says until when it is ours, and counts the attempt."""
    new = effect("c", key="k")
    await _queue(database, new)
    (sending,) = await _claim(database)
    row = only(await rows(database, table))

    assert sending == Sending(new.id, "c", "alarm", "lane", "k", "{}", 1, T0)
    assert (row["state"], row["lease_until"], row["attempts"], row["settled_at"]) == ("sending", LEASE, 1, None)


async def test_urgent_kinds_go_before_others(database: Database) -> None:
    """With Slack at one message a second, an answer and an alarm must not wait behind cards."""
    await _queue(
        database,
        *(effect(kind, kind=kind, lane=kind, key=kind) for kind in ("card", "alarm_edit", "tell", "alarm")),
    )

    assert _keys(await _claim(database, at_most=2)) == ["tell", "alarm"]
    assert _keys(await _claim(database)) == ["card", "alarm_edit"]


async def test_a_row_waits_for_its_time_and_holds_back_its_lane(database: Database) -> None:
    """A retry is due later; what follows in the lane must not overtake it meanwhile."""
    await _queue(database, effect("c", key="1", not_before=T0 + SECOND), effect("c", key="2"))

    assert await _claim(database) == []
    assert _keys(await _claim(database, late=SECOND)) == ["1"]


async def test_a_retried_row_keeps_its_place(database: Database) -> None:
    """429 on the first of two messages: both go later, in order, the first as its second attempt."""
    await _queue(database, effect("c", key="1"), effect("c", key="2"))
    (first,) = await _claim(database)
    await _settle(database, Settlement(first.id, "pending", error="flood", not_before=T0 + SECOND))

    assert await _claim(database) == []
    (again,) = await _claim(database, late=SECOND)
    assert (again.key, again.attempt) == ("1", 2)


@pytest.mark.parametrize("ended", ["refused", "unknown", "cancelled"])
async def test_a_lane_goes_on_after_a_bad_end(database: Database, ended: str) -> None:
    """A dead letter or an unknown outcome releases its lane (invariant 7)."""
    await _queue(database, effect("c", key="1"), effect("c", key="2"))
    (first,) = await _claim(database)
    await _settle(database, Settlement(first.id, ended, error="why"))

    assert _keys(await _claim(database)) == ["2"]


async def test_only_what_is_being_sent_can_be_settled_and_only_once(database: Database) -> None:
    """A late answer of an attempt that was already given up must not change what staff were told."""
    waiting, sent = effect("c", lane="a"), effect("c", lane="b", kind="tell")
    await _queue(database, waiting, sent)
    await _claim(database, at_most=1)

    assert await _settle(database, Settlement(waiting.id, "delivered")) == []
    assert await _settle(database, Settlement(sent.id, "delivered", receipt="7")) == [sent.id]
    assert await _settle(database, Settlement(sent.id, "unknown", error="late")) == []
    row = only(await rows(database, table, id=sent.id))
    assert (row["state"], row["receipt"], row["settled_at"], row["lease_until"]) == ("delivered", "7", T0, None)


async def test_an_outcome_of_an_earlier_attempt_does_not_count(database: Database) -> None:
    """The lease ran out, another process tries now: the first one's late "failed" is not about this attempt."""
    new = effect("c")
    await _queue(database, new)
    await _claim(database)
    await _settle(database, Settlement(new.id, "pending", error="lease ran out"))
    await _claim(database)

    assert await _settle(database, Settlement(new.id, "pending", attempt=1)) == []
    assert await _settle(database, Settlement(new.id, "delivered", attempt=2)) == [new.id]


async def test_orphans_are_the_rows_whose_lease_ran_out(database: Database) -> None:
    """Another process may still be sending: only what is past its lease is anybody's to settle."""
    await _queue(database, effect("c", key="k"), effect("c", lane="other"))
    await _claim(database, at_most=1)
    young = await database.write(lambda connection: outbox.orphans(connection, SHOP, LEASE))
    old = await database.write(lambda connection: outbox.orphans(connection, SHOP, LEASE + SECOND))
    every = await database.write(lambda connection: outbox.orphans(connection, SHOP, None))

    assert young == []
    assert _keys(old) == _keys(every) == ["k"]


async def test_a_key_is_queued_once(database: Database) -> None:
    """The same event stepped again (a replay, a race) makes no second effect."""
    await _queue(database, effect("c", key="k"))
    await _queue(database, effect("c", key="k"), effect("c", key="l"))

    assert sorted(row["dedupe_key"] for row in await rows(database, table)) == ["k", "l"]


# --- cards -------------------------------------------------------------------------------------------------


def _card(case_id: str, late_s: float) -> New:
    return effect(case_id, kind="card", lane=f"card:{case_id}", not_before=T0 + late_s * SECOND)


async def test_a_case_has_one_waiting_card_hastened_by_the_most_impatient(database: Database) -> None:
    """Ten changes in a second cost one edit, and a click does not wait for the recogniser's half second."""
    await _queue(database, _card("c", 5), _card("d", 5))
    await _queue(database, _card("c", 0.5), _card("c", 9), _card("d", 7))

    waiting = {row["case_id"]: row["not_before"] for row in await rows(database, table)}
    assert len(await rows(database, table)) == 2
    assert waiting == {"c": T0 + 0.5 * SECOND, "d": T0 + 5 * SECOND}


async def test_the_most_impatient_of_one_batch_counts(database: Database) -> None:
    """A click and a message handled together: the person who clicked sees the card at once."""
    await _queue(database, _card("c", 0), _card("c", 0.5))

    assert only(await rows(database, table))["not_before"] == T0


async def test_a_card_on_its_way_does_not_count_as_waiting(database: Database) -> None:
    """It may have been rendered before the change: a newer one has to follow."""
    await _queue(database, _card("c", 0))
    await _claim(database)
    await _queue(database, _card("c", 0))

    assert sorted(row["state"] for row in await rows(database, table)) == ["pending", "sending"]


@POSTGRESQL
async def test_a_card_that_a_change_counts_on_is_not_sent_before_the_change(
    database: Database, other: Database
) -> None:
    """Taken between the change's look and its commit, the card would show the old state, and no other follow."""
    await _queue(database, _card("c", 0))

    def change_while_another_claims(connection: Connection) -> list[Sending]:
        outbox.add(connection, SHOP, [_card("c", 0)], T0)
        return await_only(_claim(other))

    assert await database.write(change_while_another_claims) == []
    assert len(await _claim(other)) == 1
    assert len(await rows(database, table)) == 1


# --- replies -----------------------------------------------------------------------------------------------


def _reply(case_id: str, **more: Any) -> New:
    given = {"held": True, "version": 1, "buyer_lane": "buyer", "lane": "buyer", **more}
    return effect(case_id, kind="reply", key="reply", **given)


async def _queue_with_case(database: Database, one: Case, new: New) -> None:
    def save_and_queue(connection: Connection) -> None:
        cases.save(connection, SHOP, [(None, one)], T0)
        outbox.add(connection, SHOP, [new], T0)

    await database.write(save_and_queue)


async def test_a_reply_is_held_until_released(database: Database) -> None:
    """The undo window: queued with the approval, sent only when the window has passed."""
    one = case()
    new = _reply(one.id)
    await _queue_with_case(database, one, new)

    assert await _claim(database) == []
    await database.write(lambda connection: outbox.release(connection, SHOP, [new.id]))
    assert _keys(await _claim(database)) == ["reply"]


async def test_a_held_reply_does_not_hold_up_the_lane(database: Database) -> None:
    """A menu answer may overtake a held reply (invariant 7)."""
    await _queue(database, _reply("c"), effect("c", kind="automatic", lane="buyer", key="receipt"))

    assert _keys(await _claim(database)) == ["receipt"]


async def test_a_reply_stays_while_its_buyer_waits_to_be_heard(database: Database) -> None:
    """He wrote while it was held: what he said may change the answer, so it is not sent (invariant 4)."""
    one = case()
    await _queue_with_case(database, one, _reply(one.id, held=False))
    await store(database, item("news", lane="buyer"), item("elsewhere", lane="another"))

    assert await _claim(database) == []


async def test_a_reply_goes_when_only_other_buyers_wait(database: Database) -> None:
    """Somebody else's message is no reason to keep this buyer waiting."""
    one = case()
    await _queue_with_case(database, one, _reply(one.id, held=False))
    await store(database, item("elsewhere", lane="another"))

    assert _keys(await _claim(database)) == ["reply"]


async def test_a_reply_to_an_older_version_stays(database: Database) -> None:
    """Approved for version 1, the case is at 2: whatever forgot to cancel it, it does not go."""
    one = case()
    await _queue_with_case(database, one, _reply(one.id, held=False))
    await database.write(lambda c: cases.save(c, SHOP, [(one, moved(one, version=2))], T0))

    assert await _claim(database) == []


@pytest.mark.parametrize("held", [True, False])
async def test_what_has_not_left_can_be_cancelled(database: Database, held: bool) -> None:
    """Undo, or a buyer's new message: taken back with the reason, and never sent."""
    new = _reply("c", held=held)
    await _queue(database, new)

    def look_cancel_and_release(connection: Connection) -> dict[str, str]:
        before = outbox.states(connection, SHOP, [new.id])
        outbox.cancel(connection, SHOP, [(new.id, "the buyer wrote again")], T0)
        outbox.release(connection, SHOP, [new.id])
        return before

    assert await database.write(look_cancel_and_release) == {new.id: "held" if held else "pending"}
    row = only(await rows(database, table))

    assert (row["state"], row["error"], row["settled_at"]) == ("cancelled", "the buyer wrote again", T0)


async def test_what_is_with_the_platform_cannot_be_cancelled(database: Database) -> None:
    """It may be at the buyer's already: only its receipt tells."""
    new = effect("c", kind="automatic")
    await _queue(database, new)
    await _claim(database)
    await database.write(lambda connection: outbox.cancel(connection, SHOP, [(new.id, "too late")], T0))

    assert only(await rows(database, table))["state"] == "sending"


async def test_what_is_to_come_is_counted_and_timed(database: Database) -> None:
    """The sender sleeps until the next row's time; held rows wait for a person, not for the machine."""
    await _queue(database, _reply("c"), effect("c", not_before=T0 + 2 * SECOND), replace(effect("d"), lane="d"))

    def to_come(connection: Connection) -> tuple[datetime | None, int]:
        return outbox.next_at(connection, SHOP, T0 - SECOND), outbox.busy(connection, SHOP)

    assert await database.read(to_come) == (T0, 2)
    await _claim(database)
    assert await database.read(to_come) == (T0 + 2 * SECOND, 2)


async def test_a_row_that_waits_for_its_lane_hides_no_retry(database: Database) -> None:
    """The first of a lane was told to wait and the second is overdue: the sender sleeps until the first may go."""
    first, second = effect("a", not_before=T0 + 2 * SECOND), effect("b", not_before=T0 - SECOND)
    await _queue(database, replace(first, lane="card"), replace(second, lane="card"))

    assert await _claim(database) == []
    assert await database.read(lambda connection: outbox.next_at(connection, SHOP, T0)) == T0 + 2 * SECOND


async def test_an_empty_outbox_has_no_next_time(database: Database) -> None:
    """None, so that the sender waits for news only."""
    assert await database.read(lambda connection: outbox.next_at(connection, SHOP, T0)) is None
    assert await database.read(lambda connection: outbox.replies(connection, an_id())) == []
