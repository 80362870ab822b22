"""Rungs and reminders whose instant has come, and what became of the alerts."""

from __future__ import annotations

from datetime import datetime

from msgspec.structs import replace

from flows import answering, asking, deadlines, events, following, noticing
from flows.case import (
    Alarm,
    AlarmState,
    Deadline,
    DeadlineKind,
    DeadlineState,
    ProposalState,
    Status,
)
from flows.drafting import offer_next, redraft
from flows.noticing import rung_of
from flows.step import advance
from flows.step.approving import release
from flows.step.cause import derive
from flows.work import Work

SKIPPED = AlarmState.SKIPPED


def alarm_due(work: Work, event: events.AlarmDue) -> None:
    deadline = deadlines.find(work, event.deadline)
    alarm = rung_of(deadline, event.rung)
    if deadline is None or alarm is None or deadline.due_at != event.due_at:
        return  # a clock that was moved: the event is for an instant that is no longer set
    if deadline.state is not DeadlineState.RUNNING or alarm.state is not AlarmState.WAITING:
        return  # answered meanwhile: a late timer is normal
    if deadline.kind is DeadlineKind.REMINDER:
        _reminder_due(work, deadline)
    else:
        _sound(work, deadline, alarm, event.away)


def _reminder_due(work: Work, deadline: Deadline) -> None:
    deadlines.end(work, (deadline.name,), DeadlineState.MET, "its time came")
    proposal = work.case.proposal
    if deadline.name == deadlines.UNDO and proposal is not None and proposal.state is ProposalState.HELD:
        release(work, proposal)
    elif deadline.name == deadlines.QUIET:
        work.change(status=Status.CLOSED, closed_why="quiet")
        work.note("closed_quiet")
        derive(work)
    elif deadline.name == deadlines.REVIEW:
        redraft(work)
    elif deadline.name == deadlines.NO_ANSWER:
        asking.silent(work)
        offer_next(work)
    elif deadline.name == deadlines.FOLLOW_UP:
        following.follow_up(work)
        redraft(work)
    elif deadline.name.startswith(deadlines.UNNOTICED):
        noticing.unnoticed(work, deadline)
        return  # the card shows the clocks, not who was called
    work.show()


def _sound(work: Work, deadline: Deadline, alarm: Alarm, away: tuple[datetime, datetime] | None) -> None:
    """Sound this rung, unless there is a reason not to; the last one ends its clock, heard or not."""
    is_last = alarm.at == deadline.due_at
    if deadline.name == deadlines.STANDING and advance.fallback_due(work, deadline):
        return
    reason = _unsaid(work, deadline, alarm, away)
    if reason:
        deadlines.set_alarm(work, deadline, replace(alarm, state=AlarmState.SKIPPED, reason=reason))
        if not is_last:
            return
    else:
        noticing.sound(work, deadline, alarm)
    said: dict[str, str | datetime] = {"rung": f"word:rung.{alarm.rung}", "clock": f"word:rule.{deadline.name}"}
    if reason and away is not None:
        work.note("alarm_away", **said, due=deadline.due_at, since=away[0], until=away[1])
    elif not reason:
        work.note("alarm", **said, due=deadline.due_at)
    if is_last:
        _miss(work, deadline.id)
        work.note("missed", clock=f"word:rule.{deadline.name}", due=deadline.due_at)
        answering.sync(work)  # a later message's clock runs from its own instant
    redraft(work)
    work.show()


def _miss(work: Work, deadline_id: str) -> None:
    """This clock alone: another promise of the case has its own."""
    deadline = deadlines.find(work, deadline_id)
    if deadline is not None:
        deadlines.stop(work, deadline, DeadlineState.MISSED, "nobody stopped it")


def _unsaid(work: Work, deadline: Deadline, alarm: Alarm, away: tuple[datetime, datetime] | None) -> str:
    """Why this rung does not sound, "" when it does: a later one is due as well and speaks for both, a nearer
    clock of the same message does, or it fell due while the service was away and the summary told it.
    """
    later = [each for each in deadline.alarms if alarm.at < each.at <= work.now and each.state is not SKIPPED]
    driver = answering.driver(work, deadline)
    if away is not None and deadline.due_at <= away[1]:
        reason = "told in the summary"
    elif later:
        reason = f"overtaken by {later[-1].rung}"
    elif driver is not None and (alarm.at != deadline.due_at or driver.due_at == deadline.due_at):
        reason = f"{driver.name} is nearer and speaks for both"
    else:
        return ""
    return reason if away is None else f"{_away(*away)}; {reason}"


def _away(since: datetime, until: datetime) -> str:
    return f"service was away {since:%Y-%m-%d %H:%M} to {until:%Y-%m-%d %H:%M} UTC"


def alarm_posted(work: Work, event: events.AlarmPosted) -> None:
    found = _sounded(work, event.deadline, event.rung)
    if found is not None:
        noticing.posted(work, *found, event)


def alarm_failed(work: Work, event: events.AlarmFailed) -> None:
    found = _sounded(work, event.deadline, event.rung)
    if found is None:
        return
    noticing.not_posted(work, *found, event.call, event.reason)
    if found[1].state is AlarmState.ACKNOWLEDGED:
        return  # the clock is in somebody's hands: nobody is told of an alert that was not needed
    work.note("alarm_failed", rung=f"word:rung.{event.rung}", reason=event.reason)
    work.show()


def alarm_delayed(work: Work, event: events.AlarmDelayed) -> None:
    """The desk is away: the alert waits for it, the second path does not."""
    found = _sounded(work, event.deadline, event.rung)
    if found is not None and found[0].state is not DeadlineState.MET and found[1].state in noticing.HEARD:
        noticing.page(work, *found)


def page_delivered(work: Work, event: events.PageDelivered) -> None:
    found = _sounded(work, event.deadline, event.rung)
    if found is not None:
        noticing.paged(work, *found, event.call)


def page_failed(work: Work, event: events.PageFailed) -> None:
    found = _sounded(work, event.deadline, event.rung)
    if found is not None:
        noticing.not_paged(work, *found, event.call, event.reason)


def _sounded(work: Work, deadline_id: str, rung: str) -> tuple[Deadline, Alarm] | None:
    """The clock and its rung; None when there is none, or it has not sounded."""
    deadline = deadlines.find(work, deadline_id)
    alarm = rung_of(deadline, rung)
    if deadline is None or alarm is None or alarm.state in (AlarmState.WAITING, AlarmState.SKIPPED):
        return None
    return deadline, alarm
