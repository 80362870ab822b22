"""Known-bad calls and the service's own answers: the product's error handling is written against these texts."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.sandbox.telegram_bench import Bench, running_bench

CHAT = 8001
# Where each text comes from:
CLIENT = "tdlib/telegram-bot-api telegram-bot-api/Client.cpp"
COMMANDS = "tdlib/td td/telegram/BotCommand.cpp, set_commands"
SEEN = "expected by several public test suites that run against the real service"
JSON = "tdlib/td tdutils/td/utils/JsonBuilder.cpp"
MTPROTO = "https://core.telegram.org/methods, error column; passed on as it is by Client.cpp"


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    async with running_bench() as running:
        running.sandbox.buyer(CHAT).say("hello")  # message 1, the buyer's
        await running.ok("sendMessage", chat_id=CHAT, text="hi")  # message 2, the bot's
        yield running


def keyboard(*buttons: Any) -> dict[str, Any]:
    return {"inline_keyboard": [list(buttons)]}


PHOTO = {"type": "photo", "media": "attach://nothing"}
TO: dict[str, Any] = {"chat_id": CHAT}
NO_MESSAGE = TO | {"message_id": 999}
YES = {"text": "Yes"}
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as "
    "a current content and reply markup of the message"
)
OLD_QUERY = "query is too old and response timeout expired or query ID is invalid"

# method, parameters, description (status 400), source
BAD_REQUESTS: list[tuple[str, dict[str, Any], str, str]] = [
    ("sendPhoto", TO, "there is no photo in the request", f"{CLIENT} process_send_photo_query"),
    ("sendPhoto", TO | {"photo": "attach://none"}, "there is no photo in the request", CLIENT),
    (
        "sendDocument",
        TO | {"document": "no-such-id"},
        "wrong remote file identifier specified: can't unserialize it. Wrong last symbol",
        SEEN,
    ),
    ("sendMediaGroup", TO, 'parameter "media" is required', f"{CLIENT} get_required_string_arg"),
    (
        "sendMediaGroup",
        TO | {"media": []},
        "there are no messages to send",
        "tdlib/td check_message_group_message_contents",
    ),
    (
        "sendMediaGroup",
        TO | {"media": [PHOTO, PHOTO]},
        "can't parse InputMedia: media not found",
        f"{CLIENT} get_input_media",
    ),
    ("editMessageText", NO_MESSAGE | {"text": "x"}, "message to edit not found", f"{CLIENT} check_message"),
    (
        "editMessageText",
        TO | {"message_id": 1, "text": "x"},
        "message can't be edited",
        "yagop/node-telegram-bot-api#734",
    ),
    ("editMessageText", TO | {"message_id": 2, "text": "hi"}, NOT_MODIFIED, f"{CLIENT} fail_query_with_error"),
    ("editMessageText", TO | {"message_id": 2, "text": "a" * 4097}, "MESSAGE_TOO_LONG", "kfstorm/carnivore#3"),
    ("editMessageText", {"text": "x"}, "message identifier is not specified", f"{CLIENT} get_inline_message_id"),
    ("editMessageReplyMarkup", NO_MESSAGE, "message to edit not found", f"{CLIENT} check_message"),
    (
        "deleteMessage",
        {"message_id": 2},
        "chat identifier is not specified",
        f"{CLIENT} process_delete_message_query",
    ),
    ("deleteMessage", TO, "message identifier is not specified", f"{CLIENT} process_delete_message_query"),
    ("deleteMessage", NO_MESSAGE, "message to delete not found", f"{CLIENT} process_delete_message_query"),
    (
        "setMessageReaction",
        NO_MESSAGE,
        "message to react not found",
        f"{CLIENT} process_set_message_reaction_query",
    ),
    (
        "setMessageReaction",
        TO | {"message_id": 1, "reaction": [{"type": "emoji", "emoji": "x"}]},
        "REACTION_INVALID",
        MTPROTO,
    ),
    (
        "setMessageReaction",
        TO | {"message_id": 1, "reaction": [{"type": "star"}]},
        "can't parse ReactionType: invalid reaction type specified",
        f"{CLIENT} get_reaction_type",
    ),
    (
        "answerCallbackQuery",
        {"callback_query_id": "12"},
        OLD_QUERY,
        f"{CLIENT} fail_query_with_error; python-telegram-bot#2254",
    ),
    (
        "sendChatAction",
        TO | {"action": "dancing"},
        "wrong parameter action in request",
        f"{CLIENT} process_send_chat_action_query",
    ),
    ("getFile", {}, "file_id not specified", f"{CLIENT} check_remote_file_id"),
    ("getFile", {"file_id": "no-such-id"}, "invalid file_id", f"{CLIENT} TdOnCheckRemoteFileIdCallback"),
    ("getChat", {"chat_id": 5}, "chat not found", f"{CLIENT} check_chat"),
    (
        "setMyCommands",
        {"commands": [{"command": "help"}]},
        "can't parse BotCommand: Can't find field \"description\"",
        f"{CLIENT} get_bot_command, {JSON}",
    ),
    ("setMyCommands", {"commands": [{"command": "", "description": "x"}]}, "command must be non-empty", COMMANDS),
    (
        "setMyCommands",
        {"commands": [{"command": "h" * 33, "description": "x"}]},
        "command length must not exceed 32",
        COMMANDS,
    ),
    ("setMyCommands", {"commands": [{"command": "Help", "description": "x"}]}, "BOT_COMMAND_INVALID", MTPROTO),
    (
        "setWebhook",
        {"url": "http://shop.example"},
        "bad webhook: An HTTPS URL must be provided for webhook",
        f"{CLIENT} on_webhook_closed; the second half is recalled",
    ),
]


@pytest.mark.parametrize(("method", "params", "reason", "source"), BAD_REQUESTS)
async def test_a_bad_call_is_refused_in_the_service_s_words(
    bench: Bench, method: str, params: dict[str, Any], reason: str, source: str
) -> None:
    """Retry or not, plain text or not, dead or not: all of it is decided from this text."""
    before = bench.sandbox.chat(CHAT)
    status, body = await bench.call(method, **params)
    expected = {"ok": False, "error_code": 400, "description": f"Bad Request: {reason}"}
    assert (status, body) == (400, expected), source
    assert bench.sandbox.chat(CHAT) == before


async def test_an_album_of_eleven_is_refused_whole(bench: Bench) -> None:
    """tdlib/td check_message_group_message_contents; nothing of it may be stored."""
    photo = bench.sandbox.buyer(CHAT).photo()["photo"][-1]["file_id"]
    media = [{"type": "photo", "media": photo}] * 11
    status, body = await bench.call("sendMediaGroup", chat_id=CHAT, media=media)
    expected = "Bad Request: too many messages to send as an album"
    assert (status, body["description"]) == (400, expected)


async def test_documents_do_not_mix_with_photos(bench: Bench) -> None:
    """tdlib/td is_homogenous_media_group_content."""
    buyer = bench.sandbox.buyer(CHAT)
    photo = {"type": "photo", "media": buyer.photo()["photo"][-1]["file_id"]}
    document = {"type": "document", "media": buyer.document("a.pdf")["document"]["file_id"]}
    status, body = await bench.call("sendMediaGroup", chat_id=CHAT, media=[photo, document])
    expected = "Bad Request: document can't be mixed with other media types"
    assert (status, body["description"]) == (400, expected)


async def test_a_document_id_is_no_photo(bench: Bench) -> None:
    """tdlib/td check_input_file_id."""
    document = bench.sandbox.buyer(CHAT).document("a.pdf")["document"]["file_id"]
    status, body = await bench.call("sendPhoto", chat_id=CHAT, photo=document)
    expected = "Bad Request: can't use file of type Document as Photo"
    assert (status, body["description"]) == (400, expected)


async def test_a_caption_cannot_be_edited_as_text(bench: Bench) -> None:
    """A photo has no text: the product must send a new message instead."""
    photo = bench.sandbox.buyer(CHAT).photo()["photo"][-1]["file_id"]
    sent = await bench.ok("sendPhoto", chat_id=CHAT, photo=photo, caption="this one?")
    status, body = await bench.call(
        "editMessageText", chat_id=CHAT, message_id=sent["message_id"], text="that one?"
    )
    expected = "Bad Request: there is no text in the message to edit"
    assert (status, body["description"]) == (400, expected)


async def test_a_message_older_than_two_days_stays(bench: Bench) -> None:
    """https://core.telegram.org/bots/api#deletemessage: only within 48 hours."""
    bench.clock.forward(hours=49)
    status, body = await bench.call("deleteMessage", chat_id=CHAT, message_id=2)
    assert (status, body["description"]) == (400, "Bad Request: message can't be deleted")
    assert not bench.sandbox.chat(CHAT)[1]["deleted"]


