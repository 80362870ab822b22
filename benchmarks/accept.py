"""Bars 1 to 4: a buyer's message accepted for real, beside the same rows written with nothing in between."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from benchmarks import floor_postgres, floor_rows, floor_sqlite, product
from benchmarks.bars import BARS, Result, Side
from benchmarks.rounds import Timing, in_turns, ratios, spread
from benchmarks.stores import postgres_databases, postgres_version, sqlite_files
from benchmarks.unit import Letters, buyers_for
from flows.ports import Item

MANY = 2000  # messages of a round, 100 in flight
FEW = 200  # messages of a round, one in flight
BATCH = 100
SEED = 1


async def hundred_in_flight(rounds: int) -> list[Result]:
    """Bars 1 and 3, from the same rounds."""
    floor, ours = await _on_sqlite(rounds, MANY, BATCH)
    settings = f"{MANY:,} messages a round from {len(buyers_for(MANY))} buyers, a new file each"
    return [_throughput("1", "raw sqlite3", floor, ours, settings), _latency("3", 0.99, floor, ours, settings)]


async def one_in_flight(rounds: int) -> list[Result]:
    """Bar 2."""
    floor, ours = await _on_sqlite(rounds, FEW, 1)
    settings = f"{FEW} messages a round from {len(buyers_for(FEW))} buyers, a new file each"
    note = "one commit either side; ours is stored and handled in it (decision 0017), in two threads"
    return [_latency("2", 0.50, floor, ours, settings, note)]


async def on_postgres(rounds: int) -> list[Result]:
    """Bar 4."""
    rows = floor_rows.made(MANY + product.warm_up(BATCH), buyers_for(MANY), SEED)
    async with postgres_databases() as fresh:

        async def floor() -> Timing:
            return await floor_postgres.accept(await fresh(), rows, BATCH)

        async def ours() -> Timing:
            return await product.accept(await fresh(), letters(MANY), MANY, BATCH)

        version = await postgres_version(await fresh())
        found = await in_turns(rounds, floor, ours)
    settings = f"{MANY:,} messages a round from {len(buyers_for(MANY))} buyers, a new database each"
    note = f"PostgreSQL {version}, fsync and synchronous_commit on, its own defaults"
    return [_throughput("4", "raw asyncpg", found[0], found[1], settings, note)]


async def _on_sqlite(rounds: int, count: int, a_commit: int) -> list[list[Timing]]:
    rows = floor_rows.made(count + product.warm_up(a_commit), buyers_for(count), SEED)
    async with sqlite_files() as fresh:

        async def floor() -> Timing:
            return floor_sqlite.accept(fresh(), rows, a_commit)

        return await in_turns(rounds, floor, partial(ours_on_sqlite, fresh, count, a_commit))


async def ours_on_sqlite(fresh: Callable[[], Path], count: int, in_flight: int) -> Timing:
    return await product.accept(f"sqlite:///{fresh()}", letters(count), count, in_flight)


def letters(count: int) -> Callable[[], Item]:
    return Letters(SEED, buyers_for(count)).next


def _throughput(
    key: str, floor_name: str, floor: Sequence[Timing], ours: Sequence[Timing], settings: str, *notes: str
) -> Result:
    sides = [[timing.a_second for timing in side] for side in (floor, ours)]
    return Result(
        BARS[key],
        spread(ratios(sides[1], sides[0])),
        len(ours),
        (Side(floor_name, spread(sides[0]), "messages/s"), Side("ours", spread(sides[1]), "messages/s")),
        settings,
        notes,
    )


def _latency(
    key: str, share: float, floor: Sequence[Timing], ours: Sequence[Timing], settings: str, *notes: str
) -> Result:
    sides = [[timing.at(share) * 1000 for timing in side] for side in (floor, ours)]
    name = f"p{share * 100:.0f}"
    return Result(
        BARS[key],
        spread(ratios(sides[1], sides[0])),
        len(ours),
        (Side(f"raw sqlite3, {name}", spread(sides[0]), "ms"), Side(f"ours, {name}", spread(sides[1]), "ms")),
        settings,
        notes,
    )
