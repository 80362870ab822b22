"""Runs something only while this process holds its lease; another process takes over when this one dies."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta

from sqlalchemy.exc import SQLAlchemyError

from bot.clock import Sleep, machine_now, machine_s
from bot.crashing import Commit
from bot.pulse import Pulse
from bot.store import leases
from bot.store.database import Database

log = logging.getLogger(__name__)

TTL = timedelta(seconds=8)  # a dead holder's work passes on within ten seconds
RENEW_S = 2.0


class Lease:
    """One name, one holder at a time. `is_held` says whether it is this process now."""

    def __init__(
        self, database: Database, name: str, holder: str, *, ttl: timedelta = TTL, sleep: Sleep = asyncio.sleep
    ) -> None:
        self._database = database
        self._name = name
        self._holder = holder
        self._ttl = ttl
        self._sleep = sleep
        self.is_held = False
        self.pulse = Pulse()

    async def run(self, work: Callable[[], Awaitable[None]]) -> None:
        """Wait for the lease, work while it stands, and give it up at the end. Raises what the work raises."""
        first = True
        while True:
            if await self._take_or_leave(by_force=first and self._database.is_sqlite):
                try:
                    await self._work(work)
                finally:
                    await self._give_up()
            first = False
            await self._sleep(RENEW_S)

    async def _take_or_leave(self, *, by_force: bool) -> bool:
        """Stopped while it takes the lease, it may have got it all the same: nobody is to wait for its end."""
        try:
            return await self._take(by_force=by_force)
        except asyncio.CancelledError:
            await self._give_up()
            raise

    async def _take(self, *, by_force: bool = False) -> bool:
        self.pulse.beat()
        token = await self._database.write(
            lambda c: leases.take(c, self._name, self._holder, self._ttl, machine_now(), by_force=by_force),
            Commit.LEASE,
        )
        if token is not None and not self.is_held:
            log.info("lease taken", extra={"lease": self._name, "fence": token})
        self.is_held = token is not None
        return self.is_held

    async def _work(self, work: Callable[[], Awaitable[None]]) -> None:
        working = asyncio.ensure_future(work())
        renewing = asyncio.create_task(self._renew())
        try:
            await asyncio.wait({working, renewing}, return_when=asyncio.FIRST_COMPLETED)
            if working.done():
                await working
        finally:
            for task in (working, renewing):
                task.cancel()
            await asyncio.gather(working, renewing, return_exceptions=True)

    async def _renew(self) -> None:
        """Return when the lease is lost, or when it may be: the database has been silent for most of its time."""
        renewed_s = machine_s()
        while True:
            await self._sleep(RENEW_S)
            try:
                if not await self._take():
                    log.warning("lease lost", extra={"lease": self._name})
                    return
                renewed_s = machine_s()
            except (SQLAlchemyError, OSError) as error:
                log.warning("lease not renewed", extra={"lease": self._name, "error": type(error).__name__})
                if machine_s() - renewed_s > self._ttl.total_seconds() - RENEW_S:
                    return

    async def _give_up(self) -> None:
        self.is_held = False
        try:
            await self._database.write(
                lambda connection: leases.release(connection, self._name, self._holder), Commit.LEASE_END
            )
        except (SQLAlchemyError, OSError) as error:
            log.warning("lease not given up", extra={"lease": self._name, "error": type(error).__name__})
