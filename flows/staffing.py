"""When somebody is at the desk: the shifts of all its people, each in their own zone, as one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flows.clocks.hours import Hours

LINGERS = timedelta(minutes=15)  # who has just closed the door still reads the last call of the day


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody at the desk: `id` is the desk's own, `roles` are lead and approver, `hours` None when not known.

    On call is day and night (`on_call`) or within `on_call_hours`.
    """

    id: str
    name: str = ""
    roles: tuple[str, ...] = ()
    hours: Hours | None = None
    on_call: bool = False
    on_call_hours: Hours | None = None

    def is_on_call(self, at: datetime) -> bool:
        """Whether this person can be called at this instant, at work or not."""
        return self.on_call or (self.on_call_hours is not None and self.on_call_hours.open_at(at))

    def is_at_work(self, at: datetime) -> bool:
        """Whether a shift of this person runs; always, while nobody said when they work."""
        return self.hours is None or self.hours.open_at(at)

    def is_there(self, at: datetime) -> bool:
        """Whether this person can be expected to read what is posted now: on call, at work, or hardly gone."""
        if self.is_on_call(at) or self.is_at_work(at):
            return True
        last = self.hours.last_staffed(at) if self.hours is not None else None
        return last is not None and at - last <= LINGERS


@dataclass(frozen=True, slots=True)
class Staffed:
    """Staffed is when at least one of these is. Instants are aware UTC."""

    shifts: Sequence[Hours]

    def open_at(self, at: datetime) -> bool:
        return any(each.open_at(at) for each in self.shifts)

    def last_staffed(self, at: datetime) -> datetime | None:
        """`at` itself inside a shift, else the last closing before it; None when nobody ever worked."""
        found = (each.last_staffed(at) for each in self.shifts)
        return max((moment for moment in found if moment is not None), default=None)

    def next_staffed(self, at: datetime) -> datetime | None:
        """`at` itself inside a shift, else the next opening; None when nobody works any more."""
        if self.open_at(at):
            return at
        found = (each.next_opening(at) for each in self.shifts)
        return min((moment for moment in found if moment is not None), default=None)

    def missing(self, hours: Hours, since: datetime, until: datetime) -> Iterator[tuple[datetime, datetime]]:
        """The stretches of these working hours in which nobody is at the desk, earliest first."""
        for piece in hours.pieces(since, until):
            there = sorted((s.start, s.end) for each in self.shifts for s in each.pieces(piece.start, piece.end))
            at = piece.start
            for start, end in there:
                if start > at:
                    yield at, start
                at = max(at, end)
            if at < piece.end:
                yield at, piece.end

    def zone_at(self, at: datetime) -> str:
        """The zone of whoever is there at this moment, or was until then; the first one's when nobody was."""
        there = (each.zone for each in self.shifts if each.last_staffed(at) == at)
        return next(there, self.shifts[0].zone if self.shifts else "UTC")
