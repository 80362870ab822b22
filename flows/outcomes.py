"""What a buyer's tap may set off by itself: drafted with the question, so that it can be approved with it.

Each button below a question leads to a row of the playbook. Its reply and its action stand with the draft and are
shown; what a named person then approves, a tap may carry out (`flows.step.advance`).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from msgspec.structs import replace

from flows import allowing, choosing
from flows.acting import amount_of
from flows.case import Buttons, Outcome, Proposal, ProposalKind, ProposalState, Source
from flows.following import Word
from flows.known import branch_of, driving, learn, seen
from flows.offers import OF_WISH, latest
from flows.wording import Draft, drafted, glossed, worded
from flows.work import Work, person

LEFT_TO_ACT = 3  # when the tap comes, one part in so many of the time promised must be left to keep the promise


def sync(work: Work) -> None:
    """Keep the outcomes of the draft to decide on what they would be now. Does nothing the second time."""
    proposal = work.case.proposal
    if proposal is None or proposal.state is not ProposalState.OFFERED:
        return
    wanted = tuple(_drafts(work, proposal))
    now = [(wish, draft.stamp, until, amount_of(work.case, draft.action or "")) for wish, draft, until in wanted]
    if [(each.wish, each.stamp, each.until, each.amount) for each in proposal.outcomes] == now:
        return
    if proposal.outcomes:
        work.void()  # somebody may have seen the others
    outcomes = tuple(_written(work, *each) for each in wanted)
    work.change(proposal=replace(proposal, outcomes=outcomes, version=work.case.version))


def _drafts(work: Work, proposal: Proposal) -> Iterator[tuple[str, Draft, datetime | None]]:
    """(wish, what its tap would bring, until when), of the buttons that lead to an answer."""
    for wish, _ in proposal.choices:
        if wish in tuple(Word):
            continue  # the question after the deed: staff read what is left
        then = _tapped(work, proposal, wish)
        branch = branch_of(then.book, then.case, then.now)
        if branch.reply is None or branch.asks or branch.handoff is not None:
            continue  # it would be asked once more, or a marketplace comes first: staff decide
        draft = drafted(then, branch, ProposalKind.REPLY, branch.reply)
        until = _until(then, wish, draft)
        if until is None or until > work.now:
            yield wish, draft, until


def _tapped(work: Work, proposal: Proposal, wish: str) -> Work:
    """The case as this tap would make it, to look at and throw away."""
    asked = tuple(dict.fromkeys((*work.case.asked, *proposal.asks)))
    then = Work(work.now, work.book, work.policy, work.context, work.cause, replace(work.case, asked=asked))
    learn(then, "wish", "" if wish == choosing.DECIDE else wish, Source.BUYER)
    return then


def _until(then: Work, wish: str, draft: Draft) -> datetime | None:
    """The last moment that is safe for the offer and leaves time to keep the promise."""
    limit, offer = driving(then.case), OF_WISH.get(wish)
    due = None if limit is None else limit.due_at
    ends = [due if offer is None else latest(offer, due)]
    if draft.promise_at is not None:
        whole = draft.promise_at - then.case.counts_from()
        ends.append(draft.promise_at - whole / LEFT_TO_ACT)
    return min((end for end in ends if end is not None), default=None)


def _written(work: Work, wish: str, draft: Draft, until: datetime | None) -> Outcome:
    text, gloss = work.write(worded(work, draft)), glossed(work, draft)
    return Outcome(
        wish, draft.key, text.ref, until,
        gloss=None if gloss is None else work.write(gloss).ref,
        action=draft.action, amount=amount_of(work.case, draft.action or ""),
        promise_at=draft.promise_at, stamp=draft.stamp,
    )  # fmt: skip


def approvable(work: Work, proposal: Proposal, wishes: tuple[str, ...], by: str) -> tuple[Outcome, ...]:
    """Of the outcomes that this person approves, those for which one yes is enough; told of the others."""
    known = tuple(outcome for outcome in proposal.outcomes if outcome.wish in wishes)
    return tuple(outcome for outcome in known if allowing.in_advance(work, outcome.action, outcome.amount, by))


def bind(work: Work, proposal: Proposal, outcomes: tuple[Outcome, ...], by: str) -> None:
    """The buttons of this reply, and what may happen by a tap as the case is now."""
    if not proposal.choices:
        return
    buttons = Buttons(proposal.id, proposal.choices)
    if outcomes:
        buttons = replace(buttons, outcomes=outcomes, by=by, at=work.now, seen=seen(work.case))
        for outcome in outcomes:
            wish, text = f"word:{choosing.word_of(outcome.wish)}", f"text:{outcome.text.id}"
            work.note("outcome_approved", by=person(by), wish=wish, text=text)
    work.change(buttons=buttons)
