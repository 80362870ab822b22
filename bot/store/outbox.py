"""The outbox: consequences, queued in the transaction that decided them, each settled exactly once.

    held ─▶ pending ─▶ sending ─▶ delivered | refused | unknown
      └───────┴─▶ cancelled         ├─▶ pending (certainly not sent, or harmless to repeat)
                                    └─▶ superseded (a card that certainly was not posted; a newer one waits)

`sending` has a lease on the machine clock; one that ran out means a process died between claim and record.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    Connection,
    Integer,
    Select,
    and_,
    bindparam,
    exists,
    func,
    literal_column,
    or_,
    select,
    union_all,
    update,
)

from bot.store.database import insert_new
from bot.store.prepared import Prepared, begins_with_none_of, in_state, one_of
from bot.store.room import Room
from bot.store.tables import cases, inbox, outbox

PRIORITY = {"tell": 90, "alarm": 80, "reply": 70, "automatic": 60, "recognise": 50, "card": 40, "alarm_edit": 30}
NOTICE_LANE = "notice:dead"  # what tells the desk that inputs could not be handled (bot/store/dead.py)
BUYER_KINDS = ("reply", "automatic")
# What a partial index is made of. SQLite uses it only for a query that says the same, word for word; without it
# each look at a lane reads every row that was ever sent.
OPEN = ("pending", "sending")
_NEVER = datetime(9999, 1, 1, tzinfo=UTC)  # no lease ends later
LOOKED_AT = 32  # rows of a kind in one claim; written out, so that PostgreSQL plans for few

_O = outbox.c
_earlier = outbox.alias("earlier")


def _ready(kind: str) -> Select[Any]:
    """The first rows of this kind at the head of a quiet lane. By its priority, which the index of what waits
    begins with: however many cards wait for a desk that is away, nobody reads past them.
    """
    query = (
        select(_O.id, _O.kind, _O.lane)
        .where(
            _O.shop_id == bindparam("shop"),
            in_state(_O.state, "pending"),
            _O.priority == literal_column(str(PRIORITY[kind])),
            _O.not_before <= bindparam("now"),
            ~exists().where(
                _earlier.c.shop_id == _O.shop_id,
                _earlier.c.lane == _O.lane,
                in_state(_earlier.c.state, *OPEN),
                or_(in_state(_earlier.c.state, "sending"), _earlier.c.id < _O.id),
            ),
        )
        .where(bindparam(kind, type_=Integer) == literal_column("1"))
        .order_by(_O.id)
        .limit(literal_column(str(LOOKED_AT)))
        .with_for_update(skip_locked=True)
    )
    return query.where(begins_with_none_of(_O.lane, "closed")) if kind in BUYER_KINDS else query


_every = union_all(*(select(_ready(kind).subquery()) for kind in PRIORITY)).subquery()
_READY = Prepared(select(_every.c.id, _every.c.kind, _every.c.lane))
# A reply goes only while its approval stands: the case's version unmoved, its buyer with nothing unhandled.
_MAY_GO = or_(
    _O.kind != "reply",
    and_(
        ~exists().where(
            inbox.c.shop_id == _O.shop_id, inbox.c.lane == _O.buyer_lane, in_state(inbox.c.state, "waiting")
        ),
        exists().where(cases.c.shop_id == _O.shop_id, cases.c.id == _O.case_id, cases.c.version == _O.version),
    ),
)
_CLAIM = Prepared(
    update(outbox)
    .where(
        _O.shop_id == bindparam("shop"),
        one_of(_O.id, "ids"),
        in_state(_O.state, "pending"),
        _MAY_GO,
    )
    .values(state="sending", lease_until=bindparam("until"), attempts=_O.attempts + 1)
    .returning(_O.id, _O.case_id, _O.kind, _O.lane, _O.dedupe_key, _O.body, _O.attempts, _O.queued_at)
)
_ROW = update(outbox).where(_O.shop_id == bindparam("shop"), _O.id == bindparam("row"))
_SETTLE = Prepared(
    _ROW.where(in_state(_O.state, "sending")).values(
        state=bindparam("to"),
        lease_until=None,
        settled_at=bindparam("at"),
        receipt=bindparam("proof"),
        error=bindparam("why"),
        not_before=bindparam("due"),
    )
)
_WAITING_CARDS = Prepared(
    select(_O.id, _O.case_id, _O.not_before)
    .where(
        _O.shop_id == bindparam("shop"),
        _O.kind == "card",
        in_state(_O.state, "pending"),
        one_of(_O.case_id, "cases"),
    )
    .order_by(_O.case_id, _O.id)
    .with_for_update()
)
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
# Each names the first column of its partial index: else SQLite walks through the whole table instead.
_ANY_LANE = _O.lane > literal_column("''")
_ORPHANS = Prepared(
    select(_O.id, _O.case_id, _O.kind, _O.lane, _O.dedupe_key, _O.body, _O.attempts, _O.queued_at).where(
        _O.shop_id == bindparam("shop"),
        in_state(_O.state, *OPEN),
        in_state(_O.state, "sending"),
        _ANY_LANE,
        _O.lease_until < bindparam("before"),
    )
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
    .where(_O.shop_id == bindparam("shop"), in_state(_O.state, *OPEN), _ANY_LANE, _O.lane != NOTICE_LANE)
)
_SENDING = Prepared(
    select(_O.id, _O.attempts, _O.not_before, _O.case_id)
    .where(_O.shop_id == bindparam("shop"), in_state(_O.state, "sending"), one_of(_O.id, "ids"))
    .order_by(_O.id)
    .with_for_update()
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

    `attempt` is the fencing token: an outcome of an earlier attempt than the row's own does not count. A card
    that `may_yield` has certainly not been posted: when a newer one of its case waits, it is superseded.
    """

    id: str
    state: str
    receipt: str | None = None
    error: str | None = None
    not_before: datetime | None = None
    attempt: int | None = None
    may_yield: bool = False


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
    found = _WAITING_CARDS.all(connection, {"shop": shop, "cases": wanted})
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


