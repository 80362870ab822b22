"""Ladders: how many alarms a deadline has, when they sound, and what staffed time does to them."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import flows
from flows.case import Alarm, AlarmState
from flows.clocks.hours import Hours, Shift
from flows.ladder import COINCIDES, GAP, LAST_STAFFED, climb
from flows.rules import ladders
from flows.rules.ladders import Rung
from flows.staffing import Staffed

LADDERS = ladders.parse(Path(flows.__path__[0], "rules/ladders.toml").read_text(encoding="utf-8"))
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
FRIDAY = MONDAY + timedelta(days=4)
NOBODY = Staffed(())


def daily(opens_h: int = 9, closes_h: int = 18, days: Sequence[int] = (0, 1, 2, 3, 4), zone: str = "UTC") -> Hours:
    """The same shift on these weekdays (Monday 0)."""
    shift = Shift(opens_h * 60, closes_h * 60)
    return Hours("desk", zone, tuple((shift,) if day in days else () for day in range(7)))


WEEK = Staffed((daily(),))
HOURS_DAY = st.integers(0, 22).flatmap(lambda opens: st.tuples(st.just(opens), st.integers(opens + 1, 24)))
DAYS = st.lists(st.integers(0, 6), min_size=1, unique=True)
SHIFTS = st.builds(lambda hours, days: daily(hours[0], hours[1], days), HOURS_DAY, DAYS)
STAFFED = st.one_of(
    st.none(), st.just(NOBODY), st.lists(SHIFTS, min_size=1, max_size=3).map(lambda shifts: Staffed(tuple(shifts)))
)
LENGTHS = st.one_of(
    st.timedeltas(timedelta(minutes=30), timedelta(days=3)), st.timedeltas(timedelta(days=3), timedelta(days=120))
)
STARTS = st.timedeltas(timedelta(), timedelta(days=14)).map(lambda after: MONDAY + after)


def said(alarms: tuple[Alarm, ...]) -> list[tuple[str, str]]:
    """(rung, weekday and time) of what will sound."""
    return [(alarm.rung, f"{alarm.at:%a %H:%M}") for alarm in alarms if alarm.state is AlarmState.WAITING]


def test_the_ladder_of_a_claim_sounds_when_the_rules_say() -> None:
    """12 hours after the notice the first reminder, 47 hours after it the last call."""
    rungs, staffing = climb(MONDAY, MONDAY + timedelta(hours=48), LADDERS["info_request"])

    after = [(alarm.rung, (alarm.at - MONDAY) / timedelta(hours=1)) for alarm in rungs]
    assert after == [
        ("remind", 12),
        ("warn_owner", 24),
        ("page_lead", 36),
        ("page_all", 44),
        ("last_call", 47),
        ("missed", 48),
    ]
    assert {alarm.state for alarm in rungs} == {AlarmState.WAITING}
    assert staffing is None


@pytest.mark.parametrize(
    ("whole", "name", "rungs"),
    [
        (timedelta(hours=72), "outer", "last_call 4, lapsed 0"),
        (timedelta(hours=24), "first_answer", "remind 12, warn_owner 4, page_lead 1, missed 0"),
        (timedelta(hours=2), "first_answer", "remind 1, warn_owner 0.5, page_lead 0.2, missed 0"),
        (timedelta(hours=48), "promise", "remind 12, warn_owner 4, page_lead 1, missed 0"),
        (
            timedelta(hours=24),
            "platform",
            "remind 12, warn_owner 6, page_lead 2.4, page_all 1.2, last_call 0.6, missed 0",
        ),
        (timedelta(minutes=30), "platform", "remind 0.25, warn_owner 0.125, page_lead 0.05, missed 0"),
        (
            timedelta(days=30),
            "platform",
            "remind 360, warn_owner 180, warn_again 72, page_lead 24, page_all 4, last_call 1, missed 0",
        ),
        (
            timedelta(days=120),
            "platform",
            "remind 1440, warn_owner 720, warn_again 288, page_lead 24, page_all 4, last_call 1, missed 0",
        ),
    ],
)
def test_ladders_fit_clocks_of_any_length(whole: timedelta, name: str, rungs: str) -> None:
    """Half an hour has few rungs, four months have none that come only in the last hours."""
    alarms, _ = climb(MONDAY, MONDAY + whole, LADDERS[name])

    waiting = [alarm for alarm in alarms if alarm.state is AlarmState.WAITING]
    hour = timedelta(hours=1)
    assert ", ".join(f"{a.rung} {round((MONDAY + whole - a.at) / hour, 3):g}" for a in waiting) == rungs
    assert all(alarm.reason for alarm in alarms if alarm not in waiting)


def test_a_claim_due_on_sunday_night_is_settled_on_friday() -> None:
    """Whatever would sound to an empty room sounds at Friday's closing, the last call also at its own instant."""
    due = FRIDAY.replace(hour=3) + timedelta(hours=48)
    alarms, staffing = climb(due - timedelta(hours=48), due, LADDERS["info_request"], WEEK)

    assert said(alarms) == [
        ("remind", "Fri 15:00"),
        ("page_all", "Fri 18:00"),
        ("last_call", "Sun 02:00"),
        ("missed", "Sun 03:00"),
    ]
    assert [alarm.rung for alarm in alarms if alarm.last_staffed] == ["page_all"]
    assert [alarm.reason for alarm in alarms if alarm.reason] == [
        "at the same time as page_all",
        "at the same time as page_all",
    ]
    assert staffing is not None
    assert (staffing.last_at, staffing.zone) == (FRIDAY.replace(hour=18), "UTC")


