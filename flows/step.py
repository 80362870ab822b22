"""Every transition of a case, in one place.

The story. A buyer writes: the case opens or goes on, its clock starts with the oldest unanswered message, the
recogniser reads, a draft is offered. Whatever changes what the draft answers voids every approval given so far
(`Work.void` raises the version), also while an approved reply is still held. A named person approves a version:
the text is held for the undo window, released, sent; only the platform's receipt answers the buyer and stops
the clock. What Amends cannot do itself is approved as a text, and only a person's *Submitted* stops its clock.
Clocks sound rung by rung; a rung that was overtaken says so instead of sounding.

`step` is total: late, repeated and reordered events are ordinary rows below.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import assert_never

from flows import deadlines, events
from flows.book import Book
from flows.case import (
    Alarm,
    AlarmState,
    Case,
    Deadline,
    DeadlineKind,
    DeadlineState,
    Proposal,
    ProposalKind,
    ProposalState,
    Situation,
    Source,
    Status,
)
from flows.context import Context
from flows.drafting import PROMISED, WRITTEN, facts_digest, keep_current, learn, params_of, redraft
from flows.effects import (
    CancelReply,
    Decision,
    RecogniseMessage,
    RefreshAlarm,
    ReleaseReply,
    SendAutomatic,
    SendReply,
    SoundAlarm,
)
from flows.policy import Policy
from flows.values import Cause, derived_id
from flows.work import Work

FIRST_CARD_PATIENCE_S = 0.5  # the first card waits so long for the recogniser (design.md, section 3)
_NO_RECEIPT_FOR = ("thanks",)
_UNDER_WAY = (ProposalState.HELD, ProposalState.SENDING, ProposalState.UNKNOWN)
_DECIDED = (*_UNDER_WAY, ProposalState.DELIVERED)
_CAN_TAKE_BACK = ("held", "pending")
_HEARD = (AlarmState.SOUNDED, AlarmState.DELIVERED, AlarmState.FAILED)


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
    now: datetime, book: Book, policy: Policy, context: Context, case: Case, cause: Cause, event: events.Event
) -> Decision:
    """Advance one case by one event; the same arguments give the same Decision.

    `now` is the business clock, aware UTC, read once by the caller. `cause` names the event; ids and digests
    derive from it.
    """
    work = Work(now, book, policy, context, cause, case)
    _advance(work, event)
    keep_current(work)
    _settle_status(work)
    work.change(revision=case.revision + 1)
    return work.decision()


def _advance(work: Work, event: events.Event) -> None:
    match event:
        case events.BuyerWrote():
            _buyer_wrote(work, event)
        case events.BuyerEdited():
            _buyer_edited(work, event)
        case events.BuyerPressed():
            work.note("buyer_pressed", data=event.data)
        case events.BuyerReachable():
            _buyer_reachable(work, event)
        case events.Unsupported():
            _unsupported(work, event)
        case events.Recognised():
            _recognised(work, event)
        case events.CaseOpened():
            _case_opened(work, event)
        case events.SituationChosen():
            _situation_chosen(work, event)
        case events.FactsSet():
            _facts_set(work, event)
        case events.Claimed():
            work.change(editing=event.by, editing_since=work.now)
            work.show()
        case events.Released():
            _released(work, event)
        case events.Assigned():
            work.change(owner=event.owner)
            work.note("assigned", by=_person(event.by), owner=_person(event.owner))
            work.show()
        case events.Approved():
            _approved(work, event.by, event.version)
        case events.DraftEdited():
            _draft_edited(work, event)
        case events.Declined():
            _declined(work, event)
        case events.Undone():
            _undone(work, event)
        case events.NoReplyNeeded():
            _no_reply_needed(work, event)
        case events.Submitted():
            _submitted(work, event)
        case events.Acknowledged():
            _acknowledged(work, event)
        case events.NoteAdded():
            work.note("note", by=_person(event.by), text=f"text:{work.write(event.text).ref.id}")
        case events.AlarmDue():
            _alarm_due(work, event)
        case events.ReplyDelivered():
            _reply_delivered(work, event)
        case events.ReplyRefused():
            _reply_refused(work, event)
        case events.ReplyUnknown():
            _reply_unknown(work, event)
        case events.Settled():
            _settled(work, event)
        case events.AlarmPosted():
            _alarm_posted(work, event)
        case events.AlarmFailed():
            _alarm_failed(work, event)
        case _:
            assert_never(event)


# --- the buyer ---------------------------------------------------------------------------------------------


def _buyer_wrote(work: Work, event: events.BuyerWrote) -> None:
    message = work.context.message or derived_id(work.cause.id, "message")
    _join(work, event.buyer)
    _take_back(work, "buyer_wrote_again")
    work.void()
    oldest = min(work.case.waiting_since or event.sent_at, event.sent_at)
    work.change(
        unanswered=(*work.case.unanswered, message),
        unrecognised=(*work.case.unrecognised, message),
        last_message=message,
        waiting_since=oldest,
        unreachable=False,
    )
    if any(media.kind == "photo" for media in event.media):
        learn(work, "photos", "some", Source.BUYER)
    _start_answer_clock(work, event.sent_at)
    deadlines.end(work, (deadlines.QUIET,), DeadlineState.STOPPED, "the buyer wrote")
    work.note("buyer_wrote", text=f"message:{message}", sent=event.sent_at)
    work.do(RecogniseMessage(work.new_id(), message))
    work.show(FIRST_CARD_PATIENCE_S)


def _start_answer_clock(work: Work, since: datetime) -> None:
    """One clock for the oldest unanswered message; it runs on when more come."""
    deadlines.start_rule(work, deadlines.FIRST_ANSWER, "first_answer", DeadlineKind.SHOP, since, "buyer_wrote")


def _join(work: Work, buyer: events.Buyer) -> None:
    """Make the event's conversation one of the case's, and let the buyer's own language stand until read."""
    party = work.context.party
    if party is None or party in work.case.parties:
        return
    first = not work.case.parties
    work.change(parties=(*work.case.parties, party))
    if first and buyer.language:
        tag = buyer.language.split("-")[0].lower()
        if tag in work.book.replies.languages:
            work.change(language=tag)


