"""The sandbox speaks the wire: the real client library and a bare poller need nothing but a base URL."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from telegram import (
    BotCommand,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaPhoto,
    LinkPreviewOptions,
    ReplyParameters,
    Update,
)

from sandbox.telegram.spec import load_spec
from sandbox.telegram.spec_check import check_fields
from tests.sandbox.telegram_bench import Bench, running_bench


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    async with running_bench() as running:
        yield running


async def test_the_client_library_works_from_hello_to_file(bench: Bench) -> None:
    """The product uses this library for sends: everything it needs must pass without one violation."""
    buyer = bench.sandbox.buyer(7001, "Sofia", language_code="pt-br")
    async with bench.bot() as bot:
        assert (await bot.get_me()).username == "cedarhome_bot"
        buyer.say("/start abc_DEF-1")
        photo = buyer.photo(caption="the broken leg")
        updates = await bot.get_updates(timeout=5, allowed_updates=["message", "callback_query"])
        assert [update.update_id for update in updates] == [731_640_001, 731_640_002]
        first = updates[0].message
        assert first is not None
        assert first.parse_entity(first.entities[0]) == "/start"

        keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("Yes", callback_data="y:1")]])
        sent = await bot.send_message(
            7001,
            "<b>Sorry</b> &amp; thanks 🪑",
            parse_mode="HTML",
            reply_markup=keyboard,
            reply_parameters=ReplyParameters(photo["message_id"], allow_sending_without_reply=True),
            link_preview_options=LinkPreviewOptions(is_disabled=True),
        )
        assert sent.text == "Sorry & thanks 🪑"
        assert sent.reply_to_message is not None
        edited = await bot.edit_message_text("Done", 7001, sent.message_id, reply_markup=keyboard)
        assert not isinstance(edited, bool)
        assert edited.edit_date is not None

        callback_id = buyer.press(sent.message_id, "y:1")
        pressed = (await bot.get_updates(offset=updates[-1].update_id + 1))[0].callback_query
        assert pressed is not None
        assert (pressed.id, pressed.data) == (callback_id, "y:1")
        assert await pressed.answer("Saved", show_alert=True)
        assert buyer.callback_answers[callback_id] == {"text": "Saved", "show_alert": True}

        stored = await bot.get_file(photo["photo"][-1]["file_id"])
        content = bytes(await stored.download_as_bytearray())
        assert content.startswith(b"\xff\xd8")
        assert len(content) == photo["photo"][-1]["file_size"]
    assert bench.complaints() == []
    assert [entry["edits"] for entry in bench.sandbox.chat(7001)] == [0, 0, 1]


async def test_the_client_library_can_upload_and_resend(bench: Bench) -> None:
    """Multipart, attach:// and file ids are three different encodings of the same send."""
    buyer, other = bench.sandbox.buyer(7002), bench.sandbox.buyer(7102)
    async with bench.bot() as bot:
        sent = await bot.send_document(7002, b"label", filename="label.pdf", caption="Your label")
        assert sent.document is not None
        again = await bot.send_document(7002, sent.document.file_id)
        assert again.document == sent.document
        album = await bot.send_media_group(7002, [InputMediaPhoto(b"one", caption="1"), InputMediaPhoto(b"two")])
        assert len({message.media_group_id for message in album}) == 1
        await bot.send_photo(7102, b"three")
        await bot.send_voice(7102, b"four", duration=3)
        await bot.send_video(7102, b"five", duration=9, width=64, height=48)
    assert bench.complaints() == []
    assert [_kind(m) for m in buyer.received()] == ["document", "document", "photo", "photo"]
    assert [_kind(m) for m in other.received()] == ["photo", "voice", "video"]


async def test_the_client_library_can_set_up_its_bot(bench: Bench) -> None:
    """Start-up calls (commands, descriptions, webhook removal) must be accepted and remembered."""
    bench.sandbox.buyer(7003)
    async with bench.bot() as bot:
        assert await bot.delete_webhook()
        await bot.set_my_commands([BotCommand("help", "Ask")], language_code="de")
        assert [each.command for each in await bot.get_my_commands(language_code="de")] == ["help"]
        assert await bot.get_my_commands() == ()
        await bot.set_my_description("We answer here.")
        assert (await bot.get_my_description(language_code="fr")).description == "We answer here."
        await bot.set_my_short_description("Cedar Home", language_code="en")
        assert (await bot.get_chat(7003)).first_name == "Sofia"
        assert await bot.send_chat_action(7003, "typing")
        assert (await bot.get_webhook_info()).pending_update_count == 0
    assert bench.sandbox.actions == [(7003, "typing")]
    assert bench.complaints() == []


