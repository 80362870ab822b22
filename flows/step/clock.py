"""Rungs and reminders whose instant has come, and what became of the alerts."""

from __future__ import annotations

from datetime import datetime

from msgspec.structs import replace

from flows import answering, deadlines, events
from flows.case import (
    Alarm,
    AlarmState,
    Deadline,
    DeadlineKind,
    DeadlineState,
    ProposalState,
    Status,
)
from flows.drafting import redraft
from flows.effects import (
    RefreshAlarm,
    SoundAlarm,
)
from flows.ladder import LAST_STAFFED
from flows.step.approving import release
from flows.work import Work

QUIET = ("remind",)  # in the thread; the others stand in the channel
WARNINGS = ("warn_owner", "warn_again")
EARLY = (*QUIET, *WARNINGS, LAST_STAFFED)
SKIPPED = AlarmState.SKIPPED
HEARD = (AlarmState.SOUNDED, AlarmState.DELIVERED, AlarmState.FAILED)


def rung_of(deadline: Deadline | None, name: str) -> Alarm | None:
    if deadline is None:
        return None
    return next((alarm for alarm in deadline.alarms if alarm.rung == name), None)


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
    elif deadline.name == deadlines.REVIEW:
        redraft(work)
    work.show()


def _sound(work: Work, deadline: Deadline, alarm: Alarm, away: tuple[datetime, datetime] | None) -> None:
    """Sound this rung, unless there is a reason not to; the last one ends its clock, heard or not."""
    is_last = alarm.at == deadline.due_at
    reason = _unsaid(work, deadline, alarm, away)
    if reason:
        deadlines.set_alarm(work, deadline, replace(alarm, state=AlarmState.SKIPPED, reason=reason))
        if not is_last:
            return
    else:
        deadlines.set_alarm(work, deadline, replace(alarm, state=AlarmState.SOUNDED))
        is_loud = alarm.rung not in QUIET or alarm.last_staffed
        work.do(SoundAlarm(work.new_id(), deadline.id, alarm.rung, _to_wake(work, alarm), loud=is_loud))
    said: dict[str, str | datetime] = {"rung": f"word:rung.{alarm.rung}", "clock": f"word:rule.{deadline.name}"}
    if reason and away is not None:
        work.note("alarm_away", **said, due=deadline.due_at, since=away[0], until=away[1])
    elif not reason:
        work.note("alarm", **said, due=deadline.due_at)
    if is_last:
        deadlines.end(work, (deadline.name,), DeadlineState.MISSED, "nobody stopped it")
        work.note("missed", clock=f"word:rule.{deadline.name}", due=deadline.due_at)
        answering.sync(work)  # a later message's clock runs from its own instant
    redraft(work)
    work.show()


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


def _to_wake(work: Work, alarm: Alarm) -> tuple[str, ...]:
    """Who is mentioned: the owner first, then leads, then everybody at the desk. Nobody is mentioned twice.

    At the last staffed moment the lead is called, however early it comes: nobody else will look before the end.
    """
    owner = (work.case.owner,) if work.case.owner else ()
    leads = work.context.leads or work.context.staff
    people: tuple[str, ...]
    rung = "page_lead" if alarm.last_staffed and alarm.rung in EARLY else alarm.rung
    if rung in QUIET:
        people = owner
    elif rung in WARNINGS:
        people = owner or leads
    elif rung == "page_lead":
        people = (*leads, *owner)
    else:
        people = (*owner, *leads, *work.context.staff)
    return tuple(dict.fromkeys(people))


def alarm_posted(work: Work, event: events.AlarmPosted) -> None:
    deadline = deadlines.find(work, event.deadline)
    alarm = rung_of(deadline, event.rung)
    if deadline is None or alarm is None:
        return
    state = AlarmState.DELIVERED if alarm.state is AlarmState.SOUNDED else alarm.state
    deadlines.set_alarm(work, deadline, replace(alarm, state=state, message=event.message))
    if deadline.state in (DeadlineState.MET, DeadlineState.STOPPED) or state is AlarmState.ACKNOWLEDGED:
        # The clock stopped, or somebody acknowledged it, before we knew where it stands: it still asks.
        work.do(RefreshAlarm(work.new_id(), deadline.id, alarm.rung))


def alarm_failed(work: Work, event: events.AlarmFailed) -> None:
    deadline = deadlines.find(work, event.deadline)
    alarm = rung_of(deadline, event.rung)
    if deadline is None or alarm is None or alarm.state is not AlarmState.SOUNDED:
        return
    deadlines.set_alarm(work, deadline, replace(alarm, state=AlarmState.FAILED, reason=event.reason))
    work.note("alarm_failed", rung=f"word:rung.{alarm.rung}", reason=event.reason)
    work.show()
