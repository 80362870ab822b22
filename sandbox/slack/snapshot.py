"""The whole workspace as JSON, for a page that shows it."""

from __future__ import annotations

import copy
from typing import Any

from sandbox.slack.channel import Channel, full
from sandbox.slack.workspace import User, Workspace


def snapshot(space: Workspace, connections: int, *, reachable: bool) -> dict[str, Any]:
    """Everything visible; messages oldest first, each root with its thread."""
    who = space.identity
    return {
        "team": {"id": who.team_id, "name": who.team_name},
        "bot": {"user_id": who.bot_user_id, "name": who.bot_name},
        "connections": connections,
        "reachable": reachable,
        "channels": [_channel(each) for each in space.channels.values()],
        "people": [_person(space, each) for each in space.users.values() if not each.is_bot],
        "groups": [
            {"id": each.id, "handle": each.handle, "members": list(each.members)} for each in space.groups.values()
        ],
        "violations": [str(each) for each in space.violations],
    }


def messages(channel: Channel) -> list[dict[str, Any]]:
    return [full(channel.seen(each)) for each in channel.roots()]


def thread(channel: Channel, ts: str) -> list[dict[str, Any]]:
    return [full(channel.seen(each)) for each in channel.replies(ts)]


def _channel(channel: Channel) -> dict[str, Any]:
    return {
        "id": channel.id,
        "name": channel.name,
        "kind": channel.kind,
        "archived": channel.archived,
        "bot_in": channel.bot_in,
        "members": sorted(channel.members),
        "messages": [shown | {"thread": thread(channel, shown["ts"])} for shown in messages(channel)],
    }


def _person(space: Workspace, user: User) -> dict[str, Any]:
    return copy.deepcopy(
        {
            "id": user.id,
            "name": user.name,
            "real_name": user.real_name,
            "tz": user.tz,
            "locale": user.locale,
            "ephemerals": space.ephemerals.get(user.id, []),
            "views": space.modals.stack(user.id),
            "home": space.modals.homes.get(user.id),
        }
    )
