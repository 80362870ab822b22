"""Outbox → adapter → receipt. Claim, commit, send, record: one attempt a claim, its outcome never guessed.

What an outcome means for each kind of effect is the table of invariant 6 (docs/decisions/0003): a reply whose
outcome is unknown is never sent again by a machine; cards, alarms and answers are repeated, found by their key.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import chain, repeat

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.batcher import Batcher
from bot.clock import BusinessClock, first_of, machine_now
from bot.signals import Signals
from bot.store import inbox, outbox
from bot.store.database import Database
from bot.store.outbox import Sending, Settlement
from flows.events import ReplyRefused, ReplyUnknown
from flows.ports import Item, OutcomeUnknown, Refused, Unavailable

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=90)  # longer than any adapter's own time-out (25 s) with room for the record
RESCUE_EVERY = timedelta(seconds=15)
MOST_AT_ONCE = 32
BACK_OFF_S = (1, 2, 5, 10, 30, 60)
FELL = "the case changed before it could be sent"
RECORD_AGAIN_S = (0.5, 1.0, 2.0, 5.0)
BUYER_VISIBLE = ("reply", "automatic")


@dataclass(frozen=True, slots=True)
class Result:
    """What an attempt came to: the row's new state, events for the inbox, and rows to write beside it."""

    settlement: Settlement
    events: tuple[Item, ...] = ()
    also: Callable[[AsyncConnection], Awaitable[None]] | None = None


Handler = Callable[[Sending], Awaitable[Result]]


