"""A case's deadlines: begun, ended, found, whatever started them.

Which clocks there are is decided above: `answering` (messages), `marketplace` (notices), `settling` (our target
for the whole matter); the arithmetic is in `flows.clocks`.
"""

from __future__ import annotations

from datetime import datetime

from msgspec.structs import replace

from flows.case import Alarm, AlarmState, Deadline, DeadlineKind, DeadlineState, Explanation
from flows.effects import RefreshAlarm
from flows.ladder import climb
from flows.work import Work

BUYER_WROTE = "buyer_wrote"  # the start of every clock of answering
FIRST_ANSWER = "house.first_answer"
NEXT_ANSWER = "house.next_answer"
RESOLUTION = "house.resolution"
SAFETY = "house.safety"
FIRST_WORD = "house.first_word"
STANDING = "house.standing"  # by then the fallback happens as approved in advance
UNDO = "undo"
QUIET = "quiet"
PROMISED_UPDATE = "promise.update"
PROMISED_ACT = "promise.act"
REVIEW = "review"
FOLLOW_UP = "follow_up"
NO_ANSWER = "no_answer"  # how long we wait for the buyer's answer
COUNTED_ANEW = "counted anew"  # why a clock ended: another of the same start took its place
UNNOTICED = "unnoticed"  # ":" and the id of the clock whose alarm waits to be acknowledged


def promise(work: Work, name: str, at: datetime, act: str = "") -> None:
    """What a delivered reply promised, with its own ladder. A newer promise about the same (`act`, an action's id)
    replaces the older.

    One that arrived after its own date is due at once: the buyer waits for it already.
    """
    for known in work.case.deadlines:
        if known.name == name and known.state is DeadlineState.RUNNING and known.act in ("", act):
            stop(work, known, DeadlineState.STOPPED, "promised anew")
    started_at = min(work.now, at)
    begin(work, DeadlineKind.PROMISE, name, started_at, at, "promise", act=act)


def remind(work: Work, name: str, at: datetime) -> None:
    """A reminder: one rung, no ladder. An earlier one of the same name gives way."""
    end(work, (name,), DeadlineState.STOPPED, "replaced")
    at = max(at, work.now)
    add(work, Deadline(work.new_id(), DeadlineKind.REMINDER, name, work.now, at, (Alarm("due", at),)))


def begin(
    work: Work, kind: DeadlineKind, name: str, started_at: datetime, due_at: datetime, ladder_name: str,
    bound: str = "due", explanation: Explanation | None = None, act: str = "",
) -> None:  # fmt: skip
    """A clock with its ladder, fitted to staffed time. An outer bound has no last staffed moment of its own."""
    own = work.policy.ladders
    rungs = own.get(name) or own.get(ladder_name) or work.book.ladders[ladder_name]
    alarms, staffing = climb(started_at, due_at, rungs, work.policy.staffed, mark_last=bound == "due")
    add(work, Deadline(work.new_id(), kind, name, started_at, due_at, alarms, bound=bound,
                        explanation=explanation, staffing=staffing, act=act))  # fmt: skip


def watch(work: Work, deadline: Deadline, at: datetime) -> None:
    """Look at `at` whether somebody acknowledged this clock's alarm. One timer a clock, moved each time: however
    often it climbs, the case does not grow.
    """
    name, alarms = timer_of(deadline), (Alarm("due", at),)
    known = next((d for d in work.case.deadlines if d.name == name), None)
    if known is None:
        add(work, Deadline(work.new_id(), DeadlineKind.REMINDER, name, work.now, at, alarms))
        return
    state = DeadlineState.RUNNING
    put(work, replace(known, due_at=at, alarms=alarms, state=state, ended_at=None, ended_why=""))


def unwatch(work: Work, deadline: Deadline, why: str) -> None:
    """Nobody needs to look any more."""
    end(work, (timer_of(deadline),), DeadlineState.STOPPED, why)


def timer_of(deadline: Deadline) -> str:
    return f"{UNNOTICED}:{deadline.id}"


def add(work: Work, deadline: Deadline) -> None:
    """One more deadline, as it is."""
    work.change(deadlines=(*work.case.deadlines, deadline))


def end(
    work: Work, names: tuple[str, ...], state: DeadlineState, why: str, at: datetime | None = None
) -> tuple[Deadline, ...]:
    """End the running deadlines of these names; rungs to come are skipped with the reason. Answers them."""
    ended = tuple(d for d in work.case.deadlines if d.name in names and d.state is DeadlineState.RUNNING)
    for deadline in ended:
        stop(work, deadline, state, why, at)
    return ended


def stop(work: Work, deadline: Deadline, state: DeadlineState, why: str, at: datetime | None = None) -> None:
    """End this deadline; rungs to come are skipped with the reason."""
    put(work, _ended(deadline, state, why, at or work.now))
    for alarm in deadline.alarms if state is not DeadlineState.MISSED else ():  # those stay as they are
        if alarm.state in (AlarmState.DELIVERED, AlarmState.SOUNDED, AlarmState.ACKNOWLEDGED):
            work.do(RefreshAlarm(work.new_id(), deadline.id, alarm.rung))
    if deadline.kind is not DeadlineKind.REMINDER:
        unwatch(work, deadline, why)


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
