"""What the service remembers about itself from one start to the next: a few named values of a shop."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, bindparam, select

from bot.store.database import upsert
from bot.store.prepared import Prepared
from bot.store.tables import remembered

SEEN = "seen"  # `at`: when the service was last there, by the business clock
COUNTED_BY = "counted_by"  # what the open clocks were counted by, as JSON
NOTED = "noted"  # `at`: until when the causes were told in a weekly note
WATCHED_BY = "watched_by"  # by which settings parcels are watched
PAPERS_BY = "papers_by"  # by which settings the ends of papers are told

_R = remembered.c
_BY_NAME = select(_R.value, _R.at).where(_R.shop_id == bindparam("shop"), _R.name == bindparam("name"))
_READ = Prepared(_BY_NAME)
_GET = Prepared(_BY_NAME.with_for_update())  # of several processes that look and then write, one at a time does


def read(connection: Connection, shop: str, name: str) -> tuple[str, datetime] | None:
    """(value, when it was put); None when there is none."""
    found = _READ.all(connection, {"shop": shop, "name": name})
    return found[0] if found else None


def get(connection: Connection, shop: str, name: str) -> tuple[str, datetime] | None:
    """The same, locked until commit."""
    found = _GET.all(connection, {"shop": shop, "name": name})
    return found[0] if found else None


def put(connection: Connection, shop: str, name: str, value: str, at: datetime) -> None:
    upsert(connection, remembered, [{"shop_id": shop, "name": name, "value": value, "at": at}])
