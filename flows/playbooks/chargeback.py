"""Chargeback, threatened or opened: derived from sections 0.2 and 18 and the clocks of the marketplace rules.

An opened one closes every other case of the order, and the bank pays: nothing is refunded besides.
"""

from __future__ import annotations

from flows.case import Situation
from flows.playbooks import facts as f
from flows.playbooks.conditions import All, Always, Is
from flows.playbooks.opening import ASK, AWAITED
from flows.playbooks.solutions import ALL_WAYS
from flows.playbooks.table import Branch, FactSpec, Offer, Playbook, Step

CHARGEBACK = FactSpec("chargeback", ("threatened", "opened"), "ask.chargeback")
_OPENED = Is("chargeback", "opened")
_CLOCKS = "amz.chargeback; ebay.payment_dispute"

BOOK = Playbook(
    situation=Situation.CHARGEBACK,
    version="2026-11.2",
    facts=(f.ORDER, CHARGEBACK, f.PROOF_OF_DELIVERY, f.TIME_LEFT, f.ASKED_ORDER, f.ASKED_WISH),
    branches=(
        Branch(
            "cb.lapsed",
            All(_OPENED, f.LAPSED),
            (
                Step("step.look_whether_decided"),
                Step("step.accept_loss"),
                Step("step.never_twice"),
                Step("step.record_cause"),
            ),
            "cb.opened",
            "fallback.accept_chargeback",
            "F5",
            f"derived: playbooks §0.4; {_CLOCKS} (the response is overdue)",
            fallback_reply="cb.opened",
        ),
        Branch(
            "cb.represent",
            All(_OPENED, Is("proof_of_delivery", "yes")),
            (
                Step("step.close_other_cases"),
                Step("step.collect_claim_pack"),
                Step("step.represent", "answer_case"),
            ),
            "cb.opened",
            "fallback.accept_chargeback",
            "F4",
            f"derived: playbooks §18; {_CLOCKS}",
            handoff="cb.represent_text",
            action="answer_case",
            fallback_reply="cb.opened",
        ),
        Branch(
            "cb.accept",
            All(_OPENED, Is("proof_of_delivery", "no")),
            (Step("step.close_other_cases"), Step("step.accept_in_case", "answer_case"), Step("step.never_twice")),
            "cb.opened",
            "fallback.accept_chargeback",
            "F5",
            f"derived: playbooks §0.4; {_CLOCKS}",
            action="answer_case",
            fallback_reply="cb.opened",
        ),
        Branch(
            "cb.collect",
            _OPENED,
            (Step("step.close_other_cases"), Step("step.collect_claim_pack"), Step("step.decide_before_clock")),
            "cb.opened",
            "fallback.accept_chargeback",
            "F3",
            f"derived: playbooks §18; {_CLOCKS}",
            fallback_reply="cb.opened",
        ),
        ASK,
        AWAITED,
        Branch(
            "cb.choice",
            f.WISH_NOT_ASKED,
            (Step("step.stay_calm"), Step("step.offer_by_wish"), Step("step.choose_situation")),
            "cb.choice",
            "fallback.f1",
            "F1",
            "seed 001 §0.2 (never answer in kind); seed 002 §0.3",
            asks=("wish",),
            offers=ALL_WAYS,
            fallback_reply="cb.person",
        ),
        Branch(
            "cb.person",
            Always(),
            (Step("step.manager_decides"), Step("step.solve_by_wish"), Step("step.choose_situation")),
            "cb.person",
            "fallback.f1",
            "F1",
            "seed 002 §0.3 (never the same question twice); house.first_answer",
            offers=(Offer.RETURN, Offer.REFUND),
            fallback_reply="cb.person",
        ),
    ),
    nevers=("never.refund_twice", "never.threaten", "never.ask_twice", "never.urge_withdrawal"),
    source="derived; playbooks §0.2 and §18",
)
