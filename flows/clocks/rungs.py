"""The ladder of alarms before a deadline."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from flows.case import Alarm
from flows.rules.ladders import Rung
from flows.values import aware


def ladder(due_at: datetime, started_at: datetime, rungs: Sequence[Rung]) -> tuple[Alarm, ...]:
    """One waiting alarm a rung, earliest first. A rung that would lie before the start is left out."""
    start, end = aware(started_at), aware(due_at)
    alarms = (Alarm(rung.name, end - rung.before) for rung in sorted(rungs, key=_before, reverse=True))
    return tuple(alarm for alarm in alarms if alarm.at >= start)


def _before(rung: Rung) -> timedelta:
    return rung.before