@pytest.mark.parametrize("style", ["get", "query post", "urlencoded", "multipart", "json"])
async def test_every_way_to_pass_parameters_is_understood(bench: Bench, style: str) -> None:
    """The Bot API takes five encodings; a poller written by hand may use any."""
    bench.sandbox.buyer(7004)
    params = {"chat_id": "7004", "text": "hello", "disable_notification": "true"}
    url = f"{bench.base}/sendMessage"
    requests: dict[str, dict[str, Any]] = {
        "get": {"method": "GET", "params": params},
        "query post": {"method": "POST", "params": params},
        "urlencoded": {"method": "POST", "data": params},
        "multipart": {"method": "POST", "data": _multipart(params)},
        "json": {"method": "POST", "json": {**params, "chat_id": 7004, "disable_notification": True}},
    }
    async with bench.session.request(url=url, **requests[style]) as response:
        assert response.status == 200
    assert bench.sandbox.chat(7004)[0]["silent"] is True
    assert bench.complaints() == []


async def test_method_names_ignore_case_as_the_service_does(bench: Bench) -> None:
    """tdlib/telegram-bot-api lowers the method before looking it up."""
    assert (await bench.ok("GETME"))["id"] == bench.sandbox.bot_id


async def test_everything_a_buyer_does_fits_the_description(bench: Bench) -> None:
    """A sandbox that invents fields would teach the product to read them."""
    spec = load_spec()
    buyer = bench.sandbox.buyer(7005, "Sofia", "Almeida")
    said = buyer.say("see https://example.com #broken", reply_to=None)
    buyer.say("and this", reply_to=said["message_id"])
    buyer.edit(said["message_id"], "see that")
    buyer.photo(album="a")
    buyer.photo(album="a", caption="two")
    buyer.document("invoice.pdf")
    buyer.voice()
    buyer.video()
    buyer.sticker()
    buyer.location()
    sent = await bench.ok(
        "sendMessage",
        chat_id=7005,
        text="<tg-time unix='1770000000' format='r'>soon</tg-time>",
        parse_mode="HTML",
        reply_markup={"inline_keyboard": [[{"text": "Go", "callback_data": "go"}]]},
    )
    buyer.press(sent["message_id"], "go")
    buyer.block()
    buyer.unblock()
    updates = await bench.ok("getUpdates")
    assert len(updates) == 13
    async with bench.bot() as bot:
        for update in updates:
            findings = check_fields(spec, spec.types["Update"], update, "Update")
            assert (findings.unknown, findings.loose) == ([], []), update
            parsed = Update.de_json(update, bot)
            assert parsed.api_kwargs == {}
    findings = check_fields(spec, spec.types["Message"], sent, "Message")
    assert (findings.unknown, findings.loose) == ([], [])


async def test_a_photo_album_shares_a_group_and_names_no_count(bench: Bench) -> None:
    """Album items are separate updates; only media_group_id ties them together."""
    buyer = bench.sandbox.buyer(7006)
    one, two = buyer.photo(album="x"), buyer.photo(album="x")
    other = buyer.photo(album="y")
    assert one["media_group_id"] == two["media_group_id"] != other["media_group_id"]


async def test_a_blocked_bot_cannot_write_and_the_buyer_can_come_back(bench: Bench) -> None:
    """403 is final for the outbox until my_chat_member says otherwise."""
    buyer = bench.sandbox.buyer(7007)
    buyer.block()
    status, body = await bench.call("sendMessage", chat_id=7007, text="hello?")
    assert (status, body["description"]) == (403, "Forbidden: bot was blocked by the user")
    with pytest.raises(RuntimeError):
        buyer.say("hi")
    buyer.unblock()
    await bench.ok("sendMessage", chat_id=7007, text="welcome back")
    kinds = [update["my_chat_member"]["new_chat_member"]["status"] for update in await bench.ok("getUpdates")]
    assert kinds == ["kicked", "member"]


