"""The floor on PostgreSQL: asyncpg alone, for each batch of 100 one `unnest` statement a table and one commit."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import asyncpg  # type: ignore[import-untyped] # it has no types
from sqlalchemy import Table
from sqlalchemy.dialects import postgresql

from benchmarks.floor_rows import TABLES, UPSERTS, Message
from benchmarks.floor_sqlite import conflict
from benchmarks.product import warm_up
from benchmarks.rounds import Timing

_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call] # untyped in SQLAlchemy
Columns = list[list[Any]]


async def accept(url: str, messages: Sequence[Message], a_commit: int) -> Timing:
    """Accept them, so many a commit. `each_s` are the times of the commits with their statements.

    The first ones do not count, as many as of the other side.
    """
    first = warm_up(a_commit)
    statements = [_statement(table) for table in TABLES]
    batches = [messages[at : at + a_commit] for at in range(0, len(messages), a_commit)]
    bound = [[_bound(table, batch) for table in TABLES] for batch in batches]
    connection = await asyncpg.connect(url)
    for batch in bound[: first // a_commit]:
        await _commit(connection, statements, batch)
    started = time.perf_counter()
    each_s = [await _commit(connection, statements, batch) for batch in bound[first // a_commit :]]
    seconds = time.perf_counter() - started
    await connection.close()
    return Timing(len(messages) - first, seconds, tuple(each_s))


async def _commit(connection: asyncpg.Connection, statements: Sequence[str], batch: Sequence[Columns]) -> float:
    started = time.perf_counter()
    async with connection.transaction():
        for statement, columns in zip(statements, batch, strict=True):
            await connection.execute(statement, *columns)
    return time.perf_counter() - started


def _statement(table: Table) -> str:
    names = ", ".join(column.name for column in table.columns)
    arrays = ", ".join(
        f"${number}::{column.type.compile(_DIALECT)}[]" for number, column in enumerate(table.columns, start=1)
    )
    return f"INSERT INTO {table.name} ({names}) SELECT * FROM unnest({arrays}) {conflict(table)}"  # noqa: S608 - names


def _bound(table: Table, batch: Sequence[Message]) -> Columns:
    """Column by column. Of rows with one key the last: PostgreSQL updates a row only once a statement."""
    rows = [message.rows[table.name] for message in batch]
    if key := UPSERTS.get(table.name):
        rows = list({tuple(row[name] for name in key): row for row in rows}.values())
    return [[row.get(column.name) for row in rows] for column in table.columns]
