"""Two clocks. The business clock rules deadlines, undo and card dates, and may be stepped by tests and the
demo; the machine clock rules leases, back-off and rate limits, and always runs.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

_EVEN_ASLEEP: int | None = getattr(time, "CLOCK_BOOTTIME", getattr(time, "CLOCK_MONOTONIC", None))


def machine_now() -> datetime:
    """The machine's time, aware UTC."""
    return datetime.now(UTC)


def machine_s() -> float:
    """Seconds of a clock that never jumps; only differences mean anything."""
    return time.monotonic()


def elapsed_s() -> float:
    """Seconds of a clock that nobody sets and that, where the system has one, runs on while the machine sleeps;
    only differences mean anything. (Linux' monotonic clock and Python's on macOS stand still then.)
    """
    return time.monotonic() if _EVEN_ASLEEP is None else time.clock_gettime(_EVEN_ASLEEP)


def machine_ns() -> int:
    """The machine's time as nanoseconds since 1970: what traces are stamped with."""
    return time.time_ns()


Sleep = Callable[[float], Awaitable[None]]


class BusinessClock(Protocol):
    def now(self) -> datetime:
        """Aware UTC."""
        ...

    async def until(self, instant: datetime, interrupted: asyncio.Event) -> None:
        """Return when `instant` has come, when the clock was moved, or when `interrupted` is set."""
        ...


class RealClock:
    """The business clock of a real shop: the machine's, shifted by an offset that only a demo ever sets.

    A wait ends after `poll_s` at the latest, so that a suspended laptop or a corrected system clock is noticed.
    """

    def __init__(self, offset: timedelta = timedelta(), poll_s: float = 15.0) -> None:
        self._offset = offset
        self._poll_s = poll_s
        self._moved = asyncio.Event()

    @classmethod
    def from_file(cls, file: Path | None) -> RealClock:
        """The clock a demo left behind: `{"offset_s": seconds}`. A missing file, or none, means no offset."""
        if file is None:
            return cls()
        try:
            offset_s = float(json.loads(file.read_text())["offset_s"])
        except FileNotFoundError:
            offset_s = 0.0
        return cls(timedelta(seconds=offset_s))

    def now(self) -> datetime:
        return machine_now() + self._offset

    def move(self, offset: timedelta) -> None:
        """Set the offset and wake everybody who waits."""
        self._offset = offset
        self._moved.set()
        self._moved = asyncio.Event()

    async def until(self, instant: datetime, interrupted: asyncio.Event) -> None:
        wait_s = min((instant - self.now()).total_seconds(), self._poll_s)
        if wait_s > 0:
            await first_of(self._moved.wait(), interrupted.wait(), timeout_s=wait_s)


class SteppedClock:
    """A clock that stands still until it is moved: for tests and simulations."""

    def __init__(self, start: datetime) -> None:
        self._now = start
        self._moved = asyncio.Event()

    def now(self) -> datetime:
        return self._now

    def move_to(self, instant: datetime) -> None:
        self._now = instant
        self._moved.set()
        self._moved = asyncio.Event()

    async def until(self, instant: datetime, interrupted: asyncio.Event) -> None:
        while self._now < instant and not interrupted.is_set():
            await first_of(self._moved.wait(), interrupted.wait())


async def first_of(*waits: Awaitable[object], timeout_s: float | None = None) -> None:
    """Return when the first of these is done or the time is up; the others are cancelled."""
    if len(waits) == 1:
        return await _within(waits[0], timeout_s)
    tasks = [asyncio.ensure_future(wait) for wait in waits]
    try:
        await asyncio.wait(tasks, timeout=timeout_s, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _within(wait: Awaitable[object], timeout_s: float | None) -> None:
    """The usual case, without a task of its own."""
    limit = asyncio.timeout(timeout_s)
    try:
        async with limit:
            await wait
    except TimeoutError:
        if not limit.expired():
            raise
