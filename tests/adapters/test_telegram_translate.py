"""Raw Telegram updates as events: a table of every kind, and what is shown of content that we cannot read."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from telegram.constants import MessageType

from adapters.telegram.keys import UPDATE, item_of
from adapters.telegram.translate import translate
from flows.events import (
    Buyer,
    BuyerEdited,
    BuyerEvent,
    BuyerPressed,
    BuyerReachable,
    BuyerWrote,
    Media,
    Unsupported,
)
from tests.adapters.telegram_updates import (
    BOT_ID,
    CHANNEL,
    EVERY_KIND,
    USER,
    edited,
    message,
)

SOFIA = Buyer("4500001", "Sofía Ruiz", "es")
SENT = datetime(2026, 2, 2, 2, 40, tzinfo=UTC)
EDITED = datetime(2026, 2, 2, 2, 41, tzinfo=UTC)
LARGEST = Media("photo", "id-large", "u-large", size=1000)


def wrote(text: str = "", *media: Media, album: str | None = None) -> BuyerWrote:
    return BuyerWrote(CHANNEL, SOFIA, "17", text, SENT, media, album)


def stored(kind: str, **names: Any) -> Media:
    named = {"video_note": "note", "animation": "gif", "document": "doc"}.get(kind, kind)
    return Media(kind, f"id-{named}", f"u-{named}", size=1000, **names)


def strange(what: str, external_id: str, sent_at: datetime | None = None) -> Unsupported:
    return Unsupported(CHANNEL, None, external_id, what, sent_at)


EXPECTED: dict[str, BuyerEvent] = {
    "text": wrote("¿Dónde está mi pedido?"),
    "photo": wrote("Roto", LARGEST, album="13000000000000001"),
    "document": wrote("", stored("document", name="receipt.pdf")),
    "voice": wrote("", stored("voice")),
    "audio": wrote("", stored("audio", name="noise.mp3")),
    "video": wrote("Mira", stored("video")),
    "video_note": wrote("", stored("video_note")),
    "animation": wrote("", stored("animation")),
    "sticker": wrote("", stored("sticker")),
    "location": wrote("", Media("location", name="52.520000,13.405000")),
    "venue": wrote("", Media("location", name="Post office 1.000000,2.000000")),
    "contact": wrote("", Media("contact", name="Ana +34600")),
    "dice": wrote("", Media("other", name="dice")),
    "rich_message": wrote("", Media("other", name="rich_message")),
    "edited": BuyerEdited(CHANNEL, SOFIA, "17", "¿Dónde está mi pedido 12-345?", SENT, EDITED),
    "edited_caption": BuyerEdited(CHANNEL, SOFIA, "17", "Muy roto", SENT, EDITED, (LARGEST,)),
    "pressed": BuyerPressed(CHANNEL, SOFIA, "4382000000000001", "order:3"),
    "pressed_old": BuyerPressed(CHANNEL, SOFIA, "4382000000000001", "order:3"),
    "blocked": BuyerReachable(CHANNEL, SOFIA, reachable=False, at=SENT),
    "unblocked": BuyerReachable(CHANNEL, SOFIA, reachable=True, at=SENT),
    "group": strange("group_message", "17", SENT),
    "from_bot": strange("bot_message", "17", SENT),
    "channel_post": strange("channel_post", "731640005"),
    "business": strange("business_message", "731640006"),
    "future": strange("subscription", "731640007"),
    "group_button": strange("group_button", "4382000000000001"),
    "game": Unsupported(CHANNEL, SOFIA, "9", "game_button"),
    "added_to_group": strange("my_chat_member", "731640004"),
}


def read(update: object) -> BuyerEvent:
    """As the service does it: through the stored bytes."""
    return translate(CHANNEL, UPDATE, item_of(BOT_ID, update, 0).raw)


def test_every_sample_has_its_expected_event() -> None:
    """A kind that is sampled but not expected would be tested by nobody."""
    assert EXPECTED.keys() == EVERY_KIND.keys()


@pytest.mark.parametrize("name", EVERY_KIND)
def test_an_update_becomes_its_event(name: str) -> None:
    """The golden table: what staff see of each thing that a buyer can do."""
    assert read(EVERY_KIND[name]) == EXPECTED[name]


@pytest.mark.parametrize("name", EVERY_KIND)
def test_what_an_older_release_stored_is_read_alike(name: str) -> None:
    """Rows wait across an update of Amends; the releases before spelled them in plain ASCII."""
    raw = json.dumps(EVERY_KIND[name], separators=(",", ":")).encode()
    assert translate(CHANNEL, UPDATE, raw) == EXPECTED[name]


@pytest.mark.parametrize("text", ["/start a1B2", "/help", "\0\0\0", "", "a\0b", "<b>&amp;</b>", "👩‍👩‍👧"])
def test_words_arrive_as_they_were_written(text: str) -> None:
    """Commands are words until the case logic reads them, and nothing is trimmed or unescaped on the way."""
    event = read(message(text=text))
    assert isinstance(event, BuyerWrote)
    assert (event.text, event.media) == (text, ())


def test_half_a_character_is_shown_as_a_replacement() -> None:
    """A lone surrogate is legal in JSON, but fails in every database: the rest of the text must get through."""
    event = read(message(text="broken \ud83d heart"))
    assert isinstance(event, BuyerWrote)
    assert event.text == "broken � heart"


@pytest.mark.parametrize(
    "update",
    [
        message(text="x", sticker_of="\udc00\udc00"),
        message(text="x", **{"key of half \ud83d": {"endless": float("inf")}}),
        message(text="x", reply_to_message=message(text="\ud83d")["message"]),
    ],
)
def test_half_a_character_elsewhere_does_no_harm(update: object) -> None:
    """A buyer can quote, and be named, with one: nothing that we do not even read may keep a message away."""
    assert read(update) == wrote("x")


def test_half_a_character_in_a_name_is_shown_as_a_replacement() -> None:
    """The name goes to Slack and to the database like the words."""
    event = read(message(text="x", **{"from": USER | {"first_name": "\udc00S", "last_name": None}}))
    assert isinstance(event, BuyerWrote)
    assert event.buyer.name == "\ufffdS"


READ = {kind for kind in EXPECTED if kind in frozenset(MessageType)}
AROUND = {
    "text",
    "effect_id",
    "business_connection_id",
    "reply_to_story",
    "sender_boost_count",
    "sender_business_bot",
    "suggested_post_info",
}


@pytest.mark.parametrize(
    "kind", sorted(kind.value for kind in MessageType if kind not in READ - {"dice"} | AROUND)
)
@pytest.mark.parametrize("value", [{}, {"id": 5}, [{"id": 5}], "words", 5, True])
def test_content_that_we_cannot_show_is_named(kind: str, value: object) -> None:
    """PTB's list of what a message can be: staff see that a poll or a gift came, whatever is inside it."""
    assert read(message(**{kind: value})) == wrote("", Media("other", name=kind))


