"""Orders to try things on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from flows.order import Item, Order, Recipient, Row, ShippingClass, Sourced
from flows.values import Money

DAY = timedelta(days=1)
T0 = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)
NUMBER = "302-1111111-1111111"
ITEM = Item("sku:LAMP", "LAMP", "Reading lamp", 1, Money(2490, "EUR"))


def order(number: str = NUMBER, **fields: Any) -> Order:
    """A parcel to Germany, sent three days after the order, promised within three weeks."""
    given: dict[str, Any] = {
        "platform": "amazon", "site": "de", "items": (ITEM,), "total": Money(2490, "EUR"), "country": "DE",
        "shipping": ShippingClass.TRACKED, "carrier": "DHL", "tracking_no": "JJD0001", "bought_at": T0,
        "shipped_at": T0 + 3 * DAY, "promised_at": T0 + 21 * DAY,
    }  # fmt: skip
    return Order(number, **{**given, **fields})


def sourced(number: str = NUMBER, raw: bytes = b"row", line: int = 2, **fields: Any) -> Sourced:
    person = Recipient("sofia88", "Sofía Ruiz", "sofia@example.net", "+34 600", "Calle Mayor 1, Madrid")
    return Sourced(order(number, **fields), person, (Row(line, raw),))
