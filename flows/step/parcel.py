"""A parcel in trouble: the case opens before the buyer writes, and closes by itself when the trouble is over.

Where an earlier conversation about the order is known, the playbook's first word is a draft for it. Where there is
none nobody can be written to from here (a bot never writes first): then it is a text for the platform's own
messages, and a person's task. The buyer's first word makes it an ordinary case.
"""

from __future__ import annotations

from flows import deadlines, events, parcels
from flows.action import OPEN
from flows.answering import own_target
from flows.case import DeadlineKind, DeadlineState, ProposalState, Situation, Source, Status
from flows.deadlines import FIRST_WORD
from flows.drafting import redraft
from flows.explaining import explain
from flows.known import learn
from flows.order import Order, OrderState, TrackingState
from flows.step.approving import take_back
from flows.step.cause import derive
from flows.work import Work

NOTICED = "parcel_noticed"
_ON_ITS_WAY = (ProposalState.SENDING, ProposalState.UNKNOWN)


def parcel_due(work: Work, event: events.ParcelDue) -> None:
    """A new case, whose facts the same step takes from the order book (`take_order`); an open one only hears."""
    if work.case.revision:
        if not parcels.is_unasked(work.case):
            work.note("parcel_noticed", why=f"word:parcel.{event.what}", order=event.order)
            redraft(work)
            work.show()
        return
    party, order = work.context.party, work.context.order
    language = work.context.language or parcels.language_of(None if order is None else order.country)
    work.change(
        order=event.order,
        platform=event.platform,
        situation=Situation.LATE_OR_STUCK,
        parties=() if party is None else (party,),
        language=language or work.case.language,
    )
    learn(work, parcels.FIRST_WORD, parcels.ON_PLATFORM if party is None else parcels.HERE, Source.DERIVED)
    _start(work)
    work.note("parcel_noticed", why=f"word:parcel.{event.what}", order=event.order)
    if party is None:
        work.note("parcel_nobody")
    redraft(work)
    work.show()


def _start(work: Work) -> None:
    """Our own target for the first word: whoever waits until the buyer asks has given the head start away."""
    rule = own_target(work.policy, work.book.rules.one(FIRST_WORD, work.now))
    found = explain(
        rule, work.now, site=None, hours=work.policy.hours, zone=work.policy.zone, lag_s=0.0, start_event=NOTICED
    )
    ladder = rule.ladder or "first_answer"
    deadlines.begin(work, DeadlineKind.SHOP, FIRST_WORD, work.now, found.due_at, ladder, "due", found)


def settle(work: Work) -> None:
    """The order book has news: where the trouble is over and nobody has anything to do, the case closes."""
    order = work.context.order
    if order is None or not parcels.is_unasked(work.case) or work.case.status is Status.CLOSED:
        return
    if order.number != work.case.order or parcels.in_trouble(order, work.policy, work.now):
        return
    if _is_bound(work):
        work.note("parcel_over_bound", why=f"word:parcel.{_why(order)}")
        work.show()
        return
    take_back(work, "fact_changed")
    work.void()
    running = tuple(d.name for d in work.case.deadlines if d.state is DeadlineState.RUNNING)
    deadlines.end(work, running, DeadlineState.MET, "the parcel is well")
    work.change(proposal=None, handoff=None, to_tell=(), status=Status.CLOSED, closed_why="parcel")
    work.note("parcel_over", why=f"word:parcel.{_why(order)}")
    derive(work)
    work.show()


def _is_bound(work: Work) -> bool:
    """Something was promised, approved, or is on its way: a person sees to its end."""
    case = work.case
    promised = any(d.kind is DeadlineKind.PROMISE for d in case.running())
    done = any(action.untold for action in case.actions)
    is_sending = case.proposal is not None and case.proposal.state in _ON_ITS_WAY
    return (
        promised
        or done
        or is_sending
        or bool(case.unanswered)
        or any(a.state in OPEN and a.told for a in case.actions)
    )


def _why(order: Order) -> str:
    if order.delivered_at is not None or order.tracking is TrackingState.DELIVERED:
        return "delivered"
    if order.state in (OrderState.DELIVERED, OrderState.COMPLETED):
        return "delivered"
    return "moving" if order.tracking in (None, TrackingState.MOVING) and order.returned_at is None else "ended"
