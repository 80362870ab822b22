"""The actions of a case, kept equal to the texts that carry them; and whether a yes is enough for one.

An action is proposed with its draft. A yes approves both, if the order's ledger and the ceilings allow it: else it
waits for a second person at the same version. Told to the buyer, or approved for the marketplace, it is a person's
task until that person's *Submitted*. What voids the text's approval voids the action's.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from flows.action import COUNTS, OPEN, PAYS_ALL, PAYS_BACK, Action, ActionState, Entry, entry_of
from flows.case import Case, Proposal, ProposalKind, ProposalState, Situation
from flows.drafting import PROMISED
from flows.money import Against, Need, against, may_second, need, roles_of, unsummable, who_may_approve
from flows.orderbook.amounts import NoAmount, read_money, written
from flows.values import Money
from flows.work import Work, person

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
    return value_of(case) if kind in PAYS_ALL or kind == "reship" else None


def _money(fact: str | None) -> Money | None:
    """An amount that cannot be read is not known."""
    try:
        return None if fact is None else read_money(fact, decimal=".")
    except NoAmount:
        return None


def find(case: Case, id: str) -> Action | None:
    return next((action for action in case.actions if action.id == id), None)


def _set(work: Work, action: Action, **fields: Any) -> Action:
    """Change one action of the case, or add it."""
    changed = replace(action, **fields)
    known = find(work.case, action.id) is not None
    others = tuple(changed if each.id == action.id else each for each in work.case.actions)
    work.change(actions=others if known else (*others, changed))
    return changed


# --- whether a yes is enough -----------------------------------------------------------------------------------


def may_approve(work: Work, by: str) -> bool:
    """Whether this person's yes counts at all; who may not is told whom to ask, and nothing else happens."""
    allowed = who_may_approve(work.policy.people, (*work.policy.leads, *work.context.leads))
    if not allowed or by in allowed:
        return True
    work.tell(by, "no_role", who=person(allowed[0]))
    return False


def allows(work: Work, proposal: Proposal, by: str) -> bool:
    """Whether this person's yes lets the proposal's action go on. If not, the person is told, and what is still
    needed stands on the card.
    """
    action = _taken_up(work, proposal)
    if action is None or action.state in COUNTS:  # the same refund told once more is no second one
        return True
    if action.state is ActionState.WAITING and not _stands(work, action):
        action = _propose(work, action, proposal)
    return _decide(work, action, by)


def allows_by_hand(work: Work, action: Action, by: str) -> bool:
    """The second yes for a task that waits for one."""
    return action.state is not ActionState.WAITING or _decide(work, action, by, state=ActionState.BY_HAND)


def _decide(work: Work, action: Action, by: str, state: ActionState = ActionState.APPROVED) -> bool:
    amount = action.amount if action.approved_by else amount_of(work.case, action.kind)
    found = against(
        action.kind,
        amount,
        value_of(work.case),
        ledger_of(work, action),
        because=work.case.fact("both_because") or "",
    )
    if found is not None:
        _tell_against(work, found, by)
        return False
    if action.state is ActionState.WAITING:
        return _second(work, action, by, state)
    needed = _needed(work, action.kind, amount, by, action)
    given = {"approved_by": by, "approved_at": work.now, "amount": amount, "order": work.case.order}
    if not needed.who:
        _set(work, action, state=state, version=work.case.version, **given)
        return True
    _set(work, action, state=ActionState.WAITING, version=work.case.version, **given)
    work.note("money.first", by=person(by), action=f"word:action.{action.kind}", **why_words(needed))
    work.tell(by, f"money.waits_{needed.who}", **why_words(needed))
    return False


def _second(work: Work, action: Action, by: str, state: ActionState) -> bool:
    """Another one than the first, with the role that is needed."""
    needed = _needed(work, action.kind, action.amount, action.approved_by or "", action)
    if by == action.approved_by:
        work.tell(by, "money.not_yourself")
        return False
    if needed.who and not may_second(needed.who, _roles(work, by)):
        work.tell(by, f"money.waits_{needed.who}", **why_words(needed))
        return False
    _set(work, action, state=state, second_by=by, second_at=work.now)
    work.note("money.second", by=person(by), action=f"word:action.{action.kind}")
    return True


def _roles(work: Work, by: str) -> frozenset[str]:
    return roles_of(by, work.policy.people, (*work.policy.leads, *work.context.leads))


def _needed(work: Work, kind: str, amount: Money | None, by: str, action: Action) -> Need:
    """By the ceilings; and a lead's, where nobody can tell whether a second refund stays within the order."""
    found = need(work.policy.money, _roles(work, by), kind, amount, spent_today(work, by, action))
    leads = (*work.policy.leads, *work.context.leads)
    asks_a_lead = not found.who and leads and "lead" not in _roles(work, by)
    if asks_a_lead and unsummable(kind, amount, value_of(work.case), ledger_of(work, action)):
        return Need("lead", "unsummable")
    return found


def ledger_of(work: Work, but: Action) -> tuple[Entry, ...]:
    """Everything that counts against the order of this case, in other cases too, except this action itself."""
    own = (entry_of(each, work.case.id, work.case.number) for each in work.case.actions if each.id != but.id)
    return (*work.context.ledger, *(each for each in own if each is not None))


def spent_today(work: Work, by: str, but: Action) -> Iterator[Money | None]:
    """The amounts that this person approved since midnight, in the shop's zone."""
    day = _day(work, work.now)
    yield from (entry.amount for entry in work.context.approved if _day(work, entry.at) == day)
    for each in work.case.actions:
        mine = each.id != but.id and each.approved_by == by and each.state in COUNTS
        if mine and each.approved_at is not None and _day(work, each.approved_at) == day:
            yield each.amount


