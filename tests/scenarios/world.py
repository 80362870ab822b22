"""The whole desk in one process: the real service, both sandboxes on loopback, and a clock that is stepped."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.clock import SteppedClock, first_of
from bot.picture import picture
from bot.service import Service
from bot.settings import Settings, read_settings
from bot.wiring import Paces
from sandbox.receivers import Receivers
from sandbox.slack import SlackSandbox
from sandbox.telegram import Buyer, TelegramSandbox

START = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
CHANNEL = "C0DESK"
LIN, BEN = "U0LIN", "U0BEN"
UNDO = timedelta(seconds=20)
ANSWER_S = 1.0
PATIENCE_S = 15.0


@dataclass(slots=True)
class Gate:
    """A method of a platform whose calls are kept on the way until `opened` is set."""

    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    opened: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass(slots=True)
class Line:
    """The line to both platforms."""

    gates: dict[str, Gate] = field(default_factory=dict)

    def hold(self, method: str) -> Gate:
        """Keep the calls of this method on the way from now on."""
        gate = self.gates[method] = Gate()
        return gate

    async def carry(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        gate = self.gates.get(request.path.rpartition("/")[2])
        if gate is not None:
            gate.arrived.set()
            await gate.opened.wait()
        return await handler(request)


@dataclass(slots=True)
class World:
    """One shop with one buyer channel and one desk. `restart` is a stop and a start on the same store."""

    settings: Settings
    clock: SteppedClock
    telegram: TelegramSandbox
    slack: SlackSandbox
    line: Line
    receivers: Receivers = field(default_factory=Receivers)
    service: Service = field(init=False)
    running: asyncio.Task[None] | None = None

    async def start(self) -> None:
        # The sandbox's rate watch runs on machine time; stories are stepped faster than any shop lives.
        paces = Paces(telegram=(1000, 1000), slack_posts=(1000, 1000), slack_edits=(1000, 1000), answer_s=ANSWER_S)
        self.service = Service(self.settings, self.clock, paces)
        await self.service.start()
        self.running = asyncio.create_task(self.service.run())
        await self.slack.wait_connected()  # the second connection follows seconds later, by design

    async def stop(self) -> None:
        if self.running is not None:
            self.running.cancel()
            await asyncio.gather(self.running, return_exceptions=True)
        await self.service.stop()

    async def restart(self) -> None:
        await self.stop()
        await self.start()

    def buyer(self, chat: int = 501, name: str = "Sofia", language: str = "es") -> Buyer:
        return self.telegram.buyer(chat, name, "", language)

    # --- time ----------------------------------------------------------------------------------------------

    async def settle(self) -> None:
        """Everything that can be done at this instant is done: heard, handled, sent."""
        async with asyncio.timeout(PATIENCE_S):
            await self.telegram.wait_for_poll()  # all updates served, and confirmed after they were stored
            await self.service.drained()

    async def until(self, condition: Callable[[], bool]) -> None:
        """Return once the condition holds; it is looked at again whenever anything anywhere has changed."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                seen = (self.telegram.changed.version, self.slack.changed.version, self.service.signals.steps)
                if condition():
                    return
                await first_of(
                    self.telegram.changed.wait(seen[0]),
                    self.slack.changed.wait(seen[1]),
                    self.service.signals.next_progress(seen[2]),
                )

    async def advance(self, by: timedelta) -> None:
        """Let business time pass, from due instant to due instant, settling at each."""
        target = self.clock.now() + by
        await self.settle()
        while (upcoming := await self.service.alarms.next_at()) is not None and upcoming <= target:
            self.clock.move_to(max(upcoming, self.clock.now()))
            self.service.signals.timers.set()
            await self.settle()
        self.clock.move_to(target)
        await self.settle()

    # --- the desk ------------------------------------------------------------------------------------------

    def posts(self) -> list[dict[str, Any]]:
        """Messages in the desk's channel, oldest first."""
        return self.slack.messages(CHANNEL)

    def cards(self) -> list[dict[str, Any]]:
        return [post for post in self.posts() if key_of(post).startswith("card:")]

    def card(self) -> dict[str, Any]:
        """The one card there is."""
        cards = self.cards()
        assert len(cards) == 1, f"{len(cards)} cards"
        return cards[0]

    def alerts(self) -> list[dict[str, Any]]:
        return [post for post in self.posts() if key_of(post).startswith("alarm:")]

    def thread(self) -> list[dict[str, Any]]:
        return self.slack.thread(CHANNEL, self.card()["ts"])

    async def click(self, person: str, action: str, ts: str | None = None, **how: Any) -> Any:
        return await self.slack.person(person).click(CHANNEL, ts or self.card()["ts"], action, **how)

    def modal(self, person: str) -> dict[str, Any]:
        """The dialog on top of what this person has open."""
        return self.slack.views(person)[-1]

    async def open(self, person: str, action: str, ts: str | None = None, **how: Any) -> dict[str, Any]:
        """Press something that opens a dialog; answers the dialog."""
        before = len(self.slack.views(person))
        pressed = await self.click(person, action, ts, **how)
        assert pressed.acked, pressed.note
        await self.until(lambda: len(self.slack.views(person)) > before)
        return self.modal(person)

    async def submit(self, person: str, **values: Any) -> Any:
        """Fill in the dialog in front and press its button."""
        return await self.slack.person(person).submit(self.modal(person)["id"], values)

    def told(self, person: str) -> list[str]:
        """What only this person was told, oldest first."""
        return [words(said) for said in self.slack.ephemerals(person)]

    # --- what is kept --------------------------------------------------------------------------------------

    async def picture(self) -> dict[str, Any]:
        """Cases with clocks and journal, newest first, and the ledger of what was heard and sent."""
        return await picture(self.service.database, self.service.shop, self.service.loader)

    async def case(self) -> dict[str, Any]:
        """The one case there is."""
        cases: list[dict[str, Any]] = (await self.picture())["cases"]
        assert len(cases) == 1, f"{len(cases)} cases"
        return cases[0]

    async def journal(self) -> list[str]:
        """The lines of the one case's file."""
        return [str(entry["line"]) for entry in (await self.case())["journal"]]

    async def heard(self) -> dict[str, int]:
        """ "<chat>:<message>" of every buyer's message to the number of case events it made."""
        ledger: dict[str, int] = (await self.picture())["ledger"]["heard"]
        return ledger


