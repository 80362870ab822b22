"""The real service as a process of its own, with both sandboxes here on loopback: nothing of it is replaced."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from sandbox.environment import free_port, service_environment
from sandbox.service_client import ServiceClient
from sandbox.slack import SlackSandbox
from sandbox.supervisor import Supervisor
from sandbox.telegram import TelegramSandbox

CHANNEL, CHANNEL_NAME = "C0DESK", "after-sales"
COMMAND = (sys.executable, "-m", "bot", "run")


@dataclass(frozen=True, slots=True)
class Town:
    """Both platforms, and the service that is to be started on them."""

    telegram: TelegramSandbox
    slack: SlackSandbox
    supervisor: Supervisor
    folder: Path

    @property
    def store(self) -> Path:
        return self.folder / "amends.db"

    async def start(self) -> None:
        """Return when it is ready and Slack is heard. Raises RuntimeError with its last words."""
        await self.supervisor.start()
        if await self.supervisor.wait_until("running", "failed") == "failed":
            raise RuntimeError("\n".join(self.supervisor.tail))
        await self.slack.wait_connected()

    def resident_mb(self) -> float:
        """Resident memory of the service's process, in MB of a million bytes."""
        ps = ("ps", "-o", "rss=", "-p", str(self.supervisor.pid))
        return int(subprocess.check_output(ps)) * 1024 / 1e6  # noqa: S603 - a number we were given by the system


@dataclass(frozen=True, slots=True)
class Platforms:
    """A Telegram and a Slack with one channel, behind one port of loopback."""

    telegram: TelegramSandbox
    slack: SlackSandbox
    port: int


@asynccontextmanager
async def platforms(staff: Sequence[str] = ("U0LIN",)) -> AsyncIterator[Platforms]:
    telegram, slack = TelegramSandbox(), SlackSandbox()
    for person in staff:
        slack.add_person(person, person[2:].lower(), real_name=person, tz="Europe/Madrid")
    slack.add_channel(CHANNEL, CHANNEL_NAME, members=list(staff))
    app = web.Application()
    telegram.add_routes(app)
    slack.add_routes(app)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield Platforms(telegram, slack, runner.addresses[0][1])
    finally:
        await telegram.close()
        await slack.close()
        await runner.cleanup()


@asynccontextmanager
async def town(folder: Path, staff: Sequence[str] = ("U0LIN",)) -> AsyncIterator[Town]:
    """Everything but the started service; what was started is ended."""
    async with platforms(staff) as both:
        port = free_port()
        client = ServiceClient(f"http://127.0.0.1:{port}")
        environment = service_environment(
            telegram_token=both.telegram.token,
            slack_bot_token=both.slack.bot_token,
            slack_app_token=both.slack.app_token,
            sandbox_port=both.port,
            service_port=port,
            folder=folder,
            database_url=None,
        )
        supervisor = Supervisor(COMMAND, environment | {"SLACK_CHANNEL": CHANNEL}, client, folder)
        try:
            yield Town(both.telegram, both.slack, supervisor, folder)
            await supervisor.stop()
        finally:
            await supervisor.kill()
            await client.close()
