"""What can be chosen on a card: what the case is about, and where it came from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from flows.case import CauseCode, ProposalState, Situation, Source, Status
from flows.causes import suggested
from flows.disputes import named
from flows.known import facts_of
from flows.view import Choice, Option
from flows.view.shown import Shown

# What it may be about, as one looks for it in a list. "Not sure" is no choice.
GROUPS: Mapping[str, tuple[Situation, ...]] = MappingProxyType(
    {
        "delivery": (
            Situation.ITEM_NOT_RECEIVED,
            Situation.LATE_OR_STUCK,
            Situation.LOGISTICS_ENQUIRY,
        ),
        "goods": (
            Situation.SAFETY,
            Situation.DAMAGED,
            Situation.DEFECTIVE,
            Situation.HOW_TO_USE,
            Situation.MISSING_PART,
            Situation.WRONG_ITEM,
            Situation.NOT_AS_DESCRIBED,
            Situation.EXPENSIVE_ITEM,
            Situation.COUNTERFEIT,
        ),
        "order": (
            Situation.ADDRESS_CHANGE,
            Situation.CANCELLATION,
            Situation.RETURN_EXCHANGE,
            Situation.INVOICE,
        ),
        "money": (
            Situation.REFUND,
            Situation.CLAIM,
            Situation.DISPUTE,
            Situation.DAMAGE_CLAIM,
            Situation.ESCALATION,
            Situation.CHARGEBACK,
            Situation.NEGATIVE_REVIEW,
        ),
        "other": (Situation.PRESALE, Situation.THANKS, Situation.OTHER),
    }
)
LIKELIEST = 3  # guesses that stand above the groups


def situation_choice(shown: Shown) -> Choice | None:
    """Which situation it is: asked while nobody is sure, and open to correct while only the reader has said so and
    its draft still stands. The likeliest come first, the others by what they are about.
    """
    case = shown.case
    if case.merged_into is not None:
        return None
    if case.situation not in (Situation.UNSURE, Situation.OTHER):
        offered = case.proposal is not None and case.proposal.state is ProposalState.OFFERED
        if case.situation_by in (Source.STAFF, Source.PLATFORM) or not offered:
            return None
    options = tuple(_situations(shown))
    current = None if case.situation is Situation.UNSURE else str(case.situation)
    return Choice("situation", shown.label("choice.label"), options, current, shown.label("choice.pick"))


def _situations(shown: Shown) -> Iterator[Option]:
    known = (shown.case.situation, *shown.case.guesses)
    here = (named(each, shown.case.platform) for each in known if each is not Situation.UNSURE)
    likely = tuple(dict.fromkeys(here))[:LIKELIEST]
    for heading, members in {"likely": likely, **GROUPS}.items():
        group = shown.label(f"choice.group.{heading}")
        for each in members:
            if heading == "likely" or (each not in likely and named(each, shown.case.platform) is each):
                yield Option(str(each), shown.label(f"situation.{each}"), group=group)


def cause_choice(shown: Shown) -> Choice | None:
    """Where it came from: asked once nothing is left to do, the likeliest first; shown ever after."""
    case = shown.case
    if case.merged_into is not None:
        return None
    if case.cause is None and (case.status is Status.OPEN or case.situation is Situation.UNSURE):
        return None
    row = suggested(case.situation, facts_of(case, shown.now)) if case.cause is None else None
    ranked = dict.fromkeys((*((row.cause,) if row else ()), *CauseCode))
    options = tuple(Option(str(each), shown.label(f"cause.{each}")) for each in ranked)
    if row is not None:
        why = shown.label(f"cause.why.{row.why}")
        label = shown.label("cause.label.suggested", cause=shown.label(f"cause.{row.cause}"), why=why)
    else:
        is_derived = case.cause is not None and case.cause_by is Source.DERIVED
        label = shown.label("cause.label.derived" if is_derived else "cause.label")
    return Choice("cause", label, options, case.cause and str(case.cause), shown.label("cause.pick"))
