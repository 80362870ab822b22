"""Deadlines worked out by hand, each with its source: what a person would count on a paper calendar.

Sources: the keys of the marketplace rules (A16, E1, ...), the calendars of the countries, or IANA's notes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace as swap
from datetime import UTC, date, datetime
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from msgspec import convert

import bot  # noqa: F401 - pins the zone data
from flows.clocks import counting, sites
from flows.clocks.calendar import Calendar
from flows.clocks.counting import Count, started
from flows.clocks.hours import Hours, shift
from flows.clocks.sites import Site


def _at(text: str, zone: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


def _wall(found: counting.Due, zone: str) -> str:
    return found.at.astimezone(ZoneInfo(zone)).strftime("%a %Y-%m-%d %H:%M")


DAYS: tuple[tuple[str, str, str, dict[str, Any], str, str], ...] = (
    # source, platform.site, start by the site's wall clock, rule, due by the same clock
    ("E1: 3 business days over Thanksgiving", "ebay.us", "2026-11-25 10:00",
     {"length": 3, "unit": "business_days"}, "Tue 2026-12-01 10:00", "Thanksgiving Day"),
    ("E1, E24: 4 July 2026 is a Saturday, so Friday the 3rd counts", "ebay.us", "2026-07-01 09:00",
     {"length": 3, "unit": "business_days"}, "Mon 2026-07-06 09:00", "Independence Day"),
    ("the same by the federal calendar: Friday observed", "us", "2026-07-01 09:00",
     {"length": 3, "unit": "business_days"}, "Tue 2026-07-07 09:00", "Independence Day (observed)"),
    ("E1: 21 business days from 1 December, Christmas and New Year", "ebay.us", "2026-12-01 12:00",
     {"length": 21, "unit": "business_days"}, "Thu 2026-12-31 12:00", "Christmas Day"),
    ("E6: begun on a Saturday, Monday is day 1", "ebay.us", "2026-11-14 08:00",
     {"length": 3, "unit": "business_days"}, "Wed 2026-11-18 08:00", ""),
    ("choice 4: the start rolls to Monday, which is day 0", "ebay.us", "2026-11-14 08:00",
     {"length": 3, "unit": "business_days", "starts_on_day_off": "rolls_to_day_0"}, "Thu 2026-11-19 08:00", ""),
    ("X1: AliExpress's 7 days, day 7 included", "aliexpress.us", "2026-11-25 22:30",
     {"length": 7, "unit": "calendar_days", "counting": "day_included"}, "Wed 2026-12-02 00:00", ""),
    ("choice 2: the opening day as day 0", "aliexpress.us", "2026-11-25 22:30",
     {"length": 7, "unit": "calendar_days", "counting": "day_included", "opening_day": "day_0"},
     "Thu 2026-12-03 00:00", ""),
    ("X3: 5 days to answer a dispute, at the same time", "aliexpress.us", "2026-10-30 12:00",
     {"length": 5, "unit": "calendar_days"}, "Wed 2026-11-04 12:00", ""),
    ("choice 1: the same as 24-hour periods: an hour earlier on the wall", "aliexpress.us", "2026-10-30 12:00",
     {"length": 5, "unit": "calendar_days", "counting": "elapsed"}, "Wed 2026-11-04 11:00", ""),
    ("A13: SAFE-T's 60 days from the day after the refund", "amazon.de", "2026-01-10 15:00",
     {"length": 60, "unit": "calendar_days", "counting": "next_day"}, "Thu 2026-03-12 00:00", ""),
    ("choice 3: a day that ends at 23:59", "amazon.de", "2026-01-10 15:00",
     {"length": 60, "unit": "calendar_days", "counting": "next_day", "day_end": "23:59"},
     "Wed 2026-03-11 23:59", ""),
    ("A14: 3 business days on Amazon.ae, Saturday one of them", "amazon.ae", "2026-11-19 10:00",
     {"length": 3, "unit": "business_days"}, "Mon 2026-11-23 10:00", ""),
    ("the country's own weekend: Saturday and Sunday", "ae", "2026-11-19 10:00",
     {"length": 3, "unit": "business_days"}, "Tue 2026-11-24 10:00", ""),
    ("A16: 2 business days over Easter in England: Good Friday and Easter Monday", "amazon.uk", "2026-04-02 11:00",
     {"length": 2, "unit": "business_days"}, "Wed 2026-04-08 11:00", "Easter Monday"),
    ("A16: over the German Unity Day, a Saturday in 2026", "amazon.de", "2026-10-02 11:00",
     {"length": 2, "unit": "business_days"}, "Tue 2026-10-06 11:00", "German Unity Day"),
    ("A12: 4 calendar days over clocks put forward, same time", "amazon.us", "2026-03-06 14:00",
     {"length": 4, "unit": "calendar_days"}, "Tue 2026-03-10 14:00", ""),
    ("China's Spring Festival 2026 and two worked Saturdays", "cn", "2026-02-13 10:00",
     {"length": 3, "unit": "business_days"}, "Wed 2026-02-25 10:00", "春节"),
    ("a worked Saturday (调休) is day 1", "cn", "2026-02-27 10:00", {"length": 1, "unit": "business_days"},
     "Sat 2026-02-28 10:00", "调休上班"),
    ("L1: withdrawal, 14 days; the last is Christmas Day, so it rolls over the weekend", "de", "2026-12-11 09:00",
     {"length": 14, "unit": "calendar_days", "counting": "next_day", "last_day_off": "rolls"},
     "Tue 2026-12-29 00:00", ""),
    ("leap day: a year of 366 days has a 29 February", "amazon.us", "2028-02-27 08:00",
     {"length": 2, "unit": "calendar_days"}, "Tue 2028-02-29 08:00", ""),
    ("New Year's Day 2028 is a Saturday: the Friday before is off, and lies in the year before", "us",
     "2027-12-30 08:00", {"length": 1, "unit": "business_days"}, "Mon 2028-01-03 08:00",
     "New Year's Day (observed)"),
)  # fmt: skip


@pytest.mark.parametrize(("source", "site", "start", "rule", "due", "day"), DAYS, ids=[row[0] for row in DAYS])
def test_days_by_hand(source: str, site: str, start: str, rule: dict[str, Any], due: str, day: str) -> None:
    """The due time on the site's wall, and the named day that mattered in the explanation."""
    calendar = sites.calendar(*site.split(".")) if "." in site else sites.of(sites.SITES[site], site)

    found = counting.due(convert(rule, Count), _at(start, calendar.zone), calendar)

    assert _wall(found, calendar.zone) == due, source
    assert not day or day in {name for _, _, name in found.reckoning.days()}


