"""The alarms before a deadline: how many, when, and what staffed time does to them. Pure.

A rung is keyed to the time that remains, in hours or as a share of the whole, so that one ladder serves half an
hour and four months. A rung that would sound while nobody is staffed moves back to the last staffed moment, where
it can still change something; one that finds none moves on to the next opening; only what can wait for neither
sounds at night. The last staffed moment before the deadline is a rung itself: a claim due on Sunday at 03:00 is
settled on Friday or not at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from msgspec.structs import replace

from flows.case import Alarm, AlarmState, Staffing
from flows.rules.ladders import Rung
from flows.staffing import Staffed
from flows.values import aware

LAST_STAFFED = "last_staffed"
GAP = timedelta(minutes=3)  # nobody can act between two alarms that are nearer than this
COINCIDES = timedelta(minutes=15)  # a rung so near to the last staffed moment speaks for it


def climb(
    started_at: datetime,
    due_at: datetime,
    rungs: Sequence[Rung],
    staffed: Staffed | None = None,
    *,
    mark_last: bool = True,
) -> tuple[tuple[Alarm, ...], Staffing | None]:
    """One alarm a rung, earliest first; and where staffed time ends before the deadline.

    The rung at the deadline itself never moves. Rungs before the start are left out; of two that crowd the more
    urgent stands, and the other is skipped with the reason. `mark_last`: the last staffed moment is one. Without
    `staffed` nothing moves and the staffing is None: nobody said when people work.
    """
    start, due = aware(started_at), aware(due_at)
    planned = [alarm for alarm in _planned(start, due, rungs) if alarm.at >= start]
    if staffed is None:
        return _thinned(planned), None
    staffing = _staffing(start, due, staffed)
    moved = [_moved(alarm, start, due, staffed) for alarm in planned]
    kept = _keep_a_last_call(planned, moved, staffing, due)
    alarms = _thinned(kept)
    return (_mark_last_staffed(alarms, staffing, start, due) if mark_last else alarms), staffing


def _planned(start: datetime, due: datetime, rungs: Iterable[Rung]) -> list[Alarm]:
    """By remaining time alone, the least urgent first."""
    alarms = [Alarm(rung.name, due - rung.remaining(due - start)) for rung in rungs]
    return sorted(alarms, key=lambda alarm: alarm.at)


def _staffing(start: datetime, due: datetime, staffed: Staffed) -> Staffing:
    last = staffed.last_staffed(due)
    if last is None or last <= start:  # what was staffed before the clock began helps nobody
        return Staffing(None)
    return Staffing(last, staffed.zone_at(last))


def _moved(alarm: Alarm, start: datetime, due: datetime, staffed: Staffed) -> Alarm:
    """The rung at a staffed moment, if one serves: back where somebody still acts on it, else at the opening."""
    back = staffed.last_staffed(alarm.at)
    if alarm.at in (due, back) or staffed.open_at(alarm.at):
        return alarm
    if back is not None and back - start >= GAP:
        return replace(alarm, at=back, planned_at=alarm.at)
    opening = staffed.next_staffed(alarm.at)
    if opening is not None and due - opening >= GAP:
        return replace(alarm, at=opening, planned_at=alarm.at)
    return alarm


def _keep_a_last_call(planned: list[Alarm], moved: list[Alarm], staffing: Staffing, due: datetime) -> list[Alarm]:
    """When nobody is staffed any more before the deadline, the most urgent rung cannot wait: it sounds at its own
    instant, day or night, after the others have had their say at the last staffed moment.
    """
    urgent = max((n for n, alarm in enumerate(planned) if alarm.at < due), default=None)
    alone = urgent is not None and (staffing.last_at is None or staffing.last_at < planned[urgent].at)
    return [planned[n] if alone and n == urgent else alarm for n, alarm in enumerate(moved)]


def _thinned(alarms: Sequence[Alarm]) -> tuple[Alarm, ...]:
    """One that crowds a later one is skipped, and says for which. `alarms` come by urgency; moving keeps that."""
    kept: list[Alarm] = []
    later: Alarm | None = None
    for alarm in reversed(alarms):
        if later is not None and later.at - alarm.at < GAP:
            kept.append(replace(alarm, state=AlarmState.SKIPPED, reason=f"at the same time as {later.rung}"))
        else:
            kept.append(alarm)
            later = alarm
    return tuple(reversed(kept))


def _mark_last_staffed(
    alarms: tuple[Alarm, ...], staffing: Staffing, start: datetime, due: datetime
) -> tuple[Alarm, ...]:
    """The last staffed moment as a rung: the one that stands there already, or one more."""
    last = staffing.last_at
    if last is None or due - last < COINCIDES:
        return alarms  # somebody is there at the deadline: no moment before it is the last
    waiting = [alarm for alarm in alarms if alarm.state is AlarmState.WAITING and alarm.at != due]
    near = [alarm for alarm in waiting if abs(alarm.at - last) <= COINCIDES]
    if near:
        return tuple(replace(a, last_staffed=True) if a is near[-1] else a for a in alarms)
    if last - start < GAP:
        return alarms
    more = Alarm(LAST_STAFFED, last, last_staffed=True)
    return tuple(sorted((*alarms, more), key=lambda alarm: alarm.at))
