"""When somebody works: weekly shifts as real instants, and the arithmetic of working time over them.

Shifts may be split and may run past midnight; overlapping ones count once. An edge is the first instant at which
the wall clock shows it or a later time, so a night shift over a change of clocks is worth 7 or 9 hours.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from types import MappingProxyType
from typing import Literal, NamedTuple

from flows.clocks import zones
from flows.clocks.calendar import Calendar
from flows.clocks.zones import ONE_DAY
from flows.saying import Said

AtClosing = Literal["this_closing", "next_opening"]

_SHIFT = re.compile(r"([01]\d|2[0-3]):([0-5]\d)\s*-\s*([01]\d|2[0-4]):([0-5]\d)")
_DAY_MIN = 24 * 60
_SEARCH_DAYS = 2 * 366  # nobody staffed for two years: nobody at all
_CACHE_DAYS = 4096
_ZERO = timedelta()
_INSTANT = timedelta(microseconds=1)


class Shift(NamedTuple):
    """From `opens` to `closes`, in minutes after the midnight of its day; past 1440 it ends on the next day."""

    opens: int
    closes: int


class Span(NamedTuple):
    """Staffed from `start` until `end` (UTC, end exclusive), `worth` of working time."""

    start: datetime
    end: datetime
    worth: timedelta


def shift(text: str) -> Shift:
    """A shift as written: "09:00-17:00", "22:00-06:00" past midnight, "00:00-24:00". Raises ValueError."""
    found = _SHIFT.fullmatch(text.strip())
    opens, closes = (int(found[1]) * 60 + int(found[2]), int(found[3]) * 60 + int(found[4])) if found else (0, 0)
    if found is None or closes > _DAY_MIN or opens == closes:
        raise Said("{text} is no shift: write it like 09:00-17:00, or 22:00-06:00 past midnight", text=repr(text))
    return Shift(opens, closes if closes > opens else closes + _DAY_MIN)


@dataclass(frozen=True, slots=True)
class Hours:
    """The working hours of a shop or a person.

    `week` holds the shifts of each weekday, Monday first. `calendar` gives days off and shutdowns (no shift begins
    on them; its weekend does not matter here) and worked make-up days, on which a weekday without shifts has those
    of `make_up_like`. `exceptions` replace everything for their date.

    `night_shift`: one that runs into a day off belongs to the day it starts, or is cut at midnight. `over_dst`:
    hours are real ones, or as long as the wall clock says (then a night shift is always worth 8).
    """

    name: str
    zone: str
    week: tuple[tuple[Shift, ...], ...]
    calendar: Calendar | None = field(default=None, hash=False)
    exceptions: Mapping[date, tuple[Shift, ...]] = field(default_factory=lambda: MappingProxyType({}), hash=False)
    make_up_like: int = 0
    night_shift: Literal["start_day", "cut_at_midnight"] = "start_day"
    over_dst: Literal["real", "wall"] = "real"
    _merged: dict[date, tuple[Span, ...]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if len(self.week) != 7:
            raise ValueError(f"hours {self.name}: a week has 7 days, not {len(self.week)}")
        zones.zone_of(self.zone)

    def open_at(self, instant: datetime) -> bool:
        """Whether somebody works at this instant; a shift includes its opening and not its closing."""
        return any(span.start <= instant < span.end for span in self._around(instant))

    def add(self, start: datetime, amount: timedelta, at_closing: AtClosing = "this_closing") -> datetime:
        """The instant at which `amount` of working time after `start` is used up.

        Used up exactly at a closing it is that closing, or the next opening if so chosen. Raises ValueError when
        nobody works any more.
        """
        left = amount
        for span in self.spans(start):
            begin = max(span.start, start)
            worth = span.worth if begin == span.start else _share(span, span.end - begin)
            if left < worth or (left == worth and at_closing == "this_closing"):
                return begin + (left if span.worth == span.end - span.start else _stretched(span, left))
            left -= worth
        raise ValueError(f"hours {self.name}: nobody works long enough after {start.isoformat()}")

    def between(self, since: datetime, until: datetime) -> timedelta:
        """The staffed time from `since` until `until`; zero when they are the wrong way round."""
        total = _ZERO
        for begin, end, worth in self.pieces(since, until):
            total += worth if end > begin else _ZERO
        return total

    def pieces(self, since: datetime, until: datetime) -> Iterator[Span]:
        """The staffed spans of a stretch of time, cut to it, in order."""
        for span in self.spans(since):
            if span.start >= until:
                return
            begin, end = max(span.start, since), min(span.end, until)
            whole = begin == span.start and end == span.end
            yield span if whole else Span(begin, end, _share(span, end - begin))

    def last_staffed(self, before: datetime) -> datetime | None:
        """The last moment not after `before` at which somebody could still act; None when nobody works at all.

        Inside a shift that is `before` itself, outside the closing of the shift before. Exactly at an opening
        nobody has had time, so it is the closing of the previous shift.
        """
        day = self._date(before) + ONE_DAY
        for _ in range(_SEARCH_DAYS):
            for span in reversed(self._spans(day)):
                if span.start < before:
                    return min(span.end, before)
            day -= ONE_DAY
        return None

    def next_opening(self, after: datetime) -> datetime | None:
        """The first opening at or after this instant; None when nobody works any more, or nobody ever stops.

        Where one shift follows another without a break, as at midnight in a shop that never sleeps, nothing opens.
        """
        closed = None
        for span in self.spans(after - _INSTANT):
            if span.start >= after and span.start != closed:
                return span.start
            if span.start > after + _SEARCH_DAYS * ONE_DAY:
                return None
            closed = span.end
        return None

    def postponed(self, due_at: datetime, paused_at: datetime, resumed_at: datetime) -> datetime:
        """When a paused clock of working time falls due: what was left at the pause, from the resumption on."""
        return self.add(resumed_at, self.between(paused_at, due_at))

    def spans(self, since: datetime) -> Iterator[Span]:
        """The staffed spans that end after `since`, in order, whole; none when nobody works for two years."""
        day = self._date(since) - 2 * ONE_DAY
        idle = 0
        while idle < _SEARCH_DAYS:
            found = self._spans(day)
            idle = 0 if found else idle + 1
            for span in found:
                if span.end > since:
                    yield span
            day += ONE_DAY

    def shifts(self, day: date) -> tuple[Shift, ...]:
        """The shifts that begin on this date."""
        if day in self.exceptions:
            return self.exceptions[day]
        regular = self.week[day.weekday()]
        if self.calendar is None:
            return regular
        kind, _ = self.calendar.day(day)
        if kind in ("off", "shutdown"):
            return ()
        return self.week[self.make_up_like] if kind == "make_up" and not regular else regular

    def why_closed(self, day: date) -> tuple[str, str]:
        """Why no shift begins on this date: "off" or "shutdown" with the name, else "weekend"."""
        kind, name = self.calendar.day(day) if self.calendar is not None else ("weekend", "")
        return (kind, name) if kind in ("off", "shutdown") and day not in self.exceptions else ("weekend", "")

    def _date(self, instant: datetime) -> date:
        return instant.astimezone(zones.zone_of(self.zone)).date()

    def _around(self, instant: datetime) -> Iterator[Span]:
        day = self._date(instant)
        for back in (2, 1, 0):
            yield from self._spans(day - back * ONE_DAY)

    def _spans(self, day: date) -> tuple[Span, ...]:
        """The spans that begin on this date, less what earlier shifts cover. Kept: it is asked in every step."""
        spans = self._merged.get(day)
        if spans is None:
            if len(self._merged) >= _CACHE_DAYS:
                self._merged.clear()
            spans = self._merged[day] = tuple(self._merge(day))
        return spans

    def _merge(self, day: date) -> Iterator[Span]:
        covered = max((end for back in (1, 2) for _, end in self._edges(day - back * ONE_DAY)), default=None)
        start: datetime | None = None
        end: datetime | None = None
        for opening, closing in self._edges(day):
            begin = opening if covered is None else max(opening, covered)
            if closing <= begin:
                continue
            if end is not None and start is not None and begin > end:
                yield self._span(start, end)
                start = begin
            start, end = start or begin, closing if end is None else max(end, closing)
        if start is not None and end is not None:
            yield self._span(start, end)

    def _edges(self, day: date) -> list[tuple[datetime, datetime]]:
        """Opening and closing of each shift of this date, as instants, earliest first."""
        if not zones.exists(day, self.zone):
            return []
        midnight = datetime.combine(day, time())
        is_cut = self.night_shift == "cut_at_midnight" and self._is_off(day + ONE_DAY)
        edges = []
        for opens, closes in self.shifts(day):
            last = min(closes, _DAY_MIN) if is_cut else closes
            opening, closing = (
                zones.reached(midnight + timedelta(minutes=minutes), self.zone) for minutes in (opens, last)
            )
            if closing > opening:
                edges.append((opening, closing))
        return sorted(edges)

    def _is_off(self, day: date) -> bool:
        return self.why_closed(day)[0] != "weekend"

    def _span(self, start: datetime, end: datetime) -> Span:
        if self.over_dst == "real":
            return Span(start, end, end - start)
        tz = zones.zone_of(self.zone)
        first, last = (instant.astimezone(tz).replace(tzinfo=None, fold=0) for instant in (start, end))
        return Span(start, end, max(last - first, _ZERO))


def _share(span: Span, part: timedelta) -> timedelta:
    """What a part of a span is worth: its own length, unless the wall clock rules."""
    real = span.end - span.start
    return part if span.worth == real else part * (span.worth / real)


def _stretched(span: Span, amount: timedelta) -> timedelta:
    """The real time in which this amount is used up in a span that the wall clock rules."""
    return amount * ((span.end - span.start) / span.worth)
