"""A rule, or a shop's value for it, may name its zone and calendar: the days are counted by them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.brain import load_book
from flows.explaining import explain
from flows.rules.overriding import Override

START = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)  # a Friday; Saturday morning in Tokyo


@pytest.mark.parametrize(
    ("zone", "due_at"),
    [
        (None, datetime(2026, 11, 25, 23, 30, tzinfo=UTC)),
        ("Asia/Tokyo", datetime(2026, 11, 24, 23, 30, tzinfo=UTC)),
    ],
)
def test_days_are_counted_in_the_zone_that_is_named(zone: str | None, due_at: datetime) -> None:
    """Friday afternoon by eBay's own site, due on Wednesday afternoon; Saturday in Tokyo, due on its Wednesday."""
    own = {"ebay.inr.respond": Override(zone=zone, because="the account's zone")} if zone else {}
    rule = load_book(own).rules.one("ebay.inr.respond", START)
    found = explain(rule, START, site="us", hours=None, zone="UTC", lag_s=0.0, start_event="notice_read")

    assert found.reckoning is not None
    assert found.reckoning.zone == (zone or "America/Los_Angeles")
    assert found.due_at == due_at


@pytest.mark.parametrize(("calendar", "day"), [("us", 30), ("de", 27), ("aliexpress.cn", 29)])
def test_business_days_are_those_of_the_calendar_that_is_named(calendar: str, day: int) -> None:
    """Thanksgiving is the Thursday between, in the US alone; in Shanghai it is Thursday already."""
    own = {"ebay.inr.respond": Override(length=2, calendar=calendar, because="the account says so")}
    rule = load_book(own).rules.one("ebay.inr.respond", START)
    wednesday = datetime(2026, 11, 25, 20, 0, tzinfo=UTC)
    found = explain(rule, wednesday, site="uk", hours=None, zone="UTC", lag_s=0.0, start_event="notice_read")

    assert found.reckoning is not None
    assert found.reckoning.calendar == calendar
    assert (found.due_at.month, found.due_at.day) == (11, day)
