"""How a command reaches the database, whether or not a service runs on it.

On SQLite reading opens the file read-only, writing is one short transaction that waits its turn behind the
service's. Neither ever makes a file, changes the schema, or takes the service's lock.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from bot.store.database import Database, Work, database_url
from bot.store.prepared import run

T = TypeVar("T")

BUSY_MS = 5000  # the service's own transactions take milliseconds


class NoDatabase(RuntimeError):
    """There is no file yet. The message says what to do."""


class Visitor:
    """The database as a command sees it. `read` and `write` as of `Database`."""

    def __init__(self, url: str) -> None:
        self.url = database_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self._server = None if self.is_sqlite else Database(url, pool_size=1)

    async def read(self, work: Work[T]) -> T:
        """Read one consistent state. Raises NoDatabase."""
        if self._server is not None:
            return await self._server.read(work)
        engine = _reader(self.url, self._existing())
        try:
            async with engine.begin() as connection:
                return await connection.run_sync(work)
        finally:
            await engine.dispose()

    async def write(self, work: Work[T]) -> T:
        """Do this in one transaction and commit. Raises NoDatabase."""
        if self._server is not None:
            return await self._server.write(work)
        engine = _writer(self.url, self._existing())
        try:
            with engine.begin() as connection:
                return work(connection)
        finally:
            engine.dispose()

    def _existing(self) -> Path:
        file = Path(self.url.database or "")
        if not file.is_file():
            raise NoDatabase(f"There is no database {file} yet: start the service once, or run `amends migrate`.")
        return file

    async def close(self) -> None:
        if self._server is not None:
            await self._server.close()


def _reader(url: URL, file: Path) -> AsyncEngine:
    engine = create_async_engine(_address(url, file, "ro"), **_OPTIONS)
    _listen(engine.sync_engine, "BEGIN")
    return engine


def _writer(url: URL, file: Path) -> Engine:
    engine = create_engine(_address(url, file, "rw").set(drivername="sqlite+pysqlite"), **_OPTIONS)
    _listen(engine, "BEGIN IMMEDIATE")
    return engine


_OPTIONS: dict[str, Any] = {
    "poolclass": NullPool,
    "hide_parameters": True,
    "connect_args": {"isolation_level": None},
}


def _address(url: URL, file: Path, mode: str) -> URL:
    """SQLite's own address form, by which a file can be opened without being made."""
    return url.set(database=f"file:{quote(str(file))}", query={"mode": mode, "uri": "true"})


def _listen(engine: Engine, begin: str) -> None:
    pragmas = (f"PRAGMA busy_timeout={BUSY_MS}", "PRAGMA synchronous=FULL")

    def connected(connection: Any, _record: object) -> None:
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(pragma)
        cursor.close()

    event.listen(engine, "connect", connected)
    event.listen(engine, "begin", lambda connection: run(connection, begin))
