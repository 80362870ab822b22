"""The words of a draft: what a text may name, what it promises, and how it reads in the buyer's language.

Nothing here changes the case: what is worded may be put up, shown, or held against what was approved before.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from flows import answering, deadlines, marketplace
from flows.acting import amount_of
from flows.action import PARTIAL_REFUND, PAYS_BACK, Action, ActionState
from flows.case import Case, ProposalKind
from flows.fallback import fallback_of, way_out
from flows.known import buyers_newest, driving, facts_of, is_strangers_turn, next_answered
from flows.parcels import MESSAGE_BUYER
from flows.playbooks import Branch
from flows.values import Money, digest
from flows.work import Work

Params = dict[str, str | datetime | Money]
# What a marketplace's text box may name; how we see the buyer, and our own plans, are nobody's business there.
_EVIDENCE = frozenset(
    {
        "earlier_contact", "evidence", "fault", "matches_listing", "papers", "photos", "promised_date",
        "proof_of_delivery", "return_state", "shipping_class", "tracking", "value_class",
    }
)  # fmt: skip


NOT_PROVEN = "other.not_proven"  # the text for somebody who only named the order


@dataclass(frozen=True, slots=True)
class Draft:
    """A text before it is written: which one, in which language, to whom, and what comes with it.

    `inside` names the marketplace that pays the money back, where the text has to say so. `stamp` digests what
    it would be written from: two drafts with one stamp read the same.
    """

    kind: ProposalKind
    key: str
    language: str
    params: Params
    conversation: str | None
    action: str | None
    promise: str
    promise_at: datetime | None
    inside: tuple[str, ...]
    stamp: str


def drafted(
    work: Work,
    branch: Branch,
    kind: ProposalKind,
    key: str,
    choices: tuple[str, ...] = (),
    told: Action | None = None,
) -> Draft:
    """The text of this key as it would read now. `choices` are the buttons below it, `told` what it says was done:
    such a text stands once it was written, since the number it may name is kept nowhere else.
    """
    is_for_buyer = kind is ProposalKind.REPLY or branch.action == MESSAGE_BUYER
    language = work.case.language if is_for_buyer else "en"
    params = params_of(work, language) | _of_deed(work, told)
    names = sorted(work.book.replies.placeholders(key))
    conversation = _to_whom(work.case, key) if kind is ProposalKind.REPLY else None
    where = [conversation] if conversation is not None and len(work.case.parties) > 1 else []
    promise, promise_at = _promise(work, key)
    of_row = key in (branch.reply, branch.handoff, way_out(work.case, branch)[0])  # others speak of what was done
    action = _action(work, branch, key, promise) if of_row and told is None else None
    if promise == "act" and promise_at is not None and (owed := _owed(work, action)) is not None:
        promise_at = min(owed, promise_at)  # said once more, it is no later
        params = params | {"act_by": promise_at}
    inside = _inside(work, action, conversation)
    filled = (*(f"{name}={params[name]}" for name in names), *where, *choices, *inside)
    stamp = digest("", key, language, *filled) if told is None else digest("", told.id, language, *where)
    return Draft(kind, key, language, params, conversation, action, promise, promise_at, inside, stamp)


def _owed(work: Work, kind: str | None) -> datetime | None:
    """By when the same was promised and is not done, if that lies ahead."""
    open_ = (each for each in work.case.actions if each.kind == kind and each.state is ActionState.BY_HAND)
    return min((each.due_at for each in open_ if each.due_at and each.due_at > work.now), default=None)


def _to_whom(case: Case, key: str) -> str:
    """What is not meant for anybody who names the order goes to its buyer, whoever wrote last."""
    return next_answered(case) if key == NOT_PROVEN or not is_strangers_turn(case) else buyers_newest(case)


def _of_deed(work: Work, action: Action | None) -> Params:
    """What a text about something done may name."""
    if action is None:
        return {}
    amount: Params = {"amount": action.amount} if action.amount is not None else {}
    return amount | {"reference": work.reference}


def worded(work: Work, draft: Draft) -> str:
    """The text, byte for byte as the buyer would read it."""
    return _rendered(work, draft.key, draft.language, draft.params, draft.inside)


def glossed(work: Work, draft: Draft) -> str | None:
    """The same in the staff's language; None where that is the buyer's."""
    ours = work.policy.language
    if draft.language == ours:
        return None
    params = draft.params | params_of(work, ours) | {"act_by": draft.params["act_by"]}  # the draft's own date
    return _rendered(work, draft.key, ours, params, draft.inside)


def params_of(work: Work, language: str) -> Params:
    """What a text may name. Dates count from the oldest unanswered message, so that a redraft says the same.

    `issue` names the buyer's complaint in the text's own language, for the situations that are complaints.
    """
    replies = work.book.replies
    issue = f"issue.{work.case.situation}"
    named: Params = {}
    if issue in replies.languages["en"]:
        named["issue"] = replies.template(issue, language)
    if (amount := amount_of(work.case, PARTIAL_REFUND)) is not None:
        named["amount"] = amount
    return named | {
        "shop": work.policy.name,
        "order": work.case.order or "",
        "facts": _known_facts(work),
        "answer_by": answer_by(work),
        "promised_by": answer_by(work),
        "update_by": _ahead(work, work.policy.update_within),
        "act_by": _ahead(work, work.policy.act_within),
    }


def _ahead(work: Work, within: timedelta) -> datetime:
    """The first instant still to come among start + within, a day later, two days later, ...; but never after
    a platform clock that runs: what is promised must be done while it counts.
    """
    at = work.case.counts_from() + within
    if at <= work.now:
        at += timedelta(days=1) * ((work.now - at) // timedelta(days=1) + 1)
    limit = driving(work.case)
    return at if limit is None or limit.due_at <= work.now else min(at, limit.due_at)


def _known_facts(work: Work) -> str:
    """The facts as a list for a marketplace's text box, in English."""
    words = work.book.words.languages["en"]
    known = sorted(facts_of(work.case, work.now).items())
    rows = (
        f"- {words[f'fact.{name}']}: {words[f'fact.{name}.{value}']}"
        for name, value in known
        if f"fact.{name}.{value}" in words and name in _EVIDENCE
    )
    return "\n".join(rows) or f"- {words['fact.nothing_known']}"


