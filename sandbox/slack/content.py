"""What an app says in a message: read from a call, checked, and made into a message."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from itertools import chain
from typing import Any

from sandbox.slack.block_check import read_blocks
from sandbox.slack.channel import Channel, Message
from sandbox.slack.errors import SlackError
from sandbox.slack.mrkdwn_check import check_blocks, check_mrkdwn
from sandbox.slack.params import Params
from sandbox.slack.walk import elements
from sandbox.slack.workspace import Workspace

TEXT_CUT = 40_000
TEXT_BEST = 4_000
METADATA_BYTES = 16_000
FALLBACK = "This content can't be displayed."
_TS = re.compile(r"\d{10}\.\d{6}")


@dataclass(frozen=True, slots=True)
class Content:
    """`blocks` and `attachments` are empty when not given; `metadata` None keeps what was there."""

    text: str
    blocks: list[dict[str, Any]]
    attachments: list[dict[str, Any]]
    metadata: dict[str, Any] | None


def read_content(space: Workspace, method: str, params: Params) -> Content:
    """Raises SlackError for what Slack refuses; notes as violations what it would let pass."""
    text = params.text("text") or params.text("markdown_text") or ""
    raw = params.values.get("blocks")
    blocks = read_blocks(raw) if raw not in (None, "") else []
    attachments = _read_attachments(params)
    if not text.strip() and not blocks and not attachments:
        raise SlackError("no_text")
    if len(text) > TEXT_CUT:
        raise SlackError("msg_too_long")
    metadata = _read_metadata(params)
    note_slips(space, method, text, blocks)
    if params.flag("link_names") or params.text("parse") == "full":
        space.violate(method, "names in the text become mentions", "link_names or parse=full")
    space.modals.name_blocks(blocks)
    return Content(text, blocks, attachments, metadata)


def note_slips(space: Workspace, method: str, text: str, blocks: list[dict[str, Any]]) -> None:
    """Violations of one text with its blocks."""
    names = space.names()
    for slip in chain(check_mrkdwn(text, names), check_blocks(blocks, names)):
        space.violate(method, slip.what, slip.detail)
    if blocks and not text.strip():
        space.violate(method, "no text beside blocks", "push notices and screen readers use it")
    if len(text) > TEXT_BEST:
        space.violate(method, "text over 4,000 characters", str(len(text)))
    if sum(found.element.get("style") == "primary" for found in elements(blocks)) > 1:
        space.violate(method, "more than one primary button")


def _read_attachments(params: Params) -> list[dict[str, Any]]:
    try:
        attachments = params.structure("attachments") or []
    except ValueError:
        raise SlackError("invalid_attachments") from None
    if not isinstance(attachments, list):
        raise SlackError("invalid_attachments")
    return attachments


def _read_metadata(params: Params) -> dict[str, Any] | None:
    try:
        metadata = params.structure("metadata")
    except ValueError:
        raise SlackError("invalid_metadata_format") from None
    if metadata is None:
        return None
    if metadata == {}:
        return {}
    if not isinstance(metadata, dict):
        raise SlackError("invalid_metadata_format")
    if not isinstance(metadata.get("event_payload"), dict) or not metadata.get("event_type"):
        raise SlackError("invalid_metadata_schema")
    if len(json.dumps(metadata).encode()) > METADATA_BYTES:
        raise SlackError("metadata_too_large")
    return metadata


def bot_message(space: Workspace, channel: Channel, content: Content) -> Message:
    """A message of the app, not yet stored."""
    who = space.identity
    message: Message = {
        "user": who.bot_user_id,
        "type": "message",
        "ts": channel.next_ts(space.now()),
        "bot_id": who.bot_id,
        "app_id": who.app_id,
        "text": content.text or FALLBACK,
        "team": who.team_id,
        "bot_profile": {
            "id": who.bot_id,
            "app_id": who.app_id,
            "user_id": who.bot_user_id,
            "name": who.bot_name,
            "deleted": False,
            "team_id": who.team_id,
        },
    }
    if content.blocks:
        message["blocks"] = content.blocks
    if content.attachments:
        message["attachments"] = content.attachments
    if content.metadata:
        message["metadata"] = content.metadata
    return message


def put_in_thread(
    space: Workspace, channel: Channel, message: Message, wanted: str | None, *, broadcast: bool
) -> None:
    """Make it a reply, if the parent is there. Slack posts at channel root when it is not
    (langchain-ai/open-swe#2753, PostHog/posthog#83601)."""
    if not wanted:
        return
    if not _TS.fullmatch(wanted):
        space.violate("chat.postMessage", "thread_ts is no message ts", wanted)
    parent = channel.find(wanted)
    if parent is None:
        return
    if parent.get("thread_ts") not in (None, parent["ts"]):
        space.violate("chat.postMessage", "thread_ts is a reply's ts, not its parent's", wanted)
    message["thread_ts"] = parent.get("thread_ts") or parent["ts"]
    message["parent_user_id"] = parent["user"]
    if broadcast:
        message["subtype"] = "thread_broadcast"
