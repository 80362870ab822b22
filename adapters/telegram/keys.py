"""What names a raw update before anybody has understood it: id, fingerprint, lane and position. Pure and total.

Only a few named fields are looked at, each with distrust: an update that lacks them is still stored, under a
key of its own, so that nothing ever stands in the way of the updates behind it.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any, TypeGuard

from flows.ports import Item

UPDATE = "telegram.update"

_LARGEST_NUMBER = 2**63 - 1  # a position is a database integer
_LONGEST_ID = 128
_OTHER_MESSAGES = ("reply_to_message", "external_reply", "pinned_message", "quote")  # not this one's media


def item_of(bot_id: int, update: object, last_position: int) -> Item:
    """One element of getUpdates' list as it is stored. `last_position` stands in where it has no update_id."""
    raw = json.dumps(update, separators=(",", ":")).encode()
    number = number_of(update)
    external_id, fingerprint = _identity(update, number)
    return Item(
        channel=channel_of(bot_id),
        external_id=external_id,
        fingerprint=fingerprint,
        lane=f"{channel_of(bot_id)}:{_chat(update) or '-'}",
        position=last_position if number is None else number,
        kind=UPDATE,
        raw=raw,
    )


def channel_of(bot_id: int) -> str:
    """The channel's id, from the account itself: a renewed token keeps it."""
    return f"telegram:{bot_id}"


def number_of(update: object) -> int | None:
    """The update_id, or None where there is none that we could confirm or store."""
    number = _fields(update).get("update_id")
    return number if _is_number(number) and number >= 0 else None


def kind_of(update: dict[str, Any]) -> str:
    """The name of the one optional field that an update carries (Bot API, "Update"); empty when it has none."""
    names = [name for name in update if name != "update_id"]
    return next((name for name in names if isinstance(update[name], dict)), next(iter(names), ""))


def _identity(update: object, number: int | None) -> tuple[str, str]:
    """(external_id, fingerprint), by the kind of the update."""
    fields = _fields(update)
    kind = kind_of(fields)
    content = _fields(fields.get(kind))
    match kind:
        case "message" | "edited_message" if _message_key(content):
            return f"message:{_message_key(content)}", _message_print(kind, content)
        case "callback_query" if _is_short(content.get("id")):
            return f"callback:{content['id']}", _digest(kind, content.get("data"))
        case "my_chat_member" if _is_number(_chat(update)) and _is_number(content.get("date")):
            status = _fields(content.get("new_chat_member")).get("status")
            return f"member:{_chat(update)}:{content['date']}", _digest(kind, status)
    return _unknown_identity(update, number)


def _unknown_identity(update: object, number: int | None) -> tuple[str, str]:
    """Nobody knows which fields of it are stable, so all of them count: better seen twice than lost."""
    whole = _digest("unknown", update)
    return f"update:{whole[:32] if number is None else number}", whole


def _message_key(message: dict[str, Any]) -> str | None:
    chat, number = _fields(message.get("chat")).get("id"), message.get("message_id")
    return f"{chat}:{number}" if _is_number(chat) and _is_number(number) else None


def _message_print(kind: str, message: dict[str, Any]) -> str:
    """Of a message: its words, its media and when it was edited. All else may differ between two deliveries."""
    words = message.get("text", message.get("caption"))
    return _digest(kind, words, _media_ids(message), message.get("edit_date"))


def _media_ids(message: dict[str, Any]) -> list[object]:
    """`file_unique_id` of whatever is attached, also of kinds younger than this code; of a photo every size."""
    found: list[object] = []
    for name in sorted(set(message) - set(_OTHER_MESSAGES)):
        value = message[name]
        parts = value if isinstance(value, list) else [value]
        found += [part["file_unique_id"] for part in parts if "file_unique_id" in _fields(part)]
    return found


def _chat(update: object) -> int | None:
    """The chat an update belongs to. A press may name only who pressed: in private the same number."""
    fields = _fields(update)
    content = _fields(fields.get(kind_of(fields)))
    inside = _fields(content.get("message"))
    places = (content.get("chat"), inside.get("chat"), content.get("from"), content.get("user"))
    numbers = (_fields(place).get("id") for place in places)
    return next((number for number in numbers if _is_number(number)), None)


def _digest(*parts: object) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def _fields(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _is_number(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) <= _LARGEST_NUMBER


def _is_short(value: object) -> TypeGuard[str]:
    return isinstance(value, str) and 0 < len(value) <= _LONGEST_ID and value.isascii() and value.isprintable()
