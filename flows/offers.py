"""What may be offered, as values: ranked by the buyer's wish, with cost, days, risk and the latest safe moment.

The wish ranks, not the price (seed 002): staff see what each offer costs and how long it takes, and decide. An
offer whose latest safe moment has passed is no offer any more. Costs are money that leaves the till; what comes
back with a return is not set off. Days and lead times are derived, and the same for every shop so far.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Literal

from flows.orderbook.amounts import NoAmount, read_money
from flows.playbooks.table import Branch, Offer
from flows.values import Money

Risk = Literal["low", "medium", "high"]
Part = Literal["value", "freight_out", "freight_back", "part", "share"]

OF_WISH: Mapping[str, Offer] = MappingProxyType(
    {
        "refund": Offer.REFUND,
        "reship": Offer.RESHIP,
        "return": Offer.RETURN,
        "part": Offer.PART,
        "partial_refund": Offer.PARTIAL_REFUND,
        "information": Offer.INFORMATION,
    }
)


@dataclass(frozen=True, slots=True)
class Terms:
    """What is known in money about the order; None is not known. `share`: the part refunded first, in percent."""

    value: Money | None = None
    freight_out: Money | None = None
    freight_back: Money | None = None
    part: Money | None = None
    share: int = 30


@dataclass(frozen=True, slots=True)
class Latest:
    """A named rule for the latest safe moment: so long before the nearest platform clock ends.

    `carry_out`: we can do it alone. `agree`: the buyer must say yes first. `prove`: tracking must show it.
    """

    name: Literal["carry_out", "agree", "prove"]
    lead: timedelta


@dataclass(frozen=True, slots=True)
class Kind:
    """How an offer is reckoned: what it costs, typical days until done, its latest safe moment."""

    cost: tuple[Part, ...]
    days: int
    latest: Latest


_CARRY_OUT = Latest("carry_out", timedelta(hours=4))
_AGREE = Latest("agree", timedelta(hours=24))
_PROVE = Latest("prove", timedelta(hours=48))

KINDS: Mapping[Offer, Kind] = MappingProxyType(
    {
        Offer.INFORMATION: Kind((), 1, _AGREE),
        Offer.CANCEL: Kind((), 1, _CARRY_OUT),
        Offer.REFUND: Kind(("value",), 3, _CARRY_OUT),
        Offer.PARTIAL_REFUND: Kind(("share",), 3, _AGREE),
        Offer.PART: Kind(("part", "freight_out"), 10, _PROVE),
        Offer.RESHIP: Kind(("value", "freight_out"), 12, _PROVE),
        Offer.RETURN: Kind(("value", "freight_back"), 20, _CARRY_OUT),
    }
)


@dataclass(frozen=True, slots=True)
class Ranked:
    """One offer as staff weigh it. `cost` is None while a part is not known, `latest` while no clock runs."""

    offer: Offer
    wished: bool
    cost: Money | None
    days: int
    risk: Risk
    latest: datetime | None


def terms_of(facts: Mapping[str, str]) -> Terms:
    """What the case's facts know in money: the order book writes them as "24.90 EUR"."""
    return Terms(value=_amount(facts.get("order_value")), freight_back=_amount(facts.get("return_freight")))


def _amount(written: str | None) -> Money | None:
    """An amount that cannot be read is not known."""
    if written is None:
        return None
    try:
        return read_money(written, decimal=".")
    except NoAmount:
        return None


def offers(
    branch: Branch, facts: Mapping[str, str], terms: Terms, due: datetime | None, now: datetime
) -> tuple[Ranked, ...]:
    """The branch's offers that are still safe, the buyer's wish first, else in the playbook's own order.

    `due` is when the nearest platform clock ends, None when none runs.
    """
    wish = OF_WISH.get(facts.get("wish", ""))
    in_time = [offer for offer in branch.offers if (at := latest(offer, due)) is None or at >= now]
    ranked = sorted(in_time, key=lambda offer: offer is not wish)  # stable: the playbook's order stands otherwise
    return tuple(
        Ranked(offer, offer is wish, cost(offer, terms), KINDS[offer].days, risk(offer, facts), latest(offer, due))
        for offer in ranked
    )


def cost(offer: Offer, terms: Terms) -> Money | None:
    """The sum of the offer's parts, or None when one is not known or the currencies differ."""
    parts = [_part(part, terms) for part in KINDS[offer].cost]
    known = [part for part in parts if part is not None]
    if len(known) < len(parts) or len({part.currency for part in known}) > 1:
        return None
    currency = known[0].currency if known else terms.value.currency if terms.value else None
    return None if currency is None else Money(sum(part.minor for part in known), currency)


def _part(part: Part, terms: Terms) -> Money | None:
    match part:
        case "value":
            return terms.value
        case "freight_out":
            return terms.freight_out
        case "freight_back":
            return terms.freight_back
        case "part":
            return terms.part
        case "share":
            return terms.value and Money(terms.value.minor * terms.share // 100, terms.value.currency)


def latest(offer: Offer, due: datetime | None) -> datetime | None:
    """The last moment at which the offer can be made safely; None while no platform clock runs."""
    return None if due is None else due - KINDS[offer].latest.lead


def risk(offer: Offer, facts: Mapping[str, str]) -> Risk:
    """How likely it is that the matter does not end with this offer."""
    disputed = facts.get("dispute") == "open"
    match offer:
        case Offer.REFUND | Offer.CANCEL:
            return "low"
        case Offer.RETURN:
            return "medium" if facts.get("return_cost") == "too_high" else "low"
        case Offer.INFORMATION:
            return "high" if disputed or facts.get("tracking") == "stuck" else "medium"
        case Offer.RESHIP:
            return "high" if disputed or facts.get("shipping_class") == "untracked" else "medium"
        case Offer.PART | Offer.PARTIAL_REFUND:
            return "high" if disputed or facts.get("buyer_refuses") == "yes" else "medium"
