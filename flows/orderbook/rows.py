"""From the rows of one order to the order. Each row is read by itself; what the rows say together does not depend
on their order in the file.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from decimal import Decimal

from msgspec.structs import replace

from flows.order import Item, Order, Recipient, Row, Sourced
from flows.order_numbers import platform_of
from flows.orderbook import words
from flows.orderbook.amounts import NoAmount, read_amount, read_money
from flows.orderbook.damage import cleaned, damage
from flows.orderbook.dates import NoInstant, read_instant
from flows.orderbook.headings import INSTANTS, Columns
from flows.values import Money

LONGEST_NUMBER = 64
LONGEST_TEXT = 2_000


class BadRow(ValueError):
    """The row cannot be read; the message says why and what to do. Its neighbours are not touched."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How this file is to be read. `zone` is for instants without one, `currency` for amounts without one,
    `platform` for orders whose number does not say it; `decimal` and `is_day_first` are what the whole file
    proves; `rounded` that a spreadsheet rounded its ids.
    """

    columns: Columns
    zone: tzinfo
    currency: str = ""
    platform: str = ""
    formats: tuple[re.Pattern[str], ...] = field(default=())
    decimal: str = ""
    is_day_first: bool | None = None
    rounded: bool = False


def number_of(reading: Reading, cells: Sequence[str], *, is_number: bool = False) -> str:
    """The order number of a row. Raises BadRow when there is none, or a spreadsheet damaged it."""
    id = cleaned(reading.columns.cell(cells, "number"))
    if not id:
        raise BadRow("no order number")
    if hurt := damage(id, reading.formats, rounded=reading.rounded, number=is_number):
        raise BadRow(hurt)
    if len(id) > LONGEST_NUMBER or not id.isprintable() or id.startswith("="):
        raise BadRow(f"{id[:40]!r} is no order number")
    return id


def read_row(reading: Reading, number: str, line: int, cells: Sequence[str], raw: bytes) -> Sourced:
    """What one row says about its order. Raises BadRow with the first thing that is wrong."""
    get = reading.columns.cell
    try:
        currency = get(cells, "currency").upper()
        platform = _platform(reading, number, cells)
        state, moving = words.STATES.get(words.word(get(cells, "state")), (None, None))
        order = Order(
            number=number,
            platform=platform,
            site=_site(platform, get(cells, "site"), get(cells, "channel")),
            channel=_text(get(cells, "channel")),
            state=state,
            items=_items(reading, cells, currency),
            total=_money(reading, cells, "total", currency),
            fulfilment=words.FULFILMENT.get(words.word(get(cells, "fulfilment"))),
            shipping=words.SHIPPING.get(words.word(get(cells, "shipping"))),
            carrier=_text(get(cells, "carrier")),
            tracking_no=_tracking_no(get(cells, "tracking_no")),
            tracking=words.TRACKING.get(words.word(get(cells, "tracking")), moving),
            return_freight=_money(reading, cells, "return_freight", currency),
            country=_text(get(cells, "country")),
            **{name: _instant(reading, cells, name) for name in INSTANTS},
        )
    except (NoAmount, NoInstant) as error:
        raise BadRow(str(error)) from None
    return Sourced(order, _recipient(reading, cells), (Row(line, raw),))


def together(parts: Sequence[Sourced]) -> Sourced:
    """What all rows of one order in one file say. Where rows differ, the furthest on counts: the later instants,
    and of everything else what the row with the newest state says.
    """
    ranked = sorted(parts, key=_rank)
    order, recipient = ranked[0].order, ranked[0].recipient
    for part in ranked[1:]:
        said = {
            name: value
            for name in Order.__struct_fields__
            if name != "items" and (value := getattr(part.order, name)) is not None
        }
        known = {name: at for name in INSTANTS if name in said and (at := getattr(order, name)) is not None}
        later = {name: max(at, said[name]) for name, at in known.items()}
        order = replace(order, **{**said, **later})
        newer = part.recipient
        recipient = Recipient(*(getattr(newer, n) or getattr(recipient, n) for n in Recipient.__struct_fields__))
    rows = sorted((row for part in parts for row in part.rows), key=lambda row: row.line)
    once = {row.raw: row for row in reversed(rows)}.values()
    return Sourced(replace(order, items=_distinct(ranked)), recipient, tuple(reversed(once)))


def _rank(part: Sourced) -> tuple[str, ...]:
    """By how far on the row is, then by its own bytes: never by where it stands."""
    order = part.order
    reached = (order.updated_at, order.delivered_at, order.returned_at, order.shipped_at, order.paid_at)
    return (*("" if at is None else at.isoformat() for at in reached), part.rows[0].raw.decode("utf-8", "replace"))


def _distinct(ranked: Sequence[Sourced]) -> tuple[Item, ...]:
    """The lines of the order. The same row twice is one line; lines with an id of their own are one, the newest;
    other lines of the same article are several.
    """
    items: dict[str, Item] = {}
    seen: set[bytes] = set()
    for part in ranked:
        raw = part.rows[0].raw
        if raw in seen:
            continue
        seen.add(raw)
        for item in part.order.items:
            key, nth = item.key, 2
            while not item.key.startswith("id:") and key in items:
                key, nth = f"{item.key}#{nth}", nth + 1
            items[key] = replace(item, key=key)
    return tuple(items[key] for key in sorted(items))


def _platform(reading: Reading, number: str, cells: Sequence[str]) -> str:
    said = words.word(reading.columns.cell(cells, "platform"))
    if said:
        if said not in words.PLATFORMS:
            raise BadRow(f"platform {said!r} is none of amazon, ebay, aliexpress, own")
        return words.PLATFORMS[said]
    if reading.platform:
        return reading.platform
    dialect = reading.columns.dialect
    return dialect if dialect != "own" else platform_of(number) or "own"


def _site(platform: str, site: str, channel: str) -> str | None:
    said = words.word(site) or words.word(channel)
    known = words.SITES.get(said)
    if known:
        return known
    plain = said.removeprefix(f"{platform}.").removeprefix(f"{platform}/")
    return plain if re.fullmatch("[a-z]{2}", plain) else None


def _items(reading: Reading, cells: Sequence[str], currency: str) -> tuple[Item, ...]:
    get = reading.columns.cell
    id, sku, title = cleaned(get(cells, "item_id")), cleaned(get(cells, "sku")), get(cells, "title")
    if not (sku or title):
        return ()
    quantity = _quantity(get(cells, "quantity"))
    value = _money(reading, cells, "value", currency)
    if value is None and (price := _money(reading, cells, "price", currency)) is not None:
        value = Money(price.minor * (1 if quantity is None else quantity), price.currency)
    key = f"id:{id}" if id else f"sku:{sku or title}"
    return (Item(key[:200], sku[:200], title[:LONGEST_TEXT], quantity, value),)


def _quantity(cell: str) -> int | None:
    if not cell:
        return None
    number: Decimal = read_amount(cell)
    if number != number.to_integral_value() or not 0 <= number <= 1_000_000:
        raise BadRow(f"quantity {cell[:40]!r} is no whole number of pieces")
    return int(number)


def _money(reading: Reading, cells: Sequence[str], name: str, currency: str) -> Money | None:
    text = reading.columns.cell(cells, name)
    if not text or text in ("-", "--"):
        return None
    return read_money(text, currency, reading.decimal, reading.currency)


def _instant(reading: Reading, cells: Sequence[str], name: str) -> datetime | None:
    text = reading.columns.cell(cells, name)
    if not text or text in ("-", "--"):
        return None
    return read_instant(text, reading.zone, is_day_first=reading.is_day_first, ends_day=name == "promised_at")


def _text(cell: str) -> str | None:
    return cell[:LONGEST_TEXT] or None


def _tracking_no(cell: str) -> str | None:
    id = cleaned(cell)
    return None if not id or damage(id) else id[:100]


def _recipient(reading: Reading, cells: Sequence[str]) -> Recipient:
    get = reading.columns.cell
    return Recipient(
        buyer=get(cells, "buyer")[:LONGEST_TEXT],
        name=get(cells, "recipient")[:LONGEST_TEXT],
        email=get(cells, "email")[:LONGEST_TEXT],
        phone=cleaned(get(cells, "phone"))[:LONGEST_TEXT],
        address=reading.columns.joined(cells, "address")[:LONGEST_TEXT],
    )
