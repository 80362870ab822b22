"""Several processes fire the same thousand rungs, and die in the middle of it: each event exists once."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sys
from collections import Counter
from datetime import timedelta

import pytest

from bot.clock import machine_now
from bot.crashing import VARIABLE
from bot.store import cases, codec
from bot.store.database import Database
from bot.store.tables import alarms, inbox
from flows.case import Alarm, Deadline, DeadlineKind
from flows.events import AlarmDue
from tests.store.histories import SHOP, an_id, case, rows

CASES, RUNGS = 100, 10
WITHIN = timedelta(seconds=4)  # so long the rungs are spread: many small batches, met by both at once
DEATHS = 6


async def _started(url: str, crash_at: str) -> asyncio.subprocess.Process:
    environment = {**os.environ, VARIABLE: crash_at}
    command = (sys.executable, "-m", "tests.store.firing_process", url)
    return await asyncio.create_subprocess_exec(*command, env=environment, stderr=asyncio.subprocess.DEVNULL)


async def _keeps_dying(url: str, chance: random.Random, deaths: int) -> int:
    """One place at which a process is started again whenever it died; how often it did."""
    died = 0
    while True:
        when = f"alarms.{chance.choice(('before', 'after'))}_commit:{chance.randint(1, 5)}"
        process = await _started(url, when if died < deaths else "")
        if await process.wait() == 0:
            return died
        assert process.returncode == -signal.SIGKILL
        died += 1


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
async def test_two_processes_that_keep_dying_fire_a_thousand_rungs_each_once(url: str, database: Database) -> None:
    """Invariants 2 and 8: killed before or after the commit, the other or the next one goes on, and nothing is
    fired twice.
    """
    chance = random.Random(7)  # noqa: S311 - a fixed mixture, no secret
    begins = machine_now()
    due_at = begins + WITHIN + timedelta(hours=1)
    made = []
    for number in range(CASES):
        at = (begins + WITHIN * chance.random() for _ in range(RUNGS))
        rungs = tuple(Alarm(f"r{n}", when) for n, when in enumerate(at))
        made.append(case(number, deadlines=(Deadline(an_id(), DeadlineKind.SHOP, "x", begins, due_at, rungs),)))
    await database.write(lambda c: cases.save(c, SHOP, [(None, one) for one in made], begins))

    async with asyncio.timeout(90):
        died = await asyncio.gather(*(_keeps_dying(url, chance, DEATHS // 2) for _ in range(2)))

    events = [codec.decode(row["raw"], AlarmDue) for row in await rows(database, inbox)]
    fired = Counter((event.deadline, event.rung) for event in events)
    assert fired == {(one.deadlines[0].id, f"r{n}"): 1 for one in made for n in range(RUNGS)}
    assert all(row["fired_at"] is not None for row in await rows(database, alarms))
    assert sum(died) >= DEATHS // 2  # fifty batches; whoever no longer dies may do the rest alone
