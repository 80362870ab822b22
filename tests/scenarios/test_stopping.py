"""Asked to stop, as a real process: within ten seconds whatever hangs, at once when asked twice, nothing lost."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sandbox.wire import Fault
from tests.scenarios.proof import prove
from tests.scenarios.rig import Rig, rig
from tests.scenarios.world import received, words

pytestmark = pytest.mark.process
ASKS = "Where is my parcel? Order 114-1234567-7654321."
MOST_S = 10.0


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Rig]:
    async with rig(tmp_path) as prepared:
        yield prepared


async def _ended(desk: Rig, *signals: signal.Signals) -> tuple[int | None, float]:
    """The exit code after these signals, and the seconds it took."""
    pid = desk.supervisor.pid
    assert pid is not None
    started = time.monotonic()
    for number in signals:
        os.kill(pid, number)
        await _heard(desk)
    async with asyncio.timeout(MOST_S + 5):
        await desk.supervisor.wait_until("failed")
    return desk.supervisor.exit_code, time.monotonic() - started


async def _heard(desk: Rig) -> None:
    """The process has handled the signal: two that arrive together count as one."""
    await desk.until(lambda: "stopping:" in "\n".join(desk.supervisor.tail))


async def _slack_hangs(desk: Rig) -> None:
    """Its sockets stay open and go deaf, and what is said over HTTP is never answered."""
    desk.slack.deafen()
    for method in ("chat.update", "chat.postMessage"):
        desk.slack.faults.add(Fault("timeout_after", method, times=50, seconds=60))


async def _in_the_middle(desk: Rig) -> None:
    """A buyer was answered, and Slack hangs on the card that shows what he wrote then."""
    sofia = desk.buyer(501)
    await desk.start()
    sofia.say(ASKS)
    await desk.until_quiet()
    await _slack_hangs(desk)
    before = len(desk.slack.calls)
    sofia.say("Hello?")
    await desk.until(lambda: any(call.method == "chat.update" for call in desk.slack.calls[before:]))


async def _goes_on(desk: Rig) -> None:
    """The next process finds everything: the card is up to date and the receipt was sent once."""
    desk.slack.faults.clear()
    await desk.start()
    await desk.until_quiet()
    [card] = desk.cards()
    assert "Hello?" in words(card)
    assert len(received(desk.buyer(501))) == 1
    await prove(desk)


async def test_a_slack_that_hangs_delays_the_exit_by_less_than_ten_seconds(desk: Rig) -> None:
    """Whoever stops us insists after ten seconds, and then what is under way is cut off anywhere."""
    await _in_the_middle(desk)
    code, seconds = await _ended(desk, signal.SIGTERM)

    assert (code, "Traceback" in "\n".join(desk.supervisor.tail)) == (0, False)
    assert seconds < MOST_S
    await _goes_on(desk)


async def test_a_second_signal_ends_it_at_once(desk: Rig) -> None:
    """A person who presses Ctrl-C twice means it; everything that matters is committed already."""
    await _in_the_middle(desk)
    code, seconds = await _ended(desk, signal.SIGINT, signal.SIGINT)

    assert code == 1
    assert seconds < 2
    await _goes_on(desk)


async def test_an_idle_service_stops_quickly(desk: Rig) -> None:
    """A deploy should not take ten seconds because a long poll is open."""
    await desk.start()
    await desk.until_quiet()
    code, seconds = await _ended(desk, signal.SIGTERM)

    assert code == 0
    assert seconds < 5
