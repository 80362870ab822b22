"""Takes what comes in as far as it goes in the transaction that stores it: stored, stepped on, claimed to be sent.

    message, click ─▶ store ─┐
                             ├─▶ step ─▶ store what changed ─▶ claim what may go ─▶ COMMIT ─▶ acknowledge, send
    outcome ──────▶ record ──┘

One commit and one hand-over instead of three (docs/decisions/0017). It is a short cut, never the only way: when
the step fails, or something waits before it in its lane, all of it is rolled back, the caller only stores, and the
loops of engine and delivery go the long way.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from bot.batch import Batch
from bot.batcher import Batcher
from bot.crashing import Commit
from bot.delivery import Delivery, Look
from bot.engine import Engine
from bot.signals import Signals
from bot.store.database import Database, is_passing
from bot.store.inbox import Storing
from bot.store.rivals import Overtaken
from bot.watching import Watch

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Made:
    """What one transaction came to."""

    batch: Batch | None
    look: Look | None


class Onward:
    """One transaction at a time; what comes in meanwhile shares the next one."""

    def __init__(
        self, database: Database, engine: Engine, delivery: Delivery, signals: Signals, watch: Watch | None = None
    ) -> None:
        self._database = database
        self._engine = engine
        self._delivery = delivery
        self._signals = signals
        self._watch = watch or Watch()
        self._batches: Batcher[Storing] = Batcher(self._write)

    async def take(self, storing: Storing) -> bool:
        """Store and go on. False when nothing was written, so that the caller must store by itself."""
        try:
            await self._batches.put([storing])
        except Exception as error:  # noqa: BLE001 - the caller stores, and raises what it then meets
            self._report(error)
            return False
        return True

    async def _write(self, storings: Sequence[Storing]) -> None:
        async with self._delivery.turn:
            claim = self._delivery.claim_along()

            def work(connection: Connection) -> _Made:
                items = [item for storing in storings for item in storing(connection)]
                batch = self._engine.take(connection, items) if items else None
                return _Made(batch, None if claim is None else claim(connection))

            with self._watch.handling() as handled:
                made = await self._database.write(work, Commit.ONWARD)
                handled.batch = made.batch
            if made.look is None:
                self._signals.wake("outbox")
            else:
                self._delivery.begin(made.look)
        if made.batch is not None:
            self._engine.took(made.batch)

    def _report(self, error: Exception) -> None:
        if isinstance(error, Overtaken) or is_passing(error):
            log.debug("stored first", extra={"why": type(error).__name__})
            return
        log.warning("batch rolled back, stored first", extra={"error": type(error).__name__})
        self._watch.metrics.again("stored_first")
