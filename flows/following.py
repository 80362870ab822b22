"""Whether it helped: the buyer is asked once, some days after what was promised is done and told.

Yes closes the case without anybody's work, no brings the next step. Goods on their way back come first: who has
neither them nor the money is asked where the parcel is.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from flows import acting, deadlines
from flows.action import PAYS_BACK, RETURN_LABEL, Action, ActionState
from flows.case import Came, Case, DeadlineState, ProposalState, Source, Status, Telling
from flows.known import learn
from flows.offers import KINDS
from flows.playbooks import Offer
from flows.work import Work

FOLLOW_UP = "follow.solved"  # the key of the question
SOLVED = "solved"  # its name in the ledger of questions
RETURN_STATE = "return_state"
_SETTLED = (ProposalState.DELIVERED, ProposalState.SUBMITTED)
OFFER_OF = {
    "refund": Offer.REFUND, "partial_refund": Offer.PARTIAL_REFUND, "cancel": Offer.CANCEL, "reship": Offer.RESHIP,
    "send_part": Offer.PART, "return_label": Offer.RETURN,
}  # fmt: skip


class Word(StrEnum):
    """The buyer's answer to the follow-up, as its buttons have it."""

    YES = "solved"
    NO = "unsolved"


def follow_later(work: Work, action: Action | None, since: datetime) -> None:
    """A question about this deed, or a decision: one about an earlier one does not stand against it."""
    wait = work.policy.follow_up_after
    if not wait:
        return
    offer = OFFER_OF.get(action.kind) if action is not None else None
    takes = timedelta(days=KINDS[offer].days) if offer is not None else timedelta()
    work.change(asked=tuple(name for name in work.case.asked if name != SOLVED))
    deadlines.remind(work, deadlines.FOLLOW_UP, since + max(wait, takes))


def follow_up(work: Work) -> None:
    """Its time came. While anything else is under way we talk to each other anyway: it waits as long again. Who
    cannot be reached is not asked.
    """
    case = work.case
    if case.unreachable or not case.parties or case.status is Status.CLOSED:
        return
    if _is_under_way(case):
        deadlines.remind(work, deadlines.FOLLOW_UP, work.now + work.policy.follow_up_after)
    elif is_coming_back(case):
        learn(work, RETURN_STATE, "never_came", Source.DERIVED)
        returned(work)
    elif SOLVED not in case.asked:
        work.change(to_tell=(*case.to_tell, Telling.FOLLOW_UP))


def asks_at(case: Case) -> datetime | None:
    """When the buyer is to be asked whether all is well, or where the goods are; None: not planned."""
    coming = (d for d in case.deadlines if d.name == deadlines.FOLLOW_UP and d.state is DeadlineState.RUNNING)
    return next((d.due_at for d in coming), None)


def is_coming_back(case: Case) -> bool:
    """A label was made, and nothing has been paid for the goods since."""
    made = [action.kind for action in case.actions if action.state is ActionState.SUBMITTED]
    return RETURN_LABEL in made and PAYS_BACK.isdisjoint(made[made.index(RETURN_LABEL) :])


def returned(work: Work) -> None:
    """The goods are back, or should have been by now: that is said to the buyer, who need not ask."""
    if is_coming_back(work.case):
        work.change(to_tell=tuple(dict.fromkeys((*work.case.to_tell, Telling.RETURNED))))


def _is_under_way(case: Case) -> bool:
    """Something is said, to be said or to be done."""
    waits = case.proposal is not None and case.proposal.state not in _SETTLED
    return waits or case.owes() or any(acting.is_task(action) for action in case.actions)


def is_asked(case: Case) -> bool:
    """Whether the buyer has our question before them and did not answer it yet."""
    return any(question.name == SOLVED and question.came in (None, Came.SILENCE) for question in case.questions)


def may_close(case: Case) -> bool:
    """Whether a yes is all there is: with anything left to do or to say, people look at it first."""
    return not _is_under_way(case)


def close(work: Work) -> None:
    """The buyer says that all is well, and nobody has to answer that."""
    deadlines.end(work, (deadlines.QUIET, deadlines.FOLLOW_UP), DeadlineState.STOPPED, "solved")
    work.change(status=Status.CLOSED, closed_why=SOLVED)


def unsolved(work: Work) -> None:
    """What was done did not help: the wish it came from is no guide any more."""
    work.note("unsolved")
    work.change(facts=tuple(fact for fact in work.case.facts if fact.name != "wish"))
