"""Connections and transactions on SQLite and PostgreSQL.

A transaction is a plain function over a connection: `await database.write(work)`. On SQLite it runs in the one
writer thread, a single hop whatever it executes (docs/decisions/0009), opened with BEGIN IMMEDIATE, because the
driver's default lets a savepoint or a CREATE commit early (docs/decisions/0002). Readers have other connections
and threads, and never wait.
"""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, Table, create_engine, event, literal_column, make_url
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import QueuePool, StaticPool

from bot.clock import machine_s
from bot.crashing import Commit, committed, marked
from bot.store.connecting import PATIENCE_S, Connector, limited, postgres_engine
from bot.store.fileguard import FileGuard, is_damage
from bot.store.hop import OwnThread
from bot.store.prepared import Prepared, run
from bot.store.rivals import Overtaken
from bot.store.trouble import in_words

T = TypeVar("T")
LATELY_S = 10.0  # so long after a refused write the store is not called well
Work = Callable[[Connection], T]

READERS = 4
LOCKED_S = 5  # so long we wait for another process's lock
SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",  # NORMAL may lose acknowledged messages at a power cut
    f"PRAGMA busy_timeout={LOCKED_S * 1000}",
    "PRAGMA foreign_keys=ON",
)


def database_url(url: str) -> URL:
    """The URL with the async driver filled in. Raises ValueError for a database we do not speak."""
    parsed = make_url(url)
    drivers = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg", "postgres": "postgresql+asyncpg"}
    backend = parsed.drivername.split("+")[0]
    if backend not in drivers:
        raise ValueError(f"{parsed.drivername}: use sqlite:///FILE or postgresql://USER@HOST/NAME")
    found = parsed.set(drivername=drivers[backend])
    if backend != "sqlite":
        Connector(found)  # reads the hosts
    return found


class Database:
    """One database. `write` runs a transaction that commits when its work returns, `read` one that never does.

    The work is a function of the connection; on SQLite it runs in another thread, so it must touch nothing that
    belongs to the event loop. `on_commit` is told how many seconds each COMMIT took, in whichever thread.
    """

    def __init__(
        self, url: str, *, pool_size: int = 5, on_commit: Callable[[float], None] = lambda _seconds: None
    ) -> None:
        self.url = database_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self._on_commit = on_commit
        self.trouble = ""  # what the last write ran into, in words; "" since one went through
        self._ran_into_last, self._ran_into_at_s = "", 0.0
        self.connector: Connector | None = None  # on PostgreSQL: for connections outside of the pool
        if self.is_sqlite:
            Path(self.url.database or "").parent.mkdir(parents=True, exist_ok=True)
            self._file = _SqliteWriter(self.url, on_commit)
            self._readers = _SqliteReaders(self.url, self._file.guard)
        else:
            self.connector = Connector(self.url)
            self._engine = postgres_engine(self.url, self.connector, pool_size)

    async def write(self, work: Work[T], at: Commit | None = None, *, patience_s: float | None = PATIENCE_S) -> T:
        """Do this in one transaction and commit. Whatever the work raises rolls it back.

        `at` names the crash points before and after the commit.

        Cancelled while it runs, or broken off because PostgreSQL took longer than `patience_s`, it may still
        commit: nothing of ours depends on which of the two it was.
        """
        try:
            made = await self._transact(marked(work, at), patience_s)
        except Exception as error:
            self._ran_into(error)
            raise
        self.trouble = ""
        committed(at, made)
        return made

    def _ran_into(self, error: Exception) -> None:
        if is_passing(error):
            self.trouble = self._ran_into_last = in_words(error, self.url)
            self._ran_into_at_s = machine_s()

    @property
    def lately(self) -> str:
        """What writes run into now and then: on a full disk a small one still fits, and does not make it well."""
        is_fresh = machine_s() - self._ran_into_at_s < LATELY_S
        return self.trouble or (self._ran_into_last if is_fresh else "")

    async def _transact(self, work: Work[T], patience_s: float | None) -> T:
        if self.is_sqlite:
            return await self._file.write(work)
        async with self._engine.connect() as connection:
            with limited(connection, patience_s):
                async with connection.begin():
                    made = await connection.run_sync(work)
                    began_s = machine_s()
                self._on_commit(machine_s() - began_s)
                return made

    async def read(self, work: Work[T]) -> T:
        """Read one consistent state, without waiting for the writer."""
        if self.is_sqlite:
            return await self._readers.read(work)
        async with self._engine.connect() as connection:
            await connection.execution_options(isolation_level="REPEATABLE READ")
            with limited(connection, PATIENCE_S):
                return await connection.run_sync(work)

    async def close(self) -> None:
        if self.is_sqlite:
            await self._readers.close()
            await self._file.close()
        else:
            await self._engine.dispose()


