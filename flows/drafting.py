"""From what is known to what is proposed: facts → branch → draft. Chosen anew after everything that may matter."""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec.structs import replace

from flows import answering, choosing, deadlines, marketplace
from flows.action import PAYS_BACK
from flows.book import Book
from flows.case import (
    Case,
    Deadline,
    DeadlineKind,
    DeadlineState,
    Fact,
    Proposal,
    ProposalKind,
    ProposalState,
    Situation,
    Source,
)
from flows.fallback import fallback_of
from flows.order_facts import changes_at, timed
from flows.playbooks import Branch, Choice, branch_for, choose, known_facts
from flows.values import Money, digest
from flows.work import Work

WRITTEN = "written"  # the key of a text that a person wrote from nothing
PROMISED = "promised"  # the key of a task that a delivered reply made: a refund, a parcel
# What a marketplace's text box may name; how we see the buyer, and our own plans, are nobody's business there.
_EVIDENCE = frozenset(
    {
        "earlier_contact", "evidence", "fault", "matches_listing", "papers", "photos", "promised_date",
        "proof_of_delivery", "return_state", "shipping_class", "tracking", "value_class",
    }
)  # fmt: skip
MARKETPLACES = ("amazon", "ebay", "aliexpress")  # those whose rules the tables tell apart
_DISPUTED = (Situation.CLAIM, Situation.DISPUTE, Situation.ESCALATION)
_UNDER_WAY = (ProposalState.HELD, ProposalState.SENDING, ProposalState.UNKNOWN)


def facts_of(case: Case, now: datetime) -> dict[str, str]:
    """Every known fact, the derived ones included."""
    known = {fact.name: fact.value for fact in case.facts} | timed(case, now)
    if case.order:
        known["order"] = "known"
    known |= {f"asked_{question}": "yes" for question in case.asked}
    if case.platform:
        known.setdefault("platform", case.platform if case.platform in MARKETPLACES else "own")
    if case.situation in _DISPUTED:
        known["dispute"] = "open"
    driving = _driving(case)
    if driving is not None:
        known["time_left"] = deadlines.time_left(driving, now)
    if any(d.state is DeadlineState.MISSED and _same_start(d, driving) for d in case.deadlines):
        # Past the limit that drove, the outer one is no new time; past that as well there is none left.
        known["time_left"] = "over" if driving is None else "under_quarter"
    return known


def _driving(case: Case) -> Deadline | None:
    """The platform's nearest running limit."""
    running = (d for d in case.deadlines if d.kind is DeadlineKind.PLATFORM and d.state is DeadlineState.RUNNING)
    platform = (d for d in running if not marketplace.is_answering(d))  # an answer itself ends those
    return min(platform, key=lambda d: d.due_at, default=None)


def _same_start(missed: Deadline, driving: Deadline | None) -> bool:
    """The platform's limit that was missed belongs to the claim that still runs, or none runs any more."""
    if missed.kind is not DeadlineKind.PLATFORM or marketplace.is_answering(missed):
        return False
    return driving is None or missed.started_at == driving.started_at


def facts_digest(work: Work) -> str:
    """What an approval binds besides the text: the facts as they stood."""
    return digest("", *(f"{name}={value}" for name, value in sorted(facts_of(work.case, work.now).items())))


def learn(work: Work, name: str, value: str, source: Source) -> None:
    """Set a fact. A less trusted source never overrides a more trusted one; an empty value unlearns it."""
    ranks = tuple(Source)
    known = next((fact for fact in work.case.facts if fact.name == name), None)
    if known is not None and ranks.index(known.source) > ranks.index(source):
        return
    others = tuple(fact for fact in work.case.facts if fact.name != name)
    work.change(facts=(*others, Fact(name, value, source, work.now)) if value else others)


def choice_of(book: Book, case: Case, now: datetime) -> Choice:
    """The branch that the playbook takes now, and the unknown facts that could change it."""
    return choose(book.playbooks[case.situation], facts_of(case, now))


def branch_of(book: Book, case: Case, now: datetime) -> Branch:
    """The branch alone: a decision needs no more, and what is missing costs time to find out."""
    playbook = book.playbooks[case.situation]
    return branch_for(playbook, known_facts(playbook, facts_of(case, now)))


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

    In the last rungs of a marketplace's clock the buyer is offered the fallback, asked or not.
    """
    if branch.handoff is not None and _may_hand_off(work.case.handoff, branch):
        return ProposalKind.HANDOFF, branch.handoff
    if (fallback := fallback_of(work.case, branch)) is not None:
        return ProposalKind.REPLY, fallback
    if branch.reply is not None and work.case.unanswered and work.case.parties:
        return ProposalKind.REPLY, branch.reply
    return None


def _may_hand_off(earlier: Proposal | None, branch: Branch) -> bool:
    """One answer to a platform, and after it at most one appeal."""
    if earlier is None:
        return True
    return branch.action == "appeal" and earlier.action != "appeal" and earlier.state is ProposalState.SUBMITTED


def _offer(work: Work, branch: Branch, kind: ProposalKind, key: str) -> None:
    language = work.case.language if kind is ProposalKind.REPLY else "en"
    params = params_of(work, language)
    names = sorted(work.book.replies.placeholders(key))
    is_reply = kind is ProposalKind.REPLY
    conversation = next_answered(work.case) if is_reply else None
    where = [conversation] if conversation is not None and len(work.case.parties) > 1 else []
    choices = _choices(work, branch, conversation) if key == branch.reply else ()
    promise, promise_at = _promise(work, key)
    action = _action(work, branch, key, promise)
    inside = _inside(work, action, conversation)
    filled = (*(f"{name}={params[name]}" for name in names), *where, *(wish for wish, _ in choices), *inside)
    stamp = digest("", key, language, *filled)
    current = work.case.proposal
    if current is not None and current.state is ProposalState.OFFERED and current.stamp == stamp:
        return
    work.void()
    text = work.write(_rendered(work, key, language, params, inside))
    gloss = None
    if language != work.policy.language:
        glossed = params_of(work, work.policy.language)
        gloss = work.write(_rendered(work, key, work.policy.language, glossed, inside))
    offered = Proposal(
        id=work.new_id(),
        version=work.case.version,
        kind=kind,
        state=ProposalState.OFFERED,
        key=key,
        text=text.ref,
        gloss=None if gloss is None else gloss.ref,
        conversation=conversation,
        action=action,
        asks=branch.asks if is_reply else (),
        stamp=stamp,
        promise=promise,
        promise_at=promise_at,
        choices=choices,
    )
    work.change(proposal=offered)


def _choices(work: Work, branch: Branch, conversation: str | None) -> tuple[tuple[str, str], ...]:
    """The buttons below the reply, in the buyer's language."""
    party = next((party for party in work.case.parties if party.conversation == conversation), None)
    driving = _driving(work.case)
    wishes = choosing.asked_for(branch, party, None if driving is None else driving.due_at, work.now)
    return tuple(choosing.labels(work.book.replies, wishes, work.case.language))


