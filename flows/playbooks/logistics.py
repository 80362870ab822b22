"""Where is my order, and late or stuck: sections 1 and 11 of the playbooks (seed 000). Who ships, answers."""

from __future__ import annotations

from flows.case import Situation
from flows.playbooks import facts as f
from flows.playbooks import item_not_received as inr
from flows.playbooks.conditions import All, Any, Is
from flows.playbooks.opening import ASK, AWAITED
from flows.playbooks.table import Branch, Offer, Playbook, Step

_FROM_PLATFORM_STOCK = Is("fulfilment", "platform")
_WAYS = (Offer.INFORMATION, Offer.RESHIP, Offer.REFUND)

MULTI_CHANNEL = Branch(
    "log.multi_channel",
    All(_FROM_PLATFORM_STOCK, Is("platform", "ebay", "aliexpress", "own")),
    (
        Step("step.answer_ourselves"),
        Step("step.ask_seller_support", "platform_report"),
        Step("step.refund_or_reship_by_wish"),
    ),
    "log.multi_channel",
    "fallback.resend_or_refund",
    "F1",
    "derived: playbooks §11 (multi-channel order from FBA stock); amz.mcf.lost",
    offers=_WAYS,
    fallback_reply="inr.refund_unasked",
    fallback_action="refund",
)
FBA = Branch(
    "log.fba",
    All(_FROM_PLATFORM_STOCK, Is("platform", "amazon")),
    (
        Step("step.ask_seller_support", "platform_report"),
        Step("step.point_to_amazon"),
        Step("step.answer_in_time"),
    ),
    "log.fba",
    "fallback.amazon_decides",
    "F1",
    "seed 000 §11 (FBA); amz.msg.reply",
    offers=(Offer.INFORMATION, Offer.REFUND),
    fallback_reply="log.fba",
)
UNTRACKED = Branch(
    "log.untracked",
    All(Is("shipping_class", "untracked"), Is("promised_date", "not_passed")),
    (Step("step.say_ship_date_and_duration"), Step("step.name_refund_date"), Step("step.next_update")),
    "log.untracked",
    "fallback.refund_at_date",
    "F1",
    "derived: playbooks §11",
    offers=_WAYS,
    fallback_reply="inr.refund_unasked",
    fallback_action="refund",
)
UNTRACKED_LATE = Branch(
    "log.untracked_late",
    All(Is("shipping_class", "untracked"), Is("promised_date", "passed"), f.WISH_NOT_ASKED),
    (Step("step.tell_openly"), Step("step.offer_choice")),
    "log.untracked_late",
    "fallback.refund_full",
    "F1",
    "derived: playbooks §2 and §11 (straight to the refund branch)",
    asks=("wish",),
    offers=(Offer.RESHIP, Offer.REFUND),
    fallback_reply="inr.refund_unasked",
    fallback_action="refund",
)
_HERE = All(Is("first_word", "here"), f.WISH_NOT_ASKED)
_ON_PLATFORM = All(Is("first_word", "platform"), f.WISH_NOT_ASKED)
_FIRST_STEPS = (Step("step.carrier_inquiry"), Step("step.tell_openly"), Step("step.offer_choice"))
FIRST_STUCK = Branch(
    "log.first_stuck",
    All(_HERE, inr.LOST),
    _FIRST_STEPS,
    "parcel.stuck",
    "fallback.refund_full",
    "F1",
    "seed 000 §1 (contact the buyer first); derived: playbooks §1 (no movement for 7 days); house.first_word",
    asks=("wish",),
    offers=(Offer.RESHIP, Offer.REFUND),
    fallback_reply="inr.refund_unasked",
    fallback_action="refund",
)
FIRST_LATE = Branch(
    "log.first_late",
    _HERE,
    _FIRST_STEPS,
    "parcel.late",
    "fallback.buyers_choice",
    "F1",
    "seed 000 §1 (contact the buyer first); derived: playbooks §1 (date passed); house.first_word",
    asks=("wish",),
    offers=_WAYS,
    fallback_reply="inr.refund_unasked",
    fallback_action="refund",
)
FIRST_STUCK_THERE = Branch(
    "log.first_stuck_there",
    All(_ON_PLATFORM, Any(inr.LOST, Is("tracking", "exception"))),
    (Step("step.write_on_platform", "message_buyer"), *_FIRST_STEPS),
    None,
    "fallback.refund_full",
    "F1",
    "seed 000 §1 (contact the buyer first); derived: playbooks §1 (no movement for 7 days); house.first_word",
    handoff="parcel.stuck",
    action="message_buyer",
    asks=("wish",),
    offers=(Offer.RESHIP, Offer.REFUND),
)
FIRST_LATE_THERE = Branch(
    "log.first_late_there",
    _ON_PLATFORM,
    (Step("step.write_on_platform", "message_buyer"), *_FIRST_STEPS),
    None,
    "fallback.buyers_choice",
    "F1",
    "seed 000 §1 (contact the buyer first); derived: playbooks §1 (date passed); house.first_word",
    handoff="parcel.late",
    action="message_buyer",
    asks=("wish",),
    offers=_WAYS,
)

_FACTS = (*inr.FACTS, f.FULFILMENT)
_NEVERS = (*inr.BOOK.nevers, "never.ask_the_carrier_alone", "never.carrier_link")

ENQUIRY = Playbook(
    situation=Situation.LOGISTICS_ENQUIRY,
    version="2026-11.2",
    facts=_FACTS,
    branches=(
        ASK,
        AWAITED,
        *inr.DISPUTE_ROWS,
        FBA,
        MULTI_CHANNEL,
        inr.DELIVERED,
        inr.CUSTOMS_BUYER,
        inr.EXCEPTION,
        *inr.LOST_ROWS,
        inr.ON_THE_WAY,
        UNTRACKED,
        UNTRACKED_LATE,
        inr.NO_SCAN_YET,
        inr.CHECK_TRACKING,
    ),
    nevers=_NEVERS,
    source="playbooks §11, seed 000",
)

LATE = Playbook(
    situation=Situation.LATE_OR_STUCK,
    version="2026-11.3",
    facts=(*_FACTS, f.FIRST_WORD),
    branches=(
        ASK,
        AWAITED,
        *inr.DISPUTE_ROWS,
        FIRST_STUCK_THERE,
        FIRST_LATE_THERE,
        FBA,
        MULTI_CHANNEL,
        inr.DELIVERED,
        inr.CUSTOMS_BUYER,
        inr.EXCEPTION,
        FIRST_STUCK,
        FIRST_LATE,
        *inr.LOST_ROWS,
        UNTRACKED_LATE,
        inr.ON_THE_WAY,
        inr.NO_SCAN_YET,
        inr.CHECK_TRACKING,
    ),
    nevers=_NEVERS,
    source="playbooks §1 and §11, seed 000",
)
