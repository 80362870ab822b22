"""One rung of a ladder as an alert: what happens, when, to whom, what to do, with buttons that work in place."""

from __future__ import annotations

from collections.abc import Iterator

from flows.case import Alarm, AlarmState, Call, CallOutcome, Deadline, DeadlineKind, DeadlineState, ProposalState
from flows.deadlines import COUNTED_ANEW
from flows.fallback import fallback_of
from flows.ladder import LAST_STAFFED
from flows.noticing import DESK
from flows.rich import At, Part, Person, Rich
from flows.view import AlarmView, Button
from flows.view.clocks import clock_name, feasible
from flows.view.naming import link, number, situation, value
from flows.view.shown import Shown

_PASSED = ("missed", "lapsed", "standing")
_LISTED = 8


def alarm(
    shown: Shown, deadline: Deadline, rung: Alarm, people: tuple[str, ...], *, loud: bool, call: str = ""
) -> AlarmView:
    """The alert of this rung as the case stands now. Once acknowledged or stopped it says so, without buttons.

    `call`: which call of this rung the post makes, "" for the first; each post has a key of its own.
    """
    return AlarmView(
        key=f"alarm:{deadline.id}:{rung.rung}" + (f":{call}" if call else ""),
        push=shown.label(f"alarm.push.{_tone(rung)}", number=number(shown), situation=situation(shown)),
        text=tuple(_text(shown, deadline, rung, people, call)),
        buttons=tuple(_buttons(shown, deadline, rung)),
        loud=loud,
    )


def _tone(rung: Alarm) -> str:
    return "passed" if rung.rung in _PASSED else "coming"


def is_settled(deadline: Deadline, rung: Alarm) -> bool:
    return rung.state is AlarmState.ACKNOWLEDGED or deadline.state in (DeadlineState.MET, DeadlineState.STOPPED)


def _text(shown: Shown, deadline: Deadline, rung: Alarm, people: tuple[str, ...], call: str) -> Iterator[Rich]:
    name = clock_name(shown, deadline)
    due = At(deadline.due_at)
    words: dict[str, Part] = {"name": name, "due": due, "number": number(shown), "situation": situation(shown)}
    yield shown.word(f"alarm.{rung.rung}", **words)
    if call and not is_settled(deadline, rung):
        yield shown.word("alarm.again")
    is_over = deadline.state is not DeadlineState.RUNNING
    if not is_over and rung.last_staffed and rung.rung != LAST_STAFFED:
        yield shown.word("alarm.is_last_staffed")
    if not is_over and deadline.bound != "outer" and (staffed := feasible(shown, deadline)) is not None:
        yield staffed
    if rung.rung in _PASSED and deadline.explanation is not None:
        yield shown.word(f"alarm.after.{deadline.bound}", lapse=_lapse(shown, deadline))
    if deadline.state not in (DeadlineState.MET, DeadlineState.STOPPED):
        yield todo(shown, deadline)
    if is_told_of(rung):
        yield from told(shown, rung, here=call or _first(rung))
    if is_settled(deadline, rung):
        yield _settled(shown, deadline, rung)
    elif people:
        yield tuple(part for person in people for part in (Person(person, page=True), " "))


def _lapse(shown: Shown, deadline: Deadline) -> str:
    rules = shown.book.rules.find(deadline.name, deadline.started_at)
    return shown.label(rules[0].on_lapse) if rules else ""


def todo(shown: Shown, deadline: Deadline) -> Rich:
    """What stops this clock: our own target is met by the reply, a claim by what is submitted."""
    case, ours = shown.case, deadline.kind is DeadlineKind.SHOP
    drafted = case.proposal is not None and case.proposal.state in (ProposalState.OFFERED, ProposalState.REFUSED)
    approved = case.handoff is not None and case.handoff.state is ProposalState.TEXT_APPROVED
    if approved and not (ours and drafted):
        return shown.word("alarm.todo.submit")
    branch = shown.choice.branch
    if drafted and case.proposal is not None and case.proposal.key == fallback_of(case, branch):
        return shown.word("alarm.todo.fallback", fallback=shown.label(branch.fallback))
    if drafted:
        return shown.word("alarm.todo.approve", branch=shown.label(f"branch.{shown.choice.branch.name}.title"))
    return shown.word("alarm.todo.look")


def _settled(shown: Shown, deadline: Deadline, rung: Alarm) -> Rich:
    if deadline.ended_why == COUNTED_ANEW:
        return shown.word("alarm.moved", at=At(deadline.ended_at or shown.now))
    if deadline.state in (DeadlineState.MET, DeadlineState.STOPPED):
        return shown.word("alarm.handled", at=At(deadline.ended_at or shown.now))
    return acknowledgement(shown, rung)


def acknowledgement(shown: Shown, rung: Alarm) -> Rich:
    """Who has noticed it, and by which path."""
    by: Part = Person(rung.by) if rung.by else rung.by_name or shown.label("told.nobody_named")
    if rung.via:
        return shown.word("alarm.acknowledged_by_path", by=by, path=path_name(shown, rung.via))
    return shown.word("alarm.acknowledged", by=by)


def is_told_of(rung: Alarm) -> bool:
    """Worth a list: more was done than to post it once."""
    return len(rung.calls) > 1 or any(c.absent or c.outcome is CallOutcome.FAILED for c in rung.calls)


def _first(rung: Alarm) -> str:
    return next((call.id for call in rung.calls if call.path == DESK), "")


def told(shown: Shown, rung: Alarm, *, here: str = "") -> Iterator[Rich]:
    """Who was told, by which path, when, and what came of it; the last few, a line each.

    `here`: the call that is read where this stands, which therefore has come, whatever we know of it.
    """
    for call in rung.calls[-_LISTED:]:
        path = path_name(shown, call.path)
        yield (*shown.word("told.call", at=At(call.at, "time"), path=path), *_to(shown, call, here))


def _to(shown: Shown, call: Call, here: str) -> Iterator[Part]:
    absent = dict(call.absent)
    for nth, person in enumerate(call.people):
        yield ", " if nth else " "
        yield Person(person)
        if person in absent:
            yield from shown.word(f"told.{absent[person]}")
    if call.outcome is CallOutcome.FAILED:
        yield from shown.word("told.failed", why=call.why)
    elif call.outcome is CallOutcome.QUEUED and call.id != here:
        yield from shown.word("told.queued")


def path_name(shown: Shown, path: str) -> str:
    """ "Slack", "e-mail", "Feishu 2": the words of a path's kind, and its number when there are several."""
    kind, _, number = path.partition("-")
    return f"{shown.label(f'path.{kind}')} {number}".strip()


def _buttons(shown: Shown, deadline: Deadline, rung: Alarm) -> Iterator[Button]:
    if is_settled(deadline, rung):
        return
    rung_value = f"{value(shown)}:{deadline.id}:{rung.rung}"
    label = shown.label("button.acknowledge")
    yield Button("acknowledge", label, rung_value, primary=True, accessible=f"{label}: {number(shown)}")
    if link(shown):
        open_label = shown.label("button.open_link")
        yield Button("open_link", open_label, value(shown), url=link(shown), accessible=open_label)
