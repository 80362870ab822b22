"""What every sandbox platform shares: its ledger of calls, its violations, its faults.

A *violation* is something the real platform could not notice or would silently ignore, and that would
still be our mistake (an unescaped mention, an unknown field). Tests end by asserting there are none.
A *fault* is a misbehaviour that somebody asked for; it applies to the next matching calls and is used up.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

Now = Callable[[], datetime]


def machine_now() -> datetime:
    """The machine's time, aware UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Violation:
    """A mistake that the platform itself would not have reported."""

    method: str
    what: str
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.method}: {self.what}" + (f" ({self.detail})" if self.detail else "")


@dataclass(slots=True)
class Call:
    """One request to a platform method and what was answered."""

    method: str
    params: dict[str, Any]
    status: int
    answer: dict[str, Any]
    at: datetime


FaultKind = Literal[
    "rate_limited",  # 429 with a Retry-After of `seconds`; the call has no effect
    "server_error",  # HTTP `status` (500 by default) without effect
    "timeout_after",  # the call takes effect, then the answer never comes (socket held, then cut)
    "refused",  # the connection is cut before anything takes effect
    "error",  # the platform's own error `code` (Telegram: HTTP status; Slack: error string)
    "duplicate",  # an inbound item is delivered twice
    "delay",  # Telegram: the call arrives `seconds` late, then all is as usual (a slow line)
    "reorder",  # Telegram: one answer lists its updates newest first; only `update_id` tells their order
]


@dataclass(slots=True)
class Fault:
    """One requested misbehaviour. `method` "*" matches every call; used `times` times, then gone."""

    kind: FaultKind
    method: str = "*"
    times: int = 1
    seconds: float = 1.0
    status: int = 500
    code: str = ""


@dataclass(slots=True)
class Faults:
    """The faults that are waiting to happen, oldest first."""

    waiting: list[Fault] = field(default_factory=list)

    def add(self, fault: Fault) -> None:
        self.waiting.append(fault)

    def take(self, method: str, *kinds: FaultKind) -> Fault | None:
        """The first waiting fault for this method (of these kinds, if any are named), used once."""
        for fault in self.waiting:
            if fault.method in ("*", method) and (not kinds or fault.kind in kinds):
                fault.times -= 1
                if fault.times <= 0:
                    self.waiting.remove(fault)
                return fault
        return None

    def clear(self) -> None:
        self.waiting.clear()


class Changed:
    """Tells any number of watchers that something changed. Nothing is lost: `version` counts up."""

    def __init__(self) -> None:
        self.version = 0
        self._event = asyncio.Event()

    def set(self) -> None:
        self.version += 1
        self._event.set()
        self._event = asyncio.Event()

    async def wait(self, seen: int) -> int:
        """Return the newest version as soon as it is past `seen`."""
        while self.version <= seen:
            await self._event.wait()
        return self.version
