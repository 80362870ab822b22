"""What became of a call, in the port's words. The whole table: reference "Sending: outcome table".

`BadRequest` and `TimedOut` are subclasses of PTB's `NetworkError`, so they are looked at first; and a
`NetworkError` says nothing by itself: its cause (httpx) tells whether the request had left.
"""

from __future__ import annotations

import httpx
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    NetworkError,
    TelegramError,
)

from adapters.reaching import PROXY_FAILURES
from adapters.telegram.answers import REVOKED
from adapters.telegram.request import FloodWait
from flows.ports import OutcomeUnknown, PortError, Refused, Unavailable

_NEVER_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
_NO_SUCH_CHAT = ("chat not found", "user not found", "peer_id_invalid")
_NOT_TELEGRAM = "Parsing the server response"  # PTB appends the whole body, which may hold anything
_LONGEST_REASON = 200


def outcome(error: Exception) -> PortError:
    """The port error that this failure of one call means. Anything unforeseen is an unknown outcome."""
    match error:
        case FloodWait():
            return Unavailable("Telegram asks for a pause.", retry_after=error.seconds)
        case InvalidToken():
            return Refused(REVOKED, fatal=True)
        case Forbidden():
            return Refused(f"Telegram does not deliver to this buyer: {_said(error)}", unreachable=True)
        case ChatMigrated():
            return Refused(f"This chat has moved to the new id {error.new_chat_id}.")
        case BadRequest():
            return _bad_request(error)
        case NetworkError():
            return _network(error)
    return OutcomeUnknown("Telegram answered in a way that tells nothing: the message may have been delivered.")


def _bad_request(error: BadRequest) -> Refused:
    gone = any(words in error.message.lower() for words in _NO_SUCH_CHAT)
    return Refused(f"Telegram refused it: {_said(error)}", unreachable=gone)


def _network(error: NetworkError) -> PortError:
    if isinstance(error.__cause__, PROXY_FAILURES):
        return Unavailable("The proxy does not let us through to Telegram: check TELEGRAM_PROXY or AMENDS_PROXY.")
    if isinstance(error.__cause__, _NEVER_LEFT):
        return Unavailable("Telegram cannot be reached.")
    return OutcomeUnknown("Telegram did not say what became of the message: it may have been delivered.")


def _said(error: TelegramError) -> str:
    """Telegram's own words, for people."""
    if _NOT_TELEGRAM in error.message:
        return "the answer was not Telegram's."
    return error.message[:_LONGEST_REASON]
