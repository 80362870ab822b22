"""Several workers at once: no row twice, none forgotten, lanes in order."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.util import await_only

from bot.store import cases, inbox, numbers, outbox, timers
from bot.store.database import Database
from bot.store.outbox import Settlement
from bot.store.rivals import StaleCase
from bot.store.tables import cases as cases_table
from bot.store.tables import deadlines as deadlines_table
from flows.case import Case
from tests.store.histories import SHOP, T0, case, deadline, effect, item, moved, room_for, rows, rung, store

WORKERS = 8
LANES = 60


async def _send_all(database: Database, sent: list[str], done: int) -> None:
    """One worker: claim a few, settle them, until all of them are sent by somebody."""
    while len(sent) < done:
        sent += await _send_a_few(database)
        await asyncio.sleep(0)


async def _send_a_few(database: Database) -> list[str]:
    claimed = await database.write(
        lambda connection: outbox.claim(connection, SHOP, T0, T0, room_for(7, outbox.PRIORITY))
    )
    delivered = [Settlement(sending.id, "delivered", attempt=sending.attempt) for sending in claimed]
    await database.write(lambda connection: outbox.settle(connection, SHOP, delivered, T0))
    return [sending.key for sending in claimed]


async def test_many_senders_never_take_the_same_row(database: Database, other: Database) -> None:
    """300 rows, 8 workers in two processes: each is sent exactly once, and each lane in its order."""
    queued = [f"{lane:02}:{n}" for n in range(5) for lane in range(LANES)]
    new = [effect("c", lane=key[:2], key=key) for key in queued]
    await database.write(lambda connection: outbox.add(connection, SHOP, new, T0))

    sent: list[str] = []
    workers = 1 if database.is_sqlite else WORKERS
    async with asyncio.timeout(30):
        await asyncio.gather(*(_send_all((database, other)[n % 2], sent, 300) for n in range(workers)))

    assert sorted(sent) == sorted(queued)
    for lane in range(LANES):
        assert [key for key in sent if key.startswith(f"{lane:02}:")] == [f"{lane:02}:{n}" for n in range(5)]


async def _handle_all(database: Database, handled: list[str], done: int) -> None:

    def handle_five(connection: Connection) -> None:
        claimed = inbox.claim(connection, SHOP, 5)
        inbox.settle(connection, SHOP, [inbox.Outcome(row.id, "handled", "c") for row in claimed], T0)
        handled.extend(row.external_id for row in claimed)

    while len(handled) < done:
        await database.write(handle_five)
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

    def open_one(connection: Connection) -> None:
        cases.save(connection, SHOP, [(None, case(numbers.take(connection, SHOP, 1)[0]))], T0)

    async def engine(database: Database) -> None:
        for _ in range(10):
            await database.write(open_one)

    await asyncio.gather(engine(database), engine(other))

    assert sorted(row["number"] for row in await rows(database, cases_table)) == list(range(1, 21))


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
async def test_nobody_waits_for_the_number_of_another_case(database: Database, other: Database) -> None:
    """An engine in the middle of its batch must not stop every other one from opening cases."""

    def under_way(connection: Connection) -> list[int]:
        first = list(numbers.take(connection, SHOP, 3))
        second = await_only(other.write(lambda c: list(numbers.take(c, SHOP, 2))))
        return [*first, *second, *numbers.take(connection, SHOP, 1)]

    async with asyncio.timeout(20):
        assert await database.write(under_way) == [1, 2, 3, 4, 5, 6]


def _move(connection: Connection, before: Case, after: Case) -> None:
    cases.lock(connection, SHOP, [before])
    cases.save(connection, SHOP, [(before, after)], T0)


async def test_of_two_writers_of_a_case_one_wins(database: Database, other: Database) -> None:
    """Both read revision 1: the second must not write over what the first one decided."""
    one = case()
    await database.write(lambda connection: cases.save(connection, SHOP, [(None, one)], T0))

    async def write(database: Database, owner: str) -> str:
        try:
            await database.write(lambda connection: _move(connection, one, moved(one, owner=owner)))
        except StaleCase:
            return "stale"
        return owner

    outcomes = await asyncio.gather(write(database, "U1"), write(other, "U2"))

    (winner,) = (outcome for outcome in outcomes if outcome != "stale")
    assert await database.read(lambda c: cases.get(c, SHOP, [one.id])) == {one.id: moved(one, owner=winner)}


WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


async def _until_somebody_waits(database: Database) -> None:
    """For a lock. Each look is a transaction of its own, because statistics are a snapshot of theirs."""
    while await database.read(lambda connection: connection.execute(text(WAITING)).scalar_one()) == 0:
        pass


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
async def test_a_writer_that_had_to_wait_looks_at_the_newest_revision(database: Database, other: Database) -> None:
    """The first one's change is not visible yet when the second begins: it must wait, and then be stale."""
    one = case()
    await database.write(lambda connection: cases.save(connection, SHOP, [(None, one)], T0))

    def second(connection: Connection) -> None:
        _move(connection, one, moved(one, owner="U2", deadlines=(deadline(),)))

    def first(connection: Connection) -> asyncio.Task[None]:
        _move(connection, one, moved(one, owner="U1"))
        writing = asyncio.create_task(other.write(second))
        await_only(_until_somebody_waits(database))
        return writing

    writing = await database.write(first)
    with pytest.raises(StaleCase):
        await writing

    assert await rows(database, deadlines_table) == []


async def test_a_rung_fires_in_one_process_only(database: Database, other: Database) -> None:
    """Both wake at the same instant: the alarm's event is made by one of them."""
    rungs = tuple(rung(f"r{n}", n) for n in range(20))
    one = case(deadlines=(deadline(*rungs),))
    await database.write(lambda connection: cases.save(connection, SHOP, [(None, one)], T0))

    marked = asyncio.Barrier(2)

    def fire(connection: Connection) -> list[str]:
        due = timers.fire(connection, SHOP, rungs[-1].at, 12)
        if not database.is_sqlite:
            await_only(marked.wait())  # neither commits before both have marked what they could have
        return [each.rung for each in due]

    fired = [name for names in await asyncio.gather(database.write(fire), other.write(fire)) for name in names]

    assert sorted(fired) == sorted(each.rung for each in rungs)