def claim(connection: Connection, shop: str, now: datetime, until: datetime, room: Room) -> list[Sending]:
    """pending → sending, for rows at the head of a quiet lane for which there is room; urgent kinds first."""
    given = {kind: int(kind in room.kinds) for kind in PRIORITY}
    found = _READY.all(connection, {"shop": shop, "now": now, "closed": room.closed, **given})
    by_urgency = sorted(found, key=lambda row: (-PRIORITY[row[1]], row[0]))
    ready = room.take((id, kind, lane) for id, kind, lane in by_urgency)
    if not ready:
        return []
    rows = [Sending(*row) for row in _CLAIM.all(connection, {"shop": shop, "ids": ready, "until": until})]
    return sorted(rows, key=lambda row: (-PRIORITY[row.kind], row.id))


def hasten(connection: Connection, shop: str, ids: Collection[str], at: datetime) -> None:
    """Those of the rows that wait to be tried again need not wait any longer."""
    _HASTEN.many(connection, [{"shop": shop, "row": id, "at": at} for id in ids])


def settle(connection: Connection, shop: str, done: Sequence[Settlement], at: datetime) -> list[str]:
    """sending → what came of it. Answers the ids that moved: one whose lease was taken away does not."""
    rows = _SENDING.all(connection, {"shop": shop, "ids": [item.id for item in done]})
    sending = {id: (attempt, due, case) for id, attempt, due, case in rows}
    newer = _newer_cards(connection, shop, {sending[i.id][2] for i in done if i.may_yield and i.id in sending})
    moved: dict[str, dict[str, Any]] = {}
    for item in done:
        attempt, due, case = sending.get(item.id, (None, at, None))
        if attempt is not None and item.attempt in (None, attempt):
            ends = replace(item, state="superseded") if item.may_yield and case in newer else item
            moved.setdefault(item.id, _settled(shop, ends, at, due))
    _SETTLE.many(connection, moved.values())
    return list(moved)


def _newer_cards(connection: Connection, shop: str, cases: Collection[str]) -> set[str]:
    """Those of the cases that have a card waiting: newer than one that is being sent, since they share a lane."""
    if not cases:
        return set()
    return {case for _, case, _ in _WAITING_CARDS.all(connection, {"shop": shop, "cases": cases})}


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


def renew(connection: Connection, shop: str, ids: Collection[str], until: datetime) -> None:
    """Their process is alive and still at it: nobody else is to take them over before this instant. A row that is
    being settled at this moment is left alone.
    """
    if not ids:
        return
    query = (
        select(_O.id)
        .where(_O.shop_id == shop, _O.id.in_(list(ids)), in_state(_O.state, "sending"))
        .with_for_update(skip_locked=True)
    )
    found = connection.execute(query).scalars().all()
    connection.execute(update(outbox).where(_O.shop_id == shop, _O.id.in_(found)).values(lease_until=until))


def orphans(connection: Connection, shop: str, before: datetime | None) -> list[Sending]:
    """Claimed rows whose process is gone: the lease ended before this instant, or any when None is given."""
    found = _ORPHANS.all(connection, {"shop": shop, "before": before or _NEVER})
    return sorted((Sending(*row) for row in found), key=lambda sending: sending.id)


def stale(connection: Connection, shop: str) -> list[tuple[str, str]]:
    """(id, case) of replies that wait to be sent again although their approval has fallen meanwhile."""
    return [(id, case) for id, case in _STALE.all(connection, {"shop": shop})]


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
