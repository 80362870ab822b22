"""One case of several conversations: how a second one joins, and how staff part them again.

Joining is for staff's eyes. A buyer who names another one's order learns nothing by it: each reply goes only to
the conversation whose messages it answers, and staff are told that nobody has proven it to be the same person.
Until a person says so, what is said there is shown and answered, but changes nothing that is known of the case.
"""

from __future__ import annotations

from msgspec.structs import replace

from flows import answering, asking, deadlines, events, first_word, parcels
from flows.case import DeadlineState, ProposalKind, ProposalState, Situation, Source, Status
from flows.drafting import redraft
from flows.effects import RecogniseMessage, TellCase
from flows.step.approving import take_back
from flows.step.situation import become
from flows.work import Work, person

SAME_ORDER, SPLIT = "same_order", "split"
_DISPUTED = (Situation.CLAIM, Situation.DISPUTE)  # it has clocks of its own
_FREE = (ProposalState.OFFERED, ProposalState.DELIVERED, ProposalState.REFUSED)


def move_to_sibling(work: Work) -> bool:
    """The order that was just read has an open case already: this one, if nothing is under way in it, moves in
    there whole and is closed. Answers whether it did.
    """
    sibling, case = work.context.sibling, work.case
    if sibling is None or sibling.case == case.id or case.situation in _DISPUTED or case.handoff is not None:
        return False
    proposal = case.proposal
    if proposal is not None and (proposal.state not in _FREE or proposal.edited_by is not None):
        return False
    if not case.parties or case.order != sibling.order:
        return False
    work.note("moved_to", case=f"A-{sibling.number:04d}", order=sibling.order)
    _send_away(work, sibling.case, SAME_ORDER, case.parties[0].conversation, by="")
    running = tuple(d.name for d in case.deadlines if d.state is DeadlineState.RUNNING)
    deadlines.end(work, running, DeadlineState.STOPPED, "moved into another case")
    work.void()
    work.change(
        parties=(), unanswered=(), unrecognised=(), elsewhere=(), heard=(), waiting_since=None, proposal=None,
        to_tell=(),
        status=Status.CLOSED, closed_why=SAME_ORDER, merged_into=sibling.case,
    )  # fmt: skip
    work.show()
    return True


def case_split(work: Work, event: events.CaseSplit) -> None:
    """Staff part a conversation from the case; it goes on as a case of its own and is not joined to this one
    again.
    """
    case = work.case
    party = next((p for p in case.parties if p.conversation == event.conversation), None)
    if party is None or len(case.parties) < 2:
        work.tell(event.by, "cannot_split")
        work.show()
        return
    take_back(work, "conversation_split")
    work.void()
    _send_away(work, "", SPLIT, party.conversation, by=event.by)
    gone = {message for message in case.unanswered if case.conversation_of(message) == party.conversation}
    left = tuple(p for p in case.parties if p is not party)
    unanswered = tuple(message for message in case.unanswered if message not in gone)
    elsewhere = {message: case.conversation_of(message) or "" for message in unanswered}
    work.change(
        parties=left,
        unanswered=unanswered,
        unrecognised=tuple(message for message in case.unrecognised if message not in gone),
        elsewhere=tuple(pair for pair in elsewhere.items() if pair[1] != left[0].conversation),
        heard=(left_heard := tuple(heard for heard in case.heard if heard.message not in gone)),
        waiting_since=min((heard.at for heard in left_heard), default=case.waiting_since) if unanswered else None,
        apart=(*case.apart, party.conversation),
    )
    asking.give_up(work, party.conversation)
    _drop_draft(work, party.conversation)
    answering.sync(work)
    work.note("split", by=person(event.by), channel=_channel(party.channel))
    redraft(work)
    work.show()


def vouched(work: Work, event: events.Vouched) -> None:
    """A person knows that it is the same buyer: what was said there is read again, and counts from now on."""
    case = work.case
    party = next((p for p in case.parties if p.conversation == event.conversation), None)
    if party is None:
        work.tell(event.by, "cannot_split")
        work.show()
        return
    known = replace(party, vouched_by=event.by)
    unread = tuple(m for m in case.unanswered if case.conversation_of(m) == party.conversation)
    work.change(
        parties=tuple(known if p is party else p for p in case.parties),
        unrecognised=tuple(dict.fromkeys((*case.unrecognised, *unread))),
    )
    work.note("vouched", by=person(event.by), channel=_channel(party.channel))
    for message in unread:
        work.do(RecogniseMessage(work.new_id(), message))
    redraft(work)
    work.show()


