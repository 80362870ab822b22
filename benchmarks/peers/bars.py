"""Bars 5 to 7, and procrastinate for the record: each round a peer's script in its own environment, then ours."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from pathlib import Path as File
from typing import Any

from sqlalchemy import make_url

from benchmarks import accept, deadlines, flow, product
from benchmarks.bars import BARS, Result, Side
from benchmarks.flow import Path
from benchmarks.peers.environments import PeerMissing, python_of, version_of
from benchmarks.rounds import Timing, in_turns, ratios, spread
from benchmarks.stores import ROOT, named, postgres_databases, postgres_version, sqlite_files
from benchmarks.unit import FIRST_CHAT, Letters
from flows.ports import Item

HERE = File(__file__).resolve().parent
FLOWS, IN_FLIGHT = 150, 10
SKILLS, HEARD = 20, 3000
JOBS = 500
CLOCKS = 300
PATIENCE_S = 300
# Nothing here may talk to anybody but this machine: whatever tried would run into a closed port.
NOWHERE = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"), "http://127.0.0.1:9")


async def measured(peer: str, script: str, *arguments: object) -> dict[str, Any]:
    """What the peer's script printed. Raises PeerMissing when it has no environment, or the script failed."""
    process = await asyncio.create_subprocess_exec(
        *(str(python_of(peer)), "-W", "ignore", str(HERE / script), *map(str, arguments)),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={"PATH": "/usr/bin:/bin", "HOME": str(ROOT), **NOWHERE},
    )
    async with asyncio.timeout(PATIENCE_S):
        said, complaint = await process.communicate()
    if process.returncode:
        raise PeerMissing(f"{peer} failed: {complaint.decode(errors='replace').strip()[-500:]}")
    answer: dict[str, Any] = json.loads(said.decode().strip().splitlines()[-1])
    return answer


async def _timed(peer: str, script: str, *arguments: object) -> Timing:
    answer = await measured(peer, script, *arguments)
    return Timing(answer["count"], answer["seconds"])


async def flow_on_sqlite(rounds: int) -> list[Result]:
    """Bar 5, on SQLite. DBOS as it opens its file, and once more on a file that is in WAL mode already."""
    python_of("dbos")
    async with sqlite_files() as fresh:

        async def dbos(pragma: str = "") -> Timing:
            return await _dbos(_empty(fresh(), pragma))

        async def ours(path: Path) -> Timing:
            return await _flows(_as_url(fresh()), path)

        straight, read = partial(ours, Path.STRAIGHT), partial(ours, Path.READ)
        in_wal = partial(dbos, "PRAGMA journal_mode=WAL")
        found = await in_turns(rounds, dbos, straight, read, in_wal)
    against = spread(ratios(_rates(found[1]), _rates(found[3])))
    note = (
        f"against DBOS with its file in WAL mode: {against.median:.1f}x ({against.low:.1f} to {against.high:.1f})"
    )
    return [_flow_result("5 SQLite", found, note)]


async def flow_on_postgres(rounds: int) -> list[Result]:
    """Bar 5, on PostgreSQL."""
    python_of("dbos")
    async with postgres_databases() as fresh:
        version = await postgres_version(await fresh())

        async def dbos() -> Timing:
            address = await fresh()
            return await _dbos(named(address, f"dbos_{make_url(address).database}"))

        async def ours(path: Path) -> Timing:
            return await _flows(await fresh(), path)

        found = await in_turns(rounds, dbos, partial(ours, Path.STRAIGHT), partial(ours, Path.READ))
    return [_flow_result("5 PostgreSQL", found, f"PostgreSQL {version}, fsync on")]


async def _dbos(url: str) -> Timing:
    return await _timed("dbos", "dbos_flow.py", url, FLOWS, IN_FLIGHT)


async def _flows(url: str, path: Path) -> Timing:
    letters = Letters(1, range(FIRST_CHAT, FIRST_CHAT + 2 * FLOWS))
    return await flow.flows(url, letters.new_buyer, FLOWS, IN_FLIGHT, path)


def _empty(file: File, pragma: str) -> str:
    """The address of a file of that name with nothing in it."""
    file.unlink()
    connection = sqlite3.connect(file)
    if pragma:
        connection.execute(pragma)
    connection.close()
    return _as_url(file)


def _as_url(file: File) -> str:
    return f"sqlite:///{file}"


def _flow_result(key: str, found: Sequence[Sequence[Timing]], *notes: str) -> Result:
    """`found`: DBOS, ours, ours with the recogniser, and perhaps DBOS in WAL mode."""
    dbos = f"DBOS {version_of('dbos')}"
    names = (dbos, "ours", "ours, and the message is read", f"{dbos}, its file in WAL mode")
    sides = tuple(_side(name, side, "flows/s") for name, side in zip(names, found, strict=False))
    settings = f"{FLOWS} flows a round, {IN_FLIGHT} in flight, a new database each"
    ratio = spread(ratios(_rates(found[1]), _rates(found[0])))
    return Result(BARS[key], ratio, len(found[0]), sides, settings, notes)


