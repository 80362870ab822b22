"""Cases as values: the whole case is one tagged JSON, its parts are projected into tables of their own."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from msgspec.structs import replace
from sqlalchemy import Connection, bindparam, select, update

from bot.store import causes, codec
from bot.store.database import insert_new, upsert
from bot.store.prepared import Prepared, one_of
from bot.store.rivals import StaleCase
from bot.store.tables import (
    alarms,
    approvals,
    cases,
    deadlines,
    journal,
    parties,
    proposals,
    texts,
    told,
)
from flows.action import ActionState
from flows.case import Call, Case, Deadline, Proposal
from flows.values import NewText

_C = cases.c
_BY_ID = Prepared(select(_C.body).where(_C.shop_id == bindparam("shop"), one_of(_C.id, "ids")))
_BY_CONVERSATION = Prepared(
    select(parties.c.conversation_id, _C.body)
    .join(cases, (_C.shop_id == parties.c.shop_id) & (_C.id == parties.c.case_id))
    .where(
        parties.c.shop_id == bindparam("shop"),
        one_of(parties.c.conversation_id, "conversations"),
    )
    .order_by(_C.id.desc())
)
_BY_ORDER = Prepared(
    select(_C.body)
    .where(
        _C.shop_id == bindparam("shop"),
        one_of(_C.order_no, "orders"),
        _C.status != "closed",
    )
    .order_by(_C.id.desc())
)
_HEADS = Prepared(
    select(_C.id, _C.revision, journal.c.hash)
    .select_from(
        cases.outerjoin(
            journal,
            (journal.c.shop_id == _C.shop_id) & (journal.c.case_id == _C.id) & (journal.c.seq == _C.revision),
        )
    )
    .where(_C.shop_id == bindparam("shop"), one_of(_C.id, "ids"))
    .order_by(_C.id)
    .with_for_update(of=cases)
)
_TEXTS = Prepared(
    select(texts.c.id, texts.c.body).where(
        texts.c.shop_id == bindparam("shop"), one_of(texts.c.id, "ids"), texts.c.body.is_not(None)
    )
)
_SALTED = Prepared(
    select(texts.c.id, texts.c.body, texts.c.salt).where(
        texts.c.shop_id == bindparam("shop"), one_of(texts.c.id, "ids"), texts.c.body.is_not(None)
    )
)
_INSERT = Prepared(cases.insert())
_SAVE = Prepared(
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


def get(connection: Connection, shop: str, ids: Collection[str]) -> dict[str, Case]:
    """id → case, for those that exist."""
    if not ids:
        return {}
    loaded = (codec.decode(body, Case) for (body,) in _BY_ID.all(connection, {"shop": shop, "ids": ids}))
    return {case.id: case for case in loaded}


def by_conversation(connection: Connection, shop: str, conversations: Collection[str]) -> dict[str, list[Case]]:
    """conversation id → its cases, newest first."""
    if not conversations:
        return {}
    found = _BY_CONVERSATION.all(connection, {"shop": shop, "conversations": conversations})
    grouped: dict[str, list[Case]] = {}
    for conversation, body in found:
        grouped.setdefault(conversation, []).append(codec.decode(body, Case))
    return grouped


def by_order(connection: Connection, shop: str, orders: Collection[str]) -> list[Case]:
    """Cases that are not closed and concern one of these orders, newest first."""
    if not orders:
        return []
    found = _BY_ORDER.all(connection, {"shop": shop, "orders": orders})
    return [codec.decode(body, Case) for (body,) in found]


def all_of_orders(connection: Connection, shop: str, orders: Collection[str]) -> list[Case]:
    """Every case that concerns one of these orders, closed ones too, newest first."""
    query = select(_C.body).where(_C.shop_id == shop, _C.order_no.in_(list(orders))).order_by(_C.id.desc())
    return [codec.decode(body, Case) for (body,) in connection.execute(query).all()] if orders else []


def open_cases(connection: Connection, shop: str, at_most: int = 50) -> list[Case]:
    """Cases that are not closed, nearest deadline first, those without one last."""
    query = (
        select(_C.body)
        .where(_C.shop_id == shop, _C.status != "closed")
        .order_by(_C.next_due_at.is_(None), _C.next_due_at, _C.id)
        .limit(at_most)
    )
    return [codec.decode(body, Case) for (body,) in connection.execute(query).all()]


def open_about(connection: Connection, shop: str, situations: Collection[str]) -> list[str]:
    """Ids of the cases of these situations that are not closed."""
    query = select(_C.id).where(_C.shop_id == shop, _C.status != "closed", _C.situation.in_(list(situations)))
    return list(connection.execute(query.order_by(_C.id)).scalars())


def open_after(connection: Connection, shop: str, after: str, at_most: int) -> list[Case]:
    """Cases that are not closed, by id, from behind this one."""
    query = (
        select(_C.body)
        .where(_C.shop_id == shop, _C.status != "closed", _C.id > after)
        .order_by(_C.id)
        .limit(at_most)
    )
    return [codec.decode(body, Case) for (body,) in connection.execute(query).all()]


def all_cases(connection: Connection, shop: str, at_most: int = 200) -> list[Case]:
    """Every case, newest first."""
    query = select(_C.body).where(_C.shop_id == shop).order_by(_C.id.desc()).limit(at_most)
    return [codec.decode(body, Case) for (body,) in connection.execute(query).all()]


def by_number(connection: Connection, shop: str, number: int) -> Case | None:
    query = select(_C.body).where(_C.shop_id == shop, _C.number == number)
    body = connection.execute(query).scalar_one_or_none()
    return None if body is None else codec.decode(body, Case)


def number_of(connection: Connection, shop: str, case: str) -> int | None:
    """The number that staff know a case by."""
    number: int | None = connection.execute(
        select(_C.number).where(_C.shop_id == shop, _C.id == case)
    ).scalar_one_or_none()
    return number


def lock(connection: Connection, shop: str, loaded: Sequence[Case]) -> dict[str, str | None]:
    """Lock the rows of these cases until commit; case id → hash of its last journal entry.

    Raises StaleCase, for the transaction to roll back, if another writer moved one of them since it was loaded.
    (Compared here, before anything is written, because neither driver counts the rows of an executemany.)
    """
    if not loaded:
        return {}
    found = _HEADS.all(connection, {"shop": shop, "ids": [case.id for case in loaded]})
    stored = {id: revision for id, revision, _ in found}
    if stale := [case.id for case in loaded if stored.get(case.id) != case.revision]:
        raise StaleCase(stale)
    return {id: hash_ for id, _, hash_ in found}


def save(connection: Connection, shop: str, changes: Sequence[tuple[Case | None, Case]], at: datetime) -> None:
    """Write each (before, after): new cases are inserted, locked ones updated, their parts projected."""
    _INSERT.many(connection, [_row(after, at) for before, after in changes if before is None])
    _SAVE.many(connection, [_update(shop, b, after, at) for b, after in changes if b is not None])
    _project(connection, changes, at)


def _update(shop: str, before: Case, after: Case, at: datetime) -> dict[str, Any]:
    return {**_row(after, at), "shop": shop, "case": before.id, "was": before.revision}


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


def _project(connection: Connection, changes: Sequence[tuple[Case | None, Case]], at: datetime) -> None:
    """Bring the projected tables up to the new values: only the parts that changed are written."""
    insert_new(connection, parties, [row for b, a in changes for row in _party_rows(b, a)])
    for before, after in changes:
        _part(connection, before, after)
    upsert(connection, deadlines, [row for b, a in changes for row in _deadline_rows(b, a)])
    upsert(connection, alarms, [row for b, a in changes for row in _alarm_rows(b, a)], keep=("fired_at",))
    upsert(connection, told, [row for b, a in changes for row in _told_rows(b, a)])
    upsert(connection, proposals, [row for b, a in changes for row in _proposal_rows(b, a)])
    causes.project(connection, changes, at)


def _party_rows(before: Case | None, after: Case) -> Iterable[dict[str, Any]]:
    known = () if before is None else before.parties
    for party in after.parties:
        if party not in known:
            yield {"shop_id": after.shop, "conversation_id": party.conversation, "case_id": after.id}


def _part(connection: Connection, before: Case | None, after: Case) -> None:
    """A conversation that moved to another case is none of this one's any more. Rare: a statement each."""
    for party in () if before is None else before.parties:
        if party not in after.parties:
            gone = (parties.c.shop_id == after.shop) & (parties.c.conversation_id == party.conversation)
            connection.execute(parties.delete().where(gone, parties.c.case_id == after.id))


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
                    "acknowledged_by": alarm.by or alarm.by_name or None,
                    "acknowledged_at": alarm.acknowledged_at,
                }


