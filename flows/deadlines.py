"""Starting, ending and sounding the clocks of a case; the arithmetic is in `flows.clocks`."""

from __future__ import annotations

import dataclasses
from datetime import datetime, timedelta

from msgspec.structs import replace

from flows.case import Alarm, AlarmState, Deadline, DeadlineKind, DeadlineState, Explanation
from flows.clocks import due
from flows.effects import RefreshAlarm
from flows.ladder import climb
from flows.work import Work

CLAIM_RULES = (("amz.atoz.info_request", "info_request", "due"), ("amz.atoz.info_request.outer", "outer", "outer"))
FIRST_ANSWER = "house.first_answer"
UNDO = "undo"
QUIET = "quiet"
PROMISED_UPDATE = "promise.update"
PROMISED_ACT = "promise.act"
REVIEW = "review"


def start_rule(
    work: Work, rule_id: str, ladder_name: str, kind: DeadlineKind, started_at: datetime, start_event: str,
    bound: str = "due",
) -> None:  # fmt: skip
    """Start a rule's clock, unless one of that rule runs already: the buyer has been waiting since the first."""
    if any(d.name == rule_id and d.state is DeadlineState.RUNNING for d in work.case.deadlines):
        return
    lag_s = max(0.0, (work.cause.at - started_at).total_seconds())
    rule = work.book.rules.one(rule_id, started_at)
    if rule_id == FIRST_ANSWER and work.policy.first_answer is not None:
        rule = dataclasses.replace(rule, length=work.policy.first_answer / timedelta(hours=1))
    explained = due(rule, started_at, lag_s=lag_s, start_event=start_event)
    _begin(work, kind, rule_id, started_at, explained.due_at, ladder_name, bound, explained)


def start_claim(work: Work, started_at: datetime, start_event: str) -> None:
    """Both limits that the sources give for a claim: the shorter drives, the longer is the outer bound."""
    for rule_id, ladder_name, bound in CLAIM_RULES:
        start_rule(work, rule_id, ladder_name, DeadlineKind.PLATFORM, started_at, start_event, bound)


def start_answer(work: Work, since: datetime) -> None:
    """One clock for the oldest unanswered message; it runs on when more come."""
    start_rule(work, FIRST_ANSWER, "first_answer", DeadlineKind.SHOP, since, "buyer_wrote")


def promise(work: Work, name: str, at: datetime) -> None:
    """What a delivered reply promised, with its own ladder. A newer promise of the kind replaces the older.

    One that arrived after its own date is due at once: the buyer waits for it already.
    """
    end(work, (name,), DeadlineState.STOPPED, "promised anew")
    started_at = min(work.now, at)
    _begin(work, DeadlineKind.PROMISE, name, started_at, at, "promise")


def remind(work: Work, name: str, at: datetime) -> None:
    """A reminder: one rung, no ladder. An earlier one of the same name gives way."""
    end(work, (name,), DeadlineState.STOPPED, "replaced")
    at = max(at, work.now)
    _add(work, Deadline(work.new_id(), DeadlineKind.REMINDER, name, work.now, at, (Alarm("due", at),)))


def _begin(
    work: Work, kind: DeadlineKind, name: str, started_at: datetime, due_at: datetime, ladder_name: str,
    bound: str = "due", explanation: Explanation | None = None,
) -> None:  # fmt: skip
    """A clock with its ladder, fitted to staffed time. An outer bound has no last staffed moment of its own."""
    own = work.policy.ladders
    rungs = own.get(name) or own.get(ladder_name) or work.book.ladders[ladder_name]
    alarms, staffing = climb(started_at, due_at, rungs, work.policy.staffed, mark_last=bound == "due")
    _add(work, Deadline(work.new_id(), kind, name, started_at, due_at, alarms, bound=bound,
                        explanation=explanation, staffing=staffing))  # fmt: skip


def _add(work: Work, deadline: Deadline) -> None:
    work.change(deadlines=(*work.case.deadlines, deadline))


def end(
    work: Work, names: tuple[str, ...], state: DeadlineState, why: str, at: datetime | None = None
) -> tuple[Deadline, ...]:
    """End the running deadlines of these names; rungs to come are skipped with the reason. Answers them."""
    ended = tuple(d for d in work.case.deadlines if d.name in names and d.state is DeadlineState.RUNNING)
    for deadline in ended:
        put(work, _ended(deadline, state, why, at or work.now))
        for alarm in deadline.alarms if state is not DeadlineState.MISSED else ():  # those stay as they are
            if alarm.state in (AlarmState.DELIVERED, AlarmState.SOUNDED, AlarmState.ACKNOWLEDGED):
                work.do(RefreshAlarm(work.new_id(), deadline.id, alarm.rung))
    return ended


def _ended(deadline: Deadline, state: DeadlineState, why: str, at: datetime) -> Deadline:
    alarms = tuple(
        replace(alarm, state=AlarmState.SKIPPED, reason=why) if alarm.state is AlarmState.WAITING else alarm
        for alarm in deadline.alarms
    )
    return replace(deadline, alarms=alarms, state=state, ended_at=at, ended_why=why)


def put(work: Work, deadline: Deadline) -> None:
    """Replace the deadline of this id."""
    work.change(deadlines=tuple(deadline if d.id == deadline.id else d for d in work.case.deadlines))


def find(work: Work, deadline_id: str) -> Deadline | None:
    return next((d for d in work.case.deadlines if d.id == deadline_id), None)


def set_alarm(work: Work, deadline: Deadline, alarm: Alarm) -> None:
    """Replace the rung of this name."""
    alarms = tuple(alarm if known.rung == alarm.rung else known for known in deadline.alarms)
    put(work, replace(deadline, alarms=alarms))


def time_left(deadline: Deadline, now: datetime) -> str:
    """`over_quarter` or `under_quarter` of the whole time."""
    whole = deadline.due_at - deadline.started_at
    return "under_quarter" if deadline.due_at - now <= whole / 4 else "over_quarter"


def quarter_at(deadline: Deadline) -> datetime:
    """The instant at which less than a quarter is left."""
    return deadline.due_at - (deadline.due_at - deadline.started_at) / 4
