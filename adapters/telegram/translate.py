"""A stored update as an event. Pure: bytes in, value out, and `Unreadable` is the only error.

PTB reads the update (`Update.de_json` takes any type in any field), so what leaves here is checked field by field.
Only private chats are conversations with a buyer; everything else is shown to staff as `Unsupported`.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from telegram import CallbackQuery, ChatMember, ChatMemberUpdated, Message, Update
from telegram.constants import ChatType

from adapters.telegram.keys import UPDATE, kind_of
from adapters.telegram.media import media_of
from adapters.telegram.sound import optional_text, text, whole
from flows.events import (
    Buyer,
    BuyerEdited,
    BuyerEvent,
    BuyerPressed,
    BuyerReachable,
    BuyerWrote,
    Unsupported,
)
from flows.ports import Unreadable

_GONE = (ChatMember.BANNED, ChatMember.LEFT)  # of ourselves, in a private chat: blocked by the buyer


def translate(channel: str, kind: str, raw: bytes) -> BuyerEvent:
    """The event that an update is. Raises Unreadable, never anything else."""
    if kind != UPDATE:
        raise Unreadable(f"Telegram's adapter does not know the kind {kind!r}.")
    try:
        return _event(channel, _object(raw))
    except Unreadable:
        raise
    except Exception as error:  # noqa: BLE001 - de_json has no error type of its own: any field may hold any JSON
        raise Unreadable(f"This Telegram update cannot be read ({type(error).__name__}).") from None


def _object(raw: bytes) -> dict[str, Any]:
    update = json.loads(raw)
    if not isinstance(update, dict):
        raise Unreadable("This Telegram update is not an object.")
    return update


def _event(channel: str, fields: dict[str, Any]) -> BuyerEvent:
    update = Update.de_json(fields, bot=None)
    if update.message:
        return _wrote(channel, update.message)
    if update.edited_message:
        return _edited(channel, update.edited_message)
    if update.callback_query:
        return _pressed(channel, update.callback_query)
    if update.my_chat_member and update.my_chat_member.chat.type == ChatType.PRIVATE:
        return _reachable(channel, update.my_chat_member)
    number = str(whole(update.update_id))
    return Unsupported(channel, buyer=None, external_id=number, what=text(kind_of(fields)))


def _wrote(channel: str, message: Message) -> BuyerWrote | Unsupported:
    if strange := _not_from_a_buyer(message):
        return _unsupported(channel, message, strange)
    return BuyerWrote(
        channel,
        _author(message),
        external_id=str(whole(message.message_id)),
        text=_words(message),
        sent_at=_instant(message.date),
        media=media_of(message),
        album=optional_text(message.media_group_id),
    )


def _edited(channel: str, message: Message) -> BuyerEdited | Unsupported:
    if strange := _not_from_a_buyer(message):
        return _unsupported(channel, message, strange)
    return BuyerEdited(
        channel,
        _author(message),
        external_id=str(whole(message.message_id)),
        text=_words(message),
        sent_at=_instant(message.date),
        edited_at=_instant(message.edit_date),
        media=media_of(message),
    )


def _pressed(channel: str, query: CallbackQuery) -> BuyerPressed | Unsupported:
    """The button of a private message; with an old message only its chat is left (InaccessibleMessage)."""
    user = query.from_user
    chat = query.message.chat if query.message else None
    name, number = text(user.full_name), text(query.id)
    if chat and chat.type != ChatType.PRIVATE:
        return Unsupported(channel, buyer=None, external_id=number, what="group_button")
    buyer = Buyer(str(whole(chat.id if chat else user.id)), name, optional_text(user.language_code))
    if query.data is None:
        return Unsupported(channel, buyer, external_id=number, what="game_button")
    return BuyerPressed(channel, buyer, external_id=number, data=text(query.data))


def _reachable(channel: str, change: ChatMemberUpdated) -> BuyerReachable:
    user = change.from_user
    buyer = Buyer(str(whole(change.chat.id)), text(user.full_name), optional_text(user.language_code))
    status = text(change.new_chat_member.status)
    return BuyerReachable(channel, buyer, reachable=status not in _GONE, at=_instant(change.date))


def _not_from_a_buyer(message: Message) -> str | None:
    """Why a message is no buyer's, as `Unsupported.what`; None when it is one."""
    if message.chat.type != ChatType.PRIVATE:
        return "group_message"
    if message.from_user and message.from_user.is_bot:
        return "bot_message"
    return None


def _unsupported(channel: str, message: Message, what: str) -> Unsupported:
    """Without a buyer: an answer would go to a whole group, or to a machine."""
    number = str(whole(message.message_id))
    return Unsupported(channel, buyer=None, external_id=number, what=what, sent_at=_instant(message.date))


def _author(message: Message) -> Buyer:
    """In a private chat the chat is the buyer; replies go to its id."""
    user, chat = message.from_user, message.chat
    name = user.full_name if user else chat.full_name
    language = user.language_code if user else None
    return Buyer(str(whole(chat.id)), text(name), optional_text(language))


def _words(message: Message) -> str:
    return text(message.text if message.text is not None else message.caption)


def _instant(value: datetime | None) -> datetime:
    if value is None:
        raise Unreadable("This Telegram update lacks the date that its kind must have.")
    return value
