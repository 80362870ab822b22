"""What the platform said: delivered, refused, or nobody knows. Only a receipt answers the buyer."""

from __future__ import annotations

from datetime import datetime

from msgspec.structs import replace

from flows import answering, asking, deadlines, events, first_word, marketplace, promising
from flows.case import (
    DeadlineState,
    Proposal,
    ProposalState,
    Situation,
)
from flows.drafting import redraft
from flows.step.telling import not_told
from flows.work import Work

UNDER_WAY = (ProposalState.HELD, ProposalState.SENDING, ProposalState.UNKNOWN)


def _ours(work: Work, effect: str) -> Proposal | None:
    proposal = work.case.proposal
    return proposal if proposal is not None and proposal.effect == effect else None


def reply_delivered(work: Work, event: events.ReplyDelivered) -> None:
    proposal = _ours(work, event.effect)
    if proposal is not None and proposal.state is ProposalState.DELIVERED:
        return  # told twice: the first receipt counts
    if proposal is not None:  # else a repeat as well: what is under way keeps its place until its receipt comes
        work.note("delivered", at=event.at)
        answered(work, proposal, event.at, event.receipt)
    work.show()


def answered(work: Work, proposal: Proposal, at: datetime, receipt: str) -> None:
    """The buyer has it. What arrived after the approval is still unanswered: one answer never hides another.

    The version rises: an editor opened before this answer must not send a second one.
    """
    work.void()
    left = tuple(message for message in work.case.unanswered if message not in proposal.answers)
    done = replace(proposal, state=ProposalState.DELIVERED, settled_at=at, outcome=receipt or None)
    work.change(
        proposal=done,
        unanswered=left,
        elsewhere=tuple(pair for pair in work.case.elsewhere if pair[0] in left),
        to_tell=(),
        answered_at=at,
        said=proposal.key,
    )
    asking.put(work, done, at)
    kept = (deadlines.SAFETY, deadlines.PROMISED_UPDATE)
    deadlines.end(work, kept, DeadlineState.MET, "answered", at=max(at, work.case.opened_at))
    answering.answered(work, "answered", at)
    first_word.said(work)
    if any(p.is_on(work.case.platform) for p in work.case.parties if p.conversation == proposal.conversation):
        marketplace.done_here(work, ("reply_by_person",), at)  # an answer elsewhere is none to the marketplace
    promising.keep(work, done)
    promising.told(work, done, at)
    if work.case.owes() or work.case.situation is Situation.CLAIM:
        redraft(work)  # where nothing comes next, the delivered reply stays on the card


def reply_refused(work: Work, event: events.ReplyRefused) -> None:
    proposal = _ours(work, event.effect)
    if event.unreachable:
        work.change(unreachable=True)
    work.note("refused", reason=event.reason)
    if proposal is not None and proposal.state in UNDER_WAY:
        work.void()
        refused = replace(
            proposal, state=ProposalState.REFUSED, settled_at=work.now, outcome=event.reason,
            version=work.case.version,
        )  # fmt: skip
        work.change(proposal=refused)
    not_told(work, event.effect)
    work.show()


def reply_unknown(work: Work, event: events.ReplyUnknown) -> None:
    proposal = _ours(work, event.effect)
    work.note("unknown" if proposal is not None else "receipt_unknown", reason=event.reason)
    if proposal is not None and proposal.state in UNDER_WAY:
        work.void()
        work.change(proposal=replace(proposal, state=ProposalState.UNKNOWN, outcome=event.reason))
    work.show()