def _buyer_edited(work: Work, event: events.BuyerEdited) -> None:
    message = work.context.message
    _join(work, event.buyer)
    if message is None:  # an edit of something we never saw: take it as said now
        _buyer_wrote(
            work,
            events.BuyerWrote(
                event.channel, event.buyer, event.external_id, event.text, event.sent_at, event.media
            ),
        )
        return
    work.note("buyer_edited", text=f"message:{message}", edited=event.edited_at)
    if message in work.case.unanswered:
        _take_back(work, "buyer_edited")
        work.void()
        work.do(RecogniseMessage(work.new_id(), message))
    work.show()


def _buyer_reachable(work: Work, event: events.BuyerReachable) -> None:
    work.change(unreachable=not event.reachable)
    if not event.reachable:
        _take_back(work, "buyer_blocked")
        work.void()
    work.note("buyer_back" if event.reachable else "buyer_blocked")
    work.show()


def _unsupported(work: Work, event: events.Unsupported) -> None:
    if event.buyer is not None:
        _join(work, event.buyer)
    work.note("unsupported", what=event.what)
    work.show()


def _recognised(work: Work, event: events.Recognised) -> None:
    """A later reading may fill in what nobody decided; a person's choice always wins."""
    before = _as_read(work.case)
    work.change(unrecognised=tuple(m for m in work.case.unrecognised if m != event.message))
    if event.order and work.case.order is None:
        work.change(order=event.order)
    if event.platform and work.case.platform is None:
        work.change(platform=event.platform)
    if event.language in work.book.replies.languages:
        work.change(language=event.language)
    work.change(guesses=event.guesses)
    _take_reading(work, event)
    if _as_read(work.case) != before:
        _take_back(work, "read_anew")
        work.void()
    _receipt(work, event)
    redraft(work)
    work.show()


def _as_read(case: Case) -> tuple[str | None, ...]:
    """What a reading may change and an approval must not outlive."""
    return case.situation, case.order, case.platform, case.language


