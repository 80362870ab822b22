"""Updates that nobody promised: wrong types, any JSON, any bytes. Only `Unreadable` may come of them."""

from __future__ import annotations

import copy
import json
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.telegram.answers import updates_in
from adapters.telegram.keys import UPDATE, item_of
from adapters.telegram.translate import translate
from flows.events import Buyer, BuyerEvent, BuyerWrote
from flows.ports import Unreadable
from tests.adapters.telegram_updates import (
    BOT_ID,
    CHANNEL,
    CHAT,
    EVERY_KIND,
    USER,
    edited,
    file,
    member,
    message,
    pressed,
)

SENT = datetime(2026, 2, 2, 2, 40, tzinfo=UTC)
PLAIN = BuyerWrote(CHANNEL, Buyer("4500001", "Sofía Ruiz", "es"), "17", "x", SENT)


def read(update: object) -> BuyerEvent:
    """As the service does it: through the stored bytes."""
    return translate(CHANNEL, UPDATE, item_of(BOT_ID, update, 0).raw)


@pytest.mark.parametrize(
    "update",
    [
        message(text="x", message_id=True),
        message(text="x", message_id=17.0),
        message(text="x", message_id="17"),
        message(text="x", message_id=2**63),
        message(text="x", chat=CHAT | {"id": -(2**63) - 1}),
        message(text="x", chat=CHAT | {"type": None}),
        message(text="x", **{"from": USER | {"is_bot": 0}}),
        message(text="x", **{"from": USER | {"language_code": 5}}),
        message(text="x", date=1770000000.5),
        message(text="x", date=253402300800),
        message(text="x", date=2**80),
        message(text="x", media_group_id=13),
        message(text=["x"]),
        message(caption=False),
        message(photo={"file_id": "x"}),
        message(photo=[file("large", width=2**64, height=1)]),
        message(document=file("doc", file_size=2**64)),
        message(document={"file_id": "x"}),
        message(video=7),
        message(location={"latitude": True, "longitude": 1.0}),
        message(location={"latitude": float("inf"), "longitude": 1.0}),
        message(location={"latitude": "52", "longitude": 1.0}),
        message(contact={"phone_number": 34600, "first_name": "Ana"}),
        edited(text="x", message_id=None),
        {"update_id": 1, "edited_message": message(text="x")["message"]},
        pressed(id=4382000000000001),
        pressed(data=3),
        pressed(message="?"),
        pressed(**{"from": None}),
        member("member", new_chat_member={"status": 1}),
        member("member", date=None),
        {"update_id": 2**64, "poll": {}},
        {"update_id": True, "poll": {}},
    ],
)
def test_a_field_of_another_type_is_unreadable(update: object) -> None:
    """What we read must be what Telegram promises; better a row for a person than a guess in a case."""
    with pytest.raises(Unreadable):
        read(update)


def test_why_an_update_is_unreadable_says_where_and_not_what() -> None:
    """The reason is shown and logged; a buyer's words are neither."""
    with pytest.raises(Unreadable, match=r"\$\.message\.text") as caught:
        read(message(text=["my address is"]))
    assert "address" not in caught.value.args[0]


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
        b'{"update_id":1,"poll":' + b"[" * 100_000,
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


@given(ANY_JSON, st.sampled_from(["entities", "forward_origin", "reply_markup", "quote", "via_bot", "to_come"]))
@settings(max_examples=200, deadline=None)
def test_what_no_event_needs_may_hold_anything(junk: object, name: str) -> None:
    """Telegram changes what we do not read: no release of theirs may turn plain words into dead rows."""
    update = message(text="x", **{name: junk})
    update["message"]["chat"] = CHAT | {name: junk}
    assert read(update | {name: junk}) == PLAIN


@given(st.sampled_from(sorted(EVERY_KIND)), st.data())
@settings(max_examples=400, deadline=None)
def test_damaged_bytes_are_an_event_or_unreadable(name: str, data: st.DataObject) -> None:
    """A half restored backup: bytes that are no JSON, or not the JSON that was stored."""
    raw = bytearray(item_of(BOT_ID, EVERY_KIND[name], 0).raw)
    first = data.draw(st.integers(0, len(raw)))
    raw[first : first + data.draw(st.integers(0, 4))] = data.draw(st.binary(max_size=4))
    try:
        event = translate(CHANNEL, UPDATE, bytes(raw))
    except Unreadable:
        return
    json.dumps(msgspec.to_builtins(event), ensure_ascii=False).encode()


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


@given(ANY_JSON, st.booleans())
@settings(max_examples=400, deadline=None)
def test_an_answer_holds_what_telegram_sent(update: object, ascii_only: bool) -> None:
    """Two parsers share the work: what the fast one takes must be what the standard one would have read."""
    answer = json.dumps({"ok": True, "result": [update]}, ensure_ascii=ascii_only)
    body = answer.encode(errors="surrogatepass")
    expected = json.loads(body.decode(errors="replace"))["result"]
    assert repr(updates_in(200, body)) == repr(expected)


def test_bytes_that_are_no_text_do_not_spoil_the_answer() -> None:
    """One broken word must not keep back all the updates behind it."""
    found = updates_in(200, b'{"ok":true,"result":[{"update_id":1,"a":"\xff"},{"update_id":2}]}')
    assert found == [{"update_id": 1, "a": "\ufffd"}, {"update_id": 2}]
