"""`amends causes` as people and as scripts see it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from msgspec.structs import replace

from bot.clock import machine_now
from bot.migrating import upgrade
from bot.store import cases
from bot.store.database import Database
from flows.case import CauseCode, Situation
from tests.bot.test_commands import amends
from tests.store.histories import SHOP, case


@pytest.fixture
async def folder(tmp_path: Path) -> Path:
    """Two parcels that the carrier lost, and a question of last year."""
    database = Database(f"sqlite:///{tmp_path / 'data' / 'amends.db'}")
    await upgrade(database)
    lost = {"situation": Situation.ITEM_NOT_RECEIVED, "cause": CauseCode.CARRIER}
    made = [replace(case(n, **lost), opened_at=machine_now()) for n in (1, 2)]
    made.append(replace(case(3), opened_at=machine_now().replace(year=2025)))
    await database.write(lambda c: cases.save(c, SHOP, [(None, one) for one in made], machine_now()))
    await database.close()
    return tmp_path


async def test_a_pipe_gets_columns_and_a_script_json(folder: Path) -> None:
    piped, plain = amends(folder, "causes"), amends(folder, "causes", "--json")

    assert piped == (0, "-\titem_not_received\tcarrier\t2\t-")
    assert json.loads(plain[1]) == [
        {"sku": None, "situation": "item_not_received", "cause": "carrier", "cases": 2, "warnings": []}
    ]


async def test_since_reaches_back_and_a_sku_narrows(folder: Path) -> None:
    assert len(amends(folder, "causes", "--since", "2025-01-01")[1].splitlines()) == 2
    assert amends(folder, "causes", "--sku", "LAMP") == (0, "")


async def test_a_day_that_is_none_is_said(folder: Path) -> None:
    code, said = amends(folder, "causes", "--since", "yesterday")

    assert code == 2
    assert "yesterday" in said