def _take_reading(work: Work, event: events.Recognised) -> None:
    """An open question is settled by the reading; a claim is one whatever the case was about before."""
    known = work.case.situation
    if work.case.situation_by is Source.STAFF or event.situation in (Situation.UNSURE, known):
        return
    if known is Situation.UNSURE or event.situation is Situation.CLAIM:
        started_at = work.context.sent_at or work.now
        _become(work, event.situation, Source.BUYER, started_at, "buyer_says")
        work.note("recognised", situation=f"word:situation.{event.situation}")


def _become(work: Work, situation: Situation, by: Source, started_at: datetime, start_event: str) -> None:
    """Change what the case is about, and the clocks with it."""
    leaving_claim = work.case.situation is Situation.CLAIM and situation is not Situation.CLAIM
    work.change(situation=situation, situation_by=by)
    if leaving_claim:
        names = tuple(rule for rule, _, _ in deadlines.CLAIM_RULES)
        deadlines.end(work, names, DeadlineState.STOPPED, "not a claim after all")
    if situation is Situation.CLAIM:
        handoff = work.case.handoff
        if handoff is not None and (handoff.state is ProposalState.SUBMITTED or handoff.key == PROMISED):
            work.change(handoff=None)  # a claim is answered anew; a promise made before keeps its own clock
        deadlines.start_claim(work, started_at, start_event)


def _receipt(work: Work, event: events.Recognised) -> None:
    """The one text that may go out by itself: we have it, a person answers by then. Once a burst."""
    if not work.policy.receipts or not work.case.parties or work.case.unreachable:
        return
    if event.message not in work.case.unanswered or event.label in _NO_RECEIPT_FOR:
        return
    last = work.case.receipt_at
    if last is not None and work.now - last < work.policy.receipt_gap:
        return
    key = "receipt.order" if work.case.order else "receipt"
    text = work.write(work.book.replies.render(key, work.case.language, params_of(work), work.policy.zone))
    party = work.case.parties[-1]
    work.do(SendAutomatic(work.new_id(), "receipt", party.conversation, text.ref))
    work.change(receipt_at=work.now)
    work.note("receipt_queued", text=f"text:{text.ref.id}")


# --- staff -------------------------------------------------------------------------------------------------


def _case_opened(work: Work, event: events.CaseOpened) -> None:
    _take_back(work, "claim_opened")
    work.void()
    if event.order:
        work.change(order=event.order)
    work.change(platform=event.platform, owner=work.case.owner or event.by)
    if event.situation is Situation.CLAIM:
        _count_from_the_notice(work, event.started_at)
    _become(work, event.situation, Source.STAFF, event.started_at, "notice_read")
    work.note("opened_by", by=_person(event.by), situation=f"word:situation.{event.situation}")
    if event.note:
        work.note("note", by=_person(event.by), text=f"text:{work.write(event.note).ref.id}")
    redraft(work)
    work.show()


def _count_from_the_notice(work: Work, started_at: datetime) -> None:
    """The marketplace's own instant beats one reckoned from the buyer's words: other clocks give way."""
    names = tuple(rule for rule, _, _ in deadlines.CLAIM_RULES)
    other = tuple(d.name for d in work.case.deadlines if d.name in names and d.started_at != started_at)
    deadlines.end(work, other, DeadlineState.STOPPED, "the notice says when it began")


def _situation_chosen(work: Work, event: events.SituationChosen) -> None:
    _take_back(work, "situation_changed")
    work.void()
    started_at = work.case.waiting_since or work.case.opened_at  # the earlier reading is the safe one
    _become(work, event.situation, Source.STAFF, started_at, "chosen_by_staff")
    work.note("situation_chosen", by=_person(event.by), situation=f"word:situation.{event.situation}")
    redraft(work)
    work.show()


def _facts_set(work: Work, event: events.FactsSet) -> None:
    _take_back(work, "fact_changed")
    work.void()
    for name, value in event.facts:
        learn(work, name, value, Source.STAFF)
        word = f"word:fact.{name}.{value}" if value else "word:fact.unknown"
        work.note("fact_set", by=_person(event.by), fact=f"word:fact.{name}", value=word)
    redraft(work)
    work.show()


