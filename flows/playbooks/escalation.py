"""Escalation to the platform: section 18 of the playbooks (seeds 000 and 001), rungs F4 and F5 of the ladder."""

from __future__ import annotations

from flows.case import Situation
from flows.playbooks import facts as f
from flows.playbooks.conditions import All, Always, Is
from flows.playbooks.table import Branch, FactSpec, Offer, Playbook, Step

BUYER_SILENT = FactSpec("buyer_silent", ("yes", "no"), "ask.buyer_silent")

# What follows a decision, whatever the dispute was called.
DECIDED = (
    Branch(
        "esc.won",
        Is("decision", "for_us"),
        (Step("step.keep_helping"), Step("step.follow_up"), Step("step.record_cause")),
        "esc.won",
        "fallback.none_needed",
        "F1",
        "seed 001 §18",
    ),
    Branch(
        "esc.appeal",
        All(Is("decision", "against_us"), Is("new_evidence", "yes")),
        (Step("step.collect_claim_pack"), Step("step.submit_appeal", "appeal"), Step("step.record_cause")),
        "esc.decided",
        "fallback.accept_loss",
        "F4",
        "derived: playbooks §0.4 and §18; amz.atoz.appeal; ebay.case.appeal; ali.dispute.appeal",
        handoff="esc.appeal_text",
        action="appeal",
        fallback_reply="esc.decided",
    ),
    Branch(
        "esc.lost",
        Is("decision", "against_us"),
        (Step("step.accept_loss"), Step("step.no_rating_contact"), Step("step.record_cause")),
        "esc.decided",
        "fallback.accept_loss",
        "F5",
        "derived: playbooks §0.4",
        fallback_reply="esc.decided",
    ),
    Branch(
        "esc.proposed",
        Is("decision", "proposed"),
        (
            Step("step.compare_costs"),
            Step("step.decide_before_clock"),
            Step("step.answer_in_case", "answer_case"),
        ),
        "esc.waiting",
        "fallback.accept_proposal",
        "F3",
        "seed 000 §18; ali.dispute.negotiate",
        action="answer_case",
        offers=(Offer.RETURN, Offer.PARTIAL_REFUND, Offer.REFUND),
        fallback_reply="esc.waiting",
        fallback_action="answer_case",
    ),
)

BOOK = Playbook(
    situation=Situation.ESCALATION,
    version="2026-11.2",
    facts=(f.DECISION, f.NEW_EVIDENCE, f.PLATFORM, f.PROOF_OF_DELIVERY, BUYER_SILENT, f.TIME_LEFT),
    branches=(
        *DECIDED,
        Branch(
            "esc.step_in",
            All(Is("platform", "ebay"), Is("proof_of_delivery", "yes"), Is("buyer_silent", "yes")),
            (Step("step.ask_ebay_step_in", "platform_report"), Step("step.collect_claim_pack")),
            "esc.waiting",
            "fallback.platform_decides",
            "F4",
            "seed 000 §18; ebay.inr.respond; ebay.inr.stepin",
            action="platform_report",
            fallback_reply="esc.waiting",
        ),
        Branch(
            "esc.little_time",
            f.LITTLE_TIME,
            (Step("step.page_lead"), Step("step.answer_in_case", "answer_case"), Step("step.execute_fallback")),
            "esc.waiting",
            "fallback.f3",
            "F3",
            "seed 002 §0.2; ali.dispute.evidence; ebay.case.decision",
            action="answer_case",
            offers=(Offer.RETURN, Offer.REFUND),
            fallback_reply="esc.waiting",
            fallback_action="return_label",
        ),
        Branch(
            "esc.prepare_pack",
            Always(),
            (Step("step.prepare_pack"), Step("step.keep_talking_in_dispute"), Step("step.solve_by_wish")),
            "esc.waiting",
            "fallback.platform_decides",
            "F2",
            "seed 000 §18 (before the platform asks); house.first_answer",
            offers=(Offer.RETURN, Offer.PARTIAL_REFUND, Offer.REFUND),
            fallback_reply="esc.waiting",
        ),
    ),
    nevers=("never.lapse", "never.close_dispute_first", "never.appeal_twice"),
    source="playbooks §18, seeds 000 and 001",
)
