"""Makes a store with any number of cases, all of which the engine can load: the same seed, the same store but for
the instants.

    python -m benchmarks.million FILE --cases 1000000 --seed 1

Ten whole cases are lived through by the real engine, in five languages, and copied with other ids, buyers, orders
and dates over the last 500 days. Of a hundred two are open, 60 ended without a reply, the others with one. Handled
inbox rows and settled outbox rows are copied too.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import shutil
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

from benchmarks.copying import Copy, Stencil
from benchmarks.stores import migrate
from benchmarks.templates import Ending, made
from benchmarks.unit import FIRST_CHAT
from bot.store.tables import metadata
from flows.values import DEFAULT_SHOP

DAYS = 500
LIVED = timedelta(days=40)  # longer than any template: what is closed was closed before now
OPEN_ONE_IN = 50
WITHOUT_REPLY = 0.6
AT_ONCE = 2000
KB_A_CASE = 40  # rather too much: only to refuse a disk that cannot hold it
FAST = ("journal_mode=OFF", "synchronous=OFF", "locking_mode=EXCLUSIVE", "cache_size=-400000", "temp_store=MEMORY")

Stencils = dict[Ending, list[Stencil]]


class DiskTooSmall(Exception):
    """There is not enough room for so many cases."""


async def make(file: Path, cases: int, seed: int) -> None:
    """Raises DiskTooSmall, having written nothing."""
    free = shutil.disk_usage(file.parent).free
    if free < cases * KB_A_CASE * 1000:
        raise DiskTooSmall(
            f"{cases:,} cases may need {cases * KB_A_CASE / 1e6:.1f} GB, free are {free / 1e9:.1f} GB"
        )
    stencils = await _stencils(file)
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        for pragma in FAST:
            connection.execute(f"PRAGMA {pragma}")
        for rows in _batches(stencils, cases, random.Random(seed)):  # noqa: S311 - a fixed mixture, no secret
            _insert(connection, rows)
        connection.execute("INSERT INTO counters VALUES (?, 'case', ?)", (DEFAULT_SHOP, cases))
        connection.execute("PRAGMA locking_mode=NORMAL")
        connection.execute("PRAGMA journal_mode=WAL")


async def _stencils(file: Path) -> Stencils:
    await migrate(f"sqlite:///{file}")
    found = await made()
    return {ending: [Stencil(each) for each in found if each.ending is ending] for ending in Ending}


def _batches(stencils: Stencils, cases: int, chance: random.Random) -> Iterator[dict[str, list[Any]]]:
    """Some thousand cases at a time, oldest first; the youngest are the open ones."""
    rows: dict[str, list[Any]] = {}
    closed = cases - cases // OPEN_ONE_IN
    for number in range(1, cases + 1):
        ended = Ending.NO_REPLY_NEEDED if chance.random() < WITHOUT_REPLY else Ending.ANSWERED
        stencil = chance.choice(stencils[Ending.OPEN if number > closed else ended])
        for name, found in stencil.copy(_copy(number, closed, cases)).items():
            rows.setdefault(name, []).extend(found)
        if number % AT_ONCE == 0:
            yield rows
            rows = {}
    yield rows


def _copy(number: int, closed: int, cases: int) -> Copy:
    """Closed cases over the days before the last ones; open ones a few milliseconds apart, just now."""
    back = timedelta(milliseconds=cases - number)
    if number <= closed:
        back = LIVED + timedelta(days=DAYS) * ((closed - number) / closed)
    return Copy(number, FIRST_CHAT + number, back)


def _insert(connection: sqlite3.Connection, rows: dict[str, list[Sequence[Any]]]) -> None:
    connection.execute("BEGIN")
    for name, found in rows.items():
        marks = ", ".join("?" * len(metadata.tables[name].columns))
        names = ", ".join(column.name for column in metadata.tables[name].columns)
        connection.executemany(f"INSERT INTO {name} ({names}) VALUES ({marks})", found)  # noqa: S608 - names
    connection.execute("COMMIT")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--cases", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    if options.file.exists():
        parser.error(f"{options.file} exists already")
    started = time.perf_counter()
    asyncio.run(make(options.file, options.cases, options.seed))
    print(
        f"{options.file}: {options.cases:,} cases, {options.file.stat().st_size / 1e9:.2f} GB, "
        f"made in {time.perf_counter() - started:.0f} s"
    )


if __name__ == "__main__":
    main()
