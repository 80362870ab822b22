"""Causes become decisions, in batches: poison is parked, its neighbours live, and rows cost no statements."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from bot.store import inbox
from bot.store.database import Database, insert_new, is_passing, reason_of
from bot.store.tables import buyers, cases, conversations, evidence, journal, messages, metadata, outbox
from bot.store.tables import inbox as inbox_table
from flows import events
from flows.case import Situation
from tests.store.good_rows import GOOD
from tests.store.histories import (
    CHANNEL,
    SHOP,
    T0,
    engine,
    handle_all,
    happened,
    item,
    only,
    rows,
    store,
    wrote,
)

POSTGRESQL = pytest.mark.parametrize("url", ["postgresql"], indirect=True)


async def _states(database: Database) -> list[tuple[str, str | None]]:
    return [(row["state"], row["error"]) for row in await rows(database, inbox_table)]


async def test_a_first_message_opens_a_case_with_everything_beside_it(database: Database) -> None:
    """One transaction: buyer, conversation, message, case, clock, journal, and what is to be done."""
    await store(database, wrote("where is my parcel?"))
    await handle_all(engine(database))

    found = only(await rows(database, cases))
    stored = only(await rows(database, inbox_table))
    message = only(await rows(database, messages))
    assert (stored["state"], stored["case_id"]) == ("handled", found["id"])
    assert (message["body"], message["case_id"], message["direction"]) == (
        "where is my parcel?",
        found["id"],
        "in",
    )
    assert only(await rows(database, buyers))["name"] == "Sofia"
    assert only(await rows(database, conversations))["lane"] == f"{CHANNEL}:501"
    assert only(await rows(database, journal))["event"] == "BuyerWrote"
    assert sorted(row["kind"] for row in await rows(database, outbox)) == ["card", "recognise"]


async def test_one_lane_folds_in_memory_within_a_batch(database: Database) -> None:
    """Ten messages of one buyer stored together are one case with ten, in his order."""
    await store(database, *(wrote(f"message {n}") for n in range(10)))
    assert await engine(database).handle_waiting() == 10

    found = only(await rows(database, cases))
    assert (found["revision"], found["version"]) == (10, 11)
    assert [row["body"] for row in await rows(database, messages)] == [f"message {n}" for n in range(10)]
    assert len(await rows(database, outbox, kind="card")) == 1


async def test_a_message_that_comes_again_with_other_words_is_an_edit(database: Database) -> None:
    """Same id, other content: the text is brought up to date, the old one stays in its inbox row."""
    buyer = events.Buyer("501", "Sofia", "es")
    said = events.BuyerWrote(CHANNEL, buyer, "m1", "before", T0)
    edited = events.BuyerEdited(CHANNEL, buyer, "m1", "after\x00", T0, T0)
    for one in (said, edited):
        await store(database, happened(one, lane=f"{CHANNEL}:501"))
        await handle_all(engine(database))

    message = only(await rows(database, messages))
    assert (message["body"], message["edits"]) == ("after\u2400", 1)
    assert [row["event"] for row in await rows(database, journal)] == ["BuyerWrote", "BuyerEdited"]


async def test_media_are_kept_as_evidence(database: Database) -> None:
    """A photo once sent is never asked for again."""
    photo = events.Media("photo", "file", "unique", "", 2**40)
    said = events.BuyerWrote(CHANNEL, events.Buyer("501"), "m1", "", T0, (photo, photo))
    await store(database, happened(said, lane=f"{CHANNEL}:501"))
    await handle_all(engine(database))

    assert [(row["unique_id"], row["size"]) for row in await rows(database, evidence)] == [("unique", 2**40)] * 2


async def test_what_concerns_no_case_is_ignored_not_lost(database: Database) -> None:
    """A click on a card of a case that was never stored: closed, with its payload kept."""
    await store(database, happened(events.Approved("nowhere", "U1", 1), lane="case:nowhere"))
    await handle_all(engine(database))

    assert await _states(database) == [("ignored", None)]


# --- poison ------------------------------------------------------------------------------------------------


async def test_unreadable_rows_die_at_once_and_their_neighbours_live(database: Database) -> None:
    """Damaged, from the future, or of a channel that was removed: parked with the reason, the queue goes on."""
    await store(
        database,
        wrote("before"),
        item("a", lane="a", kind="unreadable"),
        item("b", lane="b", kind=inbox.EVENT, raw=b'{"kind": "event.New", "v": 3, "value": {}}'),
        wrote("after"),
    )
    assert await engine(database).handle_waiting() == 4

    assert await _states(database) == [
        ("handled", None),
        ("dead", "not a message this version knows"),
        ("dead", "event.New version 3 is not known to this code"),
        ("handled", None),
    ]
    assert len(await rows(database, messages)) == 2


async def test_a_row_that_makes_the_batch_fail_is_found_and_parked(database: Database) -> None:
    """A bug in reading one payload: rolled back, replayed one by one, and only the poison is left behind."""
    await store(
        database, wrote("before"), item("bug", lane="a", raw=b"it"), wrote("after"), wrote("other", chat=502)
    )
    await handle_all(engine(database))

    assert await _states(database) == [
        ("handled", None), ("dead", "ValueError: a bug in reading it"), ("handled", None), ("handled", None),
    ]  # fmt: skip
    assert len(await rows(database, cases)) == 2
    assert [row["number"] for row in await rows(database, cases)] == [1, 2]


async def test_a_row_that_the_database_refuses_is_parked_without_quoting_it(database: Database) -> None:
    """The dead letter and the log name the constraint, never the words of the buyer (invariant 12)."""
    await store(database, wrote("my address is 12 Elm Street"))
    async with database.write() as connection:
        clash = {**GOOD["cases"], "number": 1}
        await insert_new(connection, cases, [clash])
    await handle_all(engine(database))

    ((state, error),) = await _states(database)
    assert state == "dead"
    assert error is not None
    assert error.startswith("IntegrityError: ")
    assert "Elm" not in error


async def test_a_revived_row_is_handled_once_the_fault_is_mended(database: Database) -> None:
    """The fix is deployed, a person says "again": the buyer is heard after all."""
    await store(database, item("bug", lane=f"{CHANNEL}:501", raw=b"hello"))
    await handle_all(engine(database))
    dead = only(await rows(database, inbox_table))

    def mended(kind: str, raw: bytes) -> events.Event:
        return events.BuyerWrote(CHANNEL, events.Buyer("501"), "m1", raw.decode(), T0)

    async with database.write() as connection:
        assert await inbox.revive(connection, SHOP, dead["id"])
    await handle_all(engine(database, translators={CHANNEL: mended}))

    assert await _states(database) == [("handled", None)]
    assert only(await rows(database, messages))["body"] == "hello"


# --- the price ---------------------------------------------------------------------------------------------


@contextmanager
def _counted(database: Database) -> Iterator[list[str]]:
    """Every statement the writer sends, one entry whatever the rows it carries."""
    said: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        said.append(statement)

    event.listen(database.engine.sync_engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(database.engine.sync_engine, "before_cursor_execute", note)


async def _price(database: Database, messages_of: int, chats: range) -> int:
    await store(database, *(wrote("where is it?", chat=chat) for chat in chats for _ in range(messages_of)))
    with _counted(database) as said:
        assert await engine(database).handle_waiting() == len(chats) * messages_of
    return len(said)


async def test_a_batch_costs_the_same_statements_whatever_its_size(database: Database) -> None:
    """Throughput comes from batches: a hundred messages are as many round trips as two."""
    small = await _price(database, 1, range(1000, 1002))
    large = await _price(database, 2, range(2000, 2050))

    assert small == large
    assert large < 40


async def test_answering_rows_of_many_cases_costs_the_same_too(database: Database) -> None:
    """Readings and facts of forty cases: loaded, folded and written together."""
    await _price(database, 1, range(100, 140))
    found = {row["case_id"]: row["id"] for row in await rows(database, messages)}

    async def price(some: dict[str, str]) -> int:
        for case, message in some.items():
            read = events.Recognised(
                case, message, Situation.ITEM_NOT_RECEIVED, "late", 0.9, (), "en", None, "amazon", "words"
            )
            await store(database, happened(read, lane=f"case:{case}"))
        with _counted(database) as said:
            assert await engine(database).handle_waiting() == len(some)
        return len(said)

    some = list(found.items())
    assert await price(dict(some[:2])) == await price(dict(some[2:]))


# --- trouble -----------------------------------------------------------------------------------------------


@POSTGRESQL
async def test_two_engines_share_the_work_without_doubling_it(database: Database, other: Database) -> None:
    """Any number of processes on one PostgreSQL: every message once, in order, no case written over."""
    for n in range(5):
        await store(database, *(wrote(f"{n}", chat=chat) for chat in range(20)))

    async def work(database: Database) -> None:
        service = engine(database)
        while (await _waiting(database)) > 0:
            await service.handle_waiting()

    async with asyncio.timeout(30):
        await asyncio.gather(*(work(each) for each in (database, other, database, other)))

    assert {row["revision"] for row in await rows(database, cases)} == {5}
    assert sorted(row["number"] for row in await rows(database, cases)) == list(range(1, 21))
    assert all(state == "handled" for state, _ in await _states(database))


async def _waiting(database: Database) -> int:
    async with database.read() as connection:
        return (await inbox.count(connection, SHOP))["waiting"]


@POSTGRESQL
async def test_a_lost_connection_parks_nothing(database: Database, other: Database) -> None:
    """A fail-over in the middle of a batch is no row's fault: nothing is dead, all is handled afterwards."""
    await store(database, wrote("hello"))
    end = (
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    async with database.engine.connect() as lost:
        await inbox.claim(lost, SHOP, 10)
        async with other.write() as connection:
            await connection.execute(text(end))
        with pytest.raises(DBAPIError) as error:
            await lost.execute(text("SELECT 1"))
    assert is_passing(error.value)

    await handle_all(engine(database))
    assert await _states(database) == [("handled", None)]


@POSTGRESQL
async def test_a_deadlock_is_the_databases_fault_not_the_rows(database: Database, other: Database) -> None:
    """Two transactions that wait for each other: one is told to try again, and its rows must not be parked."""
    lock = "SELECT pg_advisory_xact_lock({})"

    async def take(database: Database, numbers: tuple[int, int], met: asyncio.Barrier) -> None:
        async with database.write() as connection:
            await connection.execute(text("SET LOCAL deadlock_timeout = '20ms'"))
            await connection.execute(text(lock.format(numbers[0])))
            await met.wait()
            await connection.execute(text(lock.format(numbers[1])))

    met = asyncio.Barrier(2)
    ends = await asyncio.gather(take(database, (1, 2), met), take(other, (2, 1), met), return_exceptions=True)

    (error,) = (end for end in ends if end is not None)
    assert isinstance(error, Exception)
    assert is_passing(error)
    assert "deadlock" in reason_of(error).lower()


REFUSED = {
    "a rule": {"kind": "wish"},
    "a length": {"channel": "x" * 200},
    "a number": {"position": 2**70},
    "a letter": {"kind": "\ud800"},
    "a key": {"id": "1"},
}


@pytest.mark.parametrize("spoilt", REFUSED.values(), ids=REFUSED)
async def test_a_refused_row_is_not_taken_for_trouble_of_the_database(
    database: Database, spoilt: dict[str, Any]
) -> None:
    """Taken for passing trouble, a poison row would be tried for ever and hold up everybody."""
    table = outbox if "kind" in spoilt else inbox_table
    taken = GOOD[table.name]
    bad = {**taken, "id": "2", "external_id": "2", **spoilt} if table is inbox_table else {**taken, **spoilt}
    async with database.write() as connection:
        await connection.execute(table.insert(), [taken])
    if database.is_sqlite and "channel" in spoilt:
        return  # it keeps no lengths
    with pytest.raises(Exception) as error:  # noqa: PT011 - whatever the driver raises
        async with database.write() as connection:
            await connection.execute(table.insert(), [bad])

    assert not is_passing(error.value)


async def test_a_database_that_is_locked_or_away_is_passing_trouble(tmp_path: Path) -> None:
    """The start of a fail-over, a full disk, a locked file: later the same rows go through."""
    away = Database("postgresql://nobody@127.0.0.1:1/none")
    missing = Database(f"sqlite:///{tmp_path / 'empty.db'}")
    errors: list[Exception] = []
    for database in (away, missing):
        try:
            await rows(database, cases)
        except Exception as error:  # noqa: BLE001 - whatever the driver raises
            errors.append(error)
        await database.close()

    assert [is_passing(error) for error in errors] == [True, True]


async def test_the_reason_of_a_refusal_names_the_constraint_not_the_row(database: Database) -> None:
    """PostgreSQL's own text quotes the failing row: a buyer's words must not reach log or dead letter."""
    texts = metadata.tables["texts"]
    with pytest.raises(IntegrityError) as error:
        async with database.write() as connection:
            await connection.execute(texts.insert(), [{**GOOD["texts"], "body": "12 Elm Street", "salt": None}])

    assert "Elm" not in reason_of(error.value)
    assert reason_of(error.value).startswith("IntegrityError: ")
    assert database.is_sqlite or "ck_texts_erased_together" in reason_of(error.value)
