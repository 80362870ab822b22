"""What could not be handled: staff are told once, look at it, and decide; so does whoever has the command line."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.scenarios.world import BEN, CHANNEL, LIN, World, actions, key_of, words

POISON = {"message_id": "seven", "chat": None, "date": "now", "text": "Call me at +34 600 000 000"}


def poison(shop: World, count: int = 1) -> None:
    """Updates that no version of ours can read."""
    polls = [call.answer.get("result") or [] for call in shop.telegram.calls if call.method == "getUpdates"]
    first = max([731_640_001, *(int(update["update_id"]) for updates in polls for update in updates)]) + 5
    for number in range(first, first + count):
        shop.telegram.push_raw({"update_id": number, "message": POISON})


def notices(shop: World) -> list[dict[str, Any]]:
    return [post for post in shop.posts() if key_of(post).startswith("notice:dead:")]


async def told(shop: World) -> None:
    """Handled as far as can be, and the desk knows what could not."""
    await shop.settle()
    await shop.until(lambda: bool(notices(shop)))


async def dead(shop: World) -> int:
    _, health = await shop.service.health()
    return int(health["store"]["dead"])


async def listed(shop: World) -> dict[str, Any]:
    """The list, by the button of the notice."""
    return await shop.open(LIN, "dead", notices(shop)[0]["ts"])


async def test_a_burst_is_one_line_and_counted(shop: World) -> None:
    """Thirty at once: one message with a button, the health page counts them all, nobody's words are repeated."""
    poison(shop, 30)
    await told(shop)
    assert await dead(shop) == 30
    [notice] = notices(shop)
    assert "30 inputs could not be handled." in words(notice)
    assert actions(notice) == ["dead"]
    shown = words(await listed(shop))
    assert "600 000" not in shown
    assert "and 10 more" in shown


async def test_retried_and_still_unreadable_it_comes_back(shop: World) -> None:
    """No fix yet: nothing is lost by trying, and the list says who tried by staying there."""
    poison(shop)
    await told(shop)
    view = await listed(shop)
    assert (await shop.slack.person(LIN).click_in_view(view["id"], "dead_retry")).acked
    await shop.until(lambda: "Your decision is stored" in words(shop.modal(LIN)))
    await shop.settle()
    assert await dead(shop) == 1


async def test_dropped_it_is_gone_from_the_list_and_kept_in_the_store(shop: World) -> None:
    poison(shop)
    await told(shop)
    view = await listed(shop)
    assert (await shop.slack.person(LIN).click_in_view(view["id"], "dead_drop")).acked
    await shop.until(lambda: shop.modal(LIN)["callback_id"] == "dead_drop")
    assert (await shop.submit(LIN, why="A test of ours")).acked
    await shop.settle()
    assert await dead(shop) == 0
    assert (await shop.slack.person(BEN).command("/amends", "dead", channel_id=CHANNEL)).acked
    await shop.until(lambda: bool(shop.slack.views(BEN)))
    assert "Nothing waits here" in words(shop.modal(BEN))


async def _amends(folder: Path, *said: str) -> tuple[int, str]:
    """The command beside the service, on the same folder: exit code and everything it says."""
    tokens = {"TELEGRAM_BOT_TOKEN": "1:x", "SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}
    inherited = {name: v for name, v in os.environ.items() if not name.startswith(("AMENDS_", "DATABASE_"))}
    ours = {"SLACK_CHANNEL": "after-sales", "AMENDS_DATA_DIR": str(folder), "PYTHONPATH": str(Path.cwd())}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", *said,
        cwd=folder, env={**inherited, **tokens, **ours},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    out, _ = await process.communicate()
    return process.returncode or 0, out.decode().strip()


@pytest.mark.process
async def test_the_command_line_decides_beside_the_running_service(shop: World, tmp_path: Path) -> None:
    """It adds an event, the service does it: the file has one who decides."""
    poison(shop, 2)
    await shop.settle()
    code, said = await _amends(tmp_path, "dead", "list")
    first, second = (line.split()[0] for line in said.splitlines())
    assert (code, said.count("telegram.update"), "600 000" in said) == (0, 2, False)
    code, said = await _amends(tmp_path, "dead", "show", first)
    assert (code, "Call me at +34 600 000 000" in said, "personal data" in said) == (0, True, True)

    code, said = await _amends(tmp_path, "dead", "drop", first, "--why", "spam", "--yes")
    assert (code, f"{first} is to be dropped" in said) == (0, True)
    shop.service.signals.wake("inbox")  # it looks every five seconds by itself
    await shop.settle()
    assert await dead(shop) == 1
    code, said = await _amends(tmp_path, "dead", "show", first)
    assert (code, "spam" in said, "command line" in said) == (0, True, True)
    assert (await _amends(tmp_path, "dead", "drop", first, "--why", "again", "--yes"))[0] == 1
    assert second in (await _amends(tmp_path, "dead", "list"))[1]


@pytest.mark.process
async def test_what_was_decided_while_the_service_was_down_is_done_at_its_start(
    shop: World, tmp_path: Path
) -> None:
    """The usual case: stop, update, say "again", start. All of one kind at once, and no other."""
    poison(shop, 3)
    await shop.settle()
    await shop.stop()
    assert (await _amends(tmp_path, "dead", "retry", "--all", "--kind", "slack.event"))[0] == 1
    code, said = await _amends(tmp_path, "dead", "retry", "--all", "--kind", "telegram.update")
    assert (code, said.startswith("3 to be handled again.")) == (0, True)
    await shop.start()
    await shop.settle()
    assert await dead(shop) == 3
    _, said = await _amends(tmp_path, "dead", "show", (await _first(tmp_path)))
    assert "command line" in said


async def _first(folder: Path) -> str:
    return (await _amends(folder, "dead", "list"))[1].split()[0]
