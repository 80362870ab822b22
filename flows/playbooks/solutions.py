"""The rows that all complaints about goods share: sections 3, 5 and 17 of the playbooks (seeds 000 and 002).

Which complaint it is stands in the texts as {issue}; the way out is the same. A row looks for the buyer's wish
first, then for what is cheap for both, and acts by itself when the choice was offered once and not taken.
"""

from __future__ import annotations

from flows.playbooks import facts as f
from flows.playbooks import lapsed, returning
from flows.playbooks.conditions import All, Always, Any, Condition, Is, Known, Not
from flows.playbooks.table import Branch, FactSpec, Offer, Step

HAS_PHOTOS = Known("photos")
ASKED_FOR_EVIDENCE = Known("asked_evidence")
# Asked once is enough, whatever the answer: "I have none" is an answer, and so is silence.
EVIDENCE_OPEN = All(Not(Any(ASKED_FOR_EVIDENCE, HAS_PHOTOS)), f.unless("evidence", "clear", "unavailable"))
NOT_LOOKED_AT = All(HAS_PHOTOS, Not(Known("evidence")))
MONEY_BACK = Is("wish", "refund", "return")
NO_RETURN = Any(f.CHEAP, Is("return_cost", "too_high"))

ALL_WAYS = (Offer.RESHIP, Offer.PARTIAL_REFUND, Offer.RETURN, Offer.REFUND)
CHEAP_WAYS = (Offer.RESHIP, Offer.REFUND)

# What a table must list to use the rows below.
FACTS: tuple[FactSpec, ...] = (
    f.ORDER,
    f.DISPUTE,
    f.WISH,
    f.VALUE_CLASS,
    f.RETURN_COST,
    f.AMOUNT_SET,
    *lapsed.FACTS,
    *returning.FACTS,
    f.ASKED_ORDER,
    f.ASKED_WISH,
)
PROOF_FACTS: tuple[FactSpec, ...] = (f.EVIDENCE, f.PHOTOS, f.ASKED_EVIDENCE)

NEVERS = (
    "never.ask_twice",
    "never.ask_photos_twice",
    "never.argue_defect",
    "never.return_worthless",
    "never.trade_rating",
)

_DONE = (Step("step.tell_buyer_done"), Step("step.record_cause"))
_RETURN = (Step("step.send_label", "return_label"), Step("step.refund_on_return", "refund"))
_REFUND = (Step("step.refund_full", "refund"), Step("step.tell_buyer_done"))

ASK_ORDER = Branch(
    "fix.ask_order",
    All(f.NO_ORDER, f.ORDER_NOT_ASKED),
    (Step("step.apologise_name_fault"), Step("step.find_order"), Step("step.ask_once")),
    "fix.ask_order",
    "fallback.person_answers",
    "F1",
    "derived: playbooks §0.1; house.first_answer",
    asks=("order",),
)
ORDER_AWAITED = Branch(
    "fix.order_awaited",
    f.NO_ORDER,
    (Step("step.find_order"),),
    "fix.order_awaited",
    "fallback.person_answers",
    "F1",
    "seed 002 §0.3 (never the same question twice); house.first_answer",
)
OPENING = (ASK_ORDER, ORDER_AWAITED)

LAST_REFUND = Branch(
    "fix.case_refund",
    All(f.DISPUTE_OPEN, f.LITTLE_TIME, NO_RETURN),
    (Step("step.refund_full", "refund"), Step("step.answer_in_case", "answer_case"), Step("step.tell_buyer_done")),
    "fix.refund",
    "fallback.refund_in_clock",
    "F3",
    "seed 002 §17 (before the forced period ends); ebay.return.respond; ali.dispute.respond",
    action="refund",
    offers=(Offer.REFUND, Offer.RETURN),
    fallback_reply="fix.refund",
    fallback_action="refund",
)
LAST_RETURN = Branch(
    "fix.case_return",
    All(f.DISPUTE_OPEN, f.LITTLE_TIME),
    (Step("step.accept_return", "return_label"), Step("step.answer_in_case", "answer_case"), *_RETURN[1:]),
    "fix.return_refund",
    "fallback.dispute",
    "F3",
    "seed 002 §17 (accept the return and pay its freight); ebay.return.respond; ali.dispute.respond",
    action="return_label",
    offers=(Offer.RETURN, Offer.REFUND),
    fallback_reply="fix.return_refund",
    fallback_action="return_label",
)
CASE_OPTIONS = Branch(
    "fix.case_options",
    All(f.DISPUTE_OPEN, Not(Known("wish")), f.WISH_NOT_ASKED),
    (Step("step.offer_all_options"), Step("step.answer_in_case", "answer_case"), Step("step.decide_before_clock")),
    "fix.case_options",
    "fallback.dispute",
    "F2",
    "seed 002 §17 (offers inside the forced negotiation period); ebay.return.respond; ali.dispute.respond",
    asks=("wish",),
    offers=(Offer.RETURN, Offer.REFUND, Offer.PARTIAL_REFUND),
    fallback_reply="fix.return_refund",
    fallback_action="return_label",
)
CASE = (*lapsed.ROWS, *returning.ROWS, LAST_REFUND, LAST_RETURN, CASE_OPTIONS)

