"""Cases as values: the whole case is one tagged JSON, its parts are projected into tables of their own."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store import codec
from bot.store.database import insert_new, upsert
from bot.store.tables import (
    alarms,
    approvals,
    cases,
    counters,
    deadlines,
    parties,
    proposals,
    texts,
)
from flows.case import Case, Deadline, Proposal, ProposalKind
from flows.values import NewText

_C = cases.c
_BY_ID = select(_C.body).where(_C.shop_id == bindparam("shop"), _C.id.in_(bindparam("ids", expanding=True)))
_BY_CONVERSATION = (
    select(parties.c.conversation_id, _C.body)
    .join(cases, (_C.shop_id == parties.c.shop_id) & (_C.id == parties.c.case_id))
    .where(
        parties.c.shop_id == bindparam("shop"),
        parties.c.conversation_id.in_(bindparam("conversations", expanding=True)),
    )
    .order_by(_C.id.desc())
)
_BY_ORDER = (
    select(_C.body)
    .where(
        _C.shop_id == bindparam("shop"),
        _C.order_no.in_(bindparam("orders", expanding=True)),
        _C.status != "closed",
    )
    .order_by(_C.id.desc())
)
_SAVE = (
    update(cases)
    .where(_C.shop_id == bindparam("shop"), _C.id == bindparam("case"), _C.revision == bindparam("was"))
    .values(
        status=bindparam("status"),
        situation=bindparam("situation"),
        revision=bindparam("revision"),
        version=bindparam("version"),
        owner=bindparam("owner"),
        order_no=bindparam("order_no"),
        next_due_at=bindparam("next_due_at"),
        changed_at=bindparam("changed_at"),
        body=bindparam("body"),
    )
)


class StaleCase(Exception):
    """Another writer got there first. Roll back and take the rows again; nothing was written."""

    def __init__(self, ids: Collection[str]) -> None:
        super().__init__(f"changed meanwhile: {', '.join(ids)}")
        self.ids = tuple(ids)


async def get(connection: AsyncConnection, shop: str, ids: Collection[str]) -> dict[str, Case]:
    """id → case, for those that exist."""
    if not ids:
        return {}
    found = await connection.execute(_BY_ID, {"shop": shop, "ids": list(ids)})
    loaded = (codec.decode(body, Case) for (body,) in found.all())
    return {case.id: case for case in loaded}


async def by_conversation(
    connection: AsyncConnection, shop: str, conversations: Collection[str]
) -> dict[str, list[Case]]:
    """conversation id → its cases, newest first."""
    if not conversations:
        return {}
    found = await connection.execute(_BY_CONVERSATION, {"shop": shop, "conversations": list(conversations)})
    grouped: dict[str, list[Case]] = {}
    for conversation, body in found.all():
        grouped.setdefault(conversation, []).append(codec.decode(body, Case))
    return grouped


async def by_order(connection: AsyncConnection, shop: str, orders: Collection[str]) -> list[Case]:
    """Cases that are not closed and concern one of these orders, newest first."""
    if not orders:
        return []
    found = await connection.execute(_BY_ORDER, {"shop": shop, "orders": list(orders)})
    return [codec.decode(body, Case) for (body,) in found.all()]


async def open_cases(connection: AsyncConnection, shop: str, at_most: int = 50) -> list[Case]:
    """Cases that are not closed, nearest deadline first, those without one last."""
    query = (
        select(_C.body)
        .where(_C.shop_id == shop, _C.status != "closed")
        .order_by(_C.next_due_at.is_(None), _C.next_due_at, _C.id)
        .limit(at_most)
    )
    return [codec.decode(body, Case) for (body,) in (await connection.execute(query)).all()]


async def all_cases(connection: AsyncConnection, shop: str, at_most: int = 200) -> list[Case]:
    """Every case, newest first."""
    query = select(_C.body).where(_C.shop_id == shop).order_by(_C.id.desc()).limit(at_most)
    return [codec.decode(body, Case) for (body,) in (await connection.execute(query)).all()]


async def by_number(connection: AsyncConnection, shop: str, number: int) -> Case | None:
    query = select(_C.body).where(_C.shop_id == shop, _C.number == number)
    body = (await connection.execute(query)).scalar_one_or_none()
    return None if body is None else codec.decode(body, Case)


async def highest_number(connection: AsyncConnection, shop: str) -> int:
    """The last case number given out; locked until commit, so that no two transactions give the same."""
    await insert_new(connection, counters, [{"shop_id": shop, "name": "case", "value": 0}])
    query = select(counters.c.value).where(counters.c.shop_id == shop, counters.c.name == "case").with_for_update()
    return int((await connection.execute(query)).scalar_one())


async def save(
    connection: AsyncConnection,
    shop: str,
    changes: Sequence[tuple[Case | None, Case]],
    at: datetime,
) -> None:
    """Write each (before, after): new cases are inserted, others move by compare-and-set on their revision.

    Raises StaleCase, for the transaction to roll back, if another writer moved one of them.
    """
    fresh = [_row(after, at) for before, after in changes if before is None]
    if fresh:
        await connection.execute(cases.insert(), fresh)
        highest = max(after.number for before, after in changes if before is None)
        await connection.execute(
            update(counters).where(counters.c.shop_id == shop, counters.c.name == "case").values(value=highest)
        )
    moved = [(before, after) for before, after in changes if before is not None]
    await _move(connection, shop, moved, at)
    await _project(connection, changes)


async def _move(connection: AsyncConnection, shop: str, moved: Sequence[tuple[Case, Case]], at: datetime) -> None:
    if not moved:
        return
    # Neither driver counts rows of an executemany reliably, so the versions are locked and compared first;
    # within this transaction nobody can move them after that.
    found = await connection.execute(
        select(_C.id, _C.revision)
        .where(_C.shop_id == shop, _C.id.in_([before.id for before, _ in moved]))
        .order_by(_C.id)
        .with_for_update()
    )
    stored = dict(found.all())
    stale = [before.id for before, _ in moved if stored.get(before.id) != before.revision]
    if stale:
        raise StaleCase(stale)
    rows = []
    for before, after in moved:
        row = _row(after, at)
        rows.append(
            {
                "shop": shop,
                "case": row.pop("id"),
                "was": before.revision,
                **{name: value for name, value in row.items() if name not in ("shop_id", "number", "opened_at")},
            }
        )
    await connection.execute(_SAVE, rows)


def _row(case: Case, at: datetime) -> dict[str, Any]:
    running = case.running()
    return {
        "shop_id": case.shop,
        "id": case.id,
        "number": case.number,
        "status": case.status,
        "situation": case.situation,
        "revision": case.revision,
        "version": case.version,
        "owner": case.owner,
        "order_no": case.order,
        "next_due_at": running[0].due_at if running else None,
        "opened_at": case.opened_at,
        "changed_at": at,
        "body": codec.encode(case).decode(),
    }


async def _project(connection: AsyncConnection, changes: Sequence[tuple[Case | None, Case]]) -> None:
    """Bring the projected tables up to the new values: only the parts that changed are written."""
    await insert_new(connection, parties, [row for b, a in changes for row in _party_rows(b, a)])
    await upsert(connection, deadlines, [row for b, a in changes for row in _deadline_rows(b, a)])
    await upsert(connection, alarms, [row for b, a in changes for row in _alarm_rows(b, a)], keep=("fired_at",))
    await upsert(connection, proposals, [row for b, a in changes for row in _proposal_rows(b, a)])


def _party_rows(before: Case | None, after: Case) -> Iterable[dict[str, Any]]:
    known = () if before is None else before.parties
    for party in after.parties:
        if party not in known:
            yield {"shop_id": after.shop, "conversation_id": party.conversation, "case_id": after.id}


def _changed_deadlines(before: Case | None, after: Case) -> Iterable[tuple[Deadline | None, Deadline]]:
    known = {} if before is None else {deadline.id: deadline for deadline in before.deadlines}
    for deadline in after.deadlines:
        if known.get(deadline.id) != deadline:
            yield known.get(deadline.id), deadline


def _deadline_rows(before: Case | None, after: Case) -> Iterable[dict[str, Any]]:
    for _, deadline in _changed_deadlines(before, after):
        explanation = deadline.explanation
        yield {
            "shop_id": after.shop,
            "id": deadline.id,
            "case_id": after.id,
            "kind": deadline.kind,
            "name": deadline.name,
            "bound": deadline.bound,
            "started_at": deadline.started_at,
            "due_at": deadline.due_at,
            "state": deadline.state,
            "ended_at": deadline.ended_at,
            "explanation": "" if explanation is None else codec.encode(explanation).decode(),
        }


def _alarm_rows(before: Case | None, after: Case) -> Iterable[dict[str, Any]]:
    for old, deadline in _changed_deadlines(before, after):
        known = () if old is None else old.alarms
        for alarm in deadline.alarms:
            if alarm not in known:
                yield {
                    "shop_id": after.shop,
                    "deadline_id": deadline.id,
                    "due_at": deadline.due_at,
                    "rung": alarm.rung,
                    "case_id": after.id,
                    "at": alarm.at,
                    "fired_at": None,
                    "state": alarm.state,
                    "reason": alarm.reason,
                    "message": alarm.message,
                }


def _proposal_rows(before: Case | None, after: Case) -> Iterable[dict[str, Any]]:
    known = {proposal.id: proposal for proposal in _proposals(before)}
    current = {proposal.id: proposal for proposal in _proposals(after)}
    for proposal in current.values():
        if known.get(proposal.id) != proposal:
            yield _proposal_row(after, proposal, proposal.state)
    for id, proposal in known.items():
        if id not in current:
            settled = proposal.state in ("delivered", "submitted")
            yield _proposal_row(after, proposal, proposal.state if settled else "withdrawn")


def _proposals(case: Case | None) -> tuple[Proposal, ...]:
    if case is None:
        return ()
    return tuple(p for p in (case.proposal, case.handoff) if p is not None)


def _proposal_row(case: Case, proposal: Proposal, state: str) -> dict[str, Any]:
    return {
        "shop_id": case.shop,
        "id": proposal.id,
        "case_id": case.id,
        "version": proposal.version,
        "kind": proposal.kind,
        "state": state,
        "key": proposal.key,
        "branch": case.branch,
        "text_id": proposal.text.id,
        "text_digest": proposal.text.digest,
    }


async def add_approvals(
    connection: AsyncConnection, changes: Sequence[tuple[str, Case | None, Case]], at: datetime
) -> None:
    """One row for each yes: (event id, before, after). The row outlives the proposal it names."""
    rows = []
    for event_id, before, after in changes:
        known = {p.id: p for p in _proposals(before)}
        for proposal in _proposals(after):
            was = known.get(proposal.id)
            if proposal.approved_at is not None and (was is None or was.approved_at != proposal.approved_at):
                rows.append(_approval_row(event_id, after, proposal, at))
    await insert_new(connection, approvals, rows)


def _approval_row(event_id: str, case: Case, proposal: Proposal, at: datetime) -> dict[str, Any]:
    return {
        "shop_id": case.shop,
        "id": event_id,
        "case_id": case.id,
        "proposal_id": proposal.id,
        "version": proposal.version,
        "person": proposal.approved_by or "",
        "at": proposal.approved_at or at,
        "text_digest": proposal.text.digest,
        "facts_digest": proposal.facts_digest or "",
    }


def handoff_rows(case: Case, proof: str | None) -> Iterable[dict[str, Any]]:
    """The `actions` row of a handoff that was text-approved or submitted."""
    handoff = case.handoff
    if (
        handoff is not None
        and handoff.kind is ProposalKind.HANDOFF
        and handoff.state in ("text_approved", "submitted")
    ):
        yield {
            "shop_id": case.shop,
            "id": handoff.id,
            "case_id": case.id,
            "kind": handoff.action or "",
            "state": handoff.state,
            "person": handoff.approved_by or "",
            "at": handoff.settled_at or handoff.approved_at or case.opened_at,
            "proof_id": proof if handoff.state == "submitted" else None,
        }


async def add_texts(
    connection: AsyncConnection, shop: str, written: Sequence[tuple[str, str, NewText]], at: datetime
) -> None:
    """Store what steps wrote: (case id, salt, text). The salt lives and dies with the text."""
    rows = [
        {
            "shop_id": shop,
            "id": text.ref.id,
            "case_id": case_id,
            "body": text.body,
            "salt": salt,
            "digest": text.ref.digest,
            "written_at": at,
        }
        for case_id, salt, text in written
    ]
    await insert_new(connection, texts, rows)


async def text_bodies(connection: AsyncConnection, shop: str, ids: Collection[str]) -> dict[str, str]:
    """text id → body, for those not erased."""
    if not ids:
        return {}
    query = select(texts.c.id, texts.c.body).where(
        texts.c.shop_id == shop, texts.c.id.in_(list(ids)), texts.c.body.is_not(None)
    )
    return dict((await connection.execute(query)).all())


async def count_open(connection: AsyncConnection, shop: str) -> int:
    query = select(func.count()).select_from(cases).where(_C.shop_id == shop, _C.status != "closed")
    return int((await connection.execute(query)).scalar_one())
