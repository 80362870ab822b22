"""The register of papers: a row each, never deleted.

kept ─▶ renewed   (another one follows it)
     └▶ removed
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, Select, bindparam, insert, select, update

from bot.store.database import insert_new
from bot.store.prepared import Prepared
from bot.store.tables import counters, papers
from flows.papers import Paper, PaperKind

PAPER = "paper"  # of its warnings and appointments
KEPT, RENEWED, REMOVED = "kept", "renewed", "removed"

_P = papers.c
_names = msgspec.json.Decoder(tuple[str, ...])
_FIELDS = Paper.__struct_fields__
_ON_FILE = Prepared(
    select(*(_P[name] for name in _FIELDS))
    .where(_P.shop_id == bindparam("shop"), _P.state != REMOVED)
    .order_by(_P.id)
)


@dataclass(frozen=True, slots=True)
class Filed:
    """A paper with its story. `follows` is the one that it renewed."""

    paper: Paper
    state: str
    follows: int | None
    added_at: datetime
    added_by: str
    ended_at: datetime | None = None
    ended_by: str | None = None
    ended_why: str | None = None

    @property
    def is_kept(self) -> bool:
        return self.state == KEPT


_STORY = tuple(name for name in Filed.__dataclass_fields__ if name != "paper")


def add(
    connection: Connection, shop: str, paper: Paper, by: str, at: datetime, follows: int | None = None
) -> Paper:
    """Put it on file under a number of its own."""
    filed = msgspec.structs.replace(paper, id=_next(connection, shop))
    row = {name: getattr(filed, name) for name in _FIELDS}
    for name in ("brands", "skus"):
        row[name] = msgspec.json.encode(row[name]).decode()
    connection.execute(
        insert(papers).values(shop_id=shop, **row, follows=follows, state=KEPT, added_at=at, added_by=by[:80])
    )
    return filed


def end(connection: Connection, shop: str, id: int, state: str, by: str, why: str, at: datetime) -> bool:
    """Whether it was kept until now; of two who end it one does."""
    values = {"state": state, "ended_at": at, "ended_by": by[:80], "ended_why": why}
    kept = update(papers).where(_P.shop_id == shop, _P.id == id, _P.state == KEPT).values(**values)
    return connection.execute(kept.returning(_P.id)).one_or_none() is not None


def get(connection: Connection, shop: str, id: int) -> Filed | None:
    found = connection.execute(_all(shop).where(_P.id == id)).one_or_none()
    return None if found is None else _filed(found)


def following(connection: Connection, shop: str, id: int) -> Filed | None:
    """The one that renewed it."""
    found = connection.execute(_all(shop).where(_P.follows == id)).first()
    return None if found is None else _filed(found)


def listed(connection: Connection, shop: str, *, ended: bool = False) -> list[Filed]:
    """By the day they end, the nearest first; those that never end last. `ended`: renewed and removed ones too."""
    query = _all(shop).order_by(_P.valid_until.is_(None), _P.valid_until, _P.id)
    found = connection.execute(query if ended else query.where(_P.state == KEPT)).all()
    return [_filed(row) for row in found]


def on_file(connection: Connection, shop: str) -> tuple[Paper, ...]:
    """All that were not removed, valid or not: one that was renewed still proves what was sold in its time."""
    return tuple(_paper(row) for row in _ON_FILE.all(connection, {"shop": shop}))


def _all(shop: str) -> Select[Any]:
    return select(*(_P[name] for name in (*_FIELDS, *_STORY))).where(_P.shop_id == shop)


def _filed(row: Row[Any]) -> Filed:
    return Filed(_paper(tuple(row)[: len(_FIELDS)]), *tuple(row)[len(_FIELDS) :])


def _paper(row: Any) -> Paper:
    given = dict(zip(_FIELDS, row, strict=True))
    for name in ("brands", "skus"):
        given[name] = _names.decode(given[name])
    for name in ("valid_from", "valid_until"):  # the driver below a prepared statement knows no dates
        if isinstance(given[name], str):
            given[name] = date.fromisoformat(given[name])
    return Paper(**{**given, "kind": PaperKind(given["kind"])})


def _next(connection: Connection, shop: str) -> int:
    insert_new(connection, counters, [{"shop_id": shop, "name": PAPER, "value": 0}])
    ours = (counters.c.shop_id == shop, counters.c.name == PAPER)
    raised = update(counters).where(*ours).values(value=counters.c.value + 1).returning(counters.c.value)
    return int(connection.execute(raised).scalar_one())
