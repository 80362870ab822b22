"""What Slack makes of the words a person types."""

from __future__ import annotations

import re

from sandbox.slack.channel import Channel, Message
from sandbox.slack.workspace import User, Workspace

_MENTION = re.compile(r"&lt;@([UW]\w+)&gt;")
_NAMED = re.compile(r"(?<![\w<])[@#][\w.-]+")


def typed_message(space: Workspace, user: User, channel: Channel, text: str) -> Message:
    """A person's message, not yet stored: escaped, with the rich text Slack adds to it."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    words = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
    rich = {"type": "rich_text", "block_id": space.new_id("b"), "elements": [words]}
    return {
        "user": user.id,
        "type": "message",
        "ts": channel.next_ts(space.now()),
        "client_msg_id": space.new_id("client-"),
        "text": _MENTION.sub(r"<@\1>", escaped),
        "team": space.identity.team_id,
        "blocks": [rich],
    }


def with_ids(space: Workspace, text: str) -> str:
    """`should_escape` of a slash command: @name and #channel reach the app with their ids."""
    known = {f"@{each.name}": f"<@{each.id}|{each.name}>" for each in space.users.values()}
    for channel in space.channels.values():
        known[f"#{channel.name}"] = f"<#{channel.id}|{channel.name}>"
    return _NAMED.sub(lambda found: known.get(found.group(0), found.group(0)), text)
