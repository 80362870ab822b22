"""Reply markup: what the service accepts, refuses, or drops (tdlib/telegram-bot-api, `get_reply_markup`)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .errors import bad_request
from .links import checked_link, linked_user_id

_CALLBACK_BYTES = 64
_MOST_BUTTONS = 100
_PER_ROW = 8
_ACTIONS = (
    "url",
    "callback_data",
    "callback_game",
    "pay",
    "switch_inline_query",
    "switch_inline_query_chosen_chat",
    "switch_inline_query_current_chat",
    "login_url",
    "web_app",
    "copy_text",
)


@dataclass(frozen=True, slots=True)
class Markup:
    """`inline` stands in the message, `other` (reply keyboard, removal, force reply) does not."""

    inline: dict[str, Any] | None = None
    other: dict[str, Any] | None = None
    mistakes: list[tuple[str, str]] = field(default_factory=list)


def read_markup(value: Any) -> Markup:
    """Raises Refused."""
    if value is None:
        return Markup()
    if not isinstance(value, dict):
        raise bad_request("Object expected as reply markup")
    if rows := _rows(value, "keyboard", 'Field "keyboard" must be an Array of Arrays'):
        return Markup(other=value, mistakes=_read_reply_keyboard(rows))
    inline = 'Field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays'
    if rows := _rows(value, "inline_keyboard", inline):
        return _read_inline(rows)
    if value.get("remove_keyboard") or value.get("force_reply"):
        return Markup(other=value)
    return Markup()


def _rows(value: dict[str, Any], name: str, complaint: str) -> list[list[Any]]:
    rows = value.get(name)
    if rows is None:
        return []
    if not isinstance(rows, list):
        raise bad_request(f'Field "{name}" must be of type Array')
    if not all(isinstance(row, list) for row in rows):
        raise bad_request(complaint)
    return rows


def _read_reply_keyboard(rows: list[list[Any]]) -> list[tuple[str, str]]:
    for button in (button for row in rows for button in row):
        if isinstance(button, dict):
            if "text" not in button:
                raise bad_request("Can't parse keyboard button: Can't find field \"text\"")
        elif not isinstance(button, str):
            raise bad_request("Can't parse keyboard button: KeyboardButton must be a String or an Object")
    return []


def _read_inline(rows: list[list[Any]]) -> Markup:
    mistakes: list[tuple[str, str]] = []
    kept = [[button for button in row if _read_button(button, mistakes)] for row in rows]
    kept = [row for row in kept if row]
    if sum(map(len, kept)) > _MOST_BUTTONS:
        raise bad_request("reply markup is too long")
    wide = [len(row) for row in kept if len(row) > _PER_ROW]
    mistakes += [("more than 8 buttons in a row", str(width)) for width in wide]
    return Markup(inline={"inline_keyboard": kept} if kept else None, mistakes=mistakes)


def _read_button(button: Any, mistakes: list[tuple[str, str]]) -> bool:
    """Whether the button is shown. Raises Refused."""
    complaint = _complaint(button)
    if complaint:
        raise bad_request(f"Can't parse inline keyboard button: {complaint}")
    actions = [name for name in _ACTIONS if name in button]
    if len(actions) > 1:
        mistakes.append(("a button does one thing, the rest is ignored", ", ".join(actions)))
    if len(button.get("callback_data", "").encode()) > _CALLBACK_BYTES:
        raise bad_request("BUTTON_DATA_INVALID")
    url = button.get("url", "")
    if url and not checked_link(url) and linked_user_id(url) is None:
        raise bad_request("BUTTON_URL_INVALID")
    if not button["text"].strip():
        mistakes.append(("a button without text is not shown", str(button)))
        return False
    return True


def _complaint(button: Any) -> str:
    if not isinstance(button, dict):
        return "InlineKeyboardButton must be an Object"
    if "text" not in button:
        return 'Can\'t find field "text"'
    for name in ("text", "url", "callback_data"):
        if not isinstance(button.get(name, ""), str):
            return f'Field "{name}" must be of type String'
    if not any(button.get(name) not in (None, "") for name in _ACTIONS):
        return "Text buttons are unallowed in the inline keyboard"
    return ""


def has_button(markup: dict[str, Any] | None, data: str) -> bool:
    """Whether an inline keyboard has a callback button with this data."""
    rows = (markup or {}).get("inline_keyboard", [])
    return any(button.get("callback_data") == data for row in rows for button in row)
