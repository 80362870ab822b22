"""Inbox → route → step → store, in batches, one transaction each.

A batch that fails is rolled back and replayed row by row: the poison goes to the dead letter with its reason, its
neighbours live. A case that another process moved meanwhile is simply taken again.
"""

from __future__ import annotations

import asyncio
import logging

from sqlalchemy.exc import DBAPIError

from bot.batch import Batch, Brain, People
from bot.clock import BusinessClock, first_of, machine_now
from bot.signals import Signals
from bot.store import inbox
from bot.store.cases import StaleCase
from bot.store.database import Database, is_passing, reason_of

log = logging.getLogger(__name__)

AT_MOST = 200
LOOK_ANYWAY_S = 5.0  # wake-ups only shorten the wait


class Engine:
    """Handles one shop's causes. `people` is set by the service whenever the desk's members change."""

    def __init__(self, database: Database, brain: Brain, clock: BusinessClock, signals: Signals) -> None:
        self._database = database
        self._brain = brain
        self._clock = clock
        self._signals = signals
        self.people = People()

    async def run(self) -> None:
        """Handle for ever."""
        while True:
            self._signals.inbox.clear()
            handled = await self.handle_waiting()
            if not handled:
                await first_of(self._signals.inbox.wait(), timeout_s=LOOK_ANYWAY_S)

    async def handle_waiting(self) -> int:
        """One batch; how many rows it closed, 0 when nothing waits."""
        try:
            closed = await self._handle(AT_MOST)
        except StaleCase as stale:
            log.debug("taken again", extra={"cases": stale.ids})
            await asyncio.sleep(0)
            return 1
        except Exception as error:
            if is_passing(error):
                raise  # no row's fault, and nothing was written
            log.warning("batch rolled back, replaying row by row", extra={"error": type(error).__name__})
            closed = await self._one_by_one()
        if closed:
            self._signals.outbox.set()
            self._signals.timers.set()
            self._signals.progressed()
        return closed

    async def _handle(self, at_most: int, *, poison: str | None = None) -> int:
        async with self._database.write() as connection:
            rows = await inbox.claim(connection, self._brain.shop, at_most)
            if poison is not None:
                rows = [row for row in rows if row.id == poison]
            if not rows:
                return 0
            batch = Batch(self._brain, self.people, self._clock.now(), machine_now(), rows)
            await batch.load(connection)
            batch.fold()
            await batch.save(connection)
        return len(rows)

    async def _one_by_one(self) -> int:
        """Each waiting row in a transaction of its own; one that still fails is parked for a person."""
        async with self._database.write() as connection:
            waiting = await inbox.claim(connection, self._brain.shop, AT_MOST)
        for row in waiting:
            try:
                await self._handle(AT_MOST, poison=row.id)
            except StaleCase:
                break  # what follows in its lane must not overtake it
            except Exception as error:
                if is_passing(error):
                    raise
                reason = reason_of(error)
                quotes = isinstance(error, DBAPIError)  # a database's own words may quote the buyer's
                given = {"inbox": row.id, "kind": row.kind, "why": reason}
                log.exception("parked", extra=given, exc_info=not quotes)
                await self._bury(row.id, reason)
        return len(waiting)

    async def _bury(self, row: str, reason: str) -> None:
        async with self._database.write() as connection:
            dead = inbox.Outcome(row, "dead", error=reason[:500])
            await inbox.settle(connection, self._brain.shop, [dead], self._clock.now())
