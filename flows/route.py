"""Which case an event belongs to, and why. Pure; the candidates are what the store found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flows import parcels
from flows.action import COUNTS, PAYS_ALL, RESHIP
from flows.case import Case, Status
from flows.deadlines import FIRST_WORD
from flows.events import BuyerEvent, BuyerWrote, CaseOpened, ParcelDue, PlatformNotice, Unsupported
from flows.order import Order
from flows.policy import Policy


@dataclass(frozen=True, slots=True)
class Routed:
    """The case to advance, or None for a new one (or, when `drop`, for nothing at all)."""

    case: Case | None
    why: str
    drop: bool = False


def route_buyer(
    now: datetime, policy: Policy, event: BuyerEvent, order: str | None, candidates: Sequence[Case]
) -> Routed:
    """Find the case of something a buyer did. `candidates`: the cases of this conversation, newest first.

    `order` is the order number written in the message, if any: naming another order starts another matter.
    """
    alive = [case for case in candidates if _alive(now, policy, case)]
    if not isinstance(event, BuyerWrote):
        if alive:
            return Routed(alive[0], "same conversation")
        return Routed(None, "first contact", drop=not isinstance(event, Unsupported) or event.buyer is None)
    if order is not None:
        same = next((case for case in alive if case.order == order), None)
        if same is not None:
            return Routed(same, f"same conversation, same order {order}")
        unnamed = next((case for case in alive if case.order is None), None)
        return Routed(unnamed, "same conversation") if unnamed else Routed(None, f"another order, {order}")
    return Routed(alive[0], "same conversation") if alive else Routed(None, "first contact")


def route_opened(event: CaseOpened | PlatformNotice, candidates: Sequence[Case], *, begins: bool = True) -> Routed:
    """Find the case of what was read on a marketplace. `candidates`: open cases of that order, newest first.

    Something that begins nothing (`begins` False: a refund, a decision) and that no person entered opens no case.
    """
    if event.order and candidates:
        return Routed(candidates[0], f"same order {event.order}")
    return Routed(None, f"opened by {event.by or event.platform}", drop=not begins and not event.by)


def _alive(now: datetime, policy: Policy, case: Case) -> bool:
    if case.status is not Status.CLOSED:
        return True
    closed_at = max((d.ended_at for d in case.deadlines if d.ended_at is not None), default=case.opened_at)
    return now - closed_at <= policy.reopen_within


def route_parcel(
    now: datetime, policy: Policy, event: ParcelDue, order: Order | None, of_order: Sequence[Case]
) -> Routed:
    """The open case that hears of this parcel, else a new one. `order` is as the book has it now, `of_order` are
    all cases of it. None when the trouble is over, or this one was noticed or settled before.
    """
    nothing = Routed(None, "", drop=True)
    since = None if order is None else parcels.looks(order, policy).get(event.what)
    if since is None or since > now:
        return nothing
    if (known := next((case for case in of_order if case.status is not Status.CLOSED), None)) is not None:
        return Routed(known, f"same order {event.order}")
    clocks = (deadline for case in of_order for deadline in case.deadlines if deadline.name == FIRST_WORD)
    if any(clock.started_at >= since for clock in clocks):
        return nothing
    done = (action for case in of_order for action in case.actions if action.state in COUNTS)
    if any(action.kind in (*PAYS_ALL, RESHIP) for action in done):
        return nothing
    return Routed(None, f"the parcel is {event.what}")
