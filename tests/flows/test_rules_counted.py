"""Rules and the clock arithmetic speak the same words: every shipped rule can be counted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import get_args, get_type_hints

import pytest

from bot.brain import load_book
from flows.clocks import counting, sites
from flows.clocks.counting import Count
from flows.clocks.ruled import count_of
from flows.rules.rule import ANYWHERE, BY_SITE, CHOICES, NONE, UNITS, Rule

RULES = load_book().rules.rules
STARTS = (datetime(2026, 11, 20, 9, tzinfo=UTC), datetime(2027, 2, 6, 23, 30, tzinfo=UTC))


def test_choices_are_those_of_the_arithmetic() -> None:
    """A rule that states a choice nobody counts by would be believed and not kept."""
    hints = get_type_hints(Count)
    literals = {name: get_args(hint) for name, hint in hints.items() if name not in ("length", "unit", "counting")}

    assert {name: set(allowed) for name, allowed in CHOICES.items() if name != "counting"} == {
        name: set(allowed) for name, allowed in literals.items()
    }
    assert set(UNITS) == set(get_args(hints["unit"]))
    assert Count(1, "hours").starts_on_day_off == CHOICES["starts_on_day_off"][0]


@pytest.mark.parametrize(
    "rule", [rule for rule in RULES if rule.length], ids=lambda rule: f"{rule.id}-{rule.version}"
)
def test_every_shipped_rule_can_be_counted(rule: Rule) -> None:
    """On a plain Friday and late on the eve of the Spring Festival, at each of its sites."""
    for site in ("us", "ae") if rule.sites == (ANYWHERE,) else rule.sites:
        for name in {rule.calendar, rule.second_calendar} - {""}:
            calendar = (
                sites.calendar(rule.platform, site)
                if name in (BY_SITE, NONE)
                else sites.calendar(*name.split("."))
            )
            for start in STARTS:
                found = counting.due(count_of(rule), start, calendar)

                assert timedelta() < found.at - start < timedelta(days=2 * (rule.length or 0) + 14)
