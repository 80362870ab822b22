"""How a command reaches the database, whether or not a service runs on it.

On SQLite reading opens the file read-only, writing is one short transaction that waits its turn behind the
service's. Neither ever makes a file, changes the schema, or takes the service's lock.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL
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
        with self._opened("ro", "BEGIN") as connection:
            return work(connection)

    async def write(self, work: Work[T]) -> T:
        """Do this in one transaction and commit. Raises NoDatabase."""
        if self._server is not None:
            return await self._server.write(work)
        with self._opened("rw", "BEGIN IMMEDIATE") as connection:
            return work(connection)

    @contextmanager
    def _opened(self, mode: str, begin: str) -> Iterator[Connection]:
        file = Path(self.url.database or "")
        if not file.is_file():
            raise NoDatabase(f"There is no database {file} yet: start the service once, or run `amends migrate`.")
        engine = _engine(self.url, file, mode, begin)
        try:
            with engine.begin() as connection:
                yield connection
        finally:
            engine.dispose()

    async def close(self) -> None:
        if self._server is not None:
            await self._server.close()


def _engine(url: URL, file: Path, mode: str, begin: str) -> Engine:
    """SQLite's own address form, by which a file can be opened without being made."""
    address = url.set(
        drivername="sqlite+pysqlite",
        database=f"file:{quote(str(file))}",
        query={"mode": mode, "uri": "true"},
    )
    engine = create_engine(
        address, poolclass=NullPool, hide_parameters=True, connect_args={"isolation_level": None}
    )
    pragmas = (f"PRAGMA busy_timeout={BUSY_MS}", "PRAGMA synchronous=FULL")

    def connected(connection: object, _record: object) -> None:
        cursor = connection.cursor()  # type: ignore[attr-defined] # the driver's own connection
        for pragma in pragmas:
            cursor.execute(pragma)
        cursor.close()

    event.listen(engine, "connect", connected)
    event.listen(engine, "begin", lambda connection: run(connection, begin))
    return engine
