"""Not as described: section 5 of the playbooks (seeds 000 and 002). The listing as it stood decides."""

from __future__ import annotations

from flows.case import Situation
from flows.playbooks import facts as f
from flows.playbooks import solutions as s
from flows.playbooks.conditions import All, Is, Known, Not
from flows.playbooks.table import Branch, Offer, Playbook, Step

_MATCHES = Branch(
    "nad.contradicted",
    Is("matches_listing", "yes"),
    (
        Step("step.show_passage"),
        Step("step.offer_standard_return", "return_label"),
        Step("step.file_listing_snapshot"),
    ),
    "nad.contradicted",
    "fallback.hold_or_return",
    "F1",
    "seed 000 §5; seed 002; ebay.return.respond; ali.dispute.respond",
    action="return_label",
    offers=(Offer.INFORMATION, Offer.RETURN),
    fallback_reply="ret.accept",
    fallback_action="return_label",
)
_PARTLY = Branch(
    "nad.partly",
    All(Is("matches_listing", "partly"), Not(Known("wish")), f.WISH_NOT_ASKED),
    (Step("step.apologise_name_fault"), Step("step.offer_part_or_partial"), Step("step.correct_listing")),
    "fix.choice_bulky",
    "fallback.dispute",
    "F1",
    "seed 002 §17B and §17C (dropped as soon as the buyer refuses)",
    asks=("wish",),
    offers=(Offer.PART, Offer.PARTIAL_REFUND, Offer.RETURN),
    fallback_reply="fix.return_refund",
    fallback_action="return_label",
)
_ASK = s.ask_for_evidence(
    "not_as_described", "evidence.not_as_described", f.unless("matches_listing", "no", "partly")
)
_COMPARE = Branch(
    "nad.compare",
    All(Not(Known("matches_listing")), Not(Known("wish")), Not(Known("asked_wish"))),
    (Step("step.compare_listing"), Step("step.file_listing_snapshot"), Step("step.prepare_two_offers")),
    "nad.compare",
    "fallback.offer_unasked",
    "F1",
    "seed 000 §5; seed 002 §17A (do not park the case)",
    fallback_reply="fix.choice",
    fallback_action="return_label",
)

BOOK = Playbook(
    situation=Situation.NOT_AS_DESCRIBED,
    version="2026-11.2",
    facts=(*s.FACTS, *s.PROOF_FACTS, f.MATCHES_LISTING, f.SYMPTOM),
    branches=(
        *s.OPENING,
        *s.CASE[:-1],
        _MATCHES,
        s.CASE_OPTIONS,
        _PARTLY,
        s.SIZE,
        s.SURFACE,
        _ASK,
        _COMPARE,
        *s.BY_WISH,
        *s.OPEN_END,
    ),
    nevers=(*s.NEVERS, "never.lapse"),
    source="playbooks §5, seeds 000 and 002",
)