class Delivery:
    """Works the outbox of one shop. `handlers` make one attempt for a kind and answer its result, or raise a
    port error; anything else they raise is a bug, and is treated as the worst case of its kind.
    """

    def __init__(
        self,
        database: Database,
        shop: str,
        clock: BusinessClock,
        signals: Signals,
        handlers: Mapping[str, Handler],
        jitter: Callable[[], float],
    ) -> None:
        self._database = database
        self._shop = shop
        self._clock = clock
        self._signals = signals
        self._handlers = handlers
        self._jitter = jitter
        self._under_way: dict[asyncio.Task[None], str] = {}
        self._records: Batcher[Result] = Batcher(self._write)

    async def run(self) -> None:
        """Send for ever. Stop by cancelling, then `drain`."""
        await self.rescue(everything=self._database.is_sqlite)
        next_rescue = machine_now() + RESCUE_EVERY
        while True:
            self._signals.outbox.clear()
            if machine_now() >= next_rescue:
                await self.rescue()
                next_rescue = machine_now() + RESCUE_EVERY
            looked_at = machine_now()
            room = MOST_AT_ONCE - len(self._under_way)
            claimed = await self._begin(room) if room > 0 else 0
            if not claimed and not await self._give_back():
                await self._rest(looked_at, next_rescue)

    async def _begin(self, room: int) -> int:
        """Claim and start attempts; how many.

        What is claimed is started, also when we are stopped meanwhile: claimed and never tried counts as unknown.
        """
        claiming = asyncio.ensure_future(self._claim(room))
        try:
            await asyncio.shield(claiming)
        finally:
            for sending in await claiming:
                self._start(sending)
        return len(claiming.result())

    async def _claim(self, at_most: int) -> list[Sending]:
        now = machine_now()
        async with self._database.write() as connection:
            return await outbox.claim(connection, self._shop, now, now + LEASE, at_most)

    async def _give_back(self) -> int:
        """Replies that were under way when their approval fell, and were then certainly not sent, go back to a
        person: left in the queue they could never go, and would hold up their lane for ever.
        """
        async with self._database.read() as connection:
            if not await outbox.stale(connection, self._shop):
                return 0
        now = self._clock.now()
        async with self._database.write() as connection:
            fallen = await outbox.stale(connection, self._shop)
            await outbox.cancel(connection, self._shop, [(id, FELL) for id, _ in fallen], now)
            events = [(ReplyRefused(case, id, FELL), id, case) for id, case in fallen]
            items = [
                inbox.event_item(event, f"fell:{id}", case, position(), urgent=True) for event, id, case in events
            ]
            await inbox.add(connection, self._shop, items, now)
        self._signals.inbox.set()
        self._signals.progressed()
        return len(fallen)

    async def _rest(self, looked_at: datetime, until: datetime) -> None:
        """Wait for news, for the next time a row may go after we last looked, or for the next rescue."""
        async with self._database.read() as connection:
            upcoming = await outbox.next_at(connection, self._shop, looked_at)
        until = until if upcoming is None else min(until, upcoming)
        wait_s = (until - machine_now()).total_seconds()
        await first_of(self._signals.outbox.wait(), timeout_s=max(wait_s, 0.001))

    def _start(self, sending: Sending) -> None:
        task = asyncio.create_task(self._attempt(sending))
        self._under_way[task] = sending.id
        task.add_done_callback(lambda done: self._under_way.pop(done, None))

    async def _attempt(self, sending: Sending) -> None:
        try:
            result = await self._handlers[sending.kind](sending)
        except Unavailable as error:
            result = self._again(sending, error.reason, error.retry_after)
        except OutcomeUnknown as error:
            result = self._unknown(sending, error.reason)
        except Refused as error:
            result = Result(Settlement(sending.id, "refused", error=error.reason))
        except Exception:
            # A bug in an adapter must not stop the others, and must not send a buyer anything twice.
            log.exception("attempt failed", extra={"outbox": sending.id, "kind": sending.kind})
            result = self._unknown(sending, "an internal error, see the log")
        await self._record(sending, result)

    async def _record(self, sending: Sending, result: Result) -> None:
        """Write the outcome down, unless the row went to another attempt meanwhile.

        While the database is away the receipt is known to this process alone: it is kept and tried again as long
        as the lease stands. After that the row counts as unknown, and a person decides.
        """
        mine = replace(result, settlement=replace(result.settlement, attempt=sending.attempt))
        until = machine_now() + LEASE
        for wait_s in chain(RECORD_AGAIN_S, repeat(RECORD_AGAIN_S[-1])):
            try:
                return await self._records.put([mine])
            except Exception as error:
                quotes = isinstance(error, DBAPIError)  # a database's own words may quote the buyer's
                given = {"outbox": sending.id, "error": type(error).__name__}
                log.exception("outcome not recorded", extra=given, exc_info=not quotes)
                if machine_now() + timedelta(seconds=wait_s) >= until:
                    return None
            await asyncio.sleep(wait_s)
        return None

    def _again(self, sending: Sending, reason: str, retry_after: float | None) -> Result:
        """Certainly not done: later, with back-off and jitter, or when the platform says."""
        step_s = BACK_OFF_S[min(sending.attempt, len(BACK_OFF_S)) - 1]
        wait_s = max(retry_after or 0, step_s) * (1 + 0.2 * self._jitter())
        at = machine_now() + timedelta(seconds=wait_s)
        log.warning("not sent, will retry", extra={"outbox": sending.id, "kind": sending.kind, "why": reason})
        return Result(Settlement(sending.id, "pending", error=reason, not_before=at))

    def _unknown(self, sending: Sending, reason: str) -> Result:
        if sending.kind not in BUYER_VISIBLE:
            return self._again(sending, reason, None)
        event = ReplyUnknown(sending.case or "", sending.id, reason)
        item = inbox.event_item(event, f"unknown:{sending.id}", sending.case or "", position(), urgent=True)
        return Result(Settlement(sending.id, "unknown", error=reason), (item,))

    async def _write(self, results: Sequence[Result]) -> None:
        """Record outcomes: only rows still ours move, and only those bring their events."""
        now = self._clock.now()
        async with self._database.write() as connection:
            moved = set(await outbox.settle(connection, self._shop, [r.settlement for r in results], now))
            for result in results:
                if result.settlement.id in moved and result.also is not None:
                    await result.also(connection)
            items = [item for r in results if r.settlement.id in moved for item in r.events]
            await inbox.add(connection, self._shop, items, now)
        if items:
            self._signals.inbox.set()
        self._signals.outbox.set()
        self._signals.progressed()

    async def rescue(self, *, everything: bool = False) -> None:
        """Settle what a dead process left behind: leases that ran out, or (alone on the file) every one.

        What this process is sending is not among them, however long it takes and however often the loop begins
        anew: its own outcome will be recorded, and other processes are told so by a fresh lease.
        """
        now, ours = machine_now(), set(self._under_way.values())
        async with self._database.write() as connection:
            await outbox.renew(connection, self._shop, ours, now + LEASE)
            lost = await outbox.orphans(connection, self._shop, None if everything else now)
        for sending in [sending for sending in lost if sending.id not in ours]:
            log.warning("claimed by a process that is gone", extra={"outbox": sending.id, "kind": sending.kind})
            await self._record(sending, self._left_behind(sending))

    def _left_behind(self, sending: Sending) -> Result:
        """No platform asked us to wait: what may be repeated goes at once, however often we were stopped."""
        reason = "the service stopped while this was being sent"
        if sending.kind in BUYER_VISIBLE:
            return self._unknown(sending, reason)
        return Result(Settlement(sending.id, "pending", error=reason, not_before=machine_now()))

    async def drain(self, timeout_s: float) -> None:
        """Let attempts under way finish and be recorded; what is still out after that keeps its lease."""
        if self._under_way:
            _, late = await asyncio.wait(self._under_way, timeout=timeout_s)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        await self._records.close()


def position() -> int:
    """The order of our own events in their lane: microseconds of the machine clock."""
    return int(machine_now().timestamp() * 1_000_000)
