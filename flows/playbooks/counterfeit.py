"""Counterfeit accusation: section 6 of the playbooks (seed 000, third article). Papers decide, never a tone."""

from __future__ import annotations

from flows.case import Situation
from flows.playbooks import facts as f
from flows.playbooks.conditions import All, Always, Is
from flows.playbooks.table import Branch, Offer, Playbook, Step

BOOK = Playbook(
    situation=Situation.COUNTERFEIT,
    version="2026-11.2",
    facts=(f.PAPERS, f.BUYER_REFUSES, f.TIME_LEFT),
    branches=(
        Branch(
            "cf.no_papers",
            Is("papers", "none"),
            (
                Step("step.do_not_argue"),
                Step("step.refund_full", "refund"),
                Step("step.take_down_brand", "stop_sale"),
                Step("step.warn_management"),
            ),
            "cf.refund",
            "fallback.refund_and_delist",
            "F3",
            "seed 000 §6 (the seller is fully liable); ali.dispute.respond",
            action="refund",
            offers=(Offer.REFUND, Offer.RETURN),
            fallback_reply="cf.refund",
            fallback_action="refund",
        ),
        Branch(
            "cf.submit",
            All(Is("papers", "complete"), Is("buyer_refuses", "yes")),
            (Step("step.submit_papers", "answer_case"), Step("step.keep_helping"), Step("step.watch_decision")),
            "cf.submitted",
            "fallback.appeal",
            "F4",
            "seed 000 §6 (documents in the platform's back office); ali.complaint.answer; ali.dispute.respond",
            handoff="cf.papers_text",
            action="answer_case",
            fallback_reply="cf.submitted",
            fallback_action="appeal",
        ),
        Branch(
            "cf.show_papers",
            Is("papers", "complete"),
            (Step("step.contact_buyer_first"), Step("step.show_papers"), Step("step.one_polite_request")),
            "cf.show_papers",
            "fallback.platform_decides",
            "F1",
            "seed 000 §6; ali.dispute.respond",
            offers=(Offer.INFORMATION, Offer.RETURN),
            fallback_reply="cf.submitted",
            fallback_action="answer_case",
            override="withdrawal",
        ),
        Branch(
            "cf.too_late",
            f.LITTLE_TIME,
            (
                Step("step.answer_with_what_exists", "answer_case"),
                Step("step.refund_full", "refund"),
                Step("step.take_down_brand", "stop_sale"),
            ),
            "cf.refund",
            "fallback.refund_and_delist",
            "F3",
            "derived: playbooks §6 (not complete one day before the deadline); ali.dispute.respond",
            action="refund",
            offers=(Offer.REFUND, Offer.RETURN),
            fallback_reply="cf.refund",
            fallback_action="refund",
        ),
        Branch(
            "cf.collect",
            Is("papers", "incomplete"),
            (Step("step.collect_invoices"), Step("step.answer_with_what_exists", "answer_case")),
            "cf.checking",
            "fallback.refund_day_before",
            "F3",
            "derived: playbooks §6 (365 days of invoices); ali.complaint.answer",
            fallback_reply="cf.refund",
            fallback_action="refund",
        ),
        Branch(
            "cf.find_papers",
            Always(),
            (Step("step.contact_buyer_first"), Step("step.find_papers"), Step("step.hold_sale", "stop_sale")),
            "cf.checking",
            "fallback.refund_day_before",
            "F1",
            "seed 000 §6; house.first_answer",
            fallback_reply="cf.refund",
            fallback_action="refund",
        ),
    ),
    nevers=("never.forge_papers", "never.pay_for_withdrawal", "never.threaten", "never.papers_by_mail"),
    source="playbooks §6, seed 000",
)
