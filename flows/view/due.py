"""The nearest clocks of a shop, one a row: what a list in a terminal is made of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from flows.case import Case, Deadline, DeadlineKind, DeadlineState, Status


class Urgency(StrEnum):
    OVERDUE = "overdue"
    SOON = "soon"  # less than a quarter of the whole time is left
    TODAY = "today"  # by the shop's calendar
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Clock:
    """One deadline of an open case that runs, or has passed with nobody to stop it."""

    case: Case
    deadline: Deadline
    urgency: Urgency
    left: timedelta

    @property
    def is_platform(self) -> bool:
        return self.deadline.kind is DeadlineKind.PLATFORM


def clocks(cases: Iterable[Case], now: datetime, zone: str) -> list[Clock]:
    """All of them, the nearest first, a platform's before our own at the same instant; reminders are none."""
    found = [
        Clock(case, deadline, _urgency(deadline, now, ZoneInfo(zone)), deadline.due_at - now)
        for case in cases
        for deadline in _to_watch(case)
    ]
    return sorted(found, key=lambda clock: (clock.deadline.due_at, not clock.is_platform, clock.case.number))


def _to_watch(case: Case) -> Iterator[Deadline]:
    """What runs; and of each name what was missed last, as long as the case waits for staff."""
    newest = {deadline.name: deadline for deadline in case.deadlines}
    for deadline in case.deadlines:
        if deadline.kind is DeadlineKind.REMINDER:
            continue
        missed = deadline.state is DeadlineState.MISSED and newest[deadline.name] is deadline
        if deadline.state is DeadlineState.RUNNING or (missed and case.status is Status.OPEN):
            yield deadline


def _urgency(deadline: Deadline, now: datetime, zone: ZoneInfo) -> Urgency:
    if deadline.due_at <= now:
        return Urgency.OVERDUE
    if deadline.due_at - now < (deadline.due_at - deadline.started_at) / 4:
        return Urgency.SOON
    is_today = deadline.due_at.astimezone(zone).date() == now.astimezone(zone).date()
    return Urgency.TODAY if is_today else Urgency.LATER
