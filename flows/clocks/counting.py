"""The counting of one rule: its stated choices, and the due instant with everything that led to it.

Every choice has a name and a default (docs/deadlines.md); where the sources leave it open, the earlier reading is
the default, because a reminder that comes too early costs nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from flows.clocks import sites, walking, zones
from flows.clocks.calendar import Calendar
from flows.clocks.hours import AtClosing, Hours
from flows.clocks.zones import ONE_DAY, Fold, Gap
from flows.reckoning import Reckoning
from flows.values import aware

Unit = Literal["minutes", "hours", "calendar_days", "business_days", "business_hours"]
Counting = Literal["elapsed", "same_time", "next_day", "day_included"]

_DAYS = ("calendar_days", "business_days")
_REAL = {"minutes": timedelta(minutes=1), "hours": timedelta(hours=1), "business_hours": timedelta(hours=1)}
_DAY_END = {"24:00": timedelta(), "23:59:59": timedelta(seconds=1), "23:59": timedelta(minutes=1)}
_TELLING_DIFFERENCE = timedelta(hours=1)


class Count(Struct, frozen=True, forbid_unknown_fields=True):
    """How a rule counts. `length` is in `unit`s; days are whole.

    - `counting`: "elapsed" (periods of 24 hours), "same_time" (the same local time so many days on), "next_day"
      (from the next local day, to the end of the last one), "day_included" (the opening day is day 1, to the end
      of the last one). Without one, hours are elapsed and days same_time.
    - `opening_day`: for day_included, whether the opening day is day 1 or day 0.
    - `day_end`: when the last day is over: at 24:00 (the next date's first instant), or so much before it.
    - `starts_on_day_off`: business days begun on a day off: the next one is day 1, or the start rolls to it.
    - `business_day`: for elapsed business days, whether a day is the local day or 24 real hours.
    - `date_of`: in whose zone the start has its date: the site's, the buyer's or the shop's.
    - `fold`, `gap`: which instant a local time is that comes twice, or not at all.
    - `at_closing`: working hours used up exactly at a closing end there, or at the next opening.
    - `last_day_off`: a last calendar day that is a day off stays, or rolls to the next business day.
    - `calendars`: with a second calendar, the earlier or the later of the two results.
    """

    length: float
    unit: Unit
    counting: Counting | None = None
    opening_day: Literal["day_1", "day_0"] = "day_1"
    day_end: Literal["24:00", "23:59:59", "23:59"] = "24:00"
    starts_on_day_off: Literal["next_is_day_1", "rolls_to_day_0"] = "next_is_day_1"
    business_day: Literal["local_day", "real_24h"] = "local_day"
    date_of: Literal["site", "buyer", "shop"] = "site"
    fold: Fold = "first"
    gap: Gap = "backward"
    at_closing: AtClosing = "this_closing"
    last_day_off: Literal["stays", "rolls"] = "stays"
    calendars: Literal["earlier", "later"] = "earlier"

    def __post_init__(self) -> None:
        if not 0 < self.length <= 100_000:
            raise ValueError(f"length {self.length!r} is not between 0 and 100000")
        if self.unit in _DAYS and self.length != int(self.length):
            raise ValueError(f"{self.length:g} {self.unit}: days are whole; say it in hours")
        if self.unit not in _DAYS and self.counting not in (None, "elapsed"):
            raise ValueError(f"{self.unit} are always elapsed, not {self.counting}")
        if self.business_day == "real_24h" and (self.unit, self.counting) != ("business_days", "elapsed"):
            raise ValueError('business_day = "real_24h" needs unit = "business_days" and counting = "elapsed"')
        if self.last_day_off == "rolls" and self.unit != "calendar_days":
            raise ValueError('last_day_off = "rolls" needs unit = "calendar_days"')

    @property
    def way(self) -> Counting:
        """How it counts, the default put in."""
        return self.counting or ("same_time" if self.unit in _DAYS else "elapsed")


class Start(Struct, frozen=True):
    """A start that a platform gave as text: the instant, the text, and how a time without a zone was resolved."""

    at: datetime
    given: str = ""
    resolved: str = ""


def started(text: str, zone: str, count: Count) -> Start:
    """A platform's text as a start, by the rule's own fold and gap. Raises ValueError when it cannot be read."""
    at, resolved = zones.read(text, zone, count.fold, count.gap)
    return Start(at, text, resolved)


class Due(Struct, frozen=True):
    """A due instant (UTC), and the whole reckoning as data: words are made of it in any language."""

    at: datetime
    reckoning: Reckoning


def due(
    count: Count,
    start: datetime | Start,
    calendar: Calendar | None = None,
    *,
    hours: Hours | None = None,
    second: Calendar | None = None,
    places: Mapping[str, str] | None = None,
    outer: Count | None = None,
    platform_at: datetime | None = None,
) -> Due:
    """When `count` from `start` falls due.

    `calendar` gives business days and the site's zone, `hours` the working time; `second` is another calendar, of
    which the earlier result wins. `places` are zones of "buyer" and "shop" for a rule that takes the date there.
    `outer` is a longer limit, shown beside. `platform_at`, the platform's own due time, wins over ours. Raises
    ValueError for a naive start, or when the rule needs a calendar, hours or a zone that is not there.
    """
    begun = start if isinstance(start, Start) else Start(start)
    begun = replace(begun, at=aware(begun.at))
    reckoning = _counted(count, begun, calendar, hours, places or {})
    if second is not None:
        rival = _counted(count, begun, second, hours, places or {})
        ours_first = reckoning.due_at <= rival.due_at
        if ours_first != (count.calendars == "earlier") and reckoning.due_at != rival.due_at:
            reckoning, rival = rival, reckoning
        choices = (*reckoning.choices, f"calendars.{count.calendars}")
        reckoning = replace(reckoning, other=rival, choices=choices)
    if outer is not None:
        beyond = _counted(outer, begun, calendar, hours, places or {})
        reckoning = replace(reckoning, outer_at=beyond.due_at)
    if platform_at is not None:
        reckoning = _overruled(reckoning, aware(platform_at))
    return Due(reckoning.due_at, reckoning)


def _overruled(reckoning: Reckoning, platform_at: datetime) -> Reckoning:
    """The platform's own due time wins; ours stays beside it when they differ by more than an hour."""
    differs = abs(platform_at - reckoning.due_at) > _TELLING_DIFFERENCE
    computed_at = reckoning.due_at if differs else None
    return replace(reckoning, due_at=platform_at, platform_at=platform_at, computed_at=computed_at)


def _counted(
    count: Count, begun: Start, calendar: Calendar | None, hours: Hours | None, places: Mapping[str, str]
) -> Reckoning:
    if count.unit == "business_hours":
        found = _working_time(count, begun.at, hours)
    elif count.unit in _DAYS:
        found = _days(count, begun.at, calendar, places)
    else:
        zone = calendar.zone if calendar is not None else ""
        found = Reckoning(
            due_at=begun.at + count.length * _REAL[count.unit],
            length=count.length, unit=count.unit, counting=count.way, zone=zone,
        )  # fmt: skip
    return _with_data(found, begun)


def _with_data(found: Reckoning, begun: Start) -> Reckoning:
    """What every count carries: the start as given, the changes of clocks passed, the versions of the data."""
    changes = zones.changes(found.zone, begun.at, found.due_at) if found.zone else ()
    return replace(
        found, given=begun.given, resolved=begun.resolved, changes=changes,
        zones=zones.source() if found.zone else "", holidays=sites.data_version() if found.calendar else "",
    )  # fmt: skip


def _working_time(count: Count, start: datetime, hours: Hours | None) -> Reckoning:
    if hours is None:
        raise ValueError("business hours need working hours to count in")
    end = hours.add(start, count.length * _REAL[count.unit], count.at_closing)
    closes = not hours.open_at(end) or count.at_closing == "next_opening"
    first, last = (instant.astimezone(zones.zone_of(hours.zone)).date() for instant in (start, end))
    return Reckoning(
        due_at=end, length=count.length, unit=count.unit, counting=count.way, zone=hours.zone, calendar=hours.name,
        weekend="".join(str(day) for day in range(7) if not hours.week[day]),
        choices=(f"at_closing.{count.at_closing}",) if closes else (),
        steps=walking.staffed(hours, start, end),
        unknown=hours.calendar.unknown(first, last) if hours.calendar is not None else (),
    )  # fmt: skip


def _days(count: Count, start: datetime, calendar: Calendar | None, places: Mapping[str, str]) -> Reckoning:
    zone = _zone(count, calendar, places)
    is_business = count.unit == "business_days"
    if is_business and calendar is None:
        raise ValueError("business days need a calendar")
    local = start.astimezone(zones.zone_of(zone))
    if count.way == "elapsed" and not is_business:
        landing = (start + count.length * ONE_DAY).astimezone(zones.zone_of(zone))
        end, last, walk = landing, landing.date(), walking.Walk()
        choices: list[str] = []
        walk.run(local.date() + ONE_DAY, last, int(count.length))
    elif count.way == "elapsed" and count.business_day == "real_24h":
        assert calendar is not None  # noqa: S101 - refused above
        return _real_business_days(count, start, calendar, zone)
    else:
        end, last, walk, choices = _local_days(count, local, calendar if is_business else None, zone)
    rolled = None
    if not is_business and count.last_day_off == "rolls":
        clock = local if count.way == "same_time" else end.astimezone(zones.zone_of(zone))
        end, rolled = _rolled(count, end, last, clock.time(), calendar, zone)
    shown = calendar if is_business or rolled else None
    return Reckoning(
        due_at=aware(end), length=count.length, unit=count.unit, counting=count.way, zone=zone,
        calendar=shown.name if shown else "",
        weekend="".join(map(str, sorted(shown.weekend))) if is_business and shown else "",
        choices=tuple(choices), steps=walk.steps(),
        rolled_from=last if rolled else None, rolled_to=rolled,
        unknown=shown.unknown(local.date(), rolled or last) if shown else (),
    )  # fmt: skip


def _zone(count: Count, calendar: Calendar | None, places: Mapping[str, str]) -> str:
    """The zone in which the start has its date."""
    zone = places.get(count.date_of) or (calendar.zone if count.date_of == "site" and calendar else "")
    if not zone:
        raise ValueError(f"{count.unit} need the {count.date_of}'s time zone")
    return zone


def _local_days(
    count: Count, local: datetime, calendar: Calendar | None, zone: str
) -> tuple[datetime, date, walking.Walk, list[str]]:
    """Days by the local date: the due instant, the last day, the days walked, the choices that mattered."""
    walk, choices = walking.Walk(), []
    first = local.date()
    if calendar is not None and not calendar.works(first):
        choices.append(f"starts_on_day_off.{count.starts_on_day_off}")
        if count.starts_on_day_off == "rolls_to_day_0":
            opening = calendar.next_business(first)
            walk.skip(calendar, first, opening)
            first = opening
    is_included = count.way == "day_included" and count.opening_day == "day_1"
    if count.way == "day_included":
        choices.append(f"opening_day.{count.opening_day}")
    last = walk.count(int(count.length), first if is_included else first + ONE_DAY, calendar, zone)
    is_partial = count.way == "same_time" or (
        count.way == "elapsed" and (calendar is None or calendar.works(first))
    )
    if not is_partial:
        choices.append(f"day_end.{count.day_end}")
        return zones.day_start(last + ONE_DAY, zone) - _DAY_END[count.day_end], last, walk, choices
    end, how = zones.resolve(datetime.combine(last, local.time()), zone, count.fold, count.gap)
    return end, last, walk, choices + ([how] if how else [])


def _rolled(
    count: Count, end: datetime, last: date, clock: time, calendar: Calendar | None, zone: str
) -> tuple[datetime, date | None]:
    """A last day that is a day off gives way to the next business day: its end, or the same time on it."""
    if calendar is None:
        raise ValueError("a last day that rolls forward needs a calendar")
    business = calendar.next_business(last)
    if business == last:
        return end, None
    if count.way in ("next_day", "day_included"):
        return zones.day_start(business + ONE_DAY, zone) - _DAY_END[count.day_end], business
    return zones.resolve(datetime.combine(business, clock), zone, count.fold, count.gap)[0], business


def _real_business_days(count: Count, start: datetime, calendar: Calendar, zone: str) -> Reckoning:
    """So many times 24 real hours of business days, whatever the local day's length."""
    hours = walking.whole_days(calendar, zone)
    local = start.astimezone(zones.zone_of(zone))
    begin, choices = start, ["business_day.real_24h"]
    if not calendar.works(local.date()):
        choices.append(f"starts_on_day_off.{count.starts_on_day_off}")
        if count.starts_on_day_off == "rolls_to_day_0":
            opening = datetime.combine(calendar.next_business(local.date()), local.time())
            begin = zones.resolve(opening, zone, count.fold, count.gap)[0]
    end = hours.add(begin, count.length * ONE_DAY)
    first, last = local.date(), end.astimezone(zones.zone_of(zone)).date()
    return Reckoning(
        due_at=end, length=count.length, unit=count.unit, counting=count.way, zone=zone, calendar=calendar.name,
        weekend="".join(map(str, sorted(calendar.weekend))),
        choices=tuple(choices), steps=walking.staffed(hours, start, end),
        unknown=calendar.unknown(first, last),
    )  # fmt: skip
