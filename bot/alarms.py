"""Nearest due instant → inbox: rungs and appointments. They live in their tables only; one timer waits for the
nearest one.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot import appointed
from bot.away import announce
from bot.clock import BusinessClock, first_of, machine_now
from bot.crashing import Commit
from bot.outcomes import position
from bot.presence import AWAY_AFTER, Presence
from bot.pulse import Pulse
from bot.signals import Signals
from bot.store import appointments, inbox, remembered, timers
from bot.store.database import Database
from bot.watching import Watch
from flows.events import AlarmDue
from flows.ports import Item

log = logging.getLogger(__name__)

AT_MOST = 500
FAR_AWAY = timedelta(days=1)
LOOK_SOON_S = 0.02
LOOK_ANYWAY_S = 15.0  # so soon a suspend or a clock that was set is noticed; and a stepped clock may stand still
BACK_PATIENCE_S = 120.0  # a weekend's rungs at once

Away = tuple[datetime, datetime]  # since when, until when (business clock)


class Alarms:
    """Fires what is due, each rung once: its event and its mark are written in one transaction."""

    def __init__(
        self,
        database: Database,
        shop: str,
        clock: BusinessClock,
        signals: Signals,
        watch: Watch | None = None,
        presence: Presence | None = None,
        at_most: int = AT_MOST,
        paths: Sequence[str] = (),
    ) -> None:
        """`paths` are the second paths, by which a time away is told as well."""
        self._database = database
        self._shop = shop
        self._clock = clock
        self._signals = signals
        self._watch = watch or Watch()
        self._presence = presence or Presence()
        self._at_most = at_most
        self._paths = tuple(paths)
        self.pulse = Pulse()

    async def run(self) -> None:
        """Wait and fire for ever; re-armed whenever a clock starts, stops or is moved."""
        while True:
            self.pulse.beat()
            self._signals.timers.clear()
            now = self._clock.now()  # one instant for both: what comes after it, the next round sees
            await self.be_seen(now)
            if not await self._fire_by(now):
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

    # --- what falls due --------------------------------------------------------------------------------------

    async def fire_due(self) -> int:
        """Put an event into the inbox for every rung and appointment due by now; how many."""
        return await self._fire_by(self._clock.now())

    async def _fire_by(self, now: datetime) -> int:
        upcoming = await self.next_at()
        if upcoming is None or upcoming > now:
            return 0
        fired, kept = await self._database.write(lambda connection: self._due(connection, now), Commit.ALARMS)
        self._tell(fired, now)
        if kept and not fired:
            self._signals.wake("inbox")
            self._signals.progressed()
        return len(fired) + kept

    def _due(self, connection: Connection, now: datetime) -> tuple[list[timers.Due], int]:
        """The rungs, and how many appointments."""
        kept = appointments.fire(connection, self._shop, now, self._at_most)
        inbox.add(connection, self._shop, [appointed.item(each, now) for each in kept], now)
        return self._fire(connection, now), len(kept)

    def _fire(self, connection: Connection, now: datetime, away: Away | None = None) -> list[timers.Due]:
        due = timers.fire(connection, self._shop, now, self._at_most)
        inbox.add(connection, self._shop, [self._item(rung, now, away) for rung in due], now)
        return due

    def _item(self, rung: timers.Due, now: datetime, away: Away | None) -> Item:
        late_s = (now - rung.at).total_seconds()
        event = AlarmDue(rung.case, rung.deadline, rung.due_at, rung.rung, late_s, away)
        key = f"alarm:{rung.deadline}:{rung.due_at.isoformat()}:{rung.rung}"
        return inbox.event_item(event, key, rung.case, position(), urgent=True)

    def _tell(self, fired: Sequence[timers.Due], now: datetime) -> None:
        if fired:
            self._watch.metrics.rang((now - rung.at).total_seconds() for rung in fired)
            self._signals.wake("inbox")
            self._signals.progressed()

    # --- being there -----------------------------------------------------------------------------------------

    async def be_seen(self, now: datetime) -> Away | None:
        """Keep the instant, now and then. Back after a time in which no process kept it, fire all that fell due
        meanwhile and queue the summary, in the same transaction; answers that time.
        """
        if not self._presence.is_due(now):
            return None
        set_by, elapsed = self._presence.set_by(now), self._presence.elapsed()
        back = await self._database.write(
            lambda connection: self._seen(connection, now, set_by), Commit.SEEN, patience_s=BACK_PATIENCE_S
        )
        self._presence.kept(now, elapsed)
        if back is None:
            return None
        away, fired = back
        times = {"since": away[0].isoformat(), "until": away[1].isoformat(), "due": len(fired)}
        log.warning("the service was away", extra=times)
        self._tell(fired, now)
        self._signals.wake("outbox")
        return away

    def _seen(
        self, connection: Connection, now: datetime, set_by: timedelta
    ) -> tuple[Away, list[timers.Due]] | None:
        """Of several processes that come back together, the first finds the gap."""
        known = remembered.get(connection, self._shop, remembered.SEEN)
        remembered.put(connection, self._shop, remembered.SEEN, "", now)
        if known is None or now - (known[1] + set_by) < AWAY_AFTER:
            return None
        since, fired = known[1] + set_by, list[timers.Due]()
        while due := self._fire(connection, now, (since, now)):
            fired += due
        announce(connection, self._shop, since, now, fired, machine_now(), self._paths)
        return (since, now), fired
