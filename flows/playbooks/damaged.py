"""Damaged on arrival: sections 3 and 17A of the playbooks (seeds 000 and 002).

Evidence is asked for at most once, is voluntary, and a way without it is named in the same message. Photos the
buyer already sent are never asked for again: staff judge them, or a solution is offered without.
"""

from __future__ import annotations

from flows.case import Situation
from flows.playbooks import facts as f
from flows.playbooks.conditions import All, Always, Any, Is, Known, Not
from flows.playbooks.table import Branch, Playbook, Step

_PHOTOS = Known("photos")
_EVIDENCE_SETTLED = Any(Is("evidence", "clear"), Known("asked_evidence"), _PHOTOS)
_MONEY_BACK = Is("wish", "refund", "return")
_CHEAP = Is("value_class", "cheap")

BOOK = Playbook(
    situation=Situation.DAMAGED,
    version="2026-11.1",
    facts=(
        f.ORDER,
        f.EVIDENCE,
        f.VALUE_CLASS,
        f.WISH,
        f.PHOTOS,
        f.ASKED_ORDER,
        f.ASKED_EVIDENCE,
        f.ASKED_WISH,
    ),
    branches=(
        Branch(
            "damaged.ask_both",
            All(
                f.NO_ORDER,
                f.ORDER_NOT_ASKED,
                Not(_PHOTOS),
                Not(Known("evidence")),
                Not(Known("asked_evidence")),
            ),
            (Step("step.apologise_name_fault"), Step("step.find_order"), Step("step.ask_once")),
            "damaged.ask_both",
            "fallback.offer_unasked",
            "F1",
            "seed 002 §17A; house.first_answer",
            asks=("order", "evidence"),
        ),
        Branch(
            "damaged.ask_order",
            All(f.NO_ORDER, f.ORDER_NOT_ASKED),
            (Step("step.apologise_name_fault"), Step("step.find_order"), Step("step.ask_once")),
            "damaged.ask_order",
            "fallback.person_answers",
            "F1",
            "derived: playbooks §0.1; house.first_answer",
            asks=("order",),
        ),
        Branch(
            "damaged.order_awaited",
            f.NO_ORDER,
            (Step("step.find_order"),),
            "damaged.order_awaited",
            "fallback.person_answers",
            "F1",
            "seed 002 (never the same question twice); house.first_answer",
        ),
        Branch(
            "damaged.photos_received",
            All(_PHOTOS, Not(Known("evidence"))),
            (Step("step.judge_photos"), Step("step.prepare_two_offers")),
            "damaged.photos_received",
            "fallback.offer_unasked",
            "F1",
            "seed 002 §17A (do not park the case)",
        ),
        Branch(
            "damaged.ask_evidence",
            All(
                Not(Any(Known("asked_evidence"), _PHOTOS)),
                Any(Not(Known("evidence")), Is("evidence", "unclear")),
            ),
            (Step("step.apologise_name_fault"), Step("step.ask_fitting_evidence"), Step("step.timer_24h")),
            "damaged.ask_evidence",
            "fallback.offer_unasked",
            "F1",
            "seed 002 §17A",
            asks=("evidence",),
            note="Voluntary, once, with a way without photos in the same message.",
        ),
        Branch(
            "damaged.reship",
            All(_EVIDENCE_SETTLED, Is("wish", "reship")),
            (Step("step.reship_tracked", "reship"), Step("step.tell_buyer_done"), Step("step.record_cause")),
            "damaged.reship",
            "fallback.refund_full",
            "F1",
            "seed 000 §3 (do not be stingy); seed 002",
            action="reship",
        ),
        Branch(
            "damaged.part",
            All(_EVIDENCE_SETTLED, Is("wish", "part")),
            (Step("step.ship_part", "send_part"), Step("step.tell_buyer_done"), Step("step.record_cause")),
            "damaged.part",
            "fallback.return_refund",
            "F1",
            "seed 002 §17B",
            action="send_part",
        ),
        Branch(
            "damaged.partial_refund",
            All(_EVIDENCE_SETTLED, Is("wish", "partial_refund")),
            (Step("step.one_fair_offer", "partial_refund"), Step("step.record_cause")),
            "damaged.partial",
            "fallback.return_refund",
            "F1",
            "seed 002 §17C (one fair offer, free to refuse)",
            action="partial_refund",
        ),
        Branch(
            "damaged.refund_keep",
            All(_EVIDENCE_SETTLED, _MONEY_BACK, _CHEAP),
            (Step("step.refund_full", "refund"), Step("step.tell_buyer_done"), Step("step.record_cause")),
            "damaged.refund",
            "fallback.refund_full",
            "F1",
            "seed 000 §3; seed 002 (low-priced goods are refunded straight away)",
            action="refund",
        ),
        Branch(
            "damaged.return_refund",
            All(_EVIDENCE_SETTLED, _MONEY_BACK),
            (Step("step.send_label", "return_label"), Step("step.refund_on_return", "refund")),
            "damaged.return_refund",
            "fallback.return_refund",
            "F2",
            "seed 002 §17 (valid by dispute policy)",
            action="return_label",
        ),
        Branch(
            "damaged.choice_cheap",
            All(_EVIDENCE_SETTLED, _CHEAP, f.WISH_NOT_ASKED),
            (Step("step.apologise_name_fault"), Step("step.offer_choice")),
            "damaged.choice_cheap",
            "fallback.refund_full",
            "F1",
            "seed 000 §3; seed 002",
            asks=("wish",),
        ),
        Branch(
            "damaged.choice",
            All(_EVIDENCE_SETTLED, f.WISH_NOT_ASKED),
            (Step("step.apologise_name_fault"), Step("step.offer_by_wish")),
            "damaged.choice",
            "fallback.return_refund",
            "F1",
            "seed 002 (at least two solutions, the buyer's wish first)",
            asks=("wish",),
        ),
        Branch(
            "damaged.no_answer_cheap",
            All(_EVIDENCE_SETTLED, _CHEAP),
            (Step("step.refund_full", "refund"), Step("step.tell_buyer_done")),
            "damaged.refund",
            "fallback.refund_full",
            "F3",
            "seed 002 (carry out the fallback whatever the state of talks)",
            action="refund",
        ),
        Branch(
            "damaged.no_answer",
            Always(),
            (Step("step.send_label", "return_label"), Step("step.refund_on_return", "refund")),
            "damaged.return_refund",
            "fallback.return_refund",
            "F3",
            "seed 002 (carry out the fallback whatever the state of talks)",
            action="return_label",
        ),
    ),
    nevers=("never.argue_defect", "never.return_worthless", "never.ask_photos_twice", "never.trade_rating"),
    source="playbooks §3 and §17A, seeds 000 and 002",
)
