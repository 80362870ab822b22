"""`amends recompute`: looked at before it is done."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.clock import SteppedClock, machine_now
from bot.migrating import upgrade
from bot.recounting import Recounting, recount
from bot.store.database import Database
from flows.policy import Policy
from tests.bot.test_commands import amends
from tests.store.histories import SHOP, book, engine, handle_all, store, wrote

SHOP_FILE = '[shop]\nname = "Cedar Home"\n\n[replies]\nfirst_answer_hours = {hours}\n'


@pytest.fixture
async def folder(tmp_path: Path) -> Path:
    """A buyer waits, and the shop's own target was 24 hours until now."""
    (tmp_path / "data").mkdir()
    database, now = Database(f"sqlite:///{tmp_path / 'data' / 'amends.db'}"), machine_now()
    await upgrade(database)
    await store(database, wrote("Where is it?", at=now), at=now)
    policy = Policy(name="Cedar Home")
    await handle_all(engine(database, SteppedClock(now), policy=policy))
    await recount(database, Recounting(SHOP, book(), policy, SteppedClock(now)))
    await database.close()
    return tmp_path


async def test_a_dry_run_says_what_would_move_and_leaves_it(folder: Path) -> None:
    """Twice the same: nothing was written."""
    (folder / "shop.toml").write_text(SHOP_FILE.format(hours=6))
    for _ in range(2):
        code, said = amends(folder, "recompute", "--dry-run")
        assert code == 0
        assert "Changed: shop. Cases that would move: 1; that become late by it: 0." in said
        assert "A-0001  Answer by a person: " in said


async def test_done_it_is_an_event_for_the_running_service(folder: Path) -> None:
    """Commands decide nothing about a case themselves; asked again, there is nothing left to do."""
    (folder / "shop.toml").write_text(SHOP_FILE.format(hours=6))

    assert "The running service carries it out." in amends(folder, "recompute")[1]
    assert amends(folder, "recompute") == (
        0,
        "Nothing has changed: every open deadline is counted by what holds now.",
    )
