"""A Telegram bot that buyers write to, as a `BuyerChannel`: wires the parts, each of which does one thing."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TypeVar

from telegram import Bot

from adapters.telegram import checking, send, translate
from adapters.telegram.answers import REVOKED
from adapters.telegram.intake import Intake
from adapters.telegram.keys import channel_of
from adapters.telegram.outcome import outcome
from adapters.telegram.presses import PressSink
from adapters.telegram.quiet import quiet
from adapters.telegram.request import Request
from adapters.telegram.staff import StaffChat
from flows.events import Event
from flows.ports import Health, OutboundReply, OutcomeUnknown, PortError, Receipt, Refused, Sink, Unavailable
from flows.problems import Problem, problem

T = TypeVar("T")

_PROBE_S = 4.0
_LONGEST_POLL_S = 50  # what the Bot API server allows (tdlib/telegram-bot-api, LONG_POLL_MAX_TIMEOUT)
_USABLE_TOKEN = re.compile(r"[A-Za-z0-9:_.-]+")
_WEBHOOK_SET = (
    "Another program receives this bot's messages by a webhook, so they cannot be asked for. If nothing needs "
    "it any more, open https://api.telegram.org/bot<your token>/deleteWebhook in a browser, then start again."
)


def _steady() -> float:
    """No jitter: the longest pause each time."""
    return 1.0


class TelegramChannel:
    """One bot. `base_url` and `base_file_url` are followed by the token at once, as PTB does it.

    A poll waits `poll_timeout_s` at Telegram, and `answer_margin_s` more for the answer. `send_timeout_s` is
    generous: each answer that is not waited for is an unknown outcome. `jitter` gives numbers from 0 to 1 that
    spread the pauses of the poll loop; `sleep` is how it waits. Proxies of the environment are not used.
    `staff` is the second path to `staff_chat`, if there is one: what is written there is never a buyer's message.
    """

    def __init__(
        self,
        *,
        token: str,
        base_url: str = "https://api.telegram.org/bot",
        base_file_url: str = "https://api.telegram.org/file/bot",
        machine_now: Callable[[], datetime],
        proxy: str | None = None,
        poll_timeout_s: int = 30,
        answer_margin_s: float = 15.0,
        send_timeout_s: float = 25.0,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        jitter: Callable[[], float] = _steady,
        staff_chat: int | None = None,
    ) -> None:
        quiet()
        self._token = token.strip()
        self._base_url = base_url
        self._base_file_url = base_file_url
        self._now = machine_now
        self._proxy = proxy
        self._poll_timeout_s = min(poll_timeout_s, _LONGEST_POLL_S)
        self._answer_margin_s = answer_margin_s
        self._send_timeout_s = send_timeout_s
        self._sleep = sleep
        self._jitter = jitter
        self._staff_chat = staff_chat
        self.staff = None if staff_chat is None else StaffChat(staff_chat, self._started, self.probe)
        self._bot: Bot | None = None
        self._intake: Intake | None = None

    @property
    def channel(self) -> str:
        """`telegram:<bot id>`. Raises RuntimeError before `start` has succeeded."""
        return channel_of(self._started().id)

    async def start(self) -> None:
        """Ask Telegram who the bot is. Raises Refused (token, webhook) or Unavailable; may be tried again."""
        if not _USABLE_TOKEN.fullmatch(self._token):
            raise Refused(REVOKED, fatal=True)
        bot = self._new_bot()
        try:
            await self._check(bot)
        except BaseException:
            await bot.shutdown()
            raise
        await self.close()
        self._bot, self._intake = bot, self._new_intake(bot)

    @property
    def account(self) -> str:
        """The channel by the token's own number, without asking anybody; "" for what is no token."""
        number = self._token.partition(":")[0]
        return channel_of(int(number)) if number.isascii() and number.isdigit() else ""

    async def check(self, *, alone: bool) -> list[Problem]:
        """What is wrong with the bot; `alone`: no service of ours reads it now. Raises nothing."""

        async def look(bot: Bot) -> list[Problem]:
            return await checking.problems(bot, alone=alone)

        found = await self._with_bot(look)
        return [found] if isinstance(found, Problem) else found

    async def named(self) -> str | Problem:
        """The bot as people know it, or what is wrong with its token. Raises nothing."""
        return await self._with_bot(checking.named)

    async def groups(self) -> list[checking.Group]:
        """The groups that the bot is known to be in, while nobody has confirmed that news. Raises nothing."""
        found = await self._with_bot(checking.groups)
        return [] if isinstance(found, Problem) else found

    async def let_go_of_webhook(self) -> Problem | None:
        """Have Telegram keep this bot's messages for whoever polls. Raises nothing."""
        return await self._with_bot(checking.without_webhook)

    async def _with_bot(self, ask: Callable[[Bot], Awaitable[T]]) -> T | Problem:
        if not _USABLE_TOKEN.fullmatch(self._token):
            return problem("telegram.token", fatal=True, said=REVOKED)
        bot = self._new_bot()
        try:
            return await ask(bot)
        finally:
            await (
                bot.request.shutdown()
            )  # Bot.shutdown passes over the connections of one that was not initialised

    async def run(self, sink: Sink) -> None:
        """Poll for ever, storing before confirming. Raises Refused(fatal=True) when the token is revoked."""
        self._started()
        assert self._intake is not None  # noqa: S101 - set together with the bot; narrows the type
        await self._intake.run(PressSink(sink, self._started))

    def translate(self, kind: str, raw: bytes) -> Event | None:
        """A stored update as an event; None for what is said in the staff's chat. Raises Unreadable."""
        if self._staff_chat is None:
            return translate.translate(self.channel, kind, raw)
        return translate.hear(self.channel, kind, raw, self._staff_chat)

    async def send(self, reply: OutboundReply) -> Receipt:
        """One attempt, plain text. Raises Unavailable, Refused or OutcomeUnknown."""
        return await send.send(self._started(), reply)

    async def acknowledge_press(self, callback_id: str) -> None:
        """Stop the spinner on the buyer's button; too late is no error. Raises PortError."""
        await send.acknowledge_press(self._started(), callback_id)

    async def probe(self) -> None:
        """Ask who we are (getMe). Raises Unavailable while Telegram is away, Refused for a revoked token."""
        try:
            await self._started().get_me(read_timeout=_PROBE_S, connect_timeout=_PROBE_S)
        except Exception as error:  # noqa: BLE001 - PTB lets KeyError and its like through for an odd answer
            raise _at_start(outcome(error)) from None

    async def close(self) -> None:
        """Close the connections for sending; `run` closes its own when it is cancelled."""
        bot, self._bot, self._intake = self._bot, None, None
        if bot:
            await bot.shutdown()

    def health(self) -> Health:
        """About intake: ok when getUpdates completed within the last 90 seconds."""
        return self._intake.health() if self._intake else Health(ok=False, detail="Telegram is not started.")

    def _started(self) -> Bot:
        if self._bot is None:
            raise RuntimeError("start() has not succeeded, so nobody knows which bot this is.")
        return self._bot

    def _new_bot(self) -> Bot:
        request = Request(read_timeout_s=self._send_timeout_s, proxy=self._proxy)
        return Bot(
            self._token,
            base_url=self._base_url,
            base_file_url=self._base_file_url,
            request=request,
            get_updates_request=request,
        )

    async def _check(self, bot: Bot) -> None:
        try:
            await bot.initialize()
            webhook = await bot.get_webhook_info()
        except Exception as error:  # noqa: BLE001 - PTB lets KeyError and its like through for an odd answer
            raise _at_start(outcome(error)) from None
        if webhook.url:
            raise Refused(_WEBHOOK_SET)

    def _new_intake(self, bot: Bot) -> Intake:
        return Intake(
            url=f"{bot.base_url}/getUpdates",
            bot_id=bot.id,
            machine_now=self._now,
            proxy=self._proxy,
            poll_timeout_s=self._poll_timeout_s,
            answer_margin_s=self._answer_margin_s,
            sleep=self._sleep,
            jitter=self._jitter,
        )


def _at_start(error: PortError) -> PortError:
    """Asking who we are changes nothing, so an unknown outcome is one to try again."""
    if isinstance(error, OutcomeUnknown):
        return Unavailable("Telegram does not answer as it should.")
    return error
