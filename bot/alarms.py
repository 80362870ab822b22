"""Nearest due instant → inbox. Deadlines live in the table only; one timer waits for the nearest one."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.clock import BusinessClock, first_of
from bot.crashing import Commit
from bot.outcomes import position
from bot.pulse import Pulse
from bot.signals import Signals
from bot.store import inbox, timers
from bot.store.database import Database
from bot.watching import Watch
from flows.events import AlarmDue
from flows.ports import Item

log = logging.getLogger(__name__)

AT_MOST = 500
FAR_AWAY = timedelta(days=1)
LOOK_SOON_S = 0.02
LOOK_ANYWAY_S = 15.0  # a clock that is stepped may stand still for ever: show that we live


class Alarms:
    """Fires what is due, each rung once: its event and its mark are written in one transaction."""

    def __init__(
        self, database: Database, shop: str, clock: BusinessClock, signals: Signals, watch: Watch | None = None
    ) -> None:
        self._database = database
        self._shop = shop
        self._clock = clock
        self._signals = signals
        self._watch = watch or Watch()
        self.pulse = Pulse()

    async def run(self) -> None:
        """Wait and fire for ever; re-armed whenever a clock starts, stops or is moved."""
        while True:
            self.pulse.beat()
            self._signals.timers.clear()
            if not await self.fire_due():
                await self._wait()

    async def _wait(self) -> None:
        upcoming, now = await self.next_at(), self._clock.now()
        if upcoming is not None and upcoming <= now and not self._database.is_sqlite:
            # Another process has it locked: it fires it or, dying, leaves it to us and tells nobody.
            await first_of(self._signals.timers.wait(), timeout_s=LOOK_SOON_S)
            return
        until = now + FAR_AWAY if upcoming is None else upcoming
        await first_of(self._clock.until(until, self._signals.timers), timeout_s=LOOK_ANYWAY_S)

    async def next_at(self) -> datetime | None:
        return await self._database.read(lambda connection: timers.next_at(connection, self._shop))

    async def fire_due(self) -> int:
        """Put an event into the inbox for every rung due by now; how many."""
        now = self._clock.now()
        upcoming = await self.next_at()
        if upcoming is None or upcoming > now:
            return 0
        fired = await self._database.write(lambda connection: self._fire(connection, now), Commit.ALARMS)
        if fired:
            self._watch.metrics.rang((now - rung.at).total_seconds() for rung in fired)
            self._signals.wake("inbox")
            self._signals.progressed()
        return len(fired)

    def _fire(self, connection: Connection, now: datetime) -> list[timers.Due]:
        due = timers.fire(connection, self._shop, now, AT_MOST)
        inbox.add(connection, self._shop, [self._item(rung, now) for rung in due], now)
        return due

    def _item(self, rung: timers.Due, now: datetime) -> Item:
        late_s = (now - rung.at).total_seconds()
        event = AlarmDue(rung.case, rung.deadline, rung.due_at, rung.rung, late_s)
        key = f"alarm:{rung.deadline}:{rung.due_at.isoformat()}:{rung.rung}"
        return inbox.event_item(event, key, rung.case, position(), urgent=True)
