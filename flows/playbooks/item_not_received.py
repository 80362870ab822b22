"""Item not received, parcel stuck: section 1 of the playbooks (seed 000, first article)."""

from __future__ import annotations

from flows.case import Situation
from flows.playbooks import facts as f
from flows.playbooks import lapsed
from flows.playbooks.conditions import All, Always, Any, Is, Not
from flows.playbooks.table import Branch, Offer, Playbook, Step

LOST = Any(Is("tracking", "stuck"), All(Is("tracking", "none"), Is("promised_date", "passed")))
_LATE = All(Is("tracking", "moving"), Is("promised_date", "passed"))

ASK_ORDER = Branch(
    "inr.ask_order",
    All(f.NO_ORDER, f.ORDER_NOT_ASKED),
    (Step("step.find_order"), Step("step.ask_once")),
    "inr.ask_order",
    "fallback.person_answers",
    "F1",
    "derived: playbooks §0.1; house.first_answer",
    asks=("order",),
)
ORDER_AWAITED = Branch(
    "inr.order_awaited",
    f.NO_ORDER,
    (Step("step.find_order"),),
    "inr.order_awaited",
    "fallback.person_answers",
    "F1",
    "seed 002 (never the same question twice); house.first_answer",
)
DISPUTE_TRACKED = Branch(
    "inr.dispute_tracked",
    All(f.DISPUTE_OPEN, Is("shipping_class", "tracked", "online")),
    (
        Step("step.upload_tracking_proof", "upload_proof"),
        Step("step.keep_talking_in_dispute"),
        Step("step.decide_before_clock"),
    ),
    "inr.dispute_tracked",
    "fallback.dispute",
    "F3",
    "seed 000 §1; ali.dispute.respond; ebay.inr.respond",
    action="upload_proof",
    offers=(Offer.INFORMATION, Offer.REFUND),
    fallback_reply="inr.refund_unasked",
    fallback_action="refund",
)
DISPUTE_UNTRACKED = Branch(
    "inr.dispute_untracked",
    All(f.DISPUTE_OPEN, Is("shipping_class", "untracked")),
    (Step("step.expect_to_lose"), Step("step.refund_full", "refund")),
    "inr.dispute_refund",
    "fallback.refund_in_clock",
    "F3",
    "seed 000 §1; ali.dispute.respond; ebay.inr.respond",
    action="refund",
    note="No proof of delivery is possible for an untracked parcel.",
    offers=(Offer.REFUND, Offer.RESHIP),
    fallback_reply="inr.dispute_refund",
    fallback_action="refund",
)
DISPUTE_OPEN = Branch(
    "inr.dispute_open",
    f.DISPUTE_OPEN,
    (Step("step.collect_shipping_proof"), Step("step.decide_before_clock")),
    "inr.dispute_hold",
    "fallback.dispute",
    "F3",
    "seed 000 §1; ali.dispute.negotiate; ali.dispute.intransit; ebay.inr.respond",
    offers=(Offer.INFORMATION, Offer.REFUND),
    fallback_reply="inr.refund_unasked",
    fallback_action="refund",
)
DELIVERED = Branch(
    "inr.delivered",
    Is("tracking", "delivered"),
    (
        Step("step.get_proof_of_delivery"),
        Step("step.help_search"),
        Step("step.carrier_inquiry"),
    ),
    "inr.delivered",
    "fallback.hold_with_proof",
    "F1",
    "derived: playbooks §1",
    offers=(Offer.INFORMATION, Offer.REFUND),
    fallback_reply="inr.delivered",
)
CUSTOMS_BUYER = Branch(
    "inr.customs_buyer",
    All(Is("tracking", "exception", "returned"), Is("must_act", "buyer")),
    (Step("step.get_carrier_document"), Step("step.say_who_must_act"), Step("step.next_update")),
    "inr.customs_buyer",
    "fallback.refund_when_back",
    "F1",
    "derived: playbooks §1 (customs papers)",
    offers=(Offer.INFORMATION, Offer.RETURN),
    fallback_reply="inr.exception",
)
EXCEPTION = Branch(
    "inr.exception",
    Is("tracking", "exception", "returned"),
    (
        Step("step.get_carrier_document"),
        Step("step.say_who_must_act"),
        Step("step.refund_or_reship_after_return"),
    ),
    "inr.exception",
    "fallback.exception",
    "F1",
    "derived: playbooks §1",
    offers=(Offer.INFORMATION, Offer.RESHIP, Offer.REFUND),
    fallback_reply="inr.refund_unasked",
    fallback_action="refund",
)
REFUND = Branch(
    "inr.refund",
    All(Any(LOST, _LATE), Is("wish", "refund")),
    (Step("step.refund_full", "refund"), Step("step.tell_buyer_done"), Step("step.carrier_inquiry")),
    "inr.refund",
    "fallback.refund_full",
    "F1",
    "seed 002 (the buyer's wish first); derived: playbooks §1",
    action="refund",
    offers=(Offer.REFUND, Offer.RESHIP),
    fallback_reply="inr.refund_unasked",
    fallback_action="refund",
)
RESHIP = Branch(
    "inr.reship",
    All(Any(LOST, _LATE), Is("wish", "reship")),
    (Step("step.reship_tracked", "reship"), Step("step.tell_buyer_done"), Step("step.carrier_inquiry")),
    "inr.reship",
    "fallback.refund_full",
    "F1",
    "seed 002 (the buyer's wish first); derived: playbooks §1",
    action="reship",
    offers=(Offer.RESHIP, Offer.REFUND),
    fallback_reply="inr.refund",
    fallback_action="refund",
)
STUCK = Branch(
    "inr.stuck",
    All(LOST, f.WISH_NOT_ASKED),
    (Step("step.tell_openly"), Step("step.offer_choice"), Step("step.carrier_inquiry")),
    "inr.choice_lost",
    "fallback.refund_full",
    "F1",
    "derived: playbooks §1 (no movement for 7 days); ebay.inr.stuck",
    asks=("wish",),
    offers=(Offer.RESHIP, Offer.REFUND),
    fallback_reply="inr.refund_unasked",
    fallback_action="refund",
)
STUCK_NO_ANSWER = Branch(
    "inr.stuck_no_answer",
    LOST,
    (Step("step.refund_full", "refund"), Step("step.tell_buyer_done")),
    "inr.refund_unasked",
    "fallback.refund_full",
    "F3",
    "seed 002 (do not wait: make the next offer oneself)",
    action="refund",
    offers=(Offer.REFUND, Offer.RESHIP),
    fallback_reply="inr.refund_unasked",
    fallback_action="refund",
)
LATE = Branch(
    "inr.late",
    All(_LATE, f.WISH_NOT_ASKED),
    (Step("step.tell_openly"), Step("step.carrier_inquiry"), Step("step.offer_choice")),
    "inr.choice_late",
    "fallback.buyers_choice",
    "F1",
    "derived: playbooks §1 (date passed, tracking moving)",
    asks=("wish",),
    offers=(Offer.INFORMATION, Offer.RESHIP, Offer.REFUND),
    fallback_reply="inr.refund_unasked",
    fallback_action="refund",
)
LATE_WAIT = Branch(
    "inr.late_wait",
    _LATE,
    (Step("step.watch_tracking"), Step("step.refund_at_date", "refund")),
    "inr.wait_late",
    "fallback.buyers_choice",
    "F1",
    "derived: playbooks §1; seed 002 (never the same question twice)",
    offers=(Offer.REFUND, Offer.RESHIP),
    fallback_reply="inr.refund_unasked",
    fallback_action="refund",
)
ON_THE_WAY = Branch(
    "inr.on_the_way",
    Is("tracking", "moving"),
    (Step("step.explain_route"), Step("step.next_update"), Step("step.extend_protection")),
    "inr.on_the_way",
    "fallback.at_promised_date",
    "F1",
    "seed 000 §1 (contact the buyer first); derived: playbooks §1",
    offers=(Offer.INFORMATION, Offer.RESHIP, Offer.REFUND),
    fallback_reply="inr.refund_unasked",
    fallback_action="refund",
)
NO_SCAN_YET = Branch(
    "inr.no_scan_yet",
    All(Is("tracking", "none"), Not(Is("promised_date", "passed"))),
    (Step("step.check_ship_date"), Step("step.next_update")),
    "inr.no_scan_yet",
    "fallback.at_promised_date",
    "F1",
    "derived: playbooks §11",
    offers=(Offer.INFORMATION, Offer.RESHIP, Offer.REFUND),
    fallback_reply="inr.refund_unasked",
    fallback_action="refund",
)
CHECK_TRACKING = Branch(
    "inr.check_tracking",
    Always(),
    (Step("step.look_up_tracking"), Step("step.next_update")),
    "inr.checking",
    "fallback.at_promised_date",
    "F1",
    "derived: playbooks §11; house.first_answer",
    offers=(Offer.INFORMATION, Offer.RESHIP, Offer.REFUND),
    fallback_reply="inr.refund_unasked",
    fallback_action="refund",
)

