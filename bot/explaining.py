"""How a deadline came about, line by line, in the staff's language."""

from __future__ import annotations

from collections.abc import Iterator

from flows.case import DeadlineKind, DeadlineState, Explanation
from flows.deadlines import STANDING
from flows.rich import At, Rich
from flows.rules.rule import UNVERIFIED
from flows.view import WhyView, reckoned
from flows.view.clocks import clock_name
from flows.view.naming import number
from flows.view.rules import advice_line
from flows.view.shown import Shown


def why(shown: Shown) -> WhyView:
    """Every deadline that the case has or had, the running ones first (reminders are none); then the advice for
    such a case that a rule has overtaken.
    """
    listed = sorted(
        (d for d in shown.case.deadlines if d.kind is not DeadlineKind.REMINDER),
        key=lambda d: (d.state is not DeadlineState.RUNNING, d.due_at),
    )
    clocks = []
    for deadline in listed:
        name, state = clock_name(shown, deadline), shown.label(f"why.state.{deadline.state}")
        heading = shown.word("why.clock", name=name, state=state, due=At(deadline.due_at))
        lines = () if deadline.explanation is None else tuple(explained(shown, deadline.explanation))
        chosen = "why.standing" if deadline.name == STANDING else "why.promised"
        clocks.append((heading, lines or (shown.word(chosen),)))
    case = shown.case
    overtaken = shown.book.rules.advice_for(case.situation, case.platform or "own")
    if overtaken:
        said = tuple((advice_line(advice, shown.template),) for advice in overtaken)
        clocks.append((shown.word("why.advice"), said))
    return WhyView(shown.case.id, shown.label("why.title", number=number(shown)), tuple(clocks))


def explained(shown: Shown, explanation: Explanation) -> Iterator[Rich]:
    """Start as the platform gave it, lag, length, each day, choices that mattered, sum, rule, source."""
    reckoning = explanation.reckoning  # None in rows of the first releases
    event = shown.label(f"start.{explanation.start_event}")
    yield shown.word("explain.start", event=event, at=At(explanation.started_at))
    if reckoning is not None:
        yield from reckoned.begun(shown, reckoning)
    if explanation.lag_s >= 1:
        yield shown.word("explain.lag", lag=reckoned.duration(int(explanation.lag_s)))
    if reckoning is None:
        yield shown.word("explain.length", length=explanation.length)
    else:
        yield reckoned.length(shown, reckoning)
        yield from reckoned.walked(shown, reckoning)
    if explanation.said:
        house, said = (_stated(shown, length) for length in (explanation.length, explanation.said))
        yield shown.word("explain.house", house=house, said=said)
    if explanation.because:
        yield shown.word("explain.because", because=explanation.because)
    for note in explanation.notes:
        yield shown.word(note)
    yield shown.word("explain.due", at=At(explanation.due_at))
    if reckoning is not None:
        yield from reckoned.beside(shown, reckoning)
    if explanation.moved is not None:
        moved = explanation.moved
        what = shown.label("list.comma").join(shown.label(f"moved.{name}") for name in moved.changed)
        yield shown.word("explain.moved", at=At(moved.at), was=At(moved.was_due_at), what=what)
    yield shown.word("explain.rule", rule=explanation.rule, version=explanation.rule_version)
    yield shown.word("explain.source", source=explanation.source, confidence=explanation.confidence)
    if explanation.confidence in UNVERIFIED:
        yield shown.word("explain.unverified", why=shown.label(f"confidence.{explanation.confidence}"))


def _stated(shown: Shown, length: str) -> str:
    """A length as a rule states it, "6 business_hours", in the staff's words."""
    number, _, unit = length.partition(" ")
    return shown.label(f"unit.{unit}", length=number) if unit else length
