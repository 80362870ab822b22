"""The wiring: store, adapters, loops, start and stop. The only room that imports adapters."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from adapters.slack import SlackDesk
from adapters.telegram import TelegramChannel
from bot.alarms import Alarms
from bot.batch import Brain, People
from bot.brain import load_book
from bot.clock import BusinessClock, RealClock, first_of, machine_now
from bot.delivery import Delivery, Handler
from bot.desk import StoreDesk
from bot.engine import Engine
from bot.guarding import blocks
from bot.ids import jitter, new_id
from bot.intake import StoreSink
from bot.keeping import Kept
from bot.leasing import TTL, Lease
from bot.loading import Loader
from bot.lock import FileLock
from bot.migrating import upgrade
from bot.pace import Pace
from bot.quiet import is_quiet
from bot.recognising import Reading
from bot.replying import Replier
from bot.settings import Settings
from bot.showing import Showing
from bot.signals import Signals
from bot.store import desk as desk_store
from bot.store import inbox
from bot.store.database import Database
from flows.order_numbers import order_in
from flows.ports import BuyerChannel, Health, PortError, StaffDesk, Unavailable
from flows.recognise import WordRecogniser
from flows.values import DEFAULT_SHOP

log = logging.getLogger(__name__)

DRAIN_S = 7.0  # whoever stops us insists after ten seconds
START_TRIES_S = (1.0, 2.0, 5.0, 10.0, 20.0)
MEMBERS_EVERY_S = 600.0
LOOK_AGAIN_S = 0.5


@dataclass(frozen=True, slots=True)
class Paces:
    """Turns a second and bursts: what the platforms take (telegram-slack.md 1.1, 2.1); and our patience."""

    telegram: tuple[float, int] = (25.0, 25)  # about 30 a second over all chats
    slack_posts: tuple[float, int] = (1.0, 2)  # about one message a second and channel
    slack_edits: tuple[float, int] = (0.8, 10)  # chat.update: 50 a minute
    answer_s: float = 25.0  # how long a send waits for Telegram's answer before its outcome counts as unknown


@dataclass(slots=True)
class Service:
    """One shop's running desk. `start`, then `run` until cancelled, then `stop`; each may be called once."""

    settings: Settings
    clock: BusinessClock
    paces: Paces = field(default_factory=Paces)
    shop: str = DEFAULT_SHOP
    lease_ttl: timedelta = TTL
    signals: Signals = field(init=False)
    database: Database = field(init=False)
    desk: StaffDesk = field(init=False)
    channels: dict[str, BuyerChannel] = field(init=False, default_factory=dict)
    leases: dict[str, Lease] = field(init=False, default_factory=dict)
    engine: Engine = field(init=False)
    delivery: Delivery = field(init=False)
    alarms: Alarms = field(init=False)
    loader: Loader = field(init=False)
    ask: StoreDesk = field(init=False)
    sink: StoreSink = field(init=False)
    loops: list[Kept] = field(init=False, default_factory=list)
    ready: bool = field(init=False, default=False)
    _lock: FileLock | None = field(init=False, default=None)
    _tasks: list[asyncio.Task[None]] = field(init=False, default_factory=list)

    async def start(self) -> None:
        """Migrate, check every account, wire the loops. Raises Refused, AlreadyRunning or SettingsError."""
        self.signals = Signals()
        self.database = Database(self.settings.database_url)
        if self.database.is_sqlite:
            self._lock = FileLock(Path(f"{self.database.url.database}.lock"))
            self._lock.take()
        await upgrade(self.database)
        self.desk, channel = self._adapters()
        await _insist(self.desk.start, "Slack")
        await _insist(channel.start, "Telegram")
        self.channels = {channel.channel: channel}
        self._wire()
        await self._refresh_members()
        self._begin()
        self.ready = True
        log.info("ready", extra={"channels": list(self.channels), "desk": self.desk.channel})

    def _adapters(self) -> tuple[SlackDesk, TelegramChannel]:
        s = self.settings
        slack = SlackDesk(
            bot_token=s.slack_bot_token,
            app_token=s.slack_app_token,
            channel=s.slack_channel,
            base_url=s.slack_base_url,
            machine_now=machine_now,
            business_now=self.clock.now,
        )
        telegram = TelegramChannel(
            token=s.telegram_bot_token,
            base_url=s.telegram_base_url,
            base_file_url=s.telegram_base_file_url,
            machine_now=machine_now,
            send_timeout_s=self.paces.answer_s,
            jitter=jitter,
        )
        return slack, telegram

    def _wire(self) -> None:
        book, policy, recogniser = load_book(), self.settings.policy, WordRecogniser()
        self.loader = Loader(self.shop, book, policy, self.clock)
        self.ask = StoreDesk(self.database, self.shop, self.loader, self.desk.link)
        self.sink = StoreSink(self.database, self.shop, self.clock, self.signals)
        translators = {id: channel.translate for id, channel in self.channels.items()}
        brain = Brain(
            shop=self.shop,
            book=book,
            policy=policy,
            translators={**translators, self.desk.channel: self.desk.translate},
            find_order=_order_number,
            guard=blocks,
        )
        self.engine = Engine(self.database, brain, self.clock, self.signals)
        self.alarms = Alarms(self.database, self.shop, self.clock, self.signals)
        posts, edits = Pace(*self.paces.slack_posts), Pace(*self.paces.slack_edits)
        showing = Showing(self.database, self.shop, self.loader, self.desk, posts, edits)
        replier = Replier(self.database, self.shop, self.clock, self.channels, Pace(*self.paces.telegram))
        handlers: dict[str, Handler] = {
            "reply": replier,
            "automatic": replier,
            "card": showing.show,
            "alarm": showing.sound,
            "alarm_edit": showing.refresh,
            "tell": showing.tell,
            "recognise": Reading(self.database, self.shop, recogniser),
        }
        self.delivery = Delivery(self.database, self.shop, self.clock, self.signals, handlers, jitter)

    def _begin(self) -> None:
        self.loops = [
            Kept("engine", self.engine.run),
            Kept("delivery", self.delivery.run),
            Kept("alarms", self.alarms.run),
            Kept("members", self._watch_members),
            Kept(self.desk.channel, lambda: self.desk.run(self.sink, self.ask)),
            *(Kept(id, self._reader(id)) for id in self.channels),
        ]
        self._tasks = [asyncio.create_task(loop.run(), name=loop.name) for loop in self.loops]

    def _reader(self, id: str) -> Callable[[], Awaitable[None]]:
        """Reads one channel while this process, of all that share the store, holds its lease."""
        lease = self.leases[id] = Lease(self.database, f"read:{id}", new_id(machine_now()), ttl=self.lease_ttl)
        channel = self.channels[id]
        return lambda: lease.run(lambda: channel.run(self.sink))

    async def _refresh_members(self) -> None:
        """Who is at the desk decides who is mentioned."""
        leads = self.settings.policy.leads
        members = await self.desk.members()
        async with self.database.write() as connection:
            await desk_store.save_staff(connection, self.shop, members, leads)
        present = tuple(member.id for member in members)
        self.engine.people = People(present, tuple(lead for lead in leads if lead in present))

    async def _watch_members(self) -> None:
        while True:
            await asyncio.sleep(MEMBERS_EVERY_S)
            try:
                await self._refresh_members()
            except PortError as error:
                log.warning("members not read", extra={"why": error.reason})

    async def run(self) -> None:
        """Until cancelled. The loops themselves are ended by `stop`, in order, and each only once."""
        done, _ = await asyncio.wait(self._tasks, return_when=asyncio.FIRST_EXCEPTION)
        for task in done:
            task.result()

    async def stop(self) -> None:
        """Stop intake, let what is under way finish (7 s at most), close. What is left lies in the store."""
        self.ready = False
        readers = [task for task in self._tasks if ":" in task.get_name()]
        await _end(readers)
        if hasattr(self, "sink"):
            await self.sink.close()
        await _end([task for task in self._tasks if task not in readers])
        if hasattr(self, "delivery"):
            await self.delivery.drain(DRAIN_S)
        for channel in self.channels.values():
            await channel.close()
        if hasattr(self, "desk"):
            await self.desk.close()
        if hasattr(self, "database"):
            await self.database.close()
        if self._lock is not None:
            self._lock.release()

    async def health(self) -> tuple[bool, dict[str, Any]]:
        """(all well, the parts in words)."""
        if not self.ready:
            return False, {"status": "starting"}
        parts = {id: self._channel_health(id) for id in self.channels}
        slack, store = self.desk.health(), await self._store_health()
        intake = {id: {"ok": h.ok, "detail": h.detail, "seen_s": h.seen_s} for id, h in parts.items()}
        ok = slack.ok and store["ok"] and all(h.ok for h in parts.values())
        ok = ok and not any(loop.trouble for loop in self.loops)
        return ok, {
            "status": "ok" if ok else "trouble",
            "intake": intake,
            "slack": {"ok": slack.ok, "detail": slack.detail, "seen_s": slack.seen_s},
            "store": store,
            "clicks": self.desk.latency(),
            "loops": {loop.name: loop.trouble or "running" for loop in self.loops},
        }

    def _channel_health(self, id: str) -> Health:
        if self.leases[id].is_held:
            return self.channels[id].health()
        return Health(ok=not self.database.is_sqlite, detail="another process reads it; this one stands by")

    async def _store_health(self) -> dict[str, Any]:
        try:
            async with self.database.read() as connection:
                return {"ok": True, **await inbox.count(connection, self.shop)}
        except (SQLAlchemyError, OSError) as error:
            return {"ok": False, "detail": f"the database does not answer: {type(error).__name__}"}

    async def drained(self) -> None:
        """Return when nothing waits: no cause, no consequence, nothing due. For the demo and for tests."""
        while True:
            seen = self.signals.steps
            if await is_quiet(self.database, self.shop, self.clock.now()):
                return
            # What another process does on the same store wakes nobody here: look again by ourselves as well.
            await first_of(self.signals.next_progress(seen), timeout_s=LOOK_AGAIN_S)


def _order_number(text: str) -> str | None:
    found = order_in(text)
    return None if found is None else found[0]


async def _end(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _insist(start: Callable[[], Awaitable[None]], name: str) -> None:
    """Start an account, patiently while it is only away. Raises Refused, or Unavailable after the last try."""
    for wait_s in START_TRIES_S:
        try:
            return await start()
        except Unavailable as error:
            log.warning("not reachable yet", extra={"platform": name, "why": error.reason})
            await asyncio.sleep(error.retry_after or wait_s)
    await start()
    return None


def business_clock(settings: Settings) -> RealClock:
    """The machine's time, or shifted as a demo left it."""
    return RealClock() if settings.clock_file is None else RealClock.from_file(settings.clock_file)
