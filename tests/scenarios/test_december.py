"""A whole December on the stepped clock: weekends, holidays, a shop that closes, claims that do not wait."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.store import cases
from flows.case import Alarm, AlarmState, Case, Deadline, DeadlineKind, DeadlineState
from tests.scenarios.world import CHANNEL, LIN, World, key_of, words, world

BERLIN = ZoneInfo("Europe/Berlin")
SHOP = """
[shop]
zone = "Europe/Berlin"
[[hours]]
days = "mon-fri"
opens = "09:00"
closes = "12:30"
[[hours]]
days = "mon-fri"
opens = "13:30"
closes = "18:00"
[days_off]
holidays = "de"
closed = [2026-12-24, {from = 2026-12-28, until = 2026-12-31, name = "between the years"}]
[[staff]]
id = "U0LIN"
name = "Lin"
roles = ["lead"]
[cases]
close_after_quiet_days = 60
settle_within_hours = 40
"""
# When somebody enters what a marketplace said: local time, site, event, order number.
NOTICES = (
    ("2026-12-02 10:00", "amazon.de", "claim_notice", "303-1111111-1111111"),
    ("2026-12-04 17:00", "amazon.de", "claim_notice", "303-2222222-2222222"),  # due on Sunday at 17:00
    ("2026-12-11 20:00", "ebay.de", "inr_opened", "12-11111-11111"),  # Friday night: Monday, Tuesday, Wednesday
    ("2026-12-18 11:00", "ebay.de", "payment_dispute_notice", "12-22222-22222"),
    ("2026-12-21 09:30", "aliexpress.us", "dispute_opened", "8111111111111111"),
    ("2026-12-23 10:00", "amazon.de", "claim_notice", "303-3333333-3333333"),  # due on Christmas Day
    ("2026-12-24 15:00", "amazon.de", "claim_notice", "303-4444444-4444444"),  # nobody is there until it is due
    ("2026-12-30 12:00", "ebay.de", "return_request", "12-33333-33333"),
)


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[World]:
    async with world(tmp_path, shop=SHOP) as running:
        yield running


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN).astimezone(UTC)


async def _until(shop: World, at: datetime) -> None:
    """Day by day, and every evening the auditor finds nothing missing."""
    while shop.clock.now() < at:
        await shop.advance(min(timedelta(days=1), at - shop.clock.now()))
        assert await shop.service.auditor.gaps() == []


async def _enter(shop: World, at: datetime, site: str, event: str, order: str) -> None:
    await _until(shop, at)
    assert (await shop.slack.person(LIN).command("/amends", "new", channel_id=CHANNEL)).acked
    await shop.until(lambda: len(shop.slack.views(LIN)) == 1)
    entered = await shop.submit(LIN, platform=site, event=event, order=order, started_at=int(at.timestamp()))
    assert entered.errors == {}
    await shop.settle()


async def _cases(shop: World) -> dict[str, Case]:
    """Every case by its order."""
    ids = [case["id"] for case in (await shop.picture())["cases"]]
    found = await shop.service.database.read(lambda connection: cases.get(connection, shop.service.shop, ids))
    return {case.order or case.id: case for case in found.values()}


def _clock(case: Case, name: str) -> Deadline:
    return next(deadline for deadline in case.deadlines if deadline.name == name)


def _heard(alarm: Alarm) -> bool:
    return alarm.state in (AlarmState.DELIVERED, AlarmState.ACKNOWLEDGED, AlarmState.SOUNDED)


async def test_a_whole_december(shop: World) -> None:
    """No deadline passes in silence, none twice, and what cannot wait is said while somebody is there."""
    sofia = shop.buyer(language="en")
    for when, site, event, order in NOTICES:
        if when == "2026-12-18 11:00":
            await _until(shop, _at(when) - timedelta(hours=1))
            sofia.say("When does my parcel arrive?")  # a Friday at ten; the shop's eight hours end on Monday
            await shop.settle()
        await _enter(shop, _at(when), site, event, order)
    await _until(shop, _at("2027-02-05 12:00"))
    known = await _cases(shop)
    _each_is_told_once(shop, known)
    _sunday_is_settled_on_friday(known["303-2222222-2222222"])
    _christmas_is_settled_the_day_before_the_holidays(shop, known["303-3333333-3333333"])
    _nobody_is_there(shop, known["303-4444444-4444444"])
    inr = _clock(known["12-11111-11111"], "ebay.inr.respond")
    assert inr.due_at == _at("2026-12-16 20:00")
    ours = next(case for case in known.values() if case.parties)
    assert _clock(ours, "house.first_answer").due_at.astimezone(BERLIN).weekday() == 0


def _each_is_told_once(shop: World, known: dict[str, Case]) -> None:
    keys = [key_of(alert) for alert in shop.alerts()]
    assert len(keys) == len(set(keys))
    staffed = shop.settings.policy.staffed
    assert staffed is not None
    for case in known.values():
        for deadline in (d for d in case.deadlines if d.kind is not DeadlineKind.REMINDER):
            assert deadline.state is not DeadlineState.RUNNING or deadline.due_at > shop.clock.now()
            for alarm in deadline.alarms:
                over = deadline.state is not DeadlineState.RUNNING
                assert not over or alarm.reason or _heard(alarm), (deadline.name, alarm)
                at_night = not staffed.open_at(alarm.at) and staffed.last_staffed(alarm.at) != alarm.at
                if _heard(alarm) and at_night and alarm.at != deadline.due_at:
                    opening = staffed.next_staffed(alarm.at)
                    assert opening is None or opening > deadline.due_at - timedelta(hours=1), (
                        deadline.name,
                        alarm,
                    )


def _sunday_is_settled_on_friday(case: Case) -> None:
    clock = _clock(case, "amz.atoz.info_request")
    assert clock.due_at == _at("2026-12-06 17:00")
    assert clock.staffing is not None
    assert clock.staffing.last_at == _at("2026-12-04 18:00")
    (last,) = [alarm for alarm in clock.alarms if alarm.last_staffed]
    assert (last.at, _heard(last)) == (_at("2026-12-04 18:00"), True)


def _christmas_is_settled_the_day_before_the_holidays(shop: World, case: Case) -> None:
    clock = _clock(case, "amz.atoz.info_request")
    assert (clock.due_at, clock.staffing and clock.staffing.last_at) == (
        _at("2026-12-25 10:00"),
        _at("2026-12-23 18:00"),
    )
    alert = [words(a) for a in shop.alerts() if clock.id in key_of(a)]
    assert any(
        "last staffed Wed 23 Dec 18:00 Berlin" in told or "(last Wed 23 Dec 18:00" in told for told in alert
    )
    assert any("This is the last staffed moment" in told for told in alert)


def _nobody_is_there(shop: World, case: Case) -> None:
    clock = _clock(case, "amz.atoz.info_request")
    assert clock.staffing is not None
    assert clock.staffing.last_at is None
    alert = [words(a) for a in shop.alerts() if clock.id in key_of(a)]
    assert any("nobody is staffed before it" in told for told in alert)
