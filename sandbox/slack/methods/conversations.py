"""conversations.*: channels, their members and their history."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sandbox.slack.channel import Channel, Message, is_root
from sandbox.slack.errors import SlackError
from sandbox.slack.methods.method import Method, page
from sandbox.slack.params import Params
from sandbox.slack.workspace import Workspace

_TYPES = {"public_channel": "channel", "private_channel": "group", "im": "im", "mpim": "mpim"}


def describe(space: Workspace, channel: Channel) -> dict[str, Any]:
    """A channel object."""
    direct = channel.kind == "im"
    about = {
        "id": channel.id,
        "created": channel.created,
        "is_archived": channel.archived,
        "is_im": direct,
        "is_mpim": channel.kind == "mpim",
        "is_private": channel.kind != "channel",
        "context_team_id": space.identity.team_id,
    }
    if direct:
        other = next(iter(channel.members - {space.identity.bot_user_id}))
        return about | {"user": other, "is_open": True}
    return about | {
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": channel.kind == "channel",
        "is_group": channel.kind == "group",
        "is_general": False,
        "is_member": channel.bot_in,
        "num_members": len(channel.members),
        "topic": {"value": "", "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
    }


def list_channels(space: Workspace, params: Params) -> dict[str, Any]:
    wanted = (params.text("types") or "public_channel").split(",")
    kinds = {_TYPES.get(each.strip()) for each in wanted}
    if None in kinds:
        raise SlackError("invalid_types")
    shown = [
        each
        for each in space.channels.values()
        if each.kind in kinds
        and (each.kind != "group" or each.bot_in)
        and not (params.flag("exclude_archived") and each.archived)
    ]
    part, cursor = page(shown, params, default=100, longest=1000)
    return {"channels": [describe(space, each) for each in part], **_next(cursor)}


def info(space: Workspace, params: Params) -> dict[str, Any]:
    return {"channel": describe(space, _by_id(space, params))}


def members(space: Workspace, params: Params) -> dict[str, Any]:
    channel = _by_id(space, params)
    bot = {space.identity.bot_user_id} if channel.bot_in else set()
    part, cursor = page(sorted(channel.members | bot), params, default=100, longest=1000)
    return {"members": part, **_next(cursor)}


def join(space: Workspace, params: Params) -> dict[str, Any]:
    channel = _by_id(space, params)
    if channel.kind != "channel":
        raise SlackError("method_not_supported_for_channel_type")
    if channel.archived:
        raise SlackError("is_archived")
    warnings = ["already_in_channel"] if channel.bot_in else []
    channel.bot_in = True
    space.changed.set()
    params.warnings.extend(warnings)
    return {"channel": describe(space, channel)}


def open_direct(space: Workspace, params: Params) -> dict[str, Any]:
    if given := params.text("channel"):
        return {"channel": {"id": space.channel(given).id}}
    people = [each for each in (params.text("users") or "").split(",") if each]
    if not people:
        raise SlackError("users_list_not_supplied")
    if any(each not in space.users for each in people):
        raise SlackError("user_not_found")
    channel = space.direct(people)
    whole = describe(space, channel) if params.flag("return_im") else {"id": channel.id}
    return {"channel": whole}


def history(space: Workspace, params: Params) -> dict[str, Any]:
    """Newest first; roots and broadcast replies only."""
    channel = _readable(space, params)
    window = _window(params)
    found = [each for each in channel.timeline() if window.holds(each)]
    part, cursor = page(found[::-1], params, default=100, longest=999)
    metadata = params.flag("include_all_metadata")
    return {
        "messages": [channel.seen(each, metadata=metadata) for each in part],
        "has_more": bool(cursor),
        "pin_count": 0,
        **(_next(cursor) if cursor else {}),
    }


def replies(space: Workspace, params: Params) -> dict[str, Any]:
    """The parent first, then its replies, oldest first."""
    channel = _readable(space, params)
    parent = channel.find(params.required("ts"))
    if parent is None:
        raise SlackError("thread_not_found")
    window = _window(params)
    answers = channel.replies(parent["ts"]) if is_root(parent) else []
    found = [each for each in answers if window.holds(each)]
    part, cursor = page(found, params, default=1000, longest=1000)
    metadata = params.flag("include_all_metadata")
    return {
        "messages": [channel.seen(each, metadata=metadata) for each in [parent, *part]],
        "has_more": bool(cursor),
        **(_next(cursor) if cursor else {}),
    }


@dataclass(frozen=True, slots=True)
class _Window:
    """The asked-for stretch of time; open ended where a bound is None."""

    oldest: float | None
    latest: float | None
    inclusive: bool

    def holds(self, message: Message) -> bool:
        ts = float(message["ts"])
        after = self.oldest is None or ts > self.oldest or (self.inclusive and ts == self.oldest)
        before = self.latest is None or ts < self.latest or (self.inclusive and ts == self.latest)
        return after and before


def _window(params: Params) -> _Window:
    return _Window(_bound(params, "oldest"), _bound(params, "latest"), params.flag("inclusive"))


def _bound(params: Params, name: str) -> float | None:
    value = params.text(name)
    try:
        return float(value) if value else None
    except ValueError:
        raise SlackError(f"invalid_ts_{name}") from None


def _by_id(space: Workspace, params: Params) -> Channel:
    """conversations.* take ids, no names."""
    given = params.required("channel")
    if given not in space.channels:
        raise SlackError("channel_not_found")
    return space.channel(given)


def _readable(space: Workspace, params: Params) -> Channel:
    channel = _by_id(space, params)
    if not channel.bot_in:
        raise SlackError("not_in_channel")
    return channel


def _next(cursor: str) -> dict[str, Any]:
    return {"response_metadata": {"next_cursor": cursor}}


_HISTORY = "channel cursor inclusive include_all_metadata latest limit oldest"
_READ = "channels:history"

METHODS = {
    "conversations.list": Method(
        list_channels, "cursor exclude_archived limit team_id types", scope="channels:read"
    ),
    "conversations.info": Method(info, "channel include_locale include_num_members", scope="channels:read"),
    "conversations.members": Method(members, "channel cursor limit", scope="channels:read"),
    "conversations.join": Method(join, "channel", scope="channels:join"),
    "conversations.open": Method(open_direct, "channel return_im users prevent_creation", scope="im:write"),
    "conversations.history": Method(history, _HISTORY, scope=_READ),
    "conversations.replies": Method(replies, f"{_HISTORY} ts", scope=_READ),
}
