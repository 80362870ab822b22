"""Outbox → adapter → receipt. Claim, commit, send, record: one attempt a claim, its outcome never guessed.

What an attempt comes to is said by `attempting`; how much goes where at a time, and what is not tried while its
platform is away, by `destinations`.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.asking import Asking
from bot.attempting import Attempts, GivenUp, named
from bot.clock import BusinessClock, first_of, machine_now
from bot.crashing import Commit
from bot.destinations import Destinations
from bot.detour import Detour
from bot.fallen import Fallen
from bot.intake import Take
from bot.outcomes import Handler, LastResort
from bot.pulse import Pulse
from bot.recording import Recorder
from bot.signals import Signals
from bot.store import outbox
from bot.store.database import Database
from bot.store.outbox import Sending
from bot.store.room import Room
from bot.under_way import UnderWay
from bot.watching import Watch

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=35)  # longer than any adapter's own time-out (30 s), and renewed while its process lives
RESCUE_EVERY = timedelta(seconds=10)
GATHER_S = 0.02  # what falls due together goes together


@dataclass(frozen=True, slots=True)
class Look:
    """What a look at the outbox found: what was claimed, whether an approval has fallen, and when the next row may
    go (machine clock).
    """

    claimed: Sequence[Sending] = ()
    has_fallen: bool = False
    next_at: datetime | None = None

    def __bool__(self) -> bool:
        """Whether it claimed anything: a look that found nothing is no passage of a crash point."""
        return bool(self.claimed)

    @property
    def is_whole(self) -> bool:
        """Whether nothing else could go at this moment."""
        return len(self.claimed) < outbox.LOOKED_AT and not self.has_fallen


class Delivery:
    """Works the outbox of one shop. What `handlers` and `last_resorts` are, `Attempts` says."""

    def __init__(
        self,
        database: Database,
        shop: str,
        clock: BusinessClock,
        signals: Signals,
        handlers: Mapping[str, Handler],
        jitter: Callable[[], float],
        *,
        destinations: Destinations | None = None,
        last_resorts: Mapping[str, LastResort] | None = None,
        watch: Watch | None = None,
    ) -> None:
        self._database = database
        self._shop = shop
        self._clock = clock
        self._signals = signals
        self._detour = Detour(database, shop, clock, signals)
        self._attempts = Attempts(handlers, last_resorts or {}, clock, jitter, self._detour)
        self.destinations = destinations or Destinations(jitter=jitter)
        self._asking = Asking(self.destinations, signals)
        self._fallen = Fallen(database, shop, clock, signals)
        self._records = Recorder(database, shop, clock, signals)
        self._watch = watch or Watch()
        self._under_way = UnderWay(self._attempts, self.destinations, self._records, signals, self._watch)
        self._reminder: asyncio.TimerHandle | None = None
        self.is_open = asyncio.Event()  # what a dead process left is told apart from ours: claims may come along
        self.turn = asyncio.Lock()  # one claim at a time: the next one must know how much room this one took
        self.pulse = Pulse()

    def go_onward(self, take: Take) -> None:
        """What is recorded goes on in the same transaction, if it can (bot/onward.py)."""
        self._records.onward = take

    async def run(self) -> None:
        """Send for ever. Stop by cancelling, then `drain`."""
        # Begun anew, the loop is not alone: one that could not be stopped may still have rows to start.
        await self.rescue(everything=self._database.is_sqlite and not self.pulse.beats)
        if not self._attempts.is_stopping:
            self.is_open.set()
        next_rescue = machine_now() + RESCUE_EVERY
        while True:
            self.pulse.beat()
            self._signals.outbox.clear()
            if machine_now() >= next_rescue:
                await self.rescue()
                next_rescue = machine_now() + RESCUE_EVERY
            self._asking.begin()
            async with self.turn:
                look = await self._begin()
            await self._take_detour()
            if look.has_fallen and self._watch.withdrawn(await self._fallen.give_back()):
                continue
            if len(look.claimed) >= outbox.LOOKED_AT:
                continue
            await self._rest(look.next_at, next_rescue)

    # --- attempts ------------------------------------------------------------------------------------------

    async def _begin(self) -> Look:
        """Claim what there is room for and start attempts.

        What is claimed is started, also when we are stopped meanwhile: claimed and never tried counts as unknown.
        """
        claiming = asyncio.ensure_future(self._claim())
        try:
            await asyncio.shield(claiming)
        finally:
            for sending in (await claiming).claimed:
                self._under_way.start(sending)
        return claiming.result()

    async def _take_detour(self) -> None:
        desk = self.destinations.desk
        if desk.is_there:
            self._detour.back()
        else:
            await self._detour.look(desk.breaker.why)

    async def _claim(self) -> Look:
        """All questions of a round in one transaction: a hop each would cost more than the answers."""
        room, back = self.destinations.room(), self.destinations.back_again()

        def claim(connection: Connection) -> Look:
            outbox.hasten(connection, self._shop, back, machine_now())
            return self._look(connection, room)

        return await self._database.write(claim, Commit.CLAIM)

    def _look(self, connection: Connection, room: Room) -> Look:
        now = machine_now()  # read here: what this very transaction queued may go
        claimed = outbox.claim(connection, self._shop, now, now + LEASE, room)
        has_fallen = bool(outbox.stale(connection, self._shop))
        return Look(claimed, has_fallen, outbox.next_at(connection, self._shop, now))

    def claim_along(self) -> Callable[[Connection], Look] | None:
        """A claim as part of somebody's transaction; None while nothing may be claimed. Whoever has `turn` may
        ask, and hands what was found to `begin` once it is committed.
        """
        if not self.is_open.is_set():
            return None
        room = self.destinations.room()
        return lambda connection: self._look(connection, room)

    def begin(self, look: Look) -> None:
        """Start what was claimed along, and wake the loop when there is more to do, or once there is."""
        for sending in look.claimed:
            self._under_way.start(sending)
        if not look.is_whole:
            self._signals.wake("outbox")
        elif look.next_at is not None:
            self._remind(look.next_at)

    def _remind(self, at: datetime) -> None:
        """The loop looks again then. Only the latest word counts: it knew every row."""
        if self._reminder is not None:
            self._reminder.cancel()
        wait_s = max((at - machine_now()).total_seconds(), 0.0) + GATHER_S
        self._reminder = asyncio.get_running_loop().call_later(wait_s, self._signals.here, "outbox")

    def stop_claiming(self) -> None:
        """What is under way is finished and recorded, nothing else is begun."""
        self._attempts.is_stopping = True
        self.is_open.clear()
        if self._reminder is not None:
            self._reminder.cancel()

    async def _rest(self, next_at: datetime | None, until: datetime) -> None:
        """Wait for news, for a destination, for the next time a row may go, or for the rescue."""
        until = until if next_at is None else min(until, next_at)
        wait_s, next_s = (until - machine_now()).total_seconds(), self.destinations.next_in_s()
        wait_s = wait_s if next_s is None else min(wait_s, next_s)
        await first_of(self._signals.outbox.wait(), timeout_s=max(wait_s, 0.001))

    # --- what is shown of it -------------------------------------------------------------------------------

    @property
    def given_up(self) -> Sequence[GivenUp]:
        """What was given up lately, the last one last."""
        return self._attempts.given_up

    @property
    def is_well(self) -> bool:
        """Nobody we send to is away."""
        return all(destination.is_there for destination in self.destinations)

    def health(self) -> dict[str, object]:
        """How each destination is, and what was given up lately, the last one first."""
        given_up = [
            {"outbox": each.outbox, "kind": each.kind, "case": each.case, "why": each.reason, "at": each.at}
            for each in reversed(self.given_up)
        ]
        return {"destinations": self.destinations.states(), "given_up": given_up}

    # --- what a dead process left --------------------------------------------------------------------------

    async def rescue(self, *, everything: bool = False) -> None:
        """Settle what a dead process left behind: leases that ran out, or (alone on the file) every one.

        What this process is sending is not among them, however long it takes and however often the loop begins
        anew: its own outcome will be recorded, and other processes are told so by a fresh lease.
        """
        now, ours = machine_now(), self._under_way.ids

        def look(connection: Connection) -> list[Sending]:
            outbox.renew(connection, self._shop, ours, now + LEASE)
            return outbox.orphans(connection, self._shop, None if everything else now)

        lost = await self._database.write(look, Commit.RESCUE)
        for sending in [sending for sending in lost if sending.id not in ours]:
            log.warning("claimed by a process that is gone", extra=named(sending))
            self.pulse.beat()
            await self._under_way.left_behind(sending)

    async def drain(self, timeout_s: float) -> None:
        """Claim nothing any more, and let what is under way finish; what does not, the next start settles."""
        self.stop_claiming()
        await self._asking.close()
        await self._under_way.end(timeout_s)
