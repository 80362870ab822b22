"""Below the stage: the supervisor with real child processes, the shared clock, the environment, the counts."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from sandbox.clock import DemoClock, opening
from sandbox.environment import free_port, service_environment
from sandbox.service_client import ServiceClient
from sandbox.supervisor import Supervisor
from sandbox.tally import count
from tests.sandbox.stand_in_service import CHILD, CRASHING, is_alive


@asynccontextmanager
async def supervised(code: str, folder: Path) -> AsyncIterator[Supervisor]:
    port = free_port()
    client = ServiceClient(f"http://127.0.0.1:{port}")
    environment = dict(os.environ) | {"AMENDS_HTTP_PORT": str(port)}
    supervisor = Supervisor((sys.executable, "-c", code), environment, client, folder)
    try:
        yield supervisor
    finally:
        await supervisor.stop()
        await client.close()


@pytest.mark.process
async def test_a_started_service_is_running_only_once_it_says_it_is_ready(tmp_path: Path) -> None:
    """The page must not offer a click before anyone can answer it."""
    async with supervised(CHILD, tmp_path) as supervisor:
        await supervisor.start()
        assert supervisor.state == "starting"
        assert await supervisor.wait_until("running", "failed") == "running"
        assert "child is up" in supervisor.tail


@pytest.mark.process
async def test_a_killed_service_is_gone_and_can_be_started_again(tmp_path: Path) -> None:
    """Killing is SIGKILL to that child alone, and is told apart from a failure."""
    async with supervised(CHILD, tmp_path) as supervisor:
        await supervisor.start()
        await supervisor.wait_until("running")
        first = supervisor.pid
        assert first is not None
        await supervisor.kill()
        assert supervisor.state == "killed"
        assert not is_alive(first)
        await supervisor.start()
        assert await supervisor.wait_until("running", "failed") == "running"
        assert supervisor.pid != first
        assert supervisor.starts == 2


@pytest.mark.process
async def test_stopping_ends_the_child_and_twice_is_harmless(tmp_path: Path) -> None:
    """Ctrl-C must leave no process behind, whatever was pressed before."""
    async with supervised(CHILD, tmp_path) as supervisor:
        await supervisor.stop()
        await supervisor.start()
        await supervisor.start()
        assert supervisor.starts == 1
        await supervisor.wait_until("running")
        pid = supervisor.pid
        assert pid is not None
        await supervisor.stop()
        await supervisor.stop()
        assert supervisor.state == "stopped"
        assert not is_alive(pid)


@pytest.mark.process
async def test_a_service_that_ends_by_itself_leaves_its_last_words(tmp_path: Path) -> None:
    """A wrong setting is shown with its remedy, not as an empty page."""
    async with supervised(CRASHING, tmp_path) as supervisor:
        await supervisor.start()
        assert await supervisor.wait_until("failed", "running") == "failed"
        assert supervisor.exit_code == 1
        assert any("unknown zone" in line for line in supervisor.tail)


def test_the_demo_opens_on_a_monday_morning_of_both_desks() -> None:
    """On a weekend the ladder would wait for staffed time and the first minute would look broken."""
    for day in range(14):
        machine = datetime(2026, 11, 16, 7, 59, tzinfo=UTC) + timedelta(days=day, hours=day)
        start = opening(machine)
        assert (start.weekday(), start.hour) == (0, 8)
        assert timedelta(0) <= machine - start < timedelta(days=7)


def test_the_clock_file_always_holds_one_whole_offset(tmp_path: Path) -> None:
    """The service reads it after a kill: what it finds must be what the page showed."""
    clock = DemoClock(tmp_path / "clock.json")
    clock.set(3600.5)
    assert json.loads((tmp_path / "clock.json").read_text()) == {"offset_s": 3600.5}
    assert [path.name for path in tmp_path.iterdir()] == ["clock.json"]
    ahead = clock.now() - datetime.now(UTC)
    assert abs(ahead - timedelta(seconds=3600.5)) < timedelta(seconds=5)


def test_nothing_of_the_visitors_own_accounts_reaches_the_service(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A demo on a desk's own machine must never talk to the desk's real bot, workspace or database."""
    for name in ("SLACK_SIGNING_SECRET", "TELEGRAM_BOT_TOKEN", "AMENDS_SHOP_FILE", "DATABASE_URL"):
        monkeypatch.setenv(name, "mine")
    environment = service_environment(
        telegram_token="1:t",
        slack_bot_token="xoxb-1",
        slack_app_token="xapp-1",
        sandbox_port=1234,
        service_port=5678,
        folder=Path("run"),
        database_url=None,
    )
    assert "mine" not in environment.values()
    assert environment["TELEGRAM_BASE_URL"] == "http://127.0.0.1:1234/bot"
    assert environment["SLACK_BASE_URL"] == "http://127.0.0.1:1234/slack/api/"
    assert "PATH" in environment


def sent(state: str, *ids: int) -> dict[str, Any]:
    return {"state": state, "message_ids": list(ids)}


@pytest.mark.parametrize(
    ("said", "posted", "ledger", "lost", "doubled", "unsettled"),
    [
        (["1:1"], [2], {"heard": {"1:1": 1}, "sent": {"e": sent("delivered", 2)}}, 0, 0, 0),
        (["1:1", "1:3"], [], {"heard": {"1:1": 1}, "sent": {}}, 1, 0, 0),
        (["1:1"], [], {"heard": {"1:1": 3}, "sent": {}}, 0, 2, 0),
        (["1:1"], [2, 3], {"heard": {"1:1": 1}, "sent": {"e": sent("delivered", 2)}}, 0, 1, 0),
        (["1:1"], [2], {"heard": {"1:1": 1}, "sent": {"e": sent("unknown")}}, 0, 0, 1),
        (["1:1"], [2, 3], {"heard": {"1:1": 1}, "sent": {"e": sent("unknown")}}, 0, 1, 1),
    ],
    ids=["even", "lost", "heard twice", "posted twice", "unknown is said", "unknown hides only one"],
)
def test_the_counts_compare_two_ledgers(
    said: list[str], posted: list[int], ledger: dict[str, Any], lost: int, doubled: int, unsettled: int
) -> None:
    """ "Lost 0, doubled 0" is worth showing only if a loss or a double would be seen."""
    tally = count(said, posted, ledger, overdue=said)
    assert tally is not None
    assert (tally.lost, tally.doubled, tally.unsettled) == (lost, doubled, unsettled)


def test_a_message_is_lost_only_when_it_is_overdue() -> None:
    """While the service is away Telegram keeps the message: on its way, and said so."""
    ledger: dict[str, Any] = {"heard": {}, "sent": {}}
    waiting, late = count(["1:1"], [], ledger), count(["1:1"], [], ledger, overdue={"1:1"})
    assert waiting is not None
    assert late is not None
    assert (waiting.on_its_way, waiting.lost) == (1, 0)
    assert (late.on_its_way, late.lost) == (0, 1)


def test_there_are_no_counts_before_the_service_has_shown_its_ledger() -> None:
    """An unknown is not a zero."""
    assert count(["1:1"], [], None) is None