async def test_the_phone_shows_edits_deletions_and_reactions(bench: Bench) -> None:
    """The demo page and the tests read what the buyer sees, not what was called."""
    buyer = bench.sandbox.buyer(7008)
    question = buyer.say("where is it?")
    answer = await bench.ok("sendMessage", chat_id=7008, text="Looking")
    await bench.ok("editMessageText", chat_id=7008, message_id=answer["message_id"], text="Tomorrow")
    await bench.ok(
        "setMessageReaction",
        chat_id=7008,
        message_id=question["message_id"],
        reaction=[{"type": "emoji", "emoji": "👀"}],
    )
    await bench.ok("deleteMessage", chat_id=7008, message_id=answer["message_id"])
    seen = bench.sandbox.chat(7008)
    assert [entry["from"] for entry in seen] == ["buyer", "bot"]
    assert seen[0]["reaction"] == [{"type": "emoji", "emoji": "👀"}]
    assert (seen[1]["edits"], seen[1]["deleted"]) == (1, True)
    assert seen[1]["message"]["text"] == "Tomorrow"
    assert buyer.received() == []
    assert [message["text"] for message in bench.sandbox.sent(7008)] == ["Looking"]


async def test_an_edit_without_markup_takes_the_keyboard_away(bench: Bench) -> None:
    """Real behaviour that surprises: the keyboard must be sent again with every edit."""
    buyer = bench.sandbox.buyer(7009)
    keyboard = {"inline_keyboard": [[{"text": "Yes", "callback_data": "y"}]]}
    sent = await bench.ok("sendMessage", chat_id=7009, text="Sure?", reply_markup=keyboard)
    await bench.ok("editMessageText", chat_id=7009, message_id=sent["message_id"], text="Sure!")
    with pytest.raises(LookupError):
        buyer.press(sent["message_id"], "y")


async def test_dates_come_from_the_given_clock(bench: Bench) -> None:
    """Scenarios run on a stepped clock, and so must message dates."""
    buyer = bench.sandbox.buyer(7010)
    bench.clock.forward(days=2)
    assert buyer.say("late")["date"] == int(bench.clock.moment.timestamp())


async def test_every_change_wakes_a_watcher(bench: Bench) -> None:
    """Tests wait on `changed` instead of sleeping."""
    before = bench.sandbox.changed.version
    bench.sandbox.buyer(7011).say("hi")
    after = await bench.sandbox.changed.wait(before)
    await bench.ok("sendMessage", chat_id=7011, text="hello")
    assert await bench.sandbox.changed.wait(after) > after


async def test_a_file_too_big_for_bots_has_no_download(bench: Bench) -> None:
    """20 MB is the cloud limit; the buyer must be told to send it in parts."""
    sent = bench.sandbox.buyer(7012).video(size=21 << 20)
    status, body = await bench.call("getFile", file_id=sent["video"]["file_id"])
    assert (status, body["description"]) == (400, "Bad Request: file is too big")


async def test_a_file_path_works_only_with_the_token_and_after_get_file(bench: Bench) -> None:
    """A guessed path must not answer, as it would hide a missing getFile."""
    file_id = bench.sandbox.buyer(7013).document("a.pdf")["document"]["file_id"]
    files = f"{bench.root}/file/bot{bench.sandbox.token}"
    async with bench.session.get(f"{files}/documents/file_1.pdf") as response:
        assert response.status == 404
    path = (await bench.ok("getFile", file_id=file_id))["file_path"]
    async with bench.session.get(f"{files}/{path}") as response:
        assert (await response.read()).startswith(b"%PDF")
    wrong = f"{bench.root}/file/bot1000001:{'x' * 35}/{path}"
    async with bench.session.get(wrong) as response:
        assert response.status == 401


def _kind(message: dict[str, Any]) -> str:
    return next(kind for kind in ("document", "photo", "voice", "video") if kind in message)


def _multipart(params: dict[str, str]) -> aiohttp.FormData:
    form = aiohttp.FormData(default_to_multipart=True)
    for name, value in params.items():
        form.add_field(name, value)
    return form