def answer_by(work: Work) -> datetime:
    """By when a person answers: the nearest running target, or what was promised before, else a fresh target. It
    stays the same for as long as it lies ahead; then it counts from a day later, two days later, ...
    """
    ours = (deadlines.FIRST_ANSWER, deadlines.NEXT_ANSWER, deadlines.SAFETY, deadlines.PROMISED_UPDATE)
    running = (d.due_at for d in work.case.deadlines if d.name in ours and d.ended_at is None)
    known = min((at for at in running if at > work.now), default=None)
    if known is not None:
        return known
    since, day = work.case.counts_from(), timedelta(days=1)
    at = answering.answer_due(work, since)
    if at <= work.now:
        since += (work.now - at) // day * day
    while at <= work.now:
        since += day
        at = answering.answer_due(work, since)
    return at


def _promise(work: Work, key: str) -> tuple[str, datetime | None]:
    """What the text of this key promises: to act by a date, to write again by one (news, or the answer itself), or
    nothing: "just reply, and you have our answer by" binds us only once somebody did.
    """
    names = work.book.replies.placeholders(key)
    if "act_by" in names:
        return "act", _ahead(work, work.policy.act_within)
    if "update_by" in names:
        return "update", _ahead(work, work.policy.update_within)
    if "promised_by" in names:
        return "update", answer_by(work)
    return "", None


def _action(work: Work, branch: Branch, key: str, promise: str) -> str | None:
    """What a person is to do once the text is approved or delivered."""
    text, action = way_out(work.case, branch)
    is_fallback = key == fallback_of(work.case, branch) or (key == text and key != branch.reply)
    if is_fallback and action is not None:
        return action
    return branch.action or (branch.fallback_action if promise == "act" else None)


def refunded_inside(case: Case, conversation: str | None) -> str:
    """The marketplace that this case's order was paid on, where the conversation is not its own: money goes back
    there and nowhere else (marketplace rules 5.1, "outside the platform"). "" when there is nothing to say.
    """
    channel = next((p.channel for p in case.parties if p.conversation == conversation), "")
    platform = case.platform or ""
    return platform if platform in marketplace.NAMES and channel.split(":")[0] != platform else ""


def _inside(work: Work, action: str | None, conversation: str | None) -> tuple[str, ...]:
    """The name of that marketplace, if the reply sets off money to the buyer."""
    told = action in PAYS_BACK and conversation is not None
    platform = refunded_inside(work.case, conversation) if told else ""
    return (marketplace.NAMES[platform],) if platform else ()


def _rendered(work: Work, key: str, language: str, params: Params, inside: tuple[str, ...]) -> str:
    """The text; before its signature, where the money goes back."""
    zone = work.policy.zone
    text = work.book.replies.render(key, language, params, zone)
    if not inside:
        return text
    said = work.book.replies.render("refund.inside", language, {"platform": inside[0]}, zone)
    body, _, signature = text.rpartition("\n\n")
    return f"{body}\n\n{said}\n\n{signature}" if body else f"{text}\n\n{said}"
