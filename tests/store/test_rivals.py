"""Several workers at once: no row twice, none forgotten, lanes in order."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import text

from bot.store import cases, inbox, outbox, timers
from bot.store.cases import StaleCase
from bot.store.database import Database
from bot.store.outbox import Settlement
from bot.store.tables import cases as cases_table
from bot.store.tables import deadlines as deadlines_table
from tests.store.histories import SHOP, T0, case, deadline, effect, item, moved, rows, rung, store

WORKERS = 8
LANES = 60


async def _send_all(database: Database, sent: list[str], done: int) -> None:
    """One worker: claim a few, settle them, until all of them are sent by somebody."""
    while len(sent) < done:
        async with database.write() as connection:
            claimed = await outbox.claim(connection, SHOP, T0, T0, 7)
        async with database.write() as connection:
            await outbox.settle(
                connection, SHOP, [Settlement(s.id, "delivered", attempt=s.attempt) for s in claimed], T0
            )
        sent += [sending.key for sending in claimed]
        await asyncio.sleep(0)


async def test_many_senders_never_take_the_same_row(database: Database, other: Database) -> None:
    """300 rows, 8 workers in two processes: each is sent exactly once, and each lane in its order."""
    queued = [f"{lane:02}:{n}" for n in range(5) for lane in range(LANES)]
    async with database.write() as connection:
        new = [effect("c", lane=key[:2], key=key) for key in queued]
        await outbox.add(connection, SHOP, new, T0)

    sent: list[str] = []
    workers = 1 if database.is_sqlite else WORKERS
    async with asyncio.timeout(30):
        await asyncio.gather(*(_send_all((database, other)[n % 2], sent, 300) for n in range(workers)))

    assert sorted(sent) == sorted(queued)
    for lane in range(LANES):
        assert [key for key in sent if key.startswith(f"{lane:02}:")] == [f"{lane:02}:{n}" for n in range(5)]


async def _handle_all(database: Database, handled: list[str], done: int) -> None:
    while len(handled) < done:
        async with database.write() as connection:
            claimed = await inbox.claim(connection, SHOP, 5)
            await inbox.settle(connection, SHOP, [inbox.Outcome(row.id, "handled", "c") for row in claimed], T0)
            handled += [row.external_id for row in claimed]
        await asyncio.sleep(0)


async def test_many_engines_never_take_the_same_cause(database: Database, other: Database) -> None:
    """Invariants 2 and 7 for the inbox: every cause once, a buyer's in order, whoever handles them."""
    stored = [f"{lane}:{n}" for n in range(10) for lane in range(20)]
    await store(database, *(item(key, lane=key.split(":")[0], urgent=n % 3 == 0) for n, key in enumerate(stored)))

    handled: list[str] = []
    workers = 1 if database.is_sqlite else 4
    async with asyncio.timeout(30):
        await asyncio.gather(*(_handle_all((database, other)[n % 2], handled, 200) for n in range(workers)))

    assert sorted(handled) == sorted(stored)
    for lane in range(20):
        assert [key for key in handled if key.startswith(f"{lane}:")] == [f"{lane}:{n}" for n in range(10)]


async def test_case_numbers_are_given_out_once(database: Database, other: Database) -> None:
    """Staff name a case by its number: two with the same one would be answered for each other."""

    async def open_one(n: int) -> None:
        async with (database, other)[n % 2].write() as connection:
            number = await cases.highest_number(connection, SHOP) + 1
            await cases.save(connection, SHOP, [(None, case(number))], T0)

    await asyncio.gather(*(open_one(n) for n in range(20)))

    assert sorted(row["number"] for row in await rows(database, cases_table)) == list(range(1, 21))


async def test_of_two_writers_of_a_case_one_wins(database: Database, other: Database) -> None:
    """Both read revision 1: the second must not write over what the first one decided."""
    one = case()
    async with database.write() as connection:
        await cases.save(connection, SHOP, [(None, one)], T0)

    async def write(database: Database, owner: str) -> str:
        try:
            async with database.write() as connection:
                await cases.save(connection, SHOP, [(one, moved(one, owner=owner))], T0)
        except StaleCase:
            return "stale"
        return owner

    outcomes = await asyncio.gather(write(database, "U1"), write(other, "U2"))

    (winner,) = (outcome for outcome in outcomes if outcome != "stale")
    async with database.read() as connection:
        assert (await cases.get(connection, SHOP, [one.id]))[one.id] == moved(one, owner=winner)


WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
async def test_a_writer_that_had_to_wait_looks_at_the_newest_revision(database: Database, other: Database) -> None:
    """The first one's change is not visible yet when the second begins: it must wait, and then be stale."""
    one = case()
    async with database.write() as connection:
        await cases.save(connection, SHOP, [(None, one)], T0)

    async def second() -> None:
        async with other.write() as connection:
            late = moved(one, owner="U2", deadlines=(deadline(),))
            await cases.save(connection, SHOP, [(one, late)], T0)

    async with database.write() as connection:
        await cases.save(connection, SHOP, [(one, moved(one, owner="U1"))], T0)
        writing = asyncio.create_task(second())
        async with database.read() as watching:
            while (await watching.execute(text(WAITING))).scalar_one() == 0:
                await watching.rollback()  # statistics are a snapshot of their transaction
    with pytest.raises(StaleCase):
        await writing

    assert await rows(database, deadlines_table) == []


async def test_a_rung_fires_in_one_process_only(database: Database, other: Database) -> None:
    """Both wake at the same instant: the alarm's event is made by one of them."""
    rungs = tuple(rung(f"r{n}", n) for n in range(20))
    one = case(deadlines=(deadline(*rungs),))
    async with database.write() as connection:
        await cases.save(connection, SHOP, [(None, one)], T0)

    looked = asyncio.Barrier(1 if database.is_sqlite else 2)  # both look before either marks anything

    async def fire(database: Database) -> list[str]:
        async with database.write() as connection:
            due = await timers.due(connection, SHOP, rungs[-1].at, 100)
            await looked.wait()
            await timers.fired(connection, SHOP, due, T0)
        return [each.rung for each in due]

    fired = [name for names in await asyncio.gather(fire(database), fire(other)) for name in names]

    assert sorted(fired) == sorted(each.rung for each in rungs)
