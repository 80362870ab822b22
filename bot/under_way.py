"""What is being sent at this moment: each attempt in a task of its own, until its outcome is written down."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.attempting import Attempts
from bot.destinations import Destination, Destinations
from bot.outcomes import Result, at_once, unknown
from bot.recording import Recorder
from bot.signals import Signals
from bot.store.outbox import BUYER_KINDS, Sending
from bot.watching import Watch

KEPT = timedelta(seconds=90)  # so long an outcome is kept that cannot be written down
STOPPED = "the service stopped while this was being sent"
LET_GO_S = 1.0


@dataclass(slots=True)
class _Attempt:
    """One that is under way; `result` as soon as there is one that is not written down yet."""

    sending: Sending
    destination: Destination
    result: Result | None = None


class UnderWay:
    """Whatever was claimed is started here, and stays here until its outcome is recorded."""

    def __init__(
        self, attempts: Attempts, destinations: Destinations, records: Recorder, signals: Signals, watch: Watch
    ) -> None:
        self._attempts = attempts
        self._destinations = destinations
        self._records = records
        self._signals = signals
        self._watch = watch
        self._tasks: dict[asyncio.Task[None], _Attempt] = {}

    @property
    def tasks(self) -> Collection[asyncio.Task[None]]:
        return self._tasks.keys()

    @property
    def ids(self) -> set[str]:
        """The outbox rows."""
        return {attempt.sending.id for attempt in self._tasks.values()}

    def start(self, sending: Sending) -> None:
        attempt = _Attempt(sending, self._destinations.of(sending.kind, sending.lane))
        attempt.destination.begin(sending.id, sending.kind)
        task = asyncio.create_task(self._run_one(attempt))
        self._tasks[task] = attempt
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        attempt = self._tasks.pop(task)
        if attempt.destination.end(attempt.sending.id, attempt.sending.kind):
            self._signals.here("outbox")  # somebody may wait for just this room

    async def _run_one(self, attempt: _Attempt) -> None:
        start_ns = self._watch.attempting(attempt.sending)
        attempt.result = await self._attempts.make(attempt.sending, attempt.destination)
        ended = await self._records.record(attempt.result, attempt.sending.attempt, KEPT)
        if attempt.destination.back:
            self._signals.here("outbox")  # it is there again: what failed meanwhile need not wait
        await self._watch.attempted(attempt.sending, ended, attempt.result.events, start_ns)

    async def left_behind(self, sending: Sending) -> None:
        """A process that is gone had claimed it."""
        result = _left_behind(sending)
        await self._records.record(result, sending.attempt, KEPT)
        await self._watch.attempted(sending, result.settlement)

    async def end(self, timeout_s: float) -> None:
        """Let them finish and be recorded. What is still out after that is recorded as what it is, if that can be
        done in a moment; else it keeps its lease, and the next start settles it.
        """
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=timeout_s)
            given_up = [self._tasks[task] for task in late]
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
        await self._records.record(result, attempt.sending.attempt, KEPT)


def _left_behind(sending: Sending) -> Result:
    """Nobody can tell; and no platform asked us to wait: what may be repeated goes at once, however often we were
    stopped.
    """
    return unknown(sending, STOPPED) if sending.kind in BUYER_KINDS else at_once(sending, STOPPED)