async def test_a_reply_to_a_deleted_message_can_be_sent_anyway(bench: Bench) -> None:
    """Without allow_sending_without_reply a buyer's deletion would make the answer fail."""
    bench.sandbox.buyer(CHAT).delete(1)
    reply = {"message_id": 1, "allow_sending_without_reply": True}
    sent = await bench.ok("sendMessage", chat_id=CHAT, text="hi", reply_parameters=reply)
    assert "reply_to_message" not in sent


async def test_a_callback_can_become_too_old(bench: Bench) -> None:
    """The service forgets a press within seconds; a late answer is a 400, never a crash."""
    markup = keyboard(YES | {"callback_data": "y"})
    sent = await bench.ok("sendMessage", chat_id=CHAT, text="?", reply_markup=markup)
    buyer = bench.sandbox.buyer(CHAT)
    late, fresh = buyer.press(sent["message_id"], "y"), ""
    bench.sandbox.expire_callbacks()
    status, body = await bench.call("answerCallbackQuery", callback_query_id=late)
    assert (status, "query is too old" in body["description"]) == (400, True)
    fresh = buyer.press(sent["message_id"], "y")
    await bench.ok("answerCallbackQuery", callback_query_id=fresh)
    assert buyer.callback_answers == {fresh: {}}


@pytest.mark.parametrize(
    ("path", "status", "description"),
    [
        # PTB _baserequest.py: 404 for malformed tokens and unknown methods, 401 for well-formed wrong tokens
        ("/bot1000001:AAanother-token-of-the-right-shape/getMe", 401, "Unauthorized"),
        ("/botnonsense/getMe", 404, "Not Found"),
        ("/bot1000001:AAsandbox-token-for-loopback-only/noSuch", 404, "Not Found: method not found"),
        ("/bot1000001:AAsandbox-token-for-loopback-only/", 404, "Not Found: method not found"),
    ],
)
async def test_a_wrong_address_is_told_apart(bench: Bench, path: str, status: int, description: str) -> None:
    """A revoked token must page somebody; a typo in a method must not look like one."""
    async with bench.session.get(bench.root + path) as response:
        assert response.status == status
        expected = {"ok": False, "error_code": status, "description": description}
        assert await response.json() == expected


async def test_after_log_out_every_call_is_refused(bench: Bench) -> None:
    """logOut hands the bot to another server; going on would look like an outage."""
    assert await bench.ok("logOut") is True
    status, body = await bench.call("getMe")
    assert (status, body["description"]) == (400, "Logged out")


@pytest.mark.parametrize(
    ("method", "params", "told"),
    [
        ("sendPoll", {"chat_id": CHAT}, "method sendPoll"),
        ("banChatMember", {"chat_id": CHAT, "user_id": CHAT}, "method banChatMember"),
        ("sendMessage", {"chat_id": CHAT, "text": "*x*", "parse_mode": "MarkdownV2"}, "parse_mode MarkdownV2"),
    ],
)
async def test_what_is_not_simulated_says_so_loudly(
    bench: Bench, method: str, params: dict[str, Any], told: str
) -> None:
    """A made-up success would let a test pass that the real service fails."""
    status, body = await bench.call(method, **params)
    expected = f"sandbox: {told} is in the Bot API but not in this sandbox"
    assert (status, body["description"]) == (501, expected)
    assert f"{method}: is not simulated ({told})" in bench.complaints()
