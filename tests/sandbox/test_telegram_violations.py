"""Mistakes the service would swallow are written down: tests end by asserting that there are none."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from tests.sandbox.telegram_bench import Bench, running_bench

CHAT = 9801


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    async with running_bench() as running:
        running.sandbox.buyer(CHAT)
        yield running


BUTTON = {"text": "Yes", "callback_data": "y"}


def one(button: dict[str, Any]) -> dict[str, Any]:
    return {"inline_keyboard": [[button]]}


# method, parameters beside chat_id, the violations that an accepted call leaves
SWALLOWED: list[tuple[str, dict[str, Any], list[str]]] = [
    (
        "sendMessage",
        {"text": "x", "disable_web_page_preview": True},
        ["unknown parameter (disable_web_page_preview)"],
    ),
    (
        "sendMessage",
        {"text": "x", "reply_markup": one(BUTTON | {"colour": "red"})},
        ["unknown field (reply_markup.inline_keyboard[0][0].colour)"],
    ),
    (
        "sendMessage",
        {"text": "x", "link_preview_options": {"disabled": True}},
        ["unknown field (link_preview_options.disabled)"],
    ),
    (
        "sendMessage",
        {"text": "x", "link_preview_options": {"is_disabled": "yes"}},
        ["is not of type Boolean (link_preview_options.is_disabled)"],
    ),
    (
        "sendMessage",
        {"text": "x", "disable_notification": "maybe"},
        ["is not of type Boolean (disable_notification)"],
    ),
    ("sendMessage", {"text": "x", "message_thread_id": "first"}, ["is not of type Integer (message_thread_id)"]),
    (
        "sendMessage",
        {"text": "x", "reply_markup": one(BUTTON | {"style": "loud"})},
        ["not one of the allowed values (reply_markup.inline_keyboard[0][0].style='loud')"],
    ),
    (
        "sendMessage",
        {"text": "x", "reply_markup": one(BUTTON | {"url": "https://a.b"})},
        ["a button does one thing, the rest is ignored (url, callback_data)"],
    ),
    (
        "sendMessage",
        {"text": "x", "reply_markup": one({"text": " ", "callback_data": "y"})},
        ["a button without text is not shown ({'text': ' ', 'callback_data': 'y'})"],
    ),
    (
        "sendMessage",
        {"text": "salt & pepper", "parse_mode": "HTML"},
        ["text not escaped for HTML (& in 'salt & pepper')"],
    ),
    ("sendMessage", {"text": "a -> b", "parse_mode": "HTML"}, ["text not escaped for HTML (> in 'a -> b')"]),
    ("sendMessage", {"text": "a &amp;amp; b", "parse_mode": "HTML"}, ["text escaped twice (&amp;)"]),
    ("sendMessage", {"text": "salt &amp; pepper"}, ["text escaped for HTML but sent without parse_mode (&amp;)"]),
    (
        "sendMessage",
        {"text": "<a href='nowhere'>x</a>", "parse_mode": "HTML"},
        ["text not escaped for HTML (the service drops the link to 'nowhere')"],
    ),
    ("sendMessage", {"text": "x", "entities": "["}, ["is not JSON and is silently ignored (entities)"]),
    (
        "sendMessage",
        {"text": "x", "entities": [{"type": "bold", "offset": 0, "length": 9}]},
        ["entity outside the text ({'type': 'bold', 'offset': 0, 'length': 9})"],
    ),
    ("getUpdates", {"limit": 500}, ["outside the limit of 1-100 value (limit)", "unknown parameter (chat_id)"]),
    (
        "setMyDescription",
        {"description": "d" * 513},
        ["outside the limit of 0-512 characters (description)", "unknown parameter (chat_id)"],
    ),
    ("setMyCommands", {}, ["missing required parameter (commands)", "unknown parameter (chat_id)"]),
]


@pytest.mark.parametrize(("method", "params", "expected"), SWALLOWED)
async def test_what_the_service_swallows_is_written_down(
    bench: Bench, method: str, params: dict[str, Any], expected: list[str]
) -> None:
    """The call succeeds, as it does in reality, and the mistake is not lost."""
    await bench.ok(method, chat_id=CHAT, **params)
    assert sorted(bench.complaints()) == [f"{method}: {what}" for what in sorted(expected)]


async def test_an_unknown_parameter_is_told_even_when_the_call_is_refused(bench: Bench) -> None:
    """The refusal speaks of something else, so the typo would stay hidden."""
    await bench.call("sendMessage", chat_id=1, text="x", parsemode="HTML")
    assert bench.complaints() == ["sendMessage: unknown parameter (parsemode)"]


async def test_loose_values_are_not_told_twice_when_the_call_is_refused(bench: Bench) -> None:
    """A refusal already tells; a violation on top would only repeat it."""
    await bench.call("sendMessage", chat_id=CHAT, text="")
    assert bench.complaints() == []


async def test_an_uploaded_file_that_nobody_names_is_told(bench: Bench) -> None:
    """A wrong attach:// name would send nothing and cost the upload."""
    form = aiohttp.FormData()
    form.add_field("chat_id", str(CHAT))
    form.add_field("text", "x")
    form.add_field("label", b"bytes", filename="label.pdf")
    async with bench.session.post(f"{bench.base}/sendMessage", data=form) as response:
        assert response.status == 200
    assert bench.complaints() == ["sendMessage: uploaded file was not used (label)"]


async def test_answering_a_press_twice_is_told(bench: Bench) -> None:
    """The second text is never shown to the buyer."""
    markup = {"inline_keyboard": [[BUTTON]]}
    sent = await bench.ok("sendMessage", chat_id=CHAT, text="?", reply_markup=markup)
    press = bench.sandbox.buyer(CHAT).press(sent["message_id"], "y")
    await bench.ok("answerCallbackQuery", callback_query_id=press)
    await bench.ok("answerCallbackQuery", callback_query_id=press, text="again")
    assert bench.complaints() == [f"answerCallbackQuery: callback query answered twice ({press})"]


async def test_a_burst_to_one_chat_would_be_rate_limited(bench: Bench) -> None:
    """About one message per second and chat is allowed; more is answered with 429 in reality."""
    moments = iter([0.0, 0.1, 0.2, 0.3, 0.4, 0.5])
    bench.sandbox.pace_by(lambda: next(moments))
    for _ in range(6):
        await bench.ok("sendMessage", chat_id=CHAT, text="x")
    assert bench.complaints() == [f"sendMessage: would be rate limited (6 messages to chat {CHAT} within 3 s)"]


async def test_a_steady_pace_or_many_chats_are_fine(bench: Bench) -> None:
    """The limit is per private chat: an outbox that spreads its sends does nothing wrong."""
    moments = iter(float(second) for second in range(20))
    bench.sandbox.pace_by(lambda: next(moments))
    for number in range(20):
        bench.sandbox.buyer(CHAT + number % 2)
        await bench.ok("sendMessage", chat_id=CHAT + number % 2, text="x")
    assert bench.complaints() == []
