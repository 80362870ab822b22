"""The hot statements read what waits, never what was: their cost must not grow with the years."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection

from bot.clock import machine_now
from bot.store import outbox
from bot.store.database import Database
from tests.store.histories import SHOP, T0, room_for

SQLITE = pytest.mark.parametrize("url", ["sqlite"], indirect=True)


def _plans(connection: Connection, asked: list[tuple[str, tuple[object, ...]]]) -> list[str]:
    driver = connection.connection.driver_connection
    assert driver is not None
    found = []
    for sql, arguments in asked:
        found += [str(row[3]) for row in driver.execute(f"EXPLAIN QUERY PLAN {sql}", arguments).fetchall()]
    return found


@SQLITE
async def test_nothing_that_looks_at_the_outbox_reads_it_from_end_to_end(database: Database) -> None:
    """One `state` written in other words than the index's, and each claim reads every row that was ever sent:
    half a second with 20,000 of them.
    """
    now = machine_now()

    def looks(connection: Connection) -> list[str]:
        asked: list[tuple[str, tuple[object, ...]]] = []
        driver = connection.connection.driver_connection
        assert driver is not None
        statements: list[str] = []
        driver.set_trace_callback(statements.append)
        outbox.claim(connection, SHOP, T0, T0, room_for(7, outbox.PRIORITY))
        outbox.orphans(connection, SHOP, now)
        outbox.stale(connection, SHOP)
        outbox.next_at(connection, SHOP, now)
        outbox.busy(connection, SHOP)
        outbox.first_refused_card(connection, SHOP, "c")
        driver.set_trace_callback(None)
        asked += [
            (statement, ())
            for statement in statements
            if statement.lstrip().upper().startswith(("SELECT", "UPDATE"))
        ]
        return _plans(connection, asked)

    plans = await database.write(looks)

    assert len(plans) > 10
    assert [plan for plan in plans if plan in ("SCAN outbox", "SCAN earlier", "SCAN cases")] == []
