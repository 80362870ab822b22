"""News between processes on one PostgreSQL: who stored something wakes the loops of the others.

Told after the commit, on the connection that listens, several in one. NOTIFY inside a writing transaction holds a
lock of the whole server until that is on disk: it cost 60 % of the commits of 16 writers (docs/operations.md).
News may be lost with the process: nothing depends on them, every loop also looks by itself. On SQLite there is
one process and no news.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from bot.clock import Sleep
from bot.signals import STAGES, Signals
from bot.store.connecting import LOST, Connector

log = logging.getLogger(__name__)

CHANNEL = "amends"
BACK_OFF_S = (0.1, 0.5, 1.0, 2.0, 5.0)
PAUSE_S = 0.02  # the first news goes at once; what follows within this time goes together
ANSWER_S = 5.0
_NOTIFY = "SELECT pg_notify($1, news) FROM unnest($2::text[]) AS news"


class News:
    """One connection that listens and tells. Sets the signals of this process for what others stored."""

    def __init__(
        self,
        connector: Connector,
        shop: str,
        signals: Signals,
        *,
        back_off_s: tuple[float, ...] = BACK_OFF_S,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._connector = connector
        self._shop = shop
        self._signals = signals
        self._back_off_s = back_off_s
        self._sleep = sleep
        self._untold: set[str] = set()
        self._changed = asyncio.Event()
        self.listening = asyncio.Event()

    def tell(self, stage: str) -> None:
        """Let the other processes look at this stage, soon."""
        self._untold.add(stage)
        self._changed.set()

    async def run(self) -> None:
        """Listen and tell for ever. A lost connection is taken up again; meanwhile everybody looks by himself."""
        failures = 0
        while True:
            try:
                await self._exchange()
            except LOST as error:
                log.warning("no news from other processes", extra={"error": type(error).__name__})
            failures = 0 if self.listening.is_set() else failures + 1
            self.listening.clear()
            await self._sleep(self._back_off_s[min(failures, len(self._back_off_s) - 1)])

    async def _exchange(self) -> None:
        """Until the connection is lost."""
        connection = await self._connector.connect()
        try:
            connection.add_termination_listener(lambda _connection: self._changed.set())
            await connection.add_listener(CHANNEL, self._heard)
            self._catch_up()
            while not connection.is_closed():
                await self._changed.wait()
                self._changed.clear()
                await self._tell(connection)
        finally:
            connection.terminate()

    def _catch_up(self) -> None:
        """What was told while nobody listened is not told again: look at everything once."""
        self.listening.set()
        for stage in STAGES:
            self._signals.here(stage)

    async def _tell(self, connection: Any) -> None:
        stages, self._untold = self._untold, set()
        if not stages or connection.is_closed():
            self._untold |= stages
            return
        try:
            news = [f"{self._shop}:{stage}" for stage in stages]
            await connection.execute(_NOTIFY, CHANNEL, news, timeout=ANSWER_S)
        except LOST:
            self._untold |= stages
            raise
        await asyncio.sleep(PAUSE_S)

    def _heard(self, connection: Any, sender: int, _channel: str, payload: str) -> None:
        shop, _, stage = payload.rpartition(":")
        if shop == self._shop and stage in STAGES and sender != connection.get_server_pid():
            self._signals.here(stage)
