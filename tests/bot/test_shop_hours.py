"""Hours, days off, people and ladders of shop.toml: what they become, and what is said when they are wrong."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.shop import ShopFileError, read_shop
from flows.policy import Policy
from flows.rules.ladders import Rung

FRIDAY = datetime(2026, 11, 27, tzinfo=UTC)
WEEK = """
[shop]
zone = "Asia/Shanghai"
[[hours]]
days = "mon-fri"
opens = "09:00"
closes = "12:00"
[[hours]]
days = ["mon-thu", "fri"]
opens = "13:30"
closes = "18:00"
"""


def _read(tmp_path: Path, text: str) -> Policy:
    file = tmp_path / "shop.toml"
    file.write_text(text, encoding="utf-8")
    return read_shop(file, Policy())


def _problem(tmp_path: Path, text: str) -> str:
    with pytest.raises(ShopFileError) as error:
        _read(tmp_path, text)
    return str(error.value.problems[0])


def test_split_hours_are_the_shops_and_staff_them(tmp_path: Path) -> None:
    """Nine in the morning in Shanghai is one at night by UTC; lunch is no working time."""
    policy = _read(tmp_path, WEEK)
    assert policy.hours is not None
    assert policy.staffed is not None

    assert policy.hours.between(FRIDAY, FRIDAY + timedelta(days=3)) == timedelta(hours=7.5)
    assert policy.staffed.last_staffed(FRIDAY + timedelta(days=2)) == FRIDAY.replace(hour=10)
    assert not policy.staffed.open_at(FRIDAY.replace(hour=5))


def test_a_night_shift_ends_the_next_day(tmp_path: Path) -> None:
    """It closes before it opens."""
    policy = _read(tmp_path, '[[hours]]\ndays = "sat"\nopens = "22:00"\ncloses = "06:00"\n')
    assert policy.hours is not None

    assert policy.hours.between(FRIDAY, FRIDAY + timedelta(days=7)) == timedelta(hours=8)
    assert policy.hours.open_at((FRIDAY + timedelta(days=2)).replace(hour=5))


def test_holidays_and_closed_days_are_no_working_time(tmp_path: Path) -> None:
    """China's golden week, and days of the shop's own."""
    off = '[days_off]\nholidays = "cn"\nclosed = [2026-11-27, {from = 2026-12-24, until = 2026-12-31}]\n'
    policy = _read(tmp_path, WEEK + off)
    assert policy.hours is not None

    assert not policy.hours.open_at(FRIDAY.replace(hour=2))
    assert policy.hours.open_at(FRIDAY.replace(day=26, hour=2))
    assert not policy.hours.open_at(datetime(2026, 10, 1, 2, tzinfo=UTC))
    assert policy.hours.last_staffed(datetime(2026, 12, 31, tzinfo=UTC)) == datetime(2026, 12, 23, 10, tzinfo=UTC)


def test_people_bring_their_own_shifts_zones_and_roles(tmp_path: Path) -> None:
    """Somebody is staffed when anybody is; who has no shifts works the shop's hours."""
    people = """
[[staff]]
id = "U1"
roles = ["lead"]
on_call = ["sat-sun 08:00-22:00"]
[[staff]]
id = "U2"
zone = "Europe/Berlin"
shifts = ["mon-fri 09:00-17:00"]
on_call = true
"""
    policy = _read(tmp_path, WEEK + people)
    assert policy.staffed is not None

    assert policy.leads == ("U1",)
    assert [person.zone for person in policy.staffed.shifts] == ["Asia/Shanghai", "Europe/Berlin"]
    assert policy.staffed.last_staffed(FRIDAY + timedelta(days=2)) == FRIDAY.replace(hour=16)
    lin, ben = policy.people
    assert lin.is_on_call(FRIDAY.replace(day=28, hour=3))
    assert not lin.is_on_call(FRIDAY.replace(hour=3))
    assert ben.is_on_call(FRIDAY)
    assert lin.is_at_work(FRIDAY.replace(hour=2))
    assert not ben.is_at_work(FRIDAY.replace(hour=2))


def test_leads_alone_are_still_read(tmp_path: Path) -> None:
    """The form of the first release."""
    policy = _read(tmp_path, '[staff]\nleads = ["U1"]\n')

    assert (policy.leads, policy.people, policy.staffed) == (("U1",), (), None)


def test_a_ladder_of_the_shops_own(tmp_path: Path) -> None:
    """For a kind of clock, or for one rule."""
    policy = _read(tmp_path, '[ladders."amz.msg.reply"]\nremind = ["25%", 3]\nmissed = 0\n')

    assert policy.ladders == {
        "amz.msg.reply": (Rung("remind", timedelta(hours=3), 0.25), Rung("missed", timedelta()))
    }


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[hours]\ndays = 'mon'\n", "line 1: write [[hours]] in double brackets: it may stand several times"),
        ("[[hours]]\ndays = 'mon'\n", "line 1: hours need days, opens and closes: opens, closes is missing"),
        ("[[hours]]\ndays = 'mo'\nopens = '9'\n", "line 2: hours.days: write days such as"),
        ("[[hours]]\ndays = 'mon'\nopens = '9:00'\ncloses = '18:00'\n", "line 3: hours.opens: write a time"),
        ("[[hours]]\ndays = 'mon'\nopens = '09:00'\ncloses = '09:00'\n", "line 4: hours.closes: '09:00-09:00'"),
        ("[days_off]\nholidays = 'xx'\n", "line 2: days_off.holidays: write the country"),
        ("[days_off]\nclosed = ['2026-12-24']\n", "line 2: days_off.closed: write dates"),
        (
            "[days_off]\nclosed = {from = 2026-12-24, until = 2026-12-20}\n",
            "line 2: days_off.closed: closed: ends",
        ),
        ("[[staff]]\nname = 'Lin'\n", "line 1: a person needs an id"),
        ("[[staff]]\nid = 'lin'\n", "line 2: staff.id: write a Slack member id"),
        ("[[staff]]\nid = 'U1'\n[[staff]]\nid = 'U1'\n", "line 4: U1 stands twice"),
        ("[[staff]]\nid = 'U1'\nroles = ['boss']\n", "line 3: staff.roles: write a list of: lead, approver"),
        ("[[staff]]\nid = 'U1'\nshifts = ['mon 9-18']\n", "line 3: staff.shifts: '9-18' is no shift"),
        (
            "[ladders.frist_answer]\nmissed = 0\n",
            "line 1: no ladder and no rule is called frist_answer; did you mean",
        ),
        ("[ladders.promise]\nremnd = 4\nmissed = 0\n", "line 2: unknown rung remnd; did you mean remind?"),
        ("[ladders.promise]\nremind = 4\n", "line 1: ladders.promise: no rung sounds at the deadline"),
        ("[ladders]\npromise = 4\n", "line 1: write [ladders.first_answer]"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(tmp_path: Path, text: str, problem: str) -> None:
    """A shop's owner mends it without help."""
    assert _problem(tmp_path, text).startswith(problem)
