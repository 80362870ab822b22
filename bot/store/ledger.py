"""The ledger of each order: actions approved or done, in whatever case. And what each person approved."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from bot.store.prepared import Prepared, in_state, one_of
from bot.store.tables import actions, cases
from flows.action import Action, ActionState, Entry
from flows.case import Case
from flows.values import Money

_A = actions.c
_COUNTED = in_state(_A.state, "text_approved", "approved", "by_hand", "submitted")
_ENTRY = select(
    _A.id, _A.case_id, cases.c.number, _A.kind, _A.state, _A.person, _A.done_person, _A.at, _A.amount_minor,
    _A.amount_currency, _A.order_no, _A.approved_at,
).join(cases, (cases.c.shop_id == _A.shop_id) & (cases.c.id == _A.case_id))  # fmt: skip
_OF_ORDERS = Prepared(
    _ENTRY.where(_A.shop_id == bindparam("shop"), one_of(_A.order_no, "orders"), _COUNTED).order_by(_A.at, _A.id)
)
_OF_PEOPLE = Prepared(
    _ENTRY.where(
        _A.shop_id == bindparam("shop"),
        one_of(_A.person, "people"),
        _COUNTED,
        _A.approved_at >= bindparam("since", type_=_A.approved_at.type),
    ).order_by(_A.at, _A.id)
)


def lock(connection: Connection, shop: str, keys: Iterable[str]) -> None:
    """Until commit nobody else decides about these orders and people. SQLite has one writer anyway."""
    if connection.dialect.name != "postgresql":
        return
    for key in sorted(set(keys)):  # in one order, so that two never wait for each other
        connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"ledger:{shop}:{key}", 0))))


def of_orders(connection: Connection, shop: str, orders: Collection[str]) -> dict[str, dict[str, Entry]]:
    """order → action id → its entry, oldest first."""
    found: dict[str, dict[str, Entry]] = {}
    if orders:
        for row in _OF_ORDERS.all(connection, {"shop": shop, "orders": orders}):
            found.setdefault(row[10], {})[row[0]] = _entry(row)
    return found


def of_people(
    connection: Connection, shop: str, people: Collection[str], since: datetime
) -> dict[str, dict[str, Entry]]:
    """person → action id → what this person approved first, since then; `at` is when."""
    found: dict[str, dict[str, Entry]] = {}
    if people:
        for row in _OF_PEOPLE.all(connection, {"shop": shop, "people": people, "since": since}):
            found.setdefault(row[5], {})[row[0]] = _entry(row, of_person=True)
    return found


def _entry(row: Any, *, of_person: bool = False) -> Entry:
    id, case, number, kind, state, person, done_by, at, minor, currency, _, approved_at = row
    amount = None if minor is None else Money(minor, currency)
    state = ActionState.BY_HAND if state == "text_approved" else ActionState(state)
    by, when = (person, approved_at) if of_person else (done_by or person, at)
    return Entry(id, case, number, kind, state, by, when, amount)


def rows(before: Case | None, after: Case) -> Iterable[dict[str, Any]]:
    """The rows of the actions that changed. One that is only proposed is the case's alone: nobody decided it."""
    known: Mapping[str, Action] = {} if before is None else {action.id: action for action in before.actions}
    for action in after.actions:
        was = known.get(action.id)
        if was == action:
            continue
        if action.state is not ActionState.PROPOSED:
            yield _row(after, action)
        elif was is not None and was.state is not ActionState.PROPOSED:
            yield _row(after, was) | {"state": ActionState.CANCELLED, "proof_id": None}


def _row(case: Case, action: Action) -> dict[str, Any]:
    return {
        "shop_id": case.shop,
        "id": action.id,
        "case_id": case.id,
        "kind": action.kind,
        "state": action.state,
        "person": action.approved_by or action.done_by or "",
        "at": action.done_at or action.second_at or action.approved_at or case.opened_at,
        "proof_id": action.proof,
        "order_no": action.order,
        "amount_minor": action.amount.minor if action.amount else None,
        "amount_currency": action.amount.currency if action.amount else None,
        "approved_at": action.approved_at,
        "second_person": action.second_by,
        "done_person": action.done_by,
    }
