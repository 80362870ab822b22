"""What holds of every count, whatever the rule, the zone and the calendar."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.zoning import pin_zones
from flows.clocks import counting
from flows.clocks.calendar import Calendar
from flows.clocks.counting import Count
from flows.clocks.hours import Hours, Shift
from flows.reckoning import Reckoning

pin_zones()
QUICK = settings(deadline=None, max_examples=60)
ZONES = st.sampled_from(
    ["UTC", "Europe/Berlin", "America/St_Johns", "Pacific/Apia", "Africa/Cairo", "Asia/Shanghai"]
)
STARTS = st.integers(1_293_000_000, 1_830_000_000).map(lambda at: datetime.fromtimestamp(at, UTC))
AMOUNTS = st.integers(1, 3000).map(lambda minutes: timedelta(minutes=minutes))
SHIFTS = st.builds(lambda at, lasts: Shift(at, at + lasts), st.integers(0, 1439), st.integers(1, 1440))
WEEKS = st.lists(st.lists(SHIFTS, max_size=3).map(tuple), min_size=7, max_size=7).map(tuple).filter(any)
DATES = st.dates(date(2011, 1, 1), date(2027, 12, 31))
OFF = st.dictionaries(DATES, st.just("off"), max_size=30).map(MappingProxyType)
CALENDARS = st.builds(Calendar, st.just("c"), ZONES, st.frozensets(st.integers(0, 6), max_size=5), OFF, OFF, OFF)
HOURS = st.builds(Hours, st.just("h"), ZONES, WEEKS, st.none() | CALENDARS)
TO_THE_END = st.sampled_from(["next_day", "day_included"])


@QUICK
@given(STARTS, st.integers(0, 5 * 86_400), st.integers(1, 30), TO_THE_END, CALENDARS)
def test_a_later_start_never_falls_due_earlier(
    start: datetime, by: int, length: int, way: str, days: Calendar
) -> None:
    """Counted to the end of a day; `same_time` may step back by the width of a gap (decision 0016)."""
    for unit in ("calendar_days", "business_days"):
        count = msgspec.convert({"length": length, "unit": unit, "counting": way}, Count)
        first, later = (counting.due(count, at, days).at for at in (start, start + timedelta(seconds=by)))
        assert first <= later


@QUICK
@given(STARTS, st.integers(1, 30), st.sampled_from(["same_time", "next_day", "day_included"]), CALENDARS)
def test_a_longer_count_falls_due_later(start: datetime, length: int, way: str, days: Calendar) -> None:
    for unit in ("calendar_days", "business_days"):
        dues = [
            counting.due(msgspec.convert({"length": n, "unit": unit, "counting": way}, Count), start, days).at
            for n in (length, length + 1)
        ]
        assert dues[0] < dues[1]


@QUICK
@given(STARTS, st.integers(1, 60), CALENDARS)
def test_an_explanation_adds_up(start: datetime, length: int, days: Calendar) -> None:
    """Each date from the start to the last day once, in order; as many counted as the rule says; storable."""
    found = counting.due(Count(length, "business_days"), start, days).reckoning
    walked = list(found.days())

    assert found.counted() == length
    assert sum(kind in ("days", "make_up") for _, kind, _ in walked) == length
    assert [day for day, _, _ in walked] == [walked[0][0] + timedelta(days=n) for n in range(len(walked))]
    assert msgspec.json.decode(msgspec.json.encode(found), type=Reckoning) == found


@QUICK
@given(HOURS, STARTS, AMOUNTS, AMOUNTS)
def test_staffed_time_adds_up(hours: Hours, start: datetime, one: timedelta, two: timedelta) -> None:
    """From A to C is from A to B and from B to C; and no stretch is staffed for longer than it lasts."""
    middle, end = start + one, start + one + two

    assert hours.between(start, middle) + hours.between(middle, end) == hours.between(start, end) <= one + two


@QUICK
@given(HOURS, STARTS, AMOUNTS)
def test_adding_and_measuring_are_inverse(hours: Hours, start: datetime, amount: timedelta) -> None:
    """The time that was added is the staffed time until there, and a minute more comes later."""
    end = hours.add(start, amount)

    assert hours.between(start, end) == amount
    assert hours.add(start, amount + timedelta(minutes=1)) > end


@QUICK
@given(HOURS, STARTS)
def test_after_the_last_staffed_moment_nobody_works(hours: Hours, before: datetime) -> None:
    """Nothing is staffed between it and the deadline, and somebody works until it."""
    last = hours.last_staffed(before)

    assert last is not None
    assert last <= before
    assert hours.between(last, before) == timedelta()
    assert hours.open_at(last - timedelta(microseconds=1))


@QUICK
@given(HOURS, STARTS)
def test_the_next_opening_opens(hours: Hours, after: datetime) -> None:
    """Somebody works from it on, and nobody just before; there is none only where nobody ever stops."""
    opening = hours.next_opening(after)

    if opening is None:
        assert hours.between(after, after + timedelta(days=30)) == timedelta(days=30)
    else:
        assert opening >= after
        assert hours.open_at(opening)
        assert not hours.open_at(opening - timedelta(microseconds=1))
