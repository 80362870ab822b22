"""Raw Telegram updates as events: a table of every kind, and what must hold for any JSON at all."""

from __future__ import annotations

import copy
import json
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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
from flows.ports import Unreadable
from tests.adapters.telegram_updates import BOT_ID, CHANNEL, EVERY_KIND, message

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
    "raw",
    [
        b"",
        b"{",
        b"[]",
        b"7",
        b"\xff\xfe\xfd",
        b'{"message":{}}',
        b'{"update_id":1,"message":{"message_id":1}}',
        b'{"update_id":1,"message":"no"}',
        b'{"update_id":"1","poll":{}}',
        json.dumps(message(text=5)).encode(),
        json.dumps(message(date="today", text="x")).encode(),
        json.dumps(message(date=10**18, text="x")).encode(),
        json.dumps(message(chat={"id": "me", "type": "private"}, text="x")).encode(),
        b"[" * 100_000,
    ],
)
def test_what_cannot_be_read_is_unreadable(raw: bytes) -> None:
    """The port's promise: the row is parked for a person, and the engine sees no other error."""
    with pytest.raises(Unreadable):
        translate(CHANNEL, UPDATE, raw)


def test_another_kind_of_payload_is_unreadable() -> None:
    """A row that an older or newer release stored must not be read as something else."""
    with pytest.raises(Unreadable, match=r"telegram\.webhook"):
        translate(CHANNEL, "telegram.webhook", b"{}")


ANY_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(st.characters(exclude_categories=())),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)


def spots(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path of every value inside."""
    if not isinstance(value, dict | list):
        return []
    pairs = list(value.items() if isinstance(value, dict) else enumerate(value))
    found = [(*path, key) for key, _ in pairs]
    return found + [deep for key, each in pairs for deep in spots(each, (*path, key))]


@st.composite
def mutated(draw: st.DrawFn) -> dict[str, Any]:
    """A sample with one to three of its values replaced by any JSON, or taken away."""
    update = copy.deepcopy(EVERY_KIND[draw(st.sampled_from(sorted(EVERY_KIND)))])
    for _ in range(draw(st.integers(1, 3))):
        if not update:
            break
        *way, last = draw(st.sampled_from(spots(update)))
        place: Any = update
        for step in way:
            place = place[step]
        if draw(st.booleans()) and isinstance(place, dict):
            del place[last]
        else:
            place[last] = draw(ANY_JSON)
    return update


@given(ANY_JSON | mutated())
@settings(max_examples=400, deadline=None)
def test_any_json_is_an_event_of_sound_values_or_unreadable(update: object) -> None:
    """Nothing that ever comes in may raise another error later, in the engine or in a database."""
    try:
        event = read(update)
    except Unreadable:
        return
    plain = msgspec.to_builtins(event)
    assert msgspec.convert(plain, type(event)) == event
    json.dumps(plain, ensure_ascii=False).encode()


@given(ANY_JSON | mutated(), st.integers(0, 2**63 - 1))
@settings(max_examples=400, deadline=None)
def test_any_json_can_be_stored(update: object, last: int) -> None:
    """An element that cannot be named would block all that comes after it."""
    item = item_of(BOT_ID, update, last)
    assert json.loads(item.raw) == update
    assert item.channel == CHANNEL
    assert item.lane.startswith(f"{CHANNEL}:")
    assert 0 <= item.position < 2**63
    assert all(key.isascii() and key.isprintable() and len(key) < 200 for key in (item.external_id, item.lane))
    assert len(item.fingerprint) == 64
