"""Injury, fire, battery, shock, poison: stop using it, a manager at once, no liability, nothing to haggle about.

Derived: section 14 of the playbooks sends injury to a manager; the seeds are silent. It stands above every other
situation, and no row has an offer: what is right here is decided by a person.
"""

from __future__ import annotations

from flows.case import Situation
from flows.playbooks import facts as f
from flows.playbooks.conditions import All, Always, Is
from flows.playbooks.table import Branch, FactSpec, Playbook, Step

HURT = FactSpec("hurt", ("yes", "no"), "ask.hurt")
REPORTED = f.noticed("reported", "yes", "no")

_SOURCE = "derived: playbooks §14 (injury goes to a manager); house.first_answer"
_AT_ONCE = (Step("step.call_manager"), Step("step.stop_using"), Step("step.no_liability_words"))
_AFTER = (Step("step.stop_sale", "stop_sale"), Step("step.keep_evidence"), Step("step.tell_insurer"))

BOOK = Playbook(
    situation=Situation.SAFETY,
    version="2026-11.2",
    facts=(HURT, REPORTED, f.ORDER, f.ASKED_ORDER),
    branches=(
        Branch(
            "saf.followed_up",
            Is("reported", "yes"),
            (Step("step.manager_writes"), *_AFTER, Step("step.authority_duty")),
            "saf.manager_writes",
            "fallback.manager_decides",
            "F1",
            _SOURCE,
        ),
        Branch(
            "saf.hurt",
            Is("hurt", "yes"),
            (*_AT_ONCE, Step("step.medical_help"), *_AFTER),
            "saf.hurt",
            "fallback.manager_decides",
            "F1",
            _SOURCE,
        ),
        Branch(
            "saf.ask_order",
            All(f.NO_ORDER, f.ORDER_NOT_ASKED),
            (*_AT_ONCE, Step("step.find_order"), *_AFTER),
            "saf.ask_order",
            "fallback.manager_decides",
            "F1",
            _SOURCE,
            asks=("order",),
        ),
        Branch(
            "saf.stop",
            Always(),
            (*_AT_ONCE, *_AFTER),
            "saf.stop",
            "fallback.manager_decides",
            "F1",
            _SOURCE,
        ),
    ),
    nevers=("never.admit_liability", "never.template_haggling", "never.ask_to_try_again", "never.blame"),
    source="derived; playbooks §14",
)
