"""Posted is not noticed: who is told of an alarm, by which path, and who comes next while nobody says a word.

An alarm begins with the people of its rung and climbs: owner, lead, on call, everybody. It goes on when nobody
has acknowledged it in time (`patience`), and at once when all who were called are away, in Do Not Disturb or off
shift. From the second call on, and always in the last quarter of the time, the second paths are used beside the
desk; also at once when the desk refuses an alert or is away. At the end of the list everybody is called again,
until the deadline.
A new rung of the same clock takes over from the one before: one clock never has two climbs.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import IntEnum

from msgspec.structs import replace

from flows import deadlines, events
from flows.case import Alarm, AlarmState, Call, CallOutcome, Deadline, DeadlineState
from flows.effects import PageStaff, RefreshAlarm, SoundAlarm
from flows.ladder import LAST_STAFFED
from flows.work import Work

DESK = "desk"
AWAY = "away"  # as the desk says it; somebody off shift is no less
HEARD = (AlarmState.SOUNDED, AlarmState.DELIVERED, AlarmState.FAILED)
SHORTEST = timedelta(minutes=1)
PART = 8  # of what is left: sooner asked when little is left, later asked again when much is
UNEXPLAINED = "no reason was given"
KEPT = 20  # calls that the case itself remembers; the table `told` keeps every one


class Level(IntEnum):
    """How far an alarm has climbed."""

    OWNER = 0
    LEAD = 1
    ON_CALL = 2
    EVERYBODY = 3


FIRST = {
    "remind": Level.OWNER,
    "warn_owner": Level.OWNER,
    "warn_again": Level.OWNER,
    "page_lead": Level.LEAD,
    LAST_STAFFED: Level.LEAD,
}  # every other rung calls everybody from the start
QUIET = ("remind",)  # a line in the thread that asks nobody to answer: the next rung follows it


def rung_of(deadline: Deadline | None, name: str) -> Alarm | None:
    if deadline is None:
        return None
    return next((alarm for alarm in deadline.alarms if alarm.rung == name), None)


def sound(work: Work, deadline: Deadline, alarm: Alarm) -> None:
    """The first call of a rung. What an earlier rung has climbed in vain is not climbed again."""
    begins = _begins(alarm)
    level = max([begins, *(other.level for other in deadline.alarms if other.state in HEARD)])
    people = _audience(work, Level(level))
    both = is_loud(alarm) and (level > begins or _is_last_quarter(work, deadline) or not people)
    _call(work, deadline, replace(alarm, state=AlarmState.SOUNDED), Level(level), people, both=both)


def is_loud(alarm: Alarm) -> bool:
    """In the channel, and it asks to be acknowledged. At the last staffed moment even a reminder does."""
    return alarm.rung not in QUIET or alarm.last_staffed


def _begins(alarm: Alarm) -> Level:
    """At the last staffed moment the lead is called, however early it comes: nobody will look before the end."""
    begins = FIRST.get(alarm.rung, Level.EVERYBODY)
    return max(begins, Level.LEAD) if alarm.last_staffed else begins


def unnoticed(work: Work, timer: Deadline) -> None:
    """The time to acknowledge is over."""
    deadline = deadlines.find(work, timer.name.partition(":")[2])
    alarm = _calling(deadline)
    if deadline is not None and alarm is not None and deadline.state is DeadlineState.RUNNING:
        _climb(work, deadline, alarm, "unacknowledged")


def acknowledged(work: Work, deadline: Deadline, event: events.Acknowledged) -> None:
    """Whoever acknowledges one alarm of a clock knows of that clock: its other alarms ask no more either. One that
    failed on every path told nobody, so nobody acknowledged it: it is skipped, and its reason stays.
    """
    for alarm in deadline.alarms:
        if alarm.rung != event.rung and _reached_nobody(alarm):
            _put(work, deadline, replace(alarm, state=AlarmState.SKIPPED))
        elif alarm.state in HEARD:
            by = event.by or None
            noticed = replace(alarm, state=AlarmState.ACKNOWLEDGED, by=by, acknowledged_at=work.now)
            _put(work, deadline, replace(noticed, via=event.via, by_name=event.name))
            work.do(RefreshAlarm(work.new_id(), deadline.id, alarm.rung))
    deadlines.unwatch(work, deadline, "acknowledged")


def _reached_nobody(alarm: Alarm) -> bool:
    return alarm.state is AlarmState.FAILED and all(call.outcome is CallOutcome.FAILED for call in alarm.calls)


def posted(work: Work, deadline: Deadline, alarm: Alarm, event: events.AlarmPosted) -> None:
    """The desk has it. When all who were called are absent, it goes on at once."""
    absent = _absent(work, alarm, event)
    outcome = {"outcome": CallOutcome.DELIVERED, "message": event.message, "absent": absent}
    known = replace(alarm, message=alarm.message or event.message)
    alarm = _put(work, deadline, _told(known, event.call, **outcome))
    if not _asks(deadline, alarm):
        # The clock stopped, or somebody acknowledged it, before we knew where it stands: the post still asks. That
        # of a limit that has passed asks rightly, until somebody acknowledges it.
        if deadline.state is not DeadlineState.MISSED or alarm.state is AlarmState.ACKNOWLEDGED:
            work.do(RefreshAlarm(work.new_id(), deadline.id, alarm.rung))
        return
    last = [call for call in alarm.calls if call.path == DESK][-1:]
    if is_loud(alarm) and last and last[0].id == event.call and _nobody_there(last[0]):
        _climb(work, deadline, alarm, "absent")


def _absent(work: Work, alarm: Alarm, event: events.AlarmPosted) -> tuple[tuple[str, str], ...]:
    """Those of the people called who are away by the desk's word, or off their shift and not on call by the shop's
    (`shop.toml`), whatever light the desk shows beside their name.
    """
    call = next((known for known in alarm.calls if known.id == event.call), None)
    called = () if call is None else call.people
    off = (p.id for p in work.policy.people if call is not None and not p.is_there(call.at))
    return (*event.absent, *((p, AWAY) for p in off if p in called and p not in dict(event.absent)))


def not_posted(work: Work, deadline: Deadline, alarm: Alarm, call: str, reason: str) -> None:
    """The desk refused it: the second path, at once. Unless another alarm of the clock was acknowledged meanwhile:
    then nobody was told by this one, and nobody need be.
    """
    reason = reason or UNEXPLAINED
    failed = _told(alarm, call, outcome=CallOutcome.FAILED, why=reason)
    if alarm.state is AlarmState.ACKNOWLEDGED:
        reached = any(each.outcome is CallOutcome.DELIVERED for each in failed.calls)
        _put(work, deadline, failed if reached else replace(failed, state=AlarmState.SKIPPED, reason=reason))
        return
    if alarm.state is AlarmState.SOUNDED:
        failed = replace(failed, state=AlarmState.FAILED, reason=reason)
    alarm = _put(work, deadline, failed)
    if _asks(deadline, alarm):
        page(work, deadline, alarm)


def page(work: Work, deadline: Deadline, alarm: Alarm) -> None:
    """Call by the second paths, unless that was done since the desk was last asked to."""
    desk = [number for number, call in enumerate(alarm.calls) if call.path == DESK][-1:]
    if all(call.path == DESK for call in alarm.calls[desk[0] if desk else 0 :]):
        _put(work, deadline, _with(alarm, _pages(work, deadline, alarm)))


def paged(work: Work, deadline: Deadline, alarm: Alarm, call: str) -> None:
    """A second path has it: the alarm is delivered, whatever becomes of the desk."""
    _put(work, deadline, _told(alarm, call, outcome=CallOutcome.DELIVERED))


def not_paged(work: Work, deadline: Deadline, alarm: Alarm, call: str, reason: str) -> None:
    _put(work, deadline, _told(alarm, call, outcome=CallOutcome.FAILED, why=reason or UNEXPLAINED))


def patience(work: Work, deadline: Deadline, *, again: bool) -> timedelta:
    """How long a call may stay without an answer; `again`: how long until everybody is called once more."""
    part = (deadline.due_at - work.now) / PART
    return max(work.policy.repeat, part) if again else max(SHORTEST, min(work.policy.acknowledge, part))


def _climb(work: Work, deadline: Deadline, alarm: Alarm, why: str) -> None:
    """On to the next person who was not called yet, and by the second path. `why` is unacknowledged or absent."""
    level, people = _next(work, alarm)
    if not people and why == "absent":
        page(work, deadline, alarm)  # everybody was called this very moment: only the path can still be another
        return
    earlier = [call.message for call in alarm.calls if call.message]
    _call(work, deadline, alarm, level, people or _audience(work, level), both=True, again=not people)
    if earlier:
        work.do(RefreshAlarm(work.new_id(), deadline.id, alarm.rung, earlier[-1]))
    note = f"climbed_{why}" if people else "called_again"
    work.note(note, rung=f"word:rung.{alarm.rung}", level=f"word:level.{level.name.lower()}")
    work.show()


def _next(work: Work, alarm: Alarm) -> tuple[Level, tuple[str, ...]]:
    """The next level with somebody who was not called yet, and who that is; nobody at the end of the list."""
    called = {person for call in alarm.calls for person in call.people}
    for level in Level:
        fresh = tuple(person for person in _audience(work, level) if person not in called)
        if level > alarm.level and fresh:
            return level, fresh
    return Level.EVERYBODY, ()


def _audience(work: Work, level: Level) -> tuple[str, ...]:
    """Who is mentioned, most concerned first, nobody twice."""
    owner = (work.case.owner,) if work.case.owner else ()
    context = work.context
    leads = context.leads or context.staff
    on_call = tuple(person.id for person in work.policy.people if person.is_on_call(work.now))
    people = {
        Level.OWNER: owner or leads,
        Level.LEAD: (*leads, *owner),
        Level.ON_CALL: (*on_call, *leads, *owner),
        Level.EVERYBODY: (*owner, *leads, *on_call, *context.staff),
    }
    return tuple(dict.fromkeys(people[level]))


def _call(
    work: Work, deadline: Deadline, alarm: Alarm, level: Level, people: tuple[str, ...], *,
    both: bool, again: bool = False,
) -> None:  # fmt: skip
    """Call these people at the desk, by the second paths as well if `both`; and look again in time."""
    loud = is_loud(alarm)
    if not loud:
        people = people if work.case.owner else ()
    number = sum(call.path == DESK for call in alarm.calls)
    call = Call(work.new_id(), DESK, people, work.now)
    work.do(SoundAlarm(call.id, deadline.id, alarm.rung, people, loud=loud, again=number))
    calls = (call, *(_pages(work, deadline, alarm) if both else ()))
    _put(work, deadline, replace(_with(alarm, calls), level=level))
    look_at = _look_at(work, deadline, again=again)
    if loud and look_at < deadline.due_at:
        deadlines.watch(work, deadline, look_at)
    else:
        deadlines.unwatch(work, deadline, "the deadline itself comes first")


def _look_at(work: Work, deadline: Deadline, *, again: bool) -> datetime:
    """When to go on. Called again are people who said nothing before: only while somebody is staffed, as long as
    there is time for that.
    """
    at, staffed = work.now + patience(work, deadline, again=again), work.policy.staffed
    if not again or staffed is None or at >= deadlines.quarter_at(deadline) or staffed.open_at(at):
        return at
    return staffed.next_staffed(at) or at


def _pages(work: Work, deadline: Deadline, alarm: Alarm) -> tuple[Call, ...]:
    calls = tuple(Call(work.new_id(), path, (), work.now) for path in work.policy.paths)
    for call in calls:
        work.do(PageStaff(call.id, deadline.id, alarm.rung, call.path))
    return calls


def _with(alarm: Alarm, calls: tuple[Call, ...]) -> Alarm:
    return replace(alarm, calls=(*alarm.calls, *calls)[-KEPT:])


def _told(alarm: Alarm, call: str, **outcome: object) -> Alarm:
    """The alarm with that call's outcome. One that reached anybody was delivered, whatever failed before."""
    calls = tuple(replace(known, **outcome) if known.id == call else known for known in alarm.calls)
    delivered = outcome["outcome"] is CallOutcome.DELIVERED
    if delivered and alarm.state in (AlarmState.SOUNDED, AlarmState.FAILED):
        alarm = replace(alarm, state=AlarmState.DELIVERED, reason="")
    return replace(alarm, calls=calls)


