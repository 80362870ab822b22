"""One attempt to say something to a buyer. No retries and no rate limiter: the outbox owns both."""

from __future__ import annotations

import re
from datetime import datetime

from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, Message
from telegram.error import BadRequest

from adapters.telegram.outcome import outcome
from flows.ports import OutboundReply, OutcomeUnknown, Receipt, Refused

LONGEST_UNITS = 4096
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
_CHAT_ID = re.compile(r"-?[0-9]{1,19}")
_PRESS_TOO_OLD = "query is too old"


async def send(bot: Bot, reply: OutboundReply) -> Receipt:
    """Send exactly this text, without formatting, its buttons one below the other. Raises Unavailable, Refused or
    OutcomeUnknown.
    """
    chat = _chat_id(reply.address)
    _check_length(reply.text)
    try:
        message = await bot.send_message(
            chat, reply.text, link_preview_options=_NO_PREVIEW, reply_markup=_keyboard(reply)
        )
    except Exception as error:  # noqa: BLE001 - PTB lets KeyError and its like through for an odd answer
        raise outcome(error) from None
    return _receipt(message)


def _keyboard(reply: OutboundReply) -> InlineKeyboardMarkup | None:
    rows = [[InlineKeyboardButton(words, callback_data=data)] for data, words in reply.buttons]
    return InlineKeyboardMarkup(rows) if rows else None


async def acknowledge_press(bot: Bot, callback_id: str) -> None:
    """Stop the button's spinner. Being too late (seconds, says Telegram) is no error: nobody waits any more."""
    try:
        await bot.answer_callback_query(callback_id)
    except BadRequest as error:
        if _PRESS_TOO_OLD not in error.message.lower():
            raise outcome(error) from None
    except Exception as error:  # noqa: BLE001 - as above
        raise outcome(error) from None


def _chat_id(address: str) -> int:
    if not _CHAT_ID.fullmatch(address):
        raise Refused("This buyer's address is not a Telegram chat id.")
    return int(address)


def _check_length(text: str) -> None:
    """Telegram's limit is 4096 characters; the stricter reading counts UTF-16 units, so that one is kept."""
    try:
        units = len(text.encode("utf-16-le")) // 2
    except UnicodeEncodeError:
        raise Refused("The text holds half of a character (a lone surrogate).") from None
    if units > LONGEST_UNITS:
        raise Refused(
            f"The text is {units - LONGEST_UNITS} characters longer than the {LONGEST_UNITS} of Telegram."
        )


def _receipt(message: object) -> Receipt:
    """Of a 200. Without id and date it proves nothing, although something was probably sent."""
    match message:
        case Message(message_id=int(number), date=datetime() as at):
            return Receipt(str(number), at)
    raise OutcomeUnknown("Telegram took the message, but named neither its number nor its time.")
