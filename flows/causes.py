"""Where a matter came from: what to suggest, as a table, and which matters are like one another.

Source: playbooks §0.2 (10: record the cause, hand it to product, listing and packing), §3 (batch suspicion); which
cause each situation suggests is [derived]: staff choose, and their choice stands.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from flows.case import Case, CauseCode, Situation


@dataclass(frozen=True, slots=True)
class Row:
    """The first row that holds for situation and facts is the suggestion; `why` is a key below `cause.why`."""

    situations: frozenset[Situation]
    cause: CauseCode
    why: str
    when: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def holds(self, situation: Situation, facts: Mapping[str, str]) -> bool:
        known = all(facts.get(name) in values for name, values in self.when.items())
        return known and situation in self.situations


_PARCEL = frozenset({Situation.ITEM_NOT_RECEIVED, Situation.LATE_OR_STUCK, Situation.LOGISTICS_ENQUIRY})
_CLAIMED = frozenset({Situation.CLAIM, Situation.ESCALATION, Situation.CHARGEBACK})
_FAULTY = frozenset({Situation.DEFECTIVE, Situation.SAFETY, Situation.EXPENSIVE_ITEM, Situation.DAMAGE_CLAIM})
_SHORT = frozenset({Situation.MISSING_PART, Situation.WRONG_ITEM})
_LOST = {"tracking": frozenset({"stuck", "exception", "returned"})}

_NO_PAPERS = {"papers": frozenset({"none", "incomplete"})}


def _one(situation: Situation) -> frozenset[Situation]:
    return frozenset({situation})


TABLE = (
    Row(_PARCEL, CauseCode.PLATFORM, "platform_ships", {"fulfilment": frozenset({"platform"})}),
    Row(_PARCEL | _CLAIMED, CauseCode.CARRIER, "parcel_lost", _LOST),
    Row(_PARCEL, CauseCode.CARRIER, "unregistered", {"shipping_class": frozenset({"untracked"})}),
    Row(_PARCEL, CauseCode.CARRIER, "parcel"),
    Row(_one(Situation.DAMAGED), CauseCode.PACKING, "damaged"),
    Row(_SHORT, CauseCode.PACKING, "packed_wrong"),
    Row(_FAULTY, CauseCode.PRODUCT, "faulty"),
    Row(_one(Situation.HOW_TO_USE), CauseCode.LISTING, "instructions"),
    Row(_one(Situation.NOT_AS_DESCRIBED), CauseCode.BUYER, "matches", {"matches_listing": frozenset({"yes"})}),
    Row(_one(Situation.NOT_AS_DESCRIBED), CauseCode.LISTING, "not_matching"),
    Row(_one(Situation.COUNTERFEIT), CauseCode.BUYER, "papers", {"papers": frozenset({"complete"})}),
    Row(_one(Situation.COUNTERFEIT), CauseCode.PRODUCT, "no_papers", _NO_PAPERS),
    Row(_one(Situation.RETURN_EXCHANGE), CauseCode.PRODUCT, "our_fault", {"fault": frozenset({"seller"})}),
    Row(
        frozenset({Situation.RETURN_EXCHANGE, Situation.ADDRESS_CHANGE, Situation.CANCELLATION}),
        CauseCode.BUYER,
        "changed_mind",
    ),
)  # fmt: skip

# Like cases of one SKU point to a batch (§3): a fault of the goods, their packing, or what was promised.
LIKENESS = (CauseCode.PRODUCT, CauseCode.PACKING, CauseCode.LISTING)


def suggested(situation: Situation, facts: Mapping[str, str]) -> Row | None:
    """The likeliest cause with its reason; None where situation and facts say nothing about it."""
    return next((row for row in TABLE if row.holds(situation, facts)), None)


def reason(case: Case) -> str:
    """The table's reason for the case's cause, a key below `cause.why`; "" where it would suggest another one."""
    row = suggested(case.situation, {fact.name: fact.value for fact in case.facts})
    return row.why if row is not None and row.cause == case.cause else ""


def likeness(case: Case) -> CauseCode | None:
    """What makes it like other cases of its SKU: its cause, else the likeliest. None: nothing of the goods."""
    row = None if case.cause is not None else suggested(case.situation, {f.name: f.value for f in case.facts})
    cause = case.cause if row is None else row.cause
    return cause if cause in LIKENESS else None
