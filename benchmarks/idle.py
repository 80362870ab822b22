"""Bar 13: how long the service takes to be ready, and how much memory it holds when nothing happens."""

from __future__ import annotations

import asyncio
import time

from benchmarks.bars import BARS, Result
from benchmarks.rounds import in_turns, spread
from benchmarks.running import Town, town
from benchmarks.stores import folder

SETTLED_S = 3.0


async def idle(rounds: int) -> list[Result]:
    seen: list[tuple[float, float]] = []
    with folder() as home:
        async with town(home) as place:

            async def start() -> tuple[float, float]:
                seen.append(await _once(place))
                return seen[-1]

            found = (await in_turns(rounds, start))[0]
    first = f"the very first start, which makes the schema, took {seen[0][0]:.1f} s"
    settings = (
        "a new process each round, on the store the one before left; both platforms are sandboxes on loopback"
    )
    return [
        Result(
            BARS["13 memory"], spread([mb for _, mb in found]), rounds, (), f"{settings}; {SETTLED_S:.0f} s idle"
        ),
        Result(BARS["13 start"], spread([seconds for seconds, _ in found]), rounds, (), settings, (first,)),
    ]


async def _once(place: Town) -> tuple[float, float]:
    """(seconds from the process's birth until it says that it is ready, looked at every 0.1 s; MB when idle)."""
    started = time.perf_counter()
    await place.start()
    seconds = time.perf_counter() - started
    await asyncio.sleep(SETTLED_S)
    mb = place.resident_mb()
    await place.supervisor.stop()
    return seconds, mb
