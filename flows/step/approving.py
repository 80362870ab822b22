"""A named person's yes, and everything that may still take it back. One winner; nobody sends twice."""

from __future__ import annotations

from datetime import datetime

from msgspec.structs import replace

from flows import (
    acting,
    allowing,
    asking,
    choosing,
    deadlines,
    events,
    first_word,
    marketplace,
    outcomes,
    promising,
    standing,
)
from flows.action import PROMISED, ActionState
from flows.case import (
    DeadlineState,
    Outcome,
    Proposal,
    ProposalKind,
    ProposalState,
)
from flows.drafting import WRITTEN, keep_current, redraft
from flows.effects import (
    CancelReply,
    ReleaseReply,
    SendReply,
)
from flows.guard.asking import worded_questions
from flows.guard.reading import readable
from flows.known import facts_digest, next_answered
from flows.parcels import MESSAGE_BUYER, reaches_buyer
from flows.step.outcome import UNDER_WAY, answered
from flows.step.telling import tell_done
from flows.work import Work, person

DECIDED = (*UNDER_WAY, ProposalState.DELIVERED)
CAN_TAKE_BACK = ("held", "pending")


def approved(work: Work, by: str, version: int, wishes: tuple[str, ...] = ()) -> None:
    """`wishes` names the buttons whose outcomes are approved with the text."""
    proposal = work.case.proposal
    if not allowing.may_approve(work, by) or not may_decide(work, by, version):
        return
    if proposal is None or proposal.state is ProposalState.DELIVERED:
        _approve_task(work, by)
    elif _went_stale(work, proposal):
        work.tell(by, "changed_meanwhile")
    elif work.context.blocked:
        work.tell(by, "guard_blocks", rules=", ".join(work.context.blocked))
    elif proposal.kind is ProposalKind.REPLY and work.case.unreachable:
        work.tell(by, "buyer_unreachable")
    else:
        chosen = outcomes.approvable(work, proposal, wishes, by)
        if allowing.allows(work, proposal, by):
            _let_go(work, by, chosen)
    work.show()


def _let_go(work: Work, by: str, chosen: tuple[Outcome, ...]) -> None:
    proposal = work.case.proposal
    if proposal is None:
        return
    if proposal.kind is ProposalKind.HANDOFF:
        _approve_text(work, proposal, by)
    else:
        _hold(work, proposal, by, chosen)


def _approve_task(work: Work, by: str) -> None:
    """No draft to decide on: a task may still wait for a second person's yes."""
    handoff = work.case.handoff
    action = acting.find(work.case, handoff.act) if handoff is not None else None
    if action is None or action.state is not ActionState.WAITING:
        work.tell(by, "nothing_to_approve")
    else:
        allowing.allows_by_hand(work, action, by)


def _went_stale(work: Work, proposal: Proposal) -> bool:
    """Time alone may have passed a date in the text or changed the advice: then the fresh draft stands instead."""
    version = work.case.version
    if proposal.state is ProposalState.OFFERED:
        redraft(work)
    return work.case.version != version


def may_decide(work: Work, by: str, version: int) -> bool:
    """One winner: whoever comes with a decided or an older version is told who decided, or what changed."""
    proposal, handoff = work.case.proposal, work.case.handoff
    decided = proposal if proposal is not None and proposal.state in DECIDED else None
    if decided is None and handoff is not None and handoff.version == version and _is_decided(work, handoff):
        decided = handoff
    if decided is not None and decided.version == version and decided.approved_at is not None:
        work.tell(by, "already_approved", by=person(decided.approved_by), at=decided.approved_at)
    elif version != work.case.version:
        work.tell(by, "changed_meanwhile")
    elif decided is not None and decided.state is not ProposalState.DELIVERED:
        work.tell(by, "already_under_way")
    else:
        return True
    work.show()
    return False


def _is_decided(work: Work, handoff: Proposal) -> bool:
    """A text approved for the marketplace; not what a reply promised, nor what waits for a second yes."""
    action = acting.find(work.case, handoff.act)
    return handoff.key != PROMISED and (action is None or action.state is not ActionState.WAITING)


def decided(work: Work, by: str) -> None:
    """A person has decided something: whatever was to happen if nobody does is off."""
    standing.end(work, "somebody decided")
    work.change(
        owner=work.case.owner or by,
        editing=None,
        editing_since=None,
        last_decided_by=by,
        last_decided_at=work.now,
    )


