"""Real processes, really killed: nothing is lost, nothing is sent twice, and every card is whole in the end."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sandbox.service_client import ServiceClient
from sandbox.supervisor import Supervisor
from sandbox.wire import Fault
from tests.scenarios.rig import COMMAND, Rig, rig
from tests.scenarios.world import CHANNEL, LIN, actions, key_of, received, words

pytestmark = pytest.mark.process
ASKS = "Where is my parcel? Order 114-1234567-765432{0}."
SEED = 20261123


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Rig]:
    async with rig(tmp_path) as prepared:
        yield prepared


async def test_killed_right_after_a_message_was_confirmed(desk: Rig) -> None:
    """Telegram has forgotten the message: if it is not in the store now, nobody will ever hear of it."""
    sofia = desk.telegram.buyer(501)
    await desk.start()
    await desk.telegram.wait_for_poll()
    sofia.say(ASKS.format(1))
    await desk.telegram.wait_for_poll()
    await desk.kill()
    assert desk.cards() == []
    await desk.start()
    await desk.until_quiet()
    assert len(desk.cards()) == 1
    assert ASKS.format(1) in words(desk.cards()[0])
    assert len(received(sofia)) == 1
    _check_nothing_lost_or_doubled(desk, {501: 1})


async def test_killed_while_a_reply_is_under_way_it_is_unknown_and_not_repeated(desk: Rig) -> None:
    """The platform has it, we do not know: only a person may decide to send it again."""
    sofia = desk.telegram.buyer(501)
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
    await desk.until(lambda: actions(desk.cards()[0]) == ["menu", "edit"])
    await desk.until_quiet()
    assert len(received(sofia)) == 2
    _check_nothing_lost_or_doubled(desk, {501: 1})


async def test_killed_while_a_reply_is_held_it_goes_out_once(tmp_path: Path) -> None:
    """The approval is in the store, its undo window runs out while nobody is there."""
    async with rig(tmp_path, undo_s=3) as desk:
        sofia = desk.telegram.buyer(501)
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
        _check_nothing_lost_or_doubled(desk, {501: 1})


async def test_killed_ten_times_in_a_burst_nothing_is_lost_and_nothing_is_sent_twice(desk: Rig) -> None:
    """Thirty messages of five buyers, approvals in between, and SIGKILL at ten moments nobody chose."""
    chance = random.Random(SEED)  # noqa: S311 - moments, not secrets
    buyers = [desk.telegram.buyer(500 + number, f"Buyer {number}") for number in range(5)]
    said: Counter[int] = Counter()
    approved = 0
    for _ in range(10):
        await desk.start()
        for buyer in chance.sample(buyers, 3):
            buyer.say(f"{ASKS.format(buyer.chat_id - 500)} This is message {said.total() + 1}.")
            said[buyer.chat_id] += 1
        approved += await _approve_what_can_be(desk)
        await _some_moment(desk, chance)
        await desk.kill()
    await desk.start()
    await desk.until_quiet()
    approved += await _approve_what_can_be(desk)
    await desk.until_quiet()
    counts = _check_nothing_lost_or_doubled(desk, dict(said))
    print(f"seed {SEED}: {said.total()} messages, {approved} approvals acknowledged, outbox {counts}")  # noqa: T201 - the brief evidence of a run
    assert said.total() == 30
    assert approved > 0


async def _approve_what_can_be(desk: Rig) -> int:
    clicks = [desk.click(LIN, "approve", card["ts"]) for card in desk.cards()]
    return sum(await asyncio.gather(*clicks))


async def _some_moment(desk: Rig, chance: random.Random) -> None:
    """After a few more things happened on the platforms, and a little later than that."""
    changes = chance.randrange(8)
    start = desk.telegram.changed.version + desk.slack.changed.version
    deadline = time.monotonic() + 2
    await desk.until(
        lambda: (
            desk.telegram.changed.version + desk.slack.changed.version - start >= changes
            or time.monotonic() > deadline
        )
    )
    never = asyncio.Event()
    try:
        await asyncio.wait_for(never.wait(), chance.random() * 0.05)
    except TimeoutError:
        return


def _check_nothing_lost_or_doubled(desk: Rig, said: dict[int, int]) -> dict[str, int]:
    """Compare the service's file with what both platforms saw; answers how the outbox ended, by kind and state."""
    total = sum(said.values())
    assert desk.ask("SELECT count(*) FROM inbox WHERE state = 'dead'") == [(0,)]
    assert desk.ask("SELECT count(*) FROM messages WHERE direction = 'in'") == [(total,)]
    events = desk.ask("SELECT count(*), count(DISTINCT event_id) FROM journal WHERE event = 'BuyerWrote'")
    assert events == [(total, total)]
    _check_what_was_sent(desk)
    _check_cards(desk)
    ended = desk.ask("SELECT kind || ' ' || state, count(*) FROM outbox GROUP BY kind, state ORDER BY 1")
    return dict(ended)