def _released(work: Work, event: events.Released) -> None:
    if work.case.editing == event.by:
        work.change(editing=None, editing_since=None)
        work.show()


def _approved(work: Work, by: str, version: int) -> None:
    proposal = work.case.proposal
    if not _may_decide(work, by, version):
        return
    if proposal is None or proposal.state is ProposalState.DELIVERED:
        work.tell(by, "nothing_to_approve")
    elif _went_stale(work, proposal):
        work.tell(by, "changed_meanwhile")
    elif work.context.blocked:
        work.tell(by, "guard_blocks", rules=", ".join(work.context.blocked))
    elif proposal.kind is ProposalKind.HANDOFF:
        _approve_text(work, proposal, by)
    elif work.case.unreachable:
        work.tell(by, "buyer_unreachable")
    else:
        _hold(work, proposal, by)
    work.show()


def _went_stale(work: Work, proposal: Proposal) -> bool:
    """Time alone may have passed a date in the text or changed the advice: then the fresh draft stands instead."""
    version = work.case.version
    if proposal.state is ProposalState.OFFERED:
        redraft(work)
    return work.case.version != version


def _may_decide(work: Work, by: str, version: int) -> bool:
    """One winner: whoever comes with a decided or an older version is told who decided, or what changed."""
    proposal, handoff = work.case.proposal, work.case.handoff
    decided = proposal if proposal is not None and proposal.state in _DECIDED else None
    if decided is None and handoff is not None and handoff.version == version and handoff.key != PROMISED:
        decided = handoff
    if decided is not None and decided.version == version and decided.approved_at is not None:
        work.tell(by, "already_approved", by=_person(decided.approved_by), at=decided.approved_at)
    elif version != work.case.version:
        work.tell(by, "changed_meanwhile")
    elif decided is not None and decided.state is not ProposalState.DELIVERED:
        work.tell(by, "already_under_way")
    else:
        return True
    work.show()
    return False


def _decided(work: Work, by: str) -> None:
    work.change(
        owner=work.case.owner or by,
        editing=None,
        editing_since=None,
        last_decided_by=by,
        last_decided_at=work.now,
    )


def _hold(work: Work, proposal: Proposal, by: str) -> None:
    """Approved: queued in this very transaction, held for the undo window unless time is short."""
    undo = work.policy.undo
    nearest = min((d.due_at for d in work.case.running()), default=None)
    short = nearest is not None and nearest - work.now < work.policy.short_time
    until = work.now if short else work.now + undo
    effect = _queue(work, proposal)
    held = replace(
        proposal,
        state=ProposalState.HELD,
        version=work.case.version,
        approved_by=by,
        approved_at=work.now,
        facts_digest=facts_digest(work),
        effect=effect,
        hold_until=until,
    )
    work.change(proposal=held)
    _decided(work, by)
    work.note("approved", by=_person(by), text=f"text:{proposal.text.id}")
    if until > work.now:
        deadlines.remind(work, deadlines.UNDO, until)
        return
    if short and undo:
        work.note("no_undo_time_is_short")
    _release(work, held)


def _queue(work: Work, proposal: Proposal) -> str:
    """Put the exact text into the outbox, bound to this version; answers the effect's id."""
    if proposal.conversation is None:
        raise ValueError(f"proposal {proposal.id} is a reply without a conversation")
    effect = work.new_id()
    work.do(SendReply(effect, proposal.conversation, proposal.text, work.case.version))
    return effect


def _release(work: Work, proposal: Proposal) -> None:
    if proposal.effect is not None:
        work.do(ReleaseReply(proposal.effect))
    work.change(proposal=replace(proposal, state=ProposalState.SENDING))


def _approve_text(work: Work, proposal: Proposal, by: str) -> None:
    """Nothing is sent: the text is now what a person is to submit by hand."""
    approved = replace(
        proposal,
        state=ProposalState.TEXT_APPROVED,
        version=work.case.version,
        approved_by=by,
        approved_at=work.now,
        facts_digest=facts_digest(work),
    )
    work.change(handoff=approved, proposal=None)
    work.void()
    _decided(work, by)
    work.note("text_approved", by=_person(by), text=f"text:{proposal.text.id}")
    redraft(work)


