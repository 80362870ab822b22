"""Where is my refund, or: I want one. Derived from sections 0.2 and 15: say what stands, with a date."""

from __future__ import annotations

from flows.case import Situation
from flows.playbooks import facts as f
from flows.playbooks.conditions import Always, Is, Known, Not
from flows.playbooks.opening import ASK, AWAITED
from flows.playbooks.table import Branch, FactSpec, Offer, Playbook, Step

REFUND_STATE = FactSpec("refund_state", ("paid", "agreed", "failed", "none"), "ask.refund_state")
_SOURCE = "derived: playbooks §0.2 (keep promises in time)"

BOOK = Playbook(
    situation=Situation.REFUND,
    version="2026-11.2",
    facts=(f.ORDER, REFUND_STATE, f.ASKED_ORDER, f.ASKED_REASON),
    branches=(
        ASK,
        AWAITED,
        Branch(
            "rst.paid",
            Is("refund_state", "paid"),
            (Step("step.refund_proof"), Step("step.bank_takes_days"), Step("step.next_update")),
            "rst.paid",
            "fallback.trace_refund",
            "F1",
            _SOURCE,
            fallback_reply="rst.paid",
        ),
        Branch(
            "rst.failed",
            Is("refund_state", "failed"),
            (Step("step.refund_once_more", "refund"), Step("step.never_twice"), Step("step.tell_buyer_done")),
            "rst.failed",
            "fallback.refund_full",
            "F1",
            _SOURCE,
            action="refund",
            offers=(Offer.REFUND, Offer.RESHIP),
            fallback_reply="rst.failed",
            fallback_action="refund",
        ),
        Branch(
            "rst.agreed",
            Is("refund_state", "agreed"),
            (Step("step.refund_full", "refund"), Step("step.tell_buyer_done")),
            "rst.agreed",
            "fallback.refund_full",
            "F1",
            f"{_SOURCE}; amz.return.refund.us; amz.return.refund.other; ebay.return.refund",
            action="refund",
            offers=(Offer.REFUND, Offer.RESHIP),
            fallback_reply="rst.agreed",
            fallback_action="refund",
        ),
        Branch(
            "rst.ask_reason",
            Not(Known("asked_reason")),
            (Step("step.look_up_refund"), Step("step.ask_refund_reason"), Step("step.choose_situation")),
            "rst.ask_reason",
            "fallback.person_answers",
            "F1",
            "seed 001 §15 (step 1: the reason); house.first_answer",
            asks=("reason",),
        ),
        Branch(
            "rst.look_up",
            Always(),
            (Step("step.look_up_refund"), Step("step.choose_situation")),
            "rst.look_up",
            "fallback.person_answers",
            "F1",
            f"{_SOURCE}; house.first_answer",
        ),
    ),
    nevers=("never.refund_twice", "never.soon_without_date", "never.ask_twice"),
    source="derived; playbooks §0.2 and §15",
)
