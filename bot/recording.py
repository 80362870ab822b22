"""Writes down what attempts came to: many outcomes in one commit, each once, and each kept until it is written."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
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
from bot.store.database import Database, insert_new
from bot.store.outbox import Settlement
from bot.store.tables import messages
from flows.ports import Item

log = logging.getLogger(__name__)

AGAIN_S = (0.5, 1.0, 2.0, 5.0)


@dataclass(slots=True)
class _Outcome:
    """A result that is to be written down, and what its row then became."""

    result: Result
    state: str


class Recorder:
    """Records outcomes of one shop's attempts, and wakes whoever they concern."""

    def __init__(self, database: Database, shop: str, clock: BusinessClock, signals: Signals) -> None:
        self._database = database
        self._shop = shop
        self._clock = clock
        self._signals = signals
        self.onward: Take = never
        self._batches: Batcher[_Outcome] = Batcher(self._write)

    async def record(self, result: Result, attempt: int, kept: timedelta) -> Settlement:
        """Write the outcome down, unless the row went to another attempt meanwhile. Answers what the row became: a
        card that was to be tried again may have yielded to a newer one.

        While the database is away the receipt is known to this process alone: it is `kept` so long, and tried
        again. After that the row counts as unknown, and a person decides.
        """
        settlement = replace(result.settlement, attempt=attempt)
        mine = _Outcome(replace(result, settlement=settlement), settlement.state)
        until = machine_now() + kept
        for wait_s in chain(AGAIN_S, repeat(AGAIN_S[-1])):
            try:
                await self._batches.put([mine])
                break
            except Exception as error:
                quotes = isinstance(error, DBAPIError)  # a database's own words may quote the buyer's
                given = {"outbox": result.settlement.id, "error": type(error).__name__}
                log.exception("outcome not recorded", extra=given, exc_info=not quotes)
                if machine_now() + timedelta(seconds=wait_s) >= until:
                    break
            await asyncio.sleep(wait_s)
        return replace(settlement, state=mine.state)

    async def _write(self, outcomes: Sequence[_Outcome]) -> None:
        """Record outcomes: only rows still ours move, and only those bring their events."""
        if await self.onward(lambda connection: self._settle(connection, outcomes)):
            if any(outcome.state != "delivered" for outcome in outcomes):
                self._signals.here("outbox")  # when it may go again, and whether somebody is away
        else:
            if await self._database.write(lambda connection: self._store(connection, outcomes), Commit.RECORD):
                self._signals.wake("inbox")
            self._signals.wake("outbox")
        self._signals.progressed()

    def _store(self, connection: Connection, outcomes: Sequence[_Outcome]) -> int:
        """How many events that made."""
        items = self._settle(connection, outcomes)
        inbox.add(connection, self._shop, items, self._clock.now())
        return len(items)

    def _settle(self, connection: Connection, outcomes: Sequence[_Outcome]) -> list[Item]:
        """The events of those that moved."""
        now = self._clock.now()
        results = [outcome.result for outcome in outcomes]
        moved = outbox.settle(connection, self._shop, [r.settlement for r in results], now)
        for outcome in outcomes:
            outcome.state = moved.get(outcome.result.settlement.id, outcome.state)
        ours = [result for result in results if result.settlement.id in moved]
        insert_new(connection, messages, [r.message for r in ours if r.message is not None])
        return [item for result in ours for item in result.events]

    async def close(self) -> None:
        """Finish what waits."""
        await self._batches.close()
