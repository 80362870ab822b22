"""A dated rule's due instant as an explanation for staff: the rule and its source around the count."""

from __future__ import annotations

from datetime import datetime

import msgspec

from flows.case import Explanation
from flows.clocks import counting
from flows.clocks.counting import Count, Due
from flows.rules.rule import Rule
from flows.values import aware

msgspec.json.Decoder(Count)  # `convert` finds the type worked out, whichever threads come first


def count_of(rule: Rule) -> Count:
    """The rule's length with its choices of counting. Raises ValueError when no source states a length."""
    if rule.length is None:
        raise ValueError(f"{rule.id}: cannot count an unknown number of {rule.unit}")
    choices = {"length": rule.length, "unit": rule.unit, "counting": rule.counting, **dict(rule.choices)}
    try:
        return msgspec.convert(choices, Count)
    except msgspec.ValidationError as error:
        raise ValueError(f"{rule.id}: {error}") from error


def due(rule: Rule, started_at: datetime, *, lag_s: float, start_event: str) -> Explanation:
    """When an hour rule falls due, and how that came about. `lag_s`: seconds from the start until we heard of it.

    The lag is shown, never added: the platform's clock does not wait for us. Raises ValueError for a naive
    start or a unit other than hours.
    """
    count = count_of(rule)
    if rule.unit != "hours":
        raise ValueError(f"{rule.id}: cannot count {rule.length:g} {rule.unit}")
    found = counting.due(count, started_at)
    return explained(rule, found, started_at, lag_s=lag_s, start_event=start_event)


def explained(rule: Rule, found: Due, started_at: datetime, *, lag_s: float, start_event: str) -> Explanation:
    """A count's result with its rule, version, sources and confidence."""
    return Explanation(
        rule=rule.id,
        rule_version=rule.version,
        source="; ".join(f"{source.title} ({source.address})" for source in rule.sources),
        confidence=rule.confidence,
        start_event=start_event,
        started_at=aware(started_at),
        lag_s=lag_s,
        length=_stated(rule),
        due_at=found.at,
        notes=_notes(rule),
        reckoning=found.reckoning,
        said="" if rule.original is None else _stated(rule.original),
        because=rule.because,
    )


def _stated(rule: Rule) -> str:
    """The length as it is written, such as "24 hours"; "" when no source states one."""
    return "" if rule.length is None else f"{rule.length:g} {rule.unit}"


def _notes(rule: Rule) -> tuple[str, ...]:
    """The choices that mattered, as keys of staff's words."""
    outer = ("note.outer_bound",) if rule.bound == "outer" else ()
    conflict = ("note.sources_conflict",) if rule.confidence == "conflicting" else ()
    elapsed = ("note.elapsed_hours",) if rule.unit == "hours" else ()
    return (*elapsed, *conflict, *outer)
