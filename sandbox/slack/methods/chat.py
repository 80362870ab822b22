"""chat.*: posting, changing and deleting the app's messages."""

from __future__ import annotations

import copy
from typing import Any

from sandbox.slack import events
from sandbox.slack.channel import Channel, Message
from sandbox.slack.content import Content, bot_message, put_in_thread, read_content
from sandbox.slack.errors import SlackError
from sandbox.slack.methods.method import Method
from sandbox.slack.params import Params
from sandbox.slack.workspace import Workspace


def post_message(space: Workspace, params: Params) -> dict[str, Any]:
    channel = _writable(space, params)
    content = read_content(space, "chat.postMessage", params)
    space.watch_rate(channel.id)
    message = bot_message(space, channel, content)
    put_in_thread(
        space,
        channel,
        message,
        params.text("thread_ts"),
        broadcast=params.flag("reply_broadcast"),
    )
    channel.add(message)
    space.changed.set()
    space.emit(events.posted(channel, message))
    return {"channel": channel.id, "ts": message["ts"], "message": channel.seen(message)}


def post_ephemeral(space: Workspace, params: Params) -> dict[str, Any]:
    channel = _writable(space, params)
    user = params.required("user")
    if user not in channel.members:
        raise SlackError("user_not_in_channel")
    content = read_content(space, "chat.postEphemeral", params)
    ts = show_ephemeral(space, channel, user, content, params.text("thread_ts"))
    return {"message_ts": ts}


def show_ephemeral(space: Workspace, channel: Channel, user: str, content: Content, thread_ts: str | None) -> str:
    """Show it to that person only; returns its ts."""
    shown = {
        "channel": channel.id,
        "thread_ts": thread_ts,
        "text": content.text,
        "blocks": content.blocks,
        "ts": channel.next_ts(space.now()),
    }
    space.ephemerals.setdefault(user, []).append(shown)
    space.changed.set()
    return str(shown["ts"])


def update(space: Workspace, params: Params) -> dict[str, Any]:
    """Text without blocks removes the blocks; absent metadata stays, empty metadata goes."""
    channel = space.channel_with_bot(params.required("channel"))
    message = _own(space, channel, params.required("ts"), "cant_update_message")
    if channel.archived:
        raise SlackError("is_inactive")
    content = read_content(space, "chat.update", params)
    change(space, channel, message, content)
    return {
        "channel": channel.id,
        "ts": message["ts"],
        "text": message["text"],
        "message": channel.seen(message),
    }


def change(space: Workspace, channel: Channel, message: Message, content: Content) -> None:
    """New content for a stored message of the app."""
    before = copy.deepcopy(message)
    fresh = bot_message(space, channel, content)
    for part in ("blocks", "attachments"):
        message.pop(part, None)
    if content.metadata == {}:
        message.pop("metadata", None)
    message.update({key: fresh[key] for key in _CHANGEABLE if key in fresh})
    message["edited"] = {"user": space.identity.bot_user_id, "ts": fresh["ts"]}
    space.changed.set()
    space.emit(events.changed(channel, before, copy.deepcopy(message), fresh["ts"]))


_CHANGEABLE = ("text", "blocks", "attachments", "metadata")


def delete(space: Workspace, params: Params) -> dict[str, Any]:
    channel = space.channel_with_bot(params.required("channel"))
    message = _own(space, channel, params.required("ts"), "cant_delete_message")
    remove(space, channel, message)
    return {"channel": channel.id, "ts": message["ts"]}


def remove(space: Workspace, channel: Channel, message: Message) -> None:
    channel.remove(message["ts"])
    space.changed.set()
    space.emit(events.deleted(channel, message, channel.next_ts(space.now())))


def get_permalink(space: Workspace, params: Params) -> dict[str, Any]:
    channel = space.channel(params.required("channel"))
    message = channel.find(params.required("message_ts"))
    if message is None:
        raise SlackError("message_not_found")
    path = f"archives/{channel.id}/p{message['ts'].replace('.', '')}"
    thread = message.get("thread_ts")
    tail = f"?thread_ts={thread}&cid={channel.id}" if thread else ""
    link = f"https://{space.identity.domain}.slack.com/{path}{tail}"
    return {"channel": channel.id, "permalink": link}


def _writable(space: Workspace, params: Params) -> Channel:
    channel = space.channel_with_bot(params.required("channel"))
    if channel.archived:
        raise SlackError("is_archived")
    return channel


def _own(space: Workspace, channel: Channel, ts: str, refusal: str) -> Message:
    message = channel.find(ts)
    if message is None:
        raise SlackError("message_not_found")
    if message.get("bot_id") != space.identity.bot_id:
        raise SlackError(refusal)
    return message


_SAID = "channel text blocks attachments markdown_text as_user link_names parse"
_LOOKS = "icon_emoji icon_url username"

METHODS = {
    "chat.postMessage": Method(
        post_message,
        f"{_SAID} {_LOOKS} thread_ts reply_broadcast metadata mrkdwn unfurl_links unfurl_media container_id",
        scope="chat:write",
    ),
    "chat.postEphemeral": Method(post_ephemeral, f"{_SAID} {_LOOKS} user thread_ts", scope="chat:write"),
    "chat.update": Method(update, f"{_SAID} ts metadata reply_broadcast file_ids", scope="chat:write"),
    "chat.delete": Method(delete, "channel ts as_user", scope="chat:write"),
    "chat.getPermalink": Method(get_permalink, "channel message_ts"),
}
