"""Damaged on arrival: sections 3 and 17A of the playbooks (seeds 000 and 002).

Evidence is asked for at most once, is voluntary, and a way without it is named in the same message. Photos the
buyer already sent are never asked for again: staff judge them, or a solution is offered without.
"""

from __future__ import annotations

from flows.case import Situation
from flows.playbooks import facts as f
from flows.playbooks import solutions as s
from flows.playbooks.conditions import All, Always, Known, Not
from flows.playbooks.table import Branch, Playbook, Step

_ASK_BOTH = Branch(
    "damaged.ask_both",
    All(f.NO_ORDER, f.ORDER_NOT_ASKED, s.EVIDENCE_OPEN, Not(Known("evidence"))),
    (Step("step.apologise_name_fault"), Step("step.find_order"), Step("step.ask_once")),
    "damaged.ask_both",
    "fallback.offer_unasked",
    "F1",
    "seed 002 §17A; house.first_answer",
    asks=("order", "evidence"),
)
_PARCEL = s.ask_for_evidence("parcel", "evidence.parcel", Always())

BOOK = Playbook(
    situation=Situation.DAMAGED,
    version="2026-11.2",
    facts=(*s.FACTS, *s.PROOF_FACTS, f.SYMPTOM),
    branches=(_ASK_BOTH, *s.OPENING, *s.CASE, s.PHOTOS_RECEIVED, s.SURFACE, _PARCEL, *s.BY_WISH, *s.OPEN_END),
    nevers=s.NEVERS,
    source="playbooks §3 and §17A, seeds 000 and 002",
)
