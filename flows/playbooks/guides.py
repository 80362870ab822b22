"""Tables that no case is about: which shipping class to use (section 2), and how to apologise (section 14)."""

from __future__ import annotations

from flows.playbooks import facts as f
from flows.playbooks.conditions import All, Always, Is
from flows.playbooks.table import Branch, FactSpec, Guide, Playbook, Step

DISPUTES = FactSpec("disputes", ("rising", "steady"), "ask.disputes")
INSISTS = FactSpec("insists", ("yes", "no"), "ask.insists")
HURT = FactSpec("hurt", ("yes", "no"), "ask.hurt")

SHIPPING_CLASS = Playbook(
    situation=Guide.SHIPPING_CLASS,
    version="2026-11.2",
    facts=(f.SHIPPING_CLASS, INSISTS, DISPUTES),
    branches=(
        Branch(
            "ship.accepted_risk",
            All(Is("shipping_class", "untracked"), Is("insists", "yes")),
            (Step("step.record_accepted_risk"), Step("step.straight_to_refund")),
            None,
            "fallback.refund_full",
            "F1",
            "seed 000 §2; derived: every not-received of this class is refunded",
        ),
        Branch(
            "ship.use_registered",
            Is("shipping_class", "untracked"),
            (Step("step.show_dispute_rates"), Step("step.switch_to_registered")),
            None,
            "fallback.none_needed",
            "F1",
            "seed 000 §2",
        ),
        Branch(
            "ship.use_online",
            Is("disputes", "rising"),
            (Step("step.use_online_logistics"), Step("step.show_dispute_rates")),
            None,
            "fallback.none_needed",
            "F1",
            "seed 000 §2 (fewer disputes with the platform's online logistics)",
        ),
        Branch(
            "ship.keep_calm",
            Always(),
            (Step("step.share_is_normal"), Step("step.show_dispute_rates")),
            None,
            "fallback.none_needed",
            "F1",
            "seed 000 §2 (keep the right attitude)",
        ),
    ),
    nevers=("never.blame_carrier",),
    source="playbooks §2, seed 000",
)

_PARTS = (
    Step("step.apology.name"),
    Step("step.apology.admit"),
    Step("step.apology.solve"),
    Step("step.apology.improve"),
    Step("step.apology.follow_up"),
)

APOLOGY = Playbook(
    situation=Guide.APOLOGY,
    version="2026-11.2",
    facts=(HURT, f.PLATFORM),
    branches=(
        Branch(
            "apo.injury",
            Is("hurt", "yes"),
            (Step("step.call_manager"), Step("step.no_liability_words")),
            "saf.hurt",
            "fallback.manager_decides",
            "F1",
            "derived: playbooks §14 (no admission of liability)",
        ),
        Branch(
            "apo.amazon",
            Is("platform", "amazon"),
            (*_PARTS, Step("step.no_voucher"), Step("step.reply_here")),
            "apo.letter",
            "fallback.f1",
            "F1",
            "override of seed 001 §14; amz.msg.reply",
            override="voucher",
        ),
        Branch(
            "apo.marketplace",
            Is("platform", "ebay", "aliexpress"),
            (*_PARTS, Step("step.reply_here")),
            "apo.letter",
            "fallback.f1",
            "F1",
            "override of seed 001 §14",
            override="contact_details",
        ),
        Branch(
            "apo.own",
            Always(),
            (*_PARTS, Step("step.reply_here")),
            "apo.letter",
            "fallback.f1",
            "F1",
            "seed 001 §14",
        ),
    ),
    nevers=("never.blame", "never.no_plan", "never.admit_liability", "never.trade_rating"),
    source="playbooks §14, seed 001",
)
