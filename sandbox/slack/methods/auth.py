"""auth.test, api.test and apps.connections.open."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sandbox.slack.errors import SlackError
from sandbox.slack.methods.method import Method
from sandbox.slack.params import Params
from sandbox.slack.workspace import Workspace


def auth_test(space: Workspace, _params: Params) -> dict[str, Any]:
    who = space.identity
    return {
        "url": f"https://{who.domain}.slack.com/",
        "team": who.team_name,
        "user": who.bot_name,
        "team_id": who.team_id,
        "user_id": who.bot_user_id,
        "bot_id": who.bot_id,
        "is_enterprise_install": False,
    }


def api_test(_space: Workspace, params: Params) -> dict[str, Any]:
    error = params.text("error")
    if error:
        raise SlackError(error, args=params.values)
    return {"args": params.values}


def methods(new_url: Callable[[], str]) -> dict[str, Method]:
    """`new_url` issues a single-use WebSocket address."""

    def open_connection(_space: Workspace, _params: Params) -> dict[str, Any]:
        return {"url": new_url()}

    return {
        "auth.test": Method(auth_test),
        "api.test": Method(api_test, "error foo", token="none"),
        "apps.connections.open": Method(open_connection, token="app"),
    }
