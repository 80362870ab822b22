"""The arithmetic of deadlines, and the dated rules it starts from."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

import flows
from flows.clocks import due
from flows.rules import reading

HOME = Path(flows.__file__).parent / "rules"
FILES = ("amazon.toml", "house.toml", "sources.toml")
PACK = reading.parse({name: (HOME / name).read_text(encoding="utf-8") for name in FILES})
RULES = {rule.id: rule for rule in PACK.rules if rule.platform == "amazon"}
HOUSE = {rule.id: rule for rule in PACK.rules if rule.platform == "house"}
START = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
STARTS = st.datetimes(
    datetime(1990, 1, 1),  # noqa: DTZ001 - the strategy adds the zone
    datetime(2090, 1, 1),  # noqa: DTZ001 - the strategy adds the zone
    timezones=st.timezones(),
    allow_imaginary=False,
)


@pytest.mark.parametrize(
    ("rule", "hours", "bound"),
    [
        ("amz.atoz.info_request", 48, "due"),
        ("amz.atoz.info_request.outer", 72, "outer"),
        ("amz.msg.reply", 24, "due"),
        ("amz.contact.before_claim", 48, "due"),
    ],
)
def test_amazons_limits_are_those_of_the_sources(rule: str, hours: float, bound: str) -> None:
    """A wrong length here is a lost claim; the numbers stand in the marketplace rules."""
    explained = due(RULES[rule], START, lag_s=3.0, start_event="claim_notice")

    assert explained.due_at == START + timedelta(hours=hours)
    assert (explained.length, RULES[rule].bound) == (f"{hours} hours", bound)


def test_an_explanation_carries_all_that_staff_may_doubt() -> None:
    """ "Why Tuesday 9:00?" is answered by rule, version, source, confidence, start, lag and notes."""
    explained = due(RULES["amz.atoz.info_request"], START, lag_s=42.5, start_event="claim_notice")

    assert explained.rule == "amz.atoz.info_request"
    assert explained.rule_version == RULES["amz.atoz.info_request"].version
    assert "sellercentral.amazon.com/gp/help/external/1781" in explained.source
    assert (explained.confidence, explained.lag_s, explained.started_at) == ("conflicting", 42.5, START)
    assert explained.notes == ("note.elapsed_hours", "note.sources_conflict")


def test_the_lag_never_moves_the_deadline() -> None:
    """The platform's clock started when it said so, not when we heard of it."""
    late, prompt = (due(HOUSE["house.first_answer"], START, lag_s=lag, start_event="x") for lag in (7200.0, 0.0))

    assert late.due_at == prompt.due_at


@given(STARTS, st.sampled_from(sorted(id for id, rule in RULES.items() if rule.unit == "hours" and rule.length)))
def test_hours_are_elapsed_hours_in_every_zone(start: datetime, rule: str) -> None:
    """Over a change of clocks 48 hours stay 48 hours, whatever the wall says."""
    explained = due(RULES[rule], start, lag_s=0.0, start_event="x")

    assert explained.due_at - start.astimezone(UTC) == timedelta(hours=RULES[rule].shortest_hours)
    assert explained.due_at.tzinfo is UTC


def test_a_day_of_23_hours_is_crossed_exactly() -> None:
    """Saturday noon in Berlin, clocks go forward that night: due at 13:00 by the wall."""
    berlin = ZoneInfo("Europe/Berlin")
    explained = due(
        HOUSE["house.first_answer"], datetime(2027, 3, 27, 12, tzinfo=berlin), lag_s=0.0, start_event="x"
    )

    assert explained.due_at.astimezone(berlin) == datetime(2027, 3, 28, 13, tzinfo=berlin)


def test_a_start_without_a_zone_is_refused() -> None:
    """It would be a guess, and a guess about a deadline is a lost claim."""
    with pytest.raises(ValueError, match="time zone"):
        due(HOUSE["house.first_answer"], START.replace(tzinfo=None), lag_s=0.0, start_event="x")


def test_a_unit_that_cannot_be_counted_is_refused() -> None:
    """Days counted as hours would be wrong by up to a weekend."""
    with pytest.raises(ValueError, match="business_days"):
        due(replace(HOUSE["house.first_answer"], unit="business_days"), START, lag_s=0.0, start_event="x")
