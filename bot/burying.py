"""What nobody could handle: the desk is told once, and what a person decides about it is done."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.ids import new_id
from bot.store import dead, outbox
from flows.events import DeadDropped, DeadRetried

GATHER = timedelta(seconds=2)  # what dies together is told together
QUIET = timedelta(minutes=10)  # between two notices: a burst makes one line


def decide(connection: Connection, shop: str, event: DeadRetried | DeadDropped, at: datetime) -> bool:
    """Do what a person decided about a dead input; False when it comes too late: somebody was first."""
    if isinstance(event, DeadRetried):
        return dead.retry(connection, shop, event.row, event.by, at)
    return dead.drop(connection, shop, event.row, event.by, event.why, at)


def announce(
    connection: Connection, shop: str, rows: Collection[str], now: datetime, machine_now: datetime
) -> None:
    """These inputs died: let the desk be told, unless a notice waits already (it counts when it is sent).

    One that a person retried in vain is not told again: it is back in the list that they look at. The key names
    the instant it is for, so that processes which bury at the same time make one notice.
    """
    if not dead.untried(connection, shop, rows) or dead.notice_waits(connection, shop):
        return
    due = _rounded(machine_now + GATHER)
    last = dead.last_notice(connection, shop)
    if last is not None:
        due = max(due, last + QUIET)
    key = dead.notice_key(due)
    new = outbox.New(new_id(machine_now), None, key, "tell", outbox.NOTICE_LANE, key, dead.NOTICE, not_before=due)
    outbox.add(connection, shop, [new], now)


def _rounded(at: datetime) -> datetime:
    """Up to the next whole GATHER."""
    size = int(GATHER.total_seconds())
    seconds = -(-int(at.timestamp()) // size) * size
    return datetime.fromtimestamp(seconds, at.tzinfo)