def _calling(deadline: Deadline | None) -> Alarm | None:
    """The latest alarm of the clock that has sounded, if nobody has acknowledged it."""
    heard = (*HEARD, AlarmState.ACKNOWLEDGED)
    sounded = [alarm for alarm in (deadline.alarms if deadline else ()) if alarm.state in heard]
    latest = max(sounded, key=lambda alarm: alarm.at, default=None)
    return None if latest is None or latest.state is AlarmState.ACKNOWLEDGED else latest


def _asks(deadline: Deadline, alarm: Alarm) -> bool:
    """Somebody is still to act on it. A limit that has passed asks as well, but climbs no more."""
    return deadline.state is DeadlineState.RUNNING and alarm.state is not AlarmState.ACKNOWLEDGED


def _nobody_there(call: Call) -> bool:
    absent = {person for person, _ in call.absent}
    return all(person in absent for person in call.people)


def _is_last_quarter(work: Work, deadline: Deadline) -> bool:
    return work.now >= deadlines.quarter_at(deadline)


def _put(work: Work, deadline: Deadline, alarm: Alarm) -> Alarm:
    """Replace the rung in the clock as it stands by now."""
    current = deadlines.find(work, deadline.id)
    if current is not None:
        deadlines.set_alarm(work, current, alarm)
    return alarm
