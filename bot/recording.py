"""Writes down what attempts came to: many outcomes in one commit, each once, and each kept until it is written."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import chain, repeat

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from bot.batcher import Batcher
from bot.clock import BusinessClock, machine_now
from bot.crashing import Commit
from bot.intake import Take, never
from bot.outcomes import Result
from bot.signals import Signals
from bot.store import inbox, outbox
from bot.store.database import Database
from flows.ports import Item

log = logging.getLogger(__name__)

AGAIN_S = (0.5, 1.0, 2.0, 5.0)


class Recorder:
    """Records outcomes of one shop's attempts, and wakes whoever they concern."""

    def __init__(self, database: Database, shop: str, clock: BusinessClock, signals: Signals) -> None:
        self._database = database
        self._shop = shop
        self._clock = clock
        self._signals = signals
        self.onward: Take = never
        self._batches: Batcher[Result] = Batcher(self._write)

    async def record(self, result: Result, attempt: int, kept: timedelta) -> None:
        """Write the outcome down, unless the row went to another attempt meanwhile.

        While the database is away the receipt is known to this process alone: it is `kept` so long, and tried
        again. After that the row counts as unknown, and a person decides.
        """
        mine = replace(result, settlement=replace(result.settlement, attempt=attempt))
        until = machine_now() + kept
        for wait_s in chain(AGAIN_S, repeat(AGAIN_S[-1])):
            try:
                return await self._batches.put([mine])
            except Exception as error:
                quotes = isinstance(error, DBAPIError)  # a database's own words may quote the buyer's
                given = {"outbox": result.settlement.id, "error": type(error).__name__}
                log.exception("outcome not recorded", extra=given, exc_info=not quotes)
                if machine_now() + timedelta(seconds=wait_s) >= until:
                    return None
            await asyncio.sleep(wait_s)
        return None

    async def _write(self, results: Sequence[Result]) -> None:
        """Record outcomes: only rows still ours move, and only those bring their events."""
        if await self.onward(lambda connection: self._settle(connection, results)):
            if any(result.settlement.state != "delivered" for result in results):
                self._signals.here("outbox")  # when it may go again, and whether somebody is away
        else:
            if await self._database.write(lambda connection: self._store(connection, results), Commit.RECORD):
                self._signals.wake("inbox")
            self._signals.wake("outbox")
        self._signals.progressed()

    def _store(self, connection: Connection, results: Sequence[Result]) -> int:
        """How many events that made."""
        items = self._settle(connection, results)
        inbox.add(connection, self._shop, items, self._clock.now())
        return len(items)

    def _settle(self, connection: Connection, results: Sequence[Result]) -> list[Item]:
        """The events of those that moved."""
        now = self._clock.now()
        moved = set(outbox.settle(connection, self._shop, [r.settlement for r in results], now))
        ours = [result for result in results if result.settlement.id in moved]
        for result in ours:
            if result.also is not None:
                result.also(connection)
        return [item for result in ours for item in result.events]

    async def close(self) -> None:
        """Finish what waits."""
        await self._batches.close()
