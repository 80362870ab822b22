"""The outer parts of what Slack sends when a person does something.

Source: docs.slack.dev, reference/interaction-payloads and interactivity/implementing-slash-commands.
"""

from __future__ import annotations

from typing import Any

from sandbox.slack.channel import Channel
from sandbox.slack.workspace import User, Workspace

Payload = dict[str, Any]
VERIFICATION = "sandbox-verification-token"


def interaction(space: Workspace, user: User, kind: str) -> Payload:
    """What every interactive payload has."""
    who = space.identity
    return {
        "type": kind,
        "user": {
            "id": user.id,
            "username": user.name,
            "name": user.name,
            "team_id": who.team_id,
        },
        "api_app_id": who.app_id,
        "token": VERIFICATION,
        "team": {"id": who.team_id, "domain": who.domain},
        "enterprise": None,
        "is_enterprise_install": False,
    }


def in_message(channel: Channel, ts: str, thread_ts: str | None, *, ephemeral: bool) -> Payload:
    """Container and channel of a click in a message."""
    container = {
        "type": "message",
        "message_ts": ts,
        "channel_id": channel.id,
        "is_ephemeral": ephemeral,
    }
    if thread_ts:
        container["thread_ts"] = thread_ts
    return {"container": container, "channel": channel_name(channel)}


def channel_name(channel: Channel) -> Payload:
    return {"id": channel.id, "name": channel.name or "directmessage"}


def slash_command(space: Workspace, user: User, channel: Channel, command: str, text: str) -> Payload:
    who = space.identity
    return {
        "token": VERIFICATION,
        "team_id": who.team_id,
        "team_domain": who.domain,
        "channel_id": channel.id,
        "channel_name": channel.name or "directmessage",
        "user_id": user.id,
        "user_name": user.name,
        "command": command,
        "text": text,
        "api_app_id": who.app_id,
        "is_enterprise_install": "false",
    }