async def dispatch(rounds: int) -> list[Result]:
    """Bar 6."""
    python_of("opsdroid")
    async with sqlite_files() as fresh:
        ours = partial(accept.ours_on_sqlite, fresh, accept.MANY, accept.BATCH)
        sides = await in_turns(rounds, partial(_timed, "opsdroid", "opsdroid_dispatch.py", HEARD, SKILLS), ours)
    named_sides = (
        _side(f"opsdroid {version_of('opsdroid')}", sides[0], "messages/s"),
        _side("ours", sides[1], "messages/s"),
    )
    settings = f"opsdroid {HEARD:,} messages a round, ours {accept.MANY:,} with {accept.BATCH} in flight"
    note = "opsdroid matches and calls a function that does nothing, and stores nothing; ours is on the disk"
    return [Result(BARS["6"], spread(ratios(*map(_rates, sides[::-1]))), rounds, named_sides, settings, (note,))]


async def timers(rounds: int) -> list[Result]:
    """Bar 7."""
    python_of("apscheduler")
    async with sqlite_files() as fresh:

        async def theirs() -> tuple[Timing, Timing]:
            file = _empty(fresh(), "")
            answer = await measured("apscheduler", "apscheduler_timers.py", file, CLOCKS)
            return Timing(CLOCKS, answer["arm_seconds"]), Timing(CLOCKS, answer["fire_seconds"])

        async def ours() -> tuple[Timing, Timing, Timing, Timing]:
            fired, handled = await deadlines.fire(_as_url(fresh()), CLOCKS)
            opened = await product.accept(_as_url(fresh()), _new_buyers(CLOCKS), CLOCKS, accept.BATCH)
            return await deadlines.arm(_as_url(fresh()), CLOCKS), fired, opened, handled

        found: list[list[tuple[Timing, ...]]] = await in_turns(rounds, theirs, ours)
    peer, (arms, fires) = (
        f"APScheduler {version_of('apscheduler')}",
        ([side[n] for side in found[0]] for n in (0, 1)),
    )
    armed, fired, opened, handled = ([side[n] for side in found[1]] for n in range(4))
    settings = (
        f"{CLOCKS:,} of each a round, a new file each; ours with its ladder of four rungs and the case around it"
    )
    whole = f"the whole message instead, which opens a case and starts its clock: {_times(opened, arms)}"
    step = f"until the step on each is committed as well: {_times(handled, fires)}"
    return [
        Result(
            BARS["7 arm"],
            spread(ratios(_rates(armed), _rates(arms))),
            rounds,
            (
                _side(f"{peer}, its own SQLAlchemy store, one job a commit", arms, "jobs/s"),
                _side(f"ours, {deadlines.A_BATCH} a commit", armed, "deadlines/s"),
                _side("ours, the whole message accepted", opened, "messages/s"),
            ),
            settings,
            (whole,),
        ),
        Result(
            BARS["7 fire"],
            spread(ratios(_rates(fired), _rates(fires))),
            rounds,
            (
                _side(f"{peer}, a function that does nothing", fires, "jobs/s"),
                _side("ours, the event of each in the inbox", fired, "deadlines/s"),
                _side("ours, and handled: alarm queued, card and draft renewed", handled, "deadlines/s"),
            ),
            settings,
            (step,),
        ),
    ]


def _new_buyers(count: int) -> Callable[[], Item]:
    return Letters(1, range(FIRST_CHAT, FIRST_CHAT + 2 * count)).new_buyer


def _times(over: Sequence[Timing], under: Sequence[Timing]) -> str:
    found = spread(ratios(_rates(over), _rates(under)))
    return f"{found.median:.1f}x ({found.low:.1f}x to {found.high:.1f}x)"


async def jobs(rounds: int) -> list[Result]:
    """procrastinate, for the record: no bar asks for it."""
    python_of("procrastinate")
    async with postgres_databases() as fresh:
        version = await postgres_version(await fresh())
        found = (await in_turns(rounds, partial(_jobs, fresh)))[0]
    defer, run = (
        [answer["count"] / answer[name] for answer in found] for name in ("defer_seconds", "run_seconds")
    )
    name = f"procrastinate {version_of('procrastinate')}"
    sides = (Side(f"{name}, deferred", spread(defer), "jobs/s"), Side(f"{name}, run", spread(run), "jobs/s"))
    settings = f"{JOBS} jobs a round, {IN_FLIGHT} in flight, PostgreSQL {version}, fsync on"
    return [Result(BARS["procrastinate"], spread(ratios(defer, run)), rounds, sides, settings)]


async def _jobs(fresh: Callable[[], Awaitable[str]]) -> dict[str, Any]:
    address = await fresh()
    return await measured("procrastinate", "procrastinate_jobs.py", address, JOBS, IN_FLIGHT)


def _rates(side: Sequence[Timing]) -> list[float]:
    return [timing.a_second for timing in side]


def _side(name: str, side: Sequence[Timing], unit: str) -> Side:
    return Side(name, spread(_rates(side)), unit)
