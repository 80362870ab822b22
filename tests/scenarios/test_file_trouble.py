"""The SQLite file in trouble under the running desk: nothing is acknowledged that is not kept, the health page
says what to do, and once it is mended everything goes on without loss.

How the trouble is made: a full disk inside one process by SQLite's own `max_page_count`, against a real process by
the kernel's limit on file sizes (prlimit), a vanished folder by moving it, damage by writing over pages.
"""

from __future__ import annotations

import asyncio
import os
import resource
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bot.store import journal
from flows.values import DEFAULT_SHOP
from tests.scenarios.proof import prove
from tests.scenarios.rig import Rig, rig
from tests.scenarios.world import LIN, UNDO, World, actions, received, words, world

ASKS = "Where is my parcel? Order 114-1234567-765432{0}."
UNLIMITED = resource.RLIM_INFINITY


async def _limit(shop: World, pages: int) -> None:
    """How many pages the file may have: SQLite says "full" beyond, as on a disk without room."""
    pragma = f"PRAGMA max_page_count={pages}"
    await shop.service.database.write(lambda connection: connection.exec_driver_sql(pragma).close())


def _served(shop: World) -> list[int]:
    """The ids of the updates that Telegram gave us, as often as it did."""
    polls = [call.answer.get("result") or [] for call in shop.telegram.calls if call.method == "getUpdates"]
    return [int(update["update_id"]) for updates in polls for update in updates]


def _confirmed(shop: World) -> int:
    """What we told Telegram to forget: everything below this id."""
    asked = [call.params for call in shop.telegram.calls if call.method == "getUpdates"]
    return max(int(params.get("offset") or 0) for params in asked)


async def _served_again(shop: World, known: list[int]) -> int:
    """Telegram has served something new twice: our side did not take it. Answers its id."""

    def new() -> list[int]:
        return [number for number in _served(shop) if number not in known]

    await shop.until(lambda: len(new()) >= 2)
    return new()[0]


async def _store_health(shop: World) -> dict[str, Any]:
    _, health = await shop.service.health()
    found: dict[str, Any] = health["store"]
    return found


