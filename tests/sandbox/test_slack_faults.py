"""Everything that goes wrong between an app and Slack, made to happen on purpose."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.slack import Outcome
from sandbox.wire import Fault
from tests.sandbox.slack_bench import DESK, Bench, actions, button, call, section, slack_bench


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    async with slack_bench() as found:
        found.slack.event_retry_s = 0.02
        yield found


async def post(bench: Bench) -> str:
    blocks = [section(), actions(button())]
    return str((await bench.web.chat_postMessage(channel=DESK, text="card", blocks=blocks))["ts"])


def listening(bench: Bench) -> AsyncApp:
    """An app that acknowledges clicks and remembers clicks and messages."""
    app = bench.app()

    @app.action("approve")
    async def approve(ack: Any, body: dict[str, Any]) -> None:
        bench.hear(body)
        await ack()

    @app.event("message")
    async def said(body: dict[str, Any]) -> None:
        bench.hear(body)

    return app


async def test_a_rate_limit_has_no_effect_and_says_when(bench: Bench) -> None:
    """429 means not posted: the one failure that may be retried without a thought."""
    bench.slack.faults.add(Fault("rate_limited", "chat.postMessage", seconds=30))
    with pytest.raises(SlackApiError) as refused:
        await post(bench)
    assert refused.value.response["error"] == "ratelimited"
    assert refused.value.response.status_code == 429
    assert refused.value.response.headers["Retry-After"] == "30"
    assert bench.slack.messages(DESK) == []
    await post(bench)
    assert len(bench.slack.messages(DESK)) == 1


async def test_a_server_error_has_no_effect(bench: Bench) -> None:
    """HTTP 500 with Slack's own error string."""
    bench.slack.faults.add(Fault("server_error", status=502))
    with pytest.raises(SlackApiError) as refused:
        await post(bench)
    assert (refused.value.response.status_code, refused.value.response["error"]) == (
        502,
        "internal_error",
    )
    assert bench.slack.messages(DESK) == []


async def test_a_lost_answer_leaves_the_message_behind(bench: Bench) -> None:
    """The unknown outcome: the post is there, and the sender cannot know."""
    bench.slack.faults.add(Fault("timeout_after", "chat.postMessage", seconds=30))
    hasty = AsyncWebClient(bench.slack.bot_token, base_url=bench.url, retry_handlers=[], timeout=1)
    blocked = asyncio.create_task(hasty.chat_postMessage(channel=DESK, text="once"))
    await bench.until(lambda: bench.slack.messages(DESK))
    with pytest.raises(TimeoutError):
        await blocked
    assert [each["text"] for each in bench.slack.messages(DESK)] == ["once"]


async def test_the_sdk_posts_twice_when_the_connection_is_cut_after_the_post(bench: Bench) -> None:
    """The default client retries posts on a cut connection: this is why the desk must not use it."""
    default = AsyncWebClient(bench.slack.bot_token, base_url=bench.url)
    bench.slack.faults.add(Fault("timeout_after", "chat.postMessage", seconds=0.01))
    await default.chat_postMessage(channel=DESK, text="doubled")
    assert [each["text"] for each in bench.slack.messages(DESK)] == ["doubled", "doubled"]


async def test_a_refused_connection_has_no_effect(bench: Bench) -> None:
    """Cut before anything happened."""
    bench.slack.faults.add(Fault("refused", "chat.postMessage"))
    with pytest.raises(aiohttp.ClientError):
        await post(bench)
    assert bench.slack.messages(DESK) == []
    assert bench.slack.calls[-1].status == 0


@pytest.mark.parametrize("code", ["token_revoked", "is_archived", "not_in_channel"])
async def test_an_error_of_choice_is_answered(bench: Bench, code: str) -> None:
    """Operators must be told which of these it is."""
    bench.slack.faults.add(Fault("error", "chat.postMessage", code=code, times=2))
    for _ in range(2):
        with pytest.raises(SlackApiError) as refused:
            await post(bench)
        assert refused.value.response["error"] == code
    await post(bench)


async def test_an_envelope_is_delivered_twice(bench: Bench) -> None:
    """Same payload, new envelope: only the inbox key can tell."""
    async with bench.connected(listening(bench), count=2):
        ts = await post(bench)
        bench.slack.faults.add(Fault("duplicate", "block_actions"))
        assert (await bench.ana.click(DESK, ts, "approve")).acked
        await bench.until(lambda: len(bench.heard) == 2)
    first, second = bench.heard
    assert first["actions"] == second["actions"]
    assert bench.slack.faults.waiting == []


