"""A person with a phone in one private chat with the bot."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from typing import Any

from .chats import Chat, Entry, quoted
from .files import StoredFile, grey_jpeg
from .found_entities import with_found
from .keyboards import has_button
from .world import Press, World

_PHOTO_SIZES = ((90, 68), (320, 240), (800, 600), (1280, 960))


@dataclass(slots=True)
class Buyer:
    """What a buyer does becomes an update at once; every method returns a copy of the Bot API Message.

    Buyers exist from their first `TelegramSandbox.buyer(...)`, and count as having opened the chat.
    Writing while the bot is blocked raises RuntimeError, as the app would ask to unblock first.
    """

    world: World
    chat_state: Chat
    _albums: dict[str, str] = field(default_factory=dict)

    @property
    def chat_id(self) -> int:
        found: int = self.chat_state.info["id"]
        return found

    def say(self, text: str, *, reply_to: int | None = None) -> dict[str, Any]:
        """Write a text; commands, links and mentions in it become entities."""
        return self._send(_words("text", "entities", text), reply_to=reply_to)

    def edit(self, message_id: int, text: str) -> dict[str, Any]:
        """Change the text (or caption) of an own message. Raises LookupError."""
        entry = self.chat_state.find(message_id)
        if entry is None or entry.side != "buyer":
            raise LookupError(f"message {message_id} is not the buyer's to edit")
        name, entities = ("text", "entities") if "text" in entry.message else ("caption", "caption_entities")
        entry.message.pop(entities, None)
        entry.message |= _words(name, entities, text)
        entry.message["edit_date"] = int(self.world.now().timestamp())
        entry.edits += 1
        return self._tell("edited_message", entry.message)

    def delete(self, message_id: int) -> None:
        """Remove a message; in ordinary chats no update tells the bot. Raises LookupError."""
        entry = self.chat_state.find(message_id)
        if entry is None:
            raise LookupError(f"no message {message_id}")
        entry.deleted = True
        self.world.changed.set()

    def photo(self, *, caption: str | None = None, album: str | None = None) -> dict[str, Any]:
        """A photo in four sizes; items with the same `album` name share a media_group_id."""
        sizes = []
        for width, height in _PHOTO_SIZES:
            note = f"sandbox photo of {self.chat_id}, {len(self.chat_state.entries)}"
            stored = self.world.files.add("photo", grey_jpeg(width, height, note))
            sizes.append(stored.reference() | {"width": width, "height": height})
        return self._send({"photo": sizes} | self._around(caption, album))

    def document(
        self,
        name: str,
        *,
        mime: str = "application/pdf",
        caption: str | None = None,
        album: str | None = None,
        size: int | None = None,
    ) -> dict[str, Any]:
        """A file; `size` in bytes claims more than the small content, e.g. too much to download."""
        stored = self._store("document", f"%PDF-1.4\n% {name}\n", name=name, mime=mime, size=size)
        about = stored.reference() | {"file_name": name, "mime_type": mime}
        return self._send({"document": about} | self._around(caption, album))

    def voice(self, seconds: int = 7) -> dict[str, Any]:
        stored = self._store("voice", f"OggS sandbox {seconds}", mime="audio/ogg")
        return self._send({"voice": stored.reference() | {"duration": seconds, "mime_type": "audio/ogg"}})

    def video(
        self,
        seconds: int = 12,
        *,
        caption: str | None = None,
        album: str | None = None,
        size: int | None = None,
    ) -> dict[str, Any]:
        stored = self._store("video", f"ftypmp42 sandbox {seconds}", mime="video/mp4", size=size)
        about = {"duration": seconds, "width": 1280, "height": 720, "mime_type": "video/mp4"}
        return self._send({"video": stored.reference() | about} | self._around(caption, album))

    def sticker(self, emoji: str = "👍") -> dict[str, Any]:
        stored = self._store("sticker", f"RIFF sandbox {emoji}", mime="image/webp")
        about = {"type": "regular", "width": 512, "height": 512, "emoji": emoji}
        flags = {"is_animated": False, "is_video": False}
        return self._send({"sticker": stored.reference() | about | flags})

    def location(self, latitude: float = 52.52, longitude: float = 13.405) -> dict[str, Any]:
        return self._send({"location": {"latitude": latitude, "longitude": longitude}})

    def press(self, message_id: int, data: str) -> str:
        """Press an inline button and return the callback id. Raises LookupError without such a button."""
        entry = self.chat_state.find(message_id)
        if entry is None or not has_button(entry.message.get("reply_markup"), data):
            raise LookupError(f"message {message_id} has no button with the data {data!r}")
        callback_id = str(4_382_000_000_000_000 + len(self.world.presses))
        self.world.presses[callback_id] = Press(self.chat_id)
        query = {
            "id": callback_id,
            "from": self.chat_state.person,
            "message": copy.deepcopy(entry.message),
            "chat_instance": str(-7_000_000_000_000_000 - self.chat_id),
            "data": data,
        }
        self._tell("callback_query", query)
        return callback_id

    def block(self) -> None:
        """Stop the bot: sends answer 403 from now on."""
        self._member("member", "kicked")

    def unblock(self) -> None:
        self._member("kicked", "member")

    def received(self) -> list[dict[str, Any]]:
        """The bot's messages as they look now, in order, without deleted ones."""
        entries = self.chat_state.entries
        seen = [each.message for each in entries if each.side == "bot" and not each.deleted]
        return copy.deepcopy(seen)

    @property
    def callback_answers(self) -> dict[str, dict[str, Any]]:
        """Callback id to what answerCallbackQuery said ({} for a silent answer)."""
        return {
            callback_id: press.answer
            for callback_id, press in self.world.presses.items()
            if press.chat_id == self.chat_id and press.answer is not None
        }

    def _store(
        self, kind: str, content: str, *, name: str = "", mime: str = "", size: int | None = None
    ) -> StoredFile:
        return self.world.files.add(kind, content.encode(), name=name, mime=mime, size=size)

    def _around(self, caption: str | None, album: str | None) -> dict[str, Any]:
        """Caption and album of a media message."""
        shown = _words("caption", "caption_entities", caption) if caption else {}
        if album is not None:
            fresh = str(12_000_000_000_000_000 + self.chat_id * 1000 + len(self._albums))
            shown["media_group_id"] = self._albums.setdefault(album, fresh)
        return shown

    def _send(self, content: dict[str, Any], *, reply_to: int | None = None) -> dict[str, Any]:
        if self.chat_state.blocked:
            raise RuntimeError("the buyer has blocked the bot")
        now = self.world.now()
        message = self.world.chats.new_message(self.chat_state, self.chat_state.person, now) | content
        if reply_to is not None:
            message["reply_to_message"] = self._replied(reply_to)
        self.chat_state.entries.append(Entry("buyer", message, now))
        return self._tell("message", message)

    def _replied(self, message_id: int) -> dict[str, Any]:
        entry = self.chat_state.find(message_id)
        if entry is None:
            raise LookupError(f"no message {message_id} to reply to")
        return quoted(entry.message)

    def _member(self, old: str, new: str) -> None:
        blocked = new == "kicked"
        if self.chat_state.blocked == blocked:
            return
        self.chat_state.blocked = blocked
        change = {
            "chat": self.chat_state.info,
            "from": self.chat_state.person,
            "date": int(self.world.now().timestamp()),
            "old_chat_member": self._status(old),
            "new_chat_member": self._status(new),
        }
        self._tell("my_chat_member", change)

    def _status(self, status: str) -> dict[str, Any]:
        until = {"until_date": 0} if status == "kicked" else {}
        return {"user": self.world.bot, "status": status} | until

    def _tell(self, kind: str, body: dict[str, Any]) -> dict[str, Any]:
        self.world.queue.put(kind, body)
        self.world.changed.set()
        return copy.deepcopy(body)


def _words(name: str, entities_name: str, text: str) -> dict[str, Any]:
    entities = with_found(text, [])
    return {name: text} | ({entities_name: entities} if entities else {})
