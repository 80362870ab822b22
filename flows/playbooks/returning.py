"""Goods on their way back to us: steps 3 and 4 of section 15 (seed 001), whatever the complaint was.

A prepaid label is half a promise: "when the parcel is with us, you get your money back". These rows are the other
half, in the table of returns and in that of every complaint about goods.
"""

from __future__ import annotations

from flows.playbooks import facts as f
from flows.playbooks.conditions import All, Is, Known, Not
from flows.playbooks.table import Branch, FactSpec, Offer, Step

ARRIVED = ("arrived_whole", "arrived_damaged")
_STATES = ("on_its_way", *ARRIVED, "never_came")
STATE = FactSpec("return_state", _STATES, "ask.return_state")
# In a complaint nothing is missing until a label is out.
FACTS = (f.noticed("return_state", *_STATES), f.ASKED_TRACKING)

_REFUND_CLOCKS = "amz.return.refund.us; amz.return.refund.other; ebay.return.refund; ali.return.confirm"
_SAFET = "amz.safet.file.us; amz.safet.file.other"

ROWS = (
    Branch(
        "ret.arrived_whole",
        Is("return_state", "arrived_whole"),
        (Step("step.inspect_same_day"), Step("step.refund_full", "refund"), Step("step.tell_buyer_done")),
        "ret.refund_now",
        "fallback.refund_full",
        "F1",
        f"seed 001 §15 (step 3); {_REFUND_CLOCKS}",
        action="refund",
        offers=(Offer.REFUND, Offer.RESHIP),
        fallback_reply="ret.refund_now",
        fallback_action="refund",
    ),
    Branch(
        "ret.arrived_damaged",
        Is("return_state", "arrived_damaged"),
        (
            Step("step.inspect_same_day"),
            Step("step.talk_to_buyer_first"),
            Step("step.graded_refund", "partial_refund"),
            Step("step.file_reimbursement", "platform_report"),
        ),
        "ret.graded",
        "fallback.refund_reduced",
        "F2",
        f"seed 001 §15 (step 3); {_REFUND_CLOCKS}; {_SAFET}",
        action="partial_refund",
        offers=(Offer.PARTIAL_REFUND, Offer.REFUND),
        fallback_reply="ret.graded",
        fallback_action="partial_refund",
    ),
    Branch(
        "ret.ask_tracking",
        All(Is("return_state", "never_came"), Not(Known("asked_tracking"))),
        (Step("step.ask_return_tracking"), Step("step.ask_once")),
        "ret.ask_tracking",
        "fallback.request_closes",
        "F1",
        "derived: playbooks §15; ali.return.ship; ebay.return.shipback",
        asks=("tracking",),
        offers=(Offer.INFORMATION, Offer.REFUND),
    ),
    Branch(
        "ret.wait_for_parcel",
        Is("return_state", "never_came", "on_its_way"),
        (
            Step("step.watch_tracking"),
            Step("step.file_reimbursement", "platform_report"),
            Step("step.refund_on_return"),
        ),
        "ret.wait_for_parcel",
        "fallback.request_closes",
        "F1",
        "override of seed 001 §15; amz.fba.return.claim.us; amz.fba.return.claim.eu; amz.fba.return.seed",
        offers=(Offer.INFORMATION, Offer.REFUND),
        fallback_reply="ret.refund_now",
        fallback_action="refund",
        override="days_45",
    ),
)
