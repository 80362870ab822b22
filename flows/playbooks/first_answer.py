"""Unsure and other: a polite first answer that asks for what is missing at most once, then hands to a person."""

from __future__ import annotations

from flows.case import Situation
from flows.playbooks import facts as f
from flows.playbooks.conditions import All, Always, Known, Not
from flows.playbooks.table import Branch, Playbook, Step

_NEVERS = ("never.ask_twice", "never.trade_rating")
_PROBLEM_NOT_ASKED = Not(Known("asked_problem"))

UNSURE = Playbook(
    situation=Situation.UNSURE,
    version="2026-11.1",
    facts=(f.ORDER, f.ASKED_ORDER, f.ASKED_PROBLEM),
    branches=(
        Branch(
            "unsure.ask_both",
            All(_PROBLEM_NOT_ASKED, f.NO_ORDER, f.ORDER_NOT_ASKED),
            (Step("step.choose_situation"), Step("step.ask_once")),
            "unsure.ask_both",
            "fallback.person_answers",
            "F1",
            "derived: playbooks §0.2; house.first_answer",
            asks=("problem", "order"),
        ),
        Branch(
            "unsure.ask_problem",
            _PROBLEM_NOT_ASKED,
            (Step("step.choose_situation"), Step("step.ask_once")),
            "unsure.ask_problem",
            "fallback.person_answers",
            "F1",
            "derived: playbooks §0.2; house.first_answer",
            asks=("problem",),
        ),
        Branch(
            "unsure.person",
            Always(),
            (Step("step.choose_situation"), Step("step.answer_in_own_words")),
            "unsure.person",
            "fallback.person_answers",
            "F1",
            "seed 002 (never the same question twice); house.first_answer",
        ),
    ),
    nevers=_NEVERS,
    source="playbooks §0.2 and §0.3",
)

OTHER = Playbook(
    situation=Situation.OTHER,
    version="2026-11.1",
    facts=(f.ORDER, f.ASKED_ORDER),
    branches=(
        Branch(
            "other.ask_order",
            All(f.NO_ORDER, f.ORDER_NOT_ASKED),
            (Step("step.answer_in_own_words"), Step("step.ask_once")),
            "other.ask_order",
            "fallback.person_answers",
            "F1",
            "derived: playbooks §0.2; house.first_answer",
            asks=("order",),
        ),
        Branch(
            "other.person",
            Always(),
            (Step("step.answer_in_own_words"),),
            "other.person",
            "fallback.person_answers",
            "F1",
            "derived: playbooks §0.2; house.first_answer",
        ),
    ),
    nevers=_NEVERS,
    source="playbooks §0.2 and §0.3",
)
