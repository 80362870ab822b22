"""The schema that migrations build is the one the code's tables describe, read from the catalogue."""

from __future__ import annotations

import asyncio
import re
from typing import Any

from alembic import command
from sqlalchemy import Connection, inspect, text

from bot.migrating import alembic_config, pending, upgrade
from bot.store.database import Database
from bot.store.tables import metadata

REVISIONS = [
    "0001: The first schema",
    "0002: Dead inputs may be dropped",
    "0003: The order book",
    "0004: What the service remembers about itself",
    "0005: Alarms by a second path, and who was told",
    "0006: Actions with their order, amount and every yes",
    "0007: Where matters came from",
    "0008: Like cases of one SKU, and warnings",
    "0009: Appointments, and since when a cause is known",
    "0010: What came back to a question, and when",
    "0011: Whose account it is",
    "0012: The register of papers",
]
SQLITE_SOURCES = "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name <> 'alembic_version'"
POSTGRES_CHECKS = """
    SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
    WHERE contype IN ('c', 'p', 'u') AND connamespace = 'public'::regnamespace
"""
POSTGRES_INDEXES = "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'"
POSTGRES_COMMENTS = """
    SELECT attrelid::regclass::text, attname, col_description(attrelid, attnum) FROM pg_attribute
    WHERE col_description(attrelid, attnum) IS NOT NULL AND attrelid::regclass::text NOT LIKE 'pg\\_%'
"""


def _columns(connection: Connection) -> dict[str, Any]:
    found = inspect(connection)
    return {
        f"{table}.{column['name']}": (
            column["type"].compile(connection.dialect), column["nullable"], column["default"],
        )
        for table in found.get_table_names()
        if table != "alembic_version"
        for column in found.get_columns(table)
    }  # fmt: skip


def _constraints(connection: Connection) -> set[tuple[str, ...]]:
    """CHECKs, keys and indexes with their predicates, in the catalogue's own words."""
    if connection.dialect.name == "sqlite":
        return {part for row in connection.execute(text(SQLITE_SOURCES)) for part in _parts(*row)}
    found: set[tuple[str, ...]] = set()
    for source in (POSTGRES_CHECKS, POSTGRES_INDEXES, POSTGRES_COMMENTS):
        found |= {tuple(map(str, row)) for row in connection.execute(text(source)) if row[0] != "alembic_version"}
    return found


def _parts(kind: str, name: str, sql: str) -> set[tuple[str, ...]]:
    """An index as it is; a table as its constraints, whose order Alembic does not keep."""
    if kind != "table":
        return {(kind, name, re.sub(r"\s+", " ", sql))}
    lines = (line.strip().rstrip(",") for line in sql.splitlines())
    return {(kind, name, line) for line in lines if line.startswith("CONSTRAINT")}


async def _schema(database: Database) -> tuple[dict[str, Any], set[tuple[str, ...]]]:
    return await database.read(lambda connection: (_columns(connection), _constraints(connection)))


async def test_migrating_from_nothing_gives_the_tables_of_the_code(empty_url: str) -> None:
    """A CHECK or an index predicate that only the metadata has would not guard one real shop."""
    database = Database(empty_url)
    await upgrade(database)
    columns, constraints = await _schema(database)
    await database.write(metadata.drop_all)
    await database.write(metadata.create_all)
    wanted_columns, wanted_constraints = await _schema(database)
    await database.close()

    assert columns == wanted_columns
    assert constraints == wanted_constraints
    assert len([each for each in constraints if "CHECK" in each[2]]) >= 25


async def test_what_is_pending_is_told_before_and_nothing_after(empty_url: str) -> None:
    """`amends check` says what `migrate` would do."""
    database = Database(empty_url)
    before = await pending(database)
    await upgrade(database)
    after = await pending(database)
    await database.close()

    assert before == REVISIONS
    assert after == []


async def test_migrating_again_changes_nothing(database: Database) -> None:
    """The service migrates at every start."""
    before = await _schema(database)
    await upgrade(database)

    assert await _schema(database) == before


async def test_going_back_leaves_nothing_behind(empty_url: str) -> None:
    """A migration that cannot be undone cannot be tried."""
    database = Database(empty_url)
    await upgrade(database)

    def downgrade(connection: Connection) -> None:
        config = alembic_config()
        config.attributes["connection"] = connection
        command.downgrade(config, "base")

    await database.write(downgrade)
    left = await database.read(lambda connection: inspect(connection).get_table_names())

    to_do = await pending(database)
    await database.close()

    assert left == ["alembic_version"]
    assert to_do == REVISIONS


async def test_processes_that_start_together_take_turns(empty_url: str) -> None:
    """Three processes are deployed at once on one new database: each finds or makes the schema."""
    databases = [Database(empty_url) for _ in range(3)]
    await asyncio.gather(*(upgrade(database) for database in databases))
    left = [await pending(database) for database in databases]
    for database in databases:
        await database.close()

    assert left == [[], [], []]
