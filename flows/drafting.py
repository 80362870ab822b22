"""From what is known to what is proposed: facts → branch → draft. Chosen anew after everything that may matter."""

from __future__ import annotations

from msgspec.structs import replace

from flows import choosing, deadlines, parcels
from flows.action import PAYS_BACK
from flows.case import Case, DeadlineState, Proposal, ProposalKind, ProposalState, Telling
from flows.fallback import asks_again, fallback_of, way_out
from flows.following import FOLLOW_UP, SOLVED
from flows.known import branch_of, driving, is_strangers_turn, next_answered
from flows.order_facts import changes_at
from flows.playbooks import ASKS, Branch
from flows.promising import DONE, DONE_ALREADY, text_of, untold, was_done
from flows.wording import NOT_PROVEN, drafted, glossed, worded
from flows.work import Work

WRITTEN = "written"  # the key of a text that a person wrote from nothing
_UNDER_WAY = (ProposalState.HELD, ProposalState.SENDING, ProposalState.UNKNOWN)


def redraft(work: Work) -> None:
    """Choose again and, if the advice changed, put up the new draft.

    What is under way is left alone, and so is a text that a person wrote. Raises the version only when the
    draft itself changes.
    """
    branch = branch_of(work.book, work.case, work.now)
    work.change(branch=branch.name)
    _review_when_time_runs(work)
    current = work.case.proposal
    if current is not None and (current.state in _UNDER_WAY or _by_hand(current)):
        return
    wanted = _wanted(work, branch)
    if wanted is None:
        if current is not None and current.state is ProposalState.OFFERED:
            work.void()
            work.change(proposal=None)
        return
    _offer(work, branch, *wanted)


def _by_hand(current: Proposal) -> bool:
    """A person's own text that still waits: advice never replaces it."""
    return current.edited_by is not None and current.state in (ProposalState.OFFERED, ProposalState.REFUSED)


def _wanted(work: Work, branch: Branch) -> tuple[ProposalKind, str] | None:
    """(kind, text key) of what should be offered now: the marketplace first, then the buyer, else nothing.

    In the last rungs of a marketplace's clock the buyer is offered the fallback, asked or not. What is done is
    told before anything else is promised, and is never promised once more. Who only named the order hears nothing
    of it.
    """
    if branch.handoff is not None and _may_hand_off(work.case.handoff, branch):
        return ProposalKind.HANDOFF, branch.handoff
    if (fallback := fallback_of(work.case, branch)) is not None:
        return ProposalKind.REPLY, fallback
    if not work.case.parties:
        return None
    if (action := untold(work.case)) is not None:
        return ProposalKind.REPLY, text_of(action, work.reference)
    if is_strangers_turn(work.case):
        return ProposalKind.REPLY, NOT_PROVEN
    is_due = work.case.unanswered or parcels.is_first_word(work.case) or _has_news(work, branch)
    if branch.reply is not None and is_due:
        return ProposalKind.REPLY, _not_again(work, branch.reply, branch)
    if Telling.NEXT_OFFER in work.case.to_tell and (offer := next_offer(work.case, branch)) is not None:
        return ProposalKind.REPLY, offer
    if Telling.RETURNED in work.case.to_tell:
        return None if branch.reply is None else (ProposalKind.REPLY, branch.reply)
    if Telling.FOLLOW_UP in work.case.to_tell:
        return ProposalKind.REPLY, FOLLOW_UP
    return None


def _has_news(work: Work, branch: Branch) -> bool:
    """We promised to write again, and there is another thing to say by now: the promise is kept with it. Not while
    we wait for an answer ourselves.
    """
    case = work.case
    waits = any(question.came is None for question in case.questions)
    if (
        waits
        or not case.said
        or branch.reply is None
        or case.said in (branch.reply, _not_again(work, branch.reply, branch))
    ):
        return False
    newest = next((d for d in reversed(case.deadlines) if d.name == deadlines.PROMISED_UPDATE), None)
    if newest is None or newest.state not in (DeadlineState.RUNNING, DeadlineState.MISSED):
        return False
    return case.answered_at is None or case.answered_at <= newest.started_at  # nothing was written since


def _not_again(work: Work, key: str, branch: Branch) -> str:
    """The row's reply; where it would promise what was done already, that this is so."""
    action = branch.action or branch.fallback_action
    if "act_by" not in work.book.replies.placeholders(key) or not was_done(work.case, action):
        return key
    return "rst.paid" if action in PAYS_BACK else DONE_ALREADY


