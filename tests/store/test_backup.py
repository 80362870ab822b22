"""A backup is whole and consistent, also while the desk writes; a bad wish is refused in words."""

from __future__ import annotations

import asyncio
import sqlite3
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from bot.migrating import pending
from bot.store import inbox
from bot.store.backup import BackupError, backup
from bot.store.database import Database, database_url
from flows.ports import Item
from tests.store.histories import SHOP

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def item(number: int) -> Item:
    return Item("telegram:1", f"message:5:{number}", "print", "telegram:1:5", number, "event", b"x" * 2000)


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_a_copy_made_while_the_desk_writes_is_whole(database: Database, tmp_path: Path) -> None:
    """Whatever was committed when it began is in it, nothing is half there, and it can be started from."""
    first = [item(number) for number in range(200)]
    await database.write(lambda connection: inbox.add(connection, SHOP, first, NOW))
    copying = asyncio.to_thread(backup, database.url, tmp_path / "copy.db")

    async def write_on() -> None:
        for number in range(200, 260):
            await database.write(partial(inbox.add, shop=SHOP, items=[item(number)], now=NOW))

    await asyncio.gather(copying, write_on())
    copy = sqlite3.connect(tmp_path / "copy.db")
    count = copy.execute("SELECT count(*) FROM inbox").fetchone()[0]
    copy.close()
    assert 200 <= count <= 260
    restored = Database(f"sqlite:///{tmp_path / 'copy.db'}")
    assert await pending(restored) == []
    await restored.close()
    with pytest.raises(BackupError):
        backup(database.url, tmp_path / "copy.db")


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_nothing_is_overwritten(database: Database, tmp_path: Path) -> None:
    """Yesterday's backup may be the only good one."""
    (tmp_path / "yesterday.db").write_text("precious")
    with pytest.raises(BackupError, match="nothing is overwritten"):
        backup(database.url, tmp_path / "yesterday.db")
    assert (tmp_path / "yesterday.db").read_text() == "precious"


def test_a_bad_wish_is_refused_in_words(tmp_path: Path) -> None:
    """No file yet, a folder that is not there, another kind of database: each says what to do."""
    nothing = database_url(f"sqlite:///{tmp_path / 'none.db'}")
    with pytest.raises(BackupError, match="there is no database"):
        backup(nothing, tmp_path / "copy.db")
    with pytest.raises(BackupError, match="pg_dump"):
        backup(database_url("postgresql://desk@127.0.0.1/amends"), tmp_path / "copy.db")
    sqlite3.connect(tmp_path / "some.db").close()
    with pytest.raises(BackupError, match="could not be written"):
        backup(database_url(f"sqlite:///{tmp_path / 'some.db'}"), tmp_path / "no folder" / "copy.db")
