"""Our own target for having the whole matter settled: it runs while we have something to do, and pauses while the
buyer has. A pause costs working time only (clock choice 18).
"""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec.structs import replace

from flows import deadlines
from flows.answering import own_target
from flows.case import Deadline, DeadlineKind, DeadlineState, Paused, Status
from flows.deadlines import RESOLUTION
from flows.explaining import explain
from flows.work import Work

PAUSED = "paused: we wait for the buyer"
CLOSED = "closed"


def sync(work: Work) -> None:
    """Start, pause, resume or end the clock as the case's state says; does nothing for a shop without a target."""
    running, paused = _running(work), _paused(work)
    match work.case.status:
        case Status.OPEN if paused is not None:
            _resume(work, paused)
        case Status.OPEN if running is None and work.policy.resolution is not None and not _over(work):
            _start(work)
        case Status.WAITING if running is not None:
            _pause(work, running)
        case Status.CLOSED:
            work.change(paused=tuple(each for each in work.case.paused if each.name != RESOLUTION))
            deadlines.end(work, (RESOLUTION,), DeadlineState.MET, CLOSED)
            for deadline in work.case.deadlines:
                if _is_missed(deadline):
                    deadlines.put(work, replace(deadline, ended_why=CLOSED))  # who opens it again starts anew


def _running(work: Work) -> Deadline | None:
    running = (d for d in work.case.deadlines if d.name == RESOLUTION and d.state is DeadlineState.RUNNING)
    return next(running, None)


def _paused(work: Work) -> Paused | None:
    return next((each for each in work.case.paused if each.name == RESOLUTION), None)


def _over(work: Work) -> bool:
    """It was missed since the case was last opened: once is enough."""
    return any(_is_missed(deadline) for deadline in work.case.deadlines)


def _is_missed(deadline: Deadline) -> bool:
    is_its = deadline.name == RESOLUTION and deadline.state is DeadlineState.MISSED
    return is_its and deadline.ended_why != CLOSED


def _start(work: Work) -> None:
    rule = own_target(work.policy, work.book.rules.one(RESOLUTION, work.now))
    found = explain(
        rule, work.now, site=None, hours=work.policy.hours, zone=work.policy.zone, lag_s=0.0,
        start_event="case_opened",
    )  # fmt: skip
    deadlines.begin(work, DeadlineKind.SHOP, RESOLUTION, work.now, found.due_at, "resolution", "due", found)


def _pause(work: Work, running: Deadline) -> None:
    left = _between(work, work.now, running.due_at)
    paused = Paused(RESOLUTION, running.started_at, work.now, left.total_seconds())
    work.change(paused=(*work.case.paused, paused))
    deadlines.stop(work, running, DeadlineState.STOPPED, PAUSED)


def _resume(work: Work, paused: Paused) -> None:
    work.change(paused=tuple(each for each in work.case.paused if each is not paused))
    left = timedelta(seconds=paused.left_s)
    due_at = work.now + left if work.policy.hours is None else work.policy.hours.add(work.now, left)
    before = [d for d in work.case.deadlines if d.name == RESOLUTION]
    explanation = before[-1].explanation if before else None
    if explanation is not None:
        explanation = replace(
            explanation, due_at=due_at, notes=tuple(dict.fromkeys((*explanation.notes, "note.paused")))
        )
    deadlines.begin(
        work, DeadlineKind.SHOP, RESOLUTION, paused.started_at, due_at, "resolution", "due", explanation
    )


def _between(work: Work, since: datetime, until: datetime) -> timedelta:
    return until - since if work.policy.hours is None else work.policy.hours.between(since, until)
