"""Bar 12: what a message costs in a large store, beside a store of a thousand cases."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

from adapters.telegram.keys import item_of
from benchmarks import million, product
from benchmarks.bars import BARS, Result, Side
from benchmarks.carrying import carry
from benchmarks.rounds import Timing, in_turns, ratios, spread
from benchmarks.stores import ROOT, folder, postgres_databases, postgres_version
from benchmarks.unit import BOT, FIRST_CHAT, update
from flows.ports import Item

SMALL, LARGE, MILLION = 1_000, 100_000, 1_000_000
CASES = "AMENDS_BENCH_CASES"  # how large; `make bench-million` sets it
MESSAGES, IN_FLIGHT = 1000, 100
NEW_CHAT, NEW_MESSAGE = 8_000_000_000, 1_000_000
SEED = 1


@dataclass(slots=True)
class Mixed:
    """Half of the messages come from buyers of random cases in the store, half from buyers it has never seen."""

    cases: int
    _numbers: count[int] = field(default_factory=lambda: count(NEW_MESSAGE))
    _chance: Any = field(default_factory=lambda: random.Random(SEED))  # noqa: S311 - a fixed mixture, no secret

    def next(self) -> Item:
        number = next(self._numbers)
        known = self._chance.random() < 0.5
        chat = FIRST_CHAT + self._chance.randint(1, self.cases) if known else NEW_CHAT + number
        return item_of(BOT, update(number, chat), number)


async def on_sqlite(rounds: int) -> list[Result]:
    """Bar 12 on SQLite; how many cases `AMENDS_BENCH_CASES` says."""
    large = int(os.environ.get(CASES, LARGE))
    with folder() as home:
        files = [await _made(home / f"{cases}.db", cases) for cases in (SMALL, large)]
        notes = tuple(_notes(large, files[1].stat().st_size / 1e9))
        return [await _result("12 SQLite", [f"sqlite:///{file}" for file in files], large, rounds, notes)]


async def on_postgres(rounds: int) -> list[Result]:
    """Bar 12 on PostgreSQL, with the same cases."""
    async with postgres_databases() as fresh:
        addresses = []
        for cases in (SMALL, LARGE):
            addresses.append(await fresh())
            with folder() as home:
                await carry(await _made(home / f"{cases}.db", cases), addresses[-1])
        note = f"PostgreSQL {await postgres_version(addresses[0])}, fsync on, its own defaults; vacuumed before"
        return [await _result("12 PostgreSQL", addresses, LARGE, rounds, (note,))]


async def _result(key: str, urls: Sequence[str], large: int, rounds: int, notes: tuple[str, ...]) -> Result:
    """`urls`: of the small store and of the large one."""
    sizes = (SMALL, large)
    sides = await in_turns(rounds, *(_side(url, cases) for url, cases in zip(urls, sizes, strict=True)))
    each_ms = [[timing.seconds / timing.count * 1000 for timing in side] for side in sides]
    named = zip(sizes, each_ms, strict=True)
    return Result(
        BARS[key],
        spread(ratios(each_ms[1], each_ms[0])),
        rounds,
        tuple(Side(f"with {cases:,} cases", spread(each), "ms a message") for cases, each in named),
        f"{MESSAGES:,} messages a round, {IN_FLIGHT} in flight, half from buyers of random cases",
        notes,
    )


def _notes(large: int, gigabytes: float) -> Iterator[str]:
    free = shutil.disk_usage(ROOT).free / 1e9
    each = f"{gigabytes * 1e6 / large:.0f} KB a case"
    yield f"the store of {large:,} cases weighs {gigabytes:.2f} GB ({each}); {free:.0f} GB of the disk were free"
    if large < MILLION:
        yield f"{large:,} cases instead of {MILLION:,}: `make bench-million` does that"


async def _made(file: Path, cases: int) -> Path:
    await million.make(file, cases, SEED)
    return file


def _side(url: str, cases: int) -> Callable[[], Any]:
    return partial(_round, url, Mixed(cases).next)


async def _round(url: str, take: Callable[[], Item]) -> Timing:
    return await product.accept(url, take, MESSAGES, IN_FLIGHT)
