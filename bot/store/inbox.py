"""The inbox: causes, stored before they are acknowledged, handled in lane order, each once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, Select, bindparam, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import __version__
from bot.ids import new_id, new_salt
from bot.store import codec
from bot.store.database import insert_new
from bot.store.tables import inbox
from flows.events import Event
from flows.ports import Item

EVENT = "event"  # the kind of rows that hold one of our own events as tagged JSON

_T = inbox.c
_ROW = select(
    _T.id, _T.channel, _T.external_id, _T.lane, _T.position, _T.kind, _T.raw, _T.salt, _T.stored_at, _T.urgent
).where(_T.shop_id == bindparam("shop"), _T.state == "waiting")
_WAITING = (
    _ROW.order_by(_T.urgent.desc(), _T.id)
    .limit(bindparam("at_most", type_=Integer))
    .with_for_update(skip_locked=True)
)
_OTHERS_OF_LANES = _T.lane.in_(bindparam("lanes", expanding=True)) & _T.id.not_in(bindparam("ids", expanding=True))
_FIRST_LEFT = (
    select(_T.lane, func.min(_T.position))
    .where(_T.shop_id == bindparam("shop"), _T.state == "waiting", _OTHERS_OF_LANES)
    .group_by(_T.lane)
)
_LEFT_OUT = (
    _ROW.where(_OTHERS_OF_LANES)
    .order_by(_T.position, _T.id)
    .limit(bindparam("at_most", type_=Integer))
    .with_for_update(skip_locked=True)
)
_SETTLE = (
    update(inbox)
    .where(_T.shop_id == bindparam("shop"), _T.id == bindparam("row"), _T.state == "waiting")
    .values(
        state=bindparam("to"),
        handled_at=bindparam("at"),
        case_id=bindparam("case"),
        error=bindparam("why"),
        code_version=__version__,
    )
)


@dataclass(frozen=True, slots=True)
class Row:
    """One waiting cause. `raw` is the platform's payload, or tagged JSON when `kind` is `event`."""

    id: str
    channel: str
    external_id: str
    lane: str
    position: int
    kind: str
    raw: bytes
    salt: str
    stored_at: datetime
    urgent: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a row: handled by a case, ignored (it decided nothing), or dead with the reason."""

    row: str
    state: str
    case: str | None = None
    error: str | None = None


def rows_of(shop: str, items: Iterable[Item], now: datetime) -> list[dict[str, Any]]:
    """Items as rows, in the order given; ids sort by time."""
    return [
        {
            "shop_id": shop,
            "id": new_id(now),
            "channel": item.channel,
            "external_id": item.external_id,
            "fingerprint": item.fingerprint,
            "lane": item.lane,
            "position": item.position,
            "kind": item.kind,
            "raw": item.raw,
            "salt": new_salt(),
            "urgent": item.urgent,
            "stored_at": now,
            "state": "waiting",
        }
        for item in items
    ]


async def add(connection: AsyncConnection, shop: str, items: Sequence[Item], now: datetime) -> None:
    """Store what is new; repeats (same channel, external id and fingerprint) change nothing."""
    await insert_new(connection, inbox, rows_of(shop, items, now))


def event_item(event: Event, key: str, case: str, position: int, *, urgent: bool = False) -> Item:
    """One of our own events as an item; `key` makes it unique (an alarm's rung, an effect's outcome)."""
    lane = f"case:{case}"
    return Item("amends", key, type(event).__name__, lane, position, EVENT, codec.encode(event), urgent)


async def claim(connection: AsyncConnection, shop: str, at_most: int) -> list[Row]:
    """Waiting rows for this transaction: of each lane, in order, what nobody earlier blocks; urgent lanes first.

    On PostgreSQL the rows stay locked until commit and others skip them; a row whose lane has an earlier one in
    another transaction is left for later. On SQLite there is one writer. Up to twice `at_most` rows: an urgent
    row brings the earlier ones of its lane along, else a flood of urgent ones would wait for them for ever.
    """
    rows = await _rows(connection, _WAITING, {"shop": shop, "at_most": at_most})
    ready = await _in_order(connection, shop, rows)
    if len(ready) < len(rows):
        blocked = {row.lane for row in rows} - {row.lane for row in ready}
        known = {"shop": shop, "lanes": list(blocked), "ids": [row.id for row in rows], "at_most": at_most}
        rows += await _rows(connection, _LEFT_OUT, known) if blocked else []
        ready = await _in_order(connection, shop, rows)
    urgent = {row.lane for row in ready if row.urgent}
    return sorted(ready, key=lambda row: (row.lane not in urgent, row.position, row.id))


async def _rows(connection: AsyncConnection, query: Select[Any], known: dict[str, Any]) -> list[Row]:
    return [Row(**row._mapping) for row in (await connection.execute(query, known)).all()]


async def _in_order(connection: AsyncConnection, shop: str, rows: Sequence[Row]) -> list[Row]:
    """Those before which nothing of their lane waits that is not among them."""
    if not rows:
        return []
    known = {"shop": shop, "lanes": list({row.lane for row in rows}), "ids": [row.id for row in rows]}
    left = dict((await connection.execute(_FIRST_LEFT, known)).all())
    return [row for row in rows if row.lane not in left or row.position <= left[row.lane]]


async def settle(connection: AsyncConnection, shop: str, outcomes: Sequence[Outcome], at: datetime) -> None:
    """Close the rows: waiting → handled, ignored or dead."""
    if outcomes:
        await connection.execute(
            _SETTLE,
            [
                {"shop": shop, "row": o.row, "to": o.state, "at": at, "case": o.case, "why": o.error}
                for o in outcomes
            ],
        )


async def count(connection: AsyncConnection, shop: str) -> dict[str, int]:
    """How many rows wait and how many are dead (the handled are not counted: there may be millions)."""
    query = (
        select(_T.state, func.count())
        .where(_T.shop_id == shop, _T.state.in_(("waiting", "dead")))
        .group_by(_T.state)
    )
    found: dict[str, int] = dict((await connection.execute(query)).all())
    return {"waiting": found.get("waiting", 0), "dead": found.get("dead", 0)}


async def dead(connection: AsyncConnection, shop: str) -> list[dict[str, Any]]:
    """The dead letter: rows that could not be read or handled, oldest first, without their content."""
    query = (
        select(_T.id, _T.channel, _T.external_id, _T.kind, _T.stored_at, _T.error, _T.code_version)
        .where(_T.shop_id == shop, _T.state == "dead")
        .order_by(_T.id)
        .limit(200)
    )
    return [dict(row._mapping) for row in (await connection.execute(query)).all()]


async def revive(connection: AsyncConnection, shop: str, row: str) -> bool:
    """Put a dead row back to waiting, after a fix; False when there is no such dead row."""
    statement = (
        update(inbox)
        .where(_T.shop_id == shop, _T.id == row, _T.state == "dead")
        .values(state="waiting", handled_at=None, error=None, code_version=None)
        .returning(_T.id)
    )
    return (await connection.execute(statement)).one_or_none() is not None
