"""Whether the service was there: an instant of the business clock, kept in the store while it runs.

A gap between that instant and now means that nobody watched the clocks: the service was stopped, or the machine
slept. A clock that was set (by NTP, by hand, by the demo) makes no gap: as much as it moved against a clock that
nobody sets, the instant moves with it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from bot.clock import elapsed_s

KEEP_EVERY = timedelta(seconds=30)  # one small write
AWAY_AFTER = timedelta(minutes=5)  # a restart or a deploy takes less, and storms less
SET_BY = timedelta(seconds=2)  # clocks drift and loops are late; less than this is neither


class Presence:
    """When to keep the instant again, and by how much the clock was set since it was kept. `elapsed` answers
    seconds of a clock that nobody sets and that runs on while the machine sleeps.
    """

    def __init__(self, elapsed: Callable[[], float] = elapsed_s) -> None:
        self.elapsed = elapsed
        self._kept: tuple[datetime, float] | None = None

    def set_by(self, now: datetime) -> timedelta:
        """How far the clock was set forward (or back) since the instant was kept, beside the time that passed."""
        if self._kept is None:
            return timedelta()
        at, elapsed = self._kept
        by = now - at - timedelta(seconds=self.elapsed() - elapsed)
        return by if abs(by) > SET_BY else timedelta()

    def is_due(self, now: datetime) -> bool:
        """The first time, every KEEP_EVERY, and at once when the clock was set."""
        return self._kept is None or now - self._kept[0] >= KEEP_EVERY or bool(self.set_by(now))

    def kept(self, now: datetime, elapsed: float) -> None:
        """Both read at the same moment, before the writing: a slow disk is no clock that was set."""
        self._kept = (now, elapsed)
