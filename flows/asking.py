"""What the buyer was asked, and what came back: a question is put once, and any answer ends it.

A photo is an answer, and so is "I don't have it": `flows.having_none` reads that. Silence is one as well: after
the shop's time for it the next offer comes before staff (playbooks 17A: never park a case, never press).
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from msgspec.structs import replace

from flows import deadlines
from flows.case import Came, Case, DeadlineState, Proposal, Question, Source
from flows.following import SOLVED
from flows.having_none import lacking
from flows.known import driving, learn
from flows.work import Work

SEEN = frozenset({"photo", "video", "video_note", "animation", "document"})
SHOWING = SEEN | {"voice", "audio"}  # a noise is heard
WITH_BUTTONS = frozenset({"wish", SOLVED})
_IN_HAND = (Came.SENT, Came.CHOSEN, Came.GIVEN)  # nothing takes the place of these
# A question whose answer is a fact, and the value of it that is none.
_FACT_OF = {"wish": ("wish", ""), "evidence": ("evidence", "unavailable"), "address": ("address", "")}


def open_questions(case: Case) -> tuple[Question, ...]:
    """Those that we still wait for."""
    return tuple(question for question in case.questions if question.came is None)


def put(work: Work, reply: Proposal, at: datetime) -> None:
    """A reply with questions is with the buyer since `at`. The time for an answer runs, unless the reply says
    itself what we do without one: then the clock of that promise is the one that counts.
    """
    if not reply.asks:
        return
    case = work.case
    new = tuple(Question(name, reply.id, reply.conversation or "", at) for name in reply.asks)
    work.change(asked=tuple(dict.fromkeys((*case.asked, *reply.asks))), questions=(*case.questions, *new))
    for question in new:
        work.note("asked", question=f"word:question.{question.name}")
    if reply.promise != "act" and {*reply.asks} != {SOLVED}:
        _wait(work, at, reply.promise_at)


def _wait(work: Work, since: datetime, promised: datetime | None = None) -> None:
    """Not past the moment when less than a quarter of a marketplace's limit is left: then the advice changes. Nor
    so long that no time is left to keep the date that the buyer was `promised`.
    """
    until, limit = since + work.policy.no_answer_after, driving(work.case)
    if promised is not None:
        until = min(until, since + (promised - since) * 3 / 4)
    if limit is not None and since < (quarter := deadlines.quarter_at(limit)):
        until = min(until, quarter)
    deadlines.remind(work, deadlines.NO_ANSWER, until)


def take_over(work: Work, asked: Collection[str], questions: Collection[Question]) -> None:
    """A conversation joins with what was asked in it, and nobody asks it again."""
    found = sorted((*work.case.questions, *questions), key=lambda question: question.at)
    work.change(asked=tuple(dict.fromkeys((*work.case.asked, *asked))), questions=tuple(found))
    if open_questions(work.case) and not work.case.unanswered:
        _wait(work, work.now)


def give_up(work: Work, conversation: str) -> None:
    """A conversation leaves with what was asked in it; who is left was not asked."""
    gone = {question.name for question in work.case.questions if question.conversation == conversation}
    left = tuple(question for question in work.case.questions if question.conversation != conversation)
    gone -= {question.name for question in left}
    work.change(asked=tuple(name for name in work.case.asked if name not in gone), questions=left)
    settle(work)


def heard(work: Work, text: str, media: Collection[str]) -> None:
    """The buyer wrote: whatever it is, nobody waits any more, and people read whether it answers. `media` are the
    kinds of what was sent along.
    """
    asked = bool(work.case.questions) or "evidence" in work.case.asked
    lacks = lacking(text) if asked else frozenset()  # reading costs more than the whole rest of a step
    for question in work.case.questions:
        if question.name == "evidence" and SHOWING & {*media}:
            _came(work, question, Came.SENT)
        elif question.name in lacks:
            _came(work, question, Came.NONE)
        else:
            _came(work, question, Came.WROTE)
    _learn(work, lacks, media)
    settle(work)
    work.change(to_tell=())


def _learn(work: Work, lacks: Collection[str], media: Collection[str]) -> None:
    """That there is no evidence is known; until some comes after all."""
    if "evidence" not in work.case.asked:
        return
    said = next((fact for fact in work.case.facts if fact.name == "evidence"), None)
    if SHOWING & {*media}:
        if said is not None and (said.value, said.source) == ("unavailable", Source.BUYER):
            learn(work, "evidence", "", Source.BUYER)
    elif "evidence" in lacks and said is None and work.case.fact("photos") is None:
        learn(work, "evidence", "unavailable", Source.BUYER)


def chosen(work: Work) -> None:
    """A tap on a button answers the newest question that has some; of others it says no more than words do."""
    newest = next((q for q in reversed(work.case.questions) if q.name in WITH_BUTTONS), None)
    for question in work.case.questions:
        _came(work, question, Came.CHOSEN if question is newest else Came.WROTE)
    settle(work)
    work.change(to_tell=())


def settle(work: Work) -> None:
    """What is known by now needs no answer; where no question is open the time for it ends."""
    for question in work.case.questions:
        if question.came not in _IN_HAND and _is_known(work.case, question.name):
            _came(work, question, Came.GIVEN)
    if not open_questions(work.case):
        deadlines.end(work, (deadlines.NO_ANSWER,), DeadlineState.STOPPED, "the buyer answered")


def _is_known(case: Case, question: str) -> bool:
    if question == "order":
        return case.order is not None
    name, nothing = _FACT_OF.get(question, ("", ""))
    return case.fact(name) not in (None, nothing)


def silent(work: Work) -> None:
    """The time for an answer is over: silence is one."""
    for question in open_questions(work.case):
        _came(work, question, Came.SILENCE)
        work.note("no_answer", question=f"word:question.{question.name}")


def _came(work: Work, question: Question, came: Came) -> None:
    """The first answer stands, until one comes that says more."""
    weight = tuple(Came)
    known = question.came
    if known is not None and (known in _IN_HAND or weight.index(came) >= weight.index(known)):
        return
    answered = replace(question, came=came, came_at=work.now)
    work.change(questions=tuple(answered if each is question else each for each in work.case.questions))
    if came is Came.NONE:
        work.note("has_none", question=f"word:question.{question.name}")
