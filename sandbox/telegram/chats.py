"""What both sides see: the messages of each private chat, in order, with edits and deletions."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from .errors import Refused, bad_request

Side = Literal["buyer", "bot"]


@dataclass(slots=True)
class Entry:
    """One message. `keyboard` is a reply keyboard sent with it (those are no part of the message)."""

    side: Side
    message: dict[str, Any]
    at: datetime
    edits: int = 0
    deleted: bool = False
    silent: bool = False
    keyboard: dict[str, Any] | None = None
    reaction: list[dict[str, Any]] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """A copy for readers: from, message, edits, deleted, and what else the phone shows."""
        shown = {
            "from": self.side,
            "message": self.message,
            "edits": self.edits,
            "deleted": self.deleted,
            "silent": self.silent,
            "keyboard": self.keyboard,
            "reaction": self.reaction,
        }
        return copy.deepcopy(shown)


@dataclass(slots=True)
class Chat:
    """A private chat: `person` is the Bot API User, `info` the Chat."""

    person: dict[str, Any]
    info: dict[str, Any]
    entries: list[Entry] = field(default_factory=list)
    blocked: bool = False

    def find(self, message_id: int) -> Entry | None:
        """A message that is still there."""
        for entry in self.entries:
            if entry.message["message_id"] == message_id and not entry.deleted:
                return entry
        return None


@dataclass(slots=True)
class Chats:
    """Every chat the bot knows. Message ids count up over all of them, as they do for a bot's private chats."""

    _chats: dict[int, Chat] = field(default_factory=dict)
    _last_id: int = 0

    def open(self, chat_id: int, first_name: str, last_name: str, language: str | None) -> Chat:
        names = {"first_name": first_name} | ({"last_name": last_name} if last_name else {})
        person = {"id": chat_id, "is_bot": False} | names
        if language:
            person["language_code"] = language
        self._chats[chat_id] = Chat(person, {"id": chat_id, "type": "private"} | names)
        return self._chats[chat_id]

    def open_group(self, chat_id: int, title: str) -> Chat:
        """A group: the bot may write into it. Nobody of it speaks here."""
        self._chats[chat_id] = Chat({}, {"id": chat_id, "type": "supergroup", "title": title})
        return self._chats[chat_id]

    def get(self, chat_id: int) -> Chat | None:
        return self._chats.get(chat_id)

    def require(self, chat_id: Any) -> Chat:
        """The chat a method names. Raises Refused."""
        if chat_id is None:
            raise bad_request("chat_id is empty")
        chat = self._chats.get(chat_id) if isinstance(chat_id, int) else None
        if chat is None:
            raise bad_request("chat not found")
        return chat

    def writable(self, chat_id: Any) -> Chat:
        """The same, where a blocked bot may not act. Raises Refused."""
        chat = self.require(chat_id)
        if chat.blocked:
            raise Refused(403, "Forbidden: bot was blocked by the user")
        return chat

    def new_message(self, chat: Chat, sender: dict[str, Any], now: datetime) -> dict[str, Any]:
        """The head of a message: id, from, chat, date."""
        self._last_id += 1
        return {
            "message_id": self._last_id,
            "from": sender,
            "chat": chat.info,
            "date": int(now.timestamp()),
        }


def quoted(message: dict[str, Any]) -> dict[str, Any]:
    """A message as it stands inside a reply: without its own reply."""
    shown = copy.deepcopy(message)
    shown.pop("reply_to_message", None)
    return shown