HOURS: tuple[tuple[str, str, str, dict[int, tuple[str, ...]], str, float, str], ...] = (
    # source, zone, start, shifts by weekday, amount of business hours, due
    ("published mistake 1: 8 hours from Friday 17:00 in 9-17", "Europe/Berlin", "2026-11-20 17:00",
     dict.fromkeys(range(5), ("09:00-17:00",)), "Mon 2026-11-23 17:00", 8, "at_closing.this_closing"),
    ("published mistake 2: 4 hours from Friday 16:00 in 8-17", "Europe/Berlin", "2026-11-20 16:00",
     dict.fromkeys(range(5), ("08:00-17:00",)), "Mon 2026-11-23 11:00", 4, ""),
    ("split day: 3 hours from 11:00 over lunch", "Asia/Shanghai", "2026-11-24 11:00",
     dict.fromkeys(range(5), ("09:00-12:00", "13:30-18:00")), "Tue 2026-11-24 15:30", 3, ""),
    ("used up exactly at lunch", "Asia/Shanghai", "2026-11-24 11:00",
     dict.fromkeys(range(5), ("09:00-12:00", "13:30-18:00")), "Tue 2026-11-24 12:00", 1,
     "at_closing.this_closing"),
    ("a night shift over clocks put forward lasts 7 hours", "Europe/Berlin", "2026-03-28 22:00",
     {5: ("22:00-06:00",), 6: ("22:00-06:00",)}, "Sun 2026-03-29 23:00", 8, ""),
    ("a night shift over clocks put back lasts 9 hours", "Europe/Berlin", "2026-10-24 22:00",
     {5: ("22:00-06:00",)}, "Sun 2026-10-25 06:00", 9, "at_closing.this_closing"),
    ("overlapping shifts count once", "Europe/Berlin", "2026-11-23 08:00",
     {0: ("08:00-12:00", "10:00-16:00")}, "Mon 2026-11-23 16:00", 8, "at_closing.this_closing"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("source", "zone", "start", "shifts", "due", "amount", "choice"), HOURS, ids=[row[0] for row in HOURS]
)
def test_working_hours_by_hand(
    source: str, zone: str, start: str, shifts: dict[int, tuple[str, ...]], due: str, amount: float, choice: str
) -> None:
    """The two mistakes that other products published, and the rest of a shift's oddities."""
    found = counting.due(Count(amount, "business_hours"), _at(start, zone), hours=_hours(zone, shifts))

    assert _wall(found, zone) == due, source
    assert found.reckoning.choices == ((choice,) if choice else ())
    assert sum(step.count for step in found.reckoning.steps) > 0


def _hours(
    zone: str, shifts: Mapping[int, tuple[str, ...]], calendar: Calendar | None = None, **more: Any
) -> Hours:
    week = tuple(tuple(shift(text) for text in shifts.get(day, ())) for day in range(7))
    return Hours("shop", zone, week, calendar, **more)


def test_used_up_at_closing_may_mean_the_next_opening() -> None:
    """Choice 8: what other libraries answer, if a shop wants it."""
    hours = _hours("Europe/Berlin", dict.fromkeys(range(5), ("09:00-17:00",)))

    found = counting.due(
        Count(8, "business_hours", at_closing="next_opening"),
        _at("2026-11-20 17:00", "Europe/Berlin"),
        hours=hours,
    )

    assert _wall(found, "Europe/Berlin") == "Tue 2026-11-24 09:00"


MIDNIGHTS = (
    # IANA data: zone, start, days of "next_day", due (UTC), why
    (
        "Africa/Cairo",
        "2023-04-26 12:00",
        1,
        "2023-04-27T22:00",
        "no midnight on 28 April: the day begins at 01:00",
    ),
    ("America/Sao_Paulo", "2018-11-02 12:00", 1, "2018-11-04T03:00", "no midnight on 4 November 2018"),
    (
        "America/St_Johns",
        "2006-10-27 12:00",
        1,
        "2006-10-29T02:30",
        "put back at 00:01: midnight twice, the first",
    ),
    ("Pacific/Apia", "2011-12-28 12:00", 2, "2011-12-31T10:00", "30 December never was: the 31st is day 2"),
    ("Europe/Berlin", "2026-03-28 12:00", 1, "2026-03-29T22:00", "a day of 23 hours"),
    ("Europe/Berlin", "2026-10-24 12:00", 1, "2026-10-25T23:00", "a day of 25 hours"),
)


@pytest.mark.parametrize(("zone", "start", "days", "due", "why"), MIDNIGHTS, ids=[row[4] for row in MIDNIGHTS])
def test_midnights_by_hand(zone: str, start: str, days: int, due: str, why: str) -> None:
    """A day ends with the first instant of the next local date, also where that is not midnight."""
    count = Count(days, "calendar_days", "next_day")

    found = counting.due(count, _at(start, zone), places={"site": zone})

    assert found.at == datetime.fromisoformat(due).replace(tzinfo=UTC), why


def test_a_skipped_date_is_said() -> None:
    """Apia had no 30 December 2011, and staff who look for it must see why."""
    found = counting.due(
        Count(2, "calendar_days"), _at("2011-12-29 12:00", "Pacific/Apia"), places={"site": "Pacific/Apia"}
    )

    assert _wall(found, "Pacific/Apia") == "Sun 2012-01-01 12:00"
    assert (date(2011, 12, 30), "gone", "") in set(found.reckoning.days())


@pytest.mark.parametrize(
    ("given", "choices", "utc", "how"),
    [
        ("2026-11-01 01:30:00", {}, "2026-11-01T08:30", "fold.first"),
        ("2026-11-01 01:30:00", {"fold": "second"}, "2026-11-01T09:30", "fold.second"),
        ("2026-03-08 02:30:00", {}, "2026-03-08T09:30", "gap.backward"),
        ("2026-03-08 02:30:00", {"gap": "gap_end"}, "2026-03-08T10:00", "gap.gap_end"),
        ("2026-03-08 02:30:00", {"gap": "forward"}, "2026-03-08T10:30", "gap.forward"),
        ("20160315183000000-0700", {}, "2016-03-16T01:30", ""),
        ("20160315183000000", {}, "2016-03-16T01:30", ""),
        ("2026-11-05T18:10:00+08:00", {}, "2026-11-05T10:10", ""),
    ],
)
def test_aliexpress_times_without_a_zone_are_pacific(
    given: str, choices: dict[str, Any], utc: str, how: str
) -> None:
    """X9: its times carry -0700, or nothing at all; choice 7 says what a time that comes twice or never means."""
    begun = started(given, sites.PACIFIC, convert({"length": 5, "unit": "calendar_days", **choices}, Count))

    assert (begun.at, begun.given, begun.resolved) == (
        datetime.fromisoformat(utc).replace(tzinfo=UTC), given, how,
    )  # fmt: skip


@pytest.mark.parametrize("text", ["", "tomorrow", "2026-13-01 00:00:00", "20261", "2026-02-30"])
def test_a_time_that_cannot_be_read_is_refused(text: str) -> None:
    """A guess about a deadline is a lost claim."""
    with pytest.raises(ValueError, match="no time that can be read"):
        started(text, sites.PACIFIC, Count(1, "hours"))


def test_two_calendars_and_the_earlier_wins() -> None:
    """Choice 13: AliExpress's shipping limit over Spring Festival, days apart; both are shown."""
    china, pacific = sites.calendar("aliexpress", "cn"), sites.calendar("aliexpress", "us")
    count, start = Count(7, "business_days"), _at("2027-02-01 10:00", sites.PACIFIC)

    found = counting.due(count, start, china, second=pacific)

    assert _wall(found, sites.PACIFIC) == "Wed 2027-02-10 10:00"
    assert found.reckoning.calendar == "aliexpress.us"
    other = found.reckoning.other
    assert other is not None
    assert (other.calendar, other.due_at.astimezone(ZoneInfo("Asia/Shanghai")).day) == ("aliexpress.cn", 17)
    assert other.unknown == (2027,), "China's make-up days of 2027 are not published yet"
    later = counting.due(Count(7, "business_days", calendars="later"), start, china, second=pacific)
    assert (later.reckoning.calendar, later.at) == ("aliexpress.cn", other.due_at)


@pytest.mark.parametrize(("minutes", "beside"), [(0, False), (60, False), (61, True), (-61, True)])
def test_the_platforms_own_due_time_wins(minutes: int, beside: bool) -> None:
    """Ours is kept beside it when they differ by more than an hour: somebody counts otherwise than we think."""
    start = datetime(2026, 11, 20, 9, tzinfo=UTC)
    computed = datetime(2026, 11, 22, 9, tzinfo=UTC)
    theirs = datetime.fromtimestamp(computed.timestamp() + 60 * minutes, UTC)

    found = counting.due(Count(48, "hours"), start, platform_at=theirs)

    assert (found.at, found.reckoning.platform_at) == (theirs, theirs)
    assert found.reckoning.computed_at == (computed if beside else None)


def test_an_outer_bound_is_shown_beside() -> None:
    """48 hours drive, 72 are the last that any source names."""
    start = datetime(2026, 11, 20, 9, tzinfo=UTC)

    found = counting.due(Count(48, "hours"), start, outer=Count(72, "hours"))

    assert (found.at.day, found.reckoning.outer_at) == (22, datetime(2026, 11, 23, 9, tzinfo=UTC))


def test_the_start_has_its_date_where_the_rule_says() -> None:
    """Choice 6: Friday 22:00 Pacific is Saturday in Berlin."""
    start, pacific = _at("2026-11-20 22:00", sites.PACIFIC), sites.calendar("ebay", "us")
    for whose, due in (("site", "2026-11-24T08:00"), ("buyer", "2026-11-24T23:00")):
        count = convert(
            {"length": 2, "unit": "business_days", "counting": "day_included", "date_of": whose}, Count
        )
        found = counting.due(count, start, pacific, places={"buyer": "Europe/Berlin"})
        assert found.at == datetime.fromisoformat(due).replace(tzinfo=UTC)
    with pytest.raises(ValueError, match="the shop's time zone"):
        counting.due(Count(2, "business_days", date_of="shop"), start, pacific)


def test_a_business_day_may_mean_24_real_hours() -> None:
    """Choice 5: over clocks put forward two business days of 24 hours end an hour later on the wall."""
    weekend = Calendar("always", "Europe/Berlin", frozenset())
    start = _at("2026-03-28 12:00", "Europe/Berlin")
    for day, due in (("local_day", "Mon 2026-03-30 12:00"), ("real_24h", "Mon 2026-03-30 13:00")):
        count = convert({"length": 2, "unit": "business_days", "counting": "elapsed", "business_day": day}, Count)
        assert _wall(counting.due(count, start, weekend), "Europe/Berlin") == due


@pytest.mark.parametrize(
    ("night_shift", "until"), [("start_day", "Fri 2026-12-25 06:00"), ("cut_at_midnight", "Fri 2026-12-25 00:00")]
)
def test_a_night_shift_before_a_holiday(night_shift: str, until: str) -> None:
    """Choice 9: it belongs to the day it starts, unless the shop says that it is cut."""
    calendar = sites.calendar("house", "uk")
    hours = _hours("Europe/London", dict.fromkeys(range(7), ("22:00-06:00",)), calendar, night_shift=night_shift)

    last = hours.last_staffed(_at("2026-12-25 12:00", "Europe/London"))

    assert last is not None
    assert last.astimezone(ZoneInfo("Europe/London")).strftime("%a %Y-%m-%d %H:%M") == until


@pytest.mark.parametrize(("over_dst", "due"), [("real", "Sun 2026-10-25 05:00"), ("wall", "Sun 2026-10-25 06:00")])
def test_a_night_shift_over_clocks_put_back(over_dst: str, due: str) -> None:
    """Choice 10: 8 hours are real ones, or what the wall clock says."""
    hours = _hours("Europe/Berlin", {5: ("22:00-06:00",)}, over_dst=over_dst)

    found = counting.due(Count(8, "business_hours"), _at("2026-10-24 22:00", "Europe/Berlin"), hours=hours)

    assert _wall(found, "Europe/Berlin") == due


LAST_STAFFED = (
    ("2026-11-22 03:00", "Fri 2026-11-20 18:00", "a Sunday night: Friday's closing"),
    ("2026-11-20 11:00", "Fri 2026-11-20 11:00", "inside a shift: the deadline itself"),
    ("2026-11-20 18:00", "Fri 2026-11-20 18:00", "exactly at closing"),
    ("2026-11-23 09:00", "Fri 2026-11-20 18:00", "exactly at opening: the shift before"),
    ("2026-11-23 12:30", "Mon 2026-11-23 12:00", "at lunch: the morning's end"),
)


@pytest.mark.parametrize(("deadline", "last", "why"), LAST_STAFFED, ids=[row[2] for row in LAST_STAFFED])
def test_the_last_staffed_moment_by_hand(deadline: str, last: str, why: str) -> None:
    """Choice 11: the rung that saves the claim."""
    hours = _hours("Asia/Shanghai", dict.fromkeys(range(5), ("09:00-12:00", "13:30-18:00")))

    found = hours.last_staffed(_at(deadline, "Asia/Shanghai"))

    assert found is not None
    assert found.astimezone(ZoneInfo("Asia/Shanghai")).strftime("%a %Y-%m-%d %H:%M") == last, why


def test_nobody_staffed_is_said_plainly() -> None:
    """None, not a moment somebody would wait for."""
    nobody = _hours("Asia/Shanghai", {})
    instant = _at("2026-11-22 03:00", "Asia/Shanghai")

    assert nobody.last_staffed(instant) is None
    assert nobody.next_opening(instant) is None
    with pytest.raises(ValueError, match="nobody works"):
        counting.due(Count(8, "business_hours"), instant, hours=nobody)


def test_a_pause_costs_staffed_time_only() -> None:
    """Choice 18: paused over a weekend nothing is lost; the two hours left begin on Monday morning."""
    hours = _hours("Europe/Berlin", dict.fromkeys(range(5), ("09:00-17:00",)))
    due_at, paused_at = _at("2026-11-20 17:00", "Europe/Berlin"), _at("2026-11-20 15:00", "Europe/Berlin")

    resumed = hours.postponed(due_at, paused_at, _at("2026-11-22 12:00", "Europe/Berlin"))

    assert resumed == _at("2026-11-23 11:00", "Europe/Berlin")


def test_exceptions_and_make_up_days_change_a_shift() -> None:
    """A shop's own day beats its calendar; China's worked Saturday has a Monday's shifts, unless switched off."""
    china = sites.calendar("house", "cn")
    week = dict.fromkeys(range(5), ("09:00-18:00",))
    hours = _hours(
        "Asia/Shanghai", week, china, exceptions=MappingProxyType({date(2026, 2, 17): (shift("10:00-11:00"),)})
    )
    plain = sites.of(swap(sites.SITES["cn"], make_up=False), "cn without make-up days")

    assert hours.open_at(_at("2026-02-17 10:30", "Asia/Shanghai"))
    assert not hours.open_at(_at("2026-02-18 10:30", "Asia/Shanghai"))
    assert hours.open_at(_at("2026-02-28 10:30", "Asia/Shanghai"))
    assert not _hours("Asia/Shanghai", week, plain).open_at(_at("2026-02-28 10:30", "Asia/Shanghai"))


@pytest.mark.parametrize(
    ("rule", "complaint"),
    [
        ({"length": 0, "unit": "hours"}, "between 0"),
        ({"length": 2.5, "unit": "business_days"}, "days are whole"),
        ({"length": 8, "unit": "hours", "counting": "next_day"}, "always elapsed"),
        ({"length": 8, "unit": "calendar_days", "business_day": "real_24h"}, "needs unit"),
        ({"length": 8, "unit": "business_days", "last_day_off": "rolls"}, "needs unit"),
        ({"length": 8, "unit": "fortnights"}, "unit"),
        ({"length": 8, "unit": "hours", "closing": "x"}, "unknown field"),
    ],
)
def test_a_count_that_makes_no_sense_is_refused(rule: dict[str, Any], complaint: str) -> None:
    """A choice that would be passed over in silence is worse than one that is refused."""
    with pytest.raises(ValueError, match=complaint):
        convert(rule, Count)


@pytest.mark.parametrize(
    ("count", "complaint"),
    [
        (Count(3, "business_days"), "need the site's time zone"),
        (Count(3, "business_hours"), "working hours"),
        (Count(3, "calendar_days", last_day_off="rolls"), "needs a calendar"),
    ],
)
def test_what_a_count_needs_is_asked_for(count: Count, complaint: str) -> None:
    """A rule without its calendar is not counted by another one."""
    places = {"site": "Europe/Berlin"} if count.unit == "calendar_days" else {}
    with pytest.raises(ValueError, match=complaint):
        counting.due(count, datetime(2026, 11, 20, tzinfo=UTC), places=places)


def test_a_calendar_without_business_days_is_refused() -> None:
    """Ten years of days off are a mistake in a file, not a deadline."""
    never = Calendar("never", "UTC", frozenset(range(7)))
    with pytest.raises(ValueError, match="no business day"):
        counting.due(Count(1, "business_days"), datetime(2026, 11, 20, tzinfo=UTC), never)


@pytest.mark.parametrize("text", ["9-17", "09:00-09:00", "09:00", "25:00-26:00", "08:00-24:30", ""])
def test_a_shift_that_is_none_is_refused(text: str) -> None:
    """With an example of how to write one."""
    with pytest.raises(ValueError, match="write it like 09:00-17:00"):
        shift(text)


def test_sites_by_platform_or_country() -> None:
    """A site without choices of its own has its country's calendar; an unknown one is not guessed."""
    assert sites.calendar("amazon", "uk").off[date(2026, 8, 31)] == "Late Summer Bank Holiday"
    assert (
        sites.of(Site("DE", "Europe/Berlin", "BY"), "Munich").off.keys() > sites.calendar("ebay", "de").off.keys()
    )
    with pytest.raises(ValueError, match=r"no calendar for amazon\.xx"):
        sites.calendar("amazon", "xx")
