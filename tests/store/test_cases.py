"""A case is one stored value; its parts stand beside it, always the same as in it."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from sqlalchemy import Connection

from bot.store import cases
from bot.store.database import Database
from bot.store.rivals import StaleCase
from bot.store.tables import alarms, approvals, deadlines, parties, proposals, texts
from bot.store.tables import cases as table
from flows.case import (
    AlarmState,
    Case,
    DeadlineState,
    Party,
    Proposal,
    ProposalKind,
    ProposalState,
    Status,
)
from flows.values import Cause, TextRef, new_text
from tests.store.histories import CHANNEL, HOUR, SHOP, T0, an_id, case, deadline, moved, only, rows, rung


async def _save(database: Database, *changes: tuple[Case | None, Case]) -> None:
    def lock_and_save(connection: Connection) -> None:
        cases.lock(connection, SHOP, [before for before, _ in changes if before is not None])
        cases.save(connection, SHOP, changes, T0)

    await database.write(lock_and_save)


def _proposal(**fields: object) -> Proposal:
    text = TextRef(an_id(), "d" * 64)
    given = Proposal(an_id(), 1, ProposalKind.REPLY, ProposalState.OFFERED, "reply.sorry", text, conversation="v")
    return replace(given, **fields)


async def test_a_case_comes_back_as_it_was_saved(database: Database) -> None:
    """Every part of it: decisions are made from nothing else."""
    clock = deadline(rung("remind", 1), rung("last", 24))
    one = case(conversation="v", deadlines=(clock,), proposal=_proposal(), order="701-1", situation="claim")
    await _save(database, (None, one))
    found = await database.read(lambda connection: cases.get(connection, SHOP, [one.id, "unknown"]))
    numbered = await database.read(lambda connection: cases.by_number(connection, SHOP, 1))

    assert found == {one.id: one}
    assert numbered == one


async def test_a_stale_save_writes_nothing_at_all(database: Database) -> None:
    """One of two cases moved meanwhile: neither it nor its neighbour is written, nor any of their parts."""
    one, two = case(1), case(2)
    await _save(database, (None, one), (None, two))
    await _save(database, (one, moved(one, owner="U1")))
    late = moved(one, owner="U2", deadlines=(deadline(),))

    with pytest.raises(StaleCase) as stale:
        await _save(database, (two, moved(two, owner="U2")), (one, late))

    assert stale.value.ids == (one.id,)
    assert [row["owner"] for row in await rows(database, table)] == ["U1", None]
    assert await rows(database, deadlines) == []


async def test_a_case_that_is_not_there_is_stale(database: Database) -> None:
    """Saved over nothing, a case would exist without its history."""
    one = case()
    with pytest.raises(StaleCase, match=one.id):
        await _save(database, (one, moved(one)))


async def test_several_cases_move_in_one_save(database: Database) -> None:
    """A batch of a hundred events is one write."""
    many = [case(n) for n in range(1, 31)]
    await _save(database, *((None, each) for each in many))
    await _save(database, *((each, moved(each, status=Status.CLOSED)) for each in many[::2]))

    assert [row["status"] for row in await rows(database, table)] == ["closed", "open"] * 15


async def test_clocks_and_rungs_are_projected_and_follow(database: Database) -> None:
    """The timer looks at these rows only: one that lags behind the case is an alarm lost or doubled."""
    clock = deadline(rung("remind", 1), rung("last", 24))
    one = case(deadlines=(clock,))
    await _save(database, (None, one))
    ended = tuple(replace(each, state=AlarmState.SKIPPED, reason="answered") for each in clock.alarms)
    after = replace(clock, state=DeadlineState.MET, ended_at=T0 + HOUR, alarms=ended)
    await _save(database, (one, moved(one, deadlines=(after,))))

    stored = only(await rows(database, deadlines))
    assert (stored["id"], stored["state"], stored["ended_at"]) == (clock.id, "met", T0 + HOUR)
    projected = {row["rung"]: (row["state"], row["reason"], row["at"]) for row in await rows(database, alarms)}
    assert projected == {each.rung: ("skipped", "answered", each.at) for each in clock.alarms}


async def test_a_rung_that_fired_stays_fired_when_the_case_is_saved(database: Database) -> None:
    """`fired_at` is the timer's own: a save in between must not let the rung fire twice."""
    clock = deadline(rung("remind", 1))
    one = case(deadlines=(clock,))
    await _save(database, (None, one))
    await database.write(lambda connection: connection.execute(alarms.update().values(fired_at=T0)))
    sounded = replace(clock, alarms=(replace(clock.alarms[0], state=AlarmState.SOUNDED),))
    await _save(database, (one, moved(one, deadlines=(sounded,))))

    row = only(await rows(database, alarms))
    assert (row["state"], row["fired_at"]) == ("sounded", T0)


