"""A Telegram channel against the sandbox's Bot API, with everything a test watches or breaks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

from adapters.telegram import TelegramChannel
from flows.ports import Item
from sandbox.telegram import TelegramSandbox
from sandbox.wire import Changed, machine_now

CHAT = 4_500_001


class Shelf:
    """A sink that keeps what it was given, and fails as often as it is told to."""

    def __init__(self) -> None:
        self.items: list[Item] = []
        self.offered: list[Sequence[Item]] = []
        self.failures = 0
        self._changed = Changed()

    async def store(self, items: Sequence[Item]) -> None:
        self.offered.append(items)
        if self.failures:
            self.failures -= 1
            raise OSError("the disk is full")
        self.items += items
        self._changed.set()

    async def until(self, count: int) -> list[Item]:
        """What is stored, as soon as that is at least `count` items."""
        while len(self.items) < count:
            await self._changed.wait(self._changed.version)
        return self.items


class Pauses:
    """Stands in for sleeping: notes each pause and goes on at once, or holds it while `held` is set."""

    def __init__(self) -> None:
        self.seconds: list[float] = []
        self.held = False
        self._changed = Changed()

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)
        self._changed.set()
        await (asyncio.Event().wait() if self.held else asyncio.sleep(0))

    async def until(self, count: int) -> list[float]:
        while len(self.seconds) < count:
            await self._changed.wait(self._changed.version)
        return self.seconds


@dataclass(slots=True)
class Bench:
    sandbox: TelegramSandbox
    server: TestServer
    base: str
    shelf: Shelf = field(default_factory=Shelf)
    pauses: Pauses = field(default_factory=Pauses)
    channels: list[TelegramChannel] = field(default_factory=list)
    now: Callable[[], datetime] = machine_now
    answered: Changed = field(default_factory=Changed)

    def new_channel(self, token: str | None = None, base: str | None = None, **more: Any) -> TelegramChannel:
        """A channel of this sandbox's bot, closed with the bench."""
        channel = TelegramChannel(
            token=self.sandbox.token if token is None else token,
            base_url=f"{base or self.base}/bot",
            base_file_url=f"{base or self.base}/file/bot",
            machine_now=self._instant,
            sleep=self.pauses,
            **more,
        )
        self.channels.append(channel)
        return channel

    def _instant(self) -> datetime:
        return self.now()

    async def started(self, **more: Any) -> TelegramChannel:
        channel = self.new_channel(**more)
        await channel.start()
        return channel

    def asked(self) -> list[dict[str, Any]]:
        """The parameters of each getUpdates that was answered so far."""
        return [call.params for call in self.sandbox.calls if call.method == "getUpdates"]

    async def until(self, true: Callable[[], bool]) -> None:
        """Return once it is true, looking again after each answer of the sandbox."""
        while not true():
            await self.answered.wait(self.answered.version)

    async def stop_server(self) -> None:
        """From now on connections are refused."""
        await self.sandbox.close()
        await self.server.close()


@asynccontextmanager
async def bench() -> AsyncIterator[Bench]:
    """A sandbox on loopback. Everything is closed afterwards, and the sandbox must have found no mistake."""
    sandbox, app = TelegramSandbox(poll_cap_s=0.1), web.Application()
    sandbox.add_routes(app)
    server = TestServer(app)
    answered = Changed()

    async def note(_request: web.Request, _answer: web.StreamResponse) -> None:
        answered.set()

    app.on_response_prepare.append(note)
    await server.start_server(access_log=None)
    made = Bench(sandbox, server, str(server.make_url("")).rstrip("/"), answered=answered)
    try:
        yield made
    finally:
        await asyncio.gather(*(channel.close() for channel in made.channels))
        await made.stop_server()
    assert sandbox.violations == []


@asynccontextmanager
async def polling(channel: TelegramChannel, shelf: Shelf) -> AsyncIterator[asyncio.Task[None]]:
    """`run` in a task, cancelled and awaited at the end. What it raised by itself is the test's to look at."""
    task = asyncio.create_task(channel.run(shelf))
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.wait([task])
