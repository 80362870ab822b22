"""What a case is about, and the clocks that come and go with it."""

from __future__ import annotations

from datetime import datetime

from flows import danger, marketplace
from flows.case import DeadlineState, Notice, ProposalState, Situation, Source
from flows.drafting import PROMISED
from flows.work import Work


def become(work: Work, situation: Situation, by: Source, notice: Notice | None = None) -> None:
    """Change what the case is about, and the clocks with it. `notice`: how we know of a claim, since when."""
    leaving_claim = work.case.situation is Situation.CLAIM and situation is not Situation.CLAIM
    leaving_safety = work.case.situation is Situation.SAFETY and situation is not Situation.SAFETY
    work.change(situation=situation, situation_by=by)
    if leaving_claim:
        marketplace.withdraw(work, marketplace.CLAIM_NOTICE, "not a claim after all")
    if situation is Situation.CLAIM:
        handoff = work.case.handoff
        if handoff is not None and (handoff.state is ProposalState.SUBMITTED or handoff.key == PROMISED):
            work.change(handoff=None)  # a claim is answered anew; a promise made before keeps its own clock
        if notice is not None:
            marketplace.tell(work, notice)
    if situation is Situation.SAFETY:
        danger.tell(work)
    elif leaving_safety:
        danger.settle(work, DeadlineState.STOPPED, "no danger after all")


def claim(work: Work, at: datetime, source: str) -> Notice:
    """A claim that was not read on the marketplace by its own adapter: since when, and how we know."""
    return Notice(work.case.platform or marketplace.CLAIMS_PLATFORM, marketplace.CLAIM_NOTICE, at, source)
