"""The wiring: store, adapters, loops, start and stop. The only room that imports adapters."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from bot import belonging, condition, noting, papers, parcels, wiring
from bot.acknowledging import AckDesk, Signer
from bot.alarms import Alarms
from bot.auditing import Auditor
from bot.batch import People
from bot.brain import load_book
from bot.checks.checkup import Checkup
from bot.clock import BusinessClock, RealClock, first_of, machine_now
from bot.crashing import Ack, Commit, crash_point
from bot.delivery import Delivery
from bot.desk import StoreDesk
from bot.engine import Engine
from bot.heartbeat import Heartbeat
from bot.ids import new_id
from bot.intake import StoreSink, Take, never
from bot.keeping import Kept
from bot.leasing import TTL, Lease
from bot.loading import Loader
from bot.lock import FileLock
from bot.migrating import upgrade
from bot.news import News
from bot.onward import Onward
from bot.pulse import Pulse
from bot.quiet import is_quiet
from bot.recounting import Recounting, recount
from bot.safeguards import Watched, farewell, trouble
from bot.settings import Settings
from bot.signals import Signals
from bot.stopping import Budget
from bot.store import cases
from bot.store import desk as desk_store
from bot.store.accounts import READ
from bot.store.database import Database
from bot.watching import Watch, watch_lag
from bot.wiring import Paces, Turns
from flows.case import Alarm, Case, Deadline
from flows.ports import BuyerChannel, Pager, PortError, StaffDesk, Unavailable
from flows.values import Shop

log = logging.getLogger(__name__)

STOP_S = 8.5  # whoever stops us insists after ten seconds; the rest is for leaving
HEAR_S = 5.0  # Slack itself gives up a click after three
DRAIN_S = 6.0
CLOSE_S = 1.5
START_TRIES_S = (1.0, 2.0, 5.0, 10.0, 20.0)
MEMBERS_EVERY_S = 600.0
LOOK_AGAIN_S = 0.5
# The longest silence of each loop that is no hang. The engine looks every 5 s, the alarms every 15 s; the delivery
# may wait for a record as long as a lease lasts (90 s); a platform may be away for some minutes.
SILENCE_S = {"engine": 60.0, "delivery": 120.0, "alarms": 60.0, "members": 2.5 * MEMBERS_EVERY_S}
PLATFORM_SILENCE_S = 300.0


@dataclass(slots=True)
class Service:
    """One shop's running desk. `start`, then `run` until cancelled, then `stop`; each may be called once."""

    settings: Settings
    clock: BusinessClock
    paces: Paces = field(default_factory=Paces)
    lease_ttl: timedelta = TTL
    goes_onward: bool = True  # False: every stage in a transaction of its own, for the tests of just that
    shop: Shop = field(init=False)
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
    acks: AckDesk = field(init=False)
    auditor: Auditor = field(init=False)
    pagers: dict[str, Pager] = field(init=False, default_factory=dict)
    _signer: Signer = field(init=False)
    loops: list[Kept] = field(init=False, default_factory=list)
    ready: bool = field(init=False, default=False)
    stage: str = field(init=False, default="starting")
    watch: Watch = field(init=False, default_factory=Watch)
    _members: Pulse = field(init=False, default_factory=Pulse)
    _lock: FileLock | None = field(init=False, default=None)
    _tasks: list[asyncio.Task[None]] = field(init=False, default_factory=list)
    _turns: Turns | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self.shop = self.settings.shop

    async def start(self) -> None:
        """Migrate, check every account, wire the loops. Raises Refused, AlreadyRunning or SettingsError."""
        self.signals = Signals()
        self.database = Database(self.settings.database_url, on_commit=self.watch.metrics.committed)
        self.watch.story.find = self._number
        if self.database.is_sqlite:
            self._lock = FileLock(Path(f"{self.database.url.database}.lock"))
            self._lock.take()
        await upgrade(self.database)
        self.desk, channel = wiring.platforms(self.settings, self.clock, self.paces.answer_s, self._acknowledged)
        await _insist(self.desk.start, "Slack")
        await _insist(channel.start, "Telegram")
        self.channels = {channel.channel: channel}
        await belonging.take(self.database, self.shop, channel.channel, self.desk.account)
        self.pagers = wiring.pagers(self.settings, channel.staff)
        self._wire()
        await self._refresh_members()
        await recount(self.database, Recounting(self.shop, self.loader.book, self.loader.policy, self.clock))
        await self.database.write(self._make_appointments, Commit.RECOUNT, patience_s=None)
        self._begin()
        self.ready, self.stage = True, "running"
        log.info("ready", extra={"channels": list(self.channels), "desk": self.desk.channel})

    def _make_appointments(self, connection: Connection) -> None:
        """Those that follow from the settings; the others are made by what happens."""
        policy, now = self.loader.policy, self.clock.now()
        noting.arm(connection, self.shop, policy, now)
        parcels.arm_all(connection, self.shop, policy, now)
        papers.arm_all(connection, self.shop, self.loader.book.ladders, policy, now)

    def _acknowledged(self, seconds: float) -> None:
        self.watch.metrics.clicked(seconds)
        crash_point(Ack.CLICK_DONE)

    async def _number(self, case: str) -> int | None:
        """The number that staff know a case by."""
        return await self.database.read(lambda connection: cases.number_of(connection, self.shop, case))

    def _wire(self) -> None:
        self.loader = Loader(self.shop, load_book(self.settings.policy.rules), self.settings.policy, self.clock)
        self.ask = StoreDesk(self.database, self.shop, self.loader, self.desk.link)
        brain = wiring.brain(self.loader, self.shop, self.desk, self.channels)
        self.engine = Engine(self.database, brain, self.clock, self.signals, self.watch)
        self.alarms = Alarms(
            self.database, self.shop, self.clock, self.signals, self.watch, paths=self.loader.policy.paths
        )
        self._turns = Turns.of(self.paces)
        self._signer = Signer(self.settings.slack_bot_token, self.clock)
        self.delivery = wiring.delivery(
            self.database, self.shop, self.clock, self.signals, self.loader, self.desk, self.channels,
            self.pagers, self._ack_link, self._turns, self.watch,
        )  # fmt: skip
        take: Take = never
        if self.goes_onward:
            take = Onward(self.database, self.engine, self.delivery, self.signals, self.watch).take
            self.delivery.go_onward(take)
        self.sink = StoreSink(self.database, self.shop, self.clock, self.signals, self.watch, take)
        self.auditor = Auditor(
            self.database, self.shop, self.clock, self.signals, self.loader.book, self.settings.policy, self.watch
        )
        self.acks = AckDesk(self.database, self.shop, self.loader, self.sink, self._signer)

    def _ack_link(self, case: Case, deadline: Deadline, rung: Alarm, path: str) -> str:
        """The address where this alarm can be acknowledged; "" while nobody outside can reach our pages."""
        if not self.settings.public_url:
            return ""
        return f"{self.settings.public_url}/ack/{self._signer.token(case, deadline, rung, path)}"

    def _begin(self) -> None:
        self.loops = [
            self._own("engine", self.engine.run, self.engine.pulse),
            self._own("delivery", self.delivery.run, self.delivery.pulse),
            self._own("alarms", self.alarms.run, self.alarms.pulse),
            self._own("members", self._watch_members, self._members),
            self._own("checkup", Checkup(self.sink, self.settings, self.loader.book.rules, machine_now).run),
            self._own("lag", lambda: watch_lag(self.watch.metrics)),
            self._listener(),
            *(self._reader(id) for id in self.channels),
            *self._news(),
            self._auditing(),
        ]
        if self.settings.heartbeat_url:
            heartbeat = Heartbeat(self.settings.heartbeat_url, self._trouble, proxy=self.settings.general_proxy)
            self.loops.append(self._own("heartbeat", heartbeat.run))
        self._tasks = [asyncio.create_task(loop.run(), name=loop.name) for loop in self.loops]

    def _news(self) -> list[Kept]:
        """Wakes the other processes, and this one for them; on SQLite there is no other."""
        if self.database.connector is None:
            return []
        news = News(self.database.connector, self.shop, self.signals)
        self.signals.tell = news.tell
        return [self._own("news", news.run)]

    def _own(self, name: str, run: Callable[[], Awaitable[None]], pulse: Pulse | None = None) -> Kept:
        """A loop of ours. Two at a time do no harm: compare-and-set, leases and unique keys see to that."""
        restarted, silence_s = self.watch.metrics.restarted, SILENCE_S.get(name, 60.0)
        return Kept(name, run, pulse=pulse, silence_s=silence_s, may_double=True, restarted=restarted)

    def _listener(self) -> Kept:
        """Hears the desk. Two would share the clicks, and only one of them would be closed at the end."""
        return Kept(
            self.desk.channel,
            lambda: self.desk.run(self.sink, self.ask),
            sign=condition.sign_of(self.desk.health),
            silence_s=PLATFORM_SILENCE_S,
            restarted=self.watch.metrics.restarted,
        )

    def _reader(self, id: str) -> Kept:
        """Reads one channel while this process, of all that share the store, holds its lease."""
        lease = self.leases[id] = Lease(self.database, f"{READ}{id}", new_id(machine_now()), ttl=self.lease_ttl)
        channel = self.channels[id]
        return Kept(
            id,
            lambda: lease.run(lambda: channel.run(self.sink)),
            pulse=lease.pulse,
            sign=lambda: None if lease.is_held and not channel.health().ok else lease.pulse.beats,
            silence_s=PLATFORM_SILENCE_S,
            restarted=self.watch.metrics.restarted,
        )

    def _auditing(self) -> Kept:
        """By one process of all that share the store."""
        name = f"audit:{self.shop}"  # each shop its own: else one would be looked after, the others not
        lease = self.leases["audit"] = Lease(self.database, name, new_id(machine_now()), ttl=self.lease_ttl)
        return self._own("auditor", lambda: lease.run(self.auditor.run), lease.pulse)

    async def _trouble(self) -> str | None:
        """Why the heartbeat is to stop; None while alarms are in order."""
        if not self.ready:
            return f"the service is {self.stage}"
        pulses = {"engine": self.engine.pulse, "delivery": self.delivery.pulse, "alarms": self.alarms.pulse}
        return trouble(Watched(pulses, SILENCE_S), self.loops, self.auditor, self.leases["audit"])

    async def _refresh_members(self) -> None:
        """Who is at the desk decides who is mentioned."""
        leads = self.settings.policy.leads
        members = await self.desk.members()
        await self.database.write(
            lambda connection: desk_store.save_staff(connection, self.shop, members, leads), Commit.STAFF
        )
        present = tuple(member.id for member in members)
        self.engine.people = People(present, tuple(lead for lead in leads if lead in present))

    async def _watch_members(self) -> None:
        while True:
            self._members.beat()
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
        """Stop intake and let what is under way finish, side by side; then close. Within STOP_S in all: what is
        left lies in the store.
        """
        was_ready, self.ready, self.stage = self.ready, False, "stopping"
        budget = Budget(STOP_S)
        for task in self._tasks:
            task.cancel()
        if hasattr(self, "delivery"):
            self.delivery.stop_claiming()
        if self._turns is not None:
            self._turns.close()
        await asyncio.gather(
            self._stop_hearing(budget), self._stop_sending(budget), self._say_goodbye(budget, was_ready)
        )
        await asyncio.gather(*(budget.spend(name, close(), CLOSE_S) for name, close in self._clients()))
        if hasattr(self, "database"):
            await budget.spend("database", self.database.close(), CLOSE_S)
        if self._lock is not None:
            self._lock.release()

    async def _say_goodbye(self, budget: Budget, was_ready: bool) -> None:
        """Alone on a file, nobody else will sound an alarm now. Of several processes the others go on."""
        if was_ready and self.database.is_sqlite:
            key = f"stop:{new_id(machine_now())}"
            saying = farewell(self.database, self.shop, self.loader, self.desk, key)
            await budget.spend("goodbye", saying, CLOSE_S)

    async def _stop_hearing(self, budget: Budget) -> None:
        await budget.spend("loops", asyncio.gather(*self._tasks, return_exceptions=True), HEAR_S)
        if hasattr(self, "sink"):
            await budget.spend("sink", self.sink.close(), CLOSE_S)

    async def _stop_sending(self, budget: Budget) -> None:
        claiming = [task for task in self._tasks if task.get_name() == "delivery"]
        await budget.spend("claims", asyncio.gather(*claiming, return_exceptions=True), CLOSE_S)
        if hasattr(self, "delivery"):
            drain_s = budget.left(DRAIN_S, keep=2 * CLOSE_S)
            await budget.spend("delivery", self.delivery.drain(drain_s), drain_s + CLOSE_S)

    def _clients(self) -> list[tuple[str, Callable[[], Awaitable[None]]]]:
        clients: list[BuyerChannel | StaffDesk | Pager] = [*self.channels.values(), *self.pagers.values()]
        if hasattr(self, "desk"):
            clients.append(self.desk)
        return [(type(client).__name__, client.close) for client in clients]

    async def health(self) -> tuple[bool, dict[str, Any]]:
        """(all well, the parts in words)."""
        return await condition.in_words(self)

    async def drained(self) -> None:
        """Return when nothing waits: no cause, no consequence, nothing due. For the demo and for tests."""
        while True:
            seen = self.signals.steps
            if await is_quiet(self.database, self.shop, self.clock.now()):
                return
            # What another process does on the same store wakes nobody here: look again by ourselves as well.
            await first_of(self.signals.next_progress(seen), timeout_s=LOOK_AGAIN_S)


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
    return RealClock.from_file(settings.clock_file)
