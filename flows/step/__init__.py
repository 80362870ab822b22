"""Every transition of a case, in one place.

The story. A buyer writes: the case opens or goes on, its clock starts with the oldest unanswered message, the
recogniser reads, a draft is offered. Whatever changes what the draft answers voids every approval given so far
(`Work.void` raises the version), also while an approved reply is still held. A named person approves a version:
the text is held for the undo window, released, sent; only the platform's receipt answers the buyer and stops
the clock. What Amends cannot do itself is approved as a text, and only a person's *Submitted* stops its clock.
Clocks sound rung by rung; a rung that was overtaken says so instead of sounding. One that nobody acknowledges goes
on to the next person and by the second path (`flows.noticing`).

`step` is total: late, repeated and reordered events are ordinary rows below.
"""

from __future__ import annotations

from datetime import datetime
from typing import assert_never

from flows import acting, asking, deadlines, events, following, outcomes, settling, standing
from flows.book import Book
from flows.case import Case, DeadlineKind, DeadlineState, ProposalState, Status
from flows.context import Context
from flows.drafting import keep_current
from flows.effects import Decision
from flows.policy import Policy
from flows.step import (
    advance,
    approving,
    buyer,
    clock,
    joining,
    notice,
    outcome,
    papers,
    parcel,
    recounted,
    situation,
    staff,
)
from flows.step import cause as cause_of
from flows.step.order import take_order
from flows.values import Cause, derived_id
from flows.work import Work, person


def new_case(now: datetime, shop: str, context: Context, cause: Cause, policy: Policy) -> Case:
    """An empty case, not yet stored; its id derives from the event that opens it."""
    return Case(
        id=derived_id(cause.id, "case"),
        shop=shop,
        number=context.number,
        opened_at=now,
        language=policy.buyer_language,
        why_joined=context.why_joined,
    )


def step(
    now: datetime, book: Book, policy: Policy, context: Context, case: Case, cause: Cause, event: events.CaseEvent
) -> Decision:
    """Advance one case by one event; the same arguments give the same Decision.

    `now` is the business clock, aware UTC, read once by the caller. `cause` names the event; ids and digests
    derive from it.
    """
    work = Work(now, book, policy, context, cause, case)
    _advance(work, event)
    take_order(work)
    papers.settle(work)
    asking.settle(work)
    parcel.settle(work)
    situation.fit(work)
    keep_current(work)
    outcomes.sync(work)
    acting.sync(work)
    _settle_status(work)
    settling.sync(work)
    standing.sync(work)
    work.change(revision=case.revision + 1)
    return work.decision()


def _advance(work: Work, event: events.CaseEvent) -> None:
    match event:
        case events.BuyerWrote():
            buyer.buyer_wrote(work, event)
        case events.BuyerEdited():
            buyer.buyer_edited(work, event)
        case events.BuyerPressed():
            buyer.buyer_pressed(work, event)
        case events.BuyerReachable():
            buyer.buyer_reachable(work, event)
        case events.Unsupported():
            buyer.unsupported(work, event)
        case events.Recognised():
            buyer.recognised(work, event)
        case events.CaseSplit():
            joining.case_split(work, event)
        case events.Vouched():
            joining.vouched(work, event)
        case events.ConversationMoved():
            joining.conversation_moved(work, event)
        case events.OrderChanged():
            pass  # what changed is in the context: see `take_order`
        case events.PapersChanged():
            work.show()  # see `papers.settle`; the card says what is on file
        case events.CaseOpened():
            staff.case_opened(work, event)
        case events.ParcelDue():
            parcel.parcel_due(work, event)
        case events.PlatformNotice():
            notice.platform_notice(work, event)
        case events.SituationChosen():
            staff.situation_chosen(work, event)
        case events.CauseChosen():
            cause_of.cause_chosen(work, event)
        case events.BatchSuspected():
            cause_of.batch_suspected(work, event)
        case events.FactsSet():
            staff.facts_set(work, event)
        case events.Claimed():
            work.change(editing=event.by, editing_since=work.now)
            work.show()
        case events.Released():
            staff.released(work, event)
        case events.Assigned():
            work.change(owner=event.owner)
            work.note("assigned", by=person(event.by), owner=person(event.owner))
            work.show()
        case events.Approved():
            approving.approved(work, event.by, event.version, event.outcomes)
        case events.FallbackApproved():
            advance.fallback_approved(work, event)
        case events.AdvanceWithdrawn():
            advance.withdrawn(work, event)
        case events.DraftEdited():
            approving.draft_edited(work, event)
        case events.Declined():
            approving.declined(work, event)
        case events.Undone():
            approving.undone(work, event)
        case events.NoReplyNeeded():
            staff.no_reply_needed(work, event)
        case events.Submitted():
            approving.submitted(work, event)
        case events.Acknowledged():
            staff.acknowledged(work, event)
        case events.NoteAdded():
            work.note("note", by=person(event.by), text=f"text:{work.write(event.text).ref.id}")
        case events.AlarmDue():
            clock.alarm_due(work, event)
        case events.ReplyDelivered():
            outcome.reply_delivered(work, event)
        case events.ReplyRefused():
            outcome.reply_refused(work, event)
        case events.ReplyUnknown():
            outcome.reply_unknown(work, event)
        case events.Settled():
            approving.settled(work, event)
        case events.AlarmPosted():
            clock.alarm_posted(work, event)
        case events.AlarmFailed():
            clock.alarm_failed(work, event)
        case events.RulesChanged():
            recounted.rules_changed(work, event)
        case events.AlarmDelayed():
            clock.alarm_delayed(work, event)
        case events.PageDelivered():
            clock.page_delivered(work, event)
        case events.PageFailed():
            clock.page_failed(work, event)
        case _:
            assert_never(event)


def _settle_status(work: Work) -> None:
    """Open while a person has something to do; else waiting, and after a long quiet closed."""
    case = work.case
    proposal_waits = case.proposal is not None and case.proposal.state is not ProposalState.DELIVERED
    text_waits = case.handoff is not None and case.handoff.state is ProposalState.TEXT_APPROVED
    clock_runs = any(d.kind is DeadlineKind.PLATFORM for d in case.running())
    if proposal_waits or text_waits or clock_runs or case.owes():
        work.change(status=Status.OPEN)
        deadlines.end(work, (deadlines.QUIET,), DeadlineState.STOPPED, "there is something to do")
    elif case.status is Status.OPEN:
        work.change(status=Status.WAITING)
        deadlines.remind(work, deadlines.QUIET, _quiet_since(work) + work.policy.quiet_after)


def _quiet_since(work: Work) -> datetime:
    """No case is closed before its "is it solved?" was asked, and had its time."""
    return following.asks_at(work.case) or work.now


__all__ = ["new_case", "step"]
