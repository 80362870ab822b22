"""Return and exchange in four steps: section 15 of the playbooks (seed 001): reason, guide, inspect, reimburse."""

from __future__ import annotations

from flows.case import Situation
from flows.playbooks import facts as f
from flows.playbooks import returning
from flows.playbooks.conditions import All, Always, Is, Known, Not
from flows.playbooks.opening import ASK, AWAITED
from flows.playbooks.table import Branch, FactSpec, Offer, Playbook, Step

RETURN_WINDOW = FactSpec("return_window", ("inside", "outside"), "ask.return_window")

_SELLERS = Is("fault", "seller")
_BUYERS = Is("fault", "not_seller")

_OURS = (
    Branch(
        "ret.ours_exchange",
        All(_SELLERS, Is("wish", "reship")),
        (Step("step.reship_tracked", "reship"), Step("step.send_label"), Step("step.record_cause")),
        "ret.exchange",
        "fallback.return_refund",
        "F1",
        "seed 001 §15 (step 1: replacement or refund)",
        action="reship",
        offers=(Offer.RESHIP, Offer.RETURN, Offer.REFUND),
        fallback_reply="ret.label",
        fallback_action="return_label",
    ),
    Branch(
        "ret.ours_keep",
        All(_SELLERS, f.CHEAP),
        (Step("step.refund_full", "refund"), Step("step.tell_buyer_done"), Step("step.record_cause")),
        "ret.refund_keep",
        "fallback.refund_full",
        "F1",
        "seed 001 §15; amz.return.intl_lowvalue",
        action="refund",
        offers=(Offer.REFUND, Offer.RESHIP),
        fallback_reply="ret.refund_keep",
        fallback_action="refund",
    ),
    Branch(
        "ret.ours",
        _SELLERS,
        (
            Step("step.send_label", "return_label"),
            Step("step.guide_return"),
            Step("step.refund_on_return", "refund"),
        ),
        "ret.label",
        "fallback.return_refund",
        "F1",
        "seed 001 §15 (step 2); amz.return.intl_method",
        action="return_label",
        offers=(Offer.RETURN, Offer.RESHIP, Offer.REFUND),
        fallback_reply="ret.label",
        fallback_action="return_label",
    ),
)

_THEIRS = (
    Branch(
        "ret.outside_window",
        All(_BUYERS, Is("return_window", "outside")),
        (Step("step.decline_politely"), Step("step.goodwill_by_manager")),
        "ret.outside_window",
        "fallback.manager_decides",
        "F1",
        "seed 001 §15 (inside policy, as far as possible towards the buyer); amz.return.window",
        offers=(Offer.INFORMATION, Offer.PARTIAL_REFUND),
    ),
    Branch(
        "ret.inside_window",
        All(_BUYERS, Is("return_window", "inside")),
        (
            Step("step.accept_by_policy"),
            Step("step.guide_return"),
            Step("step.who_pays_freight"),
            Step("step.refund_on_return"),
        ),
        "ret.accept",
        "fallback.accept_return",
        "F1",
        "seed 001 §15; amz.return.window; amz.return.request",
        action="return_label",
        offers=(Offer.RETURN, Offer.PARTIAL_REFUND),
        fallback_reply="ret.accept",
        fallback_action="return_label",
    ),
    Branch(
        "ret.check_window",
        _BUYERS,
        (Step("step.check_return_window"), Step("step.answer_in_time")),
        "ret.checking",
        "fallback.accept_return",
        "F1",
        "seed 001 §15; amz.return.request; ebay.return.respond",
        offers=(Offer.RETURN, Offer.INFORMATION),
        fallback_reply="ret.accept",
        fallback_action="return_label",
    ),
)

BOOK = Playbook(
    situation=Situation.RETURN_EXCHANGE,
    version="2026-11.2",
    facts=(
        f.ORDER,
        returning.STATE,
        f.FAULT,
        RETURN_WINDOW,
        f.PLATFORM,
        f.FULFILMENT,
        f.VALUE_CLASS,
        f.WISH,
        f.ASKED_ORDER,
        f.ASKED_TRACKING,
        f.ASKED_REASON,
    ),
    branches=(
        ASK,
        AWAITED,
        Branch(
            "ret.fba",
            All(Is("fulfilment", "platform"), Is("platform", "amazon")),
            (
                Step("step.point_to_amazon_returns"),
                Step("step.watch_fba_reimbursement"),
                Step("step.answer_in_time"),
            ),
            "ret.fba",
            "fallback.platform_return",
            "F1",
            "seed 001 §15 (step 4); amz.return.auto; amz.fba.return.claim.us; amz.fba.return.claim.eu",
            offers=(Offer.RETURN, Offer.INFORMATION),
            fallback_reply="ret.fba",
            override="days_45",
        ),
        *returning.ROWS,
        *_OURS,
        *_THEIRS,
        Branch(
            "ret.ask_reason",
            Not(Known("asked_reason")),
            (Step("step.ask_return_reason"), Step("step.ask_once")),
            "ret.ask_reason",
            "fallback.accept_return",
            "F1",
            "seed 001 §15 (step 1); amz.return.request",
            asks=("reason",),
            offers=(Offer.RETURN, Offer.RESHIP),
            fallback_reply="ret.accept",
            fallback_action="return_label",
        ),
        Branch(
            "ret.no_reason",
            Always(),
            (Step("step.set_fault"), Step("step.accept_by_policy", "return_label"), Step("step.guide_return")),
            "ret.accept",
            "fallback.accept_return",
            "F1",
            "seed 001 §15; seed 002 §0.3 (never the same question twice)",
            action="return_label",
            offers=(Offer.RETURN, Offer.PARTIAL_REFUND),
            fallback_reply="ret.accept",
            fallback_action="return_label",
        ),
    ),
    nevers=("never.return_worthless", "never.ask_twice", "never.blame", "never.trade_rating"),
    source="playbooks §15, seed 001",
)
