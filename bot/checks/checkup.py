"""The running service examines itself now and then, and tells the desk what should be mended."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime

from bot.checks.all import examine
from bot.settings import Settings
from bot.store import inbox
from flows.events import ProblemsFound
from flows.ports import Sink
from flows.problems import Problem
from flows.rules.pack import RulePack

log = logging.getLogger(__name__)

FIRST_S = 30.0  # after a start there is more urgent work
EVERY_S = 6 * 3600.0


class Checkup:
    def __init__(
        self, sink: Sink, settings: Settings, pack: RulePack, machine_now: Callable[[], datetime]
    ) -> None:
        self._sink = sink
        self._settings = settings
        self._pack = pack
        self._now = machine_now

    async def run(self) -> None:
        """For ever, beginning a while after the start."""
        await asyncio.sleep(FIRST_S)
        while True:
            await self.once()
            await asyncio.sleep(EVERY_S)

    async def once(self) -> list[Problem]:
        """Examine; what was found becomes an event."""
        found = await examine(self._settings, self._pack, self._now, serving=True)
        if found:
            log.warning("should be mended", extra={"problems": [each.key for each in found]})
            at = self._now()
            key = f"check:{at.isoformat()}"
            position = int(at.timestamp() * 1_000_000)
            await self._sink.store([inbox.event_item(ProblemsFound(tuple(found)), key, key, position)])
        return found
