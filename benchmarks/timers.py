"""Bars 8 and 9: a million open deadlines beside the raw statement; how late an alarm of the idle service is."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks import deadlines, product
from benchmarks.bars import BARS, Result, Side
from benchmarks.deadlines import EVERY, T0
from benchmarks.report import in_words
from benchmarks.rounds import in_turns, percentile, ratios, spread
from benchmarks.running import CHANNEL, Town, town
from benchmarks.stores import folder, migrate
from benchmarks.unit import FIRST_CHAT, Letters
from bot.alarms import AT_MOST, Alarms
from bot.clock import SteppedClock, machine_now
from bot.signals import Signals
from bot.store import timers
from bot.store.database import SQLITE_PRAGMAS, Database
from flows.values import DEFAULT_SHOP

MILLION = 1_000_000
OPEN, DUE = 10_000, 12  # clocks of bar 9: open ones, and those that fall due in a round
APART_S = 3.0  # a post, a card and a line of its thread at Slack's one message a second
LEAD_S = 12.0  # from the making of a round's store to its first rung: the service starts meanwhile
SETTLED_S = 3.0
RAW_CLAIM = """
    UPDATE alarms SET fired_at = ? WHERE rowid IN (
        SELECT rowid FROM alarms
        WHERE shop_id = ? AND state = 'waiting' AND fired_at IS NULL AND at <= ? ORDER BY at, deadline_id LIMIT ?
    ) RETURNING case_id, deadline_id, due_at, rung, at
"""


# --- a million open deadlines -------------------------------------------------------------------------------


async def million(rounds: int) -> list[Result]:
    """Bar 8: each side claims the next 500 of the same file in turn; then the service's memory with it."""
    with folder() as home:
        file = home / "amends.db"
        await migrate(f"sqlite:///{file}")
        deadlines.fill(file, MILLION)
        gigabytes = file.stat().st_size / 1e9
        claim = await _claim(file, rounds, gigabytes)
        memory = await _memory(file, rounds)
    return [claim, memory]


async def _claim(file: Path, rounds: int, gigabytes: float) -> Result:
    database, clock = Database(f"sqlite:///{file}"), SteppedClock(T0)
    timer = Alarms(database, DEFAULT_SHOP, clock, Signals())
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        for pragma in SQLITE_PRAGMAS:
            connection.execute(pragma)
        sides = await in_turns(
            rounds,
            _timed(clock, lambda now: _raw(connection, now)),
            _timed(clock, lambda now: database.write(lambda c: len(timers.fire(c, DEFAULT_SHOP, now, AT_MOST)))),
            _timed(clock, lambda _now: timer.fire_due()),
        )
    await database.close()
    ms = [[seconds * 1000 for seconds in side] for side in sides]
    whole = spread(ratios(ms[2], ms[0]))
    return Result(
        BARS["8 claim"],
        spread(ratios(ms[1], ms[0])),
        rounds,
        (
            Side("raw sqlite3, one statement, one commit", spread(ms[0]), "ms"),
            Side("ours, claimed and marked", spread(ms[1]), "ms"),
            Side("ours, and the event of each in the inbox", spread(ms[2]), "ms"),
        ),
        f"{AT_MOST} due of {MILLION:,} open deadlines ({2 * MILLION:,} rungs, {gigabytes:.1f} GB), one file",
        (f"with the events, which the raw statement does not make: {in_words(BARS['8 claim'], whole)}",),
    )


def _timed(clock: SteppedClock, claim: Callable[[datetime], Awaitable[int]]) -> Callable[[], Awaitable[float]]:
    """Step to where the next 500 are due, and how many seconds it takes to claim them."""

    async def once() -> float:
        clock.move_to(clock.now() + AT_MOST * EVERY)
        started = time.perf_counter()
        claimed = await claim(clock.now())
        seconds = time.perf_counter() - started
        if claimed != AT_MOST:
            raise RuntimeError(f"{claimed} rungs were claimed instead of {AT_MOST}")
        return seconds

    return once


async def _raw(connection: sqlite3.Connection, now: datetime) -> int:
    at = deadlines.as_text(now)
    connection.execute("BEGIN IMMEDIATE")
    claimed = connection.execute(RAW_CLAIM, (at, DEFAULT_SHOP, at, AT_MOST)).fetchall()
    connection.execute("COMMIT")
    return len(claimed)


async def _memory(file: Path, rounds: int) -> Result:
    """The idle service on an empty store, and on the million whose next rung is a day away."""
    with folder() as empty, folder() as full:
        _put_off(file, full / "amends.db")
        async with town(empty) as without, town(full) as with_them:
            found = await in_turns(rounds, lambda: _resident(without), lambda: _resident(with_them))
    growth = [more - less for less, more in zip(*found, strict=True)]
    return Result(
        BARS["8 memory"],
        spread(growth),
        rounds,
        (
            Side("the idle service, an empty store", spread(found[0]), "MB"),
            Side(f"the idle service, {MILLION:,} open deadlines", spread(found[1]), "MB"),
        ),
        f"a new process each round, {SETTLED_S:.0f} s idle; both platforms are sandboxes on loopback",
    )


