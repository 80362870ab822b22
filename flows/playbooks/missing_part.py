"""Part missing or broken: sections 17A and 17B of the playbooks (seed 002, the mark on a chair leg)."""

from __future__ import annotations

from flows.case import Situation
from flows.playbooks import facts as f
from flows.playbooks import solutions as s
from flows.playbooks.conditions import All, Always, Is
from flows.playbooks.table import Branch, Offer, Playbook, Step

_SEND_IT = Branch(
    "missing.choice_part",
    All(Is("part_stock", "yes"), f.WISH_NOT_ASKED),
    (Step("step.apologise_name_fault"), Step("step.offer_part_once")),
    "missing.choice_part",
    "fallback.part_failed",
    "F1",
    "seed 002 §17B (speak now, time is short anyway)",
    action="send_part",
    asks=("wish",),
    offers=(Offer.PART, Offer.PARTIAL_REFUND, Offer.RETURN),
    fallback_reply="fix.return_refund",
    fallback_action="return_label",
)

BOOK = Playbook(
    situation=Situation.MISSING_PART,
    version="2026-11.2",
    facts=(*s.FACTS, *s.PROOF_FACTS, f.PART_STOCK),
    branches=(
        *s.OPENING,
        *s.CASE,
        s.PHOTOS_RECEIVED,
        s.ask_for_evidence("missing", "evidence.missing", Always()),
        s.NO_PART,
        *s.BY_WISH,
        _SEND_IT,
        *s.OPEN_END,
    ),
    nevers=(*s.NEVERS, "never.persuade_twice"),
    source="playbooks §17A and §17B, seed 002",
)
