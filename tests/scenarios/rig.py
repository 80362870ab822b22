"""The real service as child processes, the sandboxes here: what is killed is a process, never the platforms."""

from __future__ import annotations

import asyncio
import inspect
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import web
from sqlalchemy import Connection, text

from bot.clock import first_of
from bot.crashing import VARIABLE
from bot.store import timers
from flows.values import DEFAULT_SHOP
from sandbox.clock import DemoClock
from sandbox.environment import free_port, service_environment
from sandbox.receivers import Receivers
from sandbox.service_client import ServiceClient
from sandbox.slack import SlackSandbox
from sandbox.supervisor import Supervisor
from sandbox.telegram import Buyer, TelegramSandbox
from tests.scenarios.outside import Outside
from tests.scenarios.world import BEN, CHANNEL, LIN, actions, key_of

PATIENCE_S = 60.0
LOOK_AGAIN_S = 0.1  # the store of another process tells no event
COMMAND = (sys.executable, "-m", "bot", "run")
BUSY = "SELECT count(*) FROM outbox WHERE state IN ('pending', 'sending', 'held') AND lane <> 'notice:dead'"
WAITING = "SELECT count(*) FROM inbox WHERE state = 'waiting'"

Condition = Callable[[], bool | Awaitable[bool]]


@dataclass(slots=True)
class Process:
    """One service, at most one child at a time; each start has a supervisor, so a log, of its own."""

    command: Sequence[str]
    environment: dict[str, str]
    folder: Path
    client: ServiceClient
    supervisor: Supervisor = field(init=False)
    kills: int = 0
    deaths: int = 0
    is_poisoned: bool = False  # on purpose: then a batch may be rolled back

    def __post_init__(self) -> None:
        self.supervisor = self._fresh({})

    def _fresh(self, more: dict[str, str]) -> Supervisor:
        return Supervisor(self.command, self.environment | more, self.client, self.folder)

    @property
    def is_up(self) -> bool:
        return self.supervisor.pid is not None

    async def launch(self, crash_at: str = "") -> None:
        """Start it and do not wait. It ends itself at that crash point, if one is named."""
        await self.supervisor.kill()
        self.supervisor = self._fresh({VARIABLE: crash_at} if crash_at else {})
        await self.supervisor.start()

    async def ready(self) -> None:
        state = await self.supervisor.wait_until("running", "failed")
        assert state == "running", f"ended with {self.supervisor.exit_code}: " + "\n".join(self.supervisor.tail)

    async def kill(self) -> None:
        """SIGKILL: nothing inside it gets a chance to tidy up."""
        self.kills += self.is_up
        await self.supervisor.kill()
        self.check_log()

    async def stop(self) -> None:
        await self.supervisor.stop()
        self.check_log()

    async def died_at(self, point: str) -> None:
        """Return once it has ended itself there, by SIGKILL."""
        await self.supervisor.wait_until("failed")
        self.deaths += 1
        assert self.supervisor.exit_code == -9, "\n".join(self.supervisor.tail)
        assert f"crash point {point}" in self.supervisor.tail, "\n".join(self.supervisor.tail)
        self.check_log()

    def check_log(self) -> None:
        """Whatever was done to the process, it must not have run into an error of its own making."""
        log = "\n".join(self.supervisor.tail)
        assert "Traceback" not in log, log
        assert self.is_poisoned or "batch rolled back" not in log, log


