"""Appointments: instants at which something is looked at that is no case. Each is kept once for its instant.

One that is made again for the same instant is the same one, whether it was kept or is still to come; for another
instant it is to be kept anew.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, Integer, bindparam, delete, func, select, update

from bot.store.database import dialect_insert
from bot.store.prepared import Prepared, one_of
from bot.store.tables import appointments

_A = appointments.c
_SHOP = _A.shop_id == bindparam("shop")
_OPEN = _A.fired_at.is_(None)
_NEXT = Prepared(select(func.min(_A.due_at)).where(_SHOP, _OPEN))
_due = (
    select(_A.kind, _A.subject, _A.what)
    .where(_SHOP, _OPEN, _A.due_at <= bindparam("now"))
    .order_by(_A.due_at, _A.kind, _A.subject, _A.what)
    .limit(bindparam("at_most", type_=Integer))
    .with_for_update(skip_locked=True)
    .cte("due")
)
_FIRE = Prepared(
    update(appointments)
    .where(_SHOP, _A.kind == _due.c.kind, _A.subject == _due.c.subject, _A.what == _due.c.what)
    .values(fired_at=bindparam("now"))
    .returning(_A.kind, _A.subject, _A.what, _A.due_at)
)
_CANCEL = Prepared(
    delete(appointments).where(_SHOP, _A.kind == bindparam("kind"), one_of(_A.subject, "subjects"), _OPEN)
)
_OF = Prepared(
    select(_A.kind, _A.subject, _A.what, _A.due_at)
    .where(_SHOP, _A.kind == bindparam("kind"), one_of(_A.subject, "subjects"), _OPEN)
    .order_by(_A.due_at, _A.what)
)


class Appointment(Struct, frozen=True, gc=False):
    """`kind` says who keeps it, `subject` and `what` what it is about."""

    kind: str
    subject: str
    what: str
    due_at: datetime


def next_at(connection: Connection, shop: str) -> datetime | None:
    """The nearest one that is still to be kept, or None."""
    found: datetime | None = _NEXT.all(connection, {"shop": shop})[0][0]
    return found


def fire(connection: Connection, shop: str, now: datetime, at_most: int) -> list[Appointment]:
    """Claim those due by `now`, the earliest first. Whoever marks one puts its event into the inbox in the same
    transaction: it is kept once, whatever restarts.
    """
    fired = [Appointment(*row) for row in _FIRE.all(connection, {"shop": shop, "now": now, "at_most": at_most})]
    return sorted(fired, key=lambda each: (each.due_at, each.subject, each.what))


def make(connection: Connection, shop: str, kind: str, wanted: Mapping[str, Mapping[str, datetime]]) -> None:
    """Of each subject these and no others: what → instant."""
    cancel(connection, shop, kind, wanted)
    rows = [
        {"shop_id": shop, "kind": kind, "subject": subject, "what": what, "due_at": due_at, "fired_at": None}
        for subject, instants in wanted.items()
        for what, due_at in instants.items()
    ]
    _put(connection, rows)


def move(connection: Connection, shop: str, kind: str, subject: str, what: str, due_at: datetime) -> None:
    """This one comes then; the subject's others stay."""
    row = {"shop_id": shop, "kind": kind, "subject": subject, "what": what, "due_at": due_at, "fired_at": None}
    _put(connection, [row])


def _put(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """One whose instant is the same stays as it is, kept or to come."""
    if not rows:
        return
    statement = dialect_insert(appointments, connection.dialect.name)
    anew = {"due_at": statement.excluded.due_at, "fired_at": None}
    another = _A.due_at != statement.excluded.due_at
    keys = [column.name for column in appointments.primary_key]
    connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=anew, where=another), rows)


def cancel(connection: Connection, shop: str, kind: str, subjects: Collection[str]) -> None:
    """Those of these subjects that are still to be kept."""
    if subjects:
        _CANCEL.all(connection, {"shop": shop, "kind": kind, "subjects": list(subjects)})


def of(connection: Connection, shop: str, kind: str, subjects: Collection[str]) -> list[Appointment]:
    """Those of these subjects that are still to be kept, the earliest first."""
    given = {"shop": shop, "kind": kind, "subjects": list(subjects)}
    return [Appointment(*row) for row in _OF.all(connection, given)]
