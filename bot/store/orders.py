"""The order book: orders as values, by number. Written by imports and, one day, by marketplace adapters."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select, update

from bot.store.database import insert_new, upsert
from bot.store.prepared import Prepared, one_of
from bot.store.tables import order_imports, order_items, order_rows, orders
from flows.order import (
    Fulfilment,
    Item,
    Order,
    OrderState,
    Recipient,
    ShippingClass,
    Sourced,
    TrackingState,
    merged,
    merged_recipient,
    order_digest,
)
from flows.values import Money, storable

_O = orders.c
_I = order_items.c
_ORDERS = Prepared(select(orders).where(_O.shop_id == bindparam("shop"), one_of(_O.number, "numbers")))
_ITEMS = Prepared(
    select(order_items)
    .where(_I.shop_id == bindparam("shop"), one_of(_I.number, "numbers"))
    .order_by(_I.number, _I.platform, _I.key)
)
_ORDER_NAMES = tuple(column.name for column in orders.columns)
_ITEM_NAMES = tuple(column.name for column in order_items.columns)
_APART = ("number", "platform", "items", "total", "return_freight")
_PLAIN = tuple(name for name in Order.__struct_fields__ if name not in _APART)
_CHOICES = {
    "state": OrderState, "fulfilment": Fulfilment, "shipping": ShippingClass, "tracking": TrackingState,
}  # fmt: skip
Key = tuple[str, str]  # (number, platform)


@dataclass(frozen=True, slots=True)
class Kept:
    """An order as it stands in the book, and whom it concerns; `changed_at` is when an import changed it."""

    order: Order
    recipient: Recipient
    changed_at: datetime
    import_id: str


@dataclass(frozen=True, slots=True)
class Written:
    """What a batch came to: keys of orders that are new, changed, or the same as before."""

    made: tuple[Key, ...] = ()
    changed: tuple[Key, ...] = ()
    same: tuple[Key, ...] = ()


def find(connection: Connection, shop: str, numbers: Collection[str]) -> dict[Key, Kept]:
    """(number, platform) → the order, for those that are known."""
    if not numbers:
        return {}
    given = {"shop": shop, "numbers": list(numbers)}
    rows = [dict(zip(_ORDER_NAMES, row, strict=True)) for row in _ORDERS.all(connection, given)]
    if not rows:
        return {}
    items: dict[Key, list[Item]] = defaultdict(list)
    for row in (dict(zip(_ITEM_NAMES, values, strict=True)) for values in _ITEMS.all(connection, given)):
        items[row["number"], row["platform"]].append(_item(row))
    return {(row["number"], row["platform"]): _kept(row, items[row["number"], row["platform"]]) for row in rows}


def write(connection: Connection, shop: str, sourced: Sequence[Sourced], import_id: str, at: datetime) -> Written:
    """Take these orders into the book, merged with what is known; each order at most once. The same again changes
    nothing. PostgreSQL: two imports at once may both merge with what stood before; the last one's columns stay.
    """
    known = find(connection, shop, {each.order.number for each in sourced})
    made: list[Key] = []
    changed: list[Key] = []
    same: list[Key] = []
    order_news: list[dict[str, Any]] = []
    item_news: list[dict[str, Any]] = []
    row_news: list[dict[str, Any]] = []
    for each in sourced:
        key = (each.order.number, each.order.platform)
        before = known.get(key)
        order, recipient = news(before, each)
        row_news += _rows(shop, key, import_id, each)
        if before is not None and order == before.order and recipient == before.recipient:
            same.append(key)
            continue
        (made if before is None else changed).append(key)
        order_news.append(_row(shop, order, recipient, import_id, at))
        old = () if before is None else before.order.items
        item_news += [_item_row(shop, key, item) for item in order.items if item not in old]
    upsert(connection, orders, order_news)
    upsert(connection, order_items, item_news)
    insert_new(connection, order_rows, row_news)
    return Written(tuple(made), tuple(changed), tuple(same))


def compare(connection: Connection, shop: str, sourced: Sequence[Sourced]) -> Written:
    """What writing them would come to. Writes nothing."""
    known = find(connection, shop, {each.order.number for each in sourced})
    made: list[Key] = []
    changed: list[Key] = []
    same: list[Key] = []
    for each in sourced:
        key = (each.order.number, each.order.platform)
        before = known.get(key)
        is_same = before is not None and news(before, each) == (before.order, before.recipient)
        (made if before is None else same if is_same else changed).append(key)
    return Written(tuple(made), tuple(changed), tuple(same))


def news(before: Kept | None, each: Sourced) -> tuple[Order, Recipient]:
    """Order and recipient as they are to stand after these news."""
    each = _storable(each)
    if before is None:
        return merged(None, each.order), each.recipient
    return merged(before.order, each.order), merged_recipient(before.recipient, each.recipient)


def begin_import(
    connection: Connection, shop: str, id: str, *, source: str, digest: str, person: str, at: datetime
) -> None:
    """Say that a source is being read; counts follow with each batch, the end with `end_import`."""
    row = {"shop_id": shop, "id": id, "source": source, "digest": digest, "person": person[:80], "started_at": at,
           "finished_at": None, "made": 0, "changed": 0, "same": 0, "bad": 0}  # fmt: skip
    insert_new(connection, order_imports, [row])


def end_import(connection: Connection, shop: str, id: str, *, counts: Sequence[int], at: datetime) -> None:
    made, changed, same, bad = counts
    connection.execute(
        update(order_imports)
        .where(order_imports.c.shop_id == shop, order_imports.c.id == id)
        .values(finished_at=at, made=made, changed=changed, same=same, bad=bad)
    )


def source_of(connection: Connection, shop: str, import_id: str) -> tuple[str, datetime] | None:
    """(source, when) of the import that last changed an order."""
    query = select(order_imports.c.source, order_imports.c.started_at).where(
        order_imports.c.shop_id == shop, order_imports.c.id == import_id
    )
    row = connection.execute(query).one_or_none()
    return None if row is None else (row.source, row.started_at)


def listed(
    connection: Connection, shop: str, *, late_at: datetime | None = None, at_most: int = 50
) -> list[Order]:
    """Orders, the newest change first; with `late_at`, those promised before it and not delivered, the longest
    overdue first. Without their lines.
    """
    query = select(orders).where(_O.shop_id == shop).limit(at_most)
    if late_at is None:
        query = query.order_by(_O.changed_at.desc(), _O.number)
    else:
        running = _O.state.is_(None) | _O.state.not_in(["delivered", "completed", "cancelled"])
        query = query.where(_O.delivered_at.is_(None), _O.returned_at.is_(None), running, _O.promised_at < late_at)
        query = query.order_by(_O.promised_at, _O.number)
    return [_kept(dict(row._mapping), []).order for row in connection.execute(query).all()]


def under_way(connection: Connection, shop: str, after: Key, at_most: int) -> list[Order]:
    """Orders that no delivery is known of, by key, from behind this one. Without their lines."""
    behind = (_O.number > after[0]) | ((_O.number == after[0]) & (_O.platform > after[1]))
    query = (
        select(orders)
        .where(_O.shop_id == shop, _O.delivered_at.is_(None), behind)
        .order_by(_O.number, _O.platform)
        .limit(at_most)
    )
    return [_kept(dict(row._mapping), []).order for row in connection.execute(query).all()]


def erase(connection: Connection, shop: str, number: str) -> int:
    """Forget the person of this order, and the rows it came in; what was sold stays. How many orders it were."""
    personal = dict.fromkeys(Recipient.__struct_fields__)
    found = connection.execute(update(orders).where(_O.shop_id == shop, _O.number == number).values(**personal))
    connection.execute(delete(order_rows).where(order_rows.c.shop_id == shop, order_rows.c.number == number))
    return int(found.rowcount)


def _storable(each: Sourced) -> Sourced:
    """Texts as every database keeps them, or what was just imported would differ from what is stored."""
    order, person = each.order, each.recipient
    texts = {name: storable(value) for name in ("channel", "carrier", "tracking_no", "country")
             if (value := getattr(order, name)) is not None}  # fmt: skip
    items = tuple(
        Item(storable(i.key), storable(i.sku), storable(i.title), i.quantity, i.value) for i in order.items
    )
    values = {name: getattr(order, name) for name in Order.__struct_fields__}
    recipient = Recipient(*(storable(getattr(person, name)) for name in Recipient.__struct_fields__))
    return Sourced(Order(**{**values, **texts, "items": items}), recipient, each.rows)


def _row(shop: str, order: Order, recipient: Recipient, import_id: str, at: datetime) -> dict[str, Any]:
    return {
        "shop_id": shop,
        "number": order.number,
        "platform": order.platform,
        **{name: getattr(order, name) for name in _PLAIN},
        **_amount("total", order.total),
        **_amount("return_freight", order.return_freight),
        **{name: getattr(recipient, name) or None for name in Recipient.__struct_fields__},
        "digest": order_digest(order),
        "import_id": import_id,
        "changed_at": at,
    }


def _item_row(shop: str, key: Key, item: Item) -> dict[str, Any]:
    number, platform = key
    return {
        "shop_id": shop, "number": number, "platform": platform, "key": item.key, "sku": item.sku,
        "title": item.title, "quantity": item.quantity, **_amount("value", item.value),
    }  # fmt: skip


def _rows(shop: str, key: Key, import_id: str, each: Sourced) -> Iterable[dict[str, Any]]:
    number, platform = key
    for row in each.rows:
        digest = hashlib.sha256(row.raw).hexdigest()
        yield {"shop_id": shop, "number": number, "platform": platform, "digest": digest, "import_id": import_id,
               "line": row.line, "raw": row.raw}  # fmt: skip


def _amount(name: str, money: Money | None) -> dict[str, Any]:
    minor, currency = (None, None) if money is None else (money.minor, money.currency)
    return {f"{name}_minor": minor, f"{name}_currency": currency}


def _kept(row: dict[str, Any], items: Sequence[Item]) -> Kept:
    plain = {name: row[name] for name in _PLAIN}
    chosen = {name: kind(row[name]) for name, kind in _CHOICES.items() if row[name] is not None}
    order = Order(
        number=row["number"],
        platform=row["platform"],
        items=tuple(items),
        total=_money_of(row, "total"),
        return_freight=_money_of(row, "return_freight"),
        **{**plain, **chosen},
    )
    recipient = Recipient(*(row[name] or "" for name in Recipient.__struct_fields__))
    return Kept(order, recipient, row["changed_at"], row["import_id"])


def _item(row: dict[str, Any]) -> Item:
    return Item(row["key"], row["sku"], row["title"], row["quantity"], _money_of(row, "value"))


def _money_of(row: dict[str, Any], name: str) -> Money | None:
    minor = row[f"{name}_minor"]
    return None if minor is None else Money(minor, row[f"{name}_currency"])
