"""What a scrape asks of the store: right on both databases, and never a walk through the history."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, event

from bot.store import gauges, inbox
from bot.store.database import Database
from bot.store.gauges import Gauges, Queue
from bot.store.tables import alarms, cases
from bot.store.tables import inbox as inbox_table
from bot.store.tables import outbox as outbox_table
from tests.store.good_rows import GOOD
from tests.store.histories import HOUR, SHOP, T0, item, store

QUIET = Gauges((), (), (), 0, {"open": 0, "waiting": 0}, None, None)


async def _read(database: Database) -> Gauges:
    return await database.read(lambda connection: gauges.read(connection, SHOP))


async def _insert(database: Database, table: Any, *rows: dict[str, Any]) -> None:
    good = GOOD[table.name]
    await database.write(
        lambda connection: connection.execute(
            table.insert(), [{**good, "id": str(n), **row} for n, row in enumerate(rows)]
        )
    )


async def test_an_empty_store_has_nothing_that_waits(database: Database) -> None:
    """A quiet night shows zeros and no ages, not an error."""
    assert await _read(database) == QUIET


async def test_waiting_inputs_are_counted_by_urgency_with_the_oldest(database: Database) -> None:
    """A click that waits is another alarm than a message that waits."""
    await store(database, item("1"), at=T0)
    await store(database, item("2"), item("3", urgent=True), at=T0 + HOUR)
    assert (await _read(database)).inbox == (Queue("urgent", 1, T0 + HOUR), Queue("ordinary", 2, T0))


async def test_only_dead_inputs_are_dead_letters(database: Database) -> None:
    """What was handled is history; what is dead waits for a person."""
    await store(database, item("1"), item("2"), item("3"))
    found = await database.write(lambda connection: inbox.claim(connection, SHOP, 9))
    outcomes = [inbox.Outcome(found[0].id, "handled"), inbox.Outcome(found[1].id, "dead", error="broken")]
    await database.write(lambda connection: inbox.settle(connection, SHOP, outcomes, T0))
    now = await _read(database)
    assert (now.dead, now.inbox) == (1, (Queue("ordinary", 1, T0),))


async def test_the_outbox_is_counted_by_state_and_kind(database: Database) -> None:
    """Settled rows do not count, and each kind has an age of its own."""
    settled = {"state": "delivered", "settled_at": T0}
    under_way = {"state": "sending", "lease_until": T0}
    rows = (
        {"kind": "card", "priority": 40, "queued_at": T0 + HOUR},
        {"kind": "card", "priority": 40, "queued_at": T0 + 2 * HOUR},
        {"kind": "tell", "priority": 90, "queued_at": T0 + 3 * HOUR},
        {"kind": "alarm", "priority": 80, "queued_at": T0 + 4 * HOUR, **under_way},
        {"kind": "alarm", "priority": 80, **settled},
    )
    await _insert(database, outbox_table, *({"dedupe_key": str(n), **row} for n, row in enumerate(rows)))
    now = await _read(database)
    assert now.pending == (Queue("tell", 1, T0 + 3 * HOUR), Queue("card", 2, T0 + HOUR))
    assert now.sending == (Queue("alarm", 1, T0 + 4 * HOUR),)


async def test_open_cases_and_the_nearest_instants_are_shown(database: Database) -> None:
    """The nearest deadline of a case that is not closed, and the next rung that will sound."""
    await _insert(
        database,
        cases,
        {"number": 1, "status": "open", "next_due_at": T0 + 3 * HOUR},
        {"number": 2, "status": "waiting", "next_due_at": T0 + 2 * HOUR},
        {"number": 3, "status": "closed", "next_due_at": T0 + HOUR},
        {"number": 4, "status": "open"},
    )
    await database.write(lambda connection: connection.execute(alarms.insert(), [GOOD["alarms"]]))
    now = await _read(database)
    assert (now.cases, now.next_deadline, now.next_alarm) == ({"open": 2, "waiting": 1}, T0 + 2 * HOUR, T0)


async def test_another_shop_does_not_count(database: Database) -> None:
    """Shops share a database, not their figures."""
    other = {"shop_id": "other", "lane": "l", "stored_at": T0 - timedelta(days=1)}
    await _insert(database, inbox_table, other)
    assert await _read(database) == QUIET


async def test_a_long_queue_is_counted_up_to_a_bound(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """A flood must not make the scrape itself a load."""
    monkeypatch.setattr(gauges, "COUNTED", 3)
    await store(database, *(item(str(n)) for n in range(5)))
    assert (await _read(database)).inbox == (Queue("ordinary", 3, T0),)


def _plans(connection: Connection) -> list[str]:
    """How SQLite goes about each statement of one reading."""
    asked: list[tuple[str, Any]] = []

    def note(_conn: object, _cursor: object, statement: str, parameters: Any, *_: object) -> None:
        asked.append((statement, parameters))

    event.listen(connection, "before_cursor_execute", note)
    gauges.read(connection, SHOP)
    event.remove(connection, "before_cursor_execute", note)
    plans = []
    for statement, parameters in asked:
        found = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        plans += [str(row[3]) for row in found.all()]
    return plans


OPEN_ONLY = (
    "ix_inbox_waiting",
    "ix_inbox_dead",
    "ix_outbox_pending",
    "ix_outbox_open_lane",
    "ix_alarms_next",
    "ix_cases_due",
)


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_no_query_walks_through_the_history(database: Database) -> None:
    """Each row source is an index of open rows only: a million handled rows cost nothing."""
    plans = await database.read(_plans)
    sources = [
        plan for plan in plans if " inbox" in plan or " outbox" in plan or " cases" in plan or " alarms" in plan
    ]
    assert len(sources) > 10
    assert [plan for plan in sources if not any(f" {name} " in f"{plan} " for name in OPEN_ONLY)] == []
