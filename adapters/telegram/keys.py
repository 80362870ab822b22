"""What names a raw update before anybody has understood it: id, fingerprint, lane and position. Pure and total.

Only a few named fields are looked at, each with distrust: an update that lacks them is still stored, under a
key of its own, so that nothing ever stands in the way of the updates behind it.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any, TypeGuard

from msgspec.json import Encoder

from flows.ports import Item

UPDATE = "telegram.update"

_LARGEST_NUMBER = 2**63 - 1  # a position is a database integer
_LONGEST_ID = 128
_OTHER_MESSAGES = ("reply_to_message", "external_reply", "pinned_message", "quote")  # not this one's media
_COMPACT = Encoder()
_CANONICAL = json.JSONEncoder(sort_keys=True)  # its every byte is in stored fingerprints: not to be changed


def item_of(bot_id: int, update: object, last_position: int) -> Item:
    """One element of getUpdates' list as it is stored. `last_position` stands in where it has no update_id."""
    fields = _fields(update)
    kind = kind_of(fields)
    content = _fields(fields.get(kind))
    channel, chat, number = channel_of(bot_id), _chat(content), number_of(update)
    key, fingerprint = _identity(kind, content, chat) or _unknown_identity(update, number)
    return Item(
        channel=channel,
        external_id=key,
        fingerprint=fingerprint,
        lane=f"{channel}:{chat or '-'}",
        position=last_position if number is None else number,
        kind=UPDATE,
        raw=_spelled(update),
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
    for name, value in update.items():
        if isinstance(value, dict) and name != "update_id":
            return name
    return next((name for name in update if name != "update_id"), "")


def _spelled(update: object) -> bytes:
    """The same values as JSON. The standard library keeps what msgspec refuses (half a surrogate pair) or would
    make null (an infinite number, from 1e999)."""
    try:
        raw = _COMPACT.encode(update)
    except UnicodeEncodeError:
        raw = b"null"
    return raw if b"null" not in raw else json.dumps(update, separators=(",", ":")).encode()


def _identity(kind: str, content: dict[str, Any], chat: int | None) -> tuple[str, str] | None:
    """(external_id, fingerprint), by the kind of the update; None for a kind without a key of its own."""
    match kind:
        case "message" | "edited_message" if key := _message_key(content):
            return f"message:{key}", _message_print(kind, content)
        case "callback_query" if _is_short(content.get("id")):
            return f"callback:{content['id']}", _digest(kind, content.get("data"))
        case "my_chat_member" if _is_number(chat) and _is_number(content.get("date")):
            status = _fields(content.get("new_chat_member")).get("status")
            return f"member:{chat}:{content['date']}", _digest(kind, status)
    return None


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
    attached = [name for name, value in message.items() if isinstance(value, dict | list)]
    found: list[object] = []
    for name in sorted(set(attached).difference(_OTHER_MESSAGES)):
        value = message[name]
        parts = value if isinstance(value, list) else [value]
        found += [part["file_unique_id"] for part in parts if "file_unique_id" in _fields(part)]
    return found


def _chat(content: dict[str, Any]) -> int | None:
    """The chat an update belongs to. A press may name only who pressed: in private the same number."""
    inside = _fields(content.get("message"))
    for place in (content.get("chat"), inside.get("chat"), content.get("from"), content.get("user")):
        number = _fields(place).get("id")
        if _is_number(number):
            return number
    return None


def _digest(*parts: object) -> str:
    return hashlib.sha256(_CANONICAL.encode(parts).encode()).hexdigest()


def _fields(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _is_number(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) <= _LARGEST_NUMBER


def _is_short(value: object) -> TypeGuard[str]:
    return isinstance(value, str) and 0 < len(value) <= _LONGEST_ID and value.isascii() and value.isprintable()
