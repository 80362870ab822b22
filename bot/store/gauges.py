"""What waits, since when, and how much is open: what one scrape asks of the store.

Every query is a look-up or a count of at most COUNTED rows in an index that holds open rows only, so its price
does not grow with the history. States are literals: SQLite takes a partial index for a literal at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Integer,
    Select,
    bindparam,
    func,
    literal_column,
    select,
    union_all,
)

from bot.store import timers
from bot.store.outbox import PRIORITY
from bot.store.prepared import in_state
from bot.store.tables import cases, inbox, outbox

STATUSES = ("open", "waiting")  # of cases that are not closed
COUNTED = 10_000  # a queue that is longer is shown with this length: its age says how bad it is


@dataclass(frozen=True, slots=True)
class Queue:
    """Rows of one kind that wait: how many (COUNTED at most), and when the oldest was stored (business clock)."""

    kind: str
    waiting: int
    oldest: datetime | None


@dataclass(frozen=True, slots=True)
class Gauges:
    """The store at one instant. `inbox` by urgency, the outbox by kind; `cases` is status → count."""

    inbox: tuple[Queue, ...]
    pending: tuple[Queue, ...]
    sending: tuple[Queue, ...]
    dead: int
    cases: dict[str, int]
    next_deadline: datetime | None
    next_alarm: datetime | None


_I, _O, _C = inbox.c, outbox.c, cases.c
_SHOP: BindParameter[str] = bindparam("shop")
_OF = {table: table.c.shop_id == _SHOP for table in (inbox, outbox, cases)}
# Word for word as the index of open rows has it.
_OPEN = _O.state.in_([literal_column("'pending'"), literal_column("'sending'")])


def _name(name: str) -> ColumnElement[str]:
    return literal_column(f"'{name}'")


def _counted(name: str, rows: Select[Any]) -> Select[str, int]:
    some = rows.with_only_columns(literal_column("1")).limit(bindparam("counted", type_=Integer)).subquery()
    return select(_name(name), func.count()).select_from(some)


def _oldest(name: str, rows: Select[Any], age: ColumnElement[Any]) -> Select[str, Any]:
    first = rows.order_by(age).limit(1).subquery()
    return select(_name(name), first.c[0])


_WAITING = select(_I.stored_at).where(_OF[inbox], in_state(_I.state, "waiting"))
_INBOX = {
    "urgent": _WAITING.where(_I.urgent == literal_column("true")),
    "ordinary": _WAITING.where(_I.urgent == literal_column("false")),
}
# By kind through the index on priority, of which every kind has its own.
_PENDING = {
    kind: select(_O.queued_at).where(
        _OF[outbox], in_state(_O.state, "pending"), _O.priority == literal_column(str(rank))
    )
    for kind, rank in PRIORITY.items()
}
_OPEN_CASES = {
    status: select(_C.next_due_at).where(_OF[cases], in_state(_C.status, status)) for status in STATUSES
}
_COUNTS = union_all(
    *(_counted(f"inbox/{kind}", rows) for kind, rows in _INBOX.items()),
    *(_counted(f"pending/{kind}", rows) for kind, rows in _PENDING.items()),
    *(_counted(f"case/{status}", rows) for status, rows in _OPEN_CASES.items()),
    _counted("dead/", select(_I.id).where(_OF[inbox], in_state(_I.state, "dead"))),
)
_INSTANTS = union_all(
    *(_oldest(f"inbox/{kind}", rows, _I.id) for kind, rows in _INBOX.items()),
    *(_oldest(f"pending/{kind}", rows, _O.id) for kind, rows in _PENDING.items()),
    *(
        _oldest(f"case/{status}", rows.where(_C.next_due_at.is_not(None)), _C.next_due_at)
        for status, rows in _OPEN_CASES.items()
    ),
)
# Few at any time: each process has some dozens under way. They are found among all open rows, by naming the column
# that their index begins with: SQLite would else read every row of the shop.
_SENDING = (
    select(_O.kind, func.count(), func.min(_O.queued_at))
    .where(_OF[outbox], _OPEN, _O.lane > literal_column("''"), in_state(_O.state, "sending"))
    .group_by(_O.kind)
)


def read(connection: Connection, shop: str) -> Gauges:
    """One shop's queues and clocks, in four statements, whatever lies in the tables."""
    known = {"shop": shop, "counted": COUNTED}
    counts: dict[str, int] = dict(connection.execute(_COUNTS, known).all())
    instants: dict[str, datetime] = dict(connection.execute(_INSTANTS, known).all())
    due = [instants[name] for status in STATUSES if (name := f"case/{status}") in instants]
    return Gauges(
        inbox=_queues("inbox", _INBOX, counts, instants),
        pending=_queues("pending", _PENDING, counts, instants),
        sending=tuple(Queue(*row) for row in connection.execute(_SENDING, known).all()),
        dead=counts["dead/"],
        cases={status: counts[f"case/{status}"] for status in STATUSES},
        next_deadline=min(due, default=None),
        next_alarm=timers.next_at(connection, shop),
    )


def _queues(
    of: str, kinds: Iterable[str], counts: Mapping[str, int], instants: Mapping[str, datetime]
) -> tuple[Queue, ...]:
    """Those in which something waits."""
    named = [(kind, f"{of}/{kind}") for kind in kinds]
    return tuple(Queue(kind, counts[name], instants.get(name)) for kind, name in named if counts[name])
