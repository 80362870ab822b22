"""Bar 12: what a message costs in a large store, beside a store of a thousand cases."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Awaitable, Callable, Iterator
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
A_SAMPLE = 20_000  # buyers drawn at a time
Place = Callable[[], Awaitable[str]]


@dataclass(slots=True)
class Mixed:
    """Half of the messages come from buyers of random cases in the store, half from buyers it has never seen, and
    nobody writes twice in a round. So a message is the same work in a small store as in a large one: mostly the
    first after a case that was settled long ago.
    """

    cases: int
    _numbers: count[int] = field(default_factory=lambda: count(NEW_MESSAGE))
    _chance: Any = field(default_factory=lambda: random.Random(SEED))  # noqa: S311 - a fixed mixture, no secret
    _known: list[int] = field(default_factory=list)

    def next(self) -> Item:
        number = next(self._numbers)
        chat = FIRST_CHAT + self._known.pop() if self._chance.random() < 0.5 else NEW_CHAT + number
        return item_of(BOT, update(number, chat), number)

    def begin(self) -> None:
        """A round: other buyers than in the last one, as far as there are."""
        if len(self._known) < SMALL:
            self._known = self._chance.sample(range(1, self.cases + 1), min(self.cases, A_SAMPLE))


async def on_sqlite(rounds: int) -> list[Result]:
    """Bar 12 on SQLite; how many cases `AMENDS_BENCH_CASES` says."""
    large = int(os.environ.get(CASES, LARGE))
    with folder() as home:
        files = [await _made(home / f"{cases}.db", cases) for cases in (SMALL, large)]
        copies = count()

        async def small() -> str:
            return f"sqlite:///{shutil.copy(files[0], home / f'copy{next(copies)}.db')}"

        async def many() -> str:
            return f"sqlite:///{files[1]}"

        notes = tuple(_notes(large, files[1].stat().st_size / 1e9))
        return [await _result("12 SQLite", small, many, large, rounds, notes)]


async def on_postgres(rounds: int) -> list[Result]:
    """Bar 12 on PostgreSQL, with the same cases."""
    async with postgres_databases() as fresh:
        made = {cases: await _carried(await fresh(), cases) for cases in (SMALL, LARGE)}

        async def small() -> str:
            return await fresh(made[SMALL])

        async def many() -> str:
            return made[LARGE]

        note = f"PostgreSQL {await postgres_version(made[LARGE])}, fsync on, its own defaults; vacuumed before"
        return [await _result("12 PostgreSQL", small, many, LARGE, rounds, (note,))]


async def _result(key: str, small: Place, many: Place, large: int, rounds: int, notes: tuple[str, ...]) -> Result:
    """`small` and `many` answer the address of the store for the next round: a small one is new each time."""
    sizes = (SMALL, large)
    sides = await in_turns(rounds, partial(_round, small, Mixed(SMALL)), partial(_round, many, Mixed(large)))
    each_ms = [[timing.seconds / timing.count * 1000 for timing in side] for side in sides]
    named = zip(sizes, each_ms, strict=True)
    return Result(
        BARS[key],
        spread(ratios(each_ms[1], each_ms[0])),
        rounds,
        tuple(Side(f"with {cases:,} cases", spread(each), "ms a message") for cases, each in named),
        f"{MESSAGES:,} messages a round, {IN_FLIGHT} in flight, half from buyers of random cases, nobody twice",
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


async def _carried(address: str, cases: int) -> str:
    with folder() as home:
        await carry(await _made(home / f"{cases}.db", cases), address)
    return address


async def _round(place: Place, mixed: Mixed) -> Timing:
    mixed.begin()
    return await product.accept(await place(), mixed.next, MESSAGES, IN_FLIGHT)
