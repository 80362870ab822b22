"""Taking a source's orders into the book: compared first, then written some hundred at a time.

Each batch is one short transaction, so that a running service waits for milliseconds, and an import that is broken
off has taken what it had read: the next one goes on from there by itself, since what is the same changes nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection

from bot import parcels
from bot.ids import new_id
from bot.outcomes import position
from bot.store import cases, inbox, orders
from bot.store.database import Work
from bot.store.orders import Written
from flows.events import OrderChanged
from flows.order import Sourced
from flows.policy import Policy

CHUNK = 1 << 20


class Store(Protocol):
    """What an import needs of the database, whoever else works on it."""

    async def read(self, work: Work[Written]) -> Written: ...

    async def write(self, work: Work[Written]) -> Written: ...


@dataclass(slots=True)
class Counts:
    """Orders that are new, changed, the same as before; rows that could not be taken."""

    made: int = 0
    changed: int = 0
    same: int = 0
    bad: int = 0

    def add(self, written: Written) -> None:
        self.made += len(written.made)
        self.changed += len(written.changed)
        self.same += len(written.same)


Batches = Iterable[Sequence[Sourced]]
Told = Callable[[int], None]  # of how many orders more it is done with


async def compare(store: Store, shop: str, batches: Batches, told: Told) -> Counts:
    """What taking them in would come to. Writes nothing."""

    async def look(batch: Sequence[Sourced]) -> Written:
        return await store.read(lambda connection: orders.compare(connection, shop, batch))

    return await _each(batches, look, told)


async def take(
    store: Store, shop: str, import_id: str, batches: Batches, now: datetime, told: Told, policy: Policy
) -> Counts:
    """Write them."""

    async def write(batch: Sequence[Sourced]) -> Written:
        return await store.write(lambda connection: take_batch(connection, shop, batch, import_id, now, policy))

    return await _each(batches, write, told)


def take_batch(
    connection: Connection, shop: str, batch: Sequence[Sourced], import_id: str, now: datetime, policy: Policy
) -> Written:
    """One transaction's worth: the orders, when to look at their parcels, and an event for each open case of those
    that changed.
    """
    written = orders.write(connection, shop, batch, import_id, now)
    news = {*written.made, *written.changed}
    found = orders.find(connection, shop, {number for number, _ in news})
    parcels.arm(connection, shop, policy, [kept.order for key, kept in found.items() if key in news], now)
    platform_of = dict((*written.made, *written.changed))
    concerned = cases.by_order(connection, shop, set(platform_of))
    events = [OrderChanged(case.id, case.order or "", platform_of[case.order or ""]) for case in concerned]
    items = [
        inbox.event_item(event, f"order:{import_id}:{event.case}", event.case, position()) for event in events
    ]
    inbox.add(connection, shop, items, now)
    return written


async def _each(batches: Batches, do: Callable[[Sequence[Sourced]], Awaitable[Written]], told: Told) -> Counts:
    counts = Counts()
    for batch in batches:
        counts.add(await do(batch))
        told(len(batch))
    return counts


def new_import(now: datetime) -> str:
    """An id for one import."""
    return new_id(now)


def file_digest(path: Path) -> str:
    """Hex SHA-256 of the file, read in pieces."""
    sha = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            sha.update(chunk)
    return sha.hexdigest()