def _draft_edited(work: Work, event: events.DraftEdited) -> None:
    """The typed text is never lost: the one that comes too late stands in the thread."""
    text = work.write(event.text)
    current = work.case.proposal
    if not _may_decide(work, event.by, event.version):
        work.note("edit_too_late", by=_person(event.by), text=f"text:{text.ref.id}")
        return
    work.void()
    edited = _with_text(work, current)
    if edited is None:
        work.note("edit_too_late", by=_person(event.by), text=f"text:{text.ref.id}")
        work.tell(event.by, "nobody_to_write_to")
        work.show()
        return
    edited = replace(
        edited,
        text=text.ref,
        gloss=None,
        stamp="",
        edited_by=event.by,
        version=work.case.version,
        state=ProposalState.OFFERED,
    )
    work.change(proposal=edited, editing=None, editing_since=None, owner=work.case.owner or event.by)
    work.note("edited", by=_person(event.by), text=f"text:{text.ref.id}")
    keep_current(work)
    if event.send:
        _approved(work, event.by, work.case.version)
    work.show()


def _with_text(work: Work, current: Proposal | None) -> Proposal | None:
    """The proposal an edit applies to; after a decline or an answer, a new one for the buyer."""
    if current is not None and current.state not in (ProposalState.DELIVERED, ProposalState.UNKNOWN):
        return replace(current, approved_by=None, approved_at=None, effect=None, hold_until=None, outcome=None)
    if not work.case.parties:
        return None
    party = work.case.parties[-1]
    blank = work.write("").ref
    return Proposal(
        work.new_id(), work.case.version, ProposalKind.REPLY, ProposalState.OFFERED, WRITTEN, blank,
        conversation=party.conversation,
    )  # fmt: skip


def _declined(work: Work, event: events.Declined) -> None:
    if not _may_decide(work, event.by, event.version):
        return
    if work.case.proposal is None or work.case.proposal.state is ProposalState.DELIVERED:
        work.tell(event.by, "nothing_to_approve")
        work.show()
        return
    work.void()
    work.change(proposal=None)
    _decided(work, event.by)
    reason, _, more = event.reason.partition(": ")
    kept = f"text:{work.write(more).ref.id}" if more else ""
    work.note("declined", by=_person(event.by), reason=f"word:decline.{reason}", more=kept)
    work.show()


def _undone(work: Work, event: events.Undone) -> None:
    proposal, handoff = work.case.proposal, work.case.handoff
    if proposal is not None and proposal.state in (ProposalState.HELD, ProposalState.SENDING):
        if work.context.effect not in _CAN_TAKE_BACK:
            work.tell(event.by, "too_late_to_undo")
        else:
            _take_back(work, "undone")
            work.void()
            work.note("undone", by=_person(event.by))
    elif handoff is not None and _may_take_text_back(work, handoff, event.version):
        work.void()
        offered = replace(
            handoff, state=ProposalState.OFFERED, approved_by=None, approved_at=None, version=work.case.version
        )
        work.change(handoff=None, proposal=offered)
        work.note("undone", by=_person(event.by))
    else:
        work.tell(event.by, "too_late_to_undo")
    work.show()


def _may_take_text_back(work: Work, handoff: Proposal, version: int) -> bool:
    """A late undo of a reply must not withdraw a text approved for the marketplace, nor a promise made."""
    fresh = version == work.case.version and handoff.state is ProposalState.TEXT_APPROVED
    proposal = work.case.proposal
    return fresh and handoff.key != PROMISED and (proposal is None or proposal.state not in _DECIDED)


def _take_back(work: Work, why: str) -> None:
    """Void an approval whose reply has not left yet; the same draft stands again, one click away."""
    proposal = work.case.proposal
    if proposal is None or proposal.state not in (ProposalState.HELD, ProposalState.SENDING):
        return
    if work.context.effect not in _CAN_TAKE_BACK or proposal.effect is None:
        return  # it is with the platform already: its receipt will tell
    work.do(CancelReply(proposal.effect, why))
    deadlines.end(work, (deadlines.UNDO,), DeadlineState.STOPPED, why)
    offered = replace(
        proposal, state=ProposalState.OFFERED, approved_by=None, approved_at=None, effect=None, hold_until=None
    )
    work.change(proposal=offered)
    work.note("taken_back", why=f"word:why.{why}")


