"""What a case is about, and the clocks that come and go with it."""

from __future__ import annotations

from flows import danger, disputes, marketplace
from flows.action import PROMISED
from flows.case import DeadlineState, Notice, ProposalState, Situation, Source
from flows.drafting import redraft
from flows.step.approving import take_back
from flows.work import Work


def become(work: Work, situation: Situation, by: Source, notice: Notice | None = None) -> None:
    """Change what the case is about, and the clocks with it. `notice`: how we know of a claim or a dispute."""
    situation, was = disputes.named(situation, work.case.platform), work.case.situation
    work.change(situation=situation, situation_by=by)
    if was is Situation.CLAIM and situation is not was:
        marketplace.withdraw(work, marketplace.CLAIM_NOTICE, "not a claim after all")
    if was is Situation.DISPUTE and situation is not was and not disputes.has_rows(situation):
        disputes.there_is_none(work, "no dispute after all")
    if situation is Situation.CLAIM:
        handoff = work.case.handoff
        if handoff is not None and (handoff.state is ProposalState.SUBMITTED or handoff.key == PROMISED):
            work.change(handoff=None)  # a claim is answered anew; a promise made before keeps its own clock
        if notice is not None:
            marketplace.tell(work, notice)
    if situation is Situation.DISPUTE and notice is not None:
        disputes.tell(work, notice, by)
    if situation is Situation.SAFETY:
        danger.tell(work)
    elif was is Situation.SAFETY:
        danger.settle(work, DeadlineState.STOPPED, "no danger after all")


def fit(work: Work) -> None:
    """The marketplace became known, or is another: the same matter by the name and with the clocks of that one."""
    case = work.case
    right = disputes.named(case.situation, case.platform)
    if right is case.situation:
        return
    known = [n for n in case.notices if n.event in (marketplace.CLAIM_NOTICE, *disputes.OPENED.values())]
    since, source = case.waiting_since or case.opened_at, "chosen_by_staff"
    if known:
        since, source = known[0].at, known[0].source
    take_back(work, "read_anew")
    work.void()
    become(work, right, case.situation_by, disputes.opened(case.platform, since, source))
    work.note("recognised", situation=f"word:situation.{right}")
    redraft(work)
    work.show()