PHOTOS_RECEIVED = Branch(
    "fix.photos_received",
    NOT_LOOKED_AT,
    (Step("step.judge_photos"), Step("step.prepare_two_offers")),
    "fix.photos_received",
    "fallback.offer_unasked",
    "F1",
    "seed 002 §17A (do not park the case)",
    fallback_reply="fix.choice",
    fallback_action="return_label",
)

RESHIP = Branch(
    "fix.reship",
    Is("wish", "reship"),
    (Step("step.reship_tracked", "reship"), *_DONE),
    "fix.reship",
    "fallback.refund_full",
    "F1",
    "seed 000 §3 (do not be stingy); seed 002",
    action="reship",
    offers=(Offer.RESHIP, Offer.REFUND),
    fallback_reply="fix.refund",
    fallback_action="refund",
)
NO_PART = Branch(
    "fix.no_part",
    All(Is("wish", "part"), Is("part_stock", "no")),
    (Step("step.say_no_part"), Step("step.offer_by_wish")),
    "fix.no_part",
    "fallback.return_refund",
    "F1",
    "seed 002 §17B (the fit decides)",
    action="return_label",
    offers=(Offer.RETURN, Offer.PARTIAL_REFUND, Offer.RESHIP),
    fallback_reply="fix.return_refund",
    fallback_action="return_label",
)
PART = Branch(
    "fix.part",
    Is("wish", "part"),
    (
        Step("step.confirm_part"),
        Step("step.ship_part", "send_part"),
        Step("step.follow_up_fitting"),
        Step("step.record_cause"),
    ),
    "fix.part",
    "fallback.part_failed",
    "F1",
    "seed 002 §17B",
    action="send_part",
    offers=(Offer.PART, Offer.PARTIAL_REFUND, Offer.RETURN),
    fallback_reply="fix.return_refund",
    fallback_action="return_label",
)
PARTIAL = Branch(
    "fix.partial_refund",
    All(Is("wish", "partial_refund"), Known("amount_set")),
    (Step("step.one_fair_offer", "partial_refund"), Step("step.record_cause")),
    "fix.partial_amount",
    "fallback.return_refund",
    "F1",
    "seed 002 §17C (one fair offer, free to refuse)",
    action="partial_refund",
    offers=(Offer.PARTIAL_REFUND, Offer.RETURN),
    fallback_reply="fix.return_refund",
    fallback_action="return_label",
)
PARTIAL_UNKNOWN = Branch(
    "fix.partial_unknown",
    Is("wish", "partial_refund"),
    (Step("step.set_amount"), Step("step.one_fair_offer")),
    "fix.partial",
    "fallback.return_refund",
    "F1",
    "seed 002 §17C (one fair offer, near the real loss of value)",
    offers=(Offer.PARTIAL_REFUND, Offer.RETURN),
    fallback_reply="fix.return_refund",
    fallback_action="return_label",
)
REFUND_KEEP = Branch(
    "fix.refund_keep",
    All(MONEY_BACK, NO_RETURN),
    (*_REFUND, Step("step.record_cause")),
    "fix.refund",
    "fallback.refund_full",
    "F1",
    "seed 000 §3; seed 002 §17 (low-priced goods are refunded straight away)",
    action="refund",
    offers=(Offer.REFUND, Offer.RESHIP),
    fallback_reply="fix.refund",
    fallback_action="refund",
)
RETURN_REFUND = Branch(
    "fix.return_refund",
    MONEY_BACK,
    (Step("step.stop_persuading"), *_RETURN, Step("step.record_cause")),
    "fix.return_refund",
    "fallback.return_refund",
    "F2",
    "seed 002 §17B (ignoring the wish leads to a lost dispute)",
    action="return_label",
    offers=(Offer.RETURN, Offer.REFUND),
    fallback_reply="fix.return_refund",
    fallback_action="return_label",
)
BY_WISH = (RESHIP, PART, PARTIAL, PARTIAL_UNKNOWN, REFUND_KEEP, RETURN_REFUND)

