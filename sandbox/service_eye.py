"""Keeps the service's newest answers, so that a page shows the last known ones while it is away."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import aiohttp

from sandbox.stage import Stage
from sandbox.tally import Tally, count

OVERDUE_AFTER_S = 5.0  # a running service stores a message within milliseconds


class ServiceEye:
    """What the service says of itself, and what that says beside Telegram's own ledger."""

    def __init__(self, stage: Stage) -> None:
        self.desk: dict[str, Any] | None = None
        self.health: dict[str, Any] | None = None
        self._stage = stage
        self._posted: list[int] = []
        self._missing_since: dict[str, float] = {}

    async def look(self) -> bool:
        """Ask the service, and tell whether anything is new; a service that is away changes nothing."""
        if self._stage.supervisor.state != "running":
            self._missing_since.clear()
            return False
        said, posted = self._stage.said(), self._stage.posted()
        client = self._stage.client
        try:
            desk, health = await asyncio.gather(client.state(), client.health())
        except (aiohttp.ClientError, TimeoutError, ValueError):
            return False
        before = (self.desk, self.health, self.tally())
        self.desk, self.health, self._posted = desk, health, posted
        self._note_missing(set(said) - desk["ledger"]["heard"].keys())
        return before != (self.desk, self.health, self.tally())

    def tally(self) -> Tally | None:
        """Lost and doubled, as far as both ledgers are known."""
        ledger = self.desk["ledger"] if self.desk else None
        now = time.monotonic()
        overdue = {key for key, since in self._missing_since.items() if now - since > OVERDUE_AFTER_S}
        return count(self._stage.said(), self._posted, ledger, overdue)

    def _note_missing(self, missing: set[str]) -> None:
        now = time.monotonic()
        self._missing_since = {key: self._missing_since.get(key, now) for key in missing}
