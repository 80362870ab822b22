"""Trouble of the database is not trouble of a row: what passes is tried again, what is refused is parked."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.util import await_only

from bot.store import inbox
from bot.store.database import Database, is_passing, reason_of
from bot.store.tables import cases, metadata, outbox
from bot.store.tables import inbox as inbox_table
from tests.store.good_rows import GOOD
from tests.store.histories import (
    SHOP,
    engine,
    handle_all,
    rows,
    store,
    wrote,
)

POSTGRESQL = pytest.mark.parametrize("url", ["postgresql"], indirect=True)


async def _states(database: Database) -> list[tuple[str, str | None]]:
    return [(row["state"], row["error"]) for row in await rows(database, inbox_table)]


@POSTGRESQL
async def test_two_engines_share_the_work_without_doubling_it(database: Database, other: Database) -> None:
    """Any number of processes on one PostgreSQL: every message once, in order, no case written over."""
    for n in range(5):
        await store(database, *(wrote(f"{n}", chat=chat) for chat in range(20)))

    async def work(database: Database) -> None:
        service = engine(database)
        while (await _waiting(database)) > 0:
            await service.handle_waiting()

    async with asyncio.timeout(30):
        await asyncio.gather(*(work(each) for each in (database, other, database, other)))

    assert {row["revision"] for row in await rows(database, cases)} == {5}
    assert sorted(row["number"] for row in await rows(database, cases)) == list(range(1, 21))
    assert all(state == "handled" for state, _ in await _states(database))


async def _waiting(database: Database) -> int:
    return (await database.read(lambda connection: inbox.count(connection, SHOP)))["waiting"]


@POSTGRESQL
async def test_a_lost_connection_parks_nothing(database: Database, other: Database) -> None:
    """A fail-over in the middle of a batch is no row's fault: nothing is dead, all is handled afterwards."""
    await store(database, wrote("hello"))
    end = (
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )

    def claim_and_be_lost(connection: Connection) -> None:
        inbox.claim(connection, SHOP, 10)
        await_only(other.write(lambda connection: connection.execute(text(end))))
        connection.execute(text("SELECT 1"))

    with pytest.raises(DBAPIError) as error:
        await database.write(claim_and_be_lost)
    assert is_passing(error.value)

    await handle_all(engine(database))
    assert await _states(database) == [("handled", None)]


@POSTGRESQL
async def test_a_deadlock_is_the_databases_fault_not_the_rows(database: Database, other: Database) -> None:
    """Two transactions that wait for each other: one is told to try again, and its rows must not be parked."""
    lock = "SELECT pg_advisory_xact_lock({})"

    met = asyncio.Barrier(2)

    def take(connection: Connection, first: int, second: int) -> None:
        connection.execute(text("SET LOCAL deadlock_timeout = '20ms'"))
        connection.execute(text(lock.format(first)))
        await_only(met.wait())
        connection.execute(text(lock.format(second)))

    one, another = database.write(lambda c: take(c, 1, 2)), other.write(lambda c: take(c, 2, 1))
    ends = await asyncio.gather(one, another, return_exceptions=True)

    (error,) = (end for end in ends if end is not None)
    assert isinstance(error, Exception)
    assert is_passing(error)
    assert "deadlock" in reason_of(error).lower()


REFUSED = {
    "a rule": {"kind": "wish"},
    "a length": {"channel": "x" * 200},
    "a number": {"position": 2**70},
    "a letter": {"kind": "\ud800"},
    "a key": {"id": "1"},
}


@pytest.mark.parametrize("spoilt", REFUSED.values(), ids=REFUSED)
async def test_a_refused_row_is_not_taken_for_trouble_of_the_database(
    database: Database, spoilt: dict[str, Any]
) -> None:
    """Taken for passing trouble, a poison row would be tried for ever and hold up everybody."""
    table = outbox if "kind" in spoilt else inbox_table
    taken = GOOD[table.name]
    bad = {**taken, "id": "2", "external_id": "2", **spoilt} if table is inbox_table else {**taken, **spoilt}
    await database.write(lambda connection: connection.execute(table.insert(), [taken]))
    if database.is_sqlite and "channel" in spoilt:
        return  # it keeps no lengths
    with pytest.raises(Exception) as error:  # noqa: PT011 - whatever the driver raises
        await database.write(lambda connection: connection.execute(table.insert(), [bad]))

    assert not is_passing(error.value)


async def test_a_database_that_is_locked_or_away_is_passing_trouble(tmp_path: Path) -> None:
    """The start of a fail-over, a full disk, a locked file: later the same rows go through."""
    away = Database("postgresql://nobody@127.0.0.1:1/none")
    missing = Database(f"sqlite:///{tmp_path / 'empty.db'}")
    errors: list[Exception] = []
    for database in (away, missing):
        try:
            await rows(database, cases)
        except Exception as error:  # noqa: BLE001 - whatever the driver raises
            errors.append(error)
        await database.close()

    assert [is_passing(error) for error in errors] == [True, True]


async def test_the_reason_of_a_refusal_names_the_constraint_not_the_row(database: Database) -> None:
    """PostgreSQL's own text quotes the failing row: a buyer's words must not reach log or dead letter."""
    texts = metadata.tables["texts"]
    with pytest.raises(IntegrityError) as error:
        await database.write(
            lambda connection: connection.execute(
                texts.insert(), [{**GOOD["texts"], "body": "12 Elm Street", "salt": None}]
            )
        )

    assert "Elm" not in reason_of(error.value)
    assert reason_of(error.value).startswith("IntegrityError: ")
    assert database.is_sqlite or "ck_texts_erased_together" in reason_of(error.value)
