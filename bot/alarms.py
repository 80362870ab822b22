"""Nearest due instant → inbox. Deadlines live in the table only; one timer waits for the nearest one."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from bot.clock import BusinessClock
from bot.delivery import position
from bot.signals import Signals
from bot.store import inbox, timers
from bot.store.database import Database
from flows.events import AlarmDue
from flows.ports import Item

log = logging.getLogger(__name__)

AT_MOST = 500
FAR_AWAY = timedelta(days=1)


class Alarms:
    """Fires what is due, each rung once: its event and its mark are written in one transaction."""

    def __init__(self, database: Database, shop: str, clock: BusinessClock, signals: Signals) -> None:
        self._database = database
        self._shop = shop
        self._clock = clock
        self._signals = signals

    async def run(self) -> None:
        """Wait and fire for ever; re-armed whenever a clock starts, stops or is moved."""
        while True:
            self._signals.timers.clear()
            if not await self.fire_due():
                upcoming = await self.next_at()
                until = self._clock.now() + FAR_AWAY if upcoming is None else upcoming
                await self._clock.until(until, self._signals.timers)

    async def next_at(self) -> datetime | None:
        async with self._database.read() as connection:
            return await timers.next_at(connection, self._shop)

    async def fire_due(self) -> int:
        """Put an event into the inbox for every rung due by now; how many."""
        now = self._clock.now()
        upcoming = await self.next_at()
        if upcoming is None or upcoming > now:
            return 0
        async with self._database.write() as connection:
            due = await timers.due(connection, self._shop, now, AT_MOST)
            items = [self._item(rung, now) for rung in due]
            await inbox.add(connection, self._shop, items, now)
            await timers.fired(connection, self._shop, due, now)
        if due:
            self._signals.inbox.set()
            self._signals.progressed()
        return len(due)

    def _item(self, rung: timers.Due, now: datetime) -> Item:
        late_s = (now - rung.at).total_seconds()
        event = AlarmDue(rung.case, rung.deadline, rung.due_at, rung.rung, late_s)
        key = f"alarm:{rung.deadline}:{rung.due_at.isoformat()}:{rung.rung}"
        return inbox.event_item(event, key, rung.case, position(), urgent=True)
