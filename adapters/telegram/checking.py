"""What is wrong with a bot, found by asking: the token, a webhook in the way, another program that reads it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from telegram import Bot
from telegram.error import Conflict

from adapters.telegram.outcome import outcome
from flows.ports import PortError, Refused
from flows.problems import Problem, problem

# A poll that begins ends the other program's, and that one's next attempt ends ours: so long we listen for it.
_LISTEN_S = 4
_GROUPS = ("group", "supergroup")


@dataclass(frozen=True, slots=True)
class Group:
    """A Telegram group that the bot is in."""

    id: int
    title: str


async def named(bot: Bot) -> str | Problem:
    """The bot as people know it, "Cedar Home (@cedarhome_bot)", by getMe."""
    try:
        me = await bot.get_me()
    except Exception as error:  # noqa: BLE001 - PTB lets KeyError and its like through for an odd answer
        return _told(outcome(error))
    return f"{me.first_name} (@{me.username})"


async def without_webhook(bot: Bot) -> Problem | None:
    """Let go of the webhook; messages that wait at Telegram are kept for us."""
    try:
        await bot.delete_webhook(drop_pending_updates=False)
    except Exception as error:  # noqa: BLE001 - as above
        return _told(outcome(error))
    return None


async def groups(bot: Bot) -> list[Group]:
    """The groups that the bot was put into lately or that wrote to it, the newest last; none where it cannot tell.

    Like `_is_read_elsewhere` it confirms nothing: whoever reads the bot next gets all of it.
    """
    try:
        await bot.initialize()
        updates = await bot.get_updates(timeout=0, limit=100)
    except Exception:  # noqa: BLE001 - as above; it is asked again in a moment
        return []
    chats = [chat for update in updates if (chat := update.effective_chat) is not None]
    found = {chat.id: Group(chat.id, chat.title or "") for chat in chats if chat.type in _GROUPS}
    return list(found.values())


async def problems(bot: Bot, *, alone: bool) -> list[Problem]:
    """`alone`: no service of ours reads this bot now, so that another reader is a stranger."""
    try:
        await bot.initialize()
        webhook = await bot.get_webhook_info()
    except Exception as error:  # noqa: BLE001 - PTB lets KeyError and its like through for an odd answer
        return [_told(outcome(error))]
    if webhook.url:
        return [problem("telegram.webhook", fatal=True)]
    if alone and await _is_read_elsewhere(bot):
        return [problem("telegram.reader")]
    return []


def _told(error: PortError) -> Problem:
    key = "telegram.token" if isinstance(error, Refused) else "telegram.away"
    return problem(key, fatal=True, said=error.reason)


async def _is_read_elsewhere(bot: Bot) -> bool:
    """Nothing is confirmed by this: without an offset Telegram gives the same again to whoever asks next."""
    try:
        async with asyncio.timeout(_LISTEN_S + 6):
            await bot.get_updates(timeout=_LISTEN_S, limit=1, read_timeout=_LISTEN_S + 5)
    except Conflict:
        return True
    except Exception:  # noqa: BLE001 - it answered a moment ago: what else is wrong is not this question
        return False
    return False
