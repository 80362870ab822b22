"""The floor on SQLite: the standard library's driver, six statements a message, nothing in between.

In the product's own schema and with its pragmas: WAL, synchronous=FULL. The statements are prepared once each, by
sqlite3's own cache.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import sqlite

from benchmarks.floor_rows import TABLES, UPSERTS, Message
from benchmarks.product import warm_up
from benchmarks.rounds import Timing
from bot.store.database import SQLITE_PRAGMAS
from bot.store.types import UtcDateTime

_DIALECT = sqlite.dialect()
Values = tuple[Any, ...]


def accept(file: Path, messages: Sequence[Message], a_commit: int) -> Timing:
    """Accept them, so many a commit. `each_s` are the times of the commits with their statements.

    The first ones do not count, as many as of the other side.
    """
    first = warm_up(a_commit)
    statements = [_statement(table) for table in TABLES]
    batches = [messages[at : at + a_commit] for at in range(0, len(messages), a_commit)]
    bound = [[[_bound(table, message) for table in TABLES] for message in batch] for batch in batches]
    connection = sqlite3.connect(file, isolation_level=None)
    for pragma in SQLITE_PRAGMAS:
        connection.execute(pragma)
    for batch in bound[: first // a_commit]:
        _commit(connection, statements, batch)
    started = time.perf_counter()
    each_s = [_commit(connection, statements, batch) for batch in bound[first // a_commit :]]
    seconds = time.perf_counter() - started
    connection.close()
    return Timing(len(messages) - first, seconds, tuple(each_s))


def _commit(connection: sqlite3.Connection, statements: Sequence[str], batch: Sequence[Sequence[Values]]) -> float:
    started, run = time.perf_counter(), connection.execute
    run("BEGIN IMMEDIATE")
    for message in batch:
        for statement, values in zip(statements, message, strict=True):
            run(statement, values)
    run("COMMIT")
    return time.perf_counter() - started


def _statement(table: Table) -> str:
    names = [column.name for column in table.columns]
    marks = ", ".join("?" * len(names))
    return f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({marks}) {conflict(table)}"  # noqa: S608 - names


def conflict(table: Table) -> str:
    """What to do with a row that is there already, the same words on both databases."""
    key = UPSERTS.get(table.name)
    if key is None:
        return "ON CONFLICT DO NOTHING"
    changed = ", ".join(f"{c.name} = excluded.{c.name}" for c in table.columns if c.name not in (*key, "id"))
    return f"ON CONFLICT ({', '.join(key)}) DO UPDATE SET {changed}"


def _bound(table: Table, message: Message) -> Values:
    row = message.rows[table.name]
    return tuple(_stored(column.type, row.get(column.name)) for column in table.columns)


def _stored(type_: Any, value: Any) -> Any:
    """As SQLAlchemy stores it: an instant is text."""
    if isinstance(type_, UtcDateTime) and isinstance(value, datetime):
        convert = type_.dialect_impl(_DIALECT).bind_processor(_DIALECT)
        return value if convert is None else convert(value)
    return value
