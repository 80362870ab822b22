"""The SQLite file in trouble: what cannot be kept is not acknowledged, it is said in words, and mended it goes on.

The errors are SQLite's own: a full file by `max_page_count`, a lock by another connection, damage by writing over
pages of the file, a vanished file by moving its folder.
"""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, OperationalError

from bot.store.database import Database, is_passing
from bot.store.fileguard import FileDamaged, FileVanished
from bot.store.tables import inbox as table
from tests.store.histories import engine, item, rows, store

pytestmark = pytest.mark.parametrize("url", ["sqlite"], indirect=True)
PAGE = 4096


@pytest.fixture
def folder(url: str, tmp_path: Path) -> Path:
    """The database in a folder of its own, which may be moved away."""
    home = tmp_path / "home"
    home.mkdir()
    (tmp_path / "amends.db").rename(home / "amends.db")
    return home


@pytest.fixture
async def store_of(folder: Path) -> AsyncIterator[Database]:
    database = Database(f"sqlite:///{folder / 'amends.db'}")
    await store(database, item("before"))
    yield database
    await database.close()


async def _kept(database: Database) -> list[str]:
    return [row["external_id"] for row in await rows(database, table)]


def _limit(pages: int) -> str:
    return f"PRAGMA max_page_count={pages}"


async def _set_limit(database: Database, pages: int) -> None:
    await database.write(lambda connection: connection.exec_driver_sql(_limit(pages)).close())


async def test_a_full_disk_takes_nothing_and_goes_on_when_there_is_room(store_of: Database) -> None:
    """SQLITE_FULL: the caller is told, nothing is half there, and the next write after mending goes through."""
    await _set_limit(store_of, 1)  # SQLite makes it the size that the file has
    with pytest.raises(OperationalError) as error:
        await store(store_of, item("lost?", raw=b"x" * 100_000))
    assert is_passing(error.value)
    assert "the disk is full: make room" in store_of.trouble
    assert await _kept(store_of) == ["before"]
    await _set_limit(store_of, 1_000_000)
    await store(store_of, item("after", raw=b"x" * 100_000))
    assert await _kept(store_of) == ["before", "after"]
    assert store_of.trouble == ""


async def test_a_lock_of_another_program_ends_in_words_and_passes(store_of: Database, folder: Path) -> None:
    """Some tool holds the file: reading goes on, writing is refused after SQLite's patience, then goes on."""
    await store_of.write(lambda connection: connection.exec_driver_sql("PRAGMA busy_timeout=50").close())
    with closing(sqlite3.connect(folder / "amends.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(OperationalError):
            await store(store_of, item("refused"))
        assert "another program holds it" in store_of.trouble
        assert await _kept(store_of) == ["before"]
    await store(store_of, item("after"))
    assert (await _kept(store_of), store_of.trouble) == (["before", "after"], "")


async def test_a_vanished_folder_takes_nothing_until_it_is_back(store_of: Database, folder: Path) -> None:
    """SQLite itself would go on writing to the file that nobody will find again."""
    away = folder.rename(folder.with_name("away"))  # noqa: ASYNC240 - one system call
    with pytest.raises(FileVanished) as error:
        await store(store_of, item("nowhere"))
    assert is_passing(error.value)
    assert "deleted or replaced while the desk runs" in store_of.trouble
    away.rename(folder)
    await store(store_of, item("after"))
    assert (await _kept(store_of), store_of.trouble) == (["before", "after"], "")


async def test_a_file_that_was_replaced_is_not_written_to(store_of: Database, folder: Path) -> None:
    """Somebody copied a backup over it by hand while the desk runs: two histories must not mix."""
    file = folder / "amends.db"
    file.rename(folder / "old.db")
    file.write_bytes((folder / "old.db").read_bytes())
    with pytest.raises(FileVanished):
        await store(store_of, item("nowhere"))


def _spoil(file: Path, first_page: int) -> None:
    """Write over pages as a bad disk or a careless program would. The header's page is number 0."""
    with file.open("r+b") as handle:
        handle.seek(first_page * PAGE)
        handle.write(b"\xa5" * PAGE * 400 if first_page else b"\xa5" * PAGE)


async def _grown(folder: Path) -> None:
    """Four hundred inputs, everything in the file itself, nothing in its log."""
    database = Database(f"sqlite:///{folder / 'amends.db'}")
    await store(database, *(item(f"{n}", lane=f"{n}", raw=b"x" * 3000) for n in range(400)))
    await database.close()
    with closing(sqlite3.connect(folder / "amends.db")) as file:
        file.execute("PRAGMA wal_checkpoint(TRUNCATE)")


async def test_a_damaged_page_ends_all_writing(folder: Path) -> None:
    """What a damaged file takes may go down with it. So nothing is taken any more, and no row is blamed for it."""
    await _grown(folder)
    _spoil(folder / "amends.db", 100)
    again = Database(f"sqlite:///{folder / 'amends.db'}")
    with pytest.raises(DBAPIError) as error:
        await engine(again).handle_waiting()
    assert is_passing(error.value)
    assert "damaged: stop the desk and `amends restore` a backup" in again.trouble
    with pytest.raises(FileDamaged):
        await store(again, item("new"))
    await again.close()


async def test_damage_that_a_reader_finds_ends_writing_as_well(folder: Path) -> None:
    """Whoever comes upon it first."""
    await _grown(folder)
    _spoil(folder / "amends.db", 100)
    again = Database(f"sqlite:///{folder / 'amends.db'}")
    with pytest.raises(DBAPIError):
        await rows(again, table)
    with pytest.raises(FileDamaged):
        await again.write(_nothing)
    await again.close()


async def test_a_damaged_header_is_said_in_words(folder: Path) -> None:
    await _grown(folder)
    _spoil(folder / "amends.db", 0)
    again = Database(f"sqlite:///{folder / 'amends.db'}")
    with pytest.raises(DBAPIError) as error:
        await again.write(_nothing)
    assert is_passing(error.value)
    assert "no SQLite database, or it is damaged" in again.trouble
    await again.close()


def _nothing(connection: Connection) -> None:
    """A transaction without a statement."""
