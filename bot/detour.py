"""Alarms that wait for a desk which is away: their cases are told, so that the second path need not wait."""

from __future__ import annotations

from sqlalchemy import Connection

from bot.clock import BusinessClock
from bot.crashing import Commit
from bot.outcomes import position
from bot.signals import Signals
from bot.store import codec, inbox, outbox
from bot.store.database import Database
from flows.events import AlarmDelayed
from flows.ports import Item

SOON_S = 10.0  # asked to wait for no longer than this, an alarm is not late


class Detour:
    """One event for each alarm that waits, however often it is tried."""

    def __init__(self, database: Database, shop: str, clock: BusinessClock, signals: Signals) -> None:
        self._database = database
        self._shop = shop
        self._clock = clock
        self._signals = signals
        self._told: set[str] = set()

    def event(self, sending: outbox.Sending, reason: str) -> tuple[Item, ...]:
        """What the case of an alarm is told that was not posted this time; nothing for other kinds."""
        if sending.kind != "alarm":
            return ()
        self._told.add(sending.id)
        return _items(sending.id, sending.case or "", sending.body, reason)

    async def look(self, reason: str) -> None:
        """Nothing is tried while the desk is away: tell the cases of all alarms that were queued meanwhile."""
        if not await self._database.read(self._waiting):
            return
        if await self._database.write(lambda connection: self._tell(connection, reason), Commit.DELAYED):
            self._signals.wake("inbox")

    def back(self) -> None:
        """The desk is there again: nothing waits for it any more."""
        self._told.clear()

    def _waiting(self, connection: Connection) -> list[tuple[str, str, str]]:
        return [row for row in outbox.waiting_alarms(connection, self._shop) if row[0] not in self._told]

    def _tell(self, connection: Connection, reason: str) -> int:
        waiting = self._waiting(connection)
        items = [item for id, case, body in waiting for item in _items(id, case, body, reason)]
        inbox.add(connection, self._shop, items, self._clock.now())
        self._told |= {id for id, _, _ in waiting}
        return len(items)


def _items(row: str, case: str, body: str, reason: str) -> tuple[Item, ...]:
    """One event; none for a row that names no alarm."""
    about = codec.loads(body)
    if not {"deadline", "rung"} <= about.keys():
        return ()
    event = AlarmDelayed(case, about["deadline"], about["rung"], reason, row)
    return (inbox.event_item(event, f"delayed:{row}", case, position(), urgent=True),)