def test_the_last_staffed_moment_is_a_rung_where_no_other_stands() -> None:
    """A ladder whose own rungs come much earlier still has it."""
    rungs = (Rung("remind", timedelta(hours=72)), Rung("missed", timedelta()))
    due = FRIDAY + timedelta(days=2)
    alarms, _ = climb(due - timedelta(hours=96), due, rungs, WEEK)

    assert said(alarms) == [("remind", "Thu 09:00"), (LAST_STAFFED, "Fri 18:00"), ("missed", "Sun 09:00")]


def test_a_rung_at_night_waits_for_the_morning_when_the_clock_began_at_night() -> None:
    """Nobody was there since the start: the opening is the first moment at which it is of use."""
    start = MONDAY.replace(hour=20)
    alarms, staffing = climb(start, start + timedelta(hours=16), LADDERS["platform"], WEEK)

    assert said(alarms)[0] == ("warn_owner", "Tue 09:00")
    assert [(a.rung, a.planned_at) for a in alarms if a.planned_at] == [
        ("remind", start + timedelta(hours=8)),
        ("warn_owner", start + timedelta(hours=12)),
    ]
    assert staffing is not None
    assert staffing.last_at == start + timedelta(hours=16)


def test_nobody_staffed_until_the_end_is_said_and_everything_sounds() -> None:
    """A clock that begins and ends on a weekend cannot wait for anybody."""
    start = FRIDAY + timedelta(days=1)
    alarms, staffing = climb(start, start + timedelta(hours=24), LADDERS["platform"], WEEK)

    assert staffing is not None
    assert staffing.last_at is None
    assert said(alarms) == said(climb(start, start + timedelta(hours=24), LADDERS["platform"])[0])
    assert climb(start, start + timedelta(hours=24), LADDERS["platform"], NOBODY)[1] == staffing


def test_people_in_two_zones_are_staffed_when_either_is() -> None:
    """Berlin still works when Shenzhen has gone home: the last staffed moment is Berlin's."""
    both = Staffed((daily(9, 18, zone="Asia/Shanghai"), daily(9, 17, zone="Europe/Berlin")))
    due = MONDAY.replace(hour=23)
    _, staffing = climb(due - timedelta(hours=24), due, LADDERS["platform"], both)

    assert staffing is not None
    assert (staffing.last_at, staffing.zone) == (MONDAY.replace(hour=16), "Europe/Berlin")


