"""What a rule's due instant must be, by brute force over days and quarter hours: slow, and without subtlety.

Working time: each cell of so many seconds is staffed or not, judged by the latest time that the wall clock has
shown until then. Days: every date in turn. Nothing here is shared with `flows.clocks` but the data of the case.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.oracle.civil import DAY, Civil

_DAY_END = {"24:00": 0, "23:59:59": 1, "23:59": 60}


@dataclass(frozen=True)
class Days:
    """Weekdays off (Monday 0), days off and worked make-up days, as day numbers."""

    weekend: frozenset[int]
    off: frozenset[int]
    working: frozenset[int]

    def works(self, date: int) -> bool:
        return date in self.working or not (date in self.off or weekday(date) in self.weekend)


@dataclass(frozen=True, eq=False)
class Work:
    """Shifts (opening and closing in minutes) by weekday; `cut` ends them at a midnight before a day off."""

    zone: Civil
    week: tuple[tuple[tuple[int, int], ...], ...]
    days: Days | None
    exceptions: dict[int, tuple[tuple[int, int], ...]]
    make_up_like: int
    is_cut: bool
    cell: int  # seconds; every edge and every change of clocks is a multiple of it
    known: dict[int, list[tuple[int, int]]] = field(default_factory=dict)

    def shifts(self, date: int) -> tuple[tuple[int, int], ...]:
        if date in self.exceptions:
            return self.exceptions[date]
        regular = self.week[weekday(date)]
        if self.days is None:
            return regular
        if date in self.days.working:
            return regular or self.week[self.make_up_like]
        return () if date in self.days.off else regular

    def staffed(self, latest: int) -> bool:
        """Whether anybody works once the wall clock has shown `latest` (local seconds) and nothing later."""
        date = latest // DAY
        if date not in self.known:
            self.known[date] = [edges for back in (0, 1, 2) for edges in self._edges(date - back)]
        return any(opening <= latest < closing for opening, closing in self.known[date])

    def _edges(self, date: int) -> list[tuple[int, int]]:
        """Opening and closing of the shifts that begin on this date, as local times."""
        if not self.zone.shown(date):
            return []
        last = 1440 if self.is_cut and self._is_day_off(date + 1) else 2880
        midnight = date * DAY
        return [(midnight + opens * 60, midnight + min(closes, last) * 60) for opens, closes in self.shifts(date)]

    def _is_day_off(self, date: int) -> bool:
        return self.days is not None and date in self.days.off - self.days.working and date not in self.exceptions

    def cells(self, start: int) -> Iterator[tuple[int, bool]]:
        """The cells from the one that holds `start` on, each with whether it is staffed."""
        at = start - start % self.cell
        earlier = self.zone.between(at - 2 * DAY, at)
        latest = max(min(stretch.end, at) - self.cell + stretch.offset for stretch in earlier)
        for stretch in self.zone.since(at):
            while at < stretch.end:
                latest = max(latest, at + stretch.offset)
                yield at, self.staffed(latest)
                at += self.cell

    def add(self, start: int, amount: int, at_closing: str) -> int:
        left = amount
        for at, is_staffed in self.cells(start):
            if is_staffed:
                begin = max(at, start)
                room = at + self.cell - begin
                if left < room or (left == room and at_closing == "this_closing"):
                    return begin + left
                left -= room
        raise AssertionError("cells never end")

    def between(self, since: int, until: int) -> int:
        total = 0
        for at, is_staffed in self.cells(since):
            if at >= until:
                return total
            if is_staffed:
                total += min(at + self.cell, until) - max(at, since)
        raise AssertionError("cells never end")

    def last_staffed(self, before: int, days: int) -> int | None:
        """Looked for in the last so many days."""
        found = None
        for at, is_staffed in self.cells(before - days * DAY):
            if at >= before:
                return found
            if is_staffed:
                found = min(at + self.cell, before)
        raise AssertionError("cells never end")


def weekday(date: int) -> int:
    return (date + 3) % 7


def elapsed_days(start: int, length: int) -> int:
    return start + length * DAY


def count_days(zone: Civil, start: int, rule: dict[str, str], length: int, days: Days | None) -> int:
    """Calendar days (no `days`) or business days, by every choice in `rule`."""
    first, clock = zone.date(start), zone.local(start) % DAY
    began_off = days is not None and not days.works(first)
    if days is not None and began_off and rule["starts_on_day_off"] == "rolls_to_day_0":
        while not days.works(first):
            first += 1
        began_off = False
    left, date = length, first
    if not (rule["counting"] == "day_included" and rule["opening_day"] == "day_1"):
        date += 1
    while True:
        if zone.shown(date) and (days is None or days.works(date)):
            left -= 1
            if left == 0:
                break
        date += 1
    lands = rule["counting"] == "same_time" or (rule["counting"] == "elapsed" and not began_off)
    return landing(zone, date, clock if lands else None, rule)


def landing(zone: Civil, date: int, clock: int | None, rule: dict[str, str]) -> int:
    """This time of the last day, or the day's end."""
    if clock is None:
        return zone.reached((date + 1) * DAY) - _DAY_END[rule["day_end"]]
    return zone.resolved(date * DAY + clock, rule["fold"], rule["gap"])


def rolled(zone: Civil, start: int, rule: dict[str, str], length: int, days: Days) -> int:
    """Calendar days whose last day rolls to a business day."""
    first, clock = zone.date(start), zone.local(start) % DAY
    end = elapsed_days(start, length) if rule["counting"] == "elapsed" else None
    if end is None:
        left, date = length, first + (not (rule["counting"] == "day_included" and rule["opening_day"] == "day_1"))
        while True:
            left -= zone.shown(date)
            if left == 0:
                break
            date += 1
        partial = clock if rule["counting"] == "same_time" else None
        end = landing(zone, date, partial, rule)
    else:
        date, partial = zone.date(end), zone.local(end) % DAY
    if days.works(date):
        return end
    while not days.works(date):
        date += 1
    return landing(zone, date, partial, rule)
