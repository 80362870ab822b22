"""Load with bad weather: buyers, staff, faults of both platforms, and a clock that brings ladders due. Seeded."""

from __future__ import annotations

import asyncio
import random
import time
from dataclasses import dataclass, field

from sandbox.telegram import Buyer
from sandbox.wire import Fault, FaultKind
from tests.scenarios.rig import Process, Rig
from tests.scenarios.world import BEN, LIN, actions, key_of

BUYERS = 8
CLAIM = "I opened an A-to-z guarantee claim with Amazon for order 114-1234567-765432{0}. It is message {1}."
PARCEL = "Where is my parcel? Order 114-1234567-765432{0}. It is message {1}."
MORE = "Is there any news? It is message {1}."
CORRECTED = "Sorry, I meant the blue one. It is correction {0}."
HOURS = (3, 6, 11)
ALIVE_S = 3.0  # the longest that a process lives before it is killed
CLICKED_S = 2.0

# What each platform does to us on purpose: (kind, method, seconds).
TELEGRAM: tuple[tuple[FaultKind, str, float], ...] = (
    ("duplicate", "getUpdates", 0),
    ("reorder", "getUpdates", 0),
    ("delay", "getUpdates", 0.3),
    ("delay", "sendMessage", 0.3),
    ("refused", "getUpdates", 0),
    ("refused", "sendMessage", 0),
    ("server_error", "getUpdates", 0),
    ("server_error", "sendMessage", 0),
    ("rate_limited", "sendMessage", 1),
    ("timeout_after", "sendMessage", 0),
)
SLACK: tuple[tuple[FaultKind, str, float], ...] = (
    ("duplicate", "interactive", 0),
    ("refused", "chat.postMessage", 0),
    ("refused", "chat.update", 0),
    ("server_error", "chat.postMessage", 0),
    ("rate_limited", "chat.postMessage", 1),
    ("rate_limited", "chat.update", 1),
    ("timeout_after", "chat.postMessage", 0.1),
    ("timeout_after", "chat.update", 0.1),
)


@dataclass(slots=True)
class Storm:
    """One desk under load; everything it does follows from the seed, but for what the machine does in between."""

    desk: Rig
    seed: int
    chance: random.Random = field(init=False)
    written: int = 0
    faults: int = 0
    hours: int = 0
    _clicking: set[asyncio.Task[object]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)  # noqa: S311 - moments, not secrets

    def gust(self) -> None:
        """A bit of everything, at once; what people do goes on beside us."""
        if self.chance.random() < 0.7:  # else staff get their breath: a new message takes an approval back
            for number in self.chance.sample(range(BUYERS), self.chance.randint(1, 3)):
                self._write(number)
        self._trouble()
        if self.chance.random() < 0.25:
            hours = self.chance.choice(HOURS)
            self.hours += hours
            self.desk.move(hours * 3600)
        self._click_around()

    def _write(self, number: int) -> None:
        """A question, a claim or a reminder; now and then the last one is corrected instead."""
        buyer = self.desk.buyer(500 + number, f"Buyer {number}")
        self.written += 1
        mine = [entry for entry in self.desk.telegram.chat(buyer.chat_id) if entry["from"] == "buyer"]
        if mine and self.chance.random() < 0.15:
            buyer.edit(mine[-1]["message"]["message_id"], CORRECTED.format(self.written))
        else:
            self._say(buyer, number, is_first=not mine)

    def _say(self, buyer: Buyer, number: int, *, is_first: bool) -> None:
        opening = CLAIM if number % 2 else PARCEL
        text = opening if is_first else self.chance.choice((MORE, PARCEL, opening))
        buyer.say(text.format(number, self.written))

    def _trouble(self) -> None:
        for faults, kinds in ((self.desk.telegram.faults, TELEGRAM), (self.desk.slack.faults, SLACK)):
            for kind, method, seconds in self.chance.sample(kinds, self.chance.randint(0, 2)):
                faults.add(Fault(kind, method, seconds=seconds))
                self.faults += 1

    def _click_around(self) -> None:
        """Whatever the desk shows right now is pressed, some of it by two people in the same moment."""
        for post in self.desk.posts():
            offered = set(actions(post))
            wanted = [name for name in ("approve", "acknowledge", "settle_sent", "undo") if name in offered]
            if key_of(post) and wanted and self.chance.random() < 0.7:
                action = wanted[0] if self.chance.random() < 0.9 else wanted[-1]
                people = (LIN, BEN) if self.chance.random() < 0.3 else (self.chance.choice((LIN, BEN)),)
                for person in people:
                    clicking: asyncio.Task[object] = asyncio.create_task(self._click(person, action, post["ts"]))
                    self._clicking.add(clicking)
                    clicking.add_done_callback(self._clicking.discard)

    async def _click(self, person: str, action: str, ts: str) -> bool:
        return await self.desk.click(person, action, ts)

    async def strike(self, victim: Process) -> None:
        """Start the victim if need be, blow, and kill it at a moment nobody chose: also while it starts."""
        if not victim.is_up:
            await victim.launch()
        if self.chance.random() < 0.8:
            await victim.ready()
        self.gust()
        await self._some_moment()
        await victim.kill()

    async def _some_moment(self) -> None:
        """After a few more things happened on the platforms, and a little later than that."""
        changes, limit = self.chance.randrange(12), time.monotonic() + self.chance.random() * ALIVE_S
        start = self._happened()
        await self.desk.until(lambda: self._happened() - start >= changes or time.monotonic() > limit)
        never = asyncio.Event()
        try:
            await asyncio.wait_for(never.wait(), self.chance.random() * 0.05)
        except TimeoutError:
            return

    def _happened(self) -> int:
        return self.desk.telegram.changed.version + self.desk.slack.changed.version

    async def calm(self) -> None:
        """The weather clears, everybody is back, and the desk works off what is left."""
        self.desk.telegram.faults.clear()
        self.desk.slack.faults.clear()
        await asyncio.gather(*self._clicking, return_exceptions=True)
        await self.desk.start()
        await self.desk.until_quiet()
