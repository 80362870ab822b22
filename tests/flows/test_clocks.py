"""The arithmetic of deadlines and their ladders, and the dated rules it starts from."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

import flows
from flows.case import AlarmState
from flows.clocks import Rung, due, ladder
from flows.rules import ladders, reading

HOME = Path(flows.__file__).parent / "rules"
FILES = ("amazon.toml", "house.toml", "sources.toml")
PACK = reading.parse({name: (HOME / name).read_text(encoding="utf-8") for name in FILES})
RULES = {rule.id: rule for rule in PACK.rules if rule.platform == "amazon"}
HOUSE = {rule.id: rule for rule in PACK.rules if rule.platform == "house"}
LADDERS = ladders.parse((HOME / "ladders.toml").read_text(encoding="utf-8"))
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


@given(STARTS, st.sampled_from(sorted(RULES)))
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


def test_the_ladder_of_a_claim_sounds_when_the_rules_say() -> None:
    """12 hours after the notice the first reminder, 47 hours after it the last call."""
    rungs = ladder(START + timedelta(hours=48), START, LADDERS["info_request"])

    after = [(alarm.rung, (alarm.at - START) / timedelta(hours=1)) for alarm in rungs]
    assert after == [
        ("remind", 12),
        ("warn_owner", 24),
        ("page_lead", 36),
        ("page_all", 44),
        ("last_call", 47),
        ("missed", 48),
    ]
    assert {alarm.state for alarm in rungs} == {AlarmState.WAITING}


@pytest.mark.parametrize(
    ("name", "rungs"),
    [
        ("outer", [("last_call", 4), ("lapsed", 0)]),
        ("first_answer", [("remind", 12), ("warn_owner", 4), ("page_lead", 1), ("missed", 0)]),
    ],
)
def test_the_other_ladders_are_as_agreed(name: str, rungs: list[tuple[str, int]]) -> None:
    """The names are a contract with the desk's words."""
    assert [(rung.name, rung.before / timedelta(hours=1)) for rung in LADDERS[name]] == rungs


def test_a_short_clock_has_only_the_rungs_that_fit() -> None:
    """Two hours are left when we hear of it: no reminder from the past, the last ones still sound."""
    rungs = ladder(START + timedelta(hours=2), START, LADDERS["first_answer"])

    assert [alarm.rung for alarm in rungs] == ["page_lead", "missed"]


@given(
    STARTS,
    st.integers(0, 10_000),
    st.lists(st.builds(Rung, st.text(max_size=3), st.timedeltas(timedelta(0), timedelta(days=9))), max_size=8),
)
def test_a_ladder_is_in_order_and_within_its_clock(start: datetime, minutes: int, rungs: list[Rung]) -> None:
    """The service sleeps until the first rung: one out of order would be slept through."""
    end = start.astimezone(UTC) + timedelta(minutes=minutes)
    alarms = ladder(end, start, rungs)

    assert list(alarms) == sorted(alarms, key=lambda alarm: alarm.at)
    assert all(start <= alarm.at <= end for alarm in alarms)
    assert len(alarms) == sum(rung.before <= end - start.astimezone(UTC) for rung in rungs)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "no ladder"),
        ("[a]", "lists no rung"),
        ("[a]\nremind = 4", "sounds at the deadline itself"),
        ("[a]\nremind = -4\nmissed = 0", "not a number of hours"),
        ("[a]\nremind = '4'\nmissed = 0", "not a number of hours"),
        ("[a", "Expected"),
    ],
)
def test_a_wrong_ladder_is_refused(text: str, complaint: str) -> None:
    """A deadline whose lapse nobody is told of is what the ladders are there to prevent."""
    with pytest.raises(ladders.LaddersError, match=complaint):
        ladders.parse(text)
