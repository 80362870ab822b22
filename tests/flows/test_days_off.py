"""The days off in use are those this release was checked with; an upgrade says which of them move."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import flows
from flows.clocks import days, sites

TABLE = (Path(flows.__file__).parent / "clocks" / "days.toml").read_text(encoding="utf-8")


def test_no_day_off_has_moved_unseen() -> None:
    """After an upgrade of `holidays` this lists every day that moved; look at each, then `make days`."""
    assert days.moved(days.checked(TABLE), days.in_use()) == ()


def test_the_table_is_the_one_that_would_be_written() -> None:
    """Names with quotes and stars survive the file."""
    assert days.written(days.in_use()) == TABLE


def test_a_move_is_told_by_day() -> None:
    """A line a day, by date: what was off and what is instead."""
    new_year = days.Day("cn", date(2027, 2, 5), "春节")
    worked = days.Day("cn", date(2027, 2, 14), "调休上班", works=True)

    assert days.moved(frozenset({new_year}), frozenset({worked})) == (
        "- 2027-02-05 cn: 春节",
        "+ 2027-02-14 cn: 调休上班 (worked)",
    )


def test_years_that_nobody_has_published_are_not_known() -> None:
    """China's make-up days come in November of the year before, moon sightings a day ahead."""
    assert 2026 in sites.calendar("aliexpress", "cn").years
    assert 2027 not in sites.calendar("aliexpress", "cn").years
    assert 2030 in sites.calendar("ebay", "us").years
    assert sites.calendar("amazon", "ae").unknown(date(2026, 12, 30), date(2027, 1, 2)) == (2027,)


def test_an_observed_day_of_the_next_year_is_asked_for() -> None:
    """New Year's Day 2028 is a Saturday: the day off lies in 2027, which `holidays` finds only with 2028."""
    assert sites.of(sites.SITES["us"], "us").off[date(2027, 12, 31)] == "New Year's Day (observed)"
    assert date(2027, 12, 31) not in sites.calendar("ebay", "us").off
