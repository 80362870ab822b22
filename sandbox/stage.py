"""One run of the demo: both sandboxes, the service between them, the clock they share, and what can be done.

A fresh start is a new Stage on a wiped folder, never a cleaned old one.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import aiohttp

from sandbox.cast import (
    BUYERS,
    DEMO_SHOP,
    LANGUAGES,
    SLACK_CHANNEL_ID,
    SLACK_CHANNEL_NAME,
    STAFF,
    BuyerRole,
    Line,
)
from sandbox.clock import DemoClock
from sandbox.environment import free_port, service_environment
from sandbox.service_client import ServiceClient
from sandbox.slack import SlackSandbox
from sandbox.supervisor import Supervisor
from sandbox.telegram import Buyer, TelegramSandbox
from sandbox.wire import Changed, Fault

IN_FLIGHT_WITHIN_S = 2.0
LOOK_AT_CALLS_S = 0.001  # any later and the message is no longer on its way


@dataclass(frozen=True, slots=True)
class Click:
    """One press of a Slack button (or menu option) by one person."""

    user: str
    channel: str
    ts: str
    action_id: str
    value: str | None = None
    option: str | None = None


class Stage:
    """Everything of one run. `changed` fires whenever a page should look again.

    `language` is the staff's; `next_language` what they asked the next stage to speak. `begins` is the first
    instant of its clock, aware; None is the latest Monday morning.
    """

    def __init__(
        self,
        folder: Path,
        port: int,
        command: Sequence[str],
        database_url: str | None = None,
        language: str = LANGUAGES[0],
        begins: datetime | None = None,
    ) -> None:
        self.language = language
        self.next_language = language
        self.generation = secrets.token_hex(4)
        self.reset_asked = asyncio.Event()
        self.changed = Changed()
        self.clock = DemoClock(folder / "clock.json")
        token = f"1000001:{secrets.token_urlsafe(26)}"
        self.telegram = TelegramSandbox(now=self.clock.now, token=token)
        self.slack = SlackSandbox(now=self.clock.now)
        self.buyers: dict[int, Buyer] = {}
        self._folder = folder
        self._begins = begins
        self._moving = asyncio.Lock()
        self._watching: list[asyncio.Task[None]] = []
        service_port = free_port()
        self.client = ServiceClient(f"http://127.0.0.1:{service_port}")
        self.supervisor = Supervisor(
            command,
            service_environment(
                telegram_token=self.telegram.token,
                slack_bot_token=self.slack.bot_token,
                slack_app_token=self.slack.app_token,
                sandbox_port=port,
                service_port=service_port,
                folder=folder,
                database_url=database_url,
            ),
            self.client,
            folder,
        )

    async def open(self) -> None:
        """Bring the people on and start the service. The sandboxes must already be served."""
        self._folder.mkdir(parents=True, exist_ok=True)
        (self._folder / "shop.toml").write_text(DEMO_SHOP.format(language=self.language), encoding="utf-8")
        self.clock.open(self._begins)
        for person in STAFF:
            self.slack.add_person(
                person.user_id,
                person.name,
                real_name=person.real_name,
                tz=person.zone,
                locale=person.locale,
            )
        everyone = [person.user_id for person in STAFF]
        self.slack.add_channel(SLACK_CHANNEL_ID, SLACK_CHANNEL_NAME, members=everyone)
        for role in BUYERS:
            self.buyers[role.chat_id] = self.telegram.buyer(
                role.chat_id, role.first_name, role.last_name, role.language
            )
        for source in (self.telegram.changed, self.slack.changed, self.supervisor.changed):
            self._watching.append(asyncio.create_task(self._relay(source)))
        await self.supervisor.start()

    async def close(self) -> None:
        """End the child and let go of everything. Opening half way, or not at all, is harmless."""
        for task in self._watching:
            task.cancel()
        await asyncio.gather(*self._watching, return_exceptions=True)
        await self.supervisor.stop()
        await self.client.close()

    async def _relay(self, source: Changed) -> None:
        seen = source.version
        while True:
            seen = await source.wait(seen)
            self.changed.set()

    # The buyers

    def say(self, chat_id: int, text: str) -> None:
        self.buyers[chat_id].say(text)

    def speak_line(self, chat_id: int, name: str) -> None:
        """Have a buyer say one of the lines the cast has ready. Raises KeyError for an unknown one."""
        line = _line(_role(chat_id), name)
        buyer = self.buyers[chat_id]
        if line.photo:
            buyer.photo(caption=line.text)
        else:
            buyer.say(line.text)

    def said(self) -> list[str]:
        """Every message that Telegram took from a buyer, as "<chat_id>:<message_id>"."""
        return [f"{chat_id}:{number}" for chat_id, number in self._entries("buyer")]

    def posted(self) -> list[int]:
        """The id of every message that Telegram took from the bot."""
        return [number for _chat_id, number in self._entries("bot")]

    def _entries(self, side: str) -> list[tuple[int, int]]:
        return [
            (chat_id, entry["message"]["message_id"])
            for chat_id in self.buyers
            for entry in self.telegram.chat(chat_id)
            if entry["from"] == side
        ]

    # The clock

    async def advance(self, seconds: float) -> None:
        """Move the business clock forward, stopping at each instant at which something is due."""
        async with self._moving:
            target = self.clock.offset_s + seconds
            tried: float | None = None
            while self.clock.offset_s < target:
                stop = min(target, await self._next_stop())
                if stop == tried:  # still due after we stood there: do not stand there for ever
                    stop = target
                tried = stop
                await self._stand_at(max(stop, self.clock.offset_s))

    async def _next_stop(self) -> float:
        """The offset at which the next thing is due; without a limit when nothing is, or nobody knows."""
        with contextlib.suppress(aiohttp.ClientError, TimeoutError):
            due = (await self.client.clock()).next
            if due is not None:
                return self.clock.offset_for(due)
        return float("inf")

    async def _stand_at(self, offset_s: float) -> None:
        self.clock.set(offset_s)
        with contextlib.suppress(aiohttp.ClientError, TimeoutError):  # away: it reads the file later
            await self.client.set_clock(offset_s)
        self.changed.set()

    # The staff

    async def click(self, clicks: Sequence[Click]) -> list[Any]:
        """Press buttons at the same moment, one for each Click; outcomes in the same order."""
        return await asyncio.gather(
            *(
                self.slack.person(c.user).click(c.channel, c.ts, c.action_id, value=c.value, option=c.option)
                for c in clicks
            )
        )

    # Breaking things

    async def kill(self, chat_id: int | None = None, text: str = "") -> None:
        """SIGKILL the service; with `text`, at the moment that buyer's message is on its way to it."""
        if chat_id is not None and text:
            await self._hand_over(lambda: self.say(chat_id, text))
        await self.supervisor.kill()
        self.changed.set()

    async def _hand_over(self, speak: Callable[[], None]) -> None:
        """Return when the bot has been handed the message: fetched perhaps, not yet confirmed."""
        before = len(self.telegram.calls)
        speak()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(IN_FLIGHT_WITHIN_S):
                while not self._fetched_since(before):  # noqa: ASYNC110 - the ledger has no signal
                    await asyncio.sleep(LOOK_AT_CALLS_S)

    def _fetched_since(self, before: int) -> bool:
        return any(call.method == "getUpdates" for call in self.telegram.calls[before:])

    def fault(self, platform: str, fault: Fault) -> None:
        """Let the next matching call to `telegram` or `slack` go wrong."""
        sandbox = self.telegram if platform == "telegram" else self.slack
        sandbox.faults.add(fault)
        self.changed.set()


def _role(chat_id: int) -> BuyerRole:
    return {role.chat_id: role for role in BUYERS}[chat_id]


def _line(role: BuyerRole, name: str) -> Line:
    return {line.name: line for line in role.lines}[name]
