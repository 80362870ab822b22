"""The arguments of one Web API call: form, query or JSON, read the way Slack reads them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from sandbox.slack.errors import SlackError, invalid_arguments


@dataclass(slots=True)
class Params:
    """`values` as sent (a JSON body keeps its types, a form has only strings)."""

    values: dict[str, Any]
    warnings: list[str] = field(default_factory=list)

    def text(self, name: str) -> str | None:
        """The argument as a string; None when absent."""
        value = self.values.get(name)
        return None if value is None else str(value)

    def required(self, name: str) -> str:
        value = self.text(name)
        if not value:
            raise invalid_arguments(f"missing required field: {name}")
        return value

    def flag(self, name: str, *, default: bool = False) -> bool:
        """True for JSON true and for the strings "1" and "true"."""
        value = self.values.get(name)
        return default if value is None else str(value).lower() in ("1", "true")

    def limit(self, default: int, longest: int) -> int:
        """A page size; out of range is `invalid_limit`, as in conversations.history."""
        raw = self.text("limit")
        if raw is None or raw == "0":
            return default
        if not raw.isdigit() or int(raw) > longest:
            raise SlackError("invalid_limit")
        return int(raw)

    def structure(self, name: str) -> Any:
        """A JSON argument, given as a structure or as a string; ValueError when not JSON."""
        value = self.values.get(name)
        return json.loads(value) if isinstance(value, str) else value


async def read_params(request: web.Request) -> Params:
    """Query and body together. Raises SlackError for a body that cannot be read."""
    values: dict[str, Any] = dict(request.query)
    if request.method != "POST":
        return Params(values)
    if request.content_type == "application/json":
        values.update(_json_object(await request.text()))
        return Params(values, [] if request.charset else ["missing_charset"])
    values.update(await request.post())
    return Params(values)


def _json_object(body: str) -> dict[str, Any]:
    try:
        value = json.loads(body)
    except ValueError:
        raise SlackError("invalid_json") from None
    if not isinstance(value, dict):
        raise SlackError("json_not_object")
    return value
