"""After a time in which nobody watched the clocks: what fell due fires at once, and the desk is told once."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from bot.alarms import Alarms
from bot.away import COMING, SHOWN, absence, told
from bot.brain import load_book
from bot.clock import SteppedClock
from bot.loading import Loader
from bot.presence import Presence
from bot.signals import Signals
from bot.store import cases, codec, timers
from bot.store import desk as desk_store
from bot.store.database import Database
from bot.store.tables import inbox, outbox
from flows.case import Alarm, Case, Deadline, DeadlineKind, DeadlineState
from flows.events import AlarmDue
from flows.policy import Policy
from flows.ports import CardRef
from flows.view.away import Absence
from tests.store.histories import HOUR, SHOP, T0, an_id, case, only, rows

MINUTE = timedelta(minutes=1)


class Machine:
    """A machine's two clocks: `passes` moves both, `set` moves only the one that people read."""

    def __init__(self) -> None:
        self.clock = SteppedClock(T0)
        self.elapsed = 0.0

    def passes(self, by: timedelta) -> None:
        self.elapsed += by.total_seconds()
        self.set(by)

    def set(self, by: timedelta) -> None:
        self.clock.move_to(self.clock.now() + by)

    def process(self, database: Database) -> Alarms:
        """The alarms of a process that starts now."""
        return Alarms(database, SHOP, self.clock, Signals(), presence=Presence(lambda: self.elapsed))


async def look(alarms: Alarms, machine: Machine) -> tuple[datetime, datetime] | None:
    """One round of the loop: the time away that it found."""
    away = await alarms.be_seen(machine.clock.now())
    await alarms.fire_due()
    return away


def clock(
    hours: float, kind: DeadlineKind = DeadlineKind.SHOP, state: DeadlineState = DeadlineState.RUNNING
) -> Deadline:
    """Due so many hours after T0, with a rung an hour before."""
    due_at = T0 + hours * HOUR
    rungs = (Alarm("remind", due_at - HOUR), Alarm("missed", due_at))
    return Deadline(an_id(), kind, "house.first_answer", T0, due_at, rungs, state=state)


async def stored(database: Database, *made: Case) -> None:
    await database.write(lambda connection: cases.save(connection, SHOP, [(None, one) for one in made], T0))


async def fired(database: Database) -> list[AlarmDue]:
    return [codec.decode(row["raw"], AlarmDue) for row in await rows(database, inbox)]


async def notices(database: Database) -> list[dict[str, Any]]:
    return await rows(database, outbox, kind="tell")


async def summary_of(database: Database, now: datetime) -> Absence:
    """As the desk would be told now."""
    row = only(await notices(database))
    loader = Loader(SHOP, load_book(), Policy(leads=("U2",)), SteppedClock(now))
    return await database.read(lambda c: absence(c, SHOP, loader, lambda ref: ref.message, told(row["body"])))


async def test_a_service_that_is_there_is_not_away(database: Database) -> None:
    """A month of looks, hours of lateness in none of them: no summary, every rung by itself."""
    machine = Machine()
    await stored(database, case(deadlines=(clock(3),)))
    alarms = machine.process(database)
    for _ in range(5 * 60):
        machine.passes(MINUTE)
        assert await look(alarms, machine) is None

    assert [(each.rung, each.away) for each in await fired(database)] == [("remind", None), ("missed", None)]
    assert await notices(database) == []


async def test_a_restart_is_no_time_away(database: Database) -> None:
    """A deploy takes a minute or two: what fell due in it is merely late."""
    machine = Machine()
    await stored(database, case(deadlines=(clock(1),)))
    await look(machine.process(database), machine)
    machine.passes(4 * MINUTE)

    assert await look(machine.process(database), machine) is None
    assert [each.away for each in await fired(database)] == [None]


async def test_after_a_night_off_everything_fires_at_once_and_the_desk_is_told_once(database: Database) -> None:
    """Invariant 8: one summary, no storm, and every rung knows in which time away it fell."""
    machine = Machine()
    passed, coming, later = (case(n, deadlines=(clock(hours),)) for n, hours in ((1, 3), (2, 6.5), (3, 30)))
    await stored(database, passed, coming, later)
    await look(machine.process(database), machine)
    machine.passes(6 * HOUR)
    alarms = machine.process(database)
    away = await look(alarms, machine)
    machine.passes(MINUTE)
    assert await look(alarms, machine) is None

    assert away == (T0, T0 + 6 * HOUR)
    assert [(each.case, each.rung, each.away) for each in await fired(database)] == [
        (passed.id, "remind", away), (passed.id, "missed", away), (coming.id, "remind", away)
    ]  # fmt: skip
    told_now = await summary_of(database, machine.clock.now())
    assert (told_now.since, told_now.until, told_now.total) == (T0, T0 + 6 * HOUR, 1)
    assert [entry.shown.case.id for entry in told_now.passed] == [passed.id]
    assert [entry.shown.case.id for entry in told_now.coming] == [coming.id, later.id]
    assert told_now.people == ("U2",)


