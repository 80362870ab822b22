"""Complaint about an expensive item on eBay: section 17 of the playbooks (seed 002), its cases A, B and C.

A asks for evidence that can show the fault, B sends a part, C refunds a part: none is best, the fit decides.
A good rating is never the price of any of them, in either order (17D): the guard blocks it.
"""

from __future__ import annotations

from flows.case import Situation
from flows.playbooks import facts as f
from flows.playbooks import solutions as s
from flows.playbooks.conditions import All, Is, Known, Not
from flows.playbooks.table import Branch, Offer, Playbook, Step

_REFUSED_PART = Branch(
    "exp.refused_offer",
    All(Is("buyer_refuses", "yes"), f.unless("wish", "refund", "return")),
    (Step("step.stop_persuading"), Step("step.offer_all_options"), Step("step.execute_choice")),
    "exp.refused_offer",
    "fallback.return_refund",
    "F2",
    "seed 002 §17B (stop persuading after one offer); ebay.return.respond",
    action="return_label",
    offers=(Offer.RETURN, Offer.REFUND, Offer.RESHIP),
    fallback_reply="fix.return_refund",
    fallback_action="return_label",
)
_OFFER_PART = Branch(
    "exp.offer_part",
    All(Is("part_stock", "yes"), Not(Known("wish")), f.WISH_NOT_ASKED),
    (Step("step.apologise_name_fault"), Step("step.offer_part_once")),
    "missing.choice_part",
    "fallback.part_failed",
    "F1",
    "seed 002 §17B (case B)",
    action="send_part",
    asks=("wish",),
    offers=(Offer.PART, Offer.PARTIAL_REFUND, Offer.RETURN),
    fallback_reply="fix.return_refund",
    fallback_action="return_label",
)

BOOK = Playbook(
    situation=Situation.EXPENSIVE_ITEM,
    version="2026-11.2",
    facts=(*s.FACTS, *s.PROOF_FACTS, f.SYMPTOM, f.PART_STOCK, f.BUYER_REFUSES),
    branches=(
        *s.OPENING,
        *s.CASE,
        _REFUSED_PART,
        s.PHOTOS_RECEIVED,
        s.NO_FUNCTION,
        s.STOPS,
        s.SURFACE,
        s.SIZE,
        s.MISSING,
        s.PARCEL,
        s.ANY_FAULT,
        s.NO_PART,
        *s.BY_WISH,
        _OFFER_PART,
        *s.OPEN_END,
    ),
    nevers=(*s.NEVERS, "never.park_case", "never.persuade_twice"),
    source="playbooks §17, seed 002",
)
