"""The journal is complete: folded it gives the stored case, chained it shows every change made behind it."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from bot.store import cases, codec, journal
from bot.store.database import Database
from bot.store.tables import cases as cases_table
from bot.store.tables import inbox, messages, texts
from bot.store.tables import journal as table
from flows import events
from flows.case import Situation
from tests.store.histories import CHANNEL, SHOP, T0, engine, handle_all, happened, rows, store, wrote
from tests.store.servers import apart, migrated

PEOPLE = ("U1", "U2")


async def _some_history(database: Database) -> str:
    """A message, its reading, a fact, an edited draft: the case's id."""
    service = engine(database)
    await store(database, wrote("where is my parcel?"))
    await handle_all(service)
    (row,) = await rows(database, cases_table)
    id, (message,) = row["id"], await rows(database, messages)
    read = events.Recognised(
        id, message["id"], Situation.ITEM_NOT_RECEIVED, "late", 0.9, (), "en", "701-1", "amazon", "words"
    )
    for event in (
        read,
        events.FactsSet(id, "U1", (("shipped", "yes"),)),
        events.NoteAdded(id, "U2", "called", T0),
    ):
        await store(database, happened(event, lane=f"case:{id}"))
    await handle_all(service)
    return str(id)


async def _entries(database: Database, case: str) -> list[dict[str, Any]]:
    async with database.read() as connection:
        return await journal.entries(connection, SHOP, case)


async def test_the_chain_of_a_case_holds_and_folds_to_it(database: Database) -> None:
    """Invariant 11, over the real engine: entries 1 to n, each naming its event, sum to the stored case."""
    id = await _some_history(database)
    entries = await _entries(database, id)
    async with database.read() as connection:
        stored = (await cases.get(connection, SHOP, [id]))[id]

    assert journal.broken(entries) == []
    assert [entry["event"] for entry in entries] == ["BuyerWrote", "Recognised", "FactsSet", "NoteAdded"]
    assert [entry["seq"] for entry in entries] == [1, 2, 3, 4]
    assert journal.fold([codec.loads(entry["change"]) for entry in entries]) == stored
    assert {entry["event_id"] for entry in entries} == {row["id"] for row in await rows(database, inbox)}


@pytest.mark.parametrize(
    ("column", "spoil"),
    [
        ("change", lambda old: old.replace("amazon", "ebay")),
        ("context", lambda old: old + " "),
        ("lines", lambda old: "[]"),
        ("effects", lambda old: "[]"),
        ("versions", lambda old: old.replace("code", "c0de")),
        ("event", lambda old: "Claimed"),
        ("at", lambda old: old.replace(microsecond=0)),
        ("hash", lambda old: "0" * 64),
        ("previous", lambda old: "0" * 64),
    ],
)
async def test_a_changed_entry_is_found(database: Database, column: str, spoil: Callable[[Any], Any]) -> None:
    """Whoever has the database's password can change a row; nobody can do so unseen."""
    id = await _some_history(database)
    second = (await _entries(database, id))[1]
    async with database.write() as connection:
        change = update(table).where(table.c.seq == 2).values({column: spoil(second[column])})
        await connection.execute(change)

    found = journal.broken(await _entries(database, id))
    assert any("entry 2" in problem or "entry 3" in problem for problem in found)


async def test_a_missing_entry_is_found(database: Database) -> None:
    """Deleting is the simplest way to hide something."""
    id = await _some_history(database)
    async with database.write() as connection:
        await connection.execute(table.delete().where(table.c.seq == 2))

    assert "entry 2 is missing" in journal.broken(await _entries(database, id))


async def test_erasing_a_buyers_words_breaks_no_chain(database: Database) -> None:
    """The right to be forgotten: no word is left anywhere, and the record of who decided what stays whole."""
    id = await _some_history(database)
    async with database.write() as connection:
        await connection.execute(texts.update().values(body=None, salt=None))
        await connection.execute(messages.update().values(body=None))
        await connection.execute(inbox.update().values(raw=None, salt=None))
    entries = await _entries(database, id)

    assert journal.broken(entries) == []
    assert "parcel" not in str(entries)
    assert "called" not in str(entries)


