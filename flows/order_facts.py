"""What the order book tells a case: an order as facts, under the names that playbooks know.

Trust (`flows.case.Source`): derived < buyer < order book < platform < staff. A file is a photograph of yesterday,
so what a platform says itself is above it, and what a person at the desk says is above all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from flows.case import Case, Fact, Source
from flows.order import Order, OrderState, TrackingState
from flows.orderbook.amounts import written
from flows.policy import Policy
from flows.values import Money

STUCK_FROM = "stuck_from"  # a parcel without another scan until then counts as stuck
SHOWN = ("order_state", "tracking", "order_value", "shipping_class")  # worth a line in the thread
_TRUST = tuple(Source)


def facts_from(order: Order, policy: Policy) -> dict[str, str]:
    """Name → value as facts are stored: choices by their word, amounts "24.90 EUR", instants ISO 8601 in UTC."""
    return dict(_facts(order, policy))


def timed(case: Case, now: datetime) -> dict[str, str]:
    """What the case's instants mean now: a promise that has passed, a parcel that is stuck. Facts of a more
    trusted source stand.
    """
    facts = {fact.name: fact for fact in case.facts}
    found = {}
    promised = facts.get("promised_at")
    if promised is not None and _may_override(promised, facts.get("promised_date")):
        found["promised_date"] = "passed" if _instant(promised) <= now else "not_passed"
    stuck = facts.get(STUCK_FROM)
    if stuck is not None and facts["tracking"].value == "moving" and _may_override(stuck, facts["tracking"]):
        found["tracking"] = "stuck" if _instant(stuck) <= now else "moving"
    return found


def changes_at(case: Case, now: datetime) -> datetime | None:
    """The next instant at which `timed` would say something else."""
    coming = (_instant(fact) for fact in case.facts if fact.name in ("promised_at", STUCK_FROM))
    return min((at for at in coming if at > now), default=None)


def _may_override(by: Fact, known: Fact | None) -> bool:
    return known is None or _TRUST.index(known.source) <= _TRUST.index(by.source)


def _instant(fact: Fact) -> datetime:
    return datetime.fromisoformat(fact.value)


def _facts(order: Order, policy: Policy) -> Iterator[tuple[str, str]]:
    plain: Mapping[str, object] = {
        "order_state": _state(order),
        "fulfilment": order.fulfilment,
        "tracking": _tracking(order),
        "shipping_class": order.shipping,
        "carrier": order.carrier,
        "tracking_no": order.tracking_no,
        "destination": order.country,
    }
    yield from ((name, str(value)) for name, value in plain.items() if value)
    for name in ("bought_at", "shipped_at", "promised_at", "delivered_at"):
        if (at := getattr(order, name)) is not None:
            yield name, at.isoformat()
    if order.moved_at is not None:
        yield STUCK_FROM, (order.moved_at + policy.stuck_after).isoformat()
    yield from _money(order, policy)


def _money(order: Order, policy: Policy) -> Iterator[tuple[str, str]]:
    """Amounts are compared only in one currency: nothing here converts."""
    value, freight, limit = order.value, order.return_freight, policy.expensive_from
    if value is not None:
        yield "order_value", written(value)
        if limit is not None and limit.currency == value.currency:
            yield "value_class", "expensive" if value.minor >= limit.minor else "cheap"
    if freight is not None:
        yield "return_freight", written(freight)
        if value is not None and value.currency == freight.currency:
            yield "return_cost", "too_high" if _costs_too_much(freight, value) else "fair"


def _costs_too_much(freight: Money, value: Money) -> bool:
    """Sending it back costs half of what it is worth, or more."""
    return 2 * freight.minor >= value.minor


def _state(order: Order) -> OrderState | None:
    """The stated one, unless the instants say that it is further on."""
    if order.state in (OrderState.COMPLETED, OrderState.CANCELLED):
        return order.state
    if order.delivered_at is not None:
        return OrderState.DELIVERED
    if order.state in (None, OrderState.UNPAID, OrderState.UNSHIPPED) and order.shipped_at is not None:
        return OrderState.SHIPPED
    if order.state is None and order.paid_at is not None:
        return OrderState.UNSHIPPED
    return order.state


def _tracking(order: Order) -> TrackingState | None:
    if order.returned_at is not None:
        return TrackingState.RETURNED
    if order.delivered_at is not None:
        return TrackingState.DELIVERED
    return order.tracking or (TrackingState.MOVING if order.moved_at is not None else None)