@dataclass(slots=True)
class Rig:
    """Services that share one store, on the clock that both platforms read."""

    telegram: TelegramSandbox
    slack: SlackSandbox
    store: Outside
    clock: DemoClock
    processes: list[Process]
    receivers: Receivers = field(default_factory=Receivers)
    buyers: dict[int, Buyer] = field(default_factory=dict)
    clicks: int = 0  # decisions that Slack was told were taken
    _moving: set[asyncio.Task[object]] = field(default_factory=set)

    @property
    def first(self) -> Process:
        return self.processes[0]

    @property
    def folder(self) -> Path:
        return self.first.folder

    @property
    def supervisor(self) -> Supervisor:
        return self.first.supervisor

    @property
    def client(self) -> ServiceClient:
        return self.first.client

    async def start(self) -> None:
        """Every process that is not running, until it is ready and Slack is heard."""
        idle = [process for process in self.processes if not process.is_up]
        for process in idle:
            await process.launch()
        for process in idle:
            await process.ready()
        await self.slack.wait_connected()

    async def kill(self) -> None:
        for process in self.processes:
            await process.kill()

    async def until(self, condition: Condition) -> None:
        """Return once the condition holds, looked at whenever a platform changes, and now and then."""
        async with asyncio.timeout(PATIENCE_S):
            while not await holds(condition):
                await first_of(
                    self.telegram.changed.wait(self.telegram.changed.version),
                    self.slack.changed.wait(self.slack.changed.version),
                    timeout_s=LOOK_AGAIN_S,
                )

    async def until_quiet(self) -> None:
        """Nothing waits, nothing is to be sent, nothing is due: the store says so."""
        try:
            async with asyncio.timeout(PATIENCE_S):
                await self.telegram.wait_for_poll()
                await self.until(self.is_quiet)
        except TimeoutError:
            raise AssertionError(f"not quiet: {await self._unfinished()}") from None

    async def is_quiet(self) -> bool:
        return await self.store.read(self._is_quiet)

    def _is_quiet(self, connection: Connection) -> bool:
        if any(connection.execute(text(query)).scalar_one() for query in (WAITING, BUSY)):
            return False
        upcoming = timers.next_at(connection, DEFAULT_SHOP)
        return upcoming is None or upcoming > self.clock.now()

    async def _unfinished(self) -> list[object]:
        left = "SELECT kind, state, attempts, error, not_before, lane FROM outbox WHERE settled_at IS NULL"
        waiting = "SELECT kind, lane, stored_at FROM inbox WHERE state = 'waiting'"
        logs = [list(process.supervisor.tail) for process in self.processes]
        return [*await self.ask(left), *await self.ask(waiting), *logs]

    async def ask(self, query: str) -> list[tuple[Any, ...]]:
        """Read the services' own store."""
        return await self.store.read(lambda connection: [tuple(row) for row in connection.execute(text(query))])

    # --- people --------------------------------------------------------------------------------------------

    def buyer(self, chat: int, name: str = "Sofia") -> Buyer:
        if chat not in self.buyers:
            self.buyers[chat] = self.telegram.buyer(chat, name)
        return self.buyers[chat]

    def cards(self) -> list[dict[str, Any]]:
        return [post for post in self.slack.messages(CHANNEL) if key_of(post).startswith("card:")]

    def posts(self) -> Iterable[dict[str, Any]]:
        """Everything in the desk's channel, threads included."""
        for post in self.slack.messages(CHANNEL):
            yield post
            yield from self.slack.thread(CHANNEL, post["ts"])

    async def click(self, person: str, action: str, ts: str) -> bool:
        """Whether the click was acknowledged; False as well when the message no longer shows the button."""
        shown = next((post for post in self.posts() if post["ts"] == ts), None)
        if shown is None or action not in actions(shown):
            return False
        outcome = await self.slack.person(person).click(CHANNEL, ts, action, wait_s=2)
        self.clicks += outcome.acked
        return outcome.acked

    # --- time ----------------------------------------------------------------------------------------------

    def move(self, seconds: float) -> None:
        """Let business time pass for everybody: running services are told now, others read the file at start."""
        self.clock.set(self.clock.offset_s + seconds)
        for process in self.processes:
            if process.is_up:
                telling = asyncio.ensure_future(self._tell(process.client))
                self._moving.add(telling)
                telling.add_done_callback(self._moving.discard)

    async def _tell(self, client: ServiceClient) -> object:
        """It may be killed before it answers: it reads the file when it starts again."""
        return await asyncio.gather(client.set_clock(self.clock.offset_s), return_exceptions=True)

    async def leave(self) -> None:
        for telling in list(self._moving):
            telling.cancel()
        await asyncio.gather(*self._moving, return_exceptions=True)


async def holds(condition: Condition) -> bool:
    answer = condition()
    return bool(await answer) if inspect.isawaitable(answer) else bool(answer)


@asynccontextmanager
async def rig(
    folder: Path,
    undo_s: int = 1,
    *,
    database_url: str | None = None,
    processes: int = 1,
    command: Sequence[str] = COMMAND,
    paths: Sequence[str] = (),
) -> AsyncIterator[Rig]:
    """Sandboxes that live through everything, and services that are not started yet. They share a PostgreSQL;
    without `database_url` one service has a SQLite file in `folder`. `paths` are webhooks beside Slack.
    """
    clock = DemoClock(folder / "clock.json")
    telegram, slack = TelegramSandbox(now=clock.now), SlackSandbox(now=clock.now)
    slack.posts_allowed = 1_000_000  # each restart begins with a full burst of its own
    slack.add_person(LIN, "lin", real_name="Lin Na", tz="Asia/Shanghai")
    slack.add_person(BEN, "ben", real_name="Ben Cole", tz="Europe/Madrid")
    slack.add_channel(CHANNEL, "after-sales", members=[LIN, BEN])
    app = web.Application()
    telegram.add_routes(app)
    slack.add_routes(app)
    receivers = Receivers()
    receivers.add_routes(app)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()

    def service(number: int) -> Process:
        port, home = free_port(), folder / str(number) if number else folder
        home.mkdir(exist_ok=True)
        environment = service_environment(
            telegram_token=telegram.token,
            slack_bot_token=slack.bot_token,
            slack_app_token=slack.app_token,
            sandbox_port=runner.addresses[0][1],
            service_port=port,
            folder=home,
            database_url=database_url,
        )
        if paths:
            root = f"http://127.0.0.1:{runner.addresses[0][1]}"
            environment["AMENDS_WEBHOOK_URL"] = " ".join(receivers.address(kind, root) for kind in paths)
        ours = {"AMENDS_UNDO_SECONDS": str(undo_s), "SLACK_CHANNEL": CHANNEL, "AMENDS_CLOCK_FILE": str(clock.path)}
        return Process(command, environment | ours, home, ServiceClient(f"http://127.0.0.1:{port}"))

    services = [service(number) for number in range(processes)]
    store = Outside(database_url or f"sqlite:///{folder / 'amends.db'}")
    desk = Rig(telegram, slack, store, clock, services, receivers)
    try:
        yield desk
        await desk.leave()
        for process in services:
            await process.stop()
    finally:
        await desk.leave()
        for process in services:
            await process.supervisor.kill()
            await process.client.close()
        await store.close()
        await telegram.close()
        await slack.close()
        await runner.cleanup()
    assert telegram.violations == []
    assert slack.violations == []
