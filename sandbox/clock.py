"""The demo's business clock: the machine's time plus an offset that a file keeps across a kill."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sandbox.wire import machine_now

OPENING_HOUR_UTC = 8  # 16:00 in Shenzhen, 09:00 in Madrid (winter): both desks are awake


def opening(machine: datetime) -> datetime:
    """The latest Monday 08:00 UTC that is not after `machine`: the demo never opens on a weekend."""
    monday = (machine - timedelta(days=machine.weekday())).astimezone(UTC)
    start = monday.replace(hour=OPENING_HOUR_UTC, minute=0, second=0, microsecond=0)
    return start if start <= machine else start - timedelta(days=7)


class DemoClock:
    """What both sandboxes read, and what the service reads from the file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.offset_s = 0.0

    def now(self) -> datetime:
        return machine_now() + timedelta(seconds=self.offset_s)

    def offset_for(self, instant: datetime) -> float:
        """The offset (seconds) with which the business clock reads `instant` right now."""
        return (instant - machine_now()).total_seconds()

    def set(self, offset_s: float) -> None:
        """Take this offset. The file is replaced in one move: a kill never leaves half of it."""
        self.offset_s = offset_s
        fresh = self.path.with_suffix(".new")
        fresh.write_text(json.dumps({"offset_s": offset_s}), encoding="utf-8")
        fresh.replace(self.path)

    def open(self, begins: datetime | None = None) -> None:
        """Set the clock to the demo's opening time: this instant, else the latest Monday morning."""
        self.set(self.offset_for(begins or opening(machine_now())))
