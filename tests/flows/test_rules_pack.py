"""Looking a rule up: by id or clock, platform, site and day; and what the shipped packs say."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from flows.rules import reading
from flows.rules.pack import NoSuchRule, RulePack

HEAD = """
[source]
A1 = { title = "A page", address = "example.org/1" }
[defaults]
platform = "amazon"
read = 2026-11-01
check_again_by = 2027-05-01
start_event = "return_delivered"
stop_events = ["full_refund"]
on_lapse = "lapse.refunded"
confidence = "S"
sources = ["A1"]
"""
AT = datetime(2026, 11, 20, 9, tzinfo=UTC)


def _pack(*rules: str) -> RulePack:
    return reading.parse({"x.toml": HEAD + "".join(f"\n[[rule]]\n{rule}\n" for rule in rules)})


US = 'id = "amz.refund.us"\nclock = "amz.refund"\nsites = ["us"]\n'
REFUND = _pack(
    f'{US}length = 2\nunit = "business_days"\nuntil = 2026-01-25',
    f'{US}length = 4\nunit = "calendar_days"\nfrom = 2026-01-26',
    'id = "amz.refund.other"\nclock = "amz.refund"\nnot_sites = ["us"]\nlength = 2\nunit = "business_days"',
    'id = "amz.refund.late"\nclock = "amz.refund"\nbound = "outer"\nlength = 1\nunit = "calendar_days"',
    'id = "amz.refund.old"\nclock = "amz.refund"\nhistory = true\nlength = 1\nunit = "hours"',
)


@pytest.mark.parametrize(
    ("day", "unit"),
    [
        (datetime(2026, 1, 25, 23, 59, 59, tzinfo=UTC), "business_days"),
        (datetime(2026, 1, 26, 0, 0, tzinfo=UTC), "calendar_days"),
    ],
)
def test_a_dated_change_takes_effect_on_its_day(day: datetime, unit: str) -> None:
    """Both days are included: until the 25th the old rule, from the 26th the new one."""
    assert REFUND.one("amz.refund.us", day).unit == unit


def test_a_clock_is_found_by_site() -> None:
    """One name for the matter, one rule for each site."""
    assert REFUND.one("amz.refund", AT, site="us").id == "amz.refund.us"
    assert REFUND.one("amz.refund", AT, site="de").id == "amz.refund.other"
    assert REFUND.find("amz.refund.us", AT, site="de") == ()


def test_until_the_site_is_known_the_shortest_limit_drives() -> None:
    """For a deadline the earlier reading is the safe one."""
    assert [rule.id for rule in REFUND.find("amz.refund", AT)] == [
        "amz.refund.other",
        "amz.refund.us",
        "amz.refund.late",
    ]


def test_an_outer_bound_never_drives() -> None:
    """However short it is: it was put there to be the later limit."""
    assert [rule.bound for rule in REFUND.find("amz.refund", AT, site="us")] == ["due", "outer"]


def test_history_is_found_by_its_id_alone() -> None:
    """Superseded rules are there to be read, and never run."""
    assert "amz.refund.old" not in {rule.id for rule in REFUND.find("amz.refund", AT)}
    assert REFUND.one("amz.refund.old", AT).history


def test_what_is_not_there_is_said() -> None:
    """A clock that silently does not start is a lost claim."""
    with pytest.raises(NoSuchRule, match=r"no rule 'amz\.nothing' holds on 2026-11-20, amazon, us"):
        REFUND.one("amz.nothing", AT, platform="amazon", site="us")
    assert REFUND.find("amz.refund", AT, platform="ebay") == ()
    with pytest.raises(ValueError, match="time zone"):
        REFUND.find("amz.refund", AT.replace(tzinfo=None))


def test_the_packs_version_changes_with_any_rule() -> None:
    """One value in the journal says which rules a decision was made by."""
    one = _pack('id = "a.b"\nlength = 2\nunit = "hours"')
    other = _pack('id = "a.b"\nlength = 3\nunit = "hours"')

    assert one.version.startswith("2026-11-01.")
    assert one.version != other.version
    assert one.version == _pack('id = "a.b"\nlength = 2\nunit = "hours"').version


def test_rules_say_when_to_look_again() -> None:
    """Marketplaces change their pages; a stale rule is shown before it is wrong. History needs no second look."""
    assert REFUND.stale(date(2027, 5, 1)) == ()
    assert {rule.id for rule in REFUND.stale(date(2027, 5, 2))} == REFUND.ids - {"amz.refund.old"}
