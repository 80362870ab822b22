"""What is known of a case: its facts with those that follow from it, and the branch that they choose."""

from __future__ import annotations

from datetime import datetime

from flows import deadlines, marketplace
from flows.acting import amount_of
from flows.action import PARTIAL_REFUND
from flows.book import Book
from flows.case import Case, Deadline, DeadlineKind, DeadlineState, Fact, Situation, Source
from flows.order_facts import timed
from flows.playbooks import Branch, Choice, branch_for, choose, known_facts
from flows.values import digest
from flows.work import Work

MARKETPLACES = ("amazon", "ebay", "aliexpress")  # those whose rules the tables tell apart
_NEVER_OVER = frozenset(
    {Situation.CLAIM, Situation.DISPUTE, Situation.ESCALATION, Situation.CHARGEBACK, Situation.SAFETY}
)  # kind words end none of these
_DISPUTED = (Situation.CLAIM, Situation.DISPUTE, Situation.ESCALATION)


def facts_of(case: Case, now: datetime) -> dict[str, str]:
    """Every known fact, the derived ones included."""
    known = {fact.name: fact.value for fact in case.facts} | timed(case, now)
    if case.order:
        known["order"] = "known"
    known |= {f"asked_{question}": "yes" for question in case.asked}
    known.pop("amount_set", None)  # it follows from the amount, whatever anybody entered
    if amount_of(case, PARTIAL_REFUND) is not None:
        known["amount_set"] = "yes"
    if case.platform:
        known.setdefault("platform", case.platform if case.platform in MARKETPLACES else "own")
    if case.situation in _DISPUTED:
        known["dispute"] = "open"
    if matter_of(case) is Situation.THANKS and _owes_a_deed(case):
        known.setdefault("still_open", "yes")
    limit = driving(case)
    if limit is not None:
        known["time_left"] = deadlines.time_left(limit, now)
    if any(d.state is DeadlineState.MISSED and _same_start(d, limit) for d in case.deadlines):
        # Past the limit that drove, the outer one is no new time; past that as well there is none left.
        known["time_left"] = "over" if limit is None else "under_quarter"
    return known


def matter_of(case: Case) -> Situation:
    """What the next reply is about: the case's own matter, or only that a buyer whom we answered says thanks."""
    thanks = case.answered_at is not None and bool(case.unanswered) and set(case.unanswered) <= set(case.thanked)
    return Situation.THANKS if thanks and case.situation not in _NEVER_OVER else case.situation


def _owes_a_deed(case: Case) -> bool:
    promised = (deadlines.PROMISED_ACT, deadlines.PROMISED_UPDATE)
    return any(d.name in promised and d.state is DeadlineState.RUNNING for d in case.deadlines)


def driving(case: Case) -> Deadline | None:
    """The platform's nearest running limit; answering alone ends none of these."""
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


def seen(case: Case) -> str:
    """What a yes in advance binds: the matter, what is known of it, and the buyer's newest word. The wish apart,
    which is what the buyer is asked.
    """
    facts = sorted(f"{fact.name}={fact.value}" for fact in case.facts if fact.name != "wish")
    matter = (case.situation, case.platform or "", case.site or "", case.order or "", case.language)
    where = (party.conversation for party in case.parties)
    return digest("", *matter, case.last_message or "", *where, *facts)


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
    return choose(book.playbooks[matter_of(case)], facts_of(case, now))


def branch_of(book: Book, case: Case, now: datetime) -> Branch:
    """The branch alone: a decision needs no more, and what is missing costs time to find out."""
    playbook = book.playbooks[matter_of(case)]
    return branch_for(playbook, known_facts(playbook, facts_of(case, now)))


def next_answered(case: Case) -> str:
    """The conversation that is answered next: that of the oldest message which waits, else the buyer's."""
    waiting = case.conversation_of(case.unanswered[0]) if case.unanswered else None
    return waiting or buyers_newest(case)


def buyers_newest(case: Case) -> str:
    """Where the buyer is told what nobody asked: the newest conversation of theirs, and never that of somebody who
    only named the order. The case must have one.
    """
    return next(p.conversation for p in reversed(case.parties) if case.is_buyers(p.conversation))


def is_strangers_turn(case: Case) -> bool:
    """Whether the message that is answered next is of somebody who only named the order."""
    return bool(case.unanswered and case.parties) and not case.is_buyers(next_answered(case))
