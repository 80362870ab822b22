"""What people at the desk enter, correct and take on."""

from __future__ import annotations

from datetime import datetime

from flows import answering, danger, deadlines, disputes, events, first_word, following, noticing, promising
from flows.case import (
    Alarm,
    AlarmState,
    CauseCode,
    DeadlineState,
    Source,
)
from flows.drafting import redraft
from flows.facts import CAUSE, ORDER, FactType, Kind, WrongFact, type_of
from flows.known import learn
from flows.noticing import rung_of
from flows.order_numbers import platform_of
from flows.playbooks.returning import ARRIVED
from flows.step.approving import decided, may_decide, take_back
from flows.step.cause import choose
from flows.step.joining import move_to_sibling
from flows.step.situation import become
from flows.work import Work, person

ARRIVALS = frozenset((following.RETURN_STATE, state) for state in ARRIVED)


def case_opened(work: Work, event: events.CaseOpened) -> None:
    take_back(work, "claim_opened")
    work.void()
    if event.order:
        work.change(order=event.order)
    work.change(platform=event.platform, owner=work.case.owner or event.by)
    become(work, event.situation, Source.STAFF, disputes.opened(event.platform, event.started_at, "notice_read"))
    answering.sync(work)
    work.note("opened_by", by=person(event.by), situation=f"word:situation.{event.situation}")
    if event.note:
        work.note("note", by=person(event.by), text=f"text:{work.write(event.note).ref.id}")
    redraft(work)
    work.show()


def situation_chosen(work: Work, event: events.SituationChosen) -> None:
    take_back(work, "situation_changed")
    work.void()
    started_at = work.case.waiting_since or work.case.opened_at  # the earlier reading is the safe one
    become(work, event.situation, Source.STAFF, disputes.opened(work.case.platform, started_at, "chosen_by_staff"))
    work.note("situation_chosen", by=person(event.by), situation=f"word:situation.{event.situation}")
    redraft(work)
    work.show()


def _set_fact(work: Work, by: str, name: str, value: str) -> None:
    """One fact, if it is a value of its type: dialogs check it before, older events may hold anything."""
    kind = type_of(name, work.book.playbooks)
    try:
        value = value if kind is None else kind.read(value)
    except WrongFact as error:
        work.note("not_taken", fact=f"word:fact.{name}", why=f"word:facts.wrong.{error}")
        return
    if name == ORDER.name:
        kept = tuple(fact for fact in work.case.facts if fact.source is not Source.ORDER_BOOK)
        work.change(
            facts=kept, order=value or None, order_digest="", platform=platform_of(value) or work.case.platform
        )
        work.note("order_set", by=person(by), order=value or "word:fact.unknown")
        return
    learn(work, name, value, Source.STAFF)
    plain = kind is not None and kind.kind is not Kind.CHOICE
    word = (_shown(kind, value) if plain else f"word:fact.{name}.{value}") if value else "word:fact.unknown"
    work.note("fact_set", by=person(by), fact=f"word:fact.{name}", value=word)


def _shown(kind: FactType | None, value: str) -> str | datetime:
    return datetime.fromisoformat(value) if kind is not None and kind.kind is Kind.INSTANT else value


def facts_set(work: Work, event: events.FactsSet) -> None:
    facts = tuple((name, value) for name, value in event.facts if name != CAUSE.name)
    for _, value in (each for each in event.facts if each[0] == CAUSE.name):
        choose(work, event.by, CauseCode(value) if value in CAUSE.values else None)
    if not facts:
        work.show()
        return
    take_back(work, "fact_changed")
    work.void()
    for name, value in facts:
        _set_fact(work, event.by, name, value)
        if (name, value) == (disputes.FACT, "none"):
            disputes.there_is_none(work, "no dispute after all")
        if (name, value) in ARRIVALS:
            following.returned(work)
    if dict(facts).get("order") and move_to_sibling(work):
        return
    redraft(work)
    work.show()


def released(work: Work, event: events.Released) -> None:
    if work.case.editing == event.by:
        work.change(editing=None, editing_since=None)
        work.show()


def no_reply_needed(work: Work, event: events.NoReplyNeeded) -> None:
    if not may_decide(work, event.by, event.version):
        return
    work.void()
    said = work.case.proposal.key if work.case.proposal is not None else work.case.said
    work.change(unanswered=(), elsewhere=(), proposal=None, to_tell=(), said=said)
    promising.leave_untold(work)
    decided(work, event.by)
    answering.answered(work, "no reply needed", work.now)
    first_word.said(work)
    danger.settle(work, DeadlineState.MET, "no reply needed")
    work.note("no_reply_needed", by=person(event.by), reason=f"text:{work.write(event.reason).ref.id}")
    redraft(work)
    work.show()


def _too_late(work: Work, by: str, alarm: Alarm | None) -> None:
    if alarm is not None and alarm.state is AlarmState.ACKNOWLEDGED:
        work.tell(by, "already_acknowledged", by=person(alarm.by) if alarm.by else alarm.by_name)
    else:
        work.tell(by, "changed_meanwhile")


def acknowledged(work: Work, event: events.Acknowledged) -> None:
    deadline = deadlines.find(work, event.deadline)
    alarm = rung_of(deadline, event.rung)
    if deadline is None or alarm is None or alarm.state not in noticing.HEARD:
        if event.by and not event.via:  # a second path cannot be answered by a whisper: its page says so itself
            _too_late(work, event.by, alarm)
        return
    noticing.acknowledged(work, deadline, event)
    work.change(owner=work.case.owner or event.by or None)
    by = person(event.by) if event.by else event.name
    work.note("acknowledged", by=by, rung=f"word:rung.{alarm.rung}")
    work.show()
