"""Saying something to a buyer: what the buyer sees, and what each failure means."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any

import aiohttp
import httpx
import pytest
from telegram import Bot

from adapters.telegram.request import Request
from adapters.telegram.send import send
from flows.ports import OutboundReply, OutcomeUnknown, PortError, Refused, Unavailable
from sandbox.wire import Fault
from tests.adapters.telegram_bench import CHAT, Bench, bench, polling


@pytest.fixture
async def desk() -> AsyncIterator[Bench]:
    async with bench() as made:
        made.sandbox.buyer(CHAT).say("hello")
        yield made


def reply(text: str = "On its way.", address: str = str(CHAT)) -> OutboundReply:
    return OutboundReply(key="effect-1", address=address, text=text)


def seen(desk: Bench) -> list[str]:
    """What stands on the buyer's phone."""
    return [message["text"] for message in desk.sandbox.buyer(CHAT).received()]


@pytest.mark.parametrize(
    "text", ["On its way.", "<b>1 < 2</b> & *_`[x](y)", "Línea 1\n\nLínea 2 👍🏽", "x" * 4096]
)
async def test_the_buyer_sees_exactly_the_approved_text(desk: Bench, text: str) -> None:
    """Invariant 3, byte for byte: nothing in it is read as markup, nothing is added, no preview is fetched."""
    channel = await desk.started()
    receipt = await channel.send(reply(text))
    (message,) = desk.sandbox.sent(CHAT)
    assert message["text"] == text
    assert receipt.external_id == str(message["message_id"])
    assert receipt.at == datetime.fromtimestamp(message["date"], UTC)
    asked = next(call.params for call in desk.sandbox.calls if call.method == "sendMessage")
    assert asked["link_preview_options"] in ({"is_disabled": True}, '{"is_disabled": true}')
    assert "parse_mode" not in asked


@pytest.mark.parametrize("text", ["x" * 4097, "👍" * 2049, "\ud83d"])
async def test_a_text_that_cannot_be_sent_is_refused_before_any_call(desk: Bench, text: str) -> None:
    """Cut in two by somebody else, half of it would be a text that nobody approved."""
    channel = await desk.started()
    with pytest.raises(Refused):
        await channel.send(reply(text))
    assert all(call.method != "sendMessage" for call in desk.sandbox.calls)


@pytest.mark.parametrize("address", ["", "@sofia", "4.5e6", "1" * 30])
async def test_an_address_that_is_no_chat_is_refused(desk: Bench, address: str) -> None:
    """A name instead of a number could reach a public channel."""
    channel = await desk.started()
    with pytest.raises(Refused):
        await channel.send(reply(address=address))


async def test_an_answer_after_the_time_out_is_an_unknown_outcome_and_one_message(desk: Bench) -> None:
    """The buyer has it although we were told nothing: sending again would say it twice."""
    channel = await desk.started(send_timeout_s=0.3)
    desk.sandbox.faults.add(Fault("timeout_after", "sendMessage"))
    with pytest.raises(OutcomeUnknown):
        await channel.send(reply())
    assert seen(desk) == ["On its way."]


async def test_a_connection_cut_without_an_answer_is_an_unknown_outcome(desk: Bench) -> None:
    """From here it looks the same whether Telegram had read the request or not."""
    channel = await desk.started()
    desk.sandbox.faults.add(Fault("refused", "sendMessage"))
    with pytest.raises(OutcomeUnknown):
        await channel.send(reply())


async def test_a_refused_connection_is_certainly_not_sent(desk: Bench) -> None:
    """The outbox may try again by itself."""
    channel = await desk.started()
    await desk.stop_server()
    with pytest.raises(Unavailable):
        await channel.send(reply())
    assert seen(desk) == []


async def test_a_flood_pause_is_passed_on_in_seconds(desk: Bench) -> None:
    """Telegram wants the whole bot to wait that long."""
    channel = await desk.started()
    desk.sandbox.faults.add(Fault("rate_limited", "sendMessage", seconds=20))
    with pytest.raises(Unavailable) as caught:
        await channel.send(reply())
    assert caught.value.retry_after == 20.0
    assert seen(desk) == []


async def test_a_buyer_who_blocked_the_bot_is_unreachable(desk: Bench) -> None:
    """Staff are told to use another way; no retry helps."""
    channel = await desk.started()
    desk.sandbox.buyer(CHAT).block()
    with pytest.raises(Refused) as caught:
        await channel.send(reply())
    assert (caught.value.unreachable, caught.value.fatal) == (True, False)


