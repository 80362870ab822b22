"""Asks destinations that are away whether they are there again: something harmless, nothing that waits."""

from __future__ import annotations

import asyncio
import logging

from bot.clock import machine_s
from bot.destinations import Destination, Destinations
from bot.signals import Signals
from flows.ports import OutcomeUnknown, Unavailable

log = logging.getLogger(__name__)

PATIENCE_S = 5.0


class Asking:
    """Each question runs beside the sending, one at a time and destination; its answer wakes the delivery."""

    def __init__(self, destinations: Destinations, signals: Signals) -> None:
        self._destinations = destinations
        self._signals = signals
        self._running: set[asyncio.Task[None]] = set()

    def begin(self) -> None:
        """Ask whoever is due."""
        for destination in self._destinations.due():
            destination.is_asked = True
            task = asyncio.create_task(self._ask(destination))
            self._running.add(task)
            task.add_done_callback(self._running.discard)

    async def _ask(self, destination: Destination) -> None:
        try:
            why = await _silence(destination)
        finally:
            destination.is_asked = False
        if why is None:
            destination.breaker.replied(machine_s())
        else:
            destination.breaker.silent(why, machine_s())
        self._signals.here("outbox")

    async def close(self) -> None:
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)


async def _silence(destination: Destination) -> str | None:
    """Why there was no answer; None when there was one, even "no": what is sent next will say it again."""
    if destination.probe is None:
        return None
    try:
        async with asyncio.timeout(PATIENCE_S):
            await destination.probe()
    except (Unavailable, OutcomeUnknown) as error:
        return error.reason
    except TimeoutError:
        return "no answer"
    except Exception as error:  # noqa: BLE001 - an answer of some kind, or a bug that must not keep everything back
        log.info("asked and refused", extra={"destination": destination.name, "error": type(error).__name__})
    return None
