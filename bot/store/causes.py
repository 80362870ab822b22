"""Where matters came from, counted: by SKU of the order's lines, situation and cause."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, delete, func, literal_column, select

from bot.store.database import upsert
from bot.store.tables import cases, causes, order_items
from flows.case import Case, CauseCode, Situation
from flows.causes import reason
from flows.note import Settled

_C = cases.c
_I = order_items.c
_NONE: ColumnElement[str] = literal_column("''")  # no parameter, which PostgreSQL would not find again in GROUP BY
_OF_CASE = (causes.c.shop_id == _C.shop_id) & (causes.c.case_id == _C.id)
_OF_ORDER = (_I.shop_id == _C.shop_id) & (_I.number == _C.order_no) & (_I.sku != "")


class Counted(Struct, frozen=True, gc=False):
    """So many cases. `sku` is "" where the order book has no line, `cause` "" where nobody knows."""

    sku: str
    situation: str
    cause: str
    cases: int


def project(connection: Connection, changes: Sequence[tuple[Case | None, Case]], at: datetime) -> None:
    """Bring the table up to what these cases say; most of them say nothing new. One that is corrected stays known
    since it first was, so that no week counts it twice.
    """
    moved = [after for before, after in changes if _said(before) != _said(after)]
    rows = [
        {"shop_id": case.shop, "case_id": case.id, "cause": case.cause, "source": case.cause_by,
         "why": reason(case), "at": at}
        for case in moved
        if case.cause is not None
    ]  # fmt: skip
    upsert(connection, causes, rows, keep=("at",))
    for case in moved:
        if case.cause is None:
            connection.execute(delete(causes).where(causes.c.shop_id == case.shop, causes.c.case_id == case.id))


def _said(case: Case | None) -> tuple[str, str] | None:
    return None if case is None or case.cause is None else (case.cause, case.cause_by)


def counted(
    connection: Connection, shop: str, since: datetime, until: datetime, sku: str | None = None
) -> list[Counted]:
    """Cases opened in this time, the most frequent first. A case of two SKUs counts for both."""
    name, cause = func.coalesce(_I.sku, _NONE), func.coalesce(causes.c.cause, _NONE)
    how_many = func.count(_C.id.distinct())
    query = (
        select(name, _C.situation, cause, how_many)
        .select_from(cases.outerjoin(order_items, _OF_ORDER).outerjoin(causes, _OF_CASE))
        .where(_C.shop_id == shop, _C.opened_at >= since, _C.opened_at < until)
        .group_by(name, _C.situation, cause)
        .order_by(how_many.desc(), name, _C.situation, cause)
    )
    if sku is not None:
        query = query.where(_I.sku == sku)
    return [Counted(*row) for row in connection.execute(query).all()]


def settled(connection: Connection, shop: str, since: datetime, until: datetime) -> list[Settled]:
    """The cases whose cause became known in this time, with the SKUs of their orders."""
    k = causes.c
    query = (
        select(k.case_id, _C.situation, k.cause, func.coalesce(k.why, _NONE), func.coalesce(_I.sku, _NONE))
        .select_from(causes.join(cases, _OF_CASE).outerjoin(order_items, _OF_ORDER))
        .where(k.shop_id == shop, k.at >= since, k.at < until)
        .order_by(k.case_id)
    )
    about: dict[str, tuple[Situation, CauseCode, str]] = {}
    skus: dict[str, set[str]] = {}
    for case, situation, cause, why, sku in connection.execute(query).all():
        about[case] = (Situation(situation), CauseCode(cause), why)
        skus.setdefault(case, set()).update({sku} - {""})
    return [Settled(*said, tuple(sorted(skus[case]))) for case, said in about.items()]