def _no_reply_needed(work: Work, event: events.NoReplyNeeded) -> None:
    if not _may_decide(work, event.by, event.version):
        return
    work.void()
    work.change(unanswered=(), waiting_since=None, proposal=None, answered=True)
    _decided(work, event.by)
    deadlines.end(work, (deadlines.FIRST_ANSWER,), DeadlineState.MET, "no reply needed")
    work.note("no_reply_needed", by=_person(event.by), reason=f"text:{work.write(event.reason).ref.id}")
    redraft(work)
    work.show()


def _submitted(work: Work, event: events.Submitted) -> None:
    """Only this stops a clock that Amends cannot stop itself; the proof is kept."""
    handoff = work.case.handoff
    proof = work.write(event.proof)
    if (
        handoff is None
        or handoff.state is not ProposalState.TEXT_APPROVED
        or event.version < handoff.version  # a click for what was submitted before this task came
    ):
        work.note("edit_too_late", by=_person(event.by), text=f"text:{proof.ref.id}")
        work.tell(event.by, "already_submitted" if handoff is not None else "nothing_to_submit")
        work.show()
        return
    work.change(handoff=replace(handoff, state=ProposalState.SUBMITTED, settled_at=work.now, outcome=proof.ref.id))
    names = tuple(rule for rule, _, _ in deadlines.CLAIM_RULES) if handoff.key != PROMISED else ()
    deadlines.end(work, (*names, deadlines.PROMISED_ACT), DeadlineState.MET, "submitted")
    _decided(work, event.by)
    work.note("submitted", by=_person(event.by), text=f"text:{proof.ref.id}")
    redraft(work)
    work.show()


def _acknowledged(work: Work, event: events.Acknowledged) -> None:
    deadline = deadlines.find(work, event.deadline)
    alarm = _rung(deadline, event.rung)
    if alarm is not None and alarm.state is AlarmState.ACKNOWLEDGED:
        work.tell(event.by, "already_acknowledged", by=_person(alarm.by))
        return
    if deadline is None or alarm is None or alarm.state not in _HEARD:
        work.tell(event.by, "changed_meanwhile")
        return
    deadlines.set_alarm(work, deadline, replace(alarm, state=AlarmState.ACKNOWLEDGED, by=event.by))
    work.change(owner=work.case.owner or event.by)
    work.do(RefreshAlarm(work.new_id(), deadline.id, alarm.rung))
    work.note("acknowledged", by=_person(event.by), rung=f"word:rung.{alarm.rung}")
    work.show()


def _settled(work: Work, event: events.Settled) -> None:
    proposal = work.case.proposal
    if proposal is None or proposal.state is not ProposalState.UNKNOWN:
        work.tell(event.by, "already_settled")
        work.show()
        return
    if not event.delivered and event.version != work.case.version:
        work.tell(event.by, "changed_meanwhile")  # what was delivered stays so; sending again is decided on sight
        work.show()
        return
    _decided(work, event.by)
    if event.delivered:
        work.note("settled_delivered", by=_person(event.by))
        _answered(work, proposal, work.now, "")
    else:
        effect = _queue(work, proposal)
        work.note("settled_resend", by=_person(event.by))
        again = replace(proposal, effect=effect, version=work.case.version, outcome=None)
        _release(work, again)
    work.show()


# --- clocks ------------------------------------------------------------------------------------------------


def _rung(deadline: Deadline | None, name: str) -> Alarm | None:
    if deadline is None:
        return None
    return next((alarm for alarm in deadline.alarms if alarm.rung == name), None)


