"""One process that fires what falls due, for as long as any rung waits: python -m tests.store.firing_process URL

It ends itself at the crash point that AMENDS_CRASH_AT names, as the service does.
"""

from __future__ import annotations

import asyncio
import os
import sys

from bot.alarms import Alarms
from bot.clock import RealClock, first_of
from bot.crashing import VARIABLE, arm
from bot.signals import Signals
from bot.store.database import Database
from tests.store.histories import SHOP

A_BATCH = 20  # many commits to die at, however slow the machine is
LOOK_AGAIN_S = 0.05  # the last rung may be another process's


async def main(url: str) -> None:
    database, signals = Database(url), Signals()
    alarms = Alarms(database, SHOP, RealClock(), signals, at_most=A_BATCH)
    firing = asyncio.create_task(alarms.run())
    while await alarms.next_at() is not None and not firing.done():
        await first_of(signals.next_progress(signals.steps), timeout_s=LOOK_AGAIN_S)
    firing.cancel()
    await asyncio.gather(firing, return_exceptions=True)
    await database.close()


if __name__ == "__main__":
    arm(os.environ.get(VARIABLE))
    asyncio.run(main(sys.argv[1]))