class _SqliteWriter:
    """The one writing connection of a SQLite file, in a thread of its own: one hop a transaction, none a
    statement, where an async driver takes several for each (measured in docs/decisions/0009).
    """

    def __init__(self, url: URL, on_commit: Callable[[float], None]) -> None:
        self._on_commit = on_commit
        self._thread = OwnThread("writer")
        self._engine = create_engine(
            url.set(drivername="sqlite+pysqlite"),
            poolclass=StaticPool,
            hide_parameters=True,  # an error's text goes to the log, a buyer's words must not
            connect_args={"isolation_level": None, "check_same_thread": False},
        )
        _listen(self._engine, "BEGIN IMMEDIATE")
        self._connection: Connection | None = None
        self.guard = FileGuard(Path(url.database or ""))

    async def write(self, work: Work[T]) -> T:
        return await self._thread.do(lambda: self._transact(work))

    def _transact(self, work: Work[T]) -> T:
        self.guard.check()
        try:
            connection = self._connection or self._connect()
            with connection.begin():
                made = work(connection)
                began_s = machine_s()
        except DBAPIError as error:
            self.guard.found(error.orig)
            raise
        self._on_commit(machine_s() - began_s)
        return made

    def _connect(self) -> Connection:
        self._connection = self._engine.connect()
        self.guard.opened()
        return self._connection

    async def close(self) -> None:
        """Behind everything that was asked for before."""
        await self._thread.do(self._close)
        self._thread.end()

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._engine.dispose()


class _SqliteReaders:
    """A few reading connections in threads: a read is one hop, and never waits for the writer."""

    def __init__(self, url: URL, guard: FileGuard) -> None:
        self._threads = ThreadPoolExecutor(READERS, thread_name_prefix="reader")
        self._guard = guard
        self._engine = create_engine(
            url.set(drivername="sqlite+pysqlite"),
            poolclass=QueuePool,
            pool_size=READERS,
            max_overflow=0,
            hide_parameters=True,
            connect_args={"isolation_level": None, "check_same_thread": False},
        )
        _listen(self._engine, "BEGIN")

    async def read(self, work: Work[T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._read, work)

    def _read(self, work: Work[T]) -> T:
        try:
            with self._engine.begin() as connection:  # else each prepared statement would see a state of its own
                return work(connection)
        except DBAPIError as error:
            self._guard.found(error.orig)
            raise

    async def close(self) -> None:
        await asyncio.to_thread(self._threads.shutdown)
        self._engine.dispose()


def _listen(engine: Engine, begin: str) -> None:
    event.listen(engine, "connect", _set_pragmas)
    event.listen(engine, "begin", lambda connection: run(connection, begin))


# PostgreSQL's error classes: connection, transaction rolled back (deadlock), resources, locks, operator, system;
# and of the class of wrong transactions: read-only (a standby), and ended because our process hung.
_PASSING = ("08", "40", "53", "55", "57", "58", "25006", "25P03")


def is_passing(error: BaseException) -> bool:
    """Whether the database, and no row, is at fault: it is away, or wants the transaction tried again.

    SQLite's driver says OperationalError, or that the file is damaged. asyncpg's errors carry an SQLSTATE; none
    when the connection itself broke, or when it cannot send a value (a ValueError: that row would fail for ever).
    """
    if isinstance(error, PoolTimeout | OSError):
        return True
    if not isinstance(error, DBAPIError):
        return False
    if error.connection_invalidated or isinstance(error, OperationalError) or is_damage(error.orig):
        return True
    code = getattr(error.orig, "sqlstate", "not PostgreSQL")
    if code is None:
        return not isinstance(getattr(error.orig, "__cause__", None), ValueError)
    return bool(code.startswith(_PASSING))


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
    """Two processes that turn a new file to WAL at once: SQLite refuses one at once, whatever its patience, since
    both hold what the other wants. It is asked again.
    """
    cursor, until = connection.cursor(), machine_s() + LOCKED_S
    for pragma in SQLITE_PRAGMAS:
        while True:
            try:
                cursor.execute(pragma)
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or machine_s() > until:
                    raise
                time.sleep(0.01)
            else:
                break
    cursor.close()


def dialect_insert(table: Table, dialect: str) -> Any:
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)


@cache
def _insert_new(table: Table, dialect: str) -> Prepared:
    return Prepared(dialect_insert(table, dialect).on_conflict_do_nothing())


@cache
def _upsert(table: Table, dialect: str, keep: tuple[str, ...]) -> Prepared:
    statement = dialect_insert(table, dialect)
    keys = [column.name for column in table.primary_key]
    changed = {
        column.name: statement.excluded[column.name]
        for column in table.columns
        if column.name not in keys and column.name not in keep
    }
    return Prepared(statement.on_conflict_do_update(index_elements=keys, set_=changed))


@cache
def _insert_all(table: Table, dialect: str) -> Prepared:
    if dialect == "sqlite":
        return Prepared(table.insert())
    return Prepared(postgresql.insert(table).on_conflict_do_nothing().returning(literal_column("1")))


def insert_all(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows that were not there when this transaction looked. Raises Overtaken when one is there after all:
    another process was faster. On a file nobody could be.
    """
    if not rows:
        return
    statement = _insert_all(table, connection.dialect.name)
    if connection.dialect.name == "sqlite":
        statement.many(connection, rows)
    elif len(statement.many_back(connection, rows)) < len(rows):
        raise Overtaken(f"another process wrote to {table.name}")


def insert_new(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert the rows in one batch; those that a unique key already knows are left alone."""
    if rows:
        _insert_new(table, connection.dialect.name).many(connection, rows)


def upsert(
    connection: Connection, table: Table, rows: Sequence[dict[str, Any]], keep: tuple[str, ...] = ()
) -> None:
    """Insert the rows, or write them over those with the same primary key, but for the columns in `keep`."""
    if rows:
        _upsert(table, connection.dialect.name, keep).many(connection, rows)
