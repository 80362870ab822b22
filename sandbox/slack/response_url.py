"""response_url: an address with which the app may answer one interaction, five times in thirty minutes.

Source: docs.slack.dev, interactivity/handling-user-interaction (message responses), read November 2026.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web

from sandbox.slack import events
from sandbox.slack.channel import Message
from sandbox.slack.content import Content, bot_message, put_in_thread, read_content
from sandbox.slack.errors import SlackError
from sandbox.slack.methods.chat import change, remove, show_ephemeral
from sandbox.slack.params import Params
from sandbox.slack.workspace import Workspace
from sandbox.wire import Call

USES = 5
LIFETIME = timedelta(minutes=30)
_KNOWN = frozenset(
    (
        *("text", "blocks", "attachments", "metadata", "unfurl_links", "unfurl_media"),
        *("response_type", "replace_original", "delete_original", "thread_ts"),
    )
)


@dataclass(slots=True)
class Source:
    """What the person was looking at. `ts` is None for a slash command."""

    user_id: str
    channel_id: str
    ts: str | None
    at: datetime
    uses: int = 0


class ResponseUrls:
    """Issues addresses and does what is posted to them."""

    def __init__(self, space: Workspace) -> None:
        self._space = space
        self._sources: dict[str, Source] = {}
        self.reachable = True

    def issue(self, user_id: str, channel_id: str, ts: str | None = None) -> str:
        name = self._space.new_id("response-")
        self._sources[name] = Source(user_id, channel_id, ts, self._space.machine())
        return f"{self._space.base_url}/slack/response/{name}"

    async def handle(self, request: web.Request) -> web.Response:
        if not self.reachable:
            return web.Response(status=503)
        source = self._sources.get(request.match_info["id"])
        try:
            params = Params(json.loads(await request.text()))
            self._use(source)
            assert source is not None  # noqa: S101 - _use has refused None; this tells mypy
            self.say(source, params)
        except SlackError as refusal:
            return self._refused(refusal)
        call = Call("response_url", params.values, 200, {"ok": True}, self._space.now())
        self._space.calls.append(call)
        return web.Response(text="ok")

    def say(self, source: Source, params: Params) -> None:
        """Also used for what a slash command's acknowledgement carries."""
        for unknown in sorted(params.values.keys() - _KNOWN):
            self._space.violate("response_url", "unknown argument", unknown)
        if params.flag("delete_original"):
            self._delete(source)
        else:
            self._speak(source, params, read_content(self._space, "response_url", params))
        self._space.changed.set()

    def _speak(self, source: Source, params: Params, content: Content) -> None:
        channel = self._space.channels[source.channel_id]
        original = channel.find(source.ts)
        shown = self._ephemeral(source)
        if params.flag("replace_original") and original is not None:
            change(self._space, channel, original, content)
        elif params.flag("replace_original") and shown is not None:
            shown.update(text=content.text, blocks=content.blocks)
        elif params.text("response_type") == "in_channel":
            message = bot_message(self._space, channel, content)
            put_in_thread(self._space, channel, message, params.text("thread_ts"), broadcast=False)
            channel.add(message)
            self._space.emit(events.posted(channel, message))
        else:
            thread = params.text("thread_ts")
            show_ephemeral(self._space, channel, source.user_id, content, thread)

    def _delete(self, source: Source) -> None:
        channel = self._space.channels[source.channel_id]
        original, shown = channel.find(source.ts), self._ephemeral(source)
        if original is not None:
            remove(self._space, channel, original)
        elif shown is not None:
            self._space.ephemerals[source.user_id].remove(shown)

    def _ephemeral(self, source: Source) -> Message | None:
        for shown in self._space.ephemerals.get(source.user_id, []):
            if (shown["channel"], shown["ts"]) == (source.channel_id, source.ts):
                return shown
        return None

    def _use(self, source: Source | None) -> None:
        if source is None:
            raise SlackError("no_service")
        if source.uses >= USES:
            raise SlackError("used_url")
        if self._space.machine() - source.at > LIFETIME:
            raise SlackError("expired_url")
        source.uses += 1

    def _refused(self, refusal: SlackError) -> web.Response:
        status = 404 if refusal.code in ("no_service", "used_url", "expired_url") else 400
        call = Call("response_url", {}, status, refusal.answer(), self._space.now())
        self._space.calls.append(call)
        return web.json_response(refusal.answer(), status=status)


def spoken(payload: dict[str, Any]) -> bool:
    """True when an acknowledgement carries a message."""
    return bool(payload.get("text") or payload.get("blocks"))
