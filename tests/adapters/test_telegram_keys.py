"""What makes two deliveries the same thing, and what does not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from adapters.telegram.keys import UPDATE, item_of
from tests.adapters.telegram_updates import (
    BOT_ID,
    CHANNEL,
    EVERY_KIND,
    PHOTO,
    USER,
    edited,
    file,
    member,
    message,
    pressed,
)

LANE = f"{CHANNEL}:4500001"
STORED = json.loads((Path(__file__).parent / "golden" / "telegram" / "keys.json").read_text(encoding="utf-8"))
ODD: dict[str, Any] = {
    "half a character": message(text="broken \ud83d heart"),
    "words beyond ASCII": message(text='Größe "42" \\ \n\x7f 尺码 👟'),
    "words that are no words": message(text={"b": [1, 0.1, None, True], "a": "ñ"}),
    "a photo with words about another": message(
        text="hi", photo=PHOTO, reply_to_message=message(photo=PHOTO)["message"], quote={"file_unique_id": "no"}
    ),
    "media of a kind to come": message(hologram={"file_unique_id": "u-1"}, after=[file("u-2"), "x", {}]),
    "a message without a number": edited(message_id=True, text="hi"),
    "a press that is too long to be a key": pressed(id="9" * 200),
    "a press without its message": {"update_id": 9, "callback_query": {"id": "8", "from": USER, "data": "x"}},
    "nothing but a number": {"update_id": 7},
    "a kind without a chat": {"update_id": 2**63 - 1, "poll": {"id": 2**80, "share": 1e-07, "all": float("inf")}},
    "a number of no use": {"update_id": -1, "message": "?"},
    "a list": ["?", 1.0, None],
    "words alone": "\ud83d",
}


def key(update: object) -> tuple[str, str]:
    item = item_of(BOT_ID, update, 0)
    return item.external_id, item.fingerprint


@pytest.mark.parametrize(
    ("name", "external_id", "lane"),
    [
        ("text", "message:4500001:17", LANE),
        ("edited", "message:4500001:17", LANE),
        ("group", "message:-1001234567890:17", f"{CHANNEL}:-1001234567890"),
        ("pressed", "callback:4382000000000001", LANE),
        ("pressed_old", "callback:4382000000000001", LANE),
        ("game", "callback:9", LANE),
        ("blocked", "member:4500001:1770000000", LANE),
        ("channel_post", "update:731640005", f"{CHANNEL}:-100777"),
        ("business", "update:731640006", LANE),
        ("future", "update:731640007", LANE),
    ],
)
def test_each_kind_has_its_own_key_and_the_lane_of_its_chat(name: str, external_id: str, lane: str) -> None:
    """The key survives a restart of Telegram's numbering, and one buyer's things stay in one lane."""
    item = item_of(BOT_ID, EVERY_KIND[name], 0)
    assert (item.external_id, item.lane, item.kind) == (external_id, lane, UPDATE)
    assert item.position == EVERY_KIND[name]["update_id"]
    assert not item.urgent


@pytest.mark.parametrize("name", EVERY_KIND)
def test_a_redelivery_is_a_repeat(name: str) -> None:
    """Telegram delivers again whatever was not confirmed; field order is not content."""
    update = EVERY_KIND[name]
    turned = json.loads(json.dumps(update), object_pairs_hook=lambda pairs: dict(reversed(pairs)))
    assert key(turned) == key(update)


@pytest.mark.parametrize(
    "same",
    [
        message(text="hi") | {"update_id": 5},
        message(text="hi", has_protected_content=False),
        message(text="hi", **{"from": {"id": 4500001, "is_bot": False, "first_name": "Renamed"}}),
        message(text="hi", reply_to_message=message(photo=PHOTO)["message"]),
        message(text="hi", entities=[{"type": "bold", "offset": 0, "length": 2}]),
    ],
)
def test_what_surrounds_a_message_does_not_make_it_another(same: dict[str, Any]) -> None:
    """A new name of the buyer or a new field of Telegram between two deliveries must not open a second event."""
    assert key(same) == key(message(text="hi"))


@pytest.mark.parametrize(
    "other",
    [
        edited(text="hi"),
        message(text="hi!"),
        message(caption="hi", photo=PHOTO),
        message(text="hi", edit_date=1770000060),
        message(text="hi", message_id=18),
    ],
)
def test_an_edit_or_another_text_is_not_a_repeat(other: dict[str, Any]) -> None:
    """Taking an edit for a repeat would let staff approve an answer to words that no longer stand."""
    assert key(other) != key(message(text="hi"))


def test_two_edits_of_one_message_are_two_events() -> None:
    """Back to the first text is a change too: only the date of the edit tells them apart."""
    later = edited(text="hi")
    later["edited_message"]["edit_date"] += 1
    assert key(edited(text="hi")) != key(later)


def test_another_file_under_the_same_words_is_not_a_repeat() -> None:
    """An exchanged photo is new evidence."""
    assert key(edited(photo=PHOTO)) != key(edited(photo=[file("other", width=1, height=1)]))


def test_blocking_and_unblocking_within_a_second_are_two_events() -> None:
    """They share chat and date; swallowing the second would leave the buyer marked unreachable."""
    assert key(member("kicked")) != key(member("member"))


def test_a_press_on_other_data_is_not_a_repeat() -> None:
    """Same id with different content is flagged, never dropped."""
    assert key(pressed()) != key(pressed(data="order:4"))


def test_an_element_without_a_number_takes_the_last_position() -> None:
    """It keeps its place in the lane, under a key of its own content."""
    item = item_of(BOT_ID, {"message": "?"}, 41)
    assert item.position == 41
    assert item.external_id.startswith("update:")
    assert item.external_id != item_of(BOT_ID, {"message": "!"}, 41).external_id


def test_the_stored_bytes_hold_the_values_as_received() -> None:
    """Unknown fields and numbers beyond 64 bits are kept: a later release may understand them."""
    update = message(text="x", new_thing={"big": 2**80, "half": "\ud83d", "float": 0.1})
    assert json.loads(item_of(BOT_ID, update, 0).raw) == update


@pytest.mark.parametrize("name", [*EVERY_KIND, *ODD])
def test_what_names_an_update_is_what_it_was_when_shops_stored_theirs(name: str) -> None:
    """A key that changes with a release makes every redelivery after it a second event. Never write these anew."""
    item = item_of(BOT_ID, (EVERY_KIND | ODD)[name], 41)
    assert [item.external_id, item.fingerprint, item.lane, item.position] == STORED[name]


def test_every_stored_name_is_compared() -> None:
    """A sample that is taken away would take its promise with it."""
    assert STORED.keys() == (EVERY_KIND | ODD).keys()


@pytest.mark.parametrize("name", [*EVERY_KIND, *ODD])
def test_the_stored_bytes_are_the_update(name: str) -> None:
    """Whatever spells it, and with nothing left out: a later release reads these bytes."""
    update = (EVERY_KIND | ODD)[name]
    assert json.loads(item_of(BOT_ID, update, 0).raw) == update