async def test_a_click_is_lost_when_the_socket_drops(bench: Bench) -> None:
    """Slack does not repeat clicks: the person sees a warning and presses again."""
    app, pressed = bench.app(), asyncio.Event()
    release = asyncio.Event()

    @app.action("approve")
    async def approve(ack: Any) -> None:
        pressed.set()
        await release.wait()
        await ack()

    async with bench.connected(app):
        ts = await post(bench)
        click = asyncio.create_task(bench.ana.click(DESK, ts, "approve"))
        await pressed.wait()
        await bench.slack.drop_connections()
        outcome = await click
        assert (outcome.acked, outcome.note) == (False, "connection lost")
        release.set()
        await asyncio.wait_for(bench.slack.wait_connected(), 10)
        assert (await bench.ana.click(DESK, ts, "approve")).acked


async def test_a_late_acknowledgement_is_a_warning_for_the_person(bench: Bench) -> None:
    """Three seconds, then the triangle; the handler may still run."""
    app = bench.app()

    @app.action("approve")
    async def never(ack: Any) -> None:
        bench.hear({})

    async with bench.connected(app):
        ts = await post(bench)
        outcome = await bench.ana.click(DESK, ts, "approve", wait_s=0.05)
    assert (outcome.acked, outcome.note) == (False, "not acknowledged in 0.05 s")
    assert outcome.latency_s >= 0.05


async def test_without_a_connection_nothing_is_clicked(bench: Bench) -> None:
    """A stopped desk looks like a warning triangle, not like an exception."""
    ts = await post(bench)
    outcome = await bench.ana.click(DESK, ts, "approve")
    assert (outcome.acked, outcome.note) == (False, "no connection")


async def test_an_event_on_a_dropped_connection_comes_again(bench: Bench) -> None:
    """Same event_id, with the attempt and the reason: drop on the key, never because it is a retry."""
    app, seen = bench.app(), asyncio.Event()
    headers: list[Any] = []

    @app.middleware
    async def note(req: Any, next: Any) -> None:  # noqa: A002 - Bolt passes it by this name
        headers.append(req.headers.get("x-slack-retry-num"))
        bench.hear(req.body)
        if len(bench.heard) == 1:
            seen.set()
            await asyncio.Event().wait()
        await next()

    @app.event("message")
    async def said() -> None:
        return None

    async with bench.connected(app):
        bench.slack.event_retry_s = 10
        told = asyncio.create_task(bench.ana.say(DESK, "hello"))
        await seen.wait()
        await bench.slack.drop_connections()
        assert (await told).acked
    first, second = bench.heard
    assert first["event_id"] == second["event_id"]
    assert [value and value[0] for value in headers] == ["0", "1"]
    assert bench.slack.lost_events == []


async def test_an_event_that_nobody_acknowledges_is_repeated_three_times(bench: Bench) -> None:
    """Then Slack gives up, and so does the sandbox."""
    app = bench.app()

    @app.middleware
    async def refuse(body: dict[str, Any]) -> None:
        bench.hear(body)
        raise OSError("store down")

    bench.slack.event_retry_s = 0.002
    async with bench.connected(app):
        await bench.ana.say(DESK, "hello")
        await bench.until(lambda: bench.slack.lost_events)
        assert len(bench.heard) == 4
        assert len({body["event_id"] for body in bench.heard}) == 1


async def test_an_event_waits_for_a_connection(bench: Bench) -> None:
    """What was said while the desk restarted arrives when it is back."""
    outcome = await bench.ana.say(DESK, "anybody there?")
    assert outcome.note == "no connection"
    async with bench.connected(listening(bench)):
        await bench.until(lambda: bench.heard)
    assert bench.heard[0]["event"]["ts"] == outcome.ts


async def test_a_polite_disconnect_is_followed_by_a_new_connection(bench: Bench) -> None:
    """Every few hours Slack asks for it; nothing may stay behind."""
    async with bench.connected(listening(bench)):
        ts = await post(bench)
        await bench.slack.drop_connections(polite=True)
        await asyncio.wait_for(bench.slack.wait_connected(), 10)
        assert (await bench.ana.click(DESK, ts, "approve")).acked


async def test_down_and_up_again(bench: Bench) -> None:
    """API 503, sockets cut, handshakes refused; then everything as before."""
    async with bench.connected(listening(bench)):
        ts = await post(bench)
        url = (await call(bench, "apps.connections.open", {}, bench.slack.app_token))["url"]
        bench.slack.down()
        with pytest.raises(SlackApiError) as refused:
            await post(bench)
        assert refused.value.response.status_code == 503
        assert (await bench.ana.click(DESK, ts, "approve")).note == "no connection"
        async with aiohttp.ClientSession() as session:
            with pytest.raises(aiohttp.WSServerHandshakeError):
                await session.ws_connect(url)
        bench.slack.up()
        await post(bench)
    async with bench.connected(listening(bench)):
        assert (await bench.ana.click(DESK, ts, "approve")).acked


