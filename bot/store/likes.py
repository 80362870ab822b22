"""Like cases: by SKU of the order's lines and by what makes them like one another."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, select

from bot.store.database import insert_new
from bot.store.prepared import Prepared, one_of
from bot.store.tables import like_cases, order_items
from flows.case import Case, CauseCode
from flows.causes import likeness

_L, _I = like_cases.c, order_items.c
_SKUS = Prepared(
    select(_I.number, _I.sku).where(_I.shop_id == bindparam("shop"), one_of(_I.number, "numbers"), _I.sku != "")
)
_FORGET = Prepared(delete(like_cases).where(_L.shop_id == bindparam("shop"), one_of(_L.case_id, "cases")))
_SINCE = Prepared(
    select(_L.case_id, _L.order_no)
    .where(
        _L.shop_id == bindparam("shop"),
        _L.sku == bindparam("sku"),
        _L.likeness == bindparam("likeness"),
        _L.at >= bindparam("since"),
    )
    .order_by(_L.at.desc(), _L.case_id.desc())
)
Like = tuple[str, CauseCode]  # (SKU, likeness)


def project(
    connection: Connection, shop: str, changes: Sequence[tuple[Case | None, Case]]
) -> dict[Like, list[str]]:
    """Bring the table up to what these cases say; most of them say nothing new. Answers what grew, by which."""
    moved = [after for before, after in changes if _said(before) != _said(after)]
    if not moved:
        return {}
    _FORGET.all(connection, {"shop": shop, "cases": [case.id for case in moved]})
    skus = _skus(connection, shop, {case.order for case in moved if case.order and likeness(case)})
    grown: dict[Like, list[str]] = {}
    rows = []
    for case in moved:
        kind = likeness(case)
        for sku in skus.get(case.order or "", ()) if kind is not None else ():
            rows.append({"shop_id": shop, "sku": sku, "likeness": kind, "at": case.opened_at, "case_id": case.id,
                         "order_no": case.order})  # fmt: skip
            grown.setdefault((sku, CauseCode(kind or "")), []).append(case.id)
    insert_new(connection, like_cases, rows)
    return grown


def _said(case: Case | None) -> tuple[str, ...] | None:
    """What the rows are made of: the order's lines may be others with another state of it."""
    kind = None if case is None or case.order is None else likeness(case)
    return None if case is None or kind is None else (kind, case.order or "", case.order_digest)


def _skus(connection: Connection, shop: str, numbers: Collection[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for number, sku in _SKUS.all(connection, {"shop": shop, "numbers": numbers}) if numbers else ():
        if sku not in found.setdefault(number, []):
            found[number].append(sku)
    return found


def since(connection: Connection, shop: str, sku: str, kind: str, at: datetime) -> list[str]:
    """Cases opened since then, the newest first; of each order the newest one, for two are one complaint."""
    given = {"shop": shop, "sku": sku, "likeness": kind, "since": at}
    by_order: dict[str, str] = {}
    for case, order in _SINCE.all(connection, given):
        by_order.setdefault(order, case)
    return list(by_order.values())
