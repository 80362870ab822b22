"""The state behind the methods: one bot, its chats, files, queue and settings."""

from __future__ import annotations

import copy
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sandbox.wire import Changed, Faults, Now, Violation

from .chats import Chats, Entry
from .files import FileStore
from .updates import UpdateQueue

_BURST = 5  # messages to one private chat ...
_BURST_SECONDS = 3.0  # ... within this time are tolerated (reference section 1.1: about 1 per second)


@dataclass(slots=True)
class Press:
    """A pressed button that waits for its answer. `expired`: the service has forgotten it."""

    chat_id: int
    answer: dict[str, Any] | None = None
    expired: bool = False


@dataclass(slots=True)
class Profile:
    """What the bot says of itself; keys are (scope as JSON text, language code) or language code."""

    commands: dict[tuple[str, str], list[dict[str, Any]]] = field(default_factory=dict)
    descriptions: dict[str, str] = field(default_factory=dict)
    short_descriptions: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class World:
    """Everything a method may read or change."""

    now: Now
    bot: dict[str, Any]
    faults: Faults
    queue: UpdateQueue
    changed: Changed
    poll_cap_s: float
    chats: Chats = field(default_factory=Chats)
    files: FileStore = field(default_factory=FileStore)
    presses: dict[str, Press] = field(default_factory=dict)
    profile: Profile = field(default_factory=Profile)
    violations: list[Violation] = field(default_factory=list)
    accepted: list[dict[str, Any]] = field(default_factory=list)
    actions: list[tuple[int, str]] = field(default_factory=list)
    webhook_url: str = ""
    logged_out: bool = False
    machine_s: Callable[[], float] = time.monotonic
    _sends: dict[int, deque[float]] = field(default_factory=dict)

    def violation(self, method: str, what: str, detail: str = "") -> None:
        self.violations.append(Violation(method, what, detail))

    def accept(self, method: str, entry: Entry) -> dict[str, Any]:
        """The bot's message now stands in its chat; returns it as it was accepted."""
        chat_id = entry.message["chat"]["id"]
        chat = self.chats.require(chat_id)
        chat.entries.append(entry)
        self.accepted.append(copy.deepcopy(entry.message))
        self._watch_pace(method, chat_id)
        self.changed.set()
        return entry.message

    def _watch_pace(self, method: str, chat_id: int) -> None:
        """One violation per burst that the real service would answer with 429."""
        moments = self._sends.setdefault(chat_id, deque())
        moments.append(self.machine_s())
        while moments[0] < moments[-1] - _BURST_SECONDS:
            moments.popleft()
        if len(moments) > _BURST:
            seen = f"{len(moments)} messages to chat {chat_id} within {_BURST_SECONDS:g} s"
            self.violation(method, "would be rate limited", seen)
            moments.clear()
