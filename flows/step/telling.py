"""That something is done goes out by itself, where the shop lets a fixed text do so."""

from __future__ import annotations

from flows import deadlines
from flows.acting import amend
from flows.action import Action
from flows.case import DeadlineState, ProposalKind, ProposalState
from flows.drafting import redraft
from flows.effects import SendAutomatic
from flows.following import follow_later
from flows.known import branch_of
from flows.promising import text_of, untold
from flows.wording import drafted, worded
from flows.work import Work

_UNDER_WAY = (ProposalState.HELD, ProposalState.SENDING, ProposalState.UNKNOWN)


def tell_done(work: Work) -> None:
    """The fixed text, if there is one: what names a number is a draft, which a person reads before the buyer does.
    Not while anything else is said to the buyer, or waits to be.
    """
    action, case = untold(work.case), work.case
    if action is None or not work.policy.tells_done or _names_a_number(action):
        return
    busy = case.proposal is not None and case.proposal.state in _UNDER_WAY
    if busy or case.unanswered or case.unreachable:
        return
    branch = branch_of(work.book, case, work.now)
    draft = drafted(work, branch, ProposalKind.REPLY, text_of(action, ""), (), action)
    if draft.conversation is None:
        return
    text = work.write(worded(work, draft))
    effect = SendAutomatic(work.new_id(), "done", draft.conversation, text.ref)
    work.do(effect)
    work.note("told_done", text=f"text:{text.ref.id}")
    amend(work, action, untold=False, telling=effect.id)
    follow_later(work, action, work.now)


def not_told(work: Work, effect: str) -> None:
    """The text that was to tell it did not reach the buyer: it is a draft again, and people see why."""
    action = next((action for action in work.case.actions if action.telling == effect), None)
    if action is None:
        return
    amend(work, action, untold=True, telling="")
    deadlines.end(work, (deadlines.FOLLOW_UP,), DeadlineState.STOPPED, "the buyer was not told")
    redraft(work)


def _names_a_number(action: Action) -> bool:
    return text_of(action, "any") != text_of(action, "")