def _hold(work: Work, proposal: Proposal, by: str, chosen: tuple[Outcome, ...]) -> None:
    """Approved: queued in this very transaction, held for the undo window unless time is short."""
    undo = work.policy.undo
    nearest = min((d.due_at for d in work.case.running()), default=None)
    short = nearest is not None and nearest - work.now < work.policy.short_time
    until = work.now if short else work.now + undo
    held = _held(work, proposal, by, work.now, until)
    decided(work, by)
    work.note("approved", by=person(by), text=f"text:{proposal.text.id}")
    outcomes.bind(work, proposal, chosen, by)
    if until > work.now:
        deadlines.remind(work, deadlines.UNDO, until)
        return
    if short and undo:
        work.note("no_undo_time_is_short")
    release(work, held)


def _held(work: Work, proposal: Proposal, by: str, at: datetime, until: datetime) -> Proposal:
    """Approved by this person at that time; leaves when the window is over."""
    held = replace(
        proposal,
        state=ProposalState.HELD,
        version=work.case.version,
        approved_by=by,
        approved_at=at,
        facts_digest=facts_digest(work),
        effect=_queue(work, proposal),
        hold_until=until,
    )
    work.change(proposal=held)
    return held


def send_as_approved(work: Work, proposal: Proposal, by: str, at: datetime) -> None:
    """What was approved in advance, at that time, leaves at once: nobody clicked who could still undo it."""
    release(work, _held(work, proposal, by, at, work.now))


def _queue(work: Work, proposal: Proposal) -> str:
    """Put the exact text into the outbox, bound to this version; answers the effect's id."""
    if proposal.conversation is None:
        raise ValueError(f"proposal {proposal.id} is a reply without a conversation")
    effect = work.new_id()
    labels = proposal.choices
    buttons = tuple((choosing.data_of(proposal.id, wish), words) for wish, words in labels)
    work.do(SendReply(effect, proposal.conversation, proposal.text, work.case.version, buttons))
    return effect


def release(work: Work, proposal: Proposal) -> None:
    if proposal.effect is not None:
        work.do(ReleaseReply(proposal.effect))
    work.change(proposal=replace(proposal, state=ProposalState.SENDING))


def take_back(work: Work, why: str) -> None:
    """Void an approval whose reply has not left yet; the same draft stands again, one click away."""
    proposal = work.case.proposal
    if proposal is None or proposal.state not in (ProposalState.HELD, ProposalState.SENDING):
        return
    if work.context.effect not in CAN_TAKE_BACK or proposal.effect is None:
        return  # it is with the platform already: its receipt will tell
    work.do(CancelReply(proposal.effect, why))
    deadlines.end(work, (deadlines.UNDO,), DeadlineState.STOPPED, why)
    offered = replace(
        proposal, state=ProposalState.OFFERED, approved_by=None, approved_at=None, effect=None, hold_until=None
    )
    work.change(proposal=offered)
    work.note("taken_back", why=f"word:why.{why}")


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
    decided(work, by)
    work.note("text_approved", by=person(by), text=f"text:{proposal.text.id}")
    redraft(work)


def draft_edited(work: Work, event: events.DraftEdited) -> None:
    """The typed text is never lost: the one that comes too late stands in the thread."""
    text = work.write(event.text)
    current = work.case.proposal
    if not may_decide(work, event.by, event.version):
        work.note("edit_too_late", by=person(event.by), text=f"text:{text.ref.id}")
        return
    work.void()
    edited = _with_text(work, current)
    if edited is None:
        work.note("edit_too_late", by=person(event.by), text=f"text:{text.ref.id}")
        work.tell(event.by, "nobody_to_write_to")
        work.show()
        return
    edited = replace(
        edited,
        text=text.ref,
        gloss=None,
        stamp="",
        asks=_asks(edited, event.text),
        edited_by=event.by,
        version=work.case.version,
        state=ProposalState.OFFERED,
    )
    work.change(proposal=edited, editing=None, editing_since=None, owner=work.case.owner or event.by)
    work.note("edited", by=person(event.by), text=f"text:{text.ref.id}")
    keep_current(work)
    if event.send:
        approved(work, event.by, work.case.version)
    work.show()


def _asks(edited: Proposal, text: str) -> tuple[str, ...]:
    """The questions that a person's words put, as far as words tell; the buttons below them ask all the same."""
    if not reaches_buyer(edited.kind, edited.action):
        return ()
    kept = (asking.WITH_BUTTONS & {*edited.asks}) if edited.choices else set()
    return tuple(sorted({*worded_questions(readable(text)), *kept}))


