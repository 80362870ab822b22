"""A command beside the service: it reads without being able to write, writes shortly, and makes nothing."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError

from bot.lock import FileLock
from bot.store import inbox
from bot.store.database import Database
from bot.store.tables import inbox as table
from bot.store.visiting import NoDatabase, Visitor
from tests.store.histories import SHOP, T0, item, rows, store

SQLITE = pytest.mark.parametrize("url", ["sqlite"], indirect=True)


@pytest.fixture
async def visitor(url: str) -> AsyncIterator[Visitor]:
    made = Visitor(url)
    yield made
    await made.close()


async def _names(visitor: Visitor) -> list[str]:
    query = table.select().order_by(table.c.id)
    return [row.external_id for row in await visitor.read(lambda connection: connection.execute(query).all())]


async def test_what_it_adds_the_service_finds(database: Database, visitor: Visitor) -> None:
    """On both databases; what the service stored it sees, and the other way round."""
    await store(database, item("service"))
    await visitor.write(lambda connection: inbox.add(connection, SHOP, [item("command")], T0))

    assert await _names(visitor) == ["service", "command"]
    assert [row["external_id"] for row in await rows(database, table)] == ["service", "command"]


@SQLITE
async def test_reading_cannot_write(database: Database, visitor: Visitor) -> None:
    """The connection itself refuses, whatever the command does."""
    with pytest.raises(OperationalError, match="readonly"):
        await visitor.read(lambda connection: inbox.add(connection, SHOP, [item("never")], T0))
    assert await rows(database, table) == []


@SQLITE
async def test_reading_waits_for_no_writer(database: Database, visitor: Visitor) -> None:
    """The service is in the middle of a transaction: the command shows the state before it, at once."""
    await store(database, item("before"))
    seen: list[list[str]] = []

    def write_and_look(connection: Connection) -> None:
        inbox.add(connection, SHOP, [item("uncommitted")], T0)
        seen.append(asyncio.run(_names(visitor)))  # in the writer's thread, which has no loop of its own

    await database.write(write_and_look)
    assert seen == [["before"]]


@SQLITE
async def test_it_works_while_the_service_holds_its_lock(database: Database, visitor: Visitor, url: str) -> None:
    """The lock keeps a second service out, not a command."""
    lock = FileLock(Path(f"{database.url.database}.lock"))
    lock.take()
    await visitor.write(lambda connection: inbox.add(connection, SHOP, [item("command")], T0))
    lock.release()

    assert await _names(visitor) == ["command"]


async def test_without_a_file_nothing_is_made(tmp_path: Path) -> None:
    """Asked before the first start, or from the wrong folder: one sentence, and no empty database left behind."""
    visitor = Visitor(f"sqlite:///{tmp_path / 'nowhere' / 'amends.db'}")
    with pytest.raises(NoDatabase, match="start the service once"):
        await visitor.read(lambda connection: connection.execute(text("SELECT 1")).close())
    with pytest.raises(NoDatabase, match="start the service once"):
        await visitor.write(lambda connection: connection.execute(text("SELECT 1")).close())
    await visitor.close()

    assert list(tmp_path.iterdir()) == []  # noqa: ASYNC240 - a look at an empty folder


@SQLITE
async def test_a_path_with_signs_of_an_address_is_opened(sqlite_file: Path, tmp_path: Path, url: str) -> None:
    """A folder may be called anything: what SQLite's own address form would read as an option is a name."""
    del url
    odd = tmp_path / "a?mode=memory&b #1 %41"
    odd.mkdir()
    shutil.copy(sqlite_file, odd / "amends.db")
    visitor = Visitor("sqlite:///amends.db")
    visitor.url = visitor.url.set(database=str(odd / "amends.db"))
    assert await _names(visitor) == []
    await visitor.close()
