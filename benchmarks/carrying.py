"""Carries a SQLite store over to an empty PostgreSQL database: both are then measured with the same cases."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import asyncpg  # type: ignore[import-untyped] # it has no types
from sqlalchemy import Table
from sqlalchemy.dialects import sqlite

from bot.store.tables import metadata

AT_ONCE = 20_000
_FILES = sqlite.dialect()
Convert = Callable[[Any], Any]


async def carry(file: Path, address: str) -> None:
    """Every table, row by row as it is, then what PostgreSQL does in quiet hours: VACUUM and ANALYZE. The database
    has the schema and nothing else in it.
    """
    target = await asyncpg.connect(address)
    try:
        with closing(sqlite3.connect(file)) as source:
            for table in metadata.sorted_tables:
                for rows in _rows(source, table):
                    names = [column.name for column in table.columns]
                    await target.copy_records_to_table(table.name, records=rows, columns=names)
        await target.execute("VACUUM ANALYZE")
    finally:
        await target.close()


def _rows(source: sqlite3.Connection, table: Table) -> Iterator[list[list[Any]]]:
    """As the columns' types read them: a file keeps instants and truth values as texts and numbers."""
    reads = [column.type.dialect_impl(_FILES).result_processor(_FILES, None) for column in table.columns]
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    found = source.execute(f"SELECT {names} FROM {table.name}")  # noqa: S608 - names
    while rows := found.fetchmany(AT_ONCE):
        yield [_read(row, reads) for row in rows]


def _read(row: Sequence[Any], reads: Sequence[Convert | None]) -> list[Any]:
    return [value if read is None else read(value) for value, read in zip(row, reads, strict=True)]
