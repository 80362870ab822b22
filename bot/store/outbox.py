"""The outbox: consequences, queued in the transaction that decided them, each settled exactly once.

    held ─▶ pending ─▶ sending ─▶ delivered | refused | unknown
      └───────┴─▶ cancelled         ├─▶ pending (certainly not sent, or harmless to repeat)
                                    └─▶ superseded (a card that certainly was not posted; a newer one waits)

`sending` has a lease on the machine clock; one that ran out means a process died between claim and record.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, literal_column, or_, select, update

from bot.store.attempts import LOOKED_AT, WAITING_CARDS, Sending, Settlement, claim, orphans, renew, settle
from bot.store.database import insert_new
from bot.store.kinds import ANY_LANE, BUYER_KINDS, NOTICE_LANE, OPEN, PRIORITY, SPREAD_KINDS
from bot.store.prepared import Prepared, in_state, one_of
from bot.store.tables import cases, outbox

__all__ = [  # with what is done to single attempts, in a room of its own
    "BUYER_KINDS",
    "LOOKED_AT",
    "NOTICE_LANE",
    "PRIORITY",
    "SPREAD_KINDS",
    "New",
    "Sending",
    "Settlement",
    "add",
    "busy",
    "cancel",
    "claim",
    "first_refused_card",
    "hasten",
    "is_known",
    "next_at",
    "orphans",
    "release",
    "renew",
    "replies",
    "settle",
    "stale",
    "states",
    "waiting_alarms",
]

_O = outbox.c


_ROW = update(outbox).where(_O.shop_id == bindparam("shop"), _O.id == bindparam("row"))
_HASTEN = Prepared(_ROW.where(in_state(_O.state, "pending")).values(not_before=bindparam("at")))
_RELEASE = Prepared(_ROW.where(_O.state == "held").values(state="pending"))
_CANCEL = Prepared(
    _ROW.where(or_(_O.state == "held", in_state(_O.state, "pending"))).values(
        state="cancelled", settled_at=bindparam("at"), error=bindparam("why")
    )
)
_STATES = Prepared(
    select(_O.id, _O.state)
    .where(_O.shop_id == bindparam("shop"), one_of(_O.id, "ids"))
    .order_by(_O.id)
    .with_for_update()
)
_STALE = Prepared(
    select(_O.id, _O.case_id)
    .join(cases, (cases.c.shop_id == _O.shop_id) & (cases.c.id == _O.case_id))
    .where(
        _O.shop_id == bindparam("shop"),
        in_state(_O.state, "pending"),
        _O.priority == literal_column(str(PRIORITY["reply"])),
        _O.kind == "reply",
        cases.c.version != _O.version,
    )
)
_WAITING_ALARMS = Prepared(
    select(_O.id, _O.case_id, _O.body)
    .where(
        _O.shop_id == bindparam("shop"),
        in_state(_O.state, "pending"),
        _O.priority == literal_column(str(PRIORITY["alarm"])),
        _O.kind == "alarm",
    )
    .order_by(_O.id)
)
_NEXT_AT = Prepared(
    select(func.min(_O.not_before)).where(
        _O.shop_id == bindparam("shop"),
        in_state(_O.state, "pending"),
        _O.priority >= literal_column("0"),
        _O.not_before > bindparam("after"),
    )
)
_BUSY = Prepared(
    select(func.count())
    .select_from(outbox)
    .where(_O.shop_id == bindparam("shop"), in_state(_O.state, *OPEN), ANY_LANE, _O.lane != NOTICE_LANE)
)


@dataclass(frozen=True, slots=True)
class New:
    """A row to queue. `delay` values are instants of the machine clock."""

    id: str
    case: str | None
    event: str
    kind: str
    lane: str
    key: str
    body: str
    not_before: datetime
    held: bool = False
    version: int | None = None
    buyer_lane: str | None = None


def add(connection: Connection, shop: str, rows: Sequence[New], now: datetime) -> None:
    """Queue the rows. A key that is already there is left alone; a waiting card is hastened, not doubled."""
    by_patience = sorted(rows, key=lambda row: row.not_before, reverse=True)
    cards = {row.case: row for row in by_patience if row.kind == "card"}
    waiting = _hasten(connection, shop, {case_: row.not_before for case_, row in cards.items() if case_})
    fresh = [row for row in rows if row.kind != "card"]
    fresh += [row for case_, row in cards.items() if case_ not in waiting]
    insert_new(connection, outbox, [_row(shop, row, now) for row in fresh])


def _hasten(connection: Connection, shop: str, wanted: dict[str, datetime]) -> set[str]:
    """Cases that already have a card waiting; it shows the newest state whenever it goes.

    Locked until commit: a card that another process took before would show the state without this change.
    """
    if not wanted:
        return set()
    found = WAITING_CARDS.all(connection, {"shop": shop, "cases": wanted})
    sooner = [
        {"shop": shop, "row": id, "at": wanted[case_id]}
        for id, case_id, not_before in found
        if wanted[case_id] < not_before
    ]
    _HASTEN.many(connection, sooner)
    return {case_id for _, case_id, _ in found}


def _row(shop: str, row: New, now: datetime) -> dict[str, Any]:
    return {
        "shop_id": shop,
        "id": row.id,
        "case_id": row.case,
        "event_id": row.event,
        "kind": row.kind,
        "lane": row.lane,
        "dedupe_key": row.key,
        "priority": PRIORITY[row.kind],
        "body": row.body,
        "version": row.version,
        "buyer_lane": row.buyer_lane,
        "state": "held" if row.held else "pending",
        "queued_at": now,
        "not_before": row.not_before,
        "attempts": 0,
    }


def release(connection: Connection, shop: str, ids: Sequence[str]) -> None:
    """held → pending. A row that is no longer held stays as it is."""
    _RELEASE.many(connection, [{"shop": shop, "row": id} for id in ids])


def cancel(connection: Connection, shop: str, ids: Sequence[tuple[str, str]], at: datetime) -> None:
    """held or pending → cancelled, with why. The step decided this in the transaction that locked the row."""
    _CANCEL.many(connection, [{"shop": shop, "row": id, "at": at, "why": why} for id, why in ids])


def states(connection: Connection, shop: str, ids: Collection[str]) -> dict[str, str]:
    """id → state, locked until commit: what a step may still take back. Locked by id, like every set of rows
    here, so that two transactions cannot wait for each other.
    """
    if not ids:
        return {}
    return dict(_STATES.all(connection, {"shop": shop, "ids": ids}))


def hasten(connection: Connection, shop: str, ids: Collection[str], at: datetime) -> None:
    """Those of the rows that wait to be tried again need not wait any longer."""
    _HASTEN.many(connection, [{"shop": shop, "row": id, "at": at} for id in ids])


def stale(connection: Connection, shop: str) -> list[tuple[str, str]]:
    """(id, case) of replies that wait to be sent again although their approval has fallen meanwhile."""
    return [(id, case) for id, case in _STALE.all(connection, {"shop": shop})]


def is_known(connection: Connection, shop: str, key: str) -> bool:
    """Whether a row of this key was ever queued."""
    query = select(_O.id).where(_O.shop_id == shop, _O.dedupe_key == key).limit(1)
    return connection.execute(query).one_or_none() is not None


def waiting_alarms(connection: Connection, shop: str) -> list[tuple[str, str, str]]:
    """(id, case, body) of the alarms that wait to be posted, oldest first."""
    return [(id, case, body) for id, case, body in _WAITING_ALARMS.all(connection, {"shop": shop})]


def first_refused_card(connection: Connection, shop: str, case: str) -> datetime | None:
    """When the first card of this case was queued that was given up: it may be posted all the same."""
    query = select(func.min(_O.queued_at)).where(
        _O.shop_id == shop, _O.case_id == case, _O.kind == "card", _O.state == "refused"
    )
    found: datetime | None = connection.execute(query).scalar_one()
    return found


def next_at(connection: Connection, shop: str, after: datetime) -> datetime | None:
    """When the next pending row may go (machine clock, later than `after`), or None.

    Rows that could go already but for their lane do not count: what blocks them wakes the delivery when it ends.
    Counted, one of them would hide every retry that is due later.
    """
    found: datetime | None = _NEXT_AT.all(connection, {"shop": shop, "after": after})[0][0]
    return found


def busy(connection: Connection, shop: str) -> int:
    """How many rows wait or are being sent. Held ones do not count: they wait for a person's time; nor do notices,
    which keep their distance.
    """
    return int(_BUSY.all(connection, {"shop": shop})[0][0])


def replies(connection: Connection, shop: str) -> list[dict[str, Any]]:
    """Every reply and receipt with its state and the platform's message id: the demo's ledger."""
    query = select(_O.id, _O.kind, _O.state, _O.receipt).where(
        _O.shop_id == shop, _O.kind.in_(("reply", "automatic"))
    )
    return [dict(row._mapping) for row in connection.execute(query).all()]
