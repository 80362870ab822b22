"""The buyer cannot operate the product, or looks for faults: section 4 of the playbooks (seeds 000 and 002)."""

from __future__ import annotations

from flows.case import Situation
from flows.playbooks import facts as f
from flows.playbooks.conditions import All, Always, Is, Known, Not
from flows.playbooks.solutions import ALL_WAYS
from flows.playbooks.table import Branch, Offer, Playbook, Step

_SOURCE = "seed 000 §4; seed 002"
_FAILS = Is("works", "no")

BOOK = Playbook(
    situation=Situation.HOW_TO_USE,
    version="2026-11.2",
    facts=(f.WORKS, f.BAD_FAITH, f.GUIDED, f.WISH, f.ASKED_PROBLEM, f.ASKED_WISH),
    branches=(
        Branch(
            "htu.works",
            Is("works", "yes"),
            (Step("step.close_when_works"), Step("step.improve_manual")),
            "htu.works",
            "fallback.none_needed",
            "F1",
            _SOURCE,
        ),
        Branch(
            "htu.bad_faith",
            Is("bad_faith", "suspected"),
            (
                Step("step.stay_friendly"),
                Step("step.keep_evidence"),
                Step("step.offer_standard_return", "return_label"),
                Step("step.prepare_dispute_pack"),
                Step("step.report_abuse", "platform_report"),
            ),
            "htu.standard_return",
            "fallback.platform_decides",
            "F2",
            "seed 000 §4 (rare: looks for faults on purpose)",
            action="return_label",
            offers=(Offer.RETURN, Offer.INFORMATION),
            fallback_reply="ret.accept",
            fallback_action="return_label",
        ),
        Branch(
            "htu.wish",
            All(_FAILS, Is("wish", "refund", "return", "reship", "partial_refund")),
            (Step("step.treat_as_defect"), Step("step.send_label", "return_label"), Step("step.record_cause")),
            "fix.return_refund",
            "fallback.return_refund",
            "F1",
            "seed 002 §4 (return or partial refund by wish)",
            action="return_label",
            offers=(Offer.RETURN, Offer.RESHIP, Offer.PARTIAL_REFUND),
            fallback_reply="fix.return_refund",
            fallback_action="return_label",
        ),
        Branch(
            "htu.as_defect",
            All(_FAILS, Is("guided", "twice"), f.WISH_NOT_ASKED),
            (Step("step.treat_as_defect"), Step("step.offer_by_wish")),
            "fix.choice",
            "fallback.return_refund",
            "F1",
            f"{_SOURCE} (section 3 when the guide did not help)",
            asks=("wish",),
            offers=ALL_WAYS,
            fallback_reply="fix.return_refund",
            fallback_action="return_label",
        ),
        Branch(
            "htu.no_answer",
            All(_FAILS, Is("guided", "twice")),
            (Step("step.send_label", "return_label"), Step("step.refund_on_return", "refund")),
            "fix.return_refund",
            "fallback.return_refund",
            "F3",
            "seed 002 §0.2 (carry out the fallback whatever the state of talks)",
            action="return_label",
            offers=(Offer.RETURN, Offer.REFUND),
            fallback_reply="fix.return_refund",
            fallback_action="return_label",
        ),
        Branch(
            "htu.other_means",
            All(_FAILS, Is("guided", "once")),
            (Step("step.change_means"), Step("step.ask_result")),
            "htu.other_means",
            "fallback.return_or_partial",
            "F1",
            "derived: playbooks §4 (never the same template)",
            offers=(Offer.INFORMATION, Offer.RESHIP, Offer.RETURN),
            fallback_reply="fix.choice",
            fallback_action="return_label",
        ),
        Branch(
            "htu.wait_result",
            Known("guided"),
            (Step("step.ask_result"), Step("step.timer_24h")),
            "htu.wait_result",
            "fallback.return_or_partial",
            "F1",
            _SOURCE,
            fallback_reply="fix.choice",
            fallback_action="return_label",
        ),
        Branch(
            "htu.ask",
            All(Not(Known("asked_problem")), Not(Known("works"))),
            (Step("step.ask_what_was_done"), Step("step.ask_once")),
            "htu.ask",
            "fallback.return_or_partial",
            "F1",
            _SOURCE,
            asks=("problem",),
        ),
        Branch(
            "htu.guide",
            Always(),
            (Step("step.send_guide", "send_guide"), Step("step.ask_result"), Step("step.close_when_works")),
            "htu.guide",
            "fallback.return_or_partial",
            "F1",
            _SOURCE,
            offers=(Offer.INFORMATION, Offer.RESHIP, Offer.RETURN),
            fallback_reply="fix.choice",
            fallback_action="return_label",
        ),
    ),
    nevers=("never.blame", "never.user_error", "never.other_channel", "never.ask_twice"),
    source="playbooks §4, seeds 000 and 002",
)
