"""The first two rows of every table about an order: ask for its number once, then look for it ourselves."""

from __future__ import annotations

from flows.playbooks import facts as f
from flows.playbooks.conditions import All
from flows.playbooks.table import Branch, Step

ASK = Branch(
    "order.ask",
    All(f.NO_ORDER, f.ORDER_NOT_ASKED),
    (Step("step.find_order"), Step("step.ask_once")),
    "order.ask",
    "fallback.person_answers",
    "F1",
    "derived: playbooks §0.1; house.first_answer",
    asks=("order",),
)
AWAITED = Branch(
    "order.awaited",
    f.NO_ORDER,
    (Step("step.find_order"),),
    "order.awaited",
    "fallback.person_answers",
    "F1",
    "seed 002 §0.3 (never the same question twice); house.first_answer",
)
