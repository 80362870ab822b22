"""The actions of a case, kept equal to the texts that carry them.

An action is proposed with its draft, and goes on as its text does. Told to the buyer, or approved for the
marketplace, it is a person's task until that person's *Submitted*. What voids the text's approval voids the
action's. Whether a yes is enough is `flows.allowing`'s.
"""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from flows.action import COUNTS, OPEN, PAYS_ALL, PAYS_BACK, PROMISED, RESHIP, Action, ActionState
from flows.case import Case, Proposal, ProposalKind, ProposalState, Situation
from flows.orderbook.amounts import NoAmount, read_money
from flows.values import Money
from flows.work import Work

UNDECIDED = (ActionState.PROPOSED, ActionState.WAITING)
_TO_DECIDE = (ProposalState.OFFERED, ProposalState.REFUSED)
_TOLD = (ProposalState.DELIVERED, ProposalState.TEXT_APPROVED)


# --- what a case knows in money --------------------------------------------------------------------------------


def value_of(case: Case) -> Money | None:
    """What was paid for the order; None when nobody knows."""
    return _money(case.fact("order_value"))


def amount_of(case: Case, kind: str) -> Money | None:
    """The amount that staff set, else the order's value where the action is about the whole of it."""
    if kind in PAYS_BACK and (said := _money(case.fact("refund_amount"))) is not None:
        return said
    return value_of(case) if kind in PAYS_ALL or kind == RESHIP else None


def _money(fact: str | None) -> Money | None:
    """An amount that cannot be read is not known."""
    try:
        return None if fact is None else read_money(fact, decimal=".")
    except NoAmount:
        return None


def find(case: Case, id: str) -> Action | None:
    return next((action for action in case.actions if action.id == id), None)


def amend(work: Work, action: Action, **fields: Any) -> Action:
    """Change one action of the case, or add it."""
    changed = replace(action, **fields)
    known = find(work.case, action.id) is not None
    others = tuple(changed if each.id == action.id else each for each in work.case.actions)
    work.change(actions=others if known else (*others, changed))
    return changed


# --- done by hand ----------------------------------------------------------------------------------------------


def done(work: Work, handoff: Proposal, by: str, proof: str) -> None:
    """A person did it; an amount set for this refund is none for the next one."""
    action = find(work.case, handoff.act)
    if action is None or action.state is ActionState.SUBMITTED:
        return
    amend(
        work, action, state=ActionState.SUBMITTED, done_by=by, done_at=work.now, proof=proof,
        amount=action.amount or amount_of(work.case, action.kind),
    )  # fmt: skip
    work.change(facts=tuple(fact for fact in work.case.facts if fact.name != "refund_amount"))


def refuse(work: Work, proposal: Proposal, by: str) -> None:
    """A person declined the step."""
    action = find(work.case, proposal.act)
    if action is not None and action.state in UNDECIDED:
        amend(work, action, state=ActionState.REFUSED, done_by=by, done_at=work.now)


# --- kept equal to their texts -----------------------------------------------------------------------------------


def sync(work: Work) -> None:
    """Bring the actions up to what became of their texts. Does nothing the second time."""
    for proposal in (work.case.proposal, work.case.handoff):
        if proposal is not None:
            taken_up(work, proposal)
    both = (work.case.proposal, work.case.handoff)
    carriers = {each.act: each for each in both if each is not None and each.act}
    for action in work.case.actions:
        if action.state in (*UNDECIDED, *OPEN):
            _follow(work, action, carriers.get(action.id))
    _next_task(work)


def taken_up(work: Work, proposal: Proposal) -> Action | None:
    """The action of this text: its own, the one it speaks of once more, or a new one."""
    if not proposal.action or proposal.act:
        return find(work.case, proposal.act) if proposal.act else None
    if proposal.state in (ProposalState.DELIVERED, ProposalState.SUBMITTED):
        return None  # decided by an older release: nothing is left to do
    told = next((each for each in work.case.actions if _same_again(each, proposal.action)), None)
    action = told or amend(work, _new(work, proposal))
    carried = replace(proposal, act=action.id)
    if proposal is work.case.handoff:
        work.change(handoff=carried)
    else:
        work.change(proposal=carried)
    return action


