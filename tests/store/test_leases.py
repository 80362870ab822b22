"""Leases: one holder at a time, passed on when its end has come, with a token that rises."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.leasing import Lease
from bot.store import leases
from bot.store.database import Database

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
LONG = timedelta(minutes=5)
OVER = timedelta(seconds=-1)


async def take(database: Database, holder: str, ttl: timedelta = LONG, *, by_force: bool = False) -> int | None:
    return await database.write(
        lambda connection: leases.take(connection, "read:telegram:1", holder, ttl, NOW, by_force=by_force)
    )


async def test_one_holds_it_and_the_others_wait(database: Database) -> None:
    """Two pollers of one token would split the updates between them."""
    assert await take(database, "first") == 1
    assert await take(database, "second") is None
    assert await take(database, "first") == 1


async def test_a_lease_that_ran_out_passes_on_with_a_higher_token(database: Database) -> None:
    """The dead do not give anything back; a late one of them can be told from its successor."""
    assert await take(database, "first", OVER) == 1
    assert await take(database, "second") == 2
    assert await take(database, "first") is None


async def test_a_lease_given_up_is_free_at_once(database: Database) -> None:
    """A deploy must not cost a shop ten seconds of silence."""
    await take(database, "first")
    await database.write(lambda connection: leases.release(connection, "read:telegram:1", "second"))
    assert await take(database, "second") is None
    await database.write(lambda connection: leases.release(connection, "read:telegram:1", "first"))
    assert await take(database, "second") == 1


async def test_who_is_alone_on_its_file_need_not_wait(database: Database) -> None:
    """After a kill the same shop starts again at once: the file's lock has shown that nobody else is there."""
    await take(database, "killed")
    assert await take(database, "restarted", by_force=True) == 2


async def test_a_lease_taken_while_we_were_stopped_is_given_up(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopped between the commit and the answer: the next process must not wait for a lease of nobody."""
    write, committed = database.write, asyncio.Event()

    async def late(*given: Any, **named: Any) -> Any:
        made = await write(*given, **named)
        if not committed.is_set():
            committed.set()
            await asyncio.Event().wait()
        return made

    async def work() -> None:
        raise AssertionError("never held, as far as we know")

    monkeypatch.setattr(database, "write", late)
    running = asyncio.create_task(Lease(database, "read:telegram:1", "stopped").run(work))
    async with asyncio.timeout(20):
        await committed.wait()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    assert await take(database, "second") == 1
