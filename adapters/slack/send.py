"""What is posted: cards, history, alerts and words for one person. One attempt each, outcomes as port errors."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from adapters.slack.account import member
from adapters.slack.card import Message, alarm, card
from adapters.slack.markup import Block, cut, escape, lines_object
from adapters.slack.story import history, people
from adapters.slack.web import Answer, Web
from flows.ports import CardRef, Gone, PortError, StaffMember, Unavailable
from flows.rich import Rich, plain
from flows.view import AlarmView, CardView

CLOCKS_MAY_DIFFER = timedelta(seconds=60)


class Board:
    """The desk's channel, written to. Cards and threads are projections: safe to repeat by key."""

    def __init__(self, web: Web, channel: str) -> None:
        self._web, self._channel = web, channel
        self._names: dict[str, str] = {}

    def know(self, staff: Sequence[StaffMember]) -> None:
        """Remember people's names, for threads that name them without mentioning them."""
        self._names.update({person.id: person.name for person in staff})

    async def show_card(self, view: CardView, posted: CardRef | None) -> CardRef:
        message = card(view)
        return await (self._change(message, posted) if posted else self._post(message))

    async def post_history(self, posted: CardRef, key: str, lines: Sequence[Rich]) -> str:
        await self._learn(lines)
        return (await self._post(history(key, lines, self._names), posted)).message

    async def post_alarm(self, view: AlarmView, posted: CardRef | None) -> CardRef:
        return await self._post(alarm(view, self._names), None if view.loud else posted)

    async def refresh_alarm(self, view: AlarmView, posted: CardRef) -> CardRef:
        return await self._change(alarm(view, self._names), posted)

    async def _post(self, message: Message, thread: CardRef | None = None) -> CardRef:
        """A new message, in the channel or below a card. Raises Gone when that card was deleted."""
        place = {"channel": thread.channel, "thread_ts": thread.message} if thread else {"channel": self._channel}
        answer = await self._web.say(
            "chat.postMessage", **place, **_content(message), unfurl_links=False, unfurl_media=False
        )
        posted = CardRef(str(answer["channel"]), str(answer["ts"]))
        if thread:
            await self._still_there(answer, posted)
        return posted

    async def _still_there(self, answer: Answer, posted: CardRef) -> None:
        """A reply whose parent is gone does not fail, Slack puts it into the channel: take it away again."""
        if (answer.get("message") or {}).get("thread_ts"):
            return
        with contextlib.suppress(PortError):
            await self._web.put("chat.delete", channel=posted.channel, ts=posted.message)
        raise Gone("the card in Slack was deleted")

    async def _change(self, message: Message, posted: CardRef) -> CardRef:
        """Blocks and text together: text alone would take the blocks away."""
        await self._web.put("chat.update", channel=posted.channel, ts=posted.message, **_content(message))
        return posted

    async def find(self, thread: CardRef | None, keys: Collection[str], since: datetime) -> dict[str, CardRef]:
        """The messages with these keys, posted after `since` (less a minute: our clock is not Slack's)."""
        oldest = f"{(since - CLOCKS_MAY_DIFFER).timestamp():.6f}"
        place: dict[str, Any] = {"channel": self._channel}
        method = "conversations.history"
        if thread:
            method, place = "conversations.replies", {"channel": thread.channel, "ts": thread.message}
        pages = self._web.pages(method, "messages", **place, oldest=oldest, include_all_metadata="true")
        found: dict[str, CardRef] = {}
        with contextlib.suppress(Gone):
            async with contextlib.aclosing(pages):
                async for message in pages:
                    key = _key(message)
                    if key is not None and key in keys:
                        found[key] = CardRef(place["channel"], str(message["ts"]))
                    if len(found) == len(keys):
                        break  # history is rationed (50 calls a minute): no page more than needed
        return found

    async def tell(self, person: str, words: Rich, posted: CardRef | None = None) -> None:
        """In the channel itself: ephemerals in a thread are only seen by those who have it open."""
        await self._learn([words])
        channel = posted.channel if posted else self._channel
        block = {"type": "section", "text": lines_object((words,), self._names)}
        await self._whisper(channel, person, plain(words), [block])

    async def _whisper(self, channel: str, person: str, text: str, blocks: list[Block]) -> None:
        said = {"channel": channel, "user": person, "text": escape(cut(text, 2500)) or "…", "blocks": blocks}
        await self._web.say("chat.postEphemeral", **said)

    async def open_view(self, trigger: str, view: Block) -> None:
        """Within three seconds of the click, and once. Raises any port error."""
        await self._web.say("views.open", trigger_id=trigger, view=view)

    async def update_view(self, view_id: str, view: Block) -> None:
        """Show another dialog in an open one's place. Raises any port error."""
        await self._web.put("views.update", view_id=view_id, view=view)

    async def _learn(self, lines: Sequence[Rich]) -> None:
        """Look up the names of people nobody has told us of; without one, the id is shown."""
        for unknown in people(lines) - self._names.keys():
            try:
                found = await member(self._web, unknown)
            except Unavailable:
                raise
            except PortError:
                found = None
            self._names[unknown] = found.name if found else unknown


def _content(message: Message) -> dict[str, Any]:
    return {"text": message.text, "blocks": message.blocks, "metadata": message.metadata()}


def _key(message: dict[str, Any]) -> str | None:
    payload = (message.get("metadata") or {}).get("event_payload") or {}
    key = payload.get("k")
    return key if isinstance(key, str) else None
