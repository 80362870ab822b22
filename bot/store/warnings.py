"""Warnings: what staff must notice and belongs to no case. Each is raised once, and acknowledged once.

raised ─▶ acknowledged   (by whom and when stays with it)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, select, update

from bot.store.database import dialect_insert
from bot.store.tables import warnings

BATCH = "batch"

_W = warnings.c


@dataclass(frozen=True, slots=True)
class Warned:
    """`subject` is a SKU; `about` what the warning is about it, `nth` of its kind. It looks back to `since` and
    grew last at `last_at`. `message` is the desk's id of its post: "channel:ts".
    """

    id: str
    kind: str
    subject: str
    about: str
    nth: int
    since: datetime
    raised_at: datetime
    last_at: datetime
    message: str | None = None
    acknowledged_by: str | None = None
    acknowledged_at: datetime | None = None


_FIELDS = tuple(Warned.__dataclass_fields__)


def latest(connection: Connection, shop: str, kind: str, subject: str, about: str) -> Warned | None:
    """The newest of this kind about this; locked until commit, since whoever asks may let it grow."""
    query = _of(shop).where(_W.kind == kind, _W.subject == subject, _W.about == about)
    return _one(connection, query.order_by(_W.nth.desc()).limit(1).with_for_update())


def add(connection: Connection, shop: str, warned: Warned) -> bool:
    """Raise it. False when another process raised the same one meanwhile."""
    row = {"shop_id": shop, **{name: getattr(warned, name) for name in _FIELDS}}
    statement = dialect_insert(warnings, connection.dialect.name).values(row).on_conflict_do_nothing()
    return connection.execute(statement.returning(_W.id)).one_or_none() is not None


def grew(connection: Connection, shop: str, id: str, at: datetime) -> None:
    _change(connection, shop, id, last_at=at)


def posted(connection: Connection, shop: str, id: str, message: str) -> None:
    _change(connection, shop, id, message=message)


def acknowledge(connection: Connection, shop: str, id: str, by: str, at: datetime) -> bool:
    """Whether this one was the first."""
    values = {"acknowledged_by": by[:80], "acknowledged_at": at}
    unseen = update(warnings).where(_W.shop_id == shop, _W.id == id, _W.acknowledged_at.is_(None)).values(**values)
    return connection.execute(unseen.returning(_W.id)).one_or_none() is not None


def get(connection: Connection, shop: str, id: str) -> Warned | None:
    return _one(connection, _of(shop).where(_W.id == id))


def newest(connection: Connection, shop: str, kind: str, subject: str) -> Warned | None:
    """The last of this kind about this, whatever it said; locked until commit."""
    query = _of(shop).where(_W.kind == kind, _W.subject == subject).order_by(_W.raised_at.desc(), _W.nth.desc())
    return _one(connection, query.limit(1).with_for_update())


def unseen(connection: Connection, shop: str, kind: str, subject: str) -> list[str]:
    """Ids of those that nobody has acknowledged, the oldest first."""
    query = select(_W.id).where(
        _W.shop_id == shop, _W.kind == kind, _W.subject == subject, _W.acknowledged_at.is_(None)
    )
    return list(connection.execute(query.order_by(_W.raised_at, _W.id)).scalars())


def listed(connection: Connection, shop: str, kind: str, since: datetime) -> list[Warned]:
    """Those that grew since then, the newest first."""
    query = _of(shop).where(_W.kind == kind, _W.last_at >= since).order_by(_W.raised_at.desc(), _W.id)
    return [Warned(*row) for row in connection.execute(query).all()]


def _of(shop: str) -> Select[Any]:
    return select(*(_W[name] for name in _FIELDS)).where(_W.shop_id == shop)


def _one(connection: Connection, query: Select[Any]) -> Warned | None:
    found: Sequence[Any] | None = connection.execute(query).one_or_none()
    return None if found is None else Warned(*found)


def _change(connection: Connection, shop: str, id: str, **values: Any) -> None:
    connection.execute(update(warnings).where(_W.shop_id == shop, _W.id == id).values(**values))
