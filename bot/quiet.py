"""Is there anything left to do? What a stepped clock waits for between two instants."""

from __future__ import annotations

from datetime import datetime

from bot.store import inbox, outbox, timers
from bot.store.database import Database


async def is_quiet(database: Database, shop: str, now: datetime) -> bool:
    """No cause waits, nothing is to be sent, nothing is due."""
    async with database.read() as connection:
        if (await inbox.count(connection, shop))["waiting"]:
            return False
        if await outbox.busy(connection, shop):
            return False
        upcoming = await timers.next_at(connection, shop)
    return upcoming is None or upcoming > now
