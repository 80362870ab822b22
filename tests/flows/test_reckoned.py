"""An explanation in staff's words: each counted and each skipped day, in English and in Chinese."""

from __future__ import annotations

import dataclasses
from datetime import datetime
from typing import get_args, get_type_hints
from zoneinfo import ZoneInfo

import msgspec
import pytest

from bot.explaining import explained
from flows.case import Explanation
from flows.clocks import counting, sites
from flows.clocks.counting import Count, Due, started
from flows.clocks.hours import Hours, Shift
from flows.clocks.zones import Fold, Gap
from flows.rich import plain
from flows.view.shown import Shown
from tests.flows.moves import wrote
from tests.flows.play import BOOK, play

KEYS = BOOK.words.keys()
EBAY = sites.calendar("ebay", "us")
START = datetime(2026, 11, 25, 10, tzinfo=ZoneInfo(sites.PACIFIC))
TWICE = started("2026-11-01 01:30:00", sites.PACIFIC, Count(1, "hours"))


def _told(due: Due, started_at: datetime = START, language: str = "en") -> list[str]:
    shown: Shown = play((0, wrote())).shown()
    shown = dataclasses.replace(shown, policy=dataclasses.replace(shown.policy, language=language))
    explanation = Explanation(
        "r", "1", "E1", "S", "buyer_wrote", started_at, 0.0, "", due.at, reckoning=due.reckoning
    )
    return [plain(line) for line in explained(shown, explanation)][1:-2]


def test_each_day_of_a_short_count_is_told() -> None:
    """Numbered as counted, with the reason for each that was skipped, and the site's own wall clock."""
    due = counting.due(Count(3, "business_days"), START, EBAY, outer=Count(21, "business_days"))

    assert _told(due) == [
        "Length: 3 business days, until the same local time; calendar ebay.us",
        "Thu 2026-11-26: skipped, Thanksgiving Day",
        "Fri 2026-11-27: day 1",
        "Sat 2026-11-28: skipped, weekend",
        "Sun 2026-11-29: skipped, weekend",
        "Mon 2026-11-30: day 2",
        "Tue 2026-12-01: day 3",
        "Due: 2026-12-01 18:00 UTC",
        "There the clock shows Tue 2026-12-01 10:00 (America/Los_Angeles)",
        "The longest limit that a source names: 2026-12-28 18:00 UTC",
        "Time zones 2026f, days off 0.108",
    ]


def test_a_long_count_is_told_in_runs() -> None:
    """Weekends inside a run, named days off by themselves; the platform's own time beside ours."""
    theirs = datetime(2026, 12, 25, tzinfo=ZoneInfo(sites.PACIFIC))
    due = counting.due(Count(21, "business_days", "next_day"), START, EBAY, platform_at=theirs)

    assert _told(due)[1:9] == [
        "Thu 2026-11-26: skipped, Thanksgiving Day",
        "Fri 2026-11-27 to Thu 2026-12-24: 20 counted, weekends skipped",
        "Fri 2026-12-25: skipped, Christmas Day",
        "Sat 2026-12-26 to Mon 2026-12-28: 1 counted, weekends skipped",
        "Choice: the last day ends at 24:00",
        "Due: 2026-12-25 08:00 UTC",
        "There the clock shows Fri 2026-12-25 00:00 (America/Los_Angeles)",
        "The platform itself says 2026-12-25 08:00 UTC: that counts",
    ]
    assert "By our own count it would be 2026-12-29 08:00 UTC" in _told(due)


def test_staff_in_china_read_the_same_in_chinese() -> None:
    """Two calendars, a start that came twice, a make-up day and a year nobody has published."""
    china = sites.calendar("aliexpress", "cn")
    due = counting.due(Count(1, "business_days"), datetime(2026, 2, 27, 2, tzinfo=ZoneInfo("UTC")), china)
    twice = counting.due(Count(7, "business_days"), TWICE, china, second=sites.calendar("aliexpress", "us"))
    later = counting.due(Count(2, "business_days"), datetime(2027, 2, 1, 2, tzinfo=ZoneInfo("UTC")), china)

    assert _told(due, language="zh")[:2] == [
        "时长：1 个工作日，到期日的同一当地时间；日历 aliexpress.cn",
        "2026-02-28 周六：第 1 天（调休上班）",
    ]
    assert _told(twice, language="zh")[0] == "平台原始时间：2026-11-01 01:30:00（该当地时间出现两次，取第一次）"
    assert "按日历 aliexpress.us 计算为 2026-11-10 09:30 UTC" in _told(twice, language="zh")
    assert "2027 年的放假安排尚未公布，结果可能变动" in _told(later, language="zh")


def test_working_time_is_told_by_day() -> None:
    """How much of each day was used, and which days nobody works."""
    week = ((Shift(540, 1020),),) * 5 + ((), ())
    hours = Hours("the shop", "Europe/Berlin", week, sites.calendar("house", "de"))
    begin = datetime(2026, 12, 22, 15, tzinfo=ZoneInfo("Europe/Berlin"))

    assert _told(counting.due(Count(20, "business_hours"), begin, hours=hours), begin)[:5] == [
        "Length: 20 hours of working time, by the hours of the shop",
        "Tue 2026-12-22: 2 h of working time",
        "Wed 2026-12-23 to Thu 2026-12-24: 8 h of working time a day",
        "Fri 2026-12-25: skipped, Christmas Day",
        "Sat 2026-12-26: skipped, Second Day of Christmas",
    ]


def test_clocks_put_forward_and_a_roll_are_told() -> None:
    """The change of clocks on the way, and where a last day off went."""
    begin = datetime(2026, 3, 23, 9, tzinfo=ZoneInfo("Europe/Berlin"))
    due = counting.due(Count(14, "calendar_days", last_day_off="rolls"), begin, sites.calendar("house", "de"))

    told = _told(due, begin)
    assert "Mon 2026-04-06: day 14" in told
    assert "Clocks are put forward by 1 h: 2026-03-29 01:00 UTC" in told
    assert "The last day, Mon 2026-04-06, is a day off: it rolls to Tue 2026-04-07" in told


def test_every_choice_has_words() -> None:
    """A choice that can be made must be tellable, in every language (the catalogues are parallel)."""
    hints = get_type_hints(Count)
    named = {
        f"choice.{field}.{value}"
        for field in ("opening_day", "day_end", "starts_on_day_off", "at_closing", "calendars")
        for value in get_args(hints[field])
    }
    named |= {f"choice.fold.{value}" for value in get_args(Fold)} | {
        f"choice.gap.{value}" for value in get_args(Gap)
    }
    named |= {"choice.business_day.real_24h"}
    named |= {f"unit.{value}" for value in get_args(hints["unit"])}
    named |= {f"counting.{value}" for value in get_args(get_args(hints["counting"])[0])}
    named |= {f"skipped.{kind}" for kind in ("weekend", "off", "shutdown", "gone")}
    assert named <= KEYS


@pytest.mark.parametrize(("length", "most"), [(3, 400), (21, 600), (90, 1200)])
def test_a_reckoning_stays_small(length: int, most: int) -> None:
    """It is stored with every case: a quarter of business days is a kilobyte of JSON, not ninety lines."""
    due = counting.due(Count(length, "business_days"), START, EBAY)

    assert len(msgspec.json.encode(due.reckoning)) < most