async def test_a_deaf_socket_looks_connected_and_hears_nothing(bench: Bench) -> None:
    """Only an answered ping tells; a new connection is the only cure."""
    async with aiohttp.ClientSession() as session:
        url = (await call(bench, "apps.connections.open", {}, bench.slack.app_token))["url"]
        async with session.ws_connect(url, autoping=False, timeout=aiohttp.ClientWSTimeout(ws_close=0.1)) as deaf:
            assert (await deaf.receive_json())["type"] == "hello"
            await deaf.ping(b"before")
            assert (await deaf.receive()).type is aiohttp.WSMsgType.PONG
            bench.slack.deafen()
            await deaf.ping(b"after")
            ts = await post(bench)
            outcome: Outcome = await bench.ana.click(DESK, ts, "approve", wait_s=0.05)
            assert outcome.note == "not acknowledged in 0.05 s"
            with pytest.raises(TimeoutError):
                await deaf.receive(timeout=0.05)
            assert bench.slack.connections == 1
    await bench.until(lambda: bench.slack.connections == 0)
    async with bench.connected(listening(bench)):
        assert (await bench.ana.click(DESK, ts, "approve")).acked


async def test_a_ticket_opens_one_socket_only(bench: Bench) -> None:
    """The SDK retries a used ticket for ever: the second handshake must fail as it does at Slack."""
    url = (await call(bench, "apps.connections.open", {}, bench.slack.app_token))["url"]
    bench.slack.faults.add(Fault("refused", "socket"))
    async with aiohttp.ClientSession() as session:
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await session.ws_connect(url)
        assert refused.value.status == 408
        async with session.ws_connect(url) as socket:
            hello = await socket.receive_json()
            assert hello["connection_info"]["app_id"] == bench.slack.app_id
            assert hello["num_connections"] == 1
        with pytest.raises(aiohttp.WSServerHandshakeError) as again:
            await session.ws_connect(url)
        assert again.value.status == 408


async def test_the_eleventh_connection_is_sent_away(bench: Bench) -> None:
    """Ten per app."""
    async with aiohttp.ClientSession() as session:
        sockets = []
        for _ in range(11):
            url = (await call(bench, "apps.connections.open", {}, bench.slack.app_token))["url"]
            sockets.append(await session.ws_connect(url))
        frames = [await each.receive_json() for each in sockets]
        assert [each["type"] for each in frames] == ["hello"] * 10 + ["disconnect"]
        assert frames[-1]["reason"] == "too_many_websockets"
        for each in sockets:
            await each.close()


async def test_the_app_hears_of_its_own_posts_unless_told_otherwise(bench: Bench) -> None:
    """Slack sends a message event for every post, edit and deletion in a channel the app is in."""
    bench.slack.event_retry_s = 3.0  # nothing here is sent twice, however slow this machine is
    async with open_socket(bench) as socket:
        ts = await post(bench)
        await bench.web.chat_update(channel=DESK, ts=ts, text="edited")
        bench.slack.delete_message(DESK, ts)
        frames = [await acknowledged(socket) for _ in range(3)]
        bench.slack.echo_own_messages = False
        await post(bench)
        told = asyncio.create_task(bench.ana.say(DESK, "last"))
        last = await acknowledged(socket)
        assert (await told).acked
    assert [each.get("subtype") for each in frames] == [None, "message_changed", "message_deleted"]
    assert frames[0]["bot_id"] == bench.slack.bot_id
    assert frames[2]["previous_message"]["text"] == "edited"
    assert last["text"] == "last"


@pytest.mark.parametrize("ignoring", [True, False])
async def test_bolt_hides_the_deletion_of_the_apps_own_card(bench: Bench, ignoring: bool) -> None:
    """Bolt takes previous_message.user for the actor: a desk that must notice switches that off."""
    app = bench.app(ignoring_self_events_enabled=ignoring)

    @app.event("message")
    async def said(body: dict[str, Any]) -> None:
        bench.hear(body)

    async with bench.connected(app):
        ts = await post(bench)
        bench.slack.delete_message(DESK, ts)
        await bench.ana.say(DESK, "end")
        await bench.until(lambda: len(bench.heard) == (1 if ignoring else 3))
    kinds = {each["event"].get("subtype") for each in bench.heard}
    assert ("message_deleted" in kinds) is not ignoring


@asynccontextmanager
async def open_socket(bench: Bench) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    """A bare WebSocket that has been greeted."""
    url = (await call(bench, "apps.connections.open", {}, bench.slack.app_token))["url"]
    async with aiohttp.ClientSession() as session, session.ws_connect(url) as socket:
        assert (await socket.receive_json())["type"] == "hello"
        yield socket


async def acknowledged(socket: aiohttp.ClientWebSocketResponse) -> dict[str, Any]:
    """The next event, once it has been acknowledged."""
    frame = await socket.receive_json()
    await socket.send_json({"envelope_id": frame["envelope_id"]})
    event: dict[str, Any] = frame["payload"]["event"]
    return event