async def test_on_a_full_disk_nothing_is_taken_and_nothing_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Telegram keeps what we did not confirm, a click is seen to fail; with room again all of it goes through."""
    async with world(tmp_path) as shop:
        sofia, ada = shop.buyer(501, "Sofia", "en"), shop.buyer(502, "Ada", "en")
        sofia.say(ASKS.format(1))
        await shop.settle()
        known = _served(shop)
        await _limit(shop, 1)
        ada.say(ASKS.format(2) + " Please!" * 400)
        refused = await _served_again(shop, known)
        health = await _store_health(shop)  # a small write that still fitted does not make it well
        assert not health["ok"]
        assert "the disk is full: make room" in health["detail"]
        assert _confirmed(shop) <= refused
        assert len(shop.cards()) == 1
        await _limit(shop, 10_000_000)
        await shop.until(lambda: len(shop.cards()) == 2)
        await shop.settle()
        assert shop.service.database.trouble == ""
        assert not (await _store_health(shop))["ok"], "it was in trouble a moment ago"
        monkeypatch.setattr("bot.store.database.LATELY_S", 0.0)
        assert (await _store_health(shop))["ok"]
        assert sorted((await shop.heard()).values()) == [1, 1]
        assert (len(received(sofia)), len(received(ada))) == (1, 1)


async def test_a_vanished_folder_stops_intake_and_clicks_until_it_is_back(tmp_path: Path) -> None:
    """An unmounted disk: without a look at the file SQLite would take everything into a file nobody finds."""
    home = tmp_path / "home"
    home.mkdir()
    async with world(home) as shop:
        sofia = shop.buyer(501, "Sofia", "en")
        sofia.say(ASKS.format(1))
        await shop.settle()
        known = _served(shop)
        away = home.rename(tmp_path / "away")
        pressed = await shop.click(LIN, "approve", wait_s=0.5)
        assert not pressed.acked
        sofia.say("Hello?")
        refused = await _served_again(shop, known)
        detail = (await _store_health(shop))["detail"]
        assert "deleted or replaced while the desk runs: put it back" in detail
        assert _confirmed(shop) <= refused
        away.rename(home)
        await shop.until(lambda: "Hello?" in words(shop.card()))
        await shop.settle()
        assert "approve" in actions(shop.card())
        assert (await shop.click(LIN, "approve")).acked
        await shop.advance(UNDO)
        assert len(received(sofia)) == 2
        assert sorted((await shop.heard()).values()) == [1, 1]


@pytest.mark.process
async def test_the_kernel_takes_no_more_bytes(tmp_path: Path) -> None:
    """A real process whose files may not grow: it stays up, says so, takes nothing, and goes on when they may."""
    async with rig(tmp_path) as desk:
        await desk.start()
        desk.buyer(501).say(ASKS.format(1))
        await desk.until_quiet()
        pid = desk.supervisor.pid
        assert pid is not None
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (4096, UNLIMITED))
        for number in (2, 3, 4):
            desk.buyer(500 + number).say(ASKS.format(number))

        async def said() -> bool:
            store = (await desk.client.health())["store"]
            return not store["ok"] and "the disk" in store["detail"]

        await desk.until(said)
        assert desk.supervisor.pid == pid
        assert len(desk.cards()) == 1
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (UNLIMITED, UNLIMITED))
        await desk.until(lambda: len(desk.cards()) == 4)
        await desk.until_quiet()
        await desk.supervisor.stop()
        await desk.start()
        await desk.until_quiet()
        assert (await prove(desk))["heard"] == 4


async def _amends(desk: Rig, *said: str) -> tuple[int, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", *said,
        cwd=desk.folder, env={**os.environ, **desk.first.environment},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    out, _ = await process.communicate()
    return process.returncode or 0, out.decode().strip()


@pytest.mark.process
async def test_a_backup_made_under_load_is_restored(tmp_path: Path) -> None:
    """Messages before, during and after: what was there when it began is there again, and every journal holds."""
    async with rig(tmp_path) as desk:
        await desk.start()
        for number in range(6):
            desk.buyer(500 + number % 3).say(f"{ASKS.format(number % 3)} Message {number}.")
        await desk.until_quiet()
        [(earlier,)] = await desk.ask("SELECT count(*) FROM messages WHERE direction = 'in'")

        async def talk() -> None:
            for number in range(6, 30):
                desk.buyer(500 + number % 3).say(f"Message {number}.")
                await asyncio.sleep(0)

        (code, said), _ = await asyncio.gather(_amends(desk, "backup", str(tmp_path / "copy.db")), talk())
        assert (code, "To restore: stop the desk" in said) == (0, True)
        refused = await _amends(desk, "restore", str(tmp_path / "copy.db"), "--yes")
        assert (refused[0], "another Amends service uses" in refused[1]) == (1, True)
        await desk.until_quiet()
        await desk.first.stop()

        code, said = await _amends(desk, "restore", str(tmp_path / "copy.db"), "--yes")
        assert (code, "The old one is" in said) == (0, True), said
        desk.buyer(501).say("After the restore.")
        await desk.start()
        await desk.until_quiet()
        [(after,)] = await desk.ask("SELECT count(*) FROM messages WHERE direction = 'in'")
        assert earlier < after
        assert await desk.store.read(_journals_hold) >= 3
        [kept] = tmp_path.glob("amends.db.before-*Z")  # noqa: ASYNC240 - a look at a small folder
        with closing(sqlite3.connect(f"file:{kept}?mode=ro", uri=True)) as old:
            assert old.execute("SELECT count(*) FROM messages WHERE direction = 'in'").fetchone() == (30,)


def _journals_hold(connection: Any) -> int:
    """How many cases; every one of them with an unbroken journal."""
    found = connection.exec_driver_sql("SELECT id FROM cases").scalars().all()
    for case in found:
        assert journal.broken(journal.entries(connection, DEFAULT_SHOP, case)) == []
    return len(found)


@pytest.mark.process
async def test_a_damaged_file_is_said_and_restored(tmp_path: Path) -> None:
    """The disk lost some pages: the start says so or the desk stays up taking nothing; the backup mends it."""
    async with rig(tmp_path) as desk:
        await desk.start()
        for number in range(4):
            desk.buyer(500 + number).say(ASKS.format(number))
        await desk.until_quiet()
        assert (await _amends(desk, "backup", str(tmp_path / "copy.db")))[0] == 0
        await desk.first.stop()
        file_of_ours = tmp_path / "amends.db"
        pages = file_of_ours.stat().st_size // 4096
        with file_of_ours.open("r+b") as file:
            file.seek(2 * 4096)
            file.write(b"\xa5" * 4096 * (pages - 4))
        desk.buyer(509).say(ASKS.format(9))
        await desk.first.launch()
        await desk.supervisor.wait_until("failed")
        said = "\n".join(desk.supervisor.tail)
        assert "damaged: stop the desk and `amends restore` a backup" in said
        assert "Traceback" not in said

        assert (await _amends(desk, "restore", str(tmp_path / "copy.db"), "--yes"))[0] == 0
        await desk.start()
        await desk.until_quiet()
        assert (await prove(desk))["heard"] == 5
