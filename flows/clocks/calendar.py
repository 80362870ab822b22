"""Which days count: weekends, days off with their names, worked make-up days, and the shop's own shutdowns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from types import MappingProxyType

from flows.saying import Said

_SEARCH_DAYS = 10 * 366  # a calendar without a business day in so long has none at all


def _none() -> Mapping[date, str]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Calendar:
    """The business days of one site or shop.

    `zone` is an IANA name, `weekend` weekdays (Monday 0). `off` and `working` are days by date, with names:
    holidays, and China's worked weekend days. `shutdown` are the shop's own days off on top; they beat a make-up
    day. `years` are those whose days off are published for sure; in others a count says that it may be wrong.
    """

    name: str
    zone: str
    weekend: frozenset[int] = frozenset({5, 6})
    off: Mapping[date, str] = field(default_factory=_none, hash=False)
    working: Mapping[date, str] = field(default_factory=_none, hash=False)
    shutdown: Mapping[date, str] = field(default_factory=_none, hash=False)
    years: range = range(1, 10_000)

    def day(self, day: date) -> tuple[str, str]:
        """What a day is, and its name: "work", "make_up", "weekend", "off" or "shutdown"."""
        if day in self.shutdown:
            return "shutdown", self.shutdown[day]
        if day in self.working:
            return "make_up", self.working[day]
        if day in self.off:
            return "off", self.off[day]
        return ("weekend", "") if day.weekday() in self.weekend else ("work", "")

    def works(self, day: date) -> bool:
        """Whether this is a business day."""
        return self.day(day)[0] in ("work", "make_up")

    def next_business(self, day: date) -> date:
        """The first business day on or after `day`. Raises ValueError where there is none within ten years."""
        for _ in range(_SEARCH_DAYS):
            if self.works(day):
                return day
            day += timedelta(days=1)
        raise ValueError(f"calendar {self.name} has no business day in ten years")

    def unknown(self, first: date, last: date) -> tuple[int, ...]:
        """The years between two dates whose days off are not published."""
        return tuple(year for year in range(first.year, last.year + 1) if year not in self.years)

    def closed(self, shutdown: Mapping[date, str]) -> Calendar:
        """The same calendar with the shop's own days off on top."""
        return replace(self, shutdown=MappingProxyType({**self.shutdown, **shutdown}))


def stretch(first: date, last: date, name: str) -> dict[date, str]:
    """Days off in a row: a shutdown. Raises ValueError when it ends before it begins."""
    if last < first:
        raise Said("{name}: ends {last} before it begins {first}", name=name, last=last, first=first)
    return {first + timedelta(days=day): name for day in range((last - first).days + 1)}
