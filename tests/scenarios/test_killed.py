"""Real processes, really killed: nothing is lost, nothing is sent twice, and every card is whole in the end."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sandbox.service_client import ServiceClient
from sandbox.supervisor import Supervisor
from sandbox.wire import Fault
from tests.scenarios.proof import prove
from tests.scenarios.rig import COMMAND, Rig, rig
from tests.scenarios.world import LIN, actions, received, words

pytestmark = pytest.mark.process
ASKS = "Where is my parcel? Order 114-1234567-765432{0}."


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Rig]:
    async with rig(tmp_path) as prepared:
        yield prepared


async def test_killed_right_after_a_message_was_confirmed(desk: Rig) -> None:
    """Telegram has forgotten the message: if it is not in the store now, nobody will ever hear of it."""
    sofia = desk.buyer(501)
    await desk.start()
    await desk.telegram.wait_for_poll()
    sofia.say(ASKS.format(1))
    await desk.telegram.wait_for_poll()
    await desk.kill()
    await desk.start()
    await desk.until_quiet()
    assert len(desk.cards()) == 1
    assert ASKS.format(1) in words(desk.cards()[0])
    # A fast desk may have claimed the acknowledgement already: then it counts as unknown and is not sent again.
    [(state,)] = await desk.ask("SELECT state FROM outbox WHERE kind = 'automatic'")
    assert (state, len(received(sofia))) in {("delivered", 1), ("unknown", 0), ("unknown", 1)}
    await prove(desk)


async def test_killed_while_a_reply_is_under_way_it_is_unknown_and_not_repeated(desk: Rig) -> None:
    """The platform has it, we do not know: only a person may decide to send it again."""
    sofia = desk.buyer(501)
    await desk.start()
    sofia.say(ASKS.format(1))
    await desk.until_quiet()
    desk.telegram.faults.add(Fault("timeout_after", "sendMessage"))
    [card] = desk.cards()
    assert await desk.click(LIN, "approve", card["ts"])
    await desk.until(lambda: len(received(sofia)) == 2)
    await desk.kill()
    await desk.start()
    await desk.until(lambda: "settle_sent" in actions(desk.cards()[0]))
    assert "Outcome unknown" in words(desk.cards()[0])
    await desk.until_quiet()
    assert len(received(sofia)) == 2
    assert await desk.click(LIN, "settle_sent", card["ts"])
    await desk.until(lambda: actions(desk.cards()[0]) == ["menu", "cause", "edit"])
    await desk.until_quiet()
    assert len(received(sofia)) == 2
    await prove(desk)


async def test_killed_while_a_reply_is_held_it_goes_out_once(tmp_path: Path) -> None:
    """The approval is in the store, its undo window runs out while nobody is there."""
    async with rig(tmp_path, undo_s=3) as desk:
        sofia = desk.buyer(501)
        await desk.start()
        sofia.say(ASKS.format(1))
        await desk.until_quiet()
        [card] = desk.cards()
        assert await desk.click(LIN, "approve", card["ts"])
        await desk.kill()
        assert len(received(sofia)) == 1
        await desk.start()
        await desk.until(lambda: len(received(sofia)) == 2)
        await desk.until_quiet()
        await desk.kill()
        await desk.start()
        await desk.until_quiet()
        assert len(received(sofia)) == 2
        assert "delivered" in words(desk.cards()[0])
        await prove(desk)


async def test_a_polite_stop_ends_in_time_and_loses_nothing(desk: Rig) -> None:
    """What a deploy does: SIGTERM in the middle of work."""
    await desk.start()
    for number in range(10):
        desk.buyer(500 + number % 3).say(f"{ASKS.format(number % 3)} Message {number}.")
    await desk.until(lambda: len(desk.telegram.sent()) > 0)
    before = time.monotonic()
    await desk.supervisor.stop()
    assert time.monotonic() - before < 10
    assert desk.supervisor.state == "stopped"
    assert any("stopping" in line for line in desk.supervisor.tail)
    assert await desk.ask("SELECT count(*) FROM outbox WHERE state = 'sending'") == [(0,)]
    await desk.start()
    await desk.until_quiet()
    assert (await prove(desk))["heard"] == 10


async def test_a_second_service_on_the_same_file_is_refused(desk: Rig) -> None:
    """Two processes on one file would both send: the second one says so and ends."""
    await desk.start()
    client = ServiceClient("http://127.0.0.1:9")
    environment = desk.first.environment | {"AMENDS_HTTP_PORT": "0"}
    second = Supervisor(COMMAND, environment, client, desk.folder)
    await second.start()
    await second.wait_until("failed")
    await client.close()
    assert second.exit_code == 1
    said = "\n".join(second.tail)
    assert "another Amends service uses" in said
    assert "amends.db" in said
    assert "Traceback" not in said
    assert (await desk.client.health())["status"] == "ok"


async def test_wrong_settings_stop_the_start_with_everything_that_is_wrong(tmp_path: Path) -> None:
    """One round of mending, not five: each problem is listed with where it stands and what to write."""
    (tmp_path / ".env").write_text("TELEGRAM_BOT_TOKEN=\nSLACK_BOT_TOKEN=xapp-swapped\nAMENDS_HTTP_PORT=eighty\n")
    (tmp_path / "shop.toml").write_text('[shop]\nzone = "Asia/Shangai"\n\n[replise]\nundo_seconds = 5\n')
    client = ServiceClient("http://127.0.0.1:9")
    kept = {name: value for name, value in _plain_environment().items() if not name.startswith(("SLACK", "TELE"))}
    service = Supervisor(COMMAND, kept, client, tmp_path)
    await service.start()
    await service.wait_until("failed")
    await client.close()
    assert service.exit_code == 1
    said = "\n".join(service.tail)
    assert "Traceback" not in said
    for name in ("TELEGRAM_BOT_TOKEN", "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_CHANNEL", "AMENDS_HTTP_PORT"):
        assert name in said
    assert "did you mean Asia/Shanghai?" in said
    assert "line 2" in said
    assert "line 4" in said


def _plain_environment() -> dict[str, str]:
    """As `service_environment`, without any setting of ours: what a fresh shell has."""
    from sandbox.environment import service_environment

    made = service_environment(
        telegram_token="", slack_bot_token="", slack_app_token="", sandbox_port=9, service_port=0,
        folder=Path(), database_url=None,
    )  # fmt: skip
    return {name: value for name, value in made.items() if not name.startswith("AMENDS_")}
