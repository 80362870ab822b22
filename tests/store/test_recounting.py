"""At the start of the service: what the open clocks are counted by has changed, or it has not."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from bot.clock import SteppedClock
from bot.recounting import Recount, Recounting, counted_by, recount
from bot.store import cases, codec, remembered
from bot.store.database import Database
from bot.store.tables import alarms, inbox, outbox
from flows.events import RulesChanged
from flows.policy import Policy
from tests.store.histories import HOUR, SHOP, T0, book, engine, handle_all, only, rows, store, wrote

USUAL, QUICK = Policy(), Policy(first_answer=timedelta(hours=5))


def counting(policy: Policy, at: timedelta = HOUR) -> Recounting:
    return Recounting(SHOP, book(), policy, SteppedClock(T0 + at))


async def opened(database: Database, count: int) -> None:
    """So many cases whose buyers wait since T0, by the usual policy, which is remembered."""
    await store(database, *(wrote("Where is it?", chat=500 + n) for n in range(count)))
    await handle_all(engine(database))
    await recount(database, counting(USUAL, timedelta()))
    await database.write(lambda connection: connection.execute(inbox.delete()))
    await database.write(lambda connection: connection.execute(outbox.delete()))


async def asked(database: Database) -> list[RulesChanged]:
    return [codec.decode(row["raw"], RulesChanged) for row in await rows(database, inbox, state="waiting")]


async def test_a_new_shop_is_remembered_and_nothing_is_said(database: Database) -> None:
    """The first start has nothing to count anew."""
    found = await recount(database, counting(USUAL))
    stored = await database.read(lambda c: remembered.read(c, SHOP, remembered.COUNTED_BY))

    assert (found.cases, found.late) == (0, 0)
    assert stored is not None
    assert codec.loads(stored[0]) == counted_by(book(), USUAL)
    assert await rows(database, outbox) == []


async def test_an_ordinary_restart_counts_nothing(database: Database) -> None:
    """The same rules, the same hours: not one case is read."""
    await opened(database, 2)

    assert await recount(database, counting(USUAL)) == Recount((), ())
    assert await asked(database) == []


async def test_a_preview_says_what_would_move_and_writes_nothing(database: Database) -> None:
    """What an operator looks at before the restart."""
    await opened(database, 3)
    found = await database.read(counting(QUICK, 6 * HOUR).preview)

    assert (found.changed, found.cases, found.late) == (("shop",), 3, 3)
    assert {(move.before.due_at, move.after.due_at) for move in found.moves} == {(T0 + 24 * HOUR, T0 + 5 * HOUR)}
    assert await asked(database) == []
    assert await rows(database, outbox) == []


async def test_each_case_is_asked_once_and_the_desk_is_told_in_one_line(database: Database) -> None:
    """Applied as events, so that the journal says who moved what; told beforehand, with the numbers."""
    await opened(database, 3)
    found = await recount(database, counting(QUICK))
    again = await recount(database, counting(QUICK))

    assert (found.cases, found.late) == (3, 0)
    assert again == Recount((), ())
    assert len({event.case for event in await asked(database)}) == len(await asked(database)) == 3
    told = codec.loads(only(await rows(database, outbox))["body"])
    assert told == {"v": 1, "notice": "recounted", "changed": ["shop"], "cases": 3, "late": 0}


async def test_the_engine_moves_them_and_no_rung_of_the_old_instant_is_left(database: Database) -> None:
    """The ledger of alarms: the old ladder skipped with its reason, the new one waiting."""
    await opened(database, 1)
    await recount(database, counting(QUICK))
    await handle_all(engine(database, SteppedClock(T0 + HOUR), policy=QUICK))

    ledger = {(row["due_at"], row["state"], row["reason"]) for row in await rows(database, alarms)}
    assert {row for row in ledger if row[0] == T0 + 24 * HOUR} == {(T0 + 24 * HOUR, "skipped", "counted anew")}
    assert (T0 + 5 * HOUR, "waiting", "") in ledger
    [case] = await database.read(lambda c: cases.open_after(c, SHOP, "", 10))
    assert [deadline.due_at for deadline in case.running()] == [T0 + 5 * HOUR]


async def test_of_several_processes_that_start_together_one_asks(database: Database, other: Database) -> None:
    """A deploy of three: each case is moved once, and the desk reads one line."""
    await opened(database, 4)
    found = await asyncio.gather(*(recount(each, counting(QUICK)) for each in (database, other, database)))

    assert sorted(each.cases for each in found) == [0, 0, 4]
    assert len(await asked(database)) == 4
    only(await rows(database, outbox))
