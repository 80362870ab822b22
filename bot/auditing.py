"""The auditor: were all alarms that were due delivered, or explained? An independent look at the store.

It shares nothing with the scheduler: not its query (rungs that wait and have not fired), its index or its loop.
From the rows of running and lately missed clocks it works out for itself which rungs they owe (`flows.owing`, by
the rules and hours of now), and looks for each in the ledger: planned no later than that, and once its instant has
come a recorded reason, or an effect that was sent. And a clock whose deadline has passed must have ended.

What a clock owes is judged only where it began after rules, ladders or hours were last changed: some clocks keep
the ladder they were given before (decision 0019).

A gap must be there in two rounds, a while apart, before it is told: what is under way at this very moment is none.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.clock import BusinessClock, machine_now
from bot.crashing import Commit
from bot.ids import new_id
from bot.pulse import Pulse
from bot.signals import Signals
from bot.store import audit, cases, codec, outbox, remembered
from bot.store.database import Database
from bot.watching import Watch
from flows.book import Book
from flows.case import Alarm
from flows.owing import owed
from flows.policy import Policy

log = logging.getLogger(__name__)

ROUND_S = 60.0
GRACE = timedelta(minutes=2)  # by the business clock: time to fire, decide and queue
WINDOW = timedelta(days=7)  # how far back a missed clock is still looked at
PAGE = 500
LANE = "notice:gap"
HEARD = ("sounded", "delivered", "acknowledged")
EXPLAINED = ("skipped", "failed")


@dataclass(frozen=True, slots=True)
class Gap:
    """An alarm that was due, neither delivered nor explained.

    `what` is unplanned (nothing at the deadline itself), unlisted (a rung of its ladder was never planned, or for
    too late), unheard, unsent or open.
    """

    case: str
    deadline: str
    rung: str
    what: str


class Auditor:
    """Looks again and again; tells each gap once. `last_round` beats after each whole round."""

    def __init__(
        self,
        database: Database,
        shop: str,
        clock: BusinessClock,
        signals: Signals,
        book: Book,
        policy: Policy,
        watch: Watch,
    ) -> None:
        self._database = database
        self._shop = shop
        self._clock = clock
        self._signals = signals
        self._book = book
        self._policy = policy
        self._watch = watch
        self._suspected: set[Gap] = set()
        self.last_round = Pulse()

    async def run(self) -> None:
        """For ever, while this process holds the lease for it."""
        while True:
            await asyncio.sleep(ROUND_S)
            await self.round()

    async def round(self) -> list[Gap]:
        """One whole look; answers the gaps that it told for the first time."""
        found = await self.gaps()
        confirmed = [gap for gap in found if gap in self._suspected]
        self._suspected = set(found)
        told = await self._tell(confirmed) if confirmed else []
        self.last_round.beat()
        return told

    async def gaps(self) -> list[Gap]:
        """Everything that is missing now, page by page: no transaction of it is long."""
        now, after = self._clock.now(), ""
        found: list[Gap] = []
        while True:
            page, gaps = await self._database.read(lambda c, after=after: self._page(c, now, after))  # type: ignore[misc]
            found += gaps
            if len(page) < PAGE:
                return found
            after = page[-1].id

    def _page(self, connection: Connection, now: datetime, after: str) -> tuple[list[audit.Clock], list[Gap]]:
        page = audit.clocks(connection, self._shop, now - WINDOW, after, PAGE)
        ids = [clock.id for clock in page]
        planned = audit.rungs(connection, self._shop, ids)
        sent = audit.settled(connection, self._shop, ids)
        changed = remembered.read(connection, self._shop, remembered.COUNTED_BY)
        gaps = list[Gap]()
        for clock in page:
            rungs = planned.get((clock.id, clock.due_at), [])
            gaps += missing(clock, rungs, sent, now)
            if changed is not None and clock.started_at >= changed[1]:
                gaps += unlisted(clock, self._owed(clock), rungs, now)
        return page, gaps

    def _owed(self, clock: audit.Clock) -> tuple[Alarm, ...]:
        return owed(
            self._book.rules, self._book.ladders, self._policy, name=clock.name, kind=clock.kind,
            bound=clock.bound, started_at=clock.started_at, due_at=clock.due_at,
        )  # fmt: skip

    async def _tell(self, gaps: list[Gap]) -> list[Gap]:
        """A line at the desk and a page by each second path; their keys name the gap: each is told once."""
        now = self._clock.now()
        told = await self._database.write(lambda connection: self._queue(connection, gaps, now), Commit.GAP)
        for gap in told:
            log.error(
                "an alarm is missing",
                extra={"case": gap.case, "rung": gap.rung, "what": gap.what, "gap": gap.deadline},
            )
        if told:
            self._watch.metrics.gaps(len(told))
            self._signals.wake("outbox")
        return told

    def _queue(self, connection: Connection, gaps: list[Gap], now: datetime) -> list[Gap]:
        told = []
        for gap in gaps:
            key = f"{LANE}:{gap.deadline}:{gap.rung}:{gap.what}"
            if outbox.is_known(connection, self._shop, key):
                continue
            number = cases.number_of(connection, self._shop, gap.case) or 0
            body = {"v": 1, "notice": "gap", "number": number, "rung": gap.rung, "what": gap.what}
            at = machine_now()
            rows = [outbox.New(new_id(at), None, gap.deadline, "tell", LANE, key, codec.dumps(body), at)]
            rows += [
                outbox.New(
                    new_id(at), None, gap.deadline, "page", f"page:{path}:gap", f"page:{path}:{key}"[:160],
                    codec.dumps({**body, "path": path}), at,
                )
                for path in self._policy.paths
            ]  # fmt: skip
            outbox.add(connection, self._shop, rows, now)
            told.append(gap)
        return told


def missing(
    clock: audit.Clock, planned: list[audit.Rung], sent: set[tuple[str, str]], now: datetime
) -> Iterator[Gap]:
    """What this clock owes by now, and has not delivered. Pure."""
    by = now - GRACE
    if not any(rung.at == clock.due_at for rung in planned):
        yield Gap(clock.case, clock.id, "", "unplanned")
    if clock.state == "running" and clock.due_at <= by:
        yield Gap(clock.case, clock.id, "", "open")
    for rung in planned:
        if rung.at > by or (rung.state in EXPLAINED and rung.reason):
            continue
        if rung.state not in HEARD:
            yield Gap(clock.case, clock.id, rung.name, "unheard")
        elif (clock.id, rung.name) not in sent and not rung.message:
            yield Gap(clock.case, clock.id, rung.name, "unsent")


def unlisted(
    clock: audit.Clock, owes: Iterable[Alarm], planned: Iterable[audit.Rung], now: datetime
) -> Iterator[Gap]:
    """Rungs that the clock owes by now, and for which nothing was ever planned in time. Pure."""
    known = {rung.name: rung.at for rung in planned}
    for alarm in owes:
        is_planned = alarm.rung in known and known[alarm.rung] <= alarm.at + GRACE
        if alarm.at <= now - GRACE and alarm.at != clock.due_at and not is_planned:
            yield Gap(clock.case, clock.id, alarm.rung, "unlisted")
