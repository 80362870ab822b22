"""What the buyer was asked, when, and what came back: lines of the card, so that nobody asks again."""

from __future__ import annotations

from collections.abc import Iterator

from flows import deadlines
from flows.case import DeadlineState, Question
from flows.rich import At, Rich
from flows.view.shown import Shown

SHOWN = 4  # the newest; the thread has all


def asked_lines(shown: Shown) -> Iterator[Rich]:
    for question in shown.case.questions[-SHOWN:]:
        yield _line(shown, question)


def _line(shown: Shown, question: Question) -> Rich:
    name, at = shown.label(f"question.{question.name}"), At(question.at)
    if question.came is not None and question.came_at is not None:
        came = shown.label(f"came.{question.came}")
        return shown.word("state.asked", question=name, at=at, came=came, came_at=At(question.came_at))
    running = (d for d in shown.case.deadlines if d.name == deadlines.NO_ANSWER)
    until = next((d.due_at for d in running if d.state is DeadlineState.RUNNING), None)
    if until is None:
        return shown.word("state.asked_open", question=name, at=at)
    return shown.word("state.asked_until", question=name, at=at, until=At(until))
