"""One death at one named point: armed, told a story, died, started again, quiet, proved."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from bot.clock import first_of
from tests.scenarios.crash_stories import (
    Story,
    approval_falls,
    card_deleted,
    desk_away,
    lost,
    mended,
    poison,
    stopping,
    unnoticed,
    usual,
)
from tests.scenarios.impatient import STAGE_BY_STAGE
from tests.scenarios.proof import prove
from tests.scenarios.rig import Process, Rig, rig
from tests.store.servers import administer, named

COMMAND = (sys.executable, "-m", "tests.scenarios.impatient", "run")
# Commits that are usually made in one with others: here each stands alone, as after a failure.
STAGES = ("intake.", "engine.", "claim.", "record.")

# Where the usual story does not come by. A prefix of the point → the story.
ELSEWHERE: dict[str, Story] = {
    "lease_end.": stopping,
    "card_gone.": card_deleted,
    "fallen.": approval_falls,
    "replay.": poison,
    "dead.": poison,
    "send.page": unnoticed,
    "delayed.": desk_away,
    "gap.": lost,
}
SQLITE_ONLY = tuple(f"{name}.{when}_commit" for name in ("replay", "dead") for when in ("before", "after"))
PATHS = ("webhook",)  # beside Slack
DEAD_WITHIN_S = 3.0
ORPHANS = "rescue."  # first somebody must have died with something claimed
LEAVES_ORPHANS = "claim.after_commit"


async def crash(folder: Path, point: str, server: str | None = None) -> dict[str, int]:
    """On a file in this folder, or on a database of its own at this server."""
    if server is None:
        return await _crash(folder, point, None)
    name = point.replace(".", "_").replace(":", "_")
    await administer(server, f"CREATE DATABASE {name}")
    try:
        return await _crash(folder, point, named(server, name))
    finally:
        await administer(server, f"DROP DATABASE {name} WITH (FORCE)")


async def _crash(folder: Path, point: str, database_url: str | None) -> dict[str, int]:
    story = next((told for prefix, told in ELSEWHERE.items() if point.startswith(prefix)), usual)
    alone = (STAGE_BY_STAGE,) if point.startswith((*STAGES, ORPHANS)) else ()
    async with rig(folder, database_url=database_url, command=(*COMMAND, *alone), paths=PATHS) as desk:
        if point.startswith(ORPHANS):
            await _die_at(desk, LEAVES_ORPHANS, story)
        await _die_at(desk, point, story)
        await desk.start()
        if story is poison:
            await mended(desk)
        elif story is not stopping:
            await story(desk)
        await desk.until_quiet()
        counts = await prove(desk)
    told = ", ".join(f"{number} {what}" for what, number in counts.items() if number)
    print(f"{point}: {told}")  # noqa: T201 - the evidence of a run
    return counts


async def _die_at(desk: Rig, point: str, story: Story) -> None:
    """Start armed, and tell the story until the service is dead."""
    service = desk.first
    await service.launch(point)
    telling = asyncio.ensure_future(story(desk))
    dying = asyncio.ensure_future(_dead(service, point))
    await first_of(asyncio.shield(telling), asyncio.shield(dying))
    await first_of(asyncio.shield(dying), timeout_s=DEAD_WITHIN_S)  # the story's end may be seen before the death
    if not dying.done():
        dying.cancel()
        telling.result()  # raises what went wrong with it, if anything did
        raise AssertionError(f"{point} was not passed")
    telling.cancel()
    await asyncio.gather(telling, return_exceptions=True)
    await dying


async def _dead(service: Process, point: str) -> None:
    await service.died_at(point.partition(":")[0])
