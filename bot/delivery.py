"""Outbox → adapter → receipt. Claim, commit, send, record: one attempt a claim, its outcome never guessed.

What an outcome means for each kind of effect is the table of invariant 6 (docs/decisions/0003): a reply whose
outcome is unknown is never sent again by a machine; cards, alarms and answers are repeated, found by their key.
How much goes where at a time, and what is not tried while its platform is away, is said by `destinations`.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from bot.asking import Asking
from bot.backoff import FAULT_S
from bot.clock import BusinessClock, first_of, machine_now, machine_s
from bot.crashing import Commit
from bot.destinations import Destination, Destinations
from bot.fallen import Fallen
from bot.outcomes import Handler, LastResort, Outcomes, Result, Unsent, at_once, position, refused, unknown
from bot.pulse import Pulse
from bot.recording import Recorder
from bot.signals import Signals
from bot.store import outbox
from bot.store.database import Database, is_passing
from bot.store.outbox import BUYER_KINDS, Sending
from bot.watching import Watch
from flows.ports import OutcomeUnknown, PortError, Refused, Unavailable

__all__ = ["Delivery", "GivenUp", "Handler", "Result", "position"]

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=90)  # longer than any adapter's own time-out (30 s) with room for the record
RESCUE_EVERY = timedelta(seconds=15)
STOPPED = "the service stopped while this was being sent"
REMEMBERED = 20
PROJECTIONS = ("card", "alarm_edit")  # not worth a person's while: they wait until the account is mended
LET_GO_S = 1.0


@dataclass(frozen=True, slots=True)
class GivenUp:
    """An effect that was not done and is not tried again, for the operator: the row keeps the reason as well."""

    outbox: str
    kind: str
    case: str | None
    reason: str
    at: datetime


@dataclass(slots=True)
class _Attempt:
    """One that is under way; `result` as soon as there is one that is not written down yet."""

    sending: Sending
    destination: Destination
    result: Result | None = None


@dataclass(frozen=True, slots=True)
class _Look:
    """What a look at the outbox found; when nothing was claimed, also whether an approval has fallen, and when the
    next row may go.
    """

    claimed: Sequence[Sending] = ()
    has_fallen: bool = False
    next_at: datetime | None = None


class Delivery:
    """Works the outbox of one shop. `handlers` make one attempt for a kind and answer its result, or raise a
    port error; anything else they raise is a bug, and is treated as the worst case of its kind. When a bug or a
    refusal ends an effect, its kind's last resort may still do something plainer, or tell the case.
    """

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
        self._handlers = handlers
        self._last_resorts = last_resorts or {}
        self._outcomes = Outcomes(jitter)
        self.destinations = destinations or Destinations(jitter=jitter)
        self.given_up: deque[GivenUp] = deque(maxlen=REMEMBERED)
        self._asking = Asking(self.destinations, signals)
        self._fallen = Fallen(database, shop, clock, signals)
        self._records = Recorder(database, shop, clock, signals)
        self._under_way: dict[asyncio.Task[None], _Attempt] = {}
        self._faults: Counter[str] = Counter()
        self._is_stopping = False
        self._watch = watch or Watch()
        self.pulse = Pulse()

    async def run(self) -> None:
        """Send for ever. Stop by cancelling, then `drain`."""
        # Begun anew, the loop is not alone: one that could not be stopped may still have rows to start.
        await self.rescue(everything=self._database.is_sqlite and not self.pulse.beats)
        next_rescue = machine_now() + RESCUE_EVERY
        while True:
            self.pulse.beat()
            self._signals.outbox.clear()
            if machine_now() >= next_rescue:
                await self.rescue()
                next_rescue = machine_now() + RESCUE_EVERY
            self._asking.begin()
            look = await self._begin()
            if look.claimed or (look.has_fallen and self._watch.withdrawn(await self._fallen.give_back())):
                continue
            await self._rest(look.next_at, next_rescue)

    # --- attempts ------------------------------------------------------------------------------------------

    async def _begin(self) -> _Look:
        """Claim what there is room for and start attempts.

        What is claimed is started, also when we are stopped meanwhile: claimed and never tried counts as unknown.
        """
        claiming = asyncio.ensure_future(self._claim())
        try:
            await asyncio.shield(claiming)
        finally:
            for sending in (await claiming).claimed:
                self._start(sending)
        return claiming.result()

    async def _claim(self) -> _Look:
        """All questions of a round in one transaction: a hop each would cost more than the answers."""
        now, room, back = machine_now(), self.destinations.room(), self.destinations.back_again()

        def claim(connection: Connection) -> _Look:
            outbox.hasten(connection, self._shop, back, now)
            claimed = outbox.claim(connection, self._shop, now, now + LEASE, room)
            if claimed:
                return _Look(claimed)
            has_fallen = bool(outbox.stale(connection, self._shop))
            return _Look((), has_fallen, outbox.next_at(connection, self._shop, now))

        return await self._database.write(claim, Commit.CLAIM)

    def _start(self, sending: Sending) -> None:
        attempt = _Attempt(sending, self.destinations.of(sending.kind, sending.lane))
        attempt.destination.begin(sending.id, sending.kind)
        task = asyncio.create_task(self._run_one(attempt))
        self._under_way[task] = attempt
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        attempt = self._under_way.pop(task)
        if attempt.destination.end(attempt.sending.id, attempt.sending.kind):
            self._signals.here("outbox")  # somebody may wait for just this room

    async def _run_one(self, attempt: _Attempt) -> None:
        start_ns = self._watch.attempting(attempt.sending)
        attempt.result = await self._attempt(attempt.sending, attempt.destination)
        if attempt.result.settlement.state != "pending":
            self._faults.pop(attempt.sending.id, None)
        await self._records.record(attempt.result, attempt.sending.attempt, LEASE)
        result = attempt.result
        await self._watch.attempted(attempt.sending, result.settlement, result.events, start_ns)

    async def _attempt(self, sending: Sending, destination: Destination) -> Result:
        begun_s = machine_s()
        try:
            result = await self._handlers[sending.kind](sending)
        except Unavailable as error:
            return self._put_off(sending, destination, error, begun_s)
        except OutcomeUnknown as error:
            destination.failed(sending.id, error.reason, begun_s, machine_s())
            return self._outcomes.unsure(sending, error.reason)
        except Refused as error:
            if error.fatal and sending.kind in PROJECTIONS:
                return self._put_off(sending, destination, Unavailable(error.reason), begun_s)
            destination.answered(machine_s())
            return await self._give_up(sending, error.reason)
        except Unsent as error:
            return await self._stumbled(sending, error.__cause__ or error)
        except Exception as error:  # noqa: BLE001 - logged there; one bug must not stop the others
            return await self._failed(sending, error)
        destination.answered(machine_s())
        return result

    def _put_off(self, sending: Sending, destination: Destination, error: Unavailable, begun_s: float) -> Result:
        """Certainly not done: we are stopping, or the platform asks for patience, or it is away."""
        if self._is_stopping:
            return at_once(sending, error.reason)
        if error.retry_after is not None:
            destination.answered(machine_s())
            destination.told_to_wait(sending.kind, sending.lane, error.retry_after, machine_s())
        else:
            destination.failed(sending.id, error.reason, begun_s, machine_s())
        log.warning("not sent, will retry", extra={**_named(sending), "why": error.reason})
        return self._outcomes.away(sending, error)

    async def _failed(self, sending: Sending, error: Exception) -> Result:
        """A bug must not stop the others, and must not send a buyer anything twice."""
        if sending.kind not in BUYER_KINDS:
            return await self._stumbled(sending, error)
        _log_fault(sending, error)
        return unknown(sending, "an internal error, see the log")

    async def _stumbled(self, sending: Sending, error: BaseException) -> Result:
        """Our own trouble with something that is harmless to repeat. The store comes back; a bug rarely goes away,
        so it is given a few chances and no more.
        """
        if is_passing(error):
            log.warning("not sent, will retry", extra={**_named(sending), "why": type(error).__name__})
            return self._outcomes.hindered(sending, "the database did not answer")
        _log_fault(sending, error)
        self._faults[sending.id] += 1
        reason = f"an internal error ({type(error).__name__}), see the log"
        if self._faults[sending.id] <= len(FAULT_S):
            return self._outcomes.faulty(sending, reason, self._faults[sending.id])
        return await self._give_up(sending, reason)

    async def _give_up(self, sending: Sending, reason: str) -> Result:
        """It cannot be done as it should be. A last resort may do it more plainly; either way it is told."""
        log.error("given up", extra={**_named(sending), "case": sending.case, "why": reason})
        self.given_up.append(GivenUp(sending.id, sending.kind, sending.case, reason, self._clock.now()))
        last_resort = self._last_resorts.get(sending.kind)
        if last_resort is None:
            return refused(sending, reason)
        try:
            return await last_resort(sending, reason)
        except (Unavailable, OutcomeUnknown) as error:
            return self._outcomes.unsure(sending, error.reason)
        except PortError:
            return refused(sending, reason)
        except Exception as error:  # noqa: BLE001 - logged, and the reason above is the one that counts
            _log_fault(sending, error)
            return refused(sending, reason)

    async def _rest(self, next_at: datetime | None, until: datetime) -> None:
        """Wait for news, for a destination, for the next time a row may go, or for the rescue."""
        until = until if next_at is None else min(until, next_at)
        wait_s, next_s = (until - machine_now()).total_seconds(), self.destinations.next_in_s()
        wait_s = wait_s if next_s is None else min(wait_s, next_s)
        await first_of(self._signals.outbox.wait(), timeout_s=max(wait_s, 0.001))

    # --- what is shown of it -------------------------------------------------------------------------------

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
        now, ours = machine_now(), {attempt.sending.id for attempt in self._under_way.values()}

        def look(connection: Connection) -> list[Sending]:
            outbox.renew(connection, self._shop, ours, now + LEASE)
            return outbox.orphans(connection, self._shop, None if everything else now)

        lost = await self._database.write(look, Commit.RESCUE)
        for sending in [sending for sending in lost if sending.id not in ours]:
            log.warning("claimed by a process that is gone", extra=_named(sending))
            self.pulse.beat()
            await self._records.record(_left_behind(sending), sending.attempt, LEASE)
            await self._watch.attempted(sending, _left_behind(sending).settlement)

    async def drain(self, timeout_s: float) -> None:
        """Let attempts under way finish and be recorded. What is still out after that is recorded as what it is,
        if that can be done in a moment; else it keeps its lease, and the next start settles it.
        """
        self._is_stopping = True
        await self._asking.close()
        if self._under_way:
            _, late = await asyncio.wait(self._under_way, timeout=timeout_s)
            given_up = [self._under_way[task] for task in late]
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
            await self._let_go(given_up)
        await self._records.close()

    async def _let_go(self, attempts: Sequence[_Attempt]) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LET_GO_S):
                await asyncio.gather(*(self._let_one_go(attempt) for attempt in attempts))

    async def _let_one_go(self, attempt: _Attempt) -> None:
        result = attempt.result or _left_behind(attempt.sending)
        await self._records.record(result, attempt.sending.attempt, LEASE)


def _left_behind(sending: Sending) -> Result:
    """Nobody can tell; and no platform asked us to wait: what may be repeated goes at once, however often we were
    stopped.
    """
    return unknown(sending, STOPPED) if sending.kind in BUYER_KINDS else at_once(sending, STOPPED)


def _named(sending: Sending) -> dict[str, object]:
    return {"outbox": sending.id, "kind": sending.kind}


def _log_fault(sending: Sending, error: BaseException) -> None:
    """A database's own words may quote the buyer's."""
    quotes = isinstance(error, DBAPIError)
    given = {**_named(sending), "error": type(error).__name__}
    log.error("attempt failed", extra=given, exc_info=None if quotes else error)
