"""`amends note` as people and as scripts see it."""

from __future__ import annotations

import json
from pathlib import Path

from bot.clock import machine_now
from bot.migrating import upgrade
from bot.store import cases
from bot.store.database import Database
from flows.case import CauseCode, Situation
from tests.bot.test_commands import amends
from tests.store.histories import SHOP, case


async def _lost(folder: Path, count: int) -> None:
    """So many parcels that the carrier lost, known since now."""
    database = Database(f"sqlite:///{folder / 'data' / 'amends.db'}")
    await upgrade(database)
    lost = [case(n, situation=Situation.ITEM_NOT_RECEIVED, cause=CauseCode.CARRIER) for n in range(1, count + 1)]
    await database.write(lambda c: cases.save(c, SHOP, [(None, one) for one in lost], machine_now()))
    await database.close()


async def test_the_note_as_it_would_be_told_now(tmp_path: Path) -> None:
    await _lost(tmp_path, 2)
    code, said = amends(tmp_path, "note")
    _, plain = amends(tmp_path, "note", "--json")

    assert code == 0
    assert "2 of 2 “Item not received”: it is about the parcel" in said
    assert [found["count"] for found in json.loads(plain)["findings"]] == [2]


async def test_a_week_without_a_pattern_says_so(tmp_path: Path) -> None:
    await _lost(tmp_path, 1)

    assert amends(tmp_path, "note") == (0, "Nothing to say: no two cases of this time share a cause.")
