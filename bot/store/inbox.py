"""The inbox: causes, stored before they are acknowledged, handled in lane order, each once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, Integer, bindparam, func, literal_column, select, update

from bot import __version__
from bot.ids import new_id, new_salt
from bot.store import codec
from bot.store.database import insert_all, insert_new
from bot.store.prepared import Prepared, in_state, one_of, pair_of
from bot.store.tables import inbox
from flows.events import Event
from flows.ports import Item

Storing = Callable[[Connection], Sequence[Item]]  # writes what belongs to it, answers the causes to store
EVENT = "event"  # the kind of rows that hold one of our own events as tagged JSON

_T = inbox.c
_ROW = select(
    _T.id, _T.channel, _T.external_id, _T.lane, _T.position, _T.kind, _T.raw, _T.salt, _T.stored_at, _T.urgent
).where(_T.shop_id == bindparam("shop"), in_state(_T.state, "waiting"))
_WAITING = Prepared(
    _ROW.order_by(_T.urgent.desc(), _T.id)
    .limit(bindparam("at_most", type_=Integer))
    .with_for_update(skip_locked=True)
)
_OTHERS_OF_LANES = one_of(_T.lane, "lanes") & one_of(_T.id, "ids", inside=False)
_FIRST_LEFT = Prepared(
    select(_T.lane, func.min(_T.position))
    .where(_T.shop_id == bindparam("shop"), in_state(_T.state, "waiting"), _OTHERS_OF_LANES)
    .group_by(_T.lane)
)
_LEFT_OUT = Prepared(
    _ROW.where(_OTHERS_OF_LANES)
    .order_by(_T.lane, _T.position, _T.id)
    .limit(bindparam("at_most", type_=Integer))
    .with_for_update(skip_locked=True)
)
_LANES_WAITING = Prepared(
    select(_T.lane)
    .where(_T.shop_id == bindparam("shop"), in_state(_T.state, "waiting"), one_of(_T.lane, "lanes"))
    .limit(1)
)
_KNOWN = Prepared(
    select(_T.channel, _T.external_id, _T.fingerprint).where(
        _T.shop_id == bindparam("shop"), pair_of(_T.channel, _T.external_id, "keys")
    )
)
_HOW_MANY_WAIT = Prepared(  # naming a lane, by which the partial index begins, or SQLite walks through the table
    select(func.count())
    .select_from(inbox)
    .where(_T.shop_id == bindparam("shop"), in_state(_T.state, "waiting"), _T.lane > literal_column("''"))
)
_ANY_WAITING = Prepared(
    select(_T.id)
    .where(_T.shop_id == bindparam("shop"), in_state(_T.state, "waiting"), _T.lane > literal_column("''"))
    .limit(1)
)
_HOW_MANY_DEAD = Prepared(
    select(func.count()).select_from(inbox).where(_T.shop_id == bindparam("shop"), in_state(_T.state, "dead"))
)
_SETTLE = Prepared(
    update(inbox)
    .where(_T.shop_id == bindparam("shop"), _T.id == bindparam("row"), in_state(_T.state, "waiting"))
    .values(
        state=bindparam("to"),
        handled_at=bindparam("at"),
        case_id=bindparam("case"),
        error=bindparam("why"),
        code_version=__version__,
    )
)


class Row(Struct, frozen=True, gc=False):
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
    fingerprint: str = ""  # of those that are not stored yet


class Outcome(Struct, frozen=True, gc=False):
    """What became of a row: handled by a case, ignored (it decided nothing), or dead with the reason."""

    row: str
    state: str
    case: str | None = None
    error: str | None = None


def rows_of(items: Iterable[Item], now: datetime) -> list[Row]:
    """Items as causes that wait, in the order given; ids sort by time."""
    return [
        Row(
            new_id(now), item.channel, item.external_id, item.lane, item.position, item.kind, item.raw, new_salt(),
            now, item.urgent, item.fingerprint,
        )
        for item in items
    ]  # fmt: skip


def add(connection: Connection, shop: str, items: Sequence[Item], now: datetime) -> None:
    """Store what is new; repeats (same channel, external id and fingerprint) change nothing."""
    insert_new(connection, inbox, [_stored(shop, row) for row in rows_of(items, now)])


def _stored(shop: str, row: Row) -> dict[str, Any]:
    return {
        "shop_id": shop,
        "id": row.id,
        "channel": row.channel,
        "external_id": row.external_id,
        "fingerprint": row.fingerprint,
        "lane": row.lane,
        "position": row.position,
        "kind": row.kind,
        "raw": row.raw,
        "salt": row.salt,
        "urgent": row.urgent,
        "stored_at": row.stored_at,
        "state": "waiting",
    }


def news(connection: Connection, shop: str, items: Sequence[Item], now: datetime) -> list[Row]:
    """Those of the items that nobody stored before, as rows in their order, not stored yet."""
    if not items:
        return []
    keys = {(item.channel, item.external_id) for item in items}
    known = set(_KNOWN.all(connection, {"shop": shop, "keys": keys}))
    fresh = {(i.channel, i.external_id, i.fingerprint): i for i in reversed(items)}
    return in_turn(rows_of((item for key, item in reversed(fresh.items()) if key not in known), now))


def is_lane_waiting(connection: Connection, shop: str, lanes: Collection[str]) -> bool:
    """Whether anything waits in one of these lanes, whoever has it locked."""
    return bool(_LANES_WAITING.all(connection, {"shop": shop, "lanes": lanes}))


def add_settled(
    connection: Connection, shop: str, rows: Sequence[Row], outcomes: Sequence[Outcome], at: datetime
) -> None:
    """Store causes that this transaction has handled already. Raises Overtaken when another process has stored one
    of them meanwhile.
    """
    ends = {outcome.row: outcome for outcome in outcomes}
    settled = [_stored(shop, row) | _settled(ends[row.id], at) for row in rows]
    insert_all(connection, inbox, settled)


def _settled(outcome: Outcome, at: datetime) -> dict[str, Any]:
    return {
        "state": outcome.state,
        "handled_at": at,
        "case_id": outcome.case,
        "error": outcome.error,
        "code_version": __version__,
    }


def event_item(event: Event, key: str, case: str, position: int, *, urgent: bool = False) -> Item:
    """One of our own events as an item; `key` makes it unique (an alarm's rung, an effect's outcome)."""
    lane = f"case:{case}"
    return Item("amends", key, type(event).__name__, lane, position, EVENT, codec.encode(event), urgent)


def claim(connection: Connection, shop: str, at_most: int) -> list[Row]:
    """Waiting rows for this transaction: of each lane, in order, what nobody earlier blocks; urgent lanes first.

    On PostgreSQL the rows stay locked until commit and others skip them; a row whose lane has an earlier one in
    another transaction is left for later. On SQLite there is one writer. Up to twice `at_most` rows: an urgent
    row brings the earlier ones of its lane along, else a flood of urgent ones would wait for them for ever.
    """
    rows = _rows(connection, _WAITING, {"shop": shop, "at_most": at_most})
    everything = len(rows) < at_most and connection.dialect.name == "sqlite"  # nobody else has any of them
    ready = rows if everything else _in_order(connection, shop, rows)
    if len(ready) < len(rows):
        blocked = {row.lane for row in rows} - {row.lane for row in ready}
        known = {"shop": shop, "lanes": blocked, "ids": [row.id for row in rows], "at_most": at_most}
        rows += _rows(connection, _LEFT_OUT, known) if blocked else []
        ready = _in_order(connection, shop, rows)
    return in_turn(ready)


def in_turn(rows: Collection[Row]) -> list[Row]:
    """In the order in which they are handled: lane by lane in order, urgent lanes first."""
    urgent = {row.lane for row in rows if row.urgent}
    return sorted(rows, key=lambda row: (row.lane not in urgent, row.position, row.id))


def _rows(connection: Connection, query: Prepared, known: dict[str, Any]) -> list[Row]:
    return [Row(*row) for row in query.all(connection, known)]


def _in_order(connection: Connection, shop: str, rows: Sequence[Row]) -> list[Row]:
    """Those before which nothing of their lane waits that is not among them."""
    if not rows:
        return []
    known = {"shop": shop, "lanes": {row.lane for row in rows}, "ids": [row.id for row in rows]}
    left = dict(_FIRST_LEFT.all(connection, known))
    return [row for row in rows if row.lane not in left or row.position <= left[row.lane]]


def is_waiting(connection: Connection, shop: str) -> bool:
    """Whether anything waits, whoever has it locked."""
    return bool(_ANY_WAITING.all(connection, {"shop": shop}))


def settle(connection: Connection, shop: str, outcomes: Sequence[Outcome], at: datetime) -> None:
    """Close the rows: waiting → handled, ignored or dead."""
    rows = [
        {"shop": shop, "row": o.row, "to": o.state, "at": at, "case": o.case, "why": o.error} for o in outcomes
    ]
    _SETTLE.many(connection, rows)


def count(connection: Connection, shop: str) -> dict[str, int]:
    """How many rows wait and how many are dead (the handled are not counted: there may be millions)."""
    return {
        "waiting": int(_HOW_MANY_WAIT.all(connection, {"shop": shop})[0][0]),
        "dead": int(_HOW_MANY_DEAD.all(connection, {"shop": shop})[0][0]),
    }
