"""A dispute on eBay or AliExpress whose reason nobody has named: from sections 0.4, 1 and 18 of the playbooks.

Its reason is one look away, in the case itself; once it is chosen, that complaint's own table goes on.
"""

from __future__ import annotations

from flows.case import Situation
from flows.playbooks import facts as f
from flows.playbooks import lapsed
from flows.playbooks.conditions import Always, Is
from flows.playbooks.escalation import DECIDED
from flows.playbooks.table import Branch, Offer, Playbook, Step

_CLOCKS = "ebay.request.respond; ali.dispute.respond"

BOOK = Playbook(
    situation=Situation.DISPUTE,
    version="2026-11.1",
    facts=(f.DECISION, f.NEW_EVIDENCE, f.DISPUTE, f.PLATFORM, f.FAULT, f.PROOF_OF_DELIVERY, f.TIME_LEFT),
    branches=(
        *DECIDED,
        *lapsed.ROWS,
        Branch(
            "dsp.seller_fault",
            Is("fault", "seller"),
            (
                Step("step.refund_full", "refund"),
                Step("step.answer_in_case", "answer_case"),
                Step("step.tell_buyer_done"),
                Step("step.record_cause"),
            ),
            "dsp.refund",
            "fallback.refund_in_clock",
            "F2",
            f"derived: playbooks §0.4; {_CLOCKS}",
            action="refund",
            offers=(Offer.REFUND, Offer.RESHIP),
            fallback_reply="dsp.refund",
            fallback_action="refund",
        ),
        Branch(
            "dsp.proof",
            Is("proof_of_delivery", "yes"),
            (
                Step("step.upload_tracking_proof", "upload_proof"),
                Step("step.keep_talking_in_dispute"),
                Step("step.decide_before_clock"),
            ),
            "dsp.hold",
            "fallback.platform_decides",
            "F4",
            f"seed 000 §1 and §18; {_CLOCKS}",
            action="upload_proof",
            offers=(Offer.INFORMATION, Offer.REFUND),
            fallback_reply="esc.waiting",
        ),
        Branch(
            "dsp.little_time",
            f.LITTLE_TIME,
            (
                Step("step.page_lead"),
                Step("step.read_case"),
                Step("step.refund_full", "refund"),
                Step("step.answer_in_case", "answer_case"),
            ),
            "dsp.refund",
            "fallback.refund_in_clock",
            "F3",
            f"derived: playbooks §0.4 (F3); {_CLOCKS}",
            action="refund",
            offers=(Offer.REFUND, Offer.RETURN),
            fallback_reply="dsp.refund",
            fallback_action="refund",
        ),
        Branch(
            "dsp.read",
            Always(),
            (
                Step("step.read_case"),
                Step("step.choose_situation"),
                Step("step.keep_talking_in_dispute"),
                Step("step.decide_before_clock"),
            ),
            "dsp.hold",
            "fallback.dispute",
            "F2",
            f"derived: playbooks §0.2 (step 1) and §18; {_CLOCKS}; ali.dispute.negotiate; ebay.inr.respond",
            offers=(Offer.RETURN, Offer.PARTIAL_REFUND, Offer.REFUND),
            fallback_reply="dsp.refund",
            fallback_action="refund",
        ),
    ),
    nevers=("never.lapse", "never.close_dispute_first", "never.refund_twice", "never.urge_withdrawal"),
    source="derived; playbooks §0.4, §1 and §18",
)
