"""Amazon A-to-z claim: section 12 of the playbooks (seed 001). One order of rows, the decisive facts first."""

from __future__ import annotations

from flows.case import Situation
from flows.playbooks import facts as f
from flows.playbooks.conditions import Always, Is
from flows.playbooks.table import Branch, Playbook, Step

BOOK = Playbook(
    situation=Situation.CLAIM,
    version="2026-11.1",
    facts=(f.FAULT, f.PROOF_OF_DELIVERY, f.EARLIER_CONTACT, f.TIME_LEFT),
    branches=(
        Branch(
            "claim.seller_fault",
            Is("fault", "seller"),
            (
                Step("step.refund_before_grant", "refund"),
                Step("step.submit_claim_text", "answer_claim"),
                Step("step.tell_buyer_done"),
                Step("step.record_cause"),
            ),
            "claim.refund",
            "fallback.refund_now",
            "F2",
            "seed 001 §12; amz.atoz.info_request",
            handoff="claim.accept",
            action="refund",
        ),
        Branch(
            "claim.no_proof",
            Is("proof_of_delivery", "no"),
            (
                Step("step.refund_before_grant", "refund"),
                Step("step.submit_claim_text", "answer_claim"),
                Step("step.tell_buyer_done"),
            ),
            "claim.refund",
            "fallback.refund_now",
            "F2",
            "seed 001 §12; amz.atoz.info_request",
            handoff="claim.accept",
            action="refund",
        ),
        Branch(
            "claim.unanswered",
            Is("earlier_contact", "unanswered"),
            (
                Step("step.refund_before_grant", "refund"),
                Step("step.submit_claim_text", "answer_claim"),
                Step("step.apologise_late_answer"),
                Step("step.fix_answer_time"),
            ),
            "claim.refund_late",
            "fallback.refund_now",
            "F2",
            "seed 001 §12; amz.contact.before_claim; amz.msg.reply",
            handoff="claim.accept",
            action="refund",
            note="Stands before the proof: Amazon grants when the seller never answered the contact.",
        ),
        Branch(
            "claim.represent",
            Is("proof_of_delivery", "yes"),
            (
                Step("step.collect_claim_pack"),
                Step("step.submit_claim_text", "answer_claim"),
                Step("step.keep_helping"),
                Step("step.watch_decision"),
            ),
            "claim.keep_helping",
            "fallback.appeal",
            "F4",
            "seed 001 §12; amz.atoz.info_request",
            handoff="claim.represent",
            action="answer_claim",
        ),
        Branch(
            "claim.short_time",
            Is("time_left", "under_quarter"),
            (
                Step("step.page_lead"),
                Step("step.refund_before_grant", "refund"),
                Step("step.submit_claim_text", "answer_claim"),
            ),
            "claim.refund",
            "fallback.refund_now",
            "F3",
            "seed 001 §12; amz.atoz.info_request",
            handoff="claim.accept",
            action="refund",
        ),
        Branch(
            "claim.collect",
            Always(),
            (
                Step("step.read_notice"),
                Step("step.collect_claim_pack"),
                Step("step.contact_buyer_in_thread"),
                Step("step.holding_text_last_resort"),
            ),
            "claim.hold",
            "fallback.refund_under_quarter",
            "F3",
            "seed 001 §12; amz.atoz.info_request; amz.atoz.info_request.outer",
            handoff="claim.holding",
            action="answer_claim",
            note="The holding text is the last resort: Amazon may decide on whatever was submitted.",
        ),
    ),
    nevers=("never.claim_unanswered", "never.refuse_reasonable", "never.urge_withdrawal", "never.phone_or_mail"),
    source="playbooks §12, seed 001",
)
