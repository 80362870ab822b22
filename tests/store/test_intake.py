"""The sink returns after commit, for as many callers as wait in one commit."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.exc import SQLAlchemyError

from bot.clock import SteppedClock
from bot.intake import StoreSink
from bot.signals import Signals
from bot.store.database import Database
from bot.store.tables import inbox
from tests.store.histories import SHOP, T0, item, rows


def _sink(database: Database, signals: Signals | None = None) -> StoreSink:
    return StoreSink(database, SHOP, SteppedClock(T0), signals or Signals())


@contextmanager
def _commits() -> Iterator[list[int]]:
    """One entry a commit, of whatever connection."""
    counted: list[int] = []

    def note(_connection: object) -> None:
        counted.append(1)

    event.listen(Engine, "commit", note)
    try:
        yield counted
    finally:
        event.remove(Engine, "commit", note)


async def test_what_was_stored_is_there_when_store_returns(database: Database, other: Database) -> None:
    """Only then may the platform be told: invariant 1, seen from another connection."""
    signals = Signals()
    await _sink(database, signals).store([item("1"), item("2")])

    assert [row["external_id"] for row in await rows(other, inbox)] == ["1", "2"]
    assert signals.inbox.is_set()


async def test_many_callers_share_a_commit(database: Database) -> None:
    """A commit is a disk's fsync: a hundred clicks at once must not cost a hundred of them."""
    sink = _sink(database)
    with _commits() as commits:
        await asyncio.gather(*(sink.store([item(str(n))]) for n in range(100)))

    assert len(await rows(database, inbox)) == 100
    assert 1 <= len(commits) <= 2


async def test_one_bad_caller_does_not_fail_its_neighbours(database: Database) -> None:
    """Its own error reaches it, so that it does not acknowledge; everybody else is stored and told so."""
    sink = _sink(database)
    calls = [[item("1")], [item("bad", position=2**70)], [item("2"), item("3")]]
    ends = await asyncio.gather(*(sink.store(items) for items in calls), return_exceptions=True)

    assert (ends[0], ends[2]) == (None, None)
    assert isinstance(ends[1], OverflowError | SQLAlchemyError)
    assert [row["external_id"] for row in await rows(database, inbox)] == ["1", "2", "3"]


async def test_a_caller_that_gives_up_has_its_item_stored_all_the_same(database: Database) -> None:
    """Stored twice is a repeat, not stored is a loss."""
    sink = _sink(database)
    leaving = asyncio.create_task(sink.store([item("1")]))
    staying = asyncio.create_task(sink.store([item("2")]))
    await asyncio.sleep(0)
    leaving.cancel()
    await staying
    await sink.close()
    with pytest.raises(asyncio.CancelledError):
        await leaving

    assert [row["external_id"] for row in await rows(database, inbox)] == ["1", "2"]


async def test_nothing_to_store_costs_nothing(database: Database) -> None:
    """An empty poll is the common one."""
    with _commits() as commits:
        await _sink(database).store([])

    assert commits == []