def _told_rows(before: Case | None, after: Case) -> Iterable[dict[str, Any]]:
    """One row for each person of each call that is new or known better; of a call without names, one."""
    for old, deadline in _changed_deadlines(before, after):
        known = {call.id: call for alarm in (old.alarms if old else ()) for call in alarm.calls}
        for alarm in deadline.alarms:
            for call in alarm.calls:
                if known.get(call.id) != call:
                    yield from _rows_of_call(after, deadline, alarm.rung, call)


def _rows_of_call(case: Case, deadline: Deadline, rung: str, call: Call) -> Iterable[dict[str, Any]]:
    absent = dict(call.absent)
    for person in call.people or ("",):
        yield {
            "shop_id": case.shop,
            "call_id": call.id,
            "person": person,
            "case_id": case.id,
            "deadline_id": deadline.id,
            "due_at": deadline.due_at,
            "rung": rung,
            "path": call.path,
            "at": call.at,
            "outcome": call.outcome,
            "why": call.why,
            "absent": absent.get(person, ""),
            "message": call.message,
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


def add_approvals(connection: Connection, changes: Sequence[tuple[str, Case | None, Case]], at: datetime) -> None:
    """One row for each yes: (event id, before, after). The row outlives the proposal it names."""
    rows = []
    for event_id, before, after in changes:
        known = {p.id: p for p in _proposals(before)}
        for proposal in _proposals(after):
            was = known.get(proposal.id)
            if proposal.approved_at is not None and (was is None or was.approved_at != proposal.approved_at):
                rows.append(_approval_row(event_id, after, proposal, at))
        rows += _first_yes_rows(event_id, before, after, at)
    insert_new(connection, approvals, rows)


def _first_yes_rows(event_id: str, before: Case | None, after: Case, at: datetime) -> Iterable[dict[str, Any]]:
    """A yes that waits for a second person's: it goes into the file as any other."""
    known = {action.id: action for action in before.actions} if before is not None else {}
    for action in after.actions:
        was = known.get(action.id)
        carrier = next((p for p in _proposals(after) if p.act == action.id), None)
        if action.state is ActionState.WAITING and was != action and carrier is not None and not action.told:
            first = replace(carrier, approved_by=action.approved_by, approved_at=action.approved_at)
            yield _approval_row(event_id, after, first, at)


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


def add_texts(
    connection: Connection, shop: str, written: Sequence[tuple[str, str, NewText]], at: datetime
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
    insert_new(connection, texts, rows)


def salted_texts(connection: Connection, shop: str, ids: Collection[str]) -> dict[str, tuple[str, str]]:
    """text id → (body, salt), for those not erased."""
    if not ids:
        return {}
    return {id: (body, salt) for id, body, salt in _SALTED.all(connection, {"shop": shop, "ids": ids})}


def text_bodies(connection: Connection, shop: str, ids: Collection[str]) -> dict[str, str]:
    """text id → body, for those not erased."""
    if not ids:
        return {}
    return dict(_TEXTS.all(connection, {"shop": shop, "ids": ids}))
