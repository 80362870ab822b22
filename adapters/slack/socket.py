"""Two Socket Mode connections, each watched and replaced whole when it no longer lives.

Why two: a connection that Slack asks to renew is closed before its successor is open. Why a watchdog: the
SDK's connect() retries a refused ticket for ever, and a socket can be open and deaf (telegram-slack.md 2.4).
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from adapters.slack.ear import Ear
from flows.ports import Health

_LOG = logging.getLogger(__name__)
CONNECTIONS = 2


@dataclass(frozen=True, slots=True)
class Pace:
    """All in seconds. `ping_s` is Bolt's default; a connection silent for four of them is dead."""

    ping_s: float = 10.0
    watch_s: float = 15.0
    connect_s: float = 20.0
    close_s: float = 3.5
    stagger_s: float = 3.0
    pause_s: float = 1.0
    longest_pause_s: float = 30.0


class Sockets:
    """`make` builds a new, unconnected connection; `machine_now` is read for the age of the last sign of life."""

    def __init__(self, make: Callable[[], Ear], machine_now: Callable[[], datetime], pace: Pace) -> None:
        self._make, self._machine_now, self._pace = make, machine_now, pace
        self._ears: dict[int, Ear] = {}
        self._one_at_a_time = asyncio.Lock()
        self._ended = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()

    async def run(self) -> None:
        """Keep the connections up until `close` or cancellation; both end with them closed.

        Raises what a keeper raises: one that failed in silence would leave Slack deaf.
        """
        self._idle.clear()
        keepers = [asyncio.create_task(self._keep(slot)) for slot in range(CONNECTIONS)]
        ended = asyncio.create_task(self._ended.wait())
        try:
            done, _ = await asyncio.wait({ended, *keepers}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (ended, *keepers):
                task.cancel()
            await asyncio.gather(ended, *keepers, return_exceptions=True)
            self._idle.set()
        for task in done - {ended}:
            task.result()

    async def close(self) -> None:
        """Returns when the connections are closed, within the time that closing may take."""
        self._ended.set()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._pace.close_s + 2):
                await self._idle.wait()

    async def _keep(self, slot: int) -> None:
        await asyncio.sleep(slot * self._pace.stagger_s)
        failures = 0
        while True:
            ear = self._make()
            try:
                failures = 0 if await self._live(slot, ear) else failures + 1
            finally:
                self._ears.pop(slot, None)
                await ear.close(self._pace.close_s)
            await asyncio.sleep(min(self._pace.pause_s * 2 ** min(failures, 10), self._pace.longest_pause_s))

    async def _live(self, slot: int, ear: Ear) -> bool:
        """Connect and watch; returns when the connection is no longer well: whether it ever was."""
        try:
            async with self._one_at_a_time, asyncio.timeout(self._pace.connect_s):
                await ear.connect()
        except Exception as error:  # noqa: BLE001 - whatever hinders a connection, the next attempt is a new one
            _LOG.warning("Slack connection %d not opened: %s", slot + 1, type(error).__name__)
            return False
        self._ears[slot] = ear
        while await ear.is_well():  # noqa: ASYNC110 - a deaf socket sets no event: proof of life is polled
            await asyncio.sleep(self._pace.watch_s)
        _LOG.warning("Slack connection %d is replaced", slot + 1)
        return True

    def health(self) -> Health:
        """By the last pong or envelope: being connected is no proof of life."""
        now = self._machine_now().timestamp()
        ages = [max(0.0, now - ear.last_sign_of_life) for ear in self._ears.values()]
        seen = round(min(ages), 1) if ages else None
        alive = sum(age <= self._oldest_sign for age in ages)
        return Health(alive > 0, f"{alive} of {CONNECTIONS} Slack connections are alive", seen)

    @property
    def _oldest_sign(self) -> float:
        return 4 * self._pace.ping_s + 1
