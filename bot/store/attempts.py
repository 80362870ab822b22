"""Attempts at effects: claimed by one process, and settled by what came of them, each once."""

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
    literal_column,
    or_,
    select,
    union_all,
    update,
)

from bot.store.kinds import ANY_LANE, OPEN, PRIORITY, SPREAD_KINDS
from bot.store.prepared import Prepared, begins_with_none_of, in_state, one_of
from bot.store.room import Room
from bot.store.tables import cases, inbox, outbox

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
    return query.where(begins_with_none_of(_O.lane, "closed")) if kind in SPREAD_KINDS else query


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
_SETTLE = Prepared(
    update(outbox)
    .where(_O.shop_id == bindparam("shop"), _O.id == bindparam("row"), in_state(_O.state, "sending"))
    .values(
        state=bindparam("to"),
        lease_until=None,
        settled_at=bindparam("at"),
        receipt=bindparam("proof"),
        error=bindparam("why"),
        not_before=bindparam("due"),
    )
)
WAITING_CARDS = Prepared(
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
_ORPHANS = Prepared(
    select(_O.id, _O.case_id, _O.kind, _O.lane, _O.dedupe_key, _O.body, _O.attempts, _O.queued_at).where(
        _O.shop_id == bindparam("shop"),
        in_state(_O.state, *OPEN),
        in_state(_O.state, "sending"),
        ANY_LANE,
        _O.lease_until < bindparam("before"),
    )
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


def settle(connection: Connection, shop: str, done: Sequence[Settlement], at: datetime) -> dict[str, str]:
    """sending → what came of it. Answers the ids that moved with what they are now: one whose lease was
    taken away does not move, and a card may have yielded to a newer one."""
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
    return {id: row["to"] for id, row in moved.items()}


def _newer_cards(connection: Connection, shop: str, cases: Collection[str]) -> set[str]:
    """Those of the cases that have a card waiting: newer than one that is being sent, since they share a lane."""
    if not cases:
        return set()
    return {case for _, case, _ in WAITING_CARDS.all(connection, {"shop": shop, "cases": cases})}


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