def _put_off(file: Path, to: Path) -> None:
    """The same store with nothing to fire: every rung lies in the year 9026."""
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("DELETE FROM inbox")
        connection.execute("UPDATE alarms SET due_at = '9' || substr(due_at, 2), at = '9' || substr(at, 2)")
    file.rename(to)


async def _resident(place: Town) -> float:
    await place.start()
    await asyncio.sleep(SETTLED_S)
    mb = place.resident_mb()
    await place.supervisor.stop()
    return mb


# --- lateness -----------------------------------------------------------------------------------------------


async def lateness(rounds: int) -> list[Result]:
    """Bar 9: ten thousand open clocks, a service with nothing else to do, one rung every few seconds."""
    with folder() as home:
        store = home / "open.db"
        await _open_cases(store)
        found = (await in_turns(rounds, lambda: _late(store)))[0]
    p99 = [percentile(fired, 0.99) for fired, _ in found]
    p50 = [percentile(posted, 0.5) for _, posted in found]
    shown = [percentile(posted, 0.99) for _, posted in found]
    everything = [each for _, posted in found for each in posted]
    return [
        Result(
            BARS["9"],
            spread(p99),
            rounds,
            (
                Side("its event stored and taken by the engine, p99", spread(p99), "ms"),
                Side("in the channel of the Slack sandbox, p99", spread(shown), "ms"),
                Side("in the channel of the Slack sandbox, p50", spread(p50), "ms"),
            ),
            f"{DUE} rungs a round, {APART_S:.0f} s apart; {OPEN:,} open clocks of {OPEN:,} cases in the store",
            (f"of all {len(everything)} alarms the latest stood in the channel after {max(everything):.0f} ms",),
        )
    ]


async def _open_cases(file: Path) -> None:
    """Opened by the engine itself, each by a message of its own buyer; nothing is left to send."""
    await migrate(f"sqlite:///{file}")
    await product.accept(
        f"sqlite:///{file}", Letters(1, range(FIRST_CHAT, FIRST_CHAT + 2 * OPEN)).new_buyer, OPEN, 100
    )
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("DELETE FROM outbox")
        connection.execute("DELETE FROM inbox")


async def _late(store: Path) -> tuple[list[float], list[float]]:
    """One round: ms from each rung's instant until (the timer saw it, its alarm stood in the channel)."""
    with folder() as place_home:
        file = place_home / "amends.db"
        due = _fall_due(store, file)
        async with town(place_home) as place:
            await place.start()
            posted = await _posted(place, due)
            await place.supervisor.stop()
        fired = _taken(file, due)
    return fired, posted


def _fall_due(store: Path, file: Path) -> dict[str, datetime]:
    """A copy in which a loud rung of some cases falls due in the seconds to come; deadline → its instant."""
    shutil.copy(store, file)
    first = machine_now() + timedelta(seconds=LEAD_S)
    with closing(sqlite3.connect(file)) as connection, connection:
        found = connection.execute(
            "SELECT deadline_id FROM alarms WHERE rung = 'warn_owner' ORDER BY deadline_id LIMIT ?", (DUE,)
        ).fetchall()
        due = {id: first + number * timedelta(seconds=APART_S) for number, (id,) in enumerate(found)}
        connection.executemany(
            "UPDATE alarms SET at = ? WHERE deadline_id = ? AND rung = 'warn_owner'",
            [(deadlines.as_text(at), id) for id, at in due.items()],
        )
    return due


async def _posted(place: Town, due: dict[str, datetime]) -> list[float]:
    """ms from each rung's instant until its alarm was seen in the channel."""
    seen: dict[str, float] = {}
    until = max(due.values()) + timedelta(seconds=30)
    while len(seen) < len(due) and machine_now() < until:
        version = place.slack.changed.version
        now = machine_now()
        for post in place.slack.messages(CHANNEL):
            key = str((post.get("metadata") or {}).get("event_payload", {}).get("k", ""))
            id = key.split(":")[1] if key.startswith("alarm:") else ""
            if id in due and id not in seen:
                seen[id] = (now - due[id]).total_seconds() * 1000
        await place.slack.changed.wait(version)
    if len(seen) < len(due):
        raise RuntimeError(f"of {len(due)} alarms {len(seen)} were posted")
    return list(seen.values())


def _taken(file: Path, due: dict[str, datetime]) -> list[float]:
    """ms from each rung's instant until the engine had its event: fired, committed and taken up."""
    with closing(sqlite3.connect(file)) as connection:
        rows: Sequence[tuple[str, str]] = connection.execute(
            "SELECT inbox.external_id, journal.at FROM journal JOIN inbox ON inbox.id = journal.event_id "
            "WHERE journal.event = 'AlarmDue'"
        ).fetchall()
    taken = {name.split(":")[1]: datetime.fromisoformat(at).replace(tzinfo=UTC) for name, at in rows}
    return [(taken[id] - at).total_seconds() * 1000 for id, at in due.items()]
