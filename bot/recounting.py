"""At the start: are the open clocks counted by what holds now? If not, they are counted anew, each case by an
event of its own; the desk is told beforehand how many move, in one line.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

from sqlalchemy import Connection

from bot.clock import BusinessClock, machine_now
from bot.crashing import Commit
from bot.ids import new_id
from bot.outcomes import position
from bot.store import cases, codec, inbox, outbox, remembered
from bot.store.database import Database
from flows.book import Book
from flows.clocks import zones
from flows.events import RulesChanged
from flows.policy import Policy
from flows.recounting import Move, moves

log = logging.getLogger(__name__)

LANE = "notice:recounted"
A_PAGE = 500


def counted_by(book: Book, policy: Policy) -> dict[str, str]:
    """What due instants depend on, by the names that staff read."""
    own = (policy.zone, policy.first_answer, policy.next_answer, policy.resolution, policy.hours, policy.staffed)
    ladders = sorted(policy.ladders.items())
    return {
        "rules": book.versions["rules"],
        "holidays": version("holidays"),
        "zones": zones.source(),
        "shop": hashlib.sha256(repr((own, ladders)).encode()).hexdigest()[:12],
    }


@dataclass(frozen=True, slots=True)
class Recount:
    """What counting anew would do. `changed` names what is not as it was, of `counted_by`."""

    changed: tuple[str, ...]
    moves: tuple[Move, ...]

    @property
    def cases(self) -> int:
        """How many cases move: not their alarms alone."""
        return len({move.case.id for move in self.moves if move.is_moved})

    @property
    def late(self) -> int:
        """How many of them become late by it."""
        return len({move.case.id for move in self.moves if move.becomes_late})


@dataclass(frozen=True, slots=True)
class Recounting:
    """One shop's. Reads with any connection; `begin` writes."""

    shop: str
    book: Book
    policy: Policy
    clock: BusinessClock

    def changed(self, connection: Connection) -> tuple[str, ...]:
        """Names of `counted_by`; all of them while nothing was remembered yet. No case is read."""
        stored = remembered.read(connection, self.shop, remembered.COUNTED_BY)
        return changed_in(None if stored is None else stored[0], counted_by(self.book, self.policy))

    def preview(self, connection: Connection) -> Recount:
        """What `begin` would do; nothing is written."""
        now, changed = self.clock.now(), self.changed(connection)
        if not changed:
            return Recount((), ())
        found = [
            move for case in self._open(connection) for move in moves(self.book, self.policy, case, now, changed)
        ]
        return Recount(changed, tuple(found))

    def _open(self, connection: Connection) -> Iterator[Any]:
        last = ""
        while page := cases.open_after(connection, self.shop, last, A_PAGE):
            yield from page
            last = page[-1].id

    def begin(self, connection: Connection) -> Recount:
        """Ask every case that moves to do so, remember by what it is counted now, and queue the line for the desk.
        Of several processes that start together one does it.
        """
        remembered.get(connection, self.shop, remembered.COUNTED_BY)  # locked until commit
        found = self.preview(connection)
        now, said = self.clock.now(), codec.dumps(counted_by(self.book, self.policy))
        if not found.changed:
            return found
        ids = dict.fromkeys(move.case.id for move in found.moves)
        digest = hashlib.sha256(said.encode()).hexdigest()[:16]
        inbox.add(connection, self.shop, [_item(case, digest, found.changed) for case in ids], now)
        remembered.put(connection, self.shop, remembered.COUNTED_BY, said, now)
        if found.cases:
            body = codec.dumps({"v": 1, "notice": "recounted", "changed": found.changed, "cases": found.cases,
                                "late": found.late})  # fmt: skip
            id, at = new_id(machine_now()), machine_now()
            new = outbox.New(id, None, id, "tell", LANE, f"{LANE}:{digest}:{now.isoformat()}", body, not_before=at)
            outbox.add(connection, self.shop, [new], now)
        return found


async def recount(database: Database, recounting: Recounting) -> Recount:
    """For the start of the service, before its loops: they do the rest."""
    if not await database.read(recounting.changed):
        return Recount((), ())
    found = await database.write(recounting.begin, Commit.RECOUNT, patience_s=None)
    counts = {"changed": ", ".join(found.changed), "cases": found.cases, "late": found.late}
    log.info("clocks counted anew", extra=counts)
    return found


def changed_in(stored: str | None, known: Mapping[str, str]) -> tuple[str, ...]:
    """The names whose value is another now."""
    was: Mapping[str, str] = {} if stored is None else codec.loads(stored)
    return tuple(name for name, value in known.items() if was.get(name) != value)


def _item(case: str, digest: str, changed: tuple[str, ...]) -> Any:
    event = RulesChanged(case, changed)
    return inbox.event_item(event, f"rules:{digest}:{position()}:{case}", case, position())
