"""Due instants: the nearest is known, each rung fires once, and its event is in the inbox with its mark."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from msgspec.structs import replace
from sqlalchemy import Connection

from bot.alarms import Alarms
from bot.clock import SteppedClock
from bot.signals import Signals
from bot.store import cases, codec, timers
from bot.store.database import Database
from bot.store.tables import alarms, inbox
from flows.case import AlarmState
from flows.events import AlarmDue
from tests.store.histories import HOUR, SHOP, T0, case, deadline, only, rows, rung

CLOCK = deadline(rung("remind", 1), rung("warn_owner", 2), rung("last", 24))


def _alarms(database: Database, clock: SteppedClock) -> Alarms:
    return Alarms(database, SHOP, clock, Signals())


async def _with_clock(database: Database) -> None:
    await database.write(lambda connection: cases.save(connection, SHOP, [(None, case(deadlines=(CLOCK,)))], T0))


async def test_nothing_is_due_in_an_empty_store(database: Database) -> None:
    """A new shop: the timer waits for news only."""
    assert await database.read(lambda connection: timers.next_at(connection, SHOP)) is None
    assert await _alarms(database, SteppedClock(T0)).fire_due() == 0


async def test_rungs_fire_in_their_order_each_once(database: Database) -> None:
    """Stepped from rung to rung, each makes one event, however often the timer looks."""
    await _with_clock(database)
    clock = SteppedClock(T0)
    timer = _alarms(database, clock)
    fired = []
    while (upcoming := await timer.next_at()) is not None:
        clock.move_to(upcoming)
        fired.append(await timer.fire_due())
        assert await timer.fire_due() == 0

    assert fired == [1, 1, 1]
    events = [codec.decode(row["raw"], AlarmDue) for row in await rows(database, inbox)]
    assert [event.rung for event in events] == ["remind", "warn_owner", "last"]
    assert all(event.late_s == 0 for event in events)


async def test_after_downtime_all_that_is_due_fires_at_once_and_says_how_late(database: Database) -> None:
    """The step makes one summary of it; it has to know what was missed and by how much."""
    await _with_clock(database)
    assert await _alarms(database, SteppedClock(T0 + 3 * HOUR)).fire_due() == 2

    stored = [row for row in await rows(database, inbox) if row["urgent"]]
    assert [codec.decode(row["raw"], AlarmDue).late_s for row in stored] == [7200, 3600]


async def test_an_instant_that_was_fired_before_a_crash_makes_no_second_event(database: Database) -> None:
    """Even with the mark lost, the event's key (clock, instant, rung) is the same: the inbox ignores it."""
    await _with_clock(database)
    timer = _alarms(database, SteppedClock(T0 + HOUR))
    await timer.fire_due()
    await database.write(lambda connection: connection.execute(alarms.update().values(fired_at=None)))
    await timer.fire_due()

    assert len(await rows(database, inbox)) == 1


async def test_only_rungs_that_wait_are_due(database: Database) -> None:
    """A clock that was stopped leaves its rungs skipped with a reason, and the timer must not see them."""
    skipped = replace(CLOCK.alarms[0], state=AlarmState.SKIPPED, reason="answered")
    clock = replace(CLOCK, alarms=(skipped, *CLOCK.alarms[1:]))

    def save_and_look(connection: Connection) -> list[timers.Due]:
        cases.save(connection, SHOP, [(None, case(deadlines=(clock,)))], T0)
        return timers.fire(connection, SHOP, T0 + 30 * HOUR, 10)

    due = await database.write(save_and_look)

    assert [each.rung for each in due] == ["warn_owner", "last"]
    assert due[0].at == T0 + 2 * HOUR
    assert due[0].due_at == CLOCK.due_at


async def test_a_flood_is_taken_in_portions_earliest_first(database: Database) -> None:
    """Thousands due after a weekend off: no transaction without end."""
    await _with_clock(database)
    due = await database.write(lambda connection: timers.fire(connection, SHOP, T0 + 30 * HOUR, 2))

    assert [each.rung for each in due] == ["remind", "warn_owner"]


async def test_the_running_timer_fires_when_its_instant_comes_and_wakes_for_a_new_clock(
    database: Database,
) -> None:
    """It sleeps until the nearest instant it knows; a clock started meanwhile re-arms it."""
    clock, signals = SteppedClock(T0), Signals()
    timer = Alarms(database, SHOP, clock, signals)
    running = asyncio.create_task(timer.run())
    try:
        await _with_clock(database)
        clock.move_to(T0 + HOUR)
        signals.timers.set()
        async with asyncio.timeout(10):
            await signals.next_progress(0)
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    row = only(await rows(database, inbox))
    assert codec.decode(row["raw"], AlarmDue).rung == "remind"
    assert row["stored_at"] == T0 + timedelta(hours=1)
