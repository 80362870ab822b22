"""views.*: opening, stacking and changing modals, publishing App Home."""

from __future__ import annotations

import copy
from typing import Any

from sandbox.slack.block_check import read_view
from sandbox.slack.errors import invalid_arguments
from sandbox.slack.methods.method import Method
from sandbox.slack.modals import View
from sandbox.slack.mrkdwn_check import check_blocks
from sandbox.slack.params import Params
from sandbox.slack.triggers import Trigger
from sandbox.slack.workspace import Workspace


def open_view(space: Workspace, params: Params) -> dict[str, Any]:
    given = _read(space, "views.open", params.values.get("view"))
    trigger = _trigger(space, params)
    if trigger.view_id and space.modals.stack(trigger.user_id):
        space.violate("views.open", "a modal is open; push onto it or update it", trigger.view_id)
    view = space.modals.open(trigger.user_id, make_view(space, given))
    space.changed.set()
    return {"view": copy.deepcopy(view)}


def push(space: Workspace, params: Params) -> dict[str, Any]:
    given = _read(space, "views.push", params.values.get("view"))
    trigger = _trigger(space, params)
    view = space.modals.push(trigger.user_id, make_view(space, given))
    space.changed.set()
    return {"view": copy.deepcopy(view)}


def update(space: Workspace, params: Params) -> dict[str, Any]:
    view_id, external_id = params.text("view_id"), params.text("external_id")
    if view_id and external_id:
        raise invalid_arguments("Cannot provide both `view_id` and `external_id`")
    if not view_id and not external_id:
        raise invalid_arguments("missing required field: view_id")
    view = space.modals.find(view_id, external_id)
    given = _read(space, "views.update", params.values.get("view"), view["type"])
    space.modals.update(view, given, params.text("hash"), _second(space))
    space.changed.set()
    return {"view": copy.deepcopy(view)}


def publish(space: Workspace, params: Params) -> dict[str, Any]:
    user_id = params.required("user_id")
    if user_id not in space.users:
        raise invalid_arguments("invalid `user_id` [json-pointer:/user_id]")
    given = _read(space, "views.publish", params.values.get("view"), "home")
    view = space.modals.homes.get(user_id)
    if view is None:
        view = space.modals.homes[user_id] = make_view(space, given)
        view["root_view_id"] = view["id"]
    else:
        space.modals.update(view, given, params.text("hash"), _second(space))
    space.changed.set()
    return {"view": copy.deepcopy(view)}


def make_view(space: Workspace, given: View) -> View:
    who = space.identity
    about = {
        "team_id": who.team_id,
        "app_id": who.app_id,
        "app_installed_team_id": who.team_id,
        "bot_id": who.bot_id,
    }
    return space.modals.made(given, about, _second(space))


def check_view(space: Workspace, method: str, given: Any, kind: str = "modal") -> View:
    """A view that passed; SlackError otherwise. Slips in its texts are noted."""
    view = read_view(given, kind)
    for slip in check_blocks([view.get("title"), *view["blocks"]], space.names()):
        space.violate(method, slip.what, slip.detail)
    return view


def _read(space: Workspace, method: str, given: Any, kind: str = "modal") -> View:
    if given is None:
        raise invalid_arguments("missing required field: view")
    return check_view(space, method, given, kind)


def _trigger(space: Workspace, params: Params) -> Trigger:
    trigger_id = params.text("trigger_id")
    if not trigger_id:
        raise invalid_arguments("invalid `trigger_id` [json-pointer:/trigger_id]")
    return space.triggers.exchange(trigger_id)


def _second(space: Workspace) -> int:
    return int(space.now().timestamp())


METHODS = {
    "views.open": Method(open_view, "trigger_id interactivity_pointer view"),
    "views.push": Method(push, "trigger_id interactivity_pointer view"),
    "views.update": Method(update, "view_id external_id hash view"),
    "views.publish": Method(publish, "user_id hash view"),
}
