"""Wrong item, size or colour sent: sections 3, 15 and 17A of the playbooks. What was packed decides."""

from __future__ import annotations

from flows.case import Situation
from flows.playbooks import facts as f
from flows.playbooks import solutions as s
from flows.playbooks.conditions import All, Is
from flows.playbooks.table import Branch, Offer, Playbook, Step

_ORDERED_SO = Branch(
    "wrong.ordered_so",
    All(Is("fault", "not_seller"), f.unless("dispute", "open")),
    (Step("step.say_what_was_ordered"), Step("step.offer_return_or_exchange")),
    "wrong.ordered_so",
    "fallback.accept_return",
    "F1",
    "seed 001 §15 (personal reason: by the return policy)",
    action="return_label",
    offers=(Offer.RETURN, Offer.INFORMATION),
    fallback_reply="ret.accept",
    fallback_action="return_label",
)
_PACKED_WRONG = s.ask_for_evidence("wrong_item", "evidence.wrong_item", f.unless("fault", "seller"))
_RESHIP = Branch(
    "wrong.reship",
    Is("wish", "reship"),
    (Step("step.reship_right_one", "reship"), Step("step.wrong_one_stays"), Step("step.record_cause")),
    "wrong.reship",
    "fallback.refund_full",
    "F1",
    "seed 000 §3; seed 001 §15",
    action="reship",
    offers=(Offer.RESHIP, Offer.REFUND),
    fallback_reply="fix.refund",
    fallback_action="refund",
)

BOOK = Playbook(
    situation=Situation.WRONG_ITEM,
    version="2026-11.2",
    facts=(*s.FACTS, *s.PROOF_FACTS, f.FAULT, f.SYMPTOM),
    branches=(
        *s.OPENING,
        *s.CASE,
        _ORDERED_SO,
        s.PHOTOS_RECEIVED,
        s.SIZE,
        _PACKED_WRONG,
        _RESHIP,
        *s.BY_WISH[1:],
        *s.OPEN_END,
    ),
    nevers=s.NEVERS,
    source="playbooks §3, §15 and §17A",
)
