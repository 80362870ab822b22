"""What the table of Web API methods says about each of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from sandbox.slack.errors import SlackError
from sandbox.slack.params import Params
from sandbox.slack.workspace import Workspace

Run = Callable[[Workspace, Params], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Method:
    """`run` returns the answer without `ok`. `args` are the documented names, separated by spaces."""

    run: Run
    args: str = ""
    scope: str = ""
    token: Literal["bot", "app", "none"] = "bot"

    def unknown_args(self, params: Params) -> list[str]:
        # Bolt's client adds team_id to every call.
        return sorted(params.values.keys() - set(self.args.split()) - {"token", "team_id"})


def page(items: list[Any], params: Params, *, default: int, longest: int) -> tuple[list[Any], str]:
    """One page of a list and the cursor of the next ("" at the end)."""
    from_index = cursor_index(params)
    size = params.limit(default, longest)
    more = from_index + size < len(items)
    return items[from_index : from_index + size], f"after:{from_index + size}" if more else ""


def cursor_index(params: Params) -> int:
    cursor = params.text("cursor")
    if not cursor:
        return 0
    head, _, number = cursor.partition(":")
    if head != "after" or not number.isdigit():
        raise SlackError("invalid_cursor")
    return int(number)
