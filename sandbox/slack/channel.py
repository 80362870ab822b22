"""One conversation and the messages in it, as Slack keeps them."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

Message = dict[str, Any]

MICROSECONDS = 1_000_000
TS_STEP = 100


@dataclass(slots=True, eq=False)
class Channel:
    """`stored` holds wire-shaped messages by ts, oldest first; replies carry their parent's thread_ts."""

    id: str
    name: str
    members: set[str] = field(default_factory=set)
    bot_in: bool = True
    archived: bool = False
    kind: Literal["channel", "group", "im", "mpim"] = "channel"
    stored: dict[str, Message] = field(default_factory=dict)
    created: int = 0
    threads: dict[str, list[Message]] = field(default_factory=dict)
    _last_ts: int = 0

    def next_ts(self, now: datetime) -> str:
        """Later than every earlier one here, whatever the clock does. Unique in this channel only."""
        second = int(now.timestamp()) * MICROSECONDS
        self._last_ts = max(second + TS_STEP, self._last_ts + TS_STEP)
        return f"{self._last_ts // MICROSECONDS}.{self._last_ts % MICROSECONDS:06d}"

    def add(self, message: Message) -> None:
        self.stored[message["ts"]] = message
        if not is_root(message):
            self.threads.setdefault(message["thread_ts"], []).append(message)

    def find(self, ts: str | None) -> Message | None:
        return self.stored.get(ts or "")

    def remove(self, ts: str) -> Message | None:
        """Take it away; its replies stay where they are, as in Slack."""
        message = self.stored.pop(ts, None)
        if message is not None and not is_root(message):
            self.threads[message["thread_ts"]].remove(message)
        return message

    def roots(self) -> list[Message]:
        return [each for each in self.stored.values() if is_root(each)]

    def replies(self, ts: str) -> list[Message]:
        return list(self.threads.get(ts, []))

    def timeline(self) -> list[Message]:
        """What the channel itself shows: roots and broadcast replies, oldest first."""
        stored = self.stored.values()
        return [each for each in stored if is_root(each) or is_broadcast(each)]

    def seen(self, message: Message, *, metadata: bool = True) -> Message:
        """A copy as the Web API shows it, with the thread's numbers on its parent."""
        shown = copy.deepcopy(message)
        if not metadata:
            shown.pop("metadata", None)
        replies = self.replies(message["ts"]) if is_root(message) else []
        if replies:
            shown |= _thread_numbers(message["ts"], replies)
        return shown


def is_root(message: Message) -> bool:
    return message.get("thread_ts") in (None, message["ts"])


def is_broadcast(message: Message) -> bool:
    return message.get("subtype") == "thread_broadcast"


def _thread_numbers(ts: str, replies: list[Message]) -> Message:
    users = list(dict.fromkeys(each["user"] for each in replies))
    return {
        "thread_ts": ts,
        "reply_count": len(replies),
        "reply_users_count": len(users),
        "reply_users": users,
        "latest_reply": replies[-1]["ts"],
        "is_locked": False,
        "subscribed": True,
    }


def full(message: Message) -> Message:
    """The same with every field that a reader of the sandbox may ask for."""
    blank: Message = {"text": "", "blocks": [], "metadata": None, "edited": None, "reply_count": 0}
    return blank | message
