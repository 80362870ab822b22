"""What the auditor reads: running clocks, and the ledger of what was sent about them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, or_, select

from bot.store.tables import alarms, deadlines, outbox, told

_D, _A, _T, _O = deadlines.c, alarms.c, told.c, outbox.c


@dataclass(frozen=True, slots=True)
class Clock:
    """One deadline as its own row says, whatever its case or its alarms say."""

    id: str
    case: str
    name: str
    kind: str
    bound: str
    started_at: datetime
    due_at: datetime
    state: str


@dataclass(frozen=True, slots=True)
class Rung:
    """One alarm as its own row says. `message`: a post at the desk; release 0.1 kept no other proof of it."""

    name: str
    at: datetime
    state: str
    reason: str
    message: str | None


def clocks(connection: Connection, shop: str, since: datetime, after: str, at_most: int) -> list[Clock]:
    """A page of the clocks that run, and of those that were missed since then, by id; reminders left out."""
    query = (
        select(_D.id, _D.case_id, _D.name, _D.kind, _D.bound, _D.started_at, _D.due_at, _D.state)
        .where(
            _D.shop_id == shop,
            or_(_D.state == "running", and_(_D.state == "missed", _D.due_at >= since)),
            _D.kind != "reminder",
            _D.id > after,
        )
        .order_by(_D.id)
        .limit(at_most)
    )
    return [Clock(*row) for row in connection.execute(query).all()]


def rungs(connection: Connection, shop: str, ids: Collection[str]) -> dict[tuple[str, datetime], list[Rung]]:
    """(deadline, due instant) to its alarms: those of a clock that was moved stand under another instant."""
    query = select(_A.deadline_id, _A.due_at, _A.rung, _A.at, _A.state, _A.reason, _A.message).where(
        _A.shop_id == shop, _A.deadline_id.in_(list(ids))
    )
    found: dict[tuple[str, datetime], list[Rung]] = {}
    for deadline, due_at, *rung in connection.execute(query).all():
        found.setdefault((deadline, due_at), []).append(Rung(*rung))
    return found


def settled(connection: Connection, shop: str, ids: Collection[str]) -> set[tuple[str, str]]:
    """(deadline, rung) of the alarms that the outbox, which alone talks to anybody, has sent or is sending."""
    called = select(_T.deadline_id, _T.rung, _O.state).join(
        outbox, and_(_O.shop_id == _T.shop_id, _O.id == _T.call_id)
    )
    rows = connection.execute(called.where(_T.shop_id == shop, _T.deadline_id.in_(list(ids)))).all()
    return {(deadline, rung) for deadline, rung, state in rows if state in ("delivered", "pending", "sending")}