def received(buyer: Buyer) -> list[str]:
    """What stands on the buyer's phone from us, oldest first."""
    return [str(message["text"]) for message in buyer.received()]


def key_of(post: dict[str, Any]) -> str:
    return str((post.get("metadata") or {}).get("event_payload", {}).get("k", ""))


def words(post: dict[str, Any]) -> str:
    """Everything a person can read in a message."""
    found: list[str] = []

    def walk(value: Any) -> None:
        if isinstance(value, dict):
            if isinstance(value.get("text"), str):
                found.append(value["text"])
            if value.get("type") == "date":
                found.append(str(value.get("fallback", "")))
            for child in value.values():
                walk(child)
        elif isinstance(value, list):
            for child in value:
                walk(child)

    walk(post.get("blocks") or [])
    return "\n".join(found)


def actions(post: dict[str, Any]) -> list[str]:
    """The ids of everything that can be pressed, in order."""
    found: list[str] = []
    for block in post.get("blocks") or []:
        elements = list(block.get("elements") or []) if block["type"] == "actions" else []
        if block.get("accessory"):
            elements.append(block["accessory"])
        found += [element["action_id"] for element in elements if "action_id" in element]
    return found


@asynccontextmanager
async def world(
    folder: Path,
    database_url: str | None = None,
    shop: str = "",
    start: bool = True,
    paths: Sequence[str] = (),
    more: Mapping[str, str] | None = None,
    nth: int = 1,
) -> AsyncIterator[World]:
    """A running desk in this folder; whatever the story did, nothing outside would have complained. `paths` are
    the kinds of webhooks that staff can be reached by beside Slack, `more` is added to the environment; the `nth`
    shop has a bot and a workspace of its own.
    """
    clock = SteppedClock(START)
    telegram = TelegramSandbox(now=clock.now, token=f"{1_000_000 + nth}:AAsandbox-token-for-loopback-only")
    slack = SlackSandbox(now=clock.now, team_id="T0SANDBOX" if nth == 1 else f"T{nth}SANDBOX")
    slack.posts_allowed = 10_000
    slack.add_person(LIN, "lin", real_name="Lin Na", tz="Asia/Shanghai")
    slack.add_person(BEN, "ben", real_name="Ben Cole", tz="Europe/Madrid")
    slack.add_channel(CHANNEL, "after-sales", members=[LIN, BEN])
    line = Line()

    @web.middleware
    async def carry(request: web.Request, handler: Handler) -> web.StreamResponse:
        return await line.carry(request, handler)

    app = web.Application(middlewares=[carry])
    telegram.add_routes(app)
    slack.add_routes(app)
    receivers = Receivers()
    receivers.add_routes(app)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    here = f"http://127.0.0.1:{runner.addresses[0][1]}"
    (folder / "shop.toml").write_text(shop or DEFAULT_SHOP)
    environment = {
        "TELEGRAM_BOT_TOKEN": telegram.token,
        "TELEGRAM_BASE_URL": f"{here}/bot",
        "TELEGRAM_BASE_FILE_URL": f"{here}/file/bot",
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_APP_TOKEN": slack.app_token,
        "SLACK_BASE_URL": f"{here}/slack/api/",
        "SLACK_CHANNEL": "after-sales",
        "AMENDS_DATA_DIR": str(folder),
        "AMENDS_SHOP_FILE": str(folder / "shop.toml"),
        "AMENDS_UNDO_SECONDS": str(int(UNDO.total_seconds())),
    }
    if paths:
        environment["AMENDS_WEBHOOK_URL"] = " ".join(receivers.address(kind, here) for kind in paths)
    environment |= more or {}
    if database_url:
        environment["DATABASE_URL"] = database_url
    settings = read_settings(environment, folder / "no.env")
    desk = World(settings, clock, telegram, slack, line, receivers)
    try:
        if start:
            await desk.start()
        yield desk
    finally:
        if hasattr(desk, "service"):
            await desk.stop()
        await telegram.close()
        await slack.close()
        await runner.cleanup()
    assert telegram.violations == []
    assert slack.violations == []
    assert receivers.violations == []


DEFAULT_SHOP = f"""
[shop]
name = "Cedar Home"
zone = "Asia/Shanghai"
language = "en"

[staff]
leads = ["{BEN}"]
"""
