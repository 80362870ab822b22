"""The refusals of the Web API: HTTP 200 with `ok: false` and one error string."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


class SlackError(Exception):
    """A documented error string, with whatever else the real answer carries beside it."""

    def __init__(self, code: str, **more: Any) -> None:
        super().__init__(code)
        self.code = code
        self.more = more

    def answer(self) -> dict[str, Any]:
        return {"ok": False, "error": self.code, **self.more}


def invalid_arguments(*what: str) -> SlackError:
    """Shape as answered in slack-go/slack#805 and slackapi/java-slack-sdk#302."""
    return SlackError("invalid_arguments", response_metadata={"messages": _marked(what)})


def invalid_blocks(what: Sequence[str]) -> SlackError:
    """Both lists, as answered to chat.postMessage (incidentbot/incidentbot#328)."""
    return SlackError("invalid_blocks", errors=list(what), response_metadata={"messages": _marked(what)})


def _marked(what: Sequence[str]) -> list[str]:
    return [f"[ERROR] {line}" for line in what]