async def test_the_threads_lines_come_in_portions_after_an_entry(database: Database) -> None:
    """The desk posts what is new since the entry it told last."""
    id = await _some_history(database)
    async with database.read() as connection:
        every = await journal.lines_between(connection, SHOP, id, 0)
        later = await journal.lines_between(connection, SHOP, id, 2, at_most=1)

    assert [seq for seq, _, _ in every] == [1, 2, 3, 4]
    assert later == every[2:3]
    assert [line.key for line in every[3][2]] == ["note"]
    assert every[0][1] == T0


# --- generated histories -----------------------------------------------------------------------------------

STAFF = st.sampled_from(PEOPLE)
VERSION = st.integers(1, 6)


def _of(case: str, message: str) -> st.SearchStrategy[events.Event]:
    """Anything that may happen to a case: well-timed, stale, repeated or out of place."""
    read = st.builds(
        events.Recognised, st.just(case), st.just(message), st.sampled_from(Situation), st.just("late"),
        st.floats(0, 1), st.just(()), st.sampled_from(["en", "es"]), st.sampled_from([None, "701-1"]),
        st.sampled_from([None, "amazon"]), st.just("words"),
    )  # fmt: skip
    facts = st.sampled_from([(("shipped", "yes"),), (("shipped", ""),), (("photos", "some"), ("shipped", "no"))])
    of_case = {"case": st.just(case), "by": STAFF, "version": VERSION}
    return st.one_of(
        read,
        st.builds(events.FactsSet, st.just(case), STAFF, facts),
        st.builds(events.SituationChosen, st.just(case), STAFF, st.sampled_from(Situation)),
        st.builds(events.Approved, **of_case),
        st.builds(events.DraftEdited, **of_case, text=st.text(max_size=30), send=st.booleans()),
        st.builds(events.Undone, **of_case),
        st.builds(events.Declined, **of_case, reason=st.just("tone")),
        st.builds(events.NoReplyNeeded, **of_case, reason=st.just("thanks")),
        st.builds(events.Submitted, **of_case, proof=st.just("ref 1")),
        st.builds(events.Settled, **of_case, delivered=st.booleans()),
        st.builds(events.Assigned, st.just(case), STAFF, STAFF),
        st.builds(events.NoteAdded, st.just(case), STAFF, st.text(max_size=30), st.just(T0)),
    )


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_whatever_happens_the_journal_adds_up_to_the_case(sqlite_file: Path, data: st.DataObject) -> None:
    """Generated histories through the real engine, cut into batches of any size, messages in between."""
    with tempfile.TemporaryDirectory() as home:
        file = Path(home) / "amends.db"
        file.write_bytes(sqlite_file.read_bytes())
        apart(_live_and_check(f"sqlite:///{file}", data))


async def _live_and_check(url: str, data: st.DataObject) -> None:
    database = Database(url)
    try:
        service = engine(database)
        await store(database, wrote("where is my parcel?"))
        await handle_all(service)
        (row,) = await rows(database, cases_table)
        (message,) = await rows(database, messages)
        lane = f"case:{row['id']}"
        for _ in range(data.draw(st.integers(1, 4))):
            batch = data.draw(st.lists(_of(row["id"], message["id"]), min_size=1, max_size=4))
            await store(database, *(happened(event, lane=lane) for event in batch))
            if data.draw(st.booleans()):
                await store(database, wrote("hello?"))
            await handle_all(service)
        await _check(database)
    finally:
        await database.close()


async def _check(database: Database) -> None:
    async with database.read() as connection:
        for case in await cases.all_cases(connection, SHOP):
            entries = await journal.entries(connection, SHOP, case.id)
            assert journal.broken(entries) == []
            assert len(entries) == case.revision
            assert journal.fold([codec.loads(entry["change"]) for entry in entries]) == case
        dead = (await connection.execute(select(inbox.c.error).where(inbox.c.state == "dead"))).all()
    assert dead == []
