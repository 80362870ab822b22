"""Appointments: kept once for their instant, whoever looks; and the weekly note that one of them brings."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from bot import noting
from bot.alarms import Alarms
from bot.clock import SteppedClock
from bot.signals import Signals
from bot.store import appointments, cases, causes, codec
from bot.store.database import Database
from bot.store.tables import appointments as table
from bot.store.tables import inbox, outbox
from flows.case import CauseCode, Situation, Source
from flows.events import NoteDue
from flows.note import WEEK, Weekly
from flows.policy import Policy
from tests.store.histories import HOUR, SHOP, T0, case, engine, handle_all, moved, only, rows

WEEKLY = Weekly(T0.weekday(), 12, 0)
POLICY = Policy(note_at=WEEKLY)
FIRST = WEEKLY.next("UTC", T0)


def clocked(database: Database, clock: SteppedClock) -> Alarms:
    return Alarms(database, SHOP, clock, Signals())


async def make(database: Database, subject: str = "s", **instants: Any) -> None:
    await database.write(lambda c: appointments.make(c, SHOP, "parcel", {subject: instants}))


async def fire(database: Database, hours: float) -> list[str]:
    fired = await database.write(lambda c: appointments.fire(c, SHOP, T0 + hours * HOUR, 100))
    return [each.what for each in fired]


async def test_each_is_kept_once_in_the_order_of_their_instants(database: Database) -> None:
    await make(database, late=T0 + 2 * HOUR, stuck=T0 + HOUR)
    nearest = await database.read(lambda c: appointments.next_at(c, SHOP))

    assert nearest == T0 + HOUR
    assert [await fire(database, hours) for hours in (0, 3, 3)] == [[], ["stuck", "late"], []]
    assert await database.read(lambda c: appointments.next_at(c, SHOP)) is None


async def test_made_again_for_the_same_instant_it_is_the_same_one(database: Database) -> None:
    """Kept or not; for another instant it comes again, and what is not wanted any more does not come at all."""
    await make(database, stuck=T0 + HOUR, late=T0 + 2 * HOUR)
    assert await fire(database, 1) == ["stuck"]
    await make(database, stuck=T0 + HOUR)
    assert await fire(database, 9) == []
    await make(database, stuck=T0 + 5 * HOUR)
    assert await fire(database, 9) == ["stuck"]


async def test_of_two_processes_one_keeps_it(database: Database, other: Database) -> None:
    wanted = {f"n{n}": T0 for n in range(20)}
    await database.write(lambda c: appointments.make(c, SHOP, "parcel", {"s": wanted}))
    fired = await asyncio.gather(*(fire(each, 1) for each in (database, other, database, other)))

    assert sorted(what for each in fired for what in each) == sorted(f"n{n}" for n in range(20))


async def caused(database: Database, count: int, first: int = 1) -> None:
    """So many cases whose cause became known now."""
    known: dict[str, Any] = {"situation": Situation.DAMAGED, "cause": CauseCode.PACKING, "cause_by": Source.STAFF}
    made = [case(first + n, **known) for n in range(count)]
    await database.write(lambda c: cases.save(c, SHOP, [(None, one) for one in made], T0))


async def armed(database: Database, policy: Policy = POLICY, hours: float = 0) -> None:
    await database.write(lambda c: noting.arm(c, SHOP, policy, T0 + hours * HOUR))


async def run(database: Database, clock: SteppedClock, policy: Policy = POLICY) -> None:
    """What is due is fired and handled, as a running service does."""
    await clocked(database, clock).fire_due()
    await handle_all(engine(database, clock, policy=policy))


async def notes(database: Database) -> list[noting.Told]:
    return [noting.told(row["body"]) for row in await rows(database, outbox, lane=noting.LANE)]


async def test_a_week_is_told_once_whoever_looks_and_however_often(database: Database, other: Database) -> None:
    """Two processes, each started twice, all with the same clock: one note, and the next one is a week away."""
    await caused(database, 3)
    clock = SteppedClock(FIRST)
    for each in (database, other):
        await armed(each)
    await asyncio.gather(*(clocked(each, clock).fire_due() for each in (database, other, database)))
    for each in (database, other):
        await armed(each)
        await handle_all(engine(each, clock, policy=POLICY))
    (note,) = await notes(database)

    assert (note.since, note.until) == (FIRST - WEEK, FIRST)
    assert [(found.count, found.total, found.why) for found in note.findings] == [(3, 3, "damaged")]
    assert only(await rows(database, table))["due_at"] == FIRST + WEEK


async def test_a_week_without_a_pattern_is_told_nothing(database: Database) -> None:
    """And the week after it says only what is new since."""
    await caused(database, 1)
    await armed(database)
    clock = SteppedClock(FIRST)
    await run(database, clock)
    assert await notes(database) == []
    clock.move_to(FIRST + WEEK)
    await run(database, clock)

    assert await notes(database) == []
    assert only(await rows(database, table))["due_at"] == FIRST + 2 * WEEK


async def test_what_fell_due_while_nobody_ran_is_told_late_and_once(database: Database) -> None:
    """Three weeks away: one note, up to the instant that was missed; the next covers the rest."""
    await caused(database, 2)
    await armed(database)
    clock = SteppedClock(FIRST + 3 * WEEK + HOUR)
    await armed(database, hours=24 * 22)
    await run(database, clock)
    await run(database, clock)
    (note,) = await notes(database)

    assert note.until == FIRST
    assert only(await rows(database, table))["due_at"] == FIRST + 4 * WEEK


async def test_another_time_in_the_file_moves_it_and_off_takes_it_back(database: Database) -> None:
    await armed(database)
    later = Weekly(T0.weekday(), 15, 30)
    await armed(database, Policy(note_at=later))
    assert only(await rows(database, table))["due_at"] == later.next("UTC", T0)
    await armed(database, Policy(note_at=None))

    assert await rows(database, table) == []


async def test_switched_off_meanwhile_nothing_is_told(database: Database) -> None:
    """It fell due, and the file said off before it was handled."""
    await caused(database, 2)
    await armed(database)
    await run(database, SteppedClock(FIRST), Policy(note_at=None))

    assert await notes(database) == []


async def test_a_corrected_cause_belongs_to_the_week_in_which_it_became_known(database: Database) -> None:
    before = case(1, situation=Situation.DAMAGED, cause=CauseCode.PACKING)
    after = moved(before, cause=CauseCode.CARRIER, cause_by=Source.STAFF)
    await database.write(lambda c: cases.save(c, SHOP, [(None, before)], T0))
    await database.write(lambda c: cases.save(c, SHOP, [(before, after)], T0 + WEEK))
    weeks = [(T0, T0 + WEEK), (T0 + WEEK, T0 + 2 * WEEK)]
    told = await database.read(lambda c: [causes.settled(c, SHOP, *week) for week in weeks])

    assert [[(each.cause, each.why) for each in week] for week in told] == [[(CauseCode.CARRIER, "")], []]


@pytest.mark.parametrize("late", [timedelta(), 3 * HOUR])
async def test_its_cause_is_an_ordinary_one(database: Database, late: timedelta) -> None:
    """Stored before anything is done about it, by a key that names the instant."""
    await armed(database)
    await clocked(database, SteppedClock(FIRST + late)).fire_due()
    row = only(await rows(database, inbox))

    assert codec.decode(row["raw"], NoteDue) == NoteDue(FIRST)
    assert FIRST.isoformat() in row["external_id"]
