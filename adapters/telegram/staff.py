"""The staff's own chat, reached through the shop's bot: pages go there, and a press on their button comes back.

What is written there is nobody's message to the shop: `translate` hears nothing of that chat but these presses.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions

from adapters.telegram.outcome import outcome
from flows.view import PageView

_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
LONGEST = 4096


class StaffChat:
    """One chat as a `Pager`. `bot` answers the started bot, or raises RuntimeError before there is one."""

    def __init__(self, chat: int, bot: Callable[[], Bot], probe: Callable[[], Awaitable[None]]) -> None:
        self._chat = chat
        self._bot = bot
        self._probe = probe

    @property
    def name(self) -> str:
        return "telegram"

    async def page(self, view: PageView) -> str:
        """Plain text with its buttons; silent unless it is urgent."""
        text = "\n".join([view.title, "", *view.lines])[:LONGEST]
        try:
            message = await self._bot().send_message(
                self._chat,
                text,
                link_preview_options=_NO_PREVIEW,
                disable_notification=not view.urgent,
                reply_markup=_keyboard(view),
            )
        except Exception as error:  # noqa: BLE001 - PTB lets KeyError and its like through for an odd answer
            raise outcome(error) from None
        return str(message.message_id)

    async def probe(self) -> None:
        await self._probe()

    async def close(self) -> None:
        """The bot belongs to the channel."""


def _keyboard(view: PageView) -> InlineKeyboardMarkup | None:
    rows = []
    if view.token:
        rows.append([InlineKeyboardButton(view.acknowledge_label, callback_data=view.token)])
    if view.link:
        rows.append([InlineKeyboardButton(view.link_label, url=view.link)])
    return InlineKeyboardMarkup(rows) if rows else None
