"""The dead letter: inputs that could not be read or handled. A person has each handled again, or drops it.

dead ─▶ waiting   (retried, after a fix)
  └───▶ dropped   (by whom, when and why stays with it, as does what was wrong)
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Select, func, select, update

from bot.store.outbox import NOTICE_LANE
from bot.store.prepared import in_state
from bot.store.tables import inbox, outbox

PAGE = 200

_I, _O = inbox.c, outbox.c
_LISTED = (_I.id, _I.channel, _I.external_id, _I.kind, _I.stored_at, _I.handled_at, _I.error, _I.code_version)
# The outbox row that tells the desk. Its kind is `tell`: a process of version 0.1, which cannot read the body,
# puts it back for one that can.
NOTICE = '{"notice":"dead","v":1}'
_KEY = "notice:dead:"
_SECOND = 1_000_000


@dataclass(frozen=True, slots=True)
class Dead:
    """One of them, without its content. `kind` is the platform's word for it; `version` the code that gave up."""

    id: str
    channel: str
    external_id: str
    kind: str
    stored_at: datetime
    died_at: datetime
    reason: str
    version: str


@dataclass(frozen=True, slots=True)
class Opened:
    """One input with its content, which is personal, and what became of it: `state`, who decided, when, why."""

    id: str
    channel: str
    external_id: str
    kind: str
    raw: bytes | None
    stored_at: datetime
    state: str
    handled_at: datetime | None
    reason: str | None
    version: str | None
    decided_by: str | None
    decided_at: datetime | None
    decided_why: str | None


def count(connection: Connection, shop: str) -> int:
    query = select(func.count()).where(_I.shop_id == shop, in_state(_I.state, "dead"))
    return int(connection.execute(query).scalar_one())


def listed(
    connection: Connection, shop: str, *, kind: str | None = None, after: str = "", at_most: int = PAGE
) -> list[Dead]:
    """The oldest first, from behind the id `after`; of one kind if it is named."""
    query = _dead(select(*_LISTED), shop).where(_I.id > after).order_by(_I.id).limit(at_most)
    if kind is not None:
        query = query.where(_I.kind == kind)
    return [Dead(*row) for row in connection.execute(query).all()]


def _dead(query: Select[Any], shop: str) -> Select[Any]:
    return query.where(_I.shop_id == shop, in_state(_I.state, "dead"))


def opened(connection: Connection, shop: str, row: str) -> Opened | None:
    """This input, if it is dead, was dropped, or was ever retried by a person."""
    query = select(
        _I.id, _I.channel, _I.external_id, _I.kind, _I.raw, _I.stored_at, _I.state, _I.handled_at, _I.error,
        _I.code_version, _I.decided_by, _I.decided_at, _I.decided_why,
    ).where(_I.shop_id == shop, _I.id == row)  # fmt: skip
    found: Any = connection.execute(query).one_or_none()
    known = None if found is None else Opened(*found)
    return known if known is not None and (known.state == "dead" or known.decided_by is not None) else None


def retry(connection: Connection, shop: str, row: str, by: str, at: datetime) -> bool:
    """dead → waiting; False when it is not dead (any more)."""
    fresh = {"handled_at": None, "error": None, "code_version": None}
    return _decide(connection, shop, row, {"state": "waiting", **fresh, **_decided(by, at, None)})


def drop(connection: Connection, shop: str, row: str, by: str, why: str, at: datetime) -> bool:
    """dead → dropped; False when it is not dead (any more). Its reason and content stay."""
    return _decide(connection, shop, row, {"state": "dropped", **_decided(by, at, why)})


def _decided(by: str, at: datetime, why: str | None) -> dict[str, Any]:
    return {"decided_by": by[:80], "decided_at": at, "decided_why": why}


def _decide(connection: Connection, shop: str, row: str, values: dict[str, Any]) -> bool:
    statement = (
        update(inbox)
        .where(_I.shop_id == shop, _I.id == row, in_state(_I.state, "dead"))
        .values(**values)
        .returning(_I.id)
    )
    return connection.execute(statement).one_or_none() is not None


def untried(connection: Connection, shop: str, rows: Collection[str]) -> bool:
    """Whether nobody has decided about one of these rows yet."""
    if not rows:
        return False
    query = select(_I.id).where(_I.shop_id == shop, _I.id.in_(list(rows)), _I.decided_by.is_(None)).limit(1)
    return connection.execute(query).one_or_none() is not None


def notice_key(due: datetime) -> str:
    """Sorts by time; one for each instant (microseconds of the machine clock)."""
    return f"{_KEY}{int(due.timestamp() * _SECOND):016d}"


def notice_waits(connection: Connection, shop: str) -> bool:
    """Whether one is still to be sent. Locked until commit: one that is claimed meanwhile counted without us."""
    query = (
        select(_O.state)
        .where(_O.shop_id == shop, _O.lane == NOTICE_LANE, in_state(_O.state, "pending", "sending"))
        .with_for_update()
    )
    return "pending" in connection.execute(query).scalars().all()


def last_notice(connection: Connection, shop: str) -> datetime | None:
    """What instant (machine clock) the newest notice was for."""
    ours = (_O.dedupe_key >= f"{_KEY}0", _O.dedupe_key <= f"{_KEY}9", _O.lane == NOTICE_LANE)
    query = select(_O.dedupe_key).where(_O.shop_id == shop, *ours).order_by(_O.dedupe_key.desc()).limit(1)
    found = connection.execute(query).scalar_one_or_none()
    return None if found is None else datetime.fromtimestamp(int(found.removeprefix(_KEY)) / _SECOND, UTC)
