"""Due instants: rungs that wait, found through one partial index whatever the history weighs."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Integer, bindparam, func, select, update

from bot.store import appointments
from bot.store.prepared import Prepared, in_state, one_of
from bot.store.tables import alarms, deadlines

_A, _D = alarms.c, deadlines.c
_OPEN = (in_state(_A.state, "waiting")) & (_A.fired_at.is_(None))
_NEXT = Prepared(select(func.min(_A.at)).where(_A.shop_id == bindparam("shop"), _OPEN))
_due = (
    select(_A.deadline_id, _A.due_at, _A.rung)
    .where(_A.shop_id == bindparam("shop"), _OPEN, _A.at <= bindparam("now"))
    .order_by(_A.at, _A.deadline_id)
    .limit(bindparam("at_most", type_=Integer))
    .with_for_update(skip_locked=True)
    .cte("due")  # which PostgreSQL, for the locks' sake, reads once: never more rows than were asked for
)
_FIRE = Prepared(
    update(alarms)
    .where(
        _A.shop_id == bindparam("shop"),
        _A.deadline_id == _due.c.deadline_id,
        _A.due_at == _due.c.due_at,
        _A.rung == _due.c.rung,
    )
    .values(fired_at=bindparam("now"))
    .returning(_A.case_id, _A.deadline_id, _A.due_at, _A.rung, _A.at)
)
_COMING = Prepared(  # the last rung of a ladder is the due instant itself: no index on deadlines is needed
    select(_A.case_id, _A.deadline_id)
    .join(deadlines, (_D.shop_id == _A.shop_id) & (_D.id == _A.deadline_id))
    .where(
        _A.shop_id == bindparam("shop"),
        _OPEN,
        _A.at > bindparam("after"),
        _A.at == _A.due_at,
        in_state(_D.state, "running"),
        in_state(_D.bound, "due"),
        in_state(_D.kind, "platform", "shop", "promise"),
    )
    .order_by(_A.at, _A.deadline_id)
    .limit(bindparam("at_most", type_=Integer))
)
_KINDS = Prepared(select(_D.id, _D.kind).where(_D.shop_id == bindparam("shop"), one_of(_D.id, "ids")))


@dataclass(frozen=True, slots=True)
class Due:
    """A rung whose instant has come."""

    case: str
    deadline: str
    due_at: datetime
    rung: str
    at: datetime


def next_at(connection: Connection, shop: str) -> datetime | None:
    """The nearest instant at which something falls due (business clock), or None: a rung or an appointment."""
    found: datetime | None = _NEXT.all(connection, {"shop": shop})[0][0]
    other = appointments.next_at(connection, shop)
    return found if other is None else other if found is None else min(found, other)


def fire(connection: Connection, shop: str, now: datetime, at_most: int) -> list[Due]:
    """Claim the rungs due by `now` and mark them fired, in one statement; earliest first.

    Whoever marks a rung puts its event into the inbox in the same transaction: it fires once, whatever restarts.
    On PostgreSQL those that another process is firing at this moment are passed over.
    """
    fired = [Due(*row) for row in _FIRE.all(connection, {"shop": shop, "now": now, "at_most": at_most})]
    return sorted(fired, key=lambda rung: (rung.at, rung.deadline))


def kinds(connection: Connection, shop: str, ids: Collection[str]) -> dict[str, str]:
    """deadline id → its kind."""
    return dict(_KINDS.all(connection, {"shop": shop, "ids": ids})) if ids else {}


def begun(connection: Connection, shop: str, name: str, since: datetime) -> int:
    """How many clocks of this name began since then, whatever became of them."""
    query = select(func.count()).where(
        _D.shop_id == shop, in_state(_D.state, "running", "met", "missed", "stopped"), _D.due_at >= since,
        _D.name == name, _D.started_at >= since,
    )  # fmt: skip
    return int(connection.execute(query).scalar_one())


def coming(connection: Connection, shop: str, after: datetime, at_most: int) -> list[tuple[str, str]]:
    """(case, deadline) of the clocks that run out next, the nearest first; outer bounds and reminders apart."""
    return [(case, id) for case, id in _COMING.all(connection, {"shop": shop, "after": after, "at_most": at_most})]
