"""The two connections: they come back by themselves, and closing them ends."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from adapters.slack.ear import Ear
from adapters.slack.socket import Sockets
from sandbox.wire import Fault
from tests.adapters.slack_bench import BRISK, ROOM, Bench, started
from tests.adapters.slack_views import CARDS


@pytest.fixture
async def desk() -> AsyncIterator[Bench]:
    async with started() as made:
        yield made


async def clicks(desk: Bench, count: int = 4) -> list[bool]:
    """Each goes to one of the open connections in turn."""
    [message, *_] = desk.slack.messages(ROOM) or [{"ts": (await desk.desk.show_card(CARDS["open"], None)).message}]
    outcomes = [await desk.lena.click(ROOM, message["ts"], "approve") for _ in range(count)]
    return [outcome.acked for outcome in outcomes]


async def test_both_connections_answer(desk: Bench) -> None:
    """Each payload goes to one, arbitrary connection."""
    async with desk.listening():
        assert desk.slack.connections == 2
        assert await clicks(desk) == [True] * 4
        assert desk.desk.health().ok
        assert desk.desk.health().detail == "2 of 2 Slack connections are alive"
    assert desk.slack.connections == 0


@pytest.mark.parametrize("polite", [True, False])
async def test_dropped_connections_come_back(desk: Bench, polite: bool) -> None:
    """Slack renews connections every few hours, and networks break."""
    async with desk.listening():
        await desk.slack.drop_connections(polite=polite)
        async with asyncio.timeout(10):
            await desk.slack.wait_connected(2)
        assert await clicks(desk) == [True] * 4


async def test_a_refused_handshake_gets_a_new_ticket(desk: Bench) -> None:
    """The SDK alone would knock with the same ticket for ever."""
    desk.slack.faults.add(Fault("refused", "socket", times=2))
    await desk.desk.close()
    desk.desk = desk.new_desk(pace=replace(BRISK, connect_s=0.2))
    await desk.desk.start()
    async with desk.listening():
        assert await clicks(desk) == [True] * 4
    assert sum(call.method == "apps.connections.open" for call in desk.slack.calls) >= 5


async def test_deaf_connections_are_replaced(desk: Bench) -> None:
    """TCP is open, `is_connected` is true, and nothing is heard any more."""
    async with desk.listening():
        desk.slack.deafen()
        async with asyncio.timeout(15):
            await desk.slack.wait_connected(2)
        assert await clicks(desk) == [True] * 4


async def test_slack_coming_back_is_found_again(desk: Bench) -> None:
    async with desk.listening():
        await clicks(desk, 1)
        desk.slack.down()
        await desk.until(lambda: desk.slack.connections == 0)
        desk.slack.up()
        async with asyncio.timeout(15):
            await desk.slack.wait_connected(2)
        assert await clicks(desk) == [True] * 4


async def test_closing_lets_a_click_in_flight_be_acknowledged(desk: Bench) -> None:
    """A deploy must not look like a failure to the person who has just pressed."""
    card = await desk.desk.show_card(CARDS["open"], None)
    async with desk.listening():
        desk.shelf.open.clear()
        clicked = asyncio.create_task(desk.lena.click(ROOM, card.message, "approve"))
        await desk.shelf.asked.wait()
        closing = asyncio.create_task(desk.desk.close())
        await asyncio.wait({closing}, timeout=0.05)
        assert not closing.done()
        desk.shelf.open.set()
        assert (await clicked).acked
        await closing


async def test_cancelling_the_listening_closes_the_connections(desk: Bench) -> None:
    task = asyncio.create_task(desk.desk.run(desk.shelf, desk.service))
    async with asyncio.timeout(10):
        await desk.slack.wait_connected(2)
    task.cancel()
    await asyncio.wait({task}, timeout=10)
    assert task.cancelled()
    assert desk.slack.connections == 0


async def test_a_connection_that_fails_as_nobody_foresaw_ends_the_listening_loudly() -> None:
    """Whoever keeps the loop starts it again; a keeper that died alone would leave Slack deaf for ever."""

    def broken() -> Ear:
        raise ZeroDivisionError

    sockets = Sockets(broken, lambda: datetime.now(UTC), BRISK)
    with pytest.raises(ZeroDivisionError):
        async with asyncio.timeout(5):
            await sockets.run()