async def test_a_chat_that_telegram_does_not_know_is_unreachable(desk: Bench) -> None:
    """A buyer who never opened the chat, or whose account is gone."""
    channel = await desk.started()
    with pytest.raises(Refused, match=r"(?i)chat not found") as caught:
        await channel.send(reply(address="99"))
    assert caught.value.unreachable


@pytest.mark.parametrize("code", ["401", "404"])
async def test_a_revoked_token_refuses_the_whole_account(desk: Bench, code: str) -> None:
    """Not this buyer's fault: staff must be told about the bot, not about the message."""
    channel = await desk.started()
    desk.sandbox.faults.add(Fault("error", "sendMessage", code=code))
    with pytest.raises(Refused, match="BotFather") as caught:
        await channel.send(reply())
    assert (caught.value.fatal, caught.value.unreachable) == (True, False)


@pytest.mark.parametrize("status", [500, 502, 504])
async def test_a_server_error_is_an_unknown_outcome(desk: Bench, status: int) -> None:
    """A gateway in front of Telegram may fail after Telegram has done it."""
    channel = await desk.started()
    desk.sandbox.faults.add(Fault("server_error", "sendMessage", status=status))
    with pytest.raises(OutcomeUnknown):
        await channel.send(reply())


async def test_a_cancelled_send_stays_cancelled(desk: Bench) -> None:
    """Shutdown must not be taken for a failure of Telegram."""
    channel = await desk.started()
    desk.sandbox.faults.add(Fault("timeout_after", "sendMessage"))
    task = asyncio.create_task(channel.send(reply()))
    version = desk.sandbox.changed.version
    await desk.sandbox.changed.wait(version)
    task.cancel()
    await asyncio.wait([task])
    assert task.cancelled()


def raising(error: type[httpx.TransportError]) -> Callable[[httpx.Request], httpx.Response]:
    def handler(request: httpx.Request) -> httpx.Response:
        raise error("broken", request=request)

    return handler


def answering(status: int, **more: Any) -> Callable[[httpx.Request], httpx.Response]:
    return lambda _request: httpx.Response(status, **more)


def told(status: int, description: str, **parameters: Any) -> Callable[[httpx.Request], httpx.Response]:
    body = {"ok": False, "error_code": status, "description": description}
    return answering(status, json=body | ({"parameters": parameters} if parameters else {}))


async def failure(handler: Callable[[httpx.Request], httpx.Response]) -> PortError:
    """What `send` raises when the wire does this, through PTB and httpx as they are."""
    request = Request(read_timeout_s=1.0, transport=httpx.MockTransport(handler))
    try:
        await send(Bot("1:token", request=request, get_updates_request=request), reply())
    except PortError as error:
        return error
    finally:
        await request.shutdown()
    raise AssertionError("the send succeeded")


@pytest.mark.parametrize(
    ("handler", "expected"),
    [
        (raising(httpx.ConnectError), Unavailable),
        (raising(httpx.ConnectTimeout), Unavailable),
        (raising(httpx.PoolTimeout), Unavailable),
        (raising(httpx.ProxyError), Unavailable),
        (raising(httpx.ReadTimeout), OutcomeUnknown),
        (raising(httpx.WriteTimeout), OutcomeUnknown),
        (raising(httpx.ReadError), OutcomeUnknown),
        (raising(httpx.WriteError), OutcomeUnknown),
        (raising(httpx.RemoteProtocolError), OutcomeUnknown),
        (told(429, "Too Many Requests: retry after 7", retry_after=7), Unavailable),
        (answering(429, text="slow down"), Unavailable),
        (told(400, "Bad Request: message text is empty"), Refused),
        (told(400, "Bad Request: PEER_ID_INVALID"), Refused),
        (told(400, "Bad Request: upgraded", migrate_to_chat_id=-1009), Refused),
        (told(403, "Forbidden: user is deactivated"), Refused),
        (answering(403, text="<html>proxy</html>"), Refused),
        (told(500, "Internal Server Error"), OutcomeUnknown),
        (answering(502, text="<html>bad gateway</html>"), OutcomeUnknown),
        (answering(200, text="<html>login</html>"), OutcomeUnknown),
        (answering(200, json={"ok": True}), OutcomeUnknown),
        (answering(200, json=[]), OutcomeUnknown),
        (answering(200, json={"ok": True, "result": True}), OutcomeUnknown),
        (answering(200, json={"ok": True, "result": {"message_id": 5}}), OutcomeUnknown),
    ],
)
async def test_each_failure_of_the_wire_has_its_meaning(
    handler: Callable[[httpx.Request], httpx.Response], expected: type[PortError]
) -> None:
    """The outcome table. Wrong in one direction a buyer reads it twice, in the other nobody reads it."""
    error = await failure(handler)
    assert type(error) is expected
    assert "html" not in error.reason
    assert "token" not in error.reason


