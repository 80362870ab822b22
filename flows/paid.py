"""Money that went back on the marketplace itself, as its notice says.

It stands in the order's ledger like a refund of our own, so that nobody pays it a second time; and what was
still to be paid here is done by it.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from msgspec.structs import replace

from flows import events, marketplace, promising
from flows.acting import amend, value_of
from flows.action import CANCEL, OPEN, PARTIAL_REFUND, PAYS_ALL, PAYS_BACK, REFUND, Action, ActionState
from flows.case import ProposalState
from flows.values import Money, TextRef
from flows.work import Work

# What each of these says was done (sources beside the rules that name them).
PAYING: Mapping[str, str] = MappingProxyType(
    {
        "full_refund": REFUND,
        "refund_issued": REFUND,
        "claim_granted": REFUND,
        "dispute_accepted": REFUND,
        "cancellation_approved": CANCEL,
    }
)
_WHOLE = frozenset({"full_refund", "cancellation_approved"})  # all of it, where no amount is given


def noticed(work: Work, event: events.PlatformNotice) -> None:
    """Enter it, unless it tells of what we have done ourselves and entered already. An amount that nobody knows
    counts as the whole.
    """
    kind = PAYING.get(event.event)
    if kind is None:
        return
    value = value_of(work.case)
    amount = event.amount or (value if event.event in _WHOLE else None)
    if kind == REFUND and _is_part(amount, value):
        kind = PARTIAL_REFUND
    if any(_is_known(action, kind, amount) for action in work.case.actions):
        return
    to_pay = next((a for a in work.case.actions if a.state in OPEN and a.kind in PAYS_BACK), None)
    proof = work.write(_said(work, event)).ref
    action = to_pay or Action(work.new_id(), kind, ActionState.PROPOSED, work.case.version, TextRef("", ""))
    amend(
        work, action, kind=kind, state=ActionState.SUBMITTED, amount=amount, order=work.case.order, proof=proof.id,
        done_by=event.by or None, done_at=min(event.started_at, work.now),
    )  # fmt: skip
    work.note("paid_there", platform=_name(event), text=f"text:{proof.id}")
    if to_pay is not None:
        _end_task(work, to_pay, proof.id)


def _is_part(amount: Money | None, value: Money | None) -> bool:
    if amount is None or value is None or amount.currency != value.currency:
        return False
    return amount.minor < value.minor


def _is_known(action: Action, kind: str, amount: Money | None) -> bool:
    """A person said before that this was done: the notice confirms it. An order has one refund of the whole."""
    if action.state is not ActionState.SUBMITTED or action.kind not in PAYS_BACK:
        return False
    return (action.kind in PAYS_ALL and kind in PAYS_ALL) or (action.kind, action.amount) == (kind, amount)


def _said(work: Work, event: events.PlatformNotice) -> str:
    """The proof: whose word it is, on which matter."""
    words = work.book.words.template(f"event.{event.event}", work.policy.language)
    return " · ".join(filter(None, (_name(event), words, event.reference)))


def _name(event: events.PlatformNotice) -> str:
    return marketplace.NAMES.get(event.platform, event.platform)


def _end_task(work: Work, action: Action, proof: str) -> None:
    """What a person was to pay is paid; who was promised it is to hear of it."""
    handoff = work.case.handoff
    if handoff is not None and handoff.act == action.id and handoff.state is ProposalState.TEXT_APPROVED:
        ended = replace(handoff, state=ProposalState.SUBMITTED, settled_at=work.now, outcome=proof)
        work.change(handoff=ended)
    promising.done(work, action.id, "")
