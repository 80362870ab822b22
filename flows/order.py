"""An order as the order book knows it: from a marketplace's export, a marketplace's interface, or a shop's own
list.

`Order` names no person, so that a snapshot of it may stand in the journal; who bought it and where it went is the
`Recipient`, kept apart and erasable. Whatever a source does not say is None: unknown, never "no".
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from flows.values import Money, digest


class OrderState(StrEnum):
    UNPAID = "unpaid"
    UNSHIPPED = "unshipped"  # paid, still with the seller
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    COMPLETED = "completed"  # the buyer has confirmed it, or the platform closed it
    CANCELLED = "cancelled"


class Fulfilment(StrEnum):
    PLATFORM = "platform"  # the platform's warehouse (FBA and the like): it answers for logistics
    OWN = "own"
    OVERSEAS = "overseas"  # the shop's own stock near the buyer


class ShippingClass(StrEnum):
    ONLINE = "online"  # booked with the platform's own logistics
    TRACKED = "tracked"  # registered
    UNTRACKED = "untracked"


class TrackingState(StrEnum):
    NONE = "none"  # the carrier has no scan
    MOVING = "moving"
    EXCEPTION = "exception"  # lost, refused, held
    DELIVERED = "delivered"
    RETURNED = "returned"


class Item(Struct, frozen=True, gc=False):
    """One line. `key` tells it from the order's other lines; `value` is for the whole line."""

    key: str
    sku: str = ""
    title: str = ""
    quantity: int | None = None
    value: Money | None = None


class Order(Struct, frozen=True, gc=False):
    """One order. `platform` is amazon, ebay, aliexpress or own; `site` a country code on it; `channel` the sales
    channel as the source writes it. `moved_at` is the parcel's last scan, `updated_at` when the platform last
    changed the order: an older state never replaces a newer one.
    """

    number: str
    platform: str
    site: str | None = None
    channel: str | None = None
    state: OrderState | None = None
    items: tuple[Item, ...] = ()
    total: Money | None = None
    fulfilment: Fulfilment | None = None
    shipping: ShippingClass | None = None
    carrier: str | None = None
    tracking_no: str | None = None
    tracking: TrackingState | None = None
    bought_at: datetime | None = None
    paid_at: datetime | None = None
    shipped_at: datetime | None = None
    promised_at: datetime | None = None
    moved_at: datetime | None = None
    delivered_at: datetime | None = None
    returned_at: datetime | None = None
    return_freight: Money | None = None
    country: str | None = None
    updated_at: datetime | None = None

    @property
    def value(self) -> Money | None:
        """What was paid: the stated total, else the sum of the lines, if they are all known and of one
        currency.
        """
        return self.total or _sum(item.value for item in self.items)


class Recipient(Struct, frozen=True, gc=False):
    """Who bought it and where it went. Personal: never journalled, never shown in Slack, erasable."""

    buyer: str = ""  # the account's name on the platform
    name: str = ""
    email: str = ""
    phone: str = ""
    address: str = ""


class Row(Struct, frozen=True, gc=False):
    """One row of a source as it came: its line (from 1) and its bytes. Personal, as the recipient is."""

    line: int
    raw: bytes


class Sourced(Struct, frozen=True, gc=False):
    """An order with everything that a source said about it."""

    order: Order
    recipient: Recipient = Recipient()
    rows: tuple[Row, ...] = ()


_ORDER = tuple(name for name in Order.__struct_fields__ if name not in ("number", "platform", "items"))
_encoder = msgspec.json.Encoder(order="deterministic")


def merged(known: Order | None, news: Order) -> Order:
    """What is known after the news. Silence takes nothing back: what the news do not say stays, and so do lines
    that they do not name (a report of what is to be shipped leaves out the rest). News older than what is known
    only fill gaps.
    """
    if known is None:
        return replace(news, items=_sorted(news.items))
    stale = known.updated_at is not None and news.updated_at is not None and news.updated_at < known.updated_at
    first, second = (known, news) if stale else (news, known)
    chosen = {name: _either(getattr(first, name), getattr(second, name)) for name in _ORDER}
    items = {item.key: item for item in second.items} | {item.key: item for item in first.items}
    return replace(known, **chosen, items=_sorted(items.values()))


def merged_recipient(known: Recipient | None, news: Recipient) -> Recipient:
    if known is None:
        return news
    names = Recipient.__struct_fields__
    return Recipient(**{name: getattr(news, name) or getattr(known, name) for name in names})


def order_digest(order: Order) -> str:
    """What tells two states of an order apart: hex SHA-256 over its canonical JSON."""
    return digest("", _encoder.encode(order).decode())


def _either(first: object, second: object) -> object:
    return second if first is None else first


def _sorted(items: Iterable[Item]) -> tuple[Item, ...]:
    return tuple(sorted(items, key=lambda item: item.key))


def _sum(values: Iterable[Money | None]) -> Money | None:
    known = list(values)
    found = [value for value in known if value is not None]
    if not found or len(found) < len(known) or len({value.currency for value in found}) > 1:
        return None
    return Money(sum(value.minor for value in found), found[0].currency)
