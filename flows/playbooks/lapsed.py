"""After a marketplace's limit was missed: what can still be saved. From section 0.4 and what each lapse brings.

Where the platform has paid for us, paying again is the one thing to prevent; where the case is still open, an
answer now is worth more than none.
"""

from __future__ import annotations

from flows.playbooks import facts as f
from flows.playbooks.conditions import All, Is
from flows.playbooks.table import Branch, Offer, Step

CARRIED_OUT = Branch(
    "late.carried_out",
    All(f.DISPUTE_OPEN, f.LAPSED, Is("platform", "aliexpress")),
    (
        Step("step.see_what_was_carried_out"),
        Step("step.never_twice"),
        Step("step.appeal_with_new_evidence", "appeal"),
        Step("step.record_cause"),
    ),
    "late.carried_out",
    "fallback.accept_loss",
    "F5",
    "derived: playbooks §0.4; ali.dispute.respond (the demand is carried out); ali.dispute.appeal",
    fallback_reply="late.carried_out",
)
STILL_OPEN = Branch(
    "late.still_open",
    All(f.DISPUTE_OPEN, f.LAPSED),
    (
        Step("step.look_whether_decided"),
        Step("step.page_lead"),
        Step("step.refund_full", "refund"),
        Step("step.answer_in_case", "answer_case"),
        Step("step.never_twice"),
    ),
    "dsp.refund",
    "fallback.refund_now",
    "F3",
    "derived: playbooks §0.4 (F3); ebay.inr.respond; ebay.return.respond (either side may escalate)",
    action="refund",
    offers=(Offer.REFUND, Offer.RETURN),
    fallback_reply="dsp.refund",
    fallback_action="refund",
)
ROWS = (CARRIED_OUT, STILL_OPEN)
FACTS = (f.PLATFORM, f.TIME_LEFT)  # what a table must list to use them, beside the dispute itself
