"""Who bears the cost of a claim for damage or injury: section 13 of the playbooks (seed 001), with its limits.

The rule "under USD 1,000 Amazon pays" concerns accidental damage or injury by a defective product only.
"""

from __future__ import annotations

from flows.case import Situation
from flows.playbooks import facts as f
from flows.playbooks.conditions import All, Always, Is
from flows.playbooks.table import Branch, FactSpec, Playbook, Step

CLAIM_TYPE = FactSpec("claim_type", ("damage_or_injury", "ordinary", "abusive"), "ask.claim_type")
AMOUNT = FactSpec("amount_class", ("under_1000", "from_1000"), "ask.amount_class")
INSURANCE = FactSpec("insurance", ("valid", "none"), "ask.insurance")

_DAMAGE = Is("claim_type", "damage_or_injury")

BOOK = Playbook(
    situation=Situation.DAMAGE_CLAIM,
    version="2026-11.2",
    facts=(CLAIM_TYPE, AMOUNT, INSURANCE, f.EARLIER_CONTACT),
    branches=(
        Branch(
            "dmg.ordinary",
            Is("claim_type", "ordinary"),
            (Step("step.seller_bears"), Step("step.use_claim_table")),
            "dmg.received",
            "fallback.refund_now",
            "F2",
            "override of seed 001 §13; amz.atoz.info_request",
            override="under_1000",
        ),
        Branch(
            "dmg.abusive",
            Is("claim_type", "abusive"),
            (Step("step.collect_claim_pack"), Step("step.amazon_screens"), Step("step.stay_friendly")),
            "dmg.received",
            "fallback.platform_decides",
            "F1",
            "seed 001 §13 (fraud detection and outside experts)",
        ),
        Branch(
            "dmg.unanswered",
            Is("earlier_contact", "unanswered"),
            (Step("step.call_manager"), Step("step.amazon_pays_then_recovers"), Step("step.tell_insurer")),
            "dmg.received",
            "fallback.insurer",
            "F3",
            "seed 001 §13 (unanswered: Amazon pays first, then pursues the seller)",
        ),
        Branch(
            "dmg.amazon_pays",
            All(_DAMAGE, Is("amount_class", "under_1000"), Is("insurance", "valid")),
            (
                Step("step.call_manager"),
                Step("step.upload_certificate", "answer_case"),
                Step("step.amazon_bears"),
                Step("step.no_liability_words"),
            ),
            "dmg.received",
            "fallback.insurer",
            "F1",
            "seed 001 §13; amz.injury.insurance",
            handoff="dmg.certificate",
            action="answer_case",
        ),
        Branch(
            "dmg.insurer",
            All(_DAMAGE, Is("insurance", "valid")),
            (Step("step.call_manager"), Step("step.tell_insurer"), Step("step.no_liability_words")),
            "dmg.received",
            "fallback.insurer",
            "F1",
            "derived: playbooks §13 (USD 1,000 and more); amz.injury.insurance",
        ),
        Branch(
            "dmg.uninsured",
            All(_DAMAGE, Is("insurance", "none")),
            (Step("step.call_manager"), Step("step.seller_bears"), Step("step.get_insurance")),
            "dmg.received",
            "fallback.manager_decides",
            "F3",
            "derived: playbooks §13; amz.injury.insurance",
        ),
        Branch(
            "dmg.find_out",
            Always(),
            (Step("step.call_manager"), Step("step.find_insurance"), Step("step.no_liability_words")),
            "dmg.received",
            "fallback.manager_decides",
            "F1",
            "seed 001 §13; amz.injury.insurance; house.first_answer",
        ),
    ),
    nevers=("never.admit_liability", "never.claim_unanswered", "never.urge_withdrawal"),
    source="playbooks §13, seed 001",
)
