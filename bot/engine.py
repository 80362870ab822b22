"""Inbox → route → step → store, in batches, one transaction each.

A batch that fails is rolled back and replayed row by row: the poison goes to the dead letter with its reason, its
neighbours live. A case that another process moved meanwhile is simply taken again.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from bot import burying
from bot.batch import Batch, Brain, People
from bot.clock import BusinessClock, first_of, machine_now
from bot.crashing import Commit
from bot.pulse import Pulse
from bot.signals import Signals
from bot.store import inbox
from bot.store.database import Database, is_passing, reason_of
from bot.store.rivals import Overtaken
from bot.watching import Watch
from flows.ports import Item

log = logging.getLogger(__name__)

AT_MOST = 200
LOOK_ANYWAY_S = 5.0  # wake-ups only shorten the wait
LOOK_SOON_S = 0.1


class Engine:
    """Handles one shop's causes. `people` is set by the service whenever the desk's members change."""

    def __init__(
        self, database: Database, brain: Brain, clock: BusinessClock, signals: Signals, watch: Watch | None = None
    ) -> None:
        self._database = database
        self._brain = brain
        self._clock = clock
        self._signals = signals
        self._watch = watch or Watch()
        self.pulse = Pulse()
        self.people = People()
        self._took_all = False

    async def run(self) -> None:
        """Handle for ever."""
        while True:
            self.pulse.beat()
            self._signals.inbox.clear()
            handled = await self.handle_waiting()
            if not handled or self._took_all:
                patience_s = await self._patience()
                await first_of(self._signals.inbox.wait(), timeout_s=patience_s)

    async def _patience(self) -> float:
        """What waits and was not ours to take is locked by another process, or stands behind such a row. When that
        process ends its transaction without handling it, or dies, nobody tells us.
        """
        if self._database.is_sqlite:
            return LOOK_ANYWAY_S
        is_left = await self._database.read(lambda connection: inbox.is_waiting(connection, self._brain.shop))
        return LOOK_SOON_S if is_left else LOOK_ANYWAY_S

    async def handle_waiting(self) -> int:
        """One batch; how many rows it closed, 0 when nothing waits."""
        try:
            closed = await self._handle(AT_MOST)
        except Overtaken as rival:
            log.debug("taken again", extra={"why": str(rival)})
            self._watch.metrics.again("stale")
            await asyncio.sleep(0)
            return 1
        except Exception as error:
            if is_passing(error):
                raise  # no row's fault, and nothing was written
            log.warning("batch rolled back, replaying row by row", extra={"error": type(error).__name__})
            self._watch.metrics.again("replayed")
            closed = await self._one_by_one()
        if closed:
            self._signals.wake("outbox")
            self._signals.wake("timers")
            self._signals.progressed()
        return closed

    def take(self, connection: Connection, items: Sequence[Item]) -> Batch | None:
        """Step on causes that are not stored yet, and store them as handled: part of somebody's transaction, in
        whichever thread. None when all of them are known.

        Raises Overtaken when something of their lanes waits already, here or in another process, which comes
        first; and whatever a step raises. Then they are to be stored only, and wait for the loop.
        """
        shop, now = self._brain.shop, self._clock.now()
        rows = inbox.news(connection, shop, items, now)
        if not rows:
            return None
        batch = Batch(self._brain, self.people, now, machine_now(), rows, connection)
        batch.load()  # on PostgreSQL it locks the buyers' conversations: who waits in them is looked at after that
        if inbox.is_lane_waiting(connection, shop, {row.lane for row in rows}):
            raise Overtaken("something of the same lane waits")
        batch.fold()
        batch.save(are_stored=False)
        return batch

    def took(self, batch: Batch) -> None:
        """It is committed."""
        if batch.moved_clocks:
            self._signals.wake("timers")
        if batch.made_causes:
            self._signals.wake("inbox")
        self._signals.progressed()

    async def _handle(self, at_most: int, *, only: str | None = None) -> int:
        with self._watch.handling() as handled:
            handled.batch = await self._database.write(lambda c: self._batch(c, at_most, only), Commit.ENGINE)
        return 0 if handled.batch is None else len(handled.batch.rows)

    def _batch(self, connection: Connection, at_most: int, only: str | None) -> Batch | None:
        self._took_all = False
        rows = inbox.claim(connection, self._brain.shop, at_most)
        if only is not None:
            rows = [row for row in rows if row.id == only]
        if not rows:
            return None
        batch = Batch(self._brain, self.people, self._clock.now(), machine_now(), rows, connection)
        batch.load()
        batch.fold()
        batch.save()
        # Alone on a file: what comes after this sets the signal, and a look for nothing would hold the writer up.
        self._took_all = self._database.is_sqlite and not inbox.is_waiting(connection, self._brain.shop)
        return batch

    async def _one_by_one(self) -> int:
        """Each waiting row in a transaction of its own; one that still fails is parked for a person."""
        waiting = await self._database.write(lambda c: inbox.claim(c, self._brain.shop, AT_MOST), Commit.REPLAY)
        for row in waiting:
            self.pulse.beat()
            try:
                await self._handle(AT_MOST, only=row.id)
            except Overtaken:
                break  # what follows in its lane must not overtake it
            except Exception as error:
                if is_passing(error):
                    raise
                reason = reason_of(error)
                quotes = isinstance(error, DBAPIError)  # a database's own words may quote the buyer's
                given = {"inbox": row.id, "kind": row.kind, "error": type(error).__name__}
                log.exception("parked", extra=given, exc_info=not quotes)
                await self._bury(row.id, reason)
        return len(waiting)

    async def _bury(self, row: str, reason: str) -> None:
        dead, now = inbox.Outcome(row, "dead", error=reason[:500]), self._clock.now()

        def bury(connection: Connection) -> None:
            inbox.settle(connection, self._brain.shop, [dead], now)
            burying.announce(connection, self._brain.shop, [row], now, machine_now())

        await self._database.write(bury, Commit.DEAD)
        self._watch.metrics.died()
