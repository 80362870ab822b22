"""The real service as a child process, the sandboxes here: what is killed is the process, never the platforms."""

from __future__ import annotations

import asyncio
import sqlite3
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.clock import first_of
from sandbox.environment import free_port, service_environment
from sandbox.service_client import ServiceClient
from sandbox.slack import SlackSandbox
from sandbox.supervisor import Supervisor
from sandbox.telegram import TelegramSandbox
from tests.scenarios.world import BEN, CHANNEL, LIN, actions, key_of

PATIENCE_S = 45.0
LOOK_AGAIN_S = 0.1  # the store of another process tells no event
COMMAND = (sys.executable, "-m", "bot", "run")


@dataclass(slots=True)
class Rig:
    """One service at a time on one SQLite file in `folder`, on machine time."""

    folder: Path
    telegram: TelegramSandbox
    slack: SlackSandbox
    client: ServiceClient
    supervisor: Supervisor
    environment: dict[str, str]

    async def start(self) -> None:
        await self.supervisor.start()
        state = await self.supervisor.wait_until("running", "failed")
        assert state == "running", "\n".join(self.supervisor.tail)
        await self.slack.wait_connected()

    async def kill(self) -> None:
        """SIGKILL: nothing inside it gets a chance to tidy up."""
        await self.supervisor.kill()
        self.check_log()

    def check_log(self) -> None:
        """Whatever was done to the process, it must not have run into an error of its own making."""
        log = "\n".join(self.supervisor.tail)
        assert "Traceback" not in log, log
        assert "batch rolled back" not in log, log

    async def until(self, condition: Callable[[], bool]) -> None:
        """Return once the condition holds, looked at whenever a platform changes, and now and then."""
        async with asyncio.timeout(PATIENCE_S):
            while not condition():
                await first_of(
                    self.telegram.changed.wait(self.telegram.changed.version),
                    self.slack.changed.wait(self.slack.changed.version),
                    timeout_s=LOOK_AGAIN_S,
                )

    async def until_quiet(self) -> None:
        """Nothing waits, nothing is to be sent: the store says so."""
        await self.telegram.wait_for_poll()
        try:
            await self.until(self._is_quiet)
        except TimeoutError:
            left = self.ask(
                "SELECT kind, state, attempts, error, not_before, lane FROM outbox WHERE settled_at IS NULL"
            )
            waiting = self.ask("SELECT kind, lane, stored_at FROM inbox WHERE state = 'waiting'")
            raise AssertionError(f"not quiet: {left} {waiting} {list(self.supervisor.tail)}") from None

    def _is_quiet(self) -> bool:
        waiting = self.ask("SELECT count(*) FROM inbox WHERE state = 'waiting'")
        busy = self.ask("SELECT count(*) FROM outbox WHERE state IN ('pending', 'sending', 'held')")
        return waiting == [(0,)] and busy == [(0,)]

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        """Read the service's own file."""
        address = f"file:{self.folder / 'amends.db'}?mode=ro"
        with closing(sqlite3.connect(address, uri=True, timeout=5)) as connection:
            return connection.execute(query).fetchall()

    def cards(self) -> list[dict[str, Any]]:
        return [post for post in self.slack.messages(CHANNEL) if key_of(post).startswith("card:")]

    async def click(self, person: str, action: str, ts: str) -> bool:
        """Whether the click was acknowledged; False as well when the card no longer shows the button."""
        if not any(card["ts"] == ts and action in actions(card) for card in self.cards()):
            return False
        outcome = await self.slack.person(person).click(CHANNEL, ts, action, wait_s=2)
        return outcome.acked


@asynccontextmanager
async def rig(folder: Path, undo_s: int = 1) -> AsyncIterator[Rig]:
    """Sandboxes that live through everything, and a service that is not started yet."""
    telegram, slack = TelegramSandbox(), SlackSandbox()
    slack.posts_allowed = 1000  # each restart begins with a full burst of its own
    slack.add_person(LIN, "lin", real_name="Lin Na", tz="Asia/Shanghai")
    slack.add_person(BEN, "ben", real_name="Ben Cole", tz="Europe/Madrid")
    slack.add_channel(CHANNEL, "after-sales", members=[LIN, BEN])
    app = web.Application()
    telegram.add_routes(app)
    slack.add_routes(app)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    port = free_port()
    environment = service_environment(
        telegram_token=telegram.token,
        slack_bot_token=slack.bot_token,
        slack_app_token=slack.app_token,
        sandbox_port=runner.addresses[0][1],
        service_port=port,
        folder=folder,
        database_url=None,
    ) | {"AMENDS_UNDO_SECONDS": str(undo_s), "SLACK_CHANNEL": CHANNEL}
    client = ServiceClient(f"http://127.0.0.1:{port}")
    supervisor = Supervisor(COMMAND, environment, client, folder)
    try:
        made = Rig(folder, telegram, slack, client, supervisor, environment)
        yield made
        await supervisor.stop()
        made.check_log()
    finally:
        await supervisor.kill()
        await client.close()
        await telegram.close()
        await slack.close()
        await runner.cleanup()
    assert telegram.violations == []
    assert slack.violations == []