@pytest.mark.parametrize(
    ("description", "unreachable"),
    [("chat not found", True), ("PEER_ID_INVALID", True), ("message text is empty", False)],
)
async def test_only_a_missing_chat_makes_the_buyer_unreachable(description: str, unreachable: bool) -> None:
    """A fault of our text must not switch off the channel for this buyer."""
    error = await failure(told(400, f"Bad Request: {description}"))
    assert isinstance(error, Refused)
    assert error.unreachable is unreachable


async def test_a_moved_chat_is_refused_with_its_new_number() -> None:
    """A person decides: the approval was given for the old address."""
    assert "-1009" in (await failure(told(400, "Bad Request: upgraded", migrate_to_chat_id=-1009))).reason


@pytest.mark.parametrize(
    ("handler", "seconds"),
    [
        (told(429, "Too Many Requests: retry after 7", retry_after=7), 7.0),
        (told(429, "Too Many Requests"), None),
        (answering(429, text="slow down"), None),
    ],
)
async def test_a_pause_of_unsaid_length_is_still_a_pause(
    handler: Callable[[httpx.Request], httpx.Response], seconds: float | None
) -> None:
    """A 429 of a proxy or of a hurried server: nothing was done, and the outbox chooses how long to wait."""
    error = await failure(handler)
    assert isinstance(error, Unavailable)
    assert error.retry_after == seconds


async def pressed_button(desk: Bench) -> str:
    """The id of a press on a button that the bot had sent."""
    url = f"{desk.base}/bot{desk.sandbox.token}/sendMessage"
    keyboard = {"inline_keyboard": [[{"text": "Order 3", "callback_data": "order:3"}]]}
    async with (
        aiohttp.ClientSession() as session,
        session.post(url, json={"chat_id": CHAT, "text": "Which?", "reply_markup": keyboard}) as answer,
    ):
        number = (await answer.json())["result"]["message_id"]
    return desk.sandbox.buyer(CHAT).press(number, "order:3")


async def test_a_press_is_acknowledged(desk: Bench) -> None:
    """Else the buyer's button spins for half a minute."""
    channel = await desk.started()
    press = await pressed_button(desk)
    await channel.acknowledge_press(press)
    assert desk.sandbox.buyer(CHAT).callback_answers == {press: {}}


async def test_a_press_that_is_too_old_is_no_error(desk: Bench) -> None:
    """After a restart presses wait that Telegram has given up; nobody needs to hear of it."""
    channel = await desk.started()
    press = await pressed_button(desk)
    desk.sandbox.expire_callbacks()
    await channel.acknowledge_press(press)


async def test_another_failure_of_a_press_is_a_port_error(desk: Bench) -> None:
    """The caller knows only the port's errors."""
    channel = await desk.started()
    desk.sandbox.faults.add(Fault("rate_limited", "answerCallbackQuery", seconds=3))
    with pytest.raises(Unavailable):
        await channel.acknowledge_press("1")


async def test_no_log_holds_the_token_a_text_or_an_address(desk: Bench, caplog: pytest.LogCaptureFixture) -> None:
    """Invariant 12, with every logger turned up to DEBUG by an operator who looks for something else."""
    channel = desk.new_channel()
    for name in ("", "httpx", "httpcore", "telegram", "telegram.Bot", "aiohttp"):
        caplog.set_level(logging.DEBUG, logger=name)
    await channel.start()
    await channel.send(reply("a secret text"))
    desk.sandbox.faults.add(Fault("server_error", "sendMessage", status=502))
    with pytest.raises(OutcomeUnknown):
        await channel.send(reply("a secret text"))
    await failure(answering(502, text="a secret text"))
    desk.sandbox.faults.add(Fault("server_error", "getUpdates"))
    desk.shelf.failures = 1
    async with polling(channel, desk.shelf):
        await desk.shelf.until(1)
    logged = "\n".join(caplog.handler.format(record) for record in caplog.records)
    assert "Telegram answers with HTTP 500" in logged
    for secret in (desk.sandbox.token, "1:token", "a secret text", "hello", str(CHAT)):
        assert secret not in logged