LOST_ROWS = (REFUND, RESHIP, STUCK, STUCK_NO_ANSWER, LATE, LATE_WAIT)
DISPUTE_ROWS = (*lapsed.ROWS, DISPUTE_TRACKED, DISPUTE_UNTRACKED, DISPUTE_OPEN)
FACTS = (
    f.ORDER,
    f.DISPUTE,
    f.TRACKING,
    f.PROMISED_DATE,
    f.SHIPPING_CLASS,
    f.WISH,
    f.MUST_ACT,
    *lapsed.FACTS,
    f.ASKED_ORDER,
    f.ASKED_WISH,
)

BOOK = Playbook(
    situation=Situation.ITEM_NOT_RECEIVED,
    version="2026-11.2",
    facts=FACTS,
    branches=(
        ASK_ORDER,
        ORDER_AWAITED,
        *DISPUTE_ROWS,
        DELIVERED,
        CUSTOMS_BUYER,
        EXCEPTION,
        *LOST_ROWS,
        ON_THE_WAY,
        NO_SCAN_YET,
        CHECK_TRACKING,
    ),
    nevers=(
        "never.lapse",
        "never.soon_without_date",
        "never.close_dispute_first",
        "never.foreign_tracking",
        "never.ask_twice",
    ),
    source="playbooks §1, seed 000",
)