async def test_the_next_due_instant_is_the_nearest_that_runs(database: Database) -> None:
    """The queue is sorted by it; a clock that ended must not keep a case on top."""
    near, far = deadline(rung("a", 1)), deadline(rung("b", 2))
    far = replace(far, due_at=T0 + 48 * HOUR)
    one = case(deadlines=(near, far))
    await _save(database, (None, one))
    first = only(await rows(database, table))["next_due_at"]
    met = replace(near, state=DeadlineState.MET, ended_at=T0)
    await _save(database, (one, moved(one, deadlines=(met, far))))

    assert (first, only(await rows(database, table))["next_due_at"]) == (near.due_at, far.due_at)


async def test_open_cases_come_nearest_deadline_first(database: Database) -> None:
    """Those without a clock last, closed ones not at all, on both databases (NULLs sort differently)."""
    late = replace(deadline(), due_at=T0 + 48 * HOUR)
    shown = [case(1), case(2, deadlines=(late,)), case(3, deadlines=(deadline(),)), case(4, status=Status.CLOSED)]
    await _save(database, *((None, each) for each in shown))
    listed = await database.read(lambda connection: cases.open_cases(connection, SHOP))
    every = await database.read(lambda connection: cases.all_cases(connection, SHOP))

    assert [each.number for each in listed] == [3, 2, 1]
    assert [each.number for each in every] == [4, 3, 2, 1]


async def test_a_case_is_found_by_its_conversations_and_its_order(database: Database) -> None:
    """Routing a message asks for these; newest first, closed ones only by conversation."""
    old = case(1, conversation="v", order="701", status=Status.CLOSED)
    new = case(2, conversation="v", order="701")
    joined = case(3, order="702")
    await _save(database, (None, old), (None, new), (None, joined))
    party = Party("w", CHANNEL, "lane")
    grown = moved(joined, parties=(Party("v", CHANNEL, "x"), party))
    await _save(database, (joined, grown))
    by_conversation = await database.read(lambda c: cases.by_conversation(c, SHOP, ["v", "w", "nobody"]))
    by_order = await database.read(lambda c: cases.by_order(c, SHOP, ["701", "702"]))

    assert by_conversation == {"v": [grown, new, old], "w": [grown]}
    assert by_order == [grown, new]
    assert len(await rows(database, parties)) == 4


async def test_a_proposal_that_gives_way_is_withdrawn(database: Database) -> None:
    """Each draft ever shown keeps its row and how it ended."""
    first, second = _proposal(), _proposal()
    one = case(proposal=first)
    await _save(database, (None, one))
    two = moved(one, proposal=second)
    await _save(database, (one, two))
    delivered = moved(two, proposal=replace(second, state=ProposalState.DELIVERED))
    await _save(database, (two, delivered))
    await _save(database, (delivered, moved(delivered, proposal=None)))

    assert {row["id"]: row["state"] for row in await rows(database, proposals)} == {
        first.id: "withdrawn", second.id: "delivered",
    }  # fmt: skip


async def test_an_approval_is_one_row_that_names_person_and_text(database: Database) -> None:
    """The record of who said yes to what outlives the proposal (invariant 3)."""
    before = case(proposal=_proposal())
    assert before.proposal is not None
    yes = replace(before.proposal, approved_by="U1", approved_at=T0, facts_digest="f", state=ProposalState.HELD)
    after = moved(before, proposal=yes)
    changes = [("e1", before, after), ("e2", after, moved(after, owner="U2"))]

    def add_twice(connection: Connection) -> None:
        cases.add_approvals(connection, changes, T0)
        cases.add_approvals(connection, changes, T0)

    await database.write(add_twice)

    row = only(await rows(database, approvals))
    assert (row["id"], row["person"], row["text_digest"], row["facts_digest"]) == ("e1", "U1", "d" * 64, "f")


async def test_texts_are_kept_apart_and_an_erased_one_is_gone(database: Database) -> None:
    """Personal words live in rows of their own; erased, the reference stays and the body does not."""
    kept, erased = (new_text(Cause(an_id(), T0, "salt"), n, f"body {n}") for n in (1, 2))
    erase = texts.update().where(texts.c.id == erased.ref.id).values(body=None, salt=None)

    def add_erase_and_read(connection: Connection) -> dict[str, str]:
        cases.add_texts(connection, SHOP, [("c", "salt", kept), ("c", "salt", erased)], T0)
        connection.execute(erase)
        return cases.text_bodies(connection, SHOP, [kept.ref.id, erased.ref.id])

    bodies = await database.write(add_erase_and_read)

    assert bodies == {kept.ref.id: "body 1"}
    assert len(await rows(database, texts)) == 2
