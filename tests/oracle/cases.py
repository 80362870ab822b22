"""Random rules, starts, zones and calendars; each is asked of the product and of the judge."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from random import Random
from types import MappingProxyType
from typing import Any
from zoneinfo import available_timezones

import msgspec

from bot.zoning import pin_zones
from flows.clocks import counting, sites, zones
from flows.clocks.calendar import Calendar
from flows.clocks.counting import Count
from flows.clocks.hours import Hours, Shift
from tests.oracle import judge
from tests.oracle.civil import DAY, Civil, civil

SINCE, UNTIL = 946_684_800, 2_082_758_400  # 2000-01-01 to 2036-01-01
FINE = frozenset(  # zones that changed at odd minutes
    {"Asia/Hebron", "Asia/Gaza", "America/Goose_Bay", "America/Moncton", "America/St_Johns"}
    | {"Canada/Newfoundland", "Antarctica/Casey"}
)
SPREAD = (6 * DAY, DAY, 3600)  # how far before a change of clocks a case may begin
pin_zones()  # before the zones are listed: the system's list may be another one
ZONES = tuple(sorted(available_timezones()))
EPOCH = date(1970, 1, 1)


class Wrong(AssertionError):
    """The product and the judge differ; the case can be played again."""


def transitions() -> Iterator[tuple[str, int]]:
    """Every change of clocks of every zone from 2000 to 2035."""
    for name in ZONES:
        yield from ((name, at) for at, _ in civil(name).transitions() if SINCE <= at < UNTIL)


def one(random: Random, name: str, near: int | None, seen: Counter[str]) -> None:
    """One case in this zone, near an instant or anywhere. Raises Wrong."""
    start = (
        random.randrange(SINCE, UNTIL) if near is None else near - random.randrange(-7200, random.choice(SPREAD))
    )
    start -= start % random.choice((1, 60, 900, 900))
    asked = random.choice(_QUESTIONS)
    seen[asked.__name__.strip("_")] += 1
    asked(random, civil(name), start)


def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _day(number: int) -> date:
    return EPOCH + timedelta(days=number)


def _naive(local: int) -> datetime:
    return _instant(local).replace(tzinfo=None)


def _agree(question: str, ours: datetime | None, theirs: int | None, *case: object) -> None:
    if ours != (None if theirs is None else _instant(theirs)):
        right = None if theirs is None else _instant(theirs)
        raise Wrong(f"{question}: product {ours}, judge {right}; case {case}")


@dataclass(frozen=True)
class Both:
    """One calendar as the product and as the judge know it."""

    ours: Calendar
    theirs: judge.Days


def _calendar(random: Random, zone: Civil, around: int) -> Both:
    """One of the sites', in this zone, or one of random days off, make-up days and weekends."""
    if random.random() < 0.3:
        return _site(random.choice(tuple(sites.SITES)), zone.name)
    weekend = frozenset(random.sample(range(7), random.choice((0, 1, 2, 2, 2, 6))))
    dates = range(around // DAY - 3, around // DAY + 60)
    off = frozenset(random.sample(dates, random.choice((0, 1, 3, 12))))
    working = frozenset(d for d in random.sample(dates, 4) if judge.weekday(d) in weekend)
    shutdown = frozenset(random.sample(dates, random.choice((0, 0, 2))))
    ours = Calendar(
        "random", zone.name, weekend, MappingProxyType({_day(d): "off" for d in off}),
        MappingProxyType({_day(d): "worked" for d in working}),
    ).closed({_day(d): "shut" for d in shutdown})  # fmt: skip
    return Both(ours, judge.Days(weekend, (off - working) | shutdown, working - shutdown))


@lru_cache(maxsize=4096)
def _site(site: str, zone: str) -> Both:
    known = sites.of(sites.SITES[site], site)
    off, working = (frozenset((day - EPOCH).days for day in days) for days in (known.off, known.working))
    ours = Calendar(known.name, zone, known.weekend, known.off, known.working)
    return Both(ours, judge.Days(known.weekend, off - working, working))


def _shift(random: Random) -> Shift:
    opens = random.randrange(96) * 15
    lasts = random.choice((15, 240, 480, 720, 1440))
    return Shift(opens, min(opens + lasts, opens + 1440, 2880))


def _hours(random: Random, zone: Civil, around: int) -> tuple[Hours, judge.Work]:
    week = tuple(tuple(_shift(random) for _ in range(random.choice((0, 1, 1, 2, 3)))) for _ in range(7))
    if not any(week):
        week = ((Shift(540, 1020),), *week[1:])
    calendar = _calendar(random, zone, around) if random.random() < 0.6 else None
    dates = random.sample(range(around // DAY - 3, around // DAY + 10), random.choice((0, 0, 1)))
    exceptions = {number: (_shift(random),) if random.random() < 0.5 else () for number in dates}
    like = next(day for day in range(7) if week[day])
    is_cut = random.random() < 0.2
    ours = Hours(
        "random", zone.name, week, calendar.ours if calendar else None,
        MappingProxyType({_day(number): shifts for number, shifts in exceptions.items()}),
        make_up_like=like, night_shift="cut_at_midnight" if is_cut else "start_day",
    )  # fmt: skip
    theirs = judge.Work(
        zone,
        week,
        calendar.theirs if calendar else None,
        dict(exceptions),
        like,
        is_cut,
        60 if zone.name in FINE else 900,
    )
    return ours, theirs


def _rule(random: Random, unit: str, length: int, **more: str) -> tuple[Count, dict[str, str]]:
    rule = {
        "counting": random.choice(("same_time", "next_day", "day_included")),
        "opening_day": random.choice(("day_1", "day_1", "day_0")),
        "day_end": random.choice(("24:00", "24:00", "23:59:59", "23:59")),
        "starts_on_day_off": random.choice(("next_is_day_1", "rolls_to_day_0")),
        "fold": random.choice(("first", "second")),
        "gap": random.choice(("backward", "gap_end", "forward")),
    } | more
    return msgspec.convert({"length": length, "unit": unit, **rule}, Count), rule


def _calendar_days(random: Random, zone: Civil, start: int) -> None:
    length = random.choice((1, 2, 5, 7, 30, 90))
    count, rule = _rule(random, "calendar_days", length)
    found = counting.due(count, _instant(start), places={"site": zone.name})
    _agree(
        "calendar days",
        found.at,
        judge.count_days(zone, start, rule, length, None),
        zone.name,
        start,
        rule,
        length,
    )
    _sums(found, zone, start, length)


def _elapsed_days(random: Random, zone: Civil, start: int) -> None:
    length = random.choice((1, 2, 5, 30))
    found = counting.due(Count(length, "calendar_days", "elapsed"), _instant(start), places={"site": zone.name})
    _agree("elapsed days", found.at, judge.elapsed_days(start, length), zone.name, start, length)


def _business_days(random: Random, zone: Civil, start: int) -> None:
    length = random.choice((1, 2, 3, 7, 21))
    calendar = _calendar(random, zone, start)
    ways = ("same_time", "next_day", "day_included", "elapsed")
    count, rule = _rule(random, "business_days", length, counting=random.choice(ways))
    found = counting.due(count, _instant(start), calendar.ours)
    right = judge.count_days(zone, start, rule, length, calendar.theirs)
    _agree("business days", found.at, right, zone.name, start, rule, length, calendar.theirs)
    _sums(found, zone, start, length)


def _real_business_days(random: Random, zone: Civil, start: int) -> None:
    calendar = _calendar(random, zone, start)
    length = random.choice((1, 2, 3))
    starts = random.choice(("next_is_day_1", "rolls_to_day_0"))
    count, rule = _rule(
        random, "business_days", length, counting="elapsed", business_day="real_24h", starts_on_day_off=starts
    )
    whole = tuple(((0, 1440),) for _ in range(7))
    week = tuple(() if day in calendar.theirs.weekend else shifts for day, shifts in enumerate(whole))
    like = next(day for day in range(7) if day not in calendar.theirs.weekend)
    cell = 60 if zone.name in FINE else 900
    work = judge.Work(zone, week, calendar.theirs, {}, like, is_cut=False, cell=cell)
    begin = start
    date = zone.date(start)
    if starts == "rolls_to_day_0" and not calendar.theirs.works(date):
        while not calendar.theirs.works(date):
            date += 1
        begin = zone.resolved(date * DAY + zone.local(start) % DAY, rule["fold"], rule["gap"])
    found = counting.due(count, _instant(start), calendar.ours)
    _agree("real business days", found.at, work.add(begin, length * DAY, "this_closing"), zone.name, start, rule)


def _rolling(random: Random, zone: Civil, start: int) -> None:
    length = random.choice((1, 5, 14))
    calendar = _calendar(random, zone, start)
    ways = ("same_time", "next_day", "day_included", "elapsed")
    count, rule = _rule(random, "calendar_days", length, last_day_off="rolls", counting=random.choice(ways))
    found = counting.due(count, _instant(start), calendar.ours)
    right = judge.rolled(zone, start, rule, length, calendar.theirs)
    _agree("rolling", found.at, right, zone.name, start, rule, length, calendar.theirs)


def _business_hours(random: Random, zone: Civil, start: int) -> None:
    ours, theirs = _hours(random, zone, start)
    minutes = random.choice((15, 60, 240, 480, 481, 1440))
    at_closing = random.choice(("this_closing", "this_closing", "next_opening"))
    count = msgspec.convert({"length": minutes / 60, "unit": "business_hours", "at_closing": at_closing}, Count)
    found = counting.due(count, _instant(start), hours=ours)
    right = theirs.add(start, minutes * 60, at_closing)
    _agree("business hours", found.at, right, zone.name, start, minutes, at_closing, ours)


def _staffed_time(random: Random, zone: Civil, start: int) -> None:
    ours, theirs = _hours(random, zone, start)
    until = start + random.choice((3600, DAY, 3 * DAY)) + random.randrange(3600)
    found = round(ours.between(_instant(start), _instant(until)).total_seconds())
    if found != (right := theirs.between(start, until)):
        raise Wrong(f"between: product {found} s, judge {right} s; case {zone.name, start, until, ours}")


def _last_staffed(random: Random, zone: Civil, start: int) -> None:
    ours, theirs = _hours(random, zone, start)
    found, right = ours.last_staffed(_instant(start)), theirs.last_staffed(start, days=4)
    if right is None and found is not None and found <= _instant(start - 4 * DAY):
        return  # further back than the judge looked
    _agree("last staffed", found, right, zone.name, start, ours)


def _borders(random: Random, zone: Civil, start: int) -> None:
    """A date's first instant, whether it exists, and how a local time is read."""
    number = zone.date(start) + random.choice((-1, 0, 1))
    _agree("day start", zones.day_start(_day(number), zone.name), zone.reached(number * DAY), zone.name, number)
    if zones.exists(_day(number), zone.name) != zone.shown(number):
        raise Wrong(f"exists: product says {not zone.shown(number)} of {_day(number)} in {zone.name}")
    local = start + random.choice(zone.stretches).offset
    for fold, gap in (("first", "backward"), ("second", "gap_end"), ("first", "forward")):
        found, _ = zones.resolve(_naive(local), zone.name, fold, gap)  # type: ignore[arg-type]
        _agree("resolve", found, zone.resolved(local, fold, gap), zone.name, local, fold, gap)


def _sums(found: counting.Due, zone: Civil, start: int, length: int) -> None:
    """The explanation adds up: so many days counted, and each change of clocks on the way is named."""
    if found.reckoning.counted() != length:
        raise Wrong(f"explanation counts {found.reckoning.counted()} of {length} days: {found.reckoning}")
    named = [(round(change.at.timestamp()), change.seconds) for change in found.reckoning.changes]
    passed = [(at, by) for at, by in zone.transitions() if start < at <= round(found.at.timestamp())]
    if named != passed:
        raise Wrong(f"explanation names changes {named}, judge {passed}: {zone.name} {start}")


Question = Callable[[Random, Civil, int], Any]
_QUESTIONS: tuple[Question, ...] = (
    _calendar_days, _calendar_days, _elapsed_days, _business_days, _business_days, _business_days,
    _real_business_days, _rolling, _business_hours, _staffed_time, _last_staffed, _borders,
)  # fmt: skip