@given(STARTS, LENGTHS, st.sampled_from(sorted(LADDERS)), STAFFED)
def test_every_ladder_keeps_its_promises(
    start: datetime, whole: timedelta, name: str, staffed: Staffed | None
) -> None:
    """In order and within the clock; nothing crowds; the end always sounds; what does not sound says why."""
    due = start + whole
    alarms, staffing = climb(start, due, LADDERS[name], staffed)
    waiting = [alarm for alarm in alarms if alarm.state is AlarmState.WAITING]

    assert list(alarms) == sorted(alarms, key=lambda alarm: alarm.at)
    assert all(start <= alarm.at <= due for alarm in alarms)
    assert len({alarm.rung for alarm in alarms}) == len(alarms)
    assert (waiting[-1].at, waiting[-1].rung) == (due, LADDERS[name][-1].name)
    gaps = [b.at - a.at for a, b in itertools.pairwise(waiting)]
    assert all(gap >= GAP for gap in gaps)
    assert all(alarm.reason for alarm in alarms if alarm not in waiting)
    fitting = {rung.name for rung in LADDERS[name] if rung.remaining(whole) <= whole}
    assert {alarm.rung for alarm in alarms} - {LAST_STAFFED} == fitting
    assert (staffing is None) == (staffed is None)


@given(STARTS, LENGTHS, STAFFED.filter(lambda staffed: staffed is not None))
def test_the_last_staffed_moment_is_never_passed_over(start: datetime, whole: timedelta, staffed: Staffed) -> None:
    """Somebody hears of it while there still is somebody; at night sounds only what cannot wait."""
    due = start + whole
    alarms, staffing = climb(start, due, LADDERS["platform"], staffed)
    waiting = [alarm for alarm in alarms if alarm.state is AlarmState.WAITING]
    assert staffing is not None

    last = staffing.last_at
    assert last == staffed.last_staffed(due) or (last is None and (staffed.last_staffed(due) or start) <= start)
    marked = [alarm for alarm in waiting if alarm.last_staffed]
    if last is not None and due - last >= COINCIDES and last - start >= COINCIDES:
        assert len(marked) == 1
        assert abs(marked[0].at - last) <= COINCIDES
    at_night = [a for a in waiting[:-1] if not staffed.open_at(a.at) and staffed.last_staffed(a.at) != a.at]
    for alarm in at_night:
        opening = staffed.next_staffed(alarm.at)
        back = staffed.last_staffed(alarm.at)
        nobody_before = back is None or back - start < GAP
        assert opening is None or due - opening < GAP, alarm
        assert nobody_before or alarm is waiting[-2]


@pytest.mark.parametrize(
    ("table", "complaint"),
    [
        ("", "no ladder"),
        ("[x]\n", "lists no rung"),
        ("x = 1\n", "lists no rung"),
        ("[x]\nremind = 4\n", "no rung sounds at the deadline"),
        ("[x]\nremind = '120%'\nmissed = 0\n", "neither hours"),
        ("[x]\nremind = [4, 5]\nmissed = 0\n", "neither hours"),
        ("[x]\nremind = true\nmissed = 0\n", "neither hours"),
        ("[x]\nremind = -1\nmissed = 0\n", "neither hours"),
        ("[x]\nremind = 1\nwarn_owner = 4\nmissed = 0\n", "remind stands before"),
        ("[x\n", "line 1"),
    ],
)
def test_a_wrong_ladder_is_refused_by_name(table: str, complaint: str) -> None:
    """Whoever edits a ladder must be told what to write."""
    with pytest.raises(ladders.LaddersError, match=complaint):
        ladders.parse(table)