def _day(work: Work, at: datetime) -> date:
    return at.astimezone(ZoneInfo(work.policy.zone)).date()


def why_words(needed: Need) -> dict[str, str]:
    return {
        "why": f"word:money.why.{needed.why}",
        "limit": written(needed.limit) if needed.limit is not None else "word:money.no_limit",
    }


def _tell_against(work: Work, found: Against, by: str) -> None:
    """Who paid what, when and for which case: so that nobody has to search before believing it."""
    params: dict[str, Any] = {"left": written(found.left) if found.left else "word:money.no_limit"}
    key = f"money.{found.why}"
    if found.entry is None:
        key = "money.over_value"
    else:
        entry = found.entry
        params |= {
            "by": person(entry.by), "at": entry.at, "case": f"A-{entry.number:04d}",
            "action": f"word:action.{entry.kind}", "state": f"word:money.state.{entry.state}",
            "amount": written(entry.amount) if entry.amount else "word:money.unknown",
        }  # fmt: skip
    work.note(key, **params)
    work.tell(by, key, **params)


# --- done by hand ----------------------------------------------------------------------------------------------


def may_submit(work: Work, handoff: Proposal, by: str) -> bool:
    """The guard once more, before what a person did counts as done: what others did on the order meanwhile, and
    the ceilings as they now stand.
    """
    action = find(work.case, handoff.act)
    if action is None or action.state is ActionState.SUBMITTED:
        return True
    if action.state is ActionState.WAITING:
        work.tell(by, "money.waits_second_first")
        return False
    amount = action.amount or amount_of(work.case, action.kind)
    done = (ActionState.SUBMITTED,)
    found = against(
        action.kind, amount, value_of(work.case), ledger_of(work, action),
        because=work.case.fact("both_because") or "", states=done,
    )  # fmt: skip
    if found is not None:
        _tell_against(work, found, by)
        return False
    needed = _needed(work, action.kind, amount, action.approved_by or "", action)
    enough = not needed.who or (action.second_by and may_second(needed.who, _roles(work, action.second_by)))
    if not enough:
        _set(work, action, state=ActionState.WAITING, version=work.case.version, amount=amount, second_by=None)
        work.note(
            "money.first", by=person(action.approved_by), action=f"word:action.{action.kind}", **why_words(needed)
        )
        work.tell(by, f"money.waits_{needed.who}", **why_words(needed))
    return bool(enough)


def done(work: Work, handoff: Proposal, by: str, proof: str) -> None:
    """A person did it; an amount set for this refund is none for the next one."""
    action = find(work.case, handoff.act)
    if action is None or action.state is ActionState.SUBMITTED:
        return
    _set(
        work, action, state=ActionState.SUBMITTED, done_by=by, done_at=work.now, proof=proof,
        amount=action.amount or amount_of(work.case, action.kind),
    )  # fmt: skip
    work.change(facts=tuple(fact for fact in work.case.facts if fact.name != "refund_amount"))


def refuse(work: Work, proposal: Proposal, by: str) -> None:
    """A person declined the step."""
    action = find(work.case, proposal.act)
    if action is not None and action.state in UNDECIDED:
        _set(work, action, state=ActionState.REFUSED, done_by=by, done_at=work.now)


# --- kept equal to their texts -----------------------------------------------------------------------------------


def sync(work: Work) -> None:
    """Bring the actions up to what became of their texts. Does nothing the second time."""
    for proposal in (work.case.proposal, work.case.handoff):
        if proposal is not None:
            _taken_up(work, proposal)
    both = (work.case.proposal, work.case.handoff)
    carriers = {each.act: each for each in both if each is not None and each.act}
    for action in work.case.actions:
        if action.state in (*UNDECIDED, *OPEN):
            _follow(work, action, carriers.get(action.id))
    _next_task(work)


def _taken_up(work: Work, proposal: Proposal) -> Action | None:
    """The action of this text: its own, the one it speaks of once more, or a new one."""
    if not proposal.action or proposal.act:
        return find(work.case, proposal.act) if proposal.act else None
    if proposal.state in (ProposalState.DELIVERED, ProposalState.SUBMITTED):
        return None  # decided by an older release: nothing is left to do
    told = next((each for each in work.case.actions if _same_again(each, proposal.action)), None)
    action = told or _set(work, _new(work, proposal))
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
        action = _set(work, action, order=work.case.order)
    if carrier is None:
        if not action.told and action.state in (ActionState.WAITING, ActionState.APPROVED):
            _set(work, action, state=ActionState.CANCELLED)
        elif action.state is ActionState.PROPOSED:
            work.change(actions=tuple(each for each in work.case.actions if each.id != action.id))
    elif carrier.state in _TO_DECIDE:
        _propose(work, action, carrier)
    elif carrier.state in _TOLD and action.state is ActionState.APPROVED:
        _set(work, action, state=_after_telling(carrier, action), told=True)


def _propose(work: Work, action: Action, carrier: Proposal) -> Action:
    """Open to decide. A first yes stands only as long as what it was for: version and amount."""
    if action.state is ActionState.WAITING:
        if _stands(work, action):
            return action
        work.note("money.void", action=f"word:action.{action.kind}")
    return _set(
        work, action, state=ActionState.PROPOSED, version=work.case.version, text=carrier.text,
        order=work.case.order, amount=amount_of(work.case, action.kind), told=False,
        approved_by=None, approved_at=None, second_by=None, second_at=None,
    )  # fmt: skip


def _stands(work: Work, action: Action) -> bool:
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
