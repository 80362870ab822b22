"""What a case is about, and the clocks that come and go with it."""

from __future__ import annotations

from datetime import datetime

from flows import deadlines
from flows.case import (
    DeadlineState,
    ProposalState,
    Situation,
    Source,
)
from flows.drafting import PROMISED
from flows.work import Work


def become(work: Work, situation: Situation, by: Source, started_at: datetime, start_event: str) -> None:
    """Change what the case is about, and the clocks with it."""
    leaving_claim = work.case.situation is Situation.CLAIM and situation is not Situation.CLAIM
    work.change(situation=situation, situation_by=by)
    if leaving_claim:
        names = tuple(rule for rule, _, _ in deadlines.CLAIM_RULES)
        deadlines.end(work, names, DeadlineState.STOPPED, "not a claim after all")
    if situation is Situation.CLAIM:
        handoff = work.case.handoff
        if handoff is not None and (handoff.state is ProposalState.SUBMITTED or handoff.key == PROMISED):
            work.change(handoff=None)  # a claim is answered anew; a promise made before keeps its own clock
        deadlines.start_claim(work, started_at, start_event)


def count_from_the_notice(work: Work, started_at: datetime) -> None:
    """The marketplace's own instant beats one reckoned from the buyer's words: other clocks give way."""
    names = tuple(rule for rule, _, _ in deadlines.CLAIM_RULES)
    other = tuple(d.name for d in work.case.deadlines if d.name in names and d.started_at != started_at)
    deadlines.end(work, other, DeadlineState.STOPPED, "the notice says when it began")
