"""Whether a yes is enough for an action: by the order's ledger, by the ceilings, by who gives it.

Asked at the yes, and again when a person says that it is done. What is not enough waits for a second, different
person at the same version and amount.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flows.acting import amend, amount_of, find, propose, stands, taken_up, value_of
from flows.action import CAN_COST, COUNTS, PAYS_BACK, PROMISED, REFUND, Action, ActionState, Entry, entry_of
from flows.case import Proposal
from flows.money import Against, Need, against, may_second, need, roles_of, unsummable, who_may_approve
from flows.orderbook.amounts import written
from flows.promising import replaced
from flows.values import Money, TextRef
from flows.work import Work, person

NO_TEXT = TextRef("", "")


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
    action = taken_up(work, proposal)
    if action is None or action.state in COUNTS:  # the same refund told once more is no second one
        return True
    if action.state is ActionState.WAITING and not stands(work, action):
        action = propose(work, action, proposal)
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
        amend(work, action, state=state, version=work.case.version, **given)
        return True
    given |= {"needs": needed.who, "why": needed.why}
    amend(work, action, state=ActionState.WAITING, version=work.case.version, **given)
    work.note("money.first", by=person(by), action=f"word:action.{action.kind}", **why_words(needed))
    work.tell(by, f"money.waits_{needed.who}", **why_words(needed))
    return False


def in_advance(work: Work, kind: str | None, amount: Money | None, by: str) -> bool:
    """Whether this one yes is enough for an action that may come later. If not, the person is told why."""
    if kind is None:
        return True
    later = Action("", kind, ActionState.PROPOSED, work.case.version, NO_TEXT, work.case.order, amount)
    value, because = value_of(work.case), work.case.fact("both_because") or ""
    found = against(kind, amount, value, ledger_of(work, later), because=because)
    if found is not None:
        _tell_against(work, found, by)
        return False
    needed = _needed(work, kind, amount, by, later)
    if needed.who:
        work.tell(by, "advance.not_alone", action=f"word:action.{kind}", **why_words(needed))
    return not needed.who


def _second(work: Work, action: Action, by: str, state: ActionState) -> bool:
    """Another one than the first, with the role that is needed."""
    needed = _needed(work, action.kind, action.amount, action.approved_by or "", action)
    if by == action.approved_by:
        work.tell(by, "money.not_yourself")
        return False
    if needed.who and not may_second(needed.who, _roles(work, by)):
        work.tell(by, f"money.waits_{needed.who}", **why_words(needed))
        return False
    amend(work, action, state=state, second_by=by, second_at=work.now)
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
    """Everything that counts against the order of this case, in other cases too, except this action itself and the
    promises that it takes the place of.
    """
    apart = {but.id, *(each.id for each in replaced(work.case, but))}
    own = (entry_of(each, work.case.id, work.case.number) for each in work.case.actions if each.id not in apart)
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
        amend(
            work, action, state=ActionState.WAITING, version=work.case.version, amount=amount, second_by=None,
            second_at=None, needs=needed.who, why=needed.why,
        )  # fmt: skip
        work.note(
            "money.first", by=person(action.approved_by), action=f"word:action.{action.kind}", **why_words(needed)
        )
        work.tell(by, f"money.waits_{needed.who}", **why_words(needed))
    return bool(enough)


def happened(work: Work, handoff: Proposal) -> tuple[str, ...]:
    """What doing this was, in the marketplaces' words: their clocks wait for some of it. Part of the money back is
    no full refund, and what a reply promised counts only where the promise was goods or money.
    """
    action = find(work.case, handoff.act)
    if handoff.key == PROMISED and handoff.action not in CAN_COST:
        return ()
    done = work.book.states.done.get(handoff.action or "", ())
    whole = action is None or action.kind != REFUND or _is_whole(work, action)
    return tuple(event for event in done if whole or event != "full_refund")


def _is_whole(work: Work, action: Action) -> bool:
    """Whether the buyer now has all the money back; not when nobody knows what the order cost."""
    value = value_of(work.case)
    if action.amount is None or value is None:
        return action.amount is None
    done = (each for each in ledger_of(work, action) if each.state is ActionState.SUBMITTED)
    before = (each.amount for each in done if each.kind in PAYS_BACK)
    paid = [each for each in (*before, action.amount) if each is not None and each.currency == value.currency]
    return sum(each.minor for each in paid) >= value.minor
