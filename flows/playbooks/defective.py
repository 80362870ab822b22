"""Product really defective: sections 3 and 17A of the playbooks (seeds 000 and 002)."""

from __future__ import annotations

from flows.case import Situation
from flows.playbooks import facts as f
from flows.playbooks import solutions as s
from flows.playbooks.conditions import All, Is, Known, Not
from flows.playbooks.table import Branch, Offer, Playbook, Step

_BATCH = Branch(
    "defective.batch",
    All(Is("batch", "suspected"), Not(Known("wish")), f.WISH_NOT_ASKED),
    (
        Step("step.stop_sale", "stop_sale"),
        Step("step.inform_supplier"),
        Step("step.check_goods"),
        Step("step.offer_open_orders"),
        Step("step.offer_choice"),
    ),
    "fix.choice_cheap",
    "fallback.recall",
    "F1",
    "seed 000 §3 (check goods before shipping); derived: playbooks §3 (three cases of one SKU)",
    asks=("wish",),
    offers=(Offer.REFUND, Offer.RESHIP),
    fallback_reply="fix.refund",
    fallback_action="refund",
    note="The fault is known to be ours: the buyer is asked for nothing but the choice.",
)

BOOK = Playbook(
    situation=Situation.DEFECTIVE,
    version="2026-11.2",
    facts=(*s.FACTS, *s.PROOF_FACTS, f.SYMPTOM, f.PART_STOCK, f.BATCH),
    branches=(
        *s.OPENING,
        *s.CASE,
        _BATCH,
        s.PHOTOS_RECEIVED,
        s.NO_FUNCTION,
        s.STOPS,
        s.SURFACE,
        s.ANY_FAULT,
        s.NO_PART,
        *s.BY_WISH,
        *s.OPEN_END,
    ),
    nevers=(*s.NEVERS, "never.lose_record"),
    source="playbooks §3 and §17A, seeds 000 and 002",
)