def _check_what_was_sent(desk: Rig) -> None:
    """Every message the platform took belongs to one row of ours: delivered once, or unknown and shown so."""
    rows = desk.ask("SELECT state, receipt FROM outbox WHERE kind IN ('reply', 'automatic')")
    receipts = [receipt for state, receipt in rows if state == "delivered"]
    unknown = sum(state == "unknown" for state, _ in rows)
    sent = desk.telegram.sent()
    taken = {f"{message['chat']['id']}:{message['message_id']}" for message in sent}
    assert len(taken) == len(sent)
    assert len(receipts) <= len(sent) <= len(receipts) + unknown
    ids = {str(message["message_id"]) for message in sent}
    assert {str(receipt).rpartition(":")[2] for receipt in receipts} <= ids


def _check_cards(desk: Rig) -> None:
    """One card a case, at its newest revision, and in its thread each of its messages once."""
    cases = desk.ask("SELECT c.id, c.revision, k.revision FROM cases c LEFT JOIN cards k ON k.case_id = c.id")
    keys = Counter(key_of(card) for card in desk.cards())
    assert keys == Counter(f"card:{case}" for case, _, _ in cases)
    assert [case for case, newest, shown in cases if newest != shown] == []
    for card in desk.cards():
        case = key_of(card).partition(":")[2]
        told = "\n".join(words(post) for post in desk.slack.thread(CHANNEL, card["ts"]))
        bodies = desk.ask(f"SELECT body FROM messages WHERE direction = 'in' AND case_id = '{case}'")  # noqa: S608 - our own id
        for (body,) in bodies:
            assert told.count(str(body)) == 1, body
    lost = desk.ask("SELECT case_id FROM outbox WHERE kind = 'reply' AND state = 'unknown'")
    for (case,) in lost:
        [card] = [card for card in desk.cards() if key_of(card) == f"card:{case}"]
        file = "\n".join(words(post) for post in desk.slack.thread(CHANNEL, card["ts"]))
        assert "Outcome unknown" in file


async def test_a_polite_stop_ends_in_time_and_loses_nothing(desk: Rig) -> None:
    """What a deploy does: SIGTERM in the middle of work."""
    await desk.start()
    for number in range(10):
        desk.telegram.buyer(500 + number % 3).say(f"{ASKS.format(number % 3)} Message {number}.")
    await desk.until(lambda: len(desk.telegram.sent()) > 0)
    before = time.monotonic()
    await desk.supervisor.stop()
    assert time.monotonic() - before < 10
    assert desk.supervisor.state == "stopped"
    assert any("stopping" in line for line in desk.supervisor.tail)
    assert desk.ask("SELECT count(*) FROM outbox WHERE state = 'sending'") == [(0,)]
    await desk.start()
    await desk.until_quiet()
    _check_nothing_lost_or_doubled(desk, {500: 4, 501: 3, 502: 3})


async def test_a_second_service_on_the_same_file_is_refused(desk: Rig) -> None:
    """Two processes on one file would both send: the second one says so and ends."""
    await desk.start()
    client = ServiceClient("http://127.0.0.1:9")
    environment = desk.environment | {"AMENDS_HTTP_PORT": "0"}
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
