"""Somebody may be hurt: a person in charge is called the moment we know, at any hour, until one writes."""

from __future__ import annotations

from flows import deadlines
from flows.case import DeadlineKind, DeadlineState
from flows.deadlines import SAFETY
from flows.explaining import explain
from flows.work import Work

REPORTED = "danger_reported"


def tell(work: Work) -> None:
    """Start the clock, whose first alarm is due at once; one that runs already runs on."""
    if any(d.name == SAFETY and d.state is DeadlineState.RUNNING for d in work.case.deadlines):
        return
    rule = work.book.rules.one(SAFETY, work.now)
    found = explain(
        rule, work.now, site=None, hours=None, zone=work.policy.zone, lag_s=0.0, start_event=REPORTED
    )  # fmt: skip
    deadlines.begin(work, DeadlineKind.SHOP, SAFETY, work.now, found.due_at, "safety", "due", found)


def settle(work: Work, state: DeadlineState, why: str) -> None:
    """Answered by a person, or no danger after all."""
    deadlines.end(work, (SAFETY,), state, why)
