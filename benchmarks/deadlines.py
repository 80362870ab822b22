"""Stores full of open clocks, and the product's own arming and firing of them. For bars 7 to 9."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.million import FAST
from benchmarks.product import open_shop
from benchmarks.rounds import Timing
from bot.alarms import Alarms
from bot.clock import machine_now
from bot.ids import new_id
from bot.store import cases
from bot.store.database import Database
from bot.store.tables import metadata
from flows.case import Alarm, Case, Deadline, DeadlineKind
from flows.values import DEFAULT_SHOP

T0 = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
A_BATCH = 100  # deadlines armed in one transaction: the engine takes up to 200 rows in one
RUNGS = {"remind": 12, "warn_owner": 4, "page_lead": 1, "missed": 0}  # hours before the due instant
EVERY = timedelta(milliseconds=10)  # between two rungs of the large store
AT_ONCE = 10_000  # rows of one statement while it is made


def armed(number: int, due_at: datetime) -> Case:
    """A case with one open clock and its whole ladder."""
    ladder = tuple(Alarm(name, due_at - timedelta(hours=before)) for name, before in RUNGS.items())
    deadline = Deadline(new_id(T0), DeadlineKind.SHOP, "house.first_answer", T0, due_at, ladder)
    return Case(new_id(T0), DEFAULT_SHOP, number, T0, revision=1, deadlines=(deadline,))


async def arm(url: str, count: int) -> Timing:
    """So many clocks into an empty store, the case around each included, as the engine writes them."""
    made = [armed(number, T0 + timedelta(days=30)) for number in range(count + A_BATCH)]
    batches = [made[at : at + A_BATCH] for at in range(0, len(made), A_BATCH)]
    async with open_shop(url) as shop:
        await _save(shop.database, batches[0])
        started = time.perf_counter()
        for batch in batches[1:]:
            await _save(shop.database, batch)
        return Timing(count, time.perf_counter() - started)


async def fire(url: str, count: int) -> tuple[Timing, Timing]:
    """So many rungs that are due: (until the event of each is in the inbox, until its step is committed)."""
    due_at = (
        machine_now() + timedelta(hours=RUNGS["remind"]) - timedelta(seconds=1)
    )  # the first rung, a second ago
    made = [armed(number, due_at) for number in range(count)]
    async with open_shop(url) as shop:
        for at in range(0, count, A_BATCH):
            await _save(shop.database, made[at : at + A_BATCH])
        timer = Alarms(shop.database, DEFAULT_SHOP, shop.clock, shop.signals)
        started = time.perf_counter()
        fired = 0
        while some := await timer.fire_due():
            fired += some
        in_the_inbox = time.perf_counter() - started
        handled = 0
        while some := await shop.engine.handle_waiting():
            handled += some
        if (fired, handled) != (count, count):
            raise RuntimeError(f"of {count} rungs {fired} fired and {handled} were handled")
        return Timing(count, in_the_inbox), Timing(count, time.perf_counter() - started)


async def _save(database: Database, batch: Sequence[Case]) -> None:
    await database.write(lambda connection: cases.save(connection, DEFAULT_SHOP, [(None, c) for c in batch], T0))


def fill(file: Path, count: int) -> None:
    """So many open deadlines of two rungs each, straight into the tables; the first rungs EVERY after another."""
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        for pragma in FAST:
            connection.execute(f"PRAGMA {pragma}")
        for name, rows in _rows(count):
            columns = metadata.tables[name].columns.keys()[: len(rows[0])]  # what came later is empty
            into = f"{name} ({', '.join(columns)})"
            connection.execute("BEGIN")
            connection.executemany(f"INSERT INTO {into} VALUES ({', '.join('?' * len(columns))})", rows)  # noqa: S608
            connection.execute("COMMIT")
        connection.execute("PRAGMA locking_mode=NORMAL")
        connection.execute("PRAGMA journal_mode=WAL")


def _rows(count: int) -> Iterator[tuple[str, list[tuple[object, ...]]]]:
    """In the columns' order, as SQLite keeps them."""
    started = as_text(T0)
    for first in range(0, count, AT_ONCE):
        clocks: list[tuple[object, ...]] = []
        rungs: list[tuple[object, ...]] = []
        for number in range(first, min(count, first + AT_ONCE)):
            id, case, at = new_id(T0), new_id(T0), T0 + (number + 1) * EVERY
            due = as_text(at + timedelta(days=20))
            clocks.append(
                (DEFAULT_SHOP, id, case, "shop", "house.first_answer", "due", started, due, "running", None, "")
            )
            rungs.append((DEFAULT_SHOP, id, due, "remind", case, as_text(at), None, "waiting", "", None))
            rungs.append((DEFAULT_SHOP, id, due, "missed", case, due, None, "waiting", "", None))
        yield "deadlines", clocks
        yield "alarms", rungs


def as_text(instant: datetime) -> str:
    """As SQLAlchemy stores it on SQLite."""
    return instant.replace(tzinfo=None).isoformat(sep=" ", timespec="microseconds")
