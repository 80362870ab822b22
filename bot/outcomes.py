"""What an attempt came to: the row's new state, and what is written beside it. The table of invariant 6."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bot.backoff import AWAY_S, FAULT_S, UNSURE_S, spread, wait_s
from bot.clock import machine_now
from bot.store import inbox
from bot.store.outbox import BUYER_KINDS, Sending, Settlement
from flows.events import ReplyUnknown
from flows.ports import Item, Unavailable

log = logging.getLogger(__name__)

UNSURE_TELLS = 3  # an answer to a click cannot be found again: the person may read it twice, and not ten times


@dataclass(frozen=True, slots=True)
class Result:
    """What an attempt came to: the new state of its row, events for the inbox, and the row of a sent message."""

    settlement: Settlement
    events: tuple[Item, ...] = ()
    message: Mapping[str, Any] | None = None


Handler = Callable[[Sending], Awaitable[Result]]
LastResort = Callable[[Sending, str], Awaitable[Result]]


class Unsent(Exception):
    """Our own trouble (its `__cause__`) before anything had left: certainly not sent, no platform's fault."""


@dataclass(frozen=True, slots=True)
class Outcomes:
    """The meanings, for every kind. `jitter` gives numbers from 0 to 1."""

    jitter: Callable[[], float]

    def away(self, sending: Sending, error: Unavailable) -> Result:
        """Certainly not done: later, with back-off and jitter, or when the platform says."""
        seconds = wait_s(AWAY_S, sending.attempt, self.jitter())
        if error.retry_after is not None:
            seconds = spread(max(error.retry_after, 1.0), self.jitter())
        yields = sending.kind == "card" and sending.attempt == 1
        return _later(sending, error.reason, seconds, may_yield=yields)

    def unsure(self, sending: Sending, reason: str) -> Result:
        """Nobody can tell whether it was done. A buyer's message is never sent again by a machine."""
        if sending.kind in BUYER_KINDS:
            return unknown(sending, reason)
        is_answer = sending.kind == "tell" and sending.case is not None  # a notice is found again by its key
        if is_answer and sending.attempt >= UNSURE_TELLS:
            return refused(sending, reason)
        return _later(sending, reason, wait_s(UNSURE_S, sending.attempt, self.jitter()))

    def faulty(self, sending: Sending, reason: str, times: int) -> Result:
        """A bug of ours, for so many times in this process."""
        return _later(sending, reason, wait_s(FAULT_S, times, self.jitter()))

    def hindered(self, sending: Sending, reason: str) -> Result:
        """Our own store hindered it, before anything left."""
        return _later(sending, reason, wait_s(AWAY_S, sending.attempt, self.jitter()))


def unknown(sending: Sending, reason: str) -> Result:
    """A buyer's message that may be there already: a person settles it."""
    event = ReplyUnknown(sending.case or "", sending.id, reason)
    item = inbox.event_item(event, f"unknown:{sending.id}", sending.case or "", position(), urgent=True)
    return Result(Settlement(sending.id, "unknown", error=reason), (item,))


def refused(sending: Sending, reason: str) -> Result:
    return Result(Settlement(sending.id, "refused", error=reason))


def at_once(sending: Sending, reason: str) -> Result:
    """Certainly not done, or harmless to repeat, and no platform asked us to wait."""
    return _later(sending, reason, 0.0)


def _later(sending: Sending, reason: str, seconds: float, *, may_yield: bool = False) -> Result:
    at = machine_now() + timedelta(seconds=seconds)
    return Result(Settlement(sending.id, "pending", error=reason, not_before=at, may_yield=may_yield))


def position() -> int:
    """The order of our own events in their lane: microseconds of the machine clock."""
    return int(machine_now().timestamp() * 1_000_000)