def _alarm_due(work: Work, event: events.AlarmDue) -> None:
    deadline = deadlines.find(work, event.deadline)
    alarm = _rung(deadline, event.rung)
    if deadline is None or alarm is None or deadline.due_at != event.due_at:
        return  # a clock that was moved: the event is for an instant that is no longer set
    if deadline.state is not DeadlineState.RUNNING or alarm.state is not AlarmState.WAITING:
        return  # answered meanwhile: a late timer is normal
    if deadline.kind is DeadlineKind.REMINDER:
        _reminder_due(work, deadline)
    else:
        _sound(work, deadline, alarm)


def _reminder_due(work: Work, deadline: Deadline) -> None:
    deadlines.end(work, (deadline.name,), DeadlineState.MET, "its time came")
    proposal = work.case.proposal
    if deadline.name == deadlines.UNDO and proposal is not None and proposal.state is ProposalState.HELD:
        _release(work, proposal)
    elif deadline.name == deadlines.QUIET:
        work.change(status=Status.CLOSED, closed_why="quiet")
        work.note("closed_quiet")
    elif deadline.name == deadlines.REVIEW:
        redraft(work)
    work.show()


def _sound(work: Work, deadline: Deadline, alarm: Alarm) -> None:
    """Sound this rung, unless a later one is due as well: then that one speaks for both."""
    later = [other for other in deadline.alarms if alarm.at < other.at <= work.now]
    is_last = alarm.at == deadline.due_at
    if later:
        skipped = replace(alarm, state=AlarmState.SKIPPED, reason=f"overtaken by {later[-1].rung}")
        deadlines.set_alarm(work, deadline, skipped)
        return
    deadlines.set_alarm(work, deadline, replace(alarm, state=AlarmState.SOUNDED))
    people = _to_wake(work, alarm.rung)
    work.do(SoundAlarm(work.new_id(), deadline.id, alarm.rung, people, loud=alarm.rung != "remind"))
    work.note("alarm", rung=f"word:rung.{alarm.rung}", clock=f"word:rule.{deadline.name}", due=deadline.due_at)
    if is_last:
        deadlines.end(work, (deadline.name,), DeadlineState.MISSED, "nobody stopped it")
        work.note("missed", clock=f"word:rule.{deadline.name}", due=deadline.due_at)
    redraft(work)
    work.show()


def _to_wake(work: Work, rung: str) -> tuple[str, ...]:
    """Who is mentioned: the owner first, then leads, then everybody at the desk. Nobody is mentioned twice."""
    owner = (work.case.owner,) if work.case.owner else ()
    leads = work.context.leads or work.context.staff
    people: tuple[str, ...]
    if rung == "remind":
        people = owner
    elif rung == "warn_owner":
        people = owner or leads
    elif rung == "page_lead":
        people = (*leads, *owner)
    else:
        people = (*owner, *leads, *work.context.staff)
    return tuple(dict.fromkeys(people))


def _alarm_posted(work: Work, event: events.AlarmPosted) -> None:
    deadline = deadlines.find(work, event.deadline)
    alarm = _rung(deadline, event.rung)
    if deadline is None or alarm is None:
        return
    state = AlarmState.DELIVERED if alarm.state is AlarmState.SOUNDED else alarm.state
    deadlines.set_alarm(work, deadline, replace(alarm, state=state, message=event.message))
    if deadline.state in (DeadlineState.MET, DeadlineState.STOPPED):
        work.do(RefreshAlarm(work.new_id(), deadline.id, alarm.rung))  # it arrived after the clock had stopped


def _alarm_failed(work: Work, event: events.AlarmFailed) -> None:
    deadline = deadlines.find(work, event.deadline)
    alarm = _rung(deadline, event.rung)
    if deadline is None or alarm is None or alarm.state is not AlarmState.SOUNDED:
        return
    deadlines.set_alarm(work, deadline, replace(alarm, state=AlarmState.FAILED, reason=event.reason))
    work.note("alarm_failed", rung=f"word:rung.{alarm.rung}", reason=event.reason)
    work.show()


# --- outcomes ----------------------------------------------------------------------------------------------


def _ours(work: Work, effect: str) -> Proposal | None:
    proposal = work.case.proposal
    return proposal if proposal is not None and proposal.effect == effect else None


