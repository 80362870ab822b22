"""Walking over local dates while counting them, and the compact record of the walk."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache

from flows.clocks import zones
from flows.clocks.calendar import Calendar
from flows.clocks.hours import Hours, Shift
from flows.clocks.zones import ONE_DAY
from flows.reckoning import Step

_SEARCH_DAYS = 10 * 366  # more days off in a row than that: the calendar has no business day
_WHOLE_DAY = (Shift(0, 24 * 60),)


class Walk:
    """Days walked so far. Neighbours of one kind and name are kept as one run; weekends lie inside runs."""

    def __init__(self) -> None:
        self._steps: list[Step] = []

    def steps(self) -> tuple[Step, ...]:
        return tuple(self._steps)

    def run(self, first: date, last: date, count: int) -> None:
        """Calendar days counted in one go."""
        self._steps.append(Step("days", first, max(first, last), count))

    def count(self, length: int, first: date, calendar: Calendar | None, zone: str) -> date:
        """Count so many days from `first` on, and answer the last. Without a calendar every day counts."""
        day, left, idle = first, length, 0
        while True:
            counts = self.see(day, calendar, zone)
            left -= counts
            idle = 0 if counts else idle + 1
            if not left:
                return day
            if calendar is not None and idle > _SEARCH_DAYS:
                raise ValueError(f"calendar {calendar.name} has no business day in ten years")
            day += ONE_DAY

    def skip(self, calendar: Calendar, first: date, until: date) -> None:
        """Days off before the count begins, `until` not included."""
        while first < until:
            kind, name = calendar.day(first)
            self.add("days" if kind == "weekend" else kind, first, 0, name)
            first += ONE_DAY

    def see(self, day: date, calendar: Calendar | None, zone: str) -> bool:
        """Record one day; whether it counts."""
        if not zones.exists(day, zone):
            self.add("gone", day, 0)
            return False
        kind, name = calendar.day(day) if calendar is not None else ("work", "")
        counts = kind in ("work", "make_up")
        self.add("days" if kind in ("work", "weekend") else kind, day, int(counts), name)
        return counts

    def add(self, kind: str, day: date, count: int, name: str = "") -> None:
        last = self._steps[-1] if self._steps else None
        if last is None or (last.kind, last.name) != (kind, name) or last.last + ONE_DAY != day:
            self._steps.append(Step(kind, day, day, count, name))
        else:
            self._steps[-1] = Step(kind, last.first, day, last.count + count, name)


def staffed(hours: Hours, since: datetime, until: datetime) -> tuple[Step, ...]:
    """Working time by the date on which its shift began: days of equal length as one run, and named days off."""
    worked: dict[date, timedelta] = {}
    tz = zones.zone_of(hours.zone)
    for start, _, worth in hours.pieces(since, until):
        day = start.astimezone(tz).date()
        worked[day] = worked.get(day, timedelta()) + worth
    steps: list[Step] = []
    day = min([since.astimezone(tz).date(), *worked])
    last = max([until.astimezone(tz).date(), *worked])
    while day <= last:
        kind, name = hours.why_closed(day)
        if day in worked:
            _staffed_day(steps, day, round(worked[day].total_seconds()), hours)
        elif kind != "weekend":
            _named_day(steps, day, kind, name)
        day += ONE_DAY
    return tuple(steps)


def _staffed_day(steps: list[Step], day: date, seconds: int, hours: Hours) -> None:
    last = steps[-1] if steps else None
    if (
        last is not None
        and (last.kind, last.count) == ("staffed", seconds)
        and _only_weekend(last.last, day, hours)
    ):
        steps[-1] = Step("staffed", last.first, day, seconds)
    else:
        steps.append(Step("staffed", day, day, seconds))


def _only_weekend(first: date, last: date, hours: Hours) -> bool:
    """Whether the days between two have no shift in any week, so that a run may lie over them."""
    between = range(1, (last - first).days)
    return all(not hours.week[(first + days * ONE_DAY).weekday()] for days in between)


def _named_day(steps: list[Step], day: date, kind: str, name: str) -> None:
    last = steps[-1] if steps else None
    if last is not None and (last.kind, last.name, last.last + ONE_DAY) == (kind, name, day):
        steps[-1] = Step(kind, last.first, day, 0, name)
    else:
        steps.append(Step(kind, day, day, 0, name))


@lru_cache(maxsize=256)
def _whole_week(weekend: frozenset[int]) -> tuple[tuple[Shift, ...], ...]:
    return tuple(() if day in weekend else _WHOLE_DAY for day in range(7))


def whole_days(calendar: Calendar, zone: str) -> Hours:
    """Business days as working hours round the clock."""
    first = next(day for day in range(7) if day not in calendar.weekend)
    return Hours(calendar.name, zone, _whole_week(calendar.weekend), calendar, make_up_like=first)