def _with_text(work: Work, current: Proposal | None) -> Proposal | None:
    """The proposal an edit applies to; after a decline or an answer, a new one for the buyer."""
    if current is not None and current.state not in (ProposalState.DELIVERED, ProposalState.UNKNOWN):
        return replace(current, approved_by=None, approved_at=None, effect=None, hold_until=None, outcome=None)
    if not work.case.parties:
        return None
    blank = work.write("").ref
    return Proposal(
        work.new_id(), work.case.version, ProposalKind.REPLY, ProposalState.OFFERED, WRITTEN, blank,
        conversation=next_answered(work.case),
    )  # fmt: skip


def declined(work: Work, event: events.Declined) -> None:
    if not may_decide(work, event.by, event.version):
        return
    if work.case.proposal is None or work.case.proposal.state is ProposalState.DELIVERED:
        work.tell(event.by, "nothing_to_approve")
        work.show()
        return
    work.void()
    acting.refuse(work, work.case.proposal, event.by)
    work.change(proposal=None)
    decided(work, event.by)
    reason, _, more = event.reason.partition(": ")
    kept = f"text:{work.write(more).ref.id}" if more else ""
    work.note("declined", by=person(event.by), reason=f"word:decline.{reason}", more=kept)
    work.show()


def undone(work: Work, event: events.Undone) -> None:
    proposal, handoff = work.case.proposal, work.case.handoff
    if proposal is not None and proposal.state in (ProposalState.HELD, ProposalState.SENDING):
        if work.context.effect not in CAN_TAKE_BACK:
            work.tell(event.by, "too_late_to_undo")
        else:
            take_back(work, "undone")
            work.void()
            work.note("undone", by=person(event.by))
    elif handoff is not None and _may_take_text_back(work, handoff, event.version):
        work.void()
        offered = replace(
            handoff, state=ProposalState.OFFERED, approved_by=None, approved_at=None, version=work.case.version
        )
        work.change(handoff=None, proposal=offered)
        work.note("undone", by=person(event.by))
    else:
        work.tell(event.by, "too_late_to_undo")
    work.show()


def _may_take_text_back(work: Work, handoff: Proposal, version: int) -> bool:
    """A late undo of a reply must not withdraw a text approved for the marketplace, nor a promise made."""
    fresh = version == work.case.version and handoff.state is ProposalState.TEXT_APPROVED
    proposal = work.case.proposal
    return fresh and handoff.key != PROMISED and (proposal is None or proposal.state not in DECIDED)


def submitted(work: Work, event: events.Submitted) -> None:
    """Only this stops a clock that Amends cannot stop itself; the proof is kept."""
    handoff = work.case.handoff
    proof = work.write(event.proof)
    if (
        handoff is None
        or handoff.state is not ProposalState.TEXT_APPROVED
        or event.version < handoff.version  # a click for what was submitted before this task came
    ):
        work.note("edit_too_late", by=person(event.by), text=f"text:{proof.ref.id}")
        work.tell(event.by, "already_submitted" if handoff is not None else "nothing_to_submit")
        work.show()
        return
    if not allowing.may_submit(work, handoff, event.by):
        work.note("not_submitted", by=person(event.by), text=f"text:{proof.ref.id}")
        work.show()
        return
    work.change(handoff=replace(handoff, state=ProposalState.SUBMITTED, settled_at=work.now, outcome=proof.ref.id))
    acting.done(work, handoff, event.by, proof.ref.id)
    if handoff.action == MESSAGE_BUYER:
        asking.put(work, handoff, work.now)
        first_word.said(work)
    marketplace.done_here(work, allowing.happened(work, handoff), work.now)
    promising.done(work, handoff.act, event.proof)
    decided(work, event.by)
    work.note("submitted", by=person(event.by), text=f"text:{proof.ref.id}")
    tell_done(work)
    redraft(work)
    work.show()


def settled(work: Work, event: events.Settled) -> None:
    proposal = work.case.proposal
    if proposal is None or proposal.state is not ProposalState.UNKNOWN:
        work.tell(event.by, "already_settled")
        work.show()
        return
    if not event.delivered and event.version != work.case.version:
        work.tell(event.by, "changed_meanwhile")  # what was delivered stays so; sending again is decided on sight
        work.show()
        return
    if not event.delivered and not allowing.may_approve(work, event.by):
        return
    decided(work, event.by)
    if event.delivered:
        work.note("settled_delivered", by=person(event.by))
        answered(work, proposal, work.now, "")
    else:
        effect = _queue(work, proposal)
        work.note("settled_resend", by=person(event.by))
        again = replace(proposal, effect=effect, version=work.case.version, outcome=None)
        release(work, again)
    work.show()