def _action(work: Work, branch: Branch, key: str, promise: str) -> str | None:
    """What a person is to do once the text is approved or delivered."""
    if key == fallback_of(work.case, branch) and branch.fallback_action is not None:
        return branch.fallback_action
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


def _rendered(
    work: Work, key: str, language: str, params: dict[str, str | datetime | Money], inside: tuple[str, ...]
) -> str:
    """The text; before its signature, where the money goes back."""
    zone = work.policy.zone
    text = work.book.replies.render(key, language, params, zone)
    if not inside:
        return text
    said = work.book.replies.render("refund.inside", language, {"platform": inside[0]}, zone)
    body, _, signature = text.rpartition("\n\n")
    return f"{body}\n\n{said}\n\n{signature}" if body else f"{text}\n\n{said}"


def next_answered(case: Case) -> str:
    """The conversation that is answered next: that of the oldest message which waits, else the newest one."""
    waiting = case.conversation_of(case.unanswered[0]) if case.unanswered else None
    return waiting or case.parties[-1].conversation


def keep_current(work: Work) -> None:
    """A draft to decide on answers everything that waits now, and is approved at the case's newest version."""
    current = work.case.proposal
    if current is not None and current.state in (ProposalState.OFFERED, ProposalState.REFUSED):
        case, where = work.case, current.conversation
        waiting = case.unanswered if current.kind is ProposalKind.REPLY else ()
        answers = tuple(message for message in waiting if case.conversation_of(message) == where)
        work.change(proposal=replace(current, version=work.case.version, answers=answers))


def params_of(work: Work, language: str) -> dict[str, str | datetime | Money]:
    """What a text may name. Dates count from the oldest unanswered message, so that a redraft says the same.

    `issue` names the buyer's complaint in the text's own language, for the situations that are complaints.
    """
    replies = work.book.replies
    issue = f"issue.{work.case.situation}"
    named: dict[str, str | datetime | Money] = {}
    if issue in replies.languages["en"]:
        named["issue"] = replies.template(issue, language)
    return named | {
        "shop": work.policy.name,
        "order": work.case.order or "",
        "facts": _known_facts(work),
        "answer_by": answer_by(work),
        "update_by": _ahead(work, work.policy.update_within),
        "act_by": _ahead(work, work.policy.act_within),
    }


def _ahead(work: Work, within: timedelta) -> datetime:
    """The first instant still to come among start + within, a day later, two days later, ...; but never after
    a platform clock that runs: what is promised must be done while it counts.
    """
    at = (work.case.waiting_since or work.case.opened_at) + within
    if at <= work.now:
        at += timedelta(days=1) * ((work.now - at) // timedelta(days=1) + 1)
    driving = _driving(work.case)
    return at if driving is None or driving.due_at <= work.now else min(at, driving.due_at)


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
    """By when a person answers: the nearest running target, or a fresh one from the oldest unanswered message."""
    ours = (deadlines.FIRST_ANSWER, deadlines.NEXT_ANSWER, deadlines.SAFETY)
    running = (d.due_at for d in work.case.deadlines if d.name in ours and d.ended_at is None)
    known = min((at for at in running if at > work.now), default=None)
    return known or answering.answer_due(work, work.now)


def _promise(work: Work, key: str) -> tuple[str, datetime | None]:
    """What the text of this key promises: to act by a date, to write again by one, or nothing."""
    names = work.book.replies.placeholders(key)
    if "act_by" in names:
        return "act", _ahead(work, work.policy.act_within)
    if "update_by" in names:
        return "update", _ahead(work, work.policy.update_within)
    return "", None


def _review_when_time_runs(work: Work) -> None:
    """A time predicate would change the branch later: come back at that instant."""
    driving = _driving(work.case)
    coming = [] if driving is None else [deadlines.quarter_at(driving)]
    coming += [at] if (at := changes_at(work.case, work.now)) is not None else []
    coming = [at for at in coming if at > work.now]
    if not coming and driving is None:
        deadlines.end(work, (deadlines.REVIEW,), DeadlineState.STOPPED, "no clock runs")
        return
    planned = {d.due_at for d in work.case.deadlines if d.name == deadlines.REVIEW and d.ended_at is None}
    if coming and min(coming) not in planned:
        deadlines.remind(work, deadlines.REVIEW, min(coming))