def offer_next(work: Work) -> None:
    """A buyer did not answer: what we can offer unasked goes before staff. Where there is nothing (nobody knows
    which order it is), the case goes on waiting.
    """
    if next_offer(work.case, branch_of(work.book, work.case, work.now)) is not None:
        work.change(to_tell=tuple(dict.fromkeys((*work.case.to_tell, Telling.NEXT_OFFER))))
    redraft(work)


def next_offer(case: Case, branch: Branch) -> str | None:
    """The text to write to a buyer who did not answer: what the row offers or does, else its fallback. None where
    there is neither.
    """
    if branch.reply is not None and (branch.offers or branch.action) and not asks_again(case, branch.reply):
        return branch.reply
    return way_out(case, branch)[0]


def _may_hand_off(earlier: Proposal | None, branch: Branch) -> bool:
    """One answer to a platform, and after it at most one appeal."""
    if earlier is None:
        return True
    return branch.action == "appeal" and earlier.action != "appeal" and earlier.state is ProposalState.SUBMITTED


def _offer(work: Work, branch: Branch, kind: ProposalKind, key: str) -> None:
    _count_from_now(work)
    is_reply = kind is ProposalKind.REPLY
    choices = _choices(work, branch, key) if is_reply else ()
    told = untold(work.case) if key.startswith(DONE) and key != DONE_ALREADY else None
    draft = drafted(work, branch, kind, key, tuple(wish for wish, _ in choices), told)
    current = work.case.proposal
    if current is not None and current.state is ProposalState.OFFERED and current.stamp == draft.stamp:
        return
    work.void()
    text, gloss = work.write(worded(work, draft)), glossed(work, draft)
    offered = Proposal(
        id=work.new_id(),
        version=work.case.version,
        kind=kind,
        state=ProposalState.OFFERED,
        key=key,
        text=text.ref,
        gloss=None if gloss is None else work.write(gloss).ref,
        conversation=draft.conversation,
        action=draft.action,
        asks=_asks(kind, key, draft.action),
        stamp=draft.stamp,
        promise=draft.promise,
        promise_at=draft.promise_at,
        choices=choices,
        act=told.id if told is not None else "",
    )
    work.change(proposal=offered)


def _count_from_now(work: Work) -> None:
    """Where no message waits the dates of a draft count from when it was put up: a look at it changes nothing."""
    case, current = work.case, work.case.proposal
    if case.unanswered:
        if case.drafted_at is not None:
            work.change(drafted_at=None)
    elif case.drafted_at is None or current is None or current.state is not ProposalState.OFFERED:
        work.change(drafted_at=work.now)


def _asks(kind: ProposalKind, key: str, action: str | None) -> tuple[str, ...]:
    """The questions that this text puts to the buyer."""
    if key == FOLLOW_UP:
        return (SOLVED,)
    return ASKS.get(key, ()) if parcels.reaches_buyer(kind, action) else ()


def _choices(work: Work, branch: Branch, key: str) -> tuple[tuple[str, str], ...]:
    """The buttons below the reply, in the buyer's language."""
    if key not in (branch.reply, FOLLOW_UP):
        return ()
    conversation = next_answered(work.case)
    party = next((party for party in work.case.parties if party.conversation == conversation), None)
    if party is not None and not work.case.is_buyers(party.conversation):
        return ()  # a tap decides about the order
    limit = driving(work.case)
    if key == FOLLOW_UP:
        wishes = choosing.answers(party)
    else:
        wishes = choosing.asked_for(branch, party, None if limit is None else limit.due_at, work.now)
    return tuple(choosing.labels(work.book.replies, wishes, work.case.language))


def keep_current(work: Work) -> None:
    """A draft to decide on answers everything that waits now, and is approved at the case's newest version."""
    current = work.case.proposal
    if current is not None and current.state in (ProposalState.OFFERED, ProposalState.REFUSED):
        case, where = work.case, current.conversation
        waiting = case.unanswered if current.kind is ProposalKind.REPLY else ()
        answers = tuple(message for message in waiting if case.conversation_of(message) == where)
        work.change(proposal=replace(current, version=work.case.version, answers=answers))


def _review_when_time_runs(work: Work) -> None:
    """A time predicate would change the branch later: come back at that instant."""
    limit = driving(work.case)
    coming = [] if limit is None else [deadlines.quarter_at(limit)]
    coming += [at] if (at := changes_at(work.case, work.now)) is not None else []
    coming = [at for at in coming if at > work.now]
    if not coming and limit is None:
        deadlines.end(work, (deadlines.REVIEW,), DeadlineState.STOPPED, "no clock runs")
        return
    planned = {d.due_at for d in work.case.deadlines if d.name == deadlines.REVIEW and d.ended_at is None}
    if coming and min(coming) not in planned:
        deadlines.remind(work, deadlines.REVIEW, min(coming))
