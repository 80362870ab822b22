"""Bar 11: how long a click in Slack waits for its acknowledgement while 1,000 buyers' messages come in at once.

The real service, in a process of its own, reads the messages from a local Bot API and is clicked over a real
Socket Mode connection. The time is taken where Slack would take it: from the envelope's sending to the frame that
acknowledges it. The sandboxes share the machine, and this process, so part of that time is theirs.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from typing import Any

from benchmarks.bars import BARS, Result, Side
from benchmarks.paper import READ
from benchmarks.rounds import in_turns, percentile, spread
from benchmarks.running import CHANNEL, Town, town
from benchmarks.stores import folder
from benchmarks.unit import FIRST_CHAT, TEXT
from sandbox.slack.walk import elements

BURST, BUYERS = 1000, 100
PEOPLE = ("U0LIN", "U0BEN", "U0EVA", "U0TOM", "U0MEI", "U0KIM")
PAUSE_S = 0.02  # between a person's clicks: far faster than people are
LOOK_S = 0.05
PATIENCE_S = 120.0
APPROVE = "approve"


async def clicks(rounds: int) -> list[Result]:
    with folder() as home:
        async with town(home, PEOPLE) as place:
            await place.start()
            desk = _Desk(place, *await _first_card(place))
            bursts = (await in_turns(rounds, desk.burst))[0]
    p50, p99, after = (
        [percentile(acks, share) * 1000 for acks in found]
        for found, share in (
            ([burst.during_s for burst in bursts], 0.50),
            ([burst.during_s for burst in bursts], 0.99),
            ([burst.after_s for burst in bursts], 0.99),
        )
    )
    clicked = sum(len(burst.during_s) for burst in bursts)
    return [
        Result(
            BARS["11"],
            spread(p99),
            rounds,
            (
                Side("acknowledged, p50", spread(p50), "ms"),
                Side("acknowledged, p99", spread(p99), "ms"),
                Side("acknowledged afterwards, while what came is read, p99", spread(after), "ms"),
                Side(
                    "messages accepted (stored, handled)",
                    spread([burst.accepted for burst in bursts]),
                    "messages/s",
                ),
                Side(READ, spread([burst.read for burst in bursts]), "messages/s"),
            ),
            f"{BURST:,} messages from {BUYERS} buyers a round; {len(PEOPLE)} people click as fast as they are "
            f"answered: {clicked:,} clicks during the bursts",
            ("the sandboxes run beside the service on this machine: part of each time is theirs",),
        )
    ]


async def _first_card(place: Town) -> tuple[str, str]:
    """(ts, the approve button's value) of the first card, which a first buyer's message brings about."""
    place.telegram.buyer(FIRST_CHAT, "Ann").say(TEXT.format(order=1))
    async with asyncio.timeout(PATIENCE_S):
        while True:
            seen = place.slack.changed.version
            for post in place.slack.messages(CHANNEL):
                if (value := _approves(post)) is not None:
                    return str(post["ts"]), value
            await place.slack.changed.wait(seen)


def _approves(post: dict[str, Any]) -> str | None:
    buttons = (found.element for found in elements(post.get("blocks") or []))
    return next((str(each["value"]) for each in buttons if each.get("action_id") == APPROVE), None)


@dataclass(frozen=True, slots=True)
class Burst:
    """Seconds of each acknowledgement until every message was accepted, and from then on until each was read too;
    how many messages a second that made.
    """

    during_s: list[float]
    after_s: list[float]
    accepted: float
    read: float


@dataclass(slots=True)
class _Desk:
    place: Town
    ts: str
    value: str
    written: int = 1
    _acks: list[float] = field(default_factory=list)
    _chats: Iterator[int] = field(default_factory=lambda: cycle(range(FIRST_CHAT, FIRST_CHAT + BUYERS)))

    async def burst(self) -> Burst:
        for _ in range(BURST):
            self.written += 1
            self.place.telegram.buyer(next(self._chats), "Ann").say(TEXT.format(order=self.written))
        loop, self._acks = asyncio.get_running_loop(), []
        started = loop.time()
        async with self._clicking():
            during_s = await self._until(lambda: _accepted(self.place.store) >= self.written)
            accepted = loop.time()
            after_s = await self._until(lambda: not _unread(self.place.store))
        read = loop.time()
        return Burst(during_s, after_s, BURST / (accepted - started), BURST / (read - started))

    @asynccontextmanager
    async def _clicking(self) -> AsyncIterator[None]:
        """Raises RuntimeError when a click was not acknowledged at all."""
        tasks = [asyncio.create_task(self._click(person)) for person in PEOPLE]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            ended = await asyncio.gather(*tasks, return_exceptions=True)
        if failed := [error for error in ended if isinstance(error, RuntimeError)]:
            raise failed[0]

    async def _until(self, condition: Callable[[], bool]) -> list[float]:
        """The acknowledgements until then."""
        async with asyncio.timeout(PATIENCE_S):
            while not condition():  # noqa: ASYNC110 - another process tells no event
                await asyncio.sleep(LOOK_S)
        found, self._acks = self._acks, []
        return found

    async def _click(self, person: str) -> None:
        """The same button again and again: each is a decision of its own, stored before it is acknowledged."""
        while True:
            outcome = await self.place.slack.person(person).click(CHANNEL, self.ts, APPROVE, value=self.value)
            if not outcome.acked:
                raise RuntimeError(f"a click was not acknowledged: {outcome.note}")
            self._acks.append(outcome.latency_s)
            await asyncio.sleep(PAUSE_S)


def _accepted(store: Path) -> int:
    """How many messages are a case's by now."""
    return _ask(store, "SELECT count(*) FROM messages WHERE direction = 'in'")


def _unread(store: Path) -> int:
    """How many of them the recogniser, or the step on what it read, has still before it."""
    unread = _ask(store, "SELECT count(*) FROM outbox WHERE settled_at IS NULL AND kind = 'recognise'")
    return unread or _ask(
        store, "SELECT count(*) FROM inbox WHERE state = 'waiting' AND channel NOT LIKE 'slack%'"
    )


def _ask(store: Path, question: str) -> int:
    with closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True)) as connection:
        return int(connection.execute(question).fetchone()[0])
