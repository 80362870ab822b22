"""Field values that are what their type says. PTB checks none, and a stored update may hold any JSON."""

from __future__ import annotations

from flows.ports import Unreadable


def text(value: object) -> str:
    """The words, unchanged but for halves of a surrogate pair (U+FFFD), which no database or Slack can take."""
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Unreadable(f"A Telegram update holds {type(value).__name__} where words belong.")
    return value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def optional_text(value: object) -> str | None:
    return text(value) or None


def whole(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise Unreadable(f"A Telegram update holds {type(value).__name__} where a whole number belongs.")
    return value


def optional_whole(value: object) -> int | None:
    return None if value is None else whole(value)
