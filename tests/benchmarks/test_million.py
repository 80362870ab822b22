"""The generated store: cases that the product itself could have written, or nothing measured in it would count."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from benchmarks import million
from bot.store import cases, codec, journal
from bot.store.database import Database
from bot.store.tables import cases as table
from flows.case import Case, Status
from flows.values import DEFAULT_SHOP

CASES = 100


async def test_every_case_of_it_loads_and_its_journal_adds_up_to_it(tmp_path: Path) -> None:
    """Its templates are lived through by the engine: a flow that ends otherwise than they expect stops it."""
    file = tmp_path / "made.db"
    await million.make(file, CASES, seed=1)
    database = Database(f"sqlite:///{file}")
    try:
        found, entries = await database.read(_stored)
    finally:
        await database.close()

    assert len(found) == CASES
    assert {case.status for case in found.values()} == {Status.OPEN, Status.CLOSED}
    for id, case in found.items():
        assert journal.broken(entries[id]) == []
        assert journal.fold([codec.loads(entry["change"]) for entry in entries[id]]) == case


def _stored(connection: Connection) -> tuple[dict[str, Case], dict[str, list[dict[str, Any]]]]:
    """Cases and journal entries by the case's id."""
    ids = set(connection.execute(select(table.c.id)).scalars())
    entries = {id: journal.entries(connection, DEFAULT_SHOP, id) for id in ids}
    return cases.get(connection, DEFAULT_SHOP, ids), entries