CHOICE_CHEAP = Branch(
    "fix.choice_cheap",
    All(f.CHEAP, f.WISH_NOT_ASKED),
    (Step("step.apologise_name_fault"), Step("step.offer_choice")),
    "fix.choice_cheap",
    "fallback.refund_full",
    "F1",
    "seed 000 §3; seed 002 §0.3",
    asks=("wish",),
    offers=CHEAP_WAYS,
    fallback_reply="fix.refund",
    fallback_action="refund",
)
CHOICE_BULKY = Branch(
    "fix.choice_bulky",
    All(Is("return_cost", "too_high"), f.WISH_NOT_ASKED),
    (Step("step.apologise_name_fault"), Step("step.offer_part_or_partial")),
    "fix.choice_bulky",
    "fallback.refund_full",
    "F1",
    "seed 002 §17B and §17C (bulky, or the freight is too high)",
    asks=("wish",),
    offers=(Offer.PART, Offer.PARTIAL_REFUND, Offer.RESHIP),
    fallback_reply="fix.refund",
    fallback_action="refund",
)
CHOICE = Branch(
    "fix.choice",
    f.WISH_NOT_ASKED,
    (Step("step.apologise_name_fault"), Step("step.offer_by_wish")),
    "fix.choice",
    "fallback.return_refund",
    "F1",
    "seed 002 §0.3 (at least two solutions, the buyer's wish first)",
    asks=("wish",),
    offers=ALL_WAYS,
    fallback_reply="fix.return_refund",
    fallback_action="return_label",
)
NO_ANSWER_CHEAP = Branch(
    "fix.no_answer_cheap",
    NO_RETURN,
    _REFUND,
    "fix.refund",
    "fallback.refund_full",
    "F3",
    "seed 002 §0.2 (carry out the fallback whatever the state of talks)",
    action="refund",
    offers=CHEAP_WAYS,
    fallback_reply="fix.refund",
    fallback_action="refund",
)
NO_ANSWER = Branch(
    "fix.no_answer",
    Always(),
    _RETURN,
    "fix.return_refund",
    "fallback.return_refund",
    "F3",
    "seed 002 §0.2 (carry out the fallback whatever the state of talks)",
    action="return_label",
    offers=(Offer.RETURN, Offer.REFUND),
    fallback_reply="fix.return_refund",
    fallback_action="return_label",
)
OPEN_END = (CHOICE_CHEAP, CHOICE_BULKY, CHOICE, NO_ANSWER_CHEAP, NO_ANSWER)


def ask_for_evidence(symptom: str, reply: str, when: Condition | None = None) -> Branch:
    """The row that asks once for what can show this fault; `symptom` "any" when nobody knows which it is."""
    known = Is("symptom", symptom) if when is None else when
    return Branch(
        f"evidence.{symptom}",
        All(EVIDENCE_OPEN, known),
        (Step("step.apologise_name_fault"), Step(f"step.evidence.{symptom}"), Step("step.timer_24h")),
        reply,
        "fallback.offer_unasked",
        "F1",
        "seed 002 §17A",
        asks=("evidence",),
        offers=(Offer.RESHIP, Offer.PARTIAL_REFUND, Offer.RETURN),
        fallback_reply="fix.choice",
        fallback_action="return_label",
        note="Voluntary, once, with a way without it in the same message.",
    )


NO_FUNCTION = ask_for_evidence("no_function", "evidence.no_function")
STOPS = ask_for_evidence("stops", "evidence.stops")
SURFACE = ask_for_evidence("surface", "evidence.surface")
SIZE = ask_for_evidence("size", "evidence.size")
MISSING = ask_for_evidence("missing", "evidence.missing")
PARCEL = ask_for_evidence("parcel", "evidence.parcel")
ANY_FAULT = ask_for_evidence("any", "evidence.any", Always())
