"""A tap on a button spins until it is acknowledged: that happens once the tap is stored, and never holds it up."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Callable, Sequence

from telegram import Bot

from adapters.telegram.send import acknowledge_press
from flows.ports import Item, PortError, Sink

PATIENCE_S = 3.0  # the next question to Telegram confirms what was stored: it does not wait longer for spinners


class PressSink:
    """Passes everything on, and stops the spinners of what was stored."""

    def __init__(self, sink: Sink, bot: Callable[[], Bot]) -> None:
        self._sink = sink
        self._bot = bot

    async def store(self, items: Sequence[Item]) -> None:
        await self._sink.store(items)
        presses = [press for item in items if (press := press_in(item.raw))]
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE_S):
                await asyncio.gather(*map(self._acknowledge, presses))

    async def _acknowledge(self, press: str) -> None:
        with contextlib.suppress(PortError):  # the press is stored: only its spinner turns a little longer
            await acknowledge_press(self._bot(), press)


def press_in(raw: bytes) -> str | None:
    """The id of a press, None for any other update."""
    if b'"callback_query"' not in raw:
        return None
    try:
        return str(json.loads(raw)["callback_query"]["id"])
    except (ValueError, KeyError, TypeError):
        return None
