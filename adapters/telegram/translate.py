"""A stored update as an event. Pure: bytes in, value out, and `Unreadable` is the only error.

Only private chats are conversations with a buyer; everything else is shown to staff as `Unsupported`. The update
is read by `adapters.telegram.update` and not by PTB, which builds every field of it at many times the cost.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

from msgspec import MsgspecError

from adapters.telegram.keys import UPDATE, kind_of
from adapters.telegram.media import media_of, other_media
from adapters.telegram.update import (
    CallbackQuery,
    Chat,
    ChatMemberUpdated,
    Message,
    Update,
    User,
    fields_in,
    update_in,
)
from flows.acknowledging import marked
from flows.events import (
    Acknowledged,
    Buyer,
    BuyerEdited,
    BuyerEvent,
    BuyerPressed,
    BuyerReachable,
    BuyerWrote,
    Media,
    Unsupported,
)
from flows.ports import Unreadable

E = TypeVar("E")

_PRIVATE = "private"
_GONE = ("kicked", "left")  # of ourselves, in a private chat: blocked by the buyer


def translate(channel: str, kind: str, raw: bytes) -> BuyerEvent:
    """The event that an update is. Raises Unreadable, never anything else."""
    return _read(kind, raw, lambda update: _event(channel, update, raw))


def hear(channel: str, kind: str, raw: bytes, staff_chat: int) -> BuyerEvent | Acknowledged | None:
    """The same, where the staff have a chat of their own: of it only a press on a page's button is an event."""

    def event(update: Update) -> BuyerEvent | Acknowledged | None:
        from_staff = _chat_of(update) == staff_chat
        return _from_staff(update) if from_staff else _event(channel, update, raw)

    return _read(kind, raw, event)


def _read(kind: str, raw: bytes, event: Callable[[Update], E]) -> E:
    if kind != UPDATE:
        raise Unreadable(f"Telegram's adapter does not know the kind {kind!r}.")
    try:
        return event(update_in(raw))
    except Unreadable:
        raise
    except MsgspecError as error:  # names a type and a place in the update, never what stands there
        raise Unreadable(f"This Telegram update cannot be read: {error}.") from None
    except (ValueError, OverflowError, OSError, RecursionError) as error:
        raise Unreadable(f"This Telegram update cannot be read ({type(error).__name__}).") from None


def _chat_of(update: Update) -> int | None:
    """The chat an update came from."""
    query, member = update.callback_query, update.my_chat_member
    message = update.message or update.edited_message or (query.message if query else None)
    place = message.chat if message else member.chat if member else None
    return None if place is None else place.id


def _from_staff(update: Update) -> Acknowledged | None:
    query = update.callback_query
    named = marked(query.data) if query is not None and query.data else None
    if query is None or named is None:
        return None
    return Acknowledged(named[0], "", named[1], named[2], via="telegram", name=_name(query.sender))


def _name(person: User | Chat) -> str:
    return " ".join(part for part in (person.first_name, person.last_name) if part)


def _event(channel: str, update: Update, raw: bytes) -> BuyerEvent:
    if update.message:
        return _wrote(channel, update.message, raw)
    if update.edited_message:
        return _edited(channel, update.edited_message, raw)
    if update.callback_query:
        return _pressed(channel, update.callback_query)
    if update.my_chat_member and update.my_chat_member.chat.type == _PRIVATE:
        return _reachable(channel, update.my_chat_member)
    return Unsupported(channel, buyer=None, external_id=str(update.update_id), what=kind_of(fields_in(raw)))


def _wrote(channel: str, message: Message, raw: bytes) -> BuyerWrote | Unsupported:
    if strange := _not_from_a_buyer(message):
        return _unsupported(channel, message, strange)
    return BuyerWrote(
        channel,
        _author(message),
        external_id=str(message.message_id),
        text=_words(message),
        sent_at=_instant(message.date),
        media=_media(message, raw, "message"),
        album=message.media_group_id or None,
    )


def _edited(channel: str, message: Message, raw: bytes) -> BuyerEdited | Unsupported:
    if strange := _not_from_a_buyer(message):
        return _unsupported(channel, message, strange)
    return BuyerEdited(
        channel,
        _author(message),
        external_id=str(message.message_id),
        text=_words(message),
        sent_at=_instant(message.date),
        edited_at=_instant(message.edit_date),
        media=_media(message, raw, "edited_message"),
    )


def _pressed(channel: str, query: CallbackQuery) -> BuyerPressed | Unsupported:
    """The button of a private message. A press on a button in a group is nobody's conversation."""
    user, chat = query.sender, query.message.chat if query.message else None
    if chat and chat.type != _PRIVATE:
        return Unsupported(channel, buyer=None, external_id=query.id, what="group_button")
    buyer = _buyer(chat.id if chat else user.id, user)
    if query.data is None:
        return Unsupported(channel, buyer, external_id=query.id, what="game_button")
    return BuyerPressed(channel, buyer, external_id=query.id, data=query.data)


def _reachable(channel: str, change: ChatMemberUpdated) -> BuyerReachable:
    reachable = change.new_chat_member.status not in _GONE
    return BuyerReachable(channel, _buyer(change.chat.id, change.sender), reachable, _instant(change.date))


def _not_from_a_buyer(message: Message) -> str | None:
    """Why a message is no buyer's, as `Unsupported.what`; None when it is one."""
    if message.chat.type != _PRIVATE:
        return "group_message"
    if message.sender and message.sender.is_bot:
        return "bot_message"
    return None


def _unsupported(channel: str, message: Message, what: str) -> Unsupported:
    """Without a buyer: an answer would go to a whole group, or to a machine."""
    number, sent_at = str(message.message_id), _instant(message.date)
    return Unsupported(channel, buyer=None, external_id=number, what=what, sent_at=sent_at)


def _author(message: Message) -> Buyer:
    """In a private chat the chat is the buyer; replies go to its id."""
    return _buyer(message.chat.id, message.sender or message.chat)


def _buyer(address: int, person: User | Chat) -> Buyer:
    """Whoever this is, reached at that chat; a chat without a user tells a name but no language."""
    language = person.language_code if isinstance(person, User) else None
    return Buyer(str(address), _name(person), language or None)


def _words(message: Message) -> str:
    return message.text if message.text is not None else message.caption or ""


def _media(message: Message, raw: bytes, kind: str) -> tuple[Media, ...]:
    """Only what we do not know costs a second reading of the whole update."""
    known = media_of(message)
    if known or message.text is not None:
        return known
    fields: dict[str, Any] = fields_in(raw)[kind]
    return (other_media(fields),)


def _instant(unix_s: int | None) -> datetime:
    if unix_s is None:
        raise Unreadable("This Telegram update lacks the date that its kind must have.")
    return datetime.fromtimestamp(unix_s, UTC)