def _reply_delivered(work: Work, event: events.ReplyDelivered) -> None:
    proposal = _ours(work, event.effect)
    if proposal is not None and proposal.state is ProposalState.DELIVERED:
        return  # told twice: the first receipt counts
    work.note("delivered", at=event.at)
    if proposal is not None:
        _answered(work, proposal, event.at, event.receipt)
    work.show()


def _answered(work: Work, proposal: Proposal, at: datetime, receipt: str) -> None:
    """The buyer has it. What arrived after the approval is still unanswered: one answer never hides another.

    The version rises: an editor opened before this answer must not send a second one.
    """
    work.void()
    left = tuple(message for message in work.case.unanswered if message not in proposal.answers)
    asked = tuple(dict.fromkeys((*work.case.asked, *proposal.asks)))
    done = replace(proposal, state=ProposalState.DELIVERED, settled_at=at, outcome=receipt or None)
    work.change(
        proposal=done,
        unanswered=left,
        waiting_since=proposal.approved_at if left else None,
        answered=True,
        asked=asked,
    )
    clocks = (deadlines.FIRST_ANSWER, deadlines.PROMISED_UPDATE)
    deadlines.end(work, clocks, DeadlineState.MET, "answered", at=max(at, work.case.opened_at))
    if left:
        _start_answer_clock(work, proposal.approved_at or at)
    _keep_promise(work, done)
    if left or work.case.situation is Situation.CLAIM:
        redraft(work)  # where nothing comes next, the delivered reply stays on the card


def _keep_promise(work: Work, done: Proposal) -> None:
    """A promise has a clock; one to act is a task that only a person's *Submitted* ends."""
    if done.promise_at is None:
        return
    if done.promise == "update":
        deadlines.promise(work, deadlines.PROMISED_UPDATE, done.promise_at)
        return
    deadlines.promise(work, deadlines.PROMISED_ACT, done.promise_at)
    handoff = work.case.handoff
    free = (
        work.case.situation is not Situation.CLAIM if handoff is None else handoff.state is ProposalState.SUBMITTED
    )
    if free:  # an open claim is answered first; its Submitted ends this clock as well
        task = replace(
            done, id=work.new_id(), kind=ProposalKind.HANDOFF, state=ProposalState.TEXT_APPROVED, key=PROMISED,
            version=work.case.version, settled_at=None, outcome=None, effect=None,
        )  # fmt: skip
        work.change(handoff=task)


def _reply_refused(work: Work, event: events.ReplyRefused) -> None:
    proposal = _ours(work, event.effect)
    if event.unreachable:
        work.change(unreachable=True)
    work.note("refused", reason=event.reason)
    if proposal is not None and proposal.state in _UNDER_WAY:
        work.void()
        refused = replace(
            proposal, state=ProposalState.REFUSED, settled_at=work.now, outcome=event.reason,
            version=work.case.version,
        )  # fmt: skip
        work.change(proposal=refused)
    work.show()


def _reply_unknown(work: Work, event: events.ReplyUnknown) -> None:
    proposal = _ours(work, event.effect)
    work.note("unknown", reason=event.reason)
    if proposal is not None and proposal.state in _UNDER_WAY:
        work.void()
        work.change(proposal=replace(proposal, state=ProposalState.UNKNOWN, outcome=event.reason))
    work.show()


# --- the whole ---------------------------------------------------------------------------------------------


def _settle_status(work: Work) -> None:
    """Open while a person has something to do; else waiting, and after a long quiet closed."""
    case = work.case
    proposal_waits = case.proposal is not None and case.proposal.state is not ProposalState.DELIVERED
    text_waits = case.handoff is not None and case.handoff.state is ProposalState.TEXT_APPROVED
    clock_runs = any(d.kind is DeadlineKind.PLATFORM for d in case.running())
    if proposal_waits or text_waits or clock_runs or case.unanswered:
        work.change(status=Status.OPEN)
        deadlines.end(work, (deadlines.QUIET,), DeadlineState.STOPPED, "there is something to do")
    elif case.status is Status.OPEN:
        work.change(status=Status.WAITING)
        deadlines.remind(work, deadlines.QUIET, work.now + work.policy.quiet_after)


def _person(id: str | None) -> str:
    return f"person:{id or ''}"