def conversation_moved(work: Work, event: events.ConversationMoved) -> None:
    """A conversation arrives with what is unanswered in it: from a case of the same order, or split off as a new
    one.
    """
    take_back(work, "conversation_joined")
    work.void()
    is_new = not work.case.revision
    known = {p.conversation for p in work.case.parties}
    work.change(parties=(*work.case.parties, *(p for p in event.parties if p.conversation not in known)))
    first = work.case.parties[0].conversation
    said = [pair for pair in event.unanswered if pair[0] not in work.case.unanswered]
    work.change(
        unanswered=(*work.case.unanswered, *(message for message, _ in said)),
        elsewhere=(*work.case.elsewhere, *(pair for pair in said if pair[1] != first)),
        last_message=said[-1][0] if said else work.case.last_message,
    )
    asking.take_over(work, event.asked, event.questions)
    if said:
        _first_heard(work, event.situation)
        work.change(heard=(*work.case.heard, *event.heard))
        oldest = min((heard.at for heard in work.case.heard), default=work.now)
        work.change(waiting_since=min(work.case.waiting_since or oldest, oldest))
        answering.sync(work)
        deadlines.end(work, (deadlines.QUIET,), DeadlineState.STOPPED, "a conversation joined")
    if is_new:
        work.change(language=event.language, guesses=(event.situation,), situation=event.situation,
                    situation_by=Source.DERIVED)  # fmt: skip
        work.note("split_off", case=f"A-{event.number:04d}", by=person(event.by))
    else:
        work.note("moved_from", case=f"A-{event.number:04d}", order=work.case.order or "")
        note_joined(work, event.parties[0].channel, work.case.order or "")
    redraft(work)
    work.show()


def note_joined(work: Work, channel: str, order: str) -> None:
    """Why, and what nobody knows: in the thread, where staff decide whether to part them."""
    work.note("joined", channel=_channel(channel), order=order)


def _first_heard(work: Work, situation: Situation) -> None:
    """The buyer of a parcel that we noticed writes: what he says counts, and answers what he was asked."""
    if not parcels.is_unasked(work.case):
        return
    if situation is not Situation.UNSURE:
        become(work, situation, Source.BUYER)
    asking.heard(work, "", ())
    first_word.heard(work)


def _send_away(work: Work, to: str, why: str, conversation: str, by: str) -> None:
    """Tell the case `to` (a new one for "") to take over: one conversation when it is split off, all when
    moving.
    """
    case = work.case
    parties = (
        case.parties if why == SAME_ORDER else tuple(p for p in case.parties if p.conversation == conversation)
    )
    kept = {p.conversation for p in parties}
    said = tuple((m, c) for m in case.unanswered if (c := case.conversation_of(m) or "") in kept)
    asked = tuple(q for q in case.questions if why == SAME_ORDER or q.conversation in kept)
    moved = events.ConversationMoved(
        case=to, origin=case.id, number=case.number, by=by, why=why, parties=parties, unanswered=said,
        heard=tuple(heard for heard in case.heard if heard.message in dict(said)), language=case.language,
        situation=Situation.UNSURE if case.situation in _DISPUTED else case.situation,
        asked=tuple(q.name for q in asked) if why == SPLIT else case.asked, questions=asked,
    )  # fmt: skip
    work.do(TellCase(work.new_id(), moved))


def _drop_draft(work: Work, conversation: str) -> None:
    """A draft for a conversation that is gone goes with it; the marketplace's texts stay."""
    proposal = work.case.proposal
    is_theirs = (
        proposal is not None and proposal.kind is ProposalKind.REPLY and proposal.conversation == conversation
    )
    if is_theirs and proposal is not None and proposal.state in _FREE:
        work.change(proposal=None)


def _channel(id: str) -> str:
    return id.split(":", maxsplit=1)[0].capitalize()


__all__ = ["case_split", "conversation_moved", "move_to_sibling", "note_joined", "vouched"]
