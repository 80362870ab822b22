"""The outbox: consequences, queued in the transaction that decided them, each settled exactly once.

    held ─▶ pending ─▶ sending ─▶ delivered | refused | unknown
      └───────┴─▶ cancelled         └─▶ pending (certainly not sent, or harmless to repeat)

`sending` has a lease on the machine clock; one that ran out means a process died between claim and record.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.database import insert_new
from bot.store.tables import cases, inbox, outbox

PRIORITY = {"tell": 90, "alarm": 80, "reply": 70, "automatic": 60, "recognise": 50, "card": 40, "alarm_edit": 30}

_O = outbox.c
_earlier = outbox.alias("earlier")
_READY = (
    select(_O.id)
    .where(
        _O.shop_id == bindparam("shop"),
        _O.state == "pending",
        _O.not_before <= bindparam("now"),
        ~exists().where(
            _earlier.c.shop_id == _O.shop_id,
            _earlier.c.lane == _O.lane,
            or_(
                _earlier.c.state == "sending",
                and_(_earlier.c.state == "pending", _earlier.c.id < _O.id),
            ),
        ),
    )
    .order_by(_O.priority.desc(), _O.id)
    .limit(bindparam("at_most"))
    .with_for_update(skip_locked=True)
)
# A reply goes only while its approval stands: the case's version unmoved, its buyer with nothing unhandled.
_MAY_GO = or_(
    _O.kind != "reply",
    and_(
        ~exists().where(inbox.c.shop_id == _O.shop_id, inbox.c.lane == _O.buyer_lane, inbox.c.state == "waiting"),
        exists().where(cases.c.shop_id == _O.shop_id, cases.c.id == _O.case_id, cases.c.version == _O.version),
    ),
)
_CLAIM = (
    update(outbox)
    .where(
        _O.shop_id == bindparam("shop"),
        _O.id.in_(bindparam("ids", expanding=True)),
        _O.state == "pending",
        _MAY_GO,
    )
    .values(state="sending", lease_until=bindparam("until"), attempts=_O.attempts + 1)
    .returning(_O.id, _O.case_id, _O.kind, _O.lane, _O.dedupe_key, _O.body, _O.attempts, _O.queued_at)
)
_ROW = update(outbox).where(_O.shop_id == bindparam("shop"), _O.id == bindparam("row"))
_SETTLE = _ROW.where(_O.state == "sending").values(
    state=bindparam("to"),
    lease_until=None,
    settled_at=bindparam("at"),
    receipt=bindparam("proof"),
    error=bindparam("why"),
    not_before=bindparam("due"),
)
_HASTEN = _ROW.where(_O.state == "pending").values(not_before=bindparam("at"))
# Not `in_`: its expanding parameter cannot be used for several rows at once.
_CANCEL = _ROW.where(or_(_O.state == "held", _O.state == "pending")).values(
    state="cancelled", settled_at=bindparam("at"), error=bindparam("why")
)


@dataclass(frozen=True, slots=True)
class Sending:
    """A claimed effect: this process is to make one attempt, now. `attempt` counts from 1."""

    id: str
    case: str | None
    kind: str
    lane: str
    key: str
    body: str
    attempt: int
    queued_at: datetime


@dataclass(frozen=True, slots=True)
class Settlement:
    """What became of an attempt. `state` pending means again, not before `not_before` (machine clock).

    `attempt` is the fencing token: an outcome of an earlier attempt than the row's own does not count.
    """

    id: str
    state: str
    receipt: str | None = None
    error: str | None = None
    not_before: datetime | None = None
    attempt: int | None = None


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


async def add(connection: AsyncConnection, shop: str, rows: Sequence[New], now: datetime) -> None:
    """Queue the rows. A key that is already there is left alone; a waiting card is hastened, not doubled."""
    by_patience = sorted(rows, key=lambda row: row.not_before, reverse=True)
    cards = {row.case: row for row in by_patience if row.kind == "card"}
    waiting = await _hasten(connection, shop, {case_: row.not_before for case_, row in cards.items() if case_})
    fresh = [row for row in rows if row.kind != "card"]
    fresh += [row for case_, row in cards.items() if case_ not in waiting]
    await insert_new(connection, outbox, [_row(shop, row, now) for row in fresh])


async def _hasten(connection: AsyncConnection, shop: str, wanted: dict[str, datetime]) -> set[str]:
    """Cases that already have a card waiting; it shows the newest state whenever it goes.

    Locked until commit: a card that another process took before would show the state without this change.
    """
    if not wanted:
        return set()
    query = (
        select(_O.id, _O.case_id, _O.not_before)
        .where(_O.shop_id == shop, _O.kind == "card", _O.state == "pending", _O.case_id.in_(list(wanted)))
        .order_by(_O.id)
        .with_for_update()
    )
    found = (await connection.execute(query)).all()
    sooner = [
        {"shop": shop, "row": id, "at": wanted[case_id]}
        for id, case_id, not_before in found
        if wanted[case_id] < not_before
    ]
    if sooner:
        await connection.execute(_HASTEN, sooner)
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


async def release(connection: AsyncConnection, shop: str, ids: Sequence[str]) -> None:
    """held → pending. A row that is no longer held stays as it is."""
    if ids:
        await connection.execute(
            update(outbox).where(_O.shop_id == shop, _O.id.in_(ids), _O.state == "held").values(state="pending")
        )


async def cancel(connection: AsyncConnection, shop: str, ids: Sequence[tuple[str, str]], at: datetime) -> None:
    """held or pending → cancelled, with why. The step decided this in the transaction that locked the row."""
    if ids:
        await connection.execute(_CANCEL, [{"shop": shop, "row": id, "at": at, "why": why} for id, why in ids])


async def states(connection: AsyncConnection, shop: str, ids: Collection[str]) -> dict[str, str]:
    """id → state, locked until commit: what a step may still take back. Locked by id, like every set of rows
    here, so that two transactions cannot wait for each other.
    """
    if not ids:
        return {}
    query = (
        select(_O.id, _O.state).where(_O.shop_id == shop, _O.id.in_(list(ids))).order_by(_O.id).with_for_update()
    )
    return dict((await connection.execute(query)).all())


async def claim(
    connection: AsyncConnection, shop: str, now: datetime, until: datetime, at_most: int
) -> list[Sending]:
    """pending → sending, for rows at the head of a quiet lane; urgent kinds first."""
    ready = (await connection.execute(_READY, {"shop": shop, "now": now, "at_most": at_most})).scalars().all()
    if not ready:
        return []
    claimed = await connection.execute(_CLAIM, {"shop": shop, "ids": list(ready), "until": until})
    rows = [Sending(*row) for row in claimed.all()]
    return sorted(rows, key=lambda row: (-PRIORITY[row.kind], row.id))


async def settle(connection: AsyncConnection, shop: str, done: Sequence[Settlement], at: datetime) -> list[str]:
    """sending → what came of it. Answers the ids that moved: one whose lease was taken away does not."""
    query = (
        select(_O.id, _O.attempts, _O.not_before)
        .where(_O.shop_id == shop, _O.state == "sending", _O.id.in_([item.id for item in done]))
        .order_by(_O.id)
        .with_for_update()
    )
    sending = {id: (attempt, due) for id, attempt, due in (await connection.execute(query)).all()}
    moved: dict[str, dict[str, Any]] = {}
    for item in done:
        attempt, due = sending.get(item.id, (None, at))
        if attempt is not None and item.attempt in (None, attempt):
            moved.setdefault(item.id, _settled(shop, item, at, due))
    if moved:
        await connection.execute(_SETTLE, list(moved.values()))
    return list(moved)


def _settled(shop: str, item: Settlement, at: datetime, due: datetime) -> dict[str, Any]:
    return {
        "shop": shop,
        "row": item.id,
        "to": item.state,
        "at": None if item.state == "pending" else at,
        "proof": item.receipt,
        "why": item.error,
        "due": item.not_before or due,
    }


async def renew(connection: AsyncConnection, shop: str, ids: Collection[str], until: datetime) -> None:
    """Their process is alive and still at it: nobody else is to take them over before this instant. A row that is
    being settled at this moment is left alone.
    """
    if not ids:
        return
    query = (
        select(_O.id)
        .where(_O.shop_id == shop, _O.id.in_(list(ids)), _O.state == "sending")
        .with_for_update(skip_locked=True)
    )
    found = (await connection.execute(query)).scalars().all()
    await connection.execute(update(outbox).where(_O.shop_id == shop, _O.id.in_(found)).values(lease_until=until))


async def orphans(connection: AsyncConnection, shop: str, before: datetime | None) -> list[Sending]:
    """Claimed rows whose process is gone: the lease ended before this instant, or any when None is given."""
    query = select(_O.id, _O.case_id, _O.kind, _O.lane, _O.dedupe_key, _O.body, _O.attempts, _O.queued_at).where(
        _O.shop_id == shop, _O.state == "sending"
    )
    if before is not None:
        query = query.where(_O.lease_until < before)
    return [Sending(*row) for row in (await connection.execute(query.order_by(_O.id))).all()]


async def stale(connection: AsyncConnection, shop: str) -> list[tuple[str, str]]:
    """(id, case) of replies that wait to be sent again although their approval has fallen meanwhile."""
    query = (
        select(_O.id, _O.case_id)
        .join(cases, (cases.c.shop_id == _O.shop_id) & (cases.c.id == _O.case_id))
        .where(_O.shop_id == shop, _O.state == "pending", _O.kind == "reply", cases.c.version != _O.version)
    )
    return [(id, case) for id, case in (await connection.execute(query)).all()]


async def next_at(connection: AsyncConnection, shop: str, after: datetime) -> datetime | None:
    """When the next pending row may go (machine clock, later than `after`), or None.

    Rows that could go already but for their lane do not count: what blocks them wakes the delivery when it ends.
    Counted, one of them would hide every retry that is due later.
    """
    query = select(func.min(_O.not_before)).where(_O.shop_id == shop, _O.state == "pending", _O.not_before > after)
    found: datetime | None = (await connection.execute(query)).scalar_one()
    return found


async def busy(connection: AsyncConnection, shop: str) -> int:
    """How many rows wait or are being sent (held ones do not count: they wait for a person's time)."""
    query = (
        select(func.count()).select_from(outbox).where(_O.shop_id == shop, _O.state.in_(("pending", "sending")))
    )
    return int((await connection.execute(query)).scalar_one())


async def replies(connection: AsyncConnection, shop: str) -> list[dict[str, Any]]:
    """Every reply and receipt with its state and the platform's message id: the demo's ledger."""
    query = select(_O.id, _O.kind, _O.state, _O.receipt).where(
        _O.shop_id == shop, _O.kind.in_(("reply", "automatic"))
    )
    return [dict(row._mapping) for row in (await connection.execute(query)).all()]
