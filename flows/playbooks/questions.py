"""Questions that are no complaints: invoice, before buying, thanks. Derived; short, with a date, and no more."""

from __future__ import annotations

from flows.case import Situation
from flows.playbooks import facts as f
from flows.playbooks.conditions import All, Always, Is, Known, Not
from flows.playbooks.opening import ASK, AWAITED
from flows.playbooks.table import Branch, FactSpec, Playbook, Step

INVOICE_STATE = FactSpec("invoice", ("ready", "needs_data"), "ask.invoice")
ABOUT = FactSpec("about", ("stock_or_price", "fit", "shipping", "genuine"), "ask.about")
STILL_OPEN = FactSpec("still_open", ("yes", "no"), "ask.still_open")

INVOICE = Playbook(
    situation=Situation.INVOICE,
    version="2026-11.2",
    facts=(f.ORDER, f.PLATFORM, INVOICE_STATE, f.ASKED_ORDER, f.ASKED_INVOICE_DATA),
    branches=(
        ASK,
        AWAITED,
        Branch(
            "inv.ask_data",
            All(Is("invoice", "needs_data"), Not(Known("asked_invoice_data"))),
            (Step("step.ask_invoice_data"), Step("step.ask_once")),
            "inv.ask_data",
            "fallback.invoice_as_ordered",
            "F1",
            "derived: tax data of the buyer's own country",
            asks=("invoice_data",),
            fallback_reply="inv.send",
            fallback_action="send_invoice",
        ),
        Branch(
            "inv.marketplace",
            All(Is("platform", "amazon"), f.unless("invoice", "ready")),
            (Step("step.invoice_in_marketplace", "send_invoice"), Step("step.answer_in_time")),
            "inv.marketplace",
            "fallback.invoice_as_ordered",
            "F1",
            "derived: marketplace rules 5.2 (an invoice may be attached); amz.msg.reply",
            action="send_invoice",
            fallback_reply="inv.marketplace",
            fallback_action="send_invoice",
        ),
        Branch(
            "inv.send",
            Always(),
            (Step("step.make_invoice", "send_invoice"), Step("step.attach_here")),
            "inv.send",
            "fallback.invoice_as_ordered",
            "F1",
            "derived: marketplace rules 5.2; house.first_answer",
            action="send_invoice",
            fallback_reply="inv.send",
            fallback_action="send_invoice",
        ),
    ),
    nevers=("never.data_beyond_order", "never.ask_twice"),
    source="derived; marketplace rules 5.2",
)


def _presale(name: str, about: str, step: str) -> Branch:
    return Branch(
        name,
        Is("about", about),
        (Step(step), Step("step.answer_in_own_words"), Step("step.no_marketing")),
        name,
        "fallback.person_answers",
        "F1",
        "derived: marketplace rules 5.1; house.first_answer",
        fallback_reply="pre.person",
    )


PRESALE = Playbook(
    situation=Situation.PRESALE,
    version="2026-11.2",
    facts=(ABOUT,),
    branches=(
        _presale("pre.stock", "stock_or_price", "step.look_up_stock"),
        _presale("pre.fit", "fit", "step.look_up_measures"),
        _presale("pre.shipping", "shipping", "step.look_up_shipping"),
        _presale("pre.genuine", "genuine", "step.show_papers"),
        Branch(
            "pre.person",
            Always(),
            (Step("step.answer_in_own_words"), Step("step.no_marketing")),
            "pre.person",
            "fallback.person_answers",
            "F1",
            "derived: marketplace rules 5.1; house.first_answer",
        ),
    ),
    nevers=("never.off_platform", "never.coupons"),
    source="derived; marketplace rules 5.1",
)

THANKS = Playbook(
    situation=Situation.THANKS,
    version="2026-11.2",
    facts=(STILL_OPEN, f.PLATFORM),
    branches=(
        Branch(
            "thx.still_open",
            Is("still_open", "yes"),
            (Step("step.say_what_is_open"), Step("step.keep_promise")),
            "thx.still_open",
            "fallback.person_answers",
            "F1",
            "derived: playbooks §0.2 (carry out what was promised, then follow up)",
        ),
        Branch(
            "thx.amazon",
            Is("platform", "amazon"),
            (Step("step.mark_no_reply"), Step("step.no_rating_request")),
            None,
            "fallback.none_needed",
            "F1",
            "derived: marketplace rules 5.1 (a bare thank-you is not allowed); amz.msg.reply",
            note="No text: Amazon wants no message that only says thanks.",
        ),
        Branch(
            "thx.welcome",
            Always(),
            (Step("step.thank"), Step("step.no_rating_request")),
            "thx.welcome",
            "fallback.none_needed",
            "F1",
            "derived: playbooks §0.2",
        ),
    ),
    nevers=("never.trade_rating", "never.coupons"),
    source="derived; playbooks §0.2",
)
