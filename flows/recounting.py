"""The clocks of a case counted anew, after the rules, the calendars or the shop's own hours changed. Pure.

A clock that falls due at another instant now, or whose alarms do, ends with the reason, and a new one of the same
start takes its place: so each due instant keeps the ladder it was given. What the platform said itself is never
touched, and neither are promises and reminders: nobody counted them by a rule. A clock that was paused, or that
another limit caps, stands as it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from msgspec.structs import replace

from flows.answering import own_target
from flows.book import Book
from flows.case import Alarm, AlarmState, Case, Deadline, DeadlineKind, DeadlineState, Explanation, Moved
from flows.deadlines import BUYER_WROTE, RESOLUTION
from flows.explaining import explain
from flows.ladder import climb
from flows.policy import Policy
from flows.rules.rule import Rule

AS_THEY_STAND = frozenset({"note.paused", "note.capped"})


@dataclass(frozen=True, slots=True)
class Move:
    """One clock as it is, and as it is counted now. `becomes_late`: it was to come, and would be over already."""

    case: Case
    before: Deadline
    after: Deadline
    becomes_late: bool

    @property
    def is_moved(self) -> bool:
        """The due instant itself, not its alarms alone."""
        return self.before.due_at != self.after.due_at


def moves(book: Book, policy: Policy, case: Case, now: datetime, changed: Sequence[str] = ()) -> Iterator[Move]:
    """What counting anew changes. The new clock has no id of its own yet: it bears the old one's."""
    for deadline in case.deadlines:
        if deadline.state is not DeadlineState.RUNNING or deadline.explanation is None:
            continue
        found = _again(book, policy, case, deadline, deadline.explanation)
        if found is None:
            continue
        rule, anew = found
        after = _laddered(book, policy, deadline, rule, anew, now)
        if after.due_at != deadline.due_at or _instants(after) != _instants(deadline):
            moved = Moved(now, deadline.due_at, tuple(changed))
            after = replace(after, explanation=replace(anew, moved=moved))
            yield Move(case, deadline, after, deadline.due_at > now >= after.due_at)


def _again(
    book: Book, policy: Policy, case: Case, deadline: Deadline, known: Explanation
) -> tuple[Rule, Explanation] | None:
    """The same count by what holds now, and by which rule; None where there is nothing to count."""
    by_platform = known.reckoning is not None and known.reckoning.platform_at is not None
    if by_platform or deadline.kind not in (DeadlineKind.PLATFORM, DeadlineKind.SHOP):
        return None
    if AS_THEY_STAND & set(known.notes):
        return None
    rule = next(iter(book.rules.find(known.rule, deadline.started_at, site=case.site)), None)
    if rule is not None and deadline.kind is DeadlineKind.SHOP:
        rule = own_target(policy, rule)
    if rule is None or rule.length is None:
        return None
    anew = explain(
        rule, deadline.started_at, site=case.site, hours=policy.hours, zone=policy.zone, lag_s=known.lag_s,
        start_event=known.start_event,
    )  # fmt: skip
    return rule, anew


def _laddered(
    book: Book, policy: Policy, deadline: Deadline, rule: Rule, anew: Explanation, now: datetime
) -> Deadline:
    name = _ladder(rule, deadline)
    rungs = policy.ladders.get(deadline.name) or policy.ladders.get(name) or book.ladders[name]
    alarms, staffing = climb(
        deadline.started_at, anew.due_at, rungs, policy.staffed, mark_last=deadline.bound == "due"
    )
    is_moved = anew.due_at != deadline.due_at
    settled = {alarm.rung for alarm in deadline.alarms if alarm.state is not AlarmState.WAITING}
    return replace(
        deadline,
        due_at=anew.due_at,
        alarms=tuple(_once(alarm, settled, now, is_moved=is_moved) for alarm in alarms),
        explanation=anew,
        staffing=staffing,
    )


def _ladder(rule: Rule, deadline: Deadline) -> str:
    """As the clock began with (flows/answering.py, marketplace.py, settling.py)."""
    if rule.ladder:
        return rule.ladder
    if deadline.name == RESOLUTION:
        return "resolution"
    if deadline.explanation is not None and deadline.explanation.start_event == BUYER_WROTE:
        return "first_answer"
    return "outer" if deadline.bound == "outer" else "platform"


def _once(alarm: Alarm, settled: set[str], now: datetime, *, is_moved: bool) -> Alarm:
    """A rung that had its say is not heard again, unless it is to come for another due instant."""
    if alarm.state is AlarmState.WAITING and alarm.rung in settled and (alarm.at <= now or not is_moved):
        return replace(alarm, state=AlarmState.SKIPPED, reason="had its say before the clock was counted anew")
    return alarm


def _instants(deadline: Deadline) -> list[tuple[str, datetime]]:
    """Of the rungs that are still to come: what had its say is history."""
    return [(alarm.rung, alarm.at) for alarm in deadline.alarms if alarm.state is AlarmState.WAITING]
