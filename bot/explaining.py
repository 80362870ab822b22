"""How a deadline came about, line by line, in the staff's language."""

from __future__ import annotations

from collections.abc import Iterator

from flows.case import DeadlineKind, DeadlineState, Explanation
from flows.rich import At, Rich
from flows.rules.rule import UNVERIFIED
from flows.view import WhyView
from flows.view.card import number
from flows.view.shown import Shown


def why(shown: Shown) -> WhyView:
    """Every deadline that the case has or had, the running ones first; reminders are none."""
    listed = sorted(
        (d for d in shown.case.deadlines if d.kind is not DeadlineKind.REMINDER),
        key=lambda d: (d.state is not DeadlineState.RUNNING, d.due_at),
    )
    clocks = []
    for deadline in listed:
        name, state = shown.label(f"rule.{deadline.name}"), shown.label(f"why.state.{deadline.state}")
        heading = shown.word("why.clock", name=name, state=state, due=At(deadline.due_at))
        lines = () if deadline.explanation is None else tuple(explained(shown, deadline.explanation))
        clocks.append((heading, lines or (shown.word("why.promised"),)))
    return WhyView(shown.case.id, shown.label("why.title", number=number(shown)), tuple(clocks))


def explained(shown: Shown, explanation: Explanation) -> Iterator[Rich]:
    """Start as the platform gave it, lag, length, choices that mattered, sum, rule, source."""
    event = shown.label(f"start.{explanation.start_event}")
    yield shown.word("explain.start", event=event, at=At(explanation.started_at))
    if explanation.lag_s >= 1:
        yield shown.word("explain.lag", lag=_lag(explanation.lag_s))
    yield shown.word("explain.length", length=explanation.length)
    if explanation.said:
        yield shown.word("explain.house", house=explanation.length, said=explanation.said)
    if explanation.because:
        yield shown.word("explain.because", because=explanation.because)
    for note in explanation.notes:
        yield shown.word(note)
    yield shown.word("explain.due", at=At(explanation.due_at))
    yield shown.word("explain.rule", rule=explanation.rule, version=explanation.rule_version)
    yield shown.word("explain.source", source=explanation.source, confidence=explanation.confidence)
    if explanation.confidence in UNVERIFIED:
        yield shown.word("explain.unverified", why=shown.label(f"confidence.{explanation.confidence}"))


def _lag(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s" if minutes else f"{rest} s"