def _same_again(action: Action, kind: str) -> bool:
    """A claim's text and the letter to the buyer speak of one refund."""
    whole = {action.kind, kind} <= PAYS_ALL
    return (whole and action.state in COUNTS) or (action.kind == kind and action.state in OPEN)


def _new(work: Work, proposal: Proposal) -> Action:
    """Proposed; a task of an older release has its yes already, and its row under its own id."""
    task = proposal.state is ProposalState.TEXT_APPROVED
    action = Action(
        proposal.id if task else work.new_id(), proposal.action or "", ActionState.PROPOSED, proposal.version,
        proposal.text, work.case.order, amount_of(work.case, proposal.action or ""),
    )  # fmt: skip
    if proposal.approved_at is None:
        return action
    state = ActionState.BY_HAND if task else ActionState.APPROVED
    return replace(
        action, state=state, told=task, approved_by=proposal.approved_by, approved_at=proposal.approved_at
    )


def _follow(work: Work, action: Action, carrier: Proposal | None) -> None:
    if action.state in OPEN and action.order is None and work.case.order is not None:
        action = amend(work, action, order=work.case.order)
    if carrier is None:
        if not action.told and action.state in (ActionState.WAITING, ActionState.APPROVED):
            amend(work, action, state=ActionState.CANCELLED)
        elif action.state is ActionState.PROPOSED:
            work.change(actions=tuple(each for each in work.case.actions if each.id != action.id))
    elif carrier.state in _TO_DECIDE:
        propose(work, action, carrier)
    elif carrier.state in _TOLD and action.state is ActionState.APPROVED:
        amend(work, action, state=_after_telling(carrier, action), told=True)


def propose(work: Work, action: Action, carrier: Proposal) -> Action:
    """Open to decide. A first yes stands only as long as what it was for: version and amount."""
    if action.state is ActionState.WAITING:
        if stands(work, action):
            return action
        work.note("money.void", action=f"word:action.{action.kind}")
    return amend(
        work, action, state=ActionState.PROPOSED, version=work.case.version, text=carrier.text,
        order=work.case.order, amount=amount_of(work.case, action.kind), told=False,
        approved_by=None, approved_at=None, second_by=None, second_at=None, needs="", why="",
    )  # fmt: skip


def stands(work: Work, action: Action) -> bool:
    """Whether the first yes is still for what is there now."""
    return (action.version, action.amount) == (work.case.version, amount_of(work.case, action.kind))


def _after_telling(carrier: Proposal, action: Action) -> ActionState:
    """The buyer was told, or the marketplace's text approved: somebody has to do it now. Nothing is left to do
    where the letter only spoke of it.
    """
    to_do = carrier.kind is ProposalKind.HANDOFF or carrier.promise == "act" or action.kind in PAYS_BACK
    return ActionState.BY_HAND if to_do else ActionState.CANCELLED


def is_task(action: Action) -> bool:
    """Somebody has to do it, after a second yes perhaps."""
    return action.state is ActionState.BY_HAND or (action.told and action.state is ActionState.WAITING)


def _next_task(work: Work) -> None:
    """One task at a time stands on the card; when it is done, what was promised besides comes up."""
    case, handoff = work.case, work.case.handoff
    claimed = case.situation is Situation.CLAIM  # it is answered first
    busy = claimed if handoff is None else handoff.state is not ProposalState.SUBMITTED
    if busy:
        return
    tasks = (each for each in case.actions if is_task(each))
    if (action := next(tasks, None)) is not None:
        task = Proposal(
            work.new_id(), case.version, ProposalKind.HANDOFF, ProposalState.TEXT_APPROVED, PROMISED, action.text,
            action=action.kind, approved_by=action.approved_by, approved_at=action.approved_at, act=action.id,
        )  # fmt: skip
        work.change(handoff=task)
