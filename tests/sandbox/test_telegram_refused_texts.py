"""Messages the service refuses, in its own words: the fallback to plain text is decided from these."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.sandbox.telegram_bench import Bench, running_bench

CHAT = 8001
# Where each text comes from:
CLIENT = "tdlib/telegram-bot-api telegram-bot-api/Client.cpp"
HTML = "tdlib/td test/message_entities.cpp, TEST(MessageEntities, parse_html)"
JSON = "tdlib/td tdutils/td/utils/JsonBuilder.cpp"
MTPROTO = "https://core.telegram.org/methods, error column; passed on as it is by Client.cpp"
SEEN = "expected by several public test suites that run against the real service"
RECALLED = "tdlib/td fix_formatted_text, recalled and not looked up again"

TO: dict[str, Any] = {"chat_id": CHAT}
X: dict[str, Any] = TO | {"text": "x"}
BAD_HTML = "can't parse entities: "
BAD_BUTTON = "can't parse inline keyboard button: "


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    async with running_bench() as running:
        running.sandbox.buyer(CHAT).say("hello")  # message 1, the buyer's
        yield running


def button(does: dict[str, Any]) -> dict[str, Any]:
    return {"reply_markup": {"inline_keyboard": [[{"text": "Yes"} | does]]}}


def html(text: str) -> dict[str, Any]:
    return TO | {"parse_mode": "HTML", "text": text}


# parameters of sendMessage, description (status 400), source
REFUSED: list[tuple[dict[str, Any], str, str]] = [
    ({"text": "x"}, "chat_id is empty", f"{CLIENT} check_chat"),
    ({"chat_id": 5, "text": "x"}, "chat not found", f"{CLIENT} check_chat"),
    ({"chat_id": "@nobody", "text": "x"}, "chat not found", f"{CLIENT} check_chat"),
    (TO, "message text is empty", "tucnak/telebot#518"),
    (TO | {"text": ""}, "message text is empty", "tucnak/telebot#518"),
    (TO | {"text": " \n"}, "text must be non-empty", RECALLED),
    (html("<b> </b>"), "text must be non-empty", RECALLED),
    (TO | {"text": "a" * 4097}, "message is too long", "tdlib/telegram-bot-api#353"),
    (TO | {"text": "🪑" * 2049}, "message is too long", "tdlib/telegram-bot-api#353"),
    (TO | {"text": "a" * 40000}, "text is too long", f"{CLIENT} get_formatted_text"),
    (X | {"parse_mode": "BBCode"}, "unsupported parse_mode", CLIENT),
    (html("a <x>b</x>"), BAD_HTML + 'Unsupported start tag "x" at byte offset 2', HTML),
    (html("🏟 🏟&lt;<abac>"), BAD_HTML + 'Unsupported start tag "abac" at byte offset 13', HTML),
    (html("<b>a"), BAD_HTML + 'Can\'t find end tag corresponding to start tag "b"', HTML),
    (html("a</b>"), BAD_HTML + "Unexpected end tag at byte offset 1", HTML),
    (html("<i>a</b>"), BAD_HTML + 'Unmatched end tag at byte offset 4, expected "</i>", found "</b>"', HTML),
    (html("a < b"), BAD_HTML + 'Unsupported start tag "" at byte offset 2', HTML),
    (X | {"reply_markup": "{"}, "can't parse reply keyboard markup JSON object", f"{CLIENT} get_reply_markup"),
    (X | {"reply_markup": []}, "object expected as reply markup", f"{CLIENT} get_reply_markup"),
    (
        X | {"reply_markup": {"inline_keyboard": [{"text": "Yes"}]}},
        'field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays',
        f"{CLIENT} get_reply_markup",
    ),
    (
        X | button({}),
        BAD_BUTTON + "Text buttons are unallowed in the inline keyboard",
        f"{CLIENT} get_inline_keyboard_button",
    ),
    (
        X | {"reply_markup": {"inline_keyboard": [[{"url": "https://a.b"}]]}},
        BAD_BUTTON + 'Can\'t find field "text"',
        f"{CLIENT}, {JSON}",
    ),
    (X | button({"callback_data": {}}), BAD_BUTTON + 'Field "callback_data" must be of type String', JSON),
    (X | button({"callback_data": "x" * 65}), "BUTTON_DATA_INVALID", MTPROTO),
    (X | button({"callback_data": "é" * 33}), "BUTTON_DATA_INVALID", MTPROTO),
    (X | button({"url": "nowhere"}), "BUTTON_URL_INVALID", MTPROTO),
    (
        X | {"reply_parameters": {"message_id": 999}},
        "message to be replied not found",
        f"{CLIENT} check_reply_parameters",
    ),
    (X | {"reply_parameters": {"message_id": 1, "quote": "bye"}}, "QUOTE_TEXT_INVALID", MTPROTO),
    (
        X | {"business_connection_id": "b"},
        "business connection not found",
        SEEN,
    ),
]


@pytest.mark.parametrize(("params", "reason", "source"), REFUSED)
async def test_a_bad_message_is_refused_in_the_service_s_words(
    bench: Bench, params: dict[str, Any], reason: str, source: str
) -> None:
    """Plain text once, staff, or give up: the adapter reads this text and nothing else."""
    status, body = await bench.call("sendMessage", **params)
    expected = {"ok": False, "error_code": 400, "description": f"Bad Request: {reason}"}
    assert (status, body) == (400, expected), source
    assert bench.sandbox.sent() == []


async def test_text_of_exactly_the_limit_is_accepted(bench: Bench) -> None:
    """The limit counts what is left after parsing, so markup and references are free."""
    text = "<b>" + "&amp;" * 4096 + "</b>"
    assert len((await bench.ok("sendMessage", **html(text)))["text"]) == 4096
    await bench.ok("sendMessage", chat_id=CHAT, text="🪑" * 2048)
