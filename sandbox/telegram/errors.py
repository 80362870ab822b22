"""Refusals in the words of the real service.

The wording rule (prefix by status, first letter lowered unless the text looks like an error constant) is that of
tdlib/telegram-bot-api, `Client::fail_query_with_error`.
"""

from __future__ import annotations

import math
from http import HTTPStatus
from typing import Any

POLL_CONFLICT = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
WEBHOOK_CONFLICT = (
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)
WEBHOOK_SET = "Conflict: terminated by setWebhook request"
BLOCKED = "Forbidden: bot was blocked by the user"
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as "
    "a current content and reply markup of the message"
)
OLD_QUERY = "query is too old and response timeout expired or query ID is invalid"

_DESCRIPTIONS = {
    400: "Bad Request: chat not found",
    401: "Unauthorized",
    403: BLOCKED,
    404: "Not Found",
    409: POLL_CONFLICT,
    413: "Request Entity Too Large",
}


class Refused(Exception):
    """The service said no: HTTP `status`, `description`, and `parameters` where it gives any."""

    def __init__(self, status: int, description: str, parameters: dict[str, Any] | None = None) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.parameters = parameters

    def body(self) -> dict[str, Any]:
        """The JSON that goes out."""
        told: dict[str, Any] = {
            "ok": False,
            "error_code": self.status,
            "description": self.description,
        }
        return told | ({"parameters": self.parameters} if self.parameters else {})


class NotInSandbox(Refused):
    """The real service can do it, the sandbox cannot; the caller records a violation."""

    def __init__(self, what: str) -> None:
        super().__init__(501, f"sandbox: {what} is in the Bot API but not in this sandbox")
        self.what = what


def bad_request(reason: str) -> Refused:
    """400 with `reason` as the service would print it."""
    constant = len(reason) > 1 and (reason[1] == "_" or "A" <= reason[1] <= "Z")
    told = reason if constant else reason[0].lower() + reason[1:]
    return Refused(400, f"Bad Request: {told}")


def too_many_requests(seconds: float) -> Refused:
    """429; `retry_after` is in whole seconds, at least 1."""
    wait = max(1, math.ceil(seconds))
    return Refused(429, f"Too Many Requests: retry after {wait}", {"retry_after": wait})


def named_error(code: str, seconds: float) -> Refused:
    """The service's own error for an HTTP status given as text, optionally followed by a description."""
    number, _, description = code.partition(" ")
    status = int(number)
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return too_many_requests(seconds)
    return Refused(status, description or _DESCRIPTIONS.get(status) or HTTPStatus(status).phrase)