async def test_of_two_processes_that_come_back_together_one_tells(database: Database, other: Database) -> None:
    """Both were away with the server they share: the desk reads it once, and each rung fires once."""
    machine = Machine()
    await stored(database, *(case(n, deadlines=(clock(1 + n / 10),)) for n in range(20)))
    await look(machine.process(database), machine)
    machine.passes(9 * HOUR)
    found = [await look(machine.process(each), machine) for each in (database, other)]

    assert found == [(T0, T0 + 9 * HOUR), None]
    only(await notices(database))
    assert len({(each.deadline, each.rung) for each in await fired(database)}) == len(await fired(database)) == 40


async def test_a_suspended_process_is_back_as_well(database: Database) -> None:
    """The laptop's lid was closed: nothing was restarted, and yet nobody was warned."""
    machine = Machine()
    await stored(database, case(deadlines=(clock(3),)))
    alarms = machine.process(database)
    await look(alarms, machine)
    machine.passes(5 * HOUR)

    assert await look(alarms, machine) == (T0, T0 + 5 * HOUR)


async def test_a_clock_that_is_set_loses_nothing_and_makes_no_summary(database: Database) -> None:
    """Forward by an hour, and back again: each rung once, at the first instant that is past its own."""
    machine = Machine()
    await stored(database, case(deadlines=(clock(2),)))
    alarms = machine.process(database)
    await look(alarms, machine)
    for by in (90 * MINUTE, -80 * MINUTE, 3 * HOUR, -HOUR, HOUR):
        machine.passes(timedelta(seconds=5))
        machine.set(by)
        assert await look(alarms, machine) is None

    assert [(each.rung, each.away) for each in await fired(database)] == [("remind", None), ("missed", None)]
    assert await notices(database) == []


async def test_a_summary_has_an_end_and_leaves_out_what_was_settled_since(database: Database) -> None:
    """A hundred clocks ran out: the platform's first, then the oldest; a case answered meanwhile is no news."""
    machine = Machine()
    made = [case(n, deadlines=(clock(1 + n / 100),)) for n in range(1, 101)]
    urgent = case(101, deadlines=(clock(4, DeadlineKind.PLATFORM),))
    coming = [case(200 + n, deadlines=(clock(20 + n),)) for n in range(20)]
    await stored(database, *made, urgent, *coming)
    await look(machine.process(database), machine)
    machine.passes(8 * HOUR)
    await look(machine.process(database), machine)
    met = replace(made[0].deadlines[0], state=DeadlineState.MET, ended_at=T0, ended_why="answered")
    answered = replace(made[0], revision=2, deadlines=(met,))
    await database.write(lambda connection: cases.save(connection, SHOP, [(made[0], answered)], T0))

    found = await summary_of(database, machine.clock.now())
    assert [entry.shown.case.id for entry in found.passed] == [
        urgent.id,
        *(each.id for each in made[1 : SHOWN - 1]),
    ]
    assert found.total == 100
    assert [entry.shown.case.id for entry in found.coming] == [each.id for each in coming[:COMING]]


async def test_reminders_are_no_news(database: Database) -> None:
    """The end of an undo window is nobody's missed deadline."""
    machine = Machine()
    undo = Deadline(an_id(), DeadlineKind.REMINDER, "undo", T0, T0 + MINUTE, (Alarm("due", T0 + MINUTE),))
    await stored(database, case(deadlines=(undo,)))
    await look(machine.process(database), machine)
    machine.passes(HOUR)
    await look(machine.process(database), machine)

    found = await summary_of(database, machine.clock.now())
    assert (found.total, found.passed, found.is_urgent) == (0, [], False)


async def test_a_card_is_linked_where_there_is_one(database: Database) -> None:
    """One click from the summary to the case."""
    machine = Machine()
    one = case(deadlines=(clock(1),))
    await stored(database, one)
    await database.write(lambda c: desk_store.save_card(c, SHOP, one.id, CardRef("C", "17.5"), 1, 0))
    await look(machine.process(database), machine)
    machine.passes(HOUR * 2)
    await look(machine.process(database), machine)

    assert [entry.address for entry in (await summary_of(database, machine.clock.now())).passed] == ["17.5"]
    assert await database.read(lambda c: timers.next_at(c, SHOP)) is None


SEEDS = range(12)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_whatever_the_clocks_do_each_rung_fires_once(database: Database, seed: int) -> None:
    """Invariant 8 over random lives: looks, suspends, restarts, and a clock set forward and back, in any order."""
    chance, machine = random.Random(seed), Machine()  # noqa: S311 - a fixed mixture, no secret
    made = [case(n, deadlines=(clock(chance.uniform(1, 60)),)) for n in range(15)]
    await stored(database, *made)
    alarms, returns = machine.process(database), 0
    for _ in range(60):
        match chance.choice(("look", "look", "look", "sleep", "restart", "set")):
            case "sleep":
                machine.passes(chance.choice((MINUTE, HOUR, 9 * HOUR)))
            case "restart":
                machine.passes(chance.choice((MINUTE, 2 * HOUR)))
                alarms = machine.process(database)
            case "set":
                machine.set(chance.choice((-2 * HOUR, -MINUTE, MINUTE, 3 * HOUR)))
        machine.passes(timedelta(seconds=chance.uniform(0, 15)))
        returns += await look(alarms, machine) is not None
    machine.passes(200 * HOUR)
    returns += await look(alarms, machine) is not None

    found = [(each.deadline, each.rung) for each in await fired(database)]
    assert sorted(found) == sorted((one.deadlines[0].id, rung) for one in made for rung in ("remind", "missed"))
    assert len(await notices(database)) == returns
