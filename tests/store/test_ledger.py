"""The ledger of an order, as rows: of two cases that refund it at once, one does, on both databases."""

from __future__ import annotations

import asyncio
import dataclasses
from datetime import timedelta

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.util import await_only

from bot.engine import Engine
from bot.store import cases, ledger
from bot.store.database import Database
from bot.store.tables import actions, approvals, outbox
from flows.action import REFUND
from flows.case import Case, Situation
from flows.events import Approved, CaseEvent, CaseSplit, FactsSet, Recognised
from flows.money import Ceiling, Limits
from flows.policy import Policy
from flows.staffing import Person
from flows.values import Money
from tests.flows.orders import NUMBER
from tests.store.histories import SHOP, engine, handle_all, happened, only, rows, store, wrote

LIN, BEN, EVE = "U1", "U2", "U3"  # an approver, a lead, and somebody without a role
ANOTHER = "114-7654321-7654321"
KNOWN = (("order_value", "24.90 EUR"), ("tracking", "stuck"), ("wish", "refund"))
PEOPLE = (Person(LIN, roles=("approver",)), Person(BEN, roles=("lead",)))
POLICY = Policy(undo=timedelta(), people=PEOPLE, leads=(BEN,))
A_DAY = Limits({"everybody": Ceiling(per_day=Money(4000, "EUR")), "lead": Ceiling()})


def _desk(database: Database, policy: Policy = POLICY) -> Engine:
    return engine(database, policy=policy)


async def _happens(database: Database, case: Case, event: CaseEvent) -> Case:
    await store(database, happened(event, lane=f"case:{case.id}"))
    await handle_all(_desk(database))
    return await _now(database, case)


async def _all(database: Database) -> list[Case]:
    return await database.read(lambda c: cases.all_cases(c, SHOP))


async def _now(database: Database, case: Case) -> Case:
    return next(c for c in await _all(database) if c.id == case.id)


async def _asks(database: Database, chat: int, order: str = NUMBER) -> Case:
    """Somebody writes, and the number is read."""
    await store(database, wrote(f"Where is {order}?", chat))
    await handle_all(_desk(database))
    case = next(c for c in await _all(database) if any(p.lane == f"telegram:7:{chat}" for p in c.parties))
    read = Recognised(
        case.id, case.unanswered[-1], Situation.ITEM_NOT_RECEIVED, "where_is_it", 0.9, (), "en", order, "amazon",
        "test",
    )  # fmt: skip
    return await _happens(database, case, read)


async def _refundable(database: Database, chat: int, order: str) -> Case:
    """The buyer waits for a stuck parcel of 24.90 EUR and wants the money back."""
    case = await _asks(database, chat, order)
    return await _happens(database, case, FactsSet(case.id, LIN, KNOWN))


async def _two_cases(database: Database) -> list[Case]:
    """One order, two conversations that staff parted, and both buyers want the money back."""
    await _asks(database, 501)
    await _asks(database, 777)
    first = next(c for c in await _all(database) if len(c.parties) == 2)
    await _happens(database, first, CaseSplit(first.id, LIN, first.parties[1].conversation))
    parted = [c for c in await _all(database) if len(c.parties) == 1]
    assert len(parted) == 2
    return [await _happens(database, case, FactsSet(case.id, LIN, (*KNOWN, ("order", NUMBER)))) for case in parted]


def _yes(case: Case, by: str) -> Approved:
    return Approved(case.id, by, case.version)


async def test_of_two_yes_in_one_batch_the_second_sees_the_first(database: Database) -> None:
    one, two = await _two_cases(database)
    assert one.order == two.order == NUMBER
    for case in (one, two):
        await store(database, happened(_yes(case, LIN), lane=f"case:{case.id}", urgent=True))
    await handle_all(_desk(database))

    row = only(await rows(database, actions))
    assert (row["case_id"], row["kind"], row["state"], row["order_no"]) == (one.id, REFUND, "approved", NUMBER)
    assert (row["amount_minor"], row["amount_currency"], row["person"]) == (2490, "EUR", LIN)
    assert len(await rows(database, outbox, kind="reply")) == 1


async def test_two_processes_that_decide_at_once_take_turns(database: Database, other: Database) -> None:
    """Whoever comes second reads what the first one wrote."""
    for case in await _two_cases(database):
        await store(database, happened(_yes(case, LIN), lane=f"case:{case.id}", urgent=True))
    await asyncio.gather(handle_all(_desk(database)), handle_all(_desk(other)))

    assert [row["state"] for row in await rows(database, actions)] == ["approved"]
    assert len(await rows(database, outbox, kind="reply")) == 1


async def test_what_one_person_approves_in_a_day_is_counted_over_all_cases(database: Database) -> None:
    """Two orders of 24.90: within each ceiling, above Lin's for a day; so the second one waits for a lead."""
    policy = dataclasses.replace(POLICY, money=A_DAY)
    first = await _refundable(database, 501, NUMBER)
    second = await _refundable(database, 777, ANOTHER)
    for case in (first, second):
        await store(database, happened(_yes(case, LIN), lane=f"case:{case.id}", urgent=True))
    await handle_all(_desk(database, policy))
    assert {row["case_id"]: row["state"] for row in await rows(database, actions)} == {
        first.id: "approved", second.id: "waiting",
    }  # fmt: skip

    waiting = await _now(database, second)
    for by in (LIN, EVE, BEN):
        await store(database, happened(_yes(waiting, by), lane=f"case:{second.id}", urgent=True))
        await handle_all(_desk(database, policy))
    row = only(await rows(database, actions, case_id=second.id))
    assert (row["state"], row["person"], row["second_person"]) == ("approved", LIN, BEN)
    assert len(await rows(database, outbox, kind="reply")) == 2
    assert [row["person"] for row in await rows(database, approvals, case_id=second.id)] == [LIN, BEN]


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
async def test_the_ledger_of_an_order_is_read_by_one_at_a_time(database: Database, other: Database) -> None:
    """Until commit: nobody reads a ledger that somebody else is writing. SQLite has one writer anyway."""
    held, released = asyncio.Event(), asyncio.Event()
    done: list[str] = []

    def first(connection: Connection) -> None:
        ledger.lock(connection, SHOP, (LIN, NUMBER))
        held.set()
        await_only(released.wait())
        done.append("first")

    def second(connection: Connection) -> None:
        ledger.lock(connection, SHOP, (NUMBER, BEN))
        done.append("second")

    def free(connection: Connection) -> None:
        ledger.lock(connection, SHOP, (ANOTHER, BEN))

    def waits(connection: Connection) -> bool:
        waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
        return bool(connection.execute(text(waiting)).scalar())

    async with asyncio.timeout(10), asyncio.TaskGroup() as group:
        group.create_task(database.write(first))
        await held.wait()
        await other.write(free)  # another order, another person
        group.create_task(other.write(second))
        while not await other.read(waits):
            pass
        released.set()
    assert done == ["first", "second"]
