"""The arithmetic of deadlines: a due instant with its explanation, and the ladder of alarms before it.

Hours are elapsed hours, day and night, weekends and holidays included, and independent of any zone: that is how
the platforms' hour rules are stated (clock choice 1: elapsed).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from flows.case import Alarm, Explanation
from flows.rules.ladders import Rung
from flows.rules.rule import Rule
from flows.values import aware


def due(rule: Rule, started_at: datetime, *, lag_s: float, start_event: str) -> Explanation:
    """When the rule falls due, and how that came about. `lag_s`: seconds from the start until we heard of it.

    The lag is shown, never added: the platform's clock does not wait for us. Raises ValueError for a naive
    start or a unit other than hours.
    """
    if rule.unit != "hours" or rule.length is None:
        raise ValueError(f"{rule.id}: cannot count {rule.length or 'an unknown number of'} {rule.unit}")
    start = aware(started_at)
    return Explanation(
        rule=rule.id,
        rule_version=rule.version,
        source="; ".join(f"{source.title} ({source.address})" for source in rule.sources),
        confidence=rule.confidence,
        start_event=start_event,
        started_at=start,
        lag_s=lag_s,
        length=f"{rule.length:g} hours",
        due_at=start + timedelta(hours=rule.length),
        notes=_notes(rule),
    )


def _notes(rule: Rule) -> tuple[str, ...]:
    """The choices that mattered, as keys of staff's words."""
    outer = ("note.outer_bound",) if rule.bound == "outer" else ()
    conflict = ("note.sources_conflict",) if rule.confidence == "conflicting" else ()
    return ("note.elapsed_hours", *conflict, *outer)


def ladder(due_at: datetime, started_at: datetime, rungs: Sequence[Rung]) -> tuple[Alarm, ...]:
    """One waiting alarm a rung, earliest first. A rung that would lie before the start is left out."""
    start, end = aware(started_at), aware(due_at)
    alarms = (Alarm(rung.name, end - rung.before) for rung in sorted(rungs, key=_before, reverse=True))
    return tuple(alarm for alarm in alarms if alarm.at >= start)


def _before(rung: Rung) -> timedelta:
    return rung.before


__all__ = ["Rung", "due", "ladder"]
