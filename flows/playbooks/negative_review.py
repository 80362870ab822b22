"""Negative or neutral review in six steps: section 16 of the playbooks (seeds 001 and 002), with its overrides.

No text of this table has a word about ratings: solving comes first, and on Amazon nothing comes after.
"""

from __future__ import annotations

from flows.case import Situation
from flows.playbooks import facts as f
from flows.playbooks.conditions import All, Always, Any, Is, Known, Not
from flows.playbooks.table import Branch, FactSpec, Playbook, Step

RATING = FactSpec("rating", ("product_review", "seller_feedback", "ebay_feedback", "ali_rating"), "ask.rating")
GROUNDS = f.noticed("removal_grounds", "yes", "no")
THREAT = f.noticed("rating_threat", "yes", "no")
SOLVED = FactSpec("solved", ("yes", "no"), "ask.solved")

_SOLVED = Is("solved", "yes")
_NOT_SOLVED = f.unless("solved", "yes")

BOOK = Playbook(
    situation=Situation.NEGATIVE_REVIEW,
    version="2026-11.2",
    facts=(THREAT, f.DISPUTE, GROUNDS, RATING, SOLVED, f.ASKED_PROBLEM),
    branches=(
        Branch(
            "rev.threat",
            Is("rating_threat", "yes"),
            (
                Step("step.do_not_give_in"),
                Step("step.help_within_policy"),
                Step("step.keep_evidence"),
                Step("step.report_extortion", "platform_report"),
            ),
            "rev.within_policy",
            "fallback.platform_decides",
            "F1",
            "derived: playbooks §16 (extortion is the buyer's violation too)",
            fallback_reply="rev.within_policy",
            fallback_action="platform_report",
        ),
        Branch(
            "rev.case_first",
            f.DISPUTE_OPEN,
            (Step("step.case_first"), Step("step.solve_by_wish"), Step("step.decide_before_clock")),
            "rev.case_first",
            "fallback.dispute",
            "F2",
            "seed 002 §16 (case first, rating afterwards)",
            fallback_reply="rev.case_first",
        ),
        Branch(
            "rev.removal",
            All(Is("removal_grounds", "yes"), Any(_SOLVED, Is("rating", "seller_feedback", "ali_rating"))),
            (
                Step("step.check_grounds"),
                Step("step.request_removal", "platform_report"),
                Step("step.answer_publicly"),
            ),
            "rev.solve",
            "fallback.answer_publicly",
            "F4",
            "seed 001 §16 (step 3); amz.feedback.remove; ali.feedback.abuse",
            handoff="rev.removal_text",
            action="platform_report",
        ),
        Branch(
            "rev.ask_problem",
            All(_NOT_SOLVED, Not(Known("asked_problem"))),
            (Step("step.answer_within_24h"), Step("step.ask_what_went_wrong"), Step("step.choose_situation")),
            "rev.ask_problem",
            "fallback.person_answers",
            "F1",
            "seed 001 §16 (steps 1 and 2); house.first_answer",
            asks=("problem",),
        ),
        Branch(
            "rev.solve",
            _NOT_SOLVED,
            (Step("step.solve_by_wish"), Step("step.choose_situation"), Step("step.record_cause")),
            "rev.solve",
            "fallback.f1",
            "F1",
            "seed 001 §16 (step 2)",
            fallback_reply="rev.solve",
        ),
        Branch(
            "rev.product_review",
            Is("rating", "product_review"),
            (Step("step.no_request_on_amazon"), Step("step.review_tool_only"), Step("step.improve_product")),
            "rev.solved",
            "fallback.leave_it",
            "F5",
            "override of seed 001 §16; amz.review.contact",
            override="review_change",
        ),
        Branch(
            "rev.ebay_feedback",
            Is("rating", "ebay_feedback"),
            (Step("step.revision_request_once", "platform_report"), Step("step.improve_product")),
            "rev.solved",
            "fallback.leave_it",
            "F5",
            "seed 002 §16 (only after the case is solved); ebay.feedback.revise",
            action="platform_report",
        ),
        Branch(
            "rev.seller_feedback",
            Is("rating", "seller_feedback"),
            (Step("step.no_request_on_amazon"), Step("step.answer_publicly"), Step("step.improve_product")),
            "rev.solved",
            "fallback.leave_it",
            "F5",
            "override of seed 001 §16; amz.feedback.remove",
            override="review_change",
        ),
        Branch(
            "rev.public_answer",
            Always(),
            (Step("step.answer_publicly"), Step("step.improve_product"), Step("step.ask_platform_support")),
            "rev.solved",
            "fallback.leave_it",
            "F5",
            "seed 001 §16 (steps 5 and 6)",
        ),
    ),
    nevers=("never.trade_rating", "never.repeat_rating_request", "never.gifts", "never.change_product_review"),
    source="playbooks §16, seeds 001 and 002",
)
