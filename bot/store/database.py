"""Connections and transactions on SQLite and PostgreSQL.

SQLite has one writer: its transactions are opened here with BEGIN IMMEDIATE, because the driver's default lets
a savepoint or a CREATE commit early (docs/decisions/0002). Readers use other connections and never wait.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Dialect, Insert, Table, event, make_url
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool

SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",  # NORMAL may lose acknowledged messages at a power cut
    "PRAGMA busy_timeout=5000",
    "PRAGMA foreign_keys=ON",
)


def database_url(url: str) -> URL:
    """The URL with the async driver filled in. Raises ValueError for a database we do not speak."""
    parsed = make_url(url)
    drivers = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg", "postgres": "postgresql+asyncpg"}
    backend = parsed.drivername.split("+")[0]
    if backend not in drivers:
        raise ValueError(f"{parsed.drivername}: use sqlite:///FILE or postgresql://USER@HOST/NAME")
    return parsed.set(drivername=drivers[backend])


class Database:
    """One database: `write()` opens a transaction that commits on a clean exit, `read()` one that never does."""

    def __init__(self, url: str, *, pool_size: int = 5) -> None:
        self.url = database_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        if self.is_sqlite and self.url.database:
            Path(self.url.database).parent.mkdir(parents=True, exist_ok=True)
        self._writer = self._engine(1 if self.is_sqlite else pool_size, "BEGIN IMMEDIATE")
        self._reader = self._engine(4, "BEGIN") if self.is_sqlite else self._writer

    def _engine(self, pool_size: int, begin: str) -> AsyncEngine:
        if not self.is_sqlite:
            return create_async_engine(
                self.url, pool_size=pool_size, max_overflow=5, pool_pre_ping=True, hide_parameters=True
            )
        engine = create_async_engine(
            self.url,
            poolclass=AsyncAdaptedQueuePool,
            pool_size=pool_size,
            max_overflow=0,
            hide_parameters=True,  # an error's text goes to the log, a buyer's words must not
            connect_args={"isolation_level": None},
        )
        event.listen(engine.sync_engine, "connect", _set_pragmas)
        event.listen(engine.sync_engine, "begin", lambda connection: connection.exec_driver_sql(begin))
        return engine

    @property
    def engine(self) -> AsyncEngine:
        """The writing engine, for migrations."""
        return self._writer

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        async with self._writer.begin() as connection:
            yield connection

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        async with self._reader.connect() as connection:
            yield connection

    async def close(self) -> None:
        await self._writer.dispose()
        if self._reader is not self._writer:
            await self._reader.dispose()


# PostgreSQL's error classes: connection, transaction rolled back (deadlock), resources, locks, operator, system.
_PASSING = ("08", "40", "53", "55", "57", "58")


def is_passing(error: BaseException) -> bool:
    """Whether the database, and no row, is at fault: it is away, or wants the transaction tried again.

    SQLite's driver says OperationalError. asyncpg's errors carry an SQLSTATE, and none when the connection itself
    broke; SQLAlchemy calls most of them only DBAPIError.
    """
    if isinstance(error, PoolTimeout | OSError):
        return True
    if not isinstance(error, DBAPIError):
        return False
    if error.connection_invalidated or isinstance(error, OperationalError):
        return True
    code = getattr(error.orig, "sqlstate", "not PostgreSQL")
    return code is None or code[:2] in _PASSING


def reason_of(error: Exception) -> str:
    """The error for the dead letter and the log. Of a database's error only its kind and the constraint: its
    text may quote the row (PostgreSQL: "Failing row contains ...").
    """
    if not isinstance(error, DBAPIError):
        return f"{type(error).__name__}: {error}"
    cause = getattr(error.orig, "__cause__", None) or error.orig
    constraint = getattr(cause, "constraint_name", None)
    return f"{type(error).__name__}: {type(cause).__name__}" + (f" {constraint}" if constraint else "")


def _set_pragmas(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    for pragma in SQLITE_PRAGMAS:
        cursor.execute(pragma)
    cursor.close()


def _insert(table: Table, dialect: str) -> Any:
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)


@cache
def _insert_new(table: Table, dialect: str) -> Insert:
    statement: Insert = _insert(table, dialect).on_conflict_do_nothing()
    return statement


@cache
def _upsert(table: Table, dialect: str, keep: tuple[str, ...]) -> Insert:
    statement = _insert(table, dialect)
    keys = [column.name for column in table.primary_key]
    changed = {
        column.name: statement.excluded[column.name]
        for column in table.columns
        if column.name not in keys and column.name not in keep
    }
    done: Insert = statement.on_conflict_do_update(index_elements=keys, set_=changed)
    return done


async def insert_new(connection: AsyncConnection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Insert the rows in one batch; those that a unique key already knows are left alone."""
    if rows:
        await connection.execute(_insert_new(table, _name(connection.dialect)), list(rows))


async def upsert(
    connection: AsyncConnection, table: Table, rows: Sequence[dict[str, Any]], keep: tuple[str, ...] = ()
) -> None:
    """Insert the rows, or write them over those with the same primary key, but for the columns in `keep`."""
    if rows:
        await connection.execute(_upsert(table, _name(connection.dialect), keep), list(rows))


def _name(dialect: Dialect) -> str:
    return dialect.name
