"""What the Telegram sandbox tests share: a running sandbox and a raw client for its wire."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer
from telegram import Bot

from sandbox.telegram import TelegramSandbox


@dataclass
class Clock:
    """A clock that the test moves."""

    moment: datetime = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment

    def forward(self, **by: float) -> None:
        self.moment += timedelta(**by)


@dataclass
class Bench:
    """A sandbox on a port, an HTTP session, and the clock of the sandbox."""

    sandbox: TelegramSandbox
    session: aiohttp.ClientSession
    root: str
    clock: Clock

    @property
    def base(self) -> str:
        return f"{self.root}/bot{self.sandbox.token}"

    async def call(self, method: str, **params: Any) -> tuple[int, dict[str, Any]]:
        """HTTP status and body of a call with a JSON body."""
        async with self.session.post(f"{self.base}/{method}", json=params) as response:
            return response.status, await response.json()

    async def ok(self, method: str, **params: Any) -> Any:
        """The result of a call that must be accepted."""
        status, body = await self.call(method, **params)
        assert (status, body["ok"]) == (200, True), body
        return body["result"]

    def bot(self) -> Bot:
        """A python-telegram-bot client of this sandbox (use as async context)."""
        return Bot(
            self.sandbox.token,
            base_url=f"{self.root}/bot",
            base_file_url=f"{self.root}/file/bot",
        )

    def complaints(self) -> list[str]:
        return [str(violation) for violation in self.sandbox.violations]


@asynccontextmanager
async def running_bench(*, poll_cap_s: float = 50.0) -> AsyncIterator[Bench]:
    clock = Clock()
    sandbox = TelegramSandbox(now=clock.now, poll_cap_s=poll_cap_s)
    app = web.Application()
    sandbox.add_routes(app)
    server = TestServer(app)
    await server.start_server()
    try:
        async with aiohttp.ClientSession() as session:
            yield Bench(sandbox, session, str(server.make_url("")).rstrip("/"), clock)
    finally:
        await sandbox.close()
        await server.close()