OBJECTS_AROUND = """
direct_messages_topic sender_chat sender_business_bot forward_origin reply_to_message external_reply quote
reply_to_story via_bot guest_bot_caller_user guest_bot_caller_chat suggested_post_info
link_preview_options reply_markup
"""


@pytest.mark.parametrize("make", [message, edited])
@pytest.mark.parametrize("around", OBJECTS_AROUND.split())
def test_what_surrounds_unknown_content_does_not_name_it(make: Callable[..., dict[str, Any]], around: str) -> None:
    """The name is for staff: "reply_to_message" or "via_bot" would hide that a buyer sent a hologram."""
    event = read(make(**{around: {"id": 5}, "is_topic_message": True, "new_mark": True, "hologram": {"depth": 3}}))
    assert isinstance(event, BuyerWrote | BuyerEdited)
    assert event.media == (Media("other", name="hologram"),)


@pytest.mark.parametrize("content", [{}, {"poll": None}, {"effect_id": "5104841245755180586"}])
def test_a_message_with_nothing_in_it_is_still_shown(content: dict[str, Any]) -> None:
    """Content that a server leaves out for want of an API for it: staff open Telegram and look."""
    assert read(message(**content)) == wrote("", Media("other", name="message"))


def test_an_empty_word_is_no_language_and_no_album() -> None:
    """Two messages with an empty album would be shown as one."""
    event = read(message(text="x", media_group_id="", **{"from": USER | {"language_code": ""}}))
    assert event == BuyerWrote(CHANNEL, Buyer("4500001", "Sofía Ruiz"), "17", "x", SENT)


def test_a_private_chat_without_a_sender_is_named_by_the_chat() -> None:
    """`from` is optional in the Bot API; replies go to the chat in any case."""
    event = read(message(text="x", **{"from": None}))
    assert event == BuyerWrote(CHANNEL, Buyer("4500001", "Sofía Ruiz"), "17", "x", SENT)


@pytest.mark.parametrize("date", [0, 1, 253402300799])
def test_a_date_is_an_instant_in_utc(date: int) -> None:
    """Unix seconds, up to the last one that a datetime holds."""
    event = read(message(text="x", date=date))
    assert isinstance(event, BuyerWrote)
    assert event.sent_at == datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=date)
    assert event.sent_at.tzinfo is UTC
