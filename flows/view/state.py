"""Where a case stands: who approved what, what was sent or promised, what waits."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from flows import acting
from flows.action import PROMISED
from flows.case import Proposal, ProposalState, Situation, Status
from flows.following import asks_at, is_coming_back
from flows.known import matter_of
from flows.rich import At, Person, Quote, Rich
from flows.view import Words
from flows.view.acts import money_lines, task_line
from flows.view.advance import advance_lines
from flows.view.asked import asked_lines
from flows.view.papers import paper_lines
from flows.view.shown import Shown

EDITING_SHOWN = timedelta(minutes=10)


def phase(shown: Shown) -> str:
    """What the card is about now, as a word: offered, held, sending, delivered, to_submit, ..."""
    case = shown.case
    if case.merged_into is not None:
        return "moved"
    if case.proposal is not None and case.proposal.state is not ProposalState.DELIVERED:
        return str(case.proposal.state)
    if case.handoff is not None and case.handoff.state is ProposalState.TEXT_APPROVED:
        return "to_submit"
    if case.proposal is not None:
        return "delivered"
    if case.handoff is not None and not shown.case.owes():
        return "submitted"
    return "no_draft" if shown.case.owes() else "quiet"


def state_lines(shown: Shown) -> Iterator[Rich]:
    case = shown.case
    if case.status is Status.CLOSED:
        yield _closed(shown)
    yield from _not_proven(shown)
    if case.unreachable:
        yield shown.word("state.unreachable")
    if case.editing and case.editing_since and shown.now - case.editing_since < EDITING_SHOWN:
        yield shown.word("state.editing", by=Person(case.editing), at=At(case.editing_since, "time"))
    if case.handoff is not None:
        yield _handoff_state(shown, case.handoff)
    if case.proposal is not None and case.proposal.state is not ProposalState.OFFERED:
        yield _proposal_state(shown, case.proposal)
    elif case.proposal is None and shown.case.owes() and not _only_thanks(shown):
        yield shown.word("state.no_draft")
    if _only_thanks(shown):
        yield shown.word("state.only_thanks")
    yield from asked_lines(shown)
    yield from advance_lines(shown)
    yield from money_lines(shown)
    if (at := asks_at(case)) is not None:
        yield shown.word("state.follow_return" if is_coming_back(case) else "state.follow_up", at=At(at))
    yield from paper_lines(shown)


def _only_thanks(shown: Shown) -> bool:
    """Kind words wait, and the playbook has no text for them."""
    case = shown.case
    has_draft = case.proposal is not None and case.proposal.state is not ProposalState.DELIVERED
    return matter_of(case) is Situation.THANKS and bool(case.unanswered) and not has_draft


def _closed(shown: Shown) -> Rich:
    if shown.moved_to:
        return shown.word("state.moved", case=f"A-{shown.moved_to:04d}")
    return shown.word(f"state.closed.{shown.case.closed_why or 'quiet'}")


def _not_proven(shown: Shown) -> Iterator[Rich]:
    """An order number stands on every parcel: whoever names it may be anybody."""
    for party in shown.case.parties[1:]:
        who = shown.people.get(party.conversation)
        if who is None:
            continue
        if party.vouched_by:
            yield shown.word("state.vouched", who=Quote(who.name), by=Person(party.vouched_by))
        elif not shown.case.is_buyers(party.conversation):
            yield shown.word("state.not_proven", who=Quote(who.name))


def _proposal_state(shown: Shown, proposal: Proposal) -> Rich:
    by = Person(proposal.approved_by or "")
    at = At(proposal.approved_at or shown.now, "time")
    match proposal.state:
        case ProposalState.HELD:
            return shown.word("state.held", by=by, at=at, until=At(proposal.hold_until or shown.now, "seconds"))
        case ProposalState.SENDING:
            return shown.word("state.sending", by=by, at=at)
        case ProposalState.DELIVERED:
            settled = At(proposal.settled_at or shown.now)
            key = "state.delivered" if proposal.outcome else "state.delivered_says_person"
            return shown.word(key, by=by, at=settled, receipt=proposal.outcome or "")
        case ProposalState.REFUSED:
            return shown.word("state.refused", reason=(proposal.outcome or "").rstrip("."))
        case _:
            return shown.word("state.unknown")


def _handoff_state(shown: Shown, handoff: Proposal) -> Rich:
    by = Person(handoff.approved_by or "")
    if handoff.state is ProposalState.SUBMITTED:
        at = At(handoff.settled_at or shown.now)
        done = acting.find(shown.case, handoff.act)
        person = Person((done.done_by if done is not None else None) or shown.case.last_decided_by or "")
        key = "state.done" if handoff.key == PROMISED else "state.submitted"
        return shown.word(key, by=person, at=at, proof=Quote(shown.text(handoff.outcome or "")))
    if (task := task_line(shown, handoff)) is not None:
        return task
    key = "state.promised" if handoff.key == PROMISED else "state.to_submit"
    if (act := acting.find(shown.case, handoff.act)) is not None and act.unless:
        key = "state.promised_silence"
    action = shown.label(f"action.{handoff.action or 'other'}")
    return shown.word(key, by=by, at=At(handoff.approved_at or shown.now, "time"), action=action)


def to_copy(shown: Shown) -> Words | None:
    """The approved text of something a person is to submit by hand, ready to copy."""
    handoff = shown.case.handoff
    if handoff is None or handoff.state is not ProposalState.TEXT_APPROVED or handoff.key == PROMISED:
        return None
    return Words(shown.word("copy.label"), shown.text(handoff.text.id))
