"""One storm from the first gust to the proof, on either database; its counts are printed, its seed can be set."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from tests.scenarios.proof import prove
from tests.scenarios.rig import rig
from tests.scenarios.storm import Storm
from tests.store.servers import MIGRATED, administer, named

COMMAND = (sys.executable, "-m", "tests.scenarios.impatient", "run")
SEED = int(os.environ.get("AMENDS_SEED", "20261123"))
KILLS = int(os.environ.get("AMENDS_KILLS", "25"))  # in each storm of the long form


async def blow(
    folder: Path, seed: int, *, kills: int, database_url: str | None = None, processes: int = 1
) -> dict[str, int]:
    """So many kills, in turn when there are several processes; then calm, and the proof."""
    async with rig(folder, database_url=database_url, processes=processes, command=COMMAND) as desk:
        storm = Storm(desk, seed)
        where = f"{'PostgreSQL' if database_url else 'SQLite'}, {processes} process(es), seed {seed}"
        print(f"\nstorm on {where}")  # noqa: T201 - whoever sees it fail wants to see it again
        for number in range(kills):
            others = [process for index, process in enumerate(desk.processes) if index != number % processes]
            for other in others:
                if not other.is_up:
                    await other.launch()
            await storm.strike(desk.processes[number % processes])
        await storm.calm()
        counts = {"kills": sum(process.kills for process in desk.processes), "faults": storm.faults,
                  "hours moved": storm.hours, **await prove(desk)}  # fmt: skip
    told = ", ".join(f"{number} {what}" for what, number in counts.items() if number)
    print(f"{where}: {told}")  # noqa: T201 - the evidence of a run
    return counts


async def blow_on_postgres(folder: Path, server: str, seed: int, *, kills: int, processes: int) -> dict[str, int]:
    """The same on a database of its own, made from the server's migrated one."""
    name = f"storm_{seed}_{processes}"
    await administer(server, f"CREATE DATABASE {name} TEMPLATE {MIGRATED}")
    try:
        return await blow(folder, seed, kills=kills, database_url=named(server, name), processes=processes)
    finally:
        await administer(server, f"DROP DATABASE {name} WITH (FORCE)")
