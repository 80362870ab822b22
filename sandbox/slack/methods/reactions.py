"""reactions.add and reactions.remove."""

from __future__ import annotations

import re
from typing import Any

from sandbox.slack.channel import Message
from sandbox.slack.errors import SlackError
from sandbox.slack.methods.method import Method
from sandbox.slack.params import Params
from sandbox.slack.workspace import Workspace

_NAME = re.compile(r"[a-z0-9_+'\-]+(::skin-tone-[2-6])?")


def add(space: Workspace, params: Params) -> dict[str, Any]:
    name, message = _target(space, params)
    react(space, message, name, space.identity.bot_user_id)
    return {}


def react(space: Workspace, message: Message, name: str, user_id: str) -> None:
    """Raises SlackError `already_reacted`."""
    reactions = message.setdefault("reactions", [])
    entry = next((each for each in reactions if each["name"] == name), None)
    if entry is None:
        entry = {"name": name, "users": [], "count": 0}
        reactions.append(entry)
    if user_id in entry["users"]:
        raise SlackError("already_reacted")
    entry["users"].append(user_id)
    entry["count"] = len(entry["users"])
    space.changed.set()


def remove(space: Workspace, params: Params) -> dict[str, Any]:
    name, message = _target(space, params)
    bot = space.identity.bot_user_id
    entries = [each for each in message.get("reactions", []) if each["name"] == name]
    if not entries or bot not in entries[0]["users"]:
        raise SlackError("no_reaction")
    entries[0]["users"].remove(bot)
    entries[0]["count"] -= 1
    message["reactions"] = [each for each in message["reactions"] if each["users"]]
    space.changed.set()
    return {}


def _target(space: Workspace, params: Params) -> tuple[str, Message]:
    channel = space.channel_with_bot(params.required("channel"))
    name = params.required("name")
    if not _NAME.fullmatch(name):
        raise SlackError("invalid_name")
    message = channel.find(params.required("timestamp"))
    if message is None:
        raise SlackError("message_not_found")
    if channel.archived:
        raise SlackError("is_archived")
    return name, message


METHODS = {
    "reactions.add": Method(add, "channel name timestamp", scope="reactions:write"),
    "reactions.remove": Method(remove, "channel name timestamp file file_comment", scope="reactions:write"),
}
