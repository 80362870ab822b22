"""Replies whose approval fell while they waited to be tried again: back to a person, never out."""

from __future__ import annotations

from sqlalchemy import Connection

from bot.clock import BusinessClock
from bot.crashing import Commit
from bot.outcomes import position
from bot.signals import Signals
from bot.store import inbox, outbox
from bot.store.database import Database
from flows.events import ReplyRefused

FELL = "the case changed before it could be sent"


class Fallen:
    """They were under way when their approval fell, and were then certainly not sent. Left in the queue they could
    never go, and would hold up their lane for ever.
    """

    def __init__(self, database: Database, shop: str, clock: BusinessClock, signals: Signals) -> None:
        self._database = database
        self._shop = shop
        self._clock = clock
        self._signals = signals

    async def give_back(self) -> int:
        """How many there were."""
        if not await self._database.read(lambda connection: outbox.stale(connection, self._shop)):
            return 0
        fallen = await self._database.write(self._cancel, Commit.FALLEN)
        self._signals.wake("inbox")
        self._signals.progressed()
        return fallen

    def _cancel(self, connection: Connection) -> int:
        now, fallen = self._clock.now(), outbox.stale(connection, self._shop)
        outbox.cancel(connection, self._shop, [(id, FELL) for id, _ in fallen], now)
        events = [(ReplyRefused(case, id, FELL), id, case) for id, case in fallen]
        items = [
            inbox.event_item(event, f"fell:{id}", case, position(), urgent=True) for event, id, case in events
        ]
        inbox.add(connection, self._shop, items, now)
        return len(fallen)
