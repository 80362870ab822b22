"""What Telegram answered to getUpdates: a list of updates, or why there is none. Pure."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

from msgspec import MsgspecError
from msgspec.json import Decoder

from flows.ports import Refused

REVOKED = (
    "Telegram does not know this token: it was revoked or mistyped. "
    "Open @BotFather, choose the bot, copy its current token and put it into TELEGRAM_BOT_TOKEN."
)
_LONGEST_PAUSE_S = 3600.0
_BODY = Decoder()


class NoUpdates(Exception):
    """A round that brought nothing. `detail` is a plain sentence, `pause_s` the pause that Telegram asked for."""

    def __init__(self, detail: str, pause_s: float | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.pause_s = pause_s


def updates_in(status: int, body: bytes) -> list[object]:
    """The updates of an answer, each still as received. Raises NoUpdates, or Refused(fatal=True) on 401."""
    match status:
        case HTTPStatus.OK:
            return _list(body)
        case HTTPStatus.UNAUTHORIZED:
            raise Refused(REVOKED, fatal=True)
        case HTTPStatus.CONFLICT:
            raise NoUpdates("Another program polls this bot, or a webhook is set.")
        case HTTPStatus.TOO_MANY_REQUESTS:
            raise NoUpdates("Telegram asks for a pause.", retry_after(body))
    raise NoUpdates(f"Telegram answers with HTTP {status}.")


def _list(body: bytes) -> list[object]:
    updates = _object(body).get("result")
    if not isinstance(updates, list):
        raise NoUpdates("Telegram's answer holds no updates: is something else answering in its place?")
    return updates


def retry_after(body: bytes) -> float | None:
    """`parameters.retry_after` in seconds, if it is a number that can be meant."""
    parameters = _object(body).get("parameters")
    seconds = parameters.get("retry_after") if isinstance(parameters, dict) else None
    return float(seconds) if isinstance(seconds, int | float) and 0 < seconds <= _LONGEST_PAUSE_S else None


def _object(body: bytes) -> dict[str, Any]:
    """What msgspec refuses is read once more by the standard parser: it keeps half surrogates, and bytes that are
    no UTF-8 are replaced, so that one bad text blocks nothing."""
    try:
        answer = _BODY.decode(body)
    except (MsgspecError, ValueError, RecursionError):
        answer = _leniently(body)
    return answer if isinstance(answer, dict) else {}


def _leniently(body: bytes) -> object:
    try:
        return json.loads(body.decode(errors="replace"))
    except (ValueError, RecursionError):
        return None
