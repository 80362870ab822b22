"""Due instants: rungs that wait, found through one partial index whatever the history weighs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Integer, bindparam, func, select, update

from bot.store.prepared import Prepared, in_state
from bot.store.tables import alarms

_A = alarms.c
_OPEN = (in_state(_A.state, "waiting")) & (_A.fired_at.is_(None))
_NEXT = Prepared(select(func.min(_A.at)).where(_A.shop_id == bindparam("shop"), _OPEN))
_DUE = Prepared(
    select(_A.case_id, _A.deadline_id, _A.due_at, _A.rung, _A.at)
    .where(_A.shop_id == bindparam("shop"), _OPEN, _A.at <= bindparam("now"))
    .order_by(_A.at, _A.deadline_id)
    .limit(bindparam("at_most", type_=Integer))
    .with_for_update(skip_locked=True)
)
_FIRE = Prepared(
    update(alarms)
    .where(
        _A.shop_id == bindparam("shop"),
        _A.deadline_id == bindparam("deadline"),
        _A.due_at == bindparam("due"),
        _A.rung == bindparam("name"),
    )
    .values(fired_at=bindparam("now"))
)


@dataclass(frozen=True, slots=True)
class Due:
    """A rung whose instant has come."""

    case: str
    deadline: str
    due_at: datetime
    rung: str
    at: datetime


def next_at(connection: Connection, shop: str) -> datetime | None:
    """The nearest instant at which something falls due (business clock), or None."""
    found: datetime | None = _NEXT.all(connection, {"shop": shop})[0][0]
    return found


def due(connection: Connection, shop: str, now: datetime, at_most: int) -> list[Due]:
    """Rungs due by `now` that have not fired, earliest first, locked until commit."""
    return [Due(*row) for row in _DUE.all(connection, {"shop": shop, "now": now, "at_most": at_most})]


def fired(connection: Connection, shop: str, rungs: Sequence[Due], now: datetime) -> None:
    """Remember that their events are in the inbox: a rung fires once, whatever restarts."""
    _FIRE.many(
        connection,
        [{"shop": shop, "deadline": r.deadline, "due": r.due_at, "name": r.rung, "now": now} for r in rungs],
    )
