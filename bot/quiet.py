"""Is there anything left to do? What a stepped clock waits for between two instants."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from bot.store import inbox, outbox, timers
from bot.store.database import Database


async def is_quiet(database: Database, shop: str, now: datetime) -> bool:
    """No cause waits, nothing is to be sent, nothing is due."""
    return await database.read(lambda connection: _is_quiet(connection, shop, now))


def _is_quiet(connection: Connection, shop: str, now: datetime) -> bool:
    if inbox.count(connection, shop)["waiting"] or outbox.busy(connection, shop):
        return False
    upcoming = timers.next_at(connection, shop)
    return upcoming is None or upcoming > now
