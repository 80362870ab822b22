"""Back after a time away: the desk is told of it once, whatever fell due meanwhile.

The summary's row holds which clocks passed, the most urgent first; it is worded when it is sent, from the cases as
they stand then. What can still be met sounds by itself (flows/step/clock.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

import msgspec
from msgspec import Struct
from sqlalchemy import Connection

from bot.ids import new_id
from bot.loading import Loader
from bot.store import cases, codec, outbox, timers
from bot.store import desk as desk_store
from flows.case import Case, Deadline, DeadlineKind, DeadlineState
from flows.ports import CardRef
from flows.view.away import Absence, Entry

SHOWN = 15  # of the clocks that passed; the queue has them all
COMING = 8  # of those that are due next
LANE = "notice:away"


class Told(Struct, frozen=True, gc=False):
    """What a summary is made of. `passed` are (case, deadline), one a case, the most urgent first, of `total`;
    `path` is the second path that it goes by, "" for the desk.
    """

    since: datetime
    until: datetime
    passed: tuple[tuple[str, str], ...]
    total: int
    notice: str = "away"
    path: str = ""
    v: int = 1


_told = msgspec.json.Decoder(Told)  # made here: see bot/store/codec.py


def announce(
    connection: Connection,
    shop: str,
    since: datetime,
    until: datetime,
    due: Iterable[timers.Due],
    machine_now: datetime,
    paths: Sequence[str] = (),
) -> None:
    """Let the desk be told of this time away (business clock), and of what passed among these rungs.

    By the second `paths` as well: whether something in it cannot wait for a reader is seen when they are used.
    """
    over = {rung.deadline: rung for rung in due if rung.due_at <= until}
    kinds = timers.kinds(connection, shop, over)
    passed = [rung for rung in over.values() if kinds[rung.deadline] != DeadlineKind.REMINDER]
    passed.sort(key=lambda rung: (kinds[rung.deadline] != DeadlineKind.PLATFORM, rung.due_at))
    worst = {rung.case: rung.deadline for rung in reversed(passed)}  # of each case the most urgent
    shown = tuple((case, worst[case]) for case in dict.fromkeys(rung.case for rung in passed))[:SHOWN]
    told, key, id = Told(since, until, shown, len(worst)), f"{LANE}:{until.isoformat()}", new_id(machine_now)
    new = [outbox.New(id, None, id, "tell", LANE, key, codec.dumps(told), machine_now)]
    new += [
        outbox.New(
            new_id(machine_now), None, id, "page", f"page:{path}:away", f"page:{path}:{key}",
            codec.dumps(msgspec.structs.replace(told, path=path)), machine_now,
        )
        for path in paths
    ]  # fmt: skip
    outbox.add(connection, shop, new, until)


def told(body: str) -> Told:
    return _told.decode(body)


def absence(
    connection: Connection, shop: str, loader: Loader, link: Callable[[CardRef], str], told: Told
) -> Absence:
    """What the summary says: the cases as they stand now, less what was settled since."""
    passed = _still_open(connection, shop, told.passed)
    coming = _still_open(connection, shop, timers.coming(connection, shop, told.until, COMING))
    cards = desk_store.all_cards(connection, shop, [case.id for case, _ in (*passed, *coming)])

    def entry(case: Case, deadline: Deadline) -> Entry:
        card = cards.get(case.id)
        return Entry(loader.shown(connection, case), deadline, "" if card is None else link(card))

    return Absence(
        told.since,
        told.until,
        [entry(*each) for each in passed],
        told.total - len(told.passed) + len(passed),
        [entry(*each) for each in coming],
        loader.policy.leads,
    )


def _still_open(
    connection: Connection, shop: str, named: Sequence[tuple[str, str]]
) -> list[tuple[Case, Deadline]]:
    """In the order given, without those that were met or stopped."""
    found = cases.get(connection, shop, {case for case, _ in named})
    return [
        (found[case], deadline)
        for case, id in named
        for deadline in (found[case].deadlines if case in found else ())
        if deadline.id == id and deadline.state in (DeadlineState.RUNNING, DeadlineState.MISSED)
    ]
