"""Telegram for the contract suite: the sandbox's Bot API on loopback."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from adapters.telegram import TelegramChannel
from sandbox.wire import Fault
from tests.adapters.telegram_bench import CHAT, Bench, Shelf, bench


@dataclass(slots=True)
class TelegramHarness:
    bench: Bench
    address: str = str(CHAT)

    @property
    def sink(self) -> Shelf:
        return self.bench.shelf

    def new_channel(self) -> TelegramChannel:
        return self.bench.new_channel()

    def new_channel_with_wrong_secret(self) -> TelegramChannel:
        return self.bench.new_channel(token="1000001:AAanother-token-of-the-same-shape")

    def impatient_channel(self) -> TelegramChannel:
        return self.bench.new_channel(send_timeout_s=0.3)

    def buyer_writes(self, text: str) -> str:
        return str(self.bench.sandbox.buyer(CHAT).say(text)["message_id"])

    def buyer_edits(self, message_id: str, text: str) -> None:
        self.bench.sandbox.buyer(CHAT).edit(int(message_id), text)

    def buyer_leaves(self) -> None:
        self.bench.sandbox.buyer(CHAT).block()

    def deliver_again(self) -> None:
        self.bench.sandbox.repeat()

    def on_the_buyers_screen(self) -> list[str]:
        return [message["text"] for message in self.bench.sandbox.buyer(CHAT).received()]

    def swallow_the_answer(self) -> None:
        self.bench.sandbox.faults.add(Fault("timeout_after", "sendMessage"))

    def ask_for_a_pause(self, seconds: int) -> None:
        self.bench.sandbox.faults.add(Fault("rate_limited", "sendMessage", seconds=seconds))

    def revoke(self) -> None:
        self.bench.sandbox.faults.add(Fault("error", "getUpdates", code="401"))

    async def all_acknowledged(self) -> None:
        """The offset of the last question is past the last stored number, or was and is dropped again."""
        last = max(item.position for item in self.bench.shelf.items)
        await self.bench.until(lambda: any(asked.get("offset") == last + 1 for asked in self.bench.asked()))

    async def go_down(self) -> None:
        await self.bench.stop_server()


@asynccontextmanager
async def telegram() -> AsyncIterator[TelegramHarness]:
    async with bench() as made:
        made.sandbox.buyer(CHAT)
        yield TelegramHarness(made)
