"""The journal is complete: folded it gives the stored case, chained it shows every change made behind it."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, update

from bot.store import cases, codec, journal
from bot.store.database import Database
from bot.store.tables import cases as cases_table
from bot.store.tables import inbox, messages, texts
from bot.store.tables import journal as table
from flows import events
from flows.case import Situation
from tests.store.histories import SHOP, T0, engine, handle_all, happened, rows, store, wrote
from tests.store.servers import apart

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
    return await database.read(lambda connection: journal.entries(connection, SHOP, case))


async def test_the_chain_of_a_case_holds_and_folds_to_it(database: Database) -> None:
    """Invariant 11, over the real engine: entries 1 to n, each naming its event, sum to the stored case."""
    id = await _some_history(database)
    entries = await _entries(database, id)
    stored = (await database.read(lambda connection: cases.get(connection, SHOP, [id])))[id]

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
    change = update(table).where(table.c.seq == 2).values({column: spoil(second[column])})
    await database.write(lambda connection: connection.execute(change))

    found = journal.broken(await _entries(database, id))
    assert any("entry 2" in problem or "entry 3" in problem for problem in found)


async def test_a_missing_entry_is_found(database: Database) -> None:
    """Deleting is the simplest way to hide something."""
    id = await _some_history(database)
    await database.write(lambda connection: connection.execute(table.delete().where(table.c.seq == 2)))

    assert "entry 2 is missing" in journal.broken(await _entries(database, id))


async def test_erasing_a_buyers_words_breaks_no_chain(database: Database) -> None:
    """The right to be forgotten: no word is left anywhere, and the record of who decided what stays whole."""
    id = await _some_history(database)

    def erase(connection: Connection) -> None:
        connection.execute(texts.update().values(body=None, salt=None))
        connection.execute(messages.update().values(body=None))
        connection.execute(inbox.update().values(raw=None, salt=None))

    await database.write(erase)
    entries = await _entries(database, id)

    assert journal.broken(entries) == []
    assert "parcel" not in str(entries)
    assert "called" not in str(entries)


async def test_the_threads_lines_come_in_portions_after_an_entry(database: Database) -> None:
    """The desk posts what is new since the entry it told last."""
    id = await _some_history(database)
    every = await database.read(lambda connection: journal.lines_between(connection, SHOP, id, 0))
    later = await database.read(lambda connection: journal.lines_between(connection, SHOP, id, 2, at_most=1))

    assert [seq for seq, _, _ in every] == [1, 2, 3, 4]
    assert later == every[2:3]
    assert [line.key for line in every[3][2]] == ["note"]
    assert every[0][1] == T0


# --- generated histories -----------------------------------------------------------------------------------

STAFF = st.sampled_from(PEOPLE)
VERSION = st.integers(1, 6)
_Made = Callable[[str, str], events.Event]  # (case, message) → event


def _about(kind: Callable[..., events.Event], **given: st.SearchStrategy[Any]) -> st.SearchStrategy[_Made]:
    """An event of this kind about a case that is not known yet."""
    return st.fixed_dictionaries(given).map(lambda fields: lambda case, _message: kind(case=case, **fields))


def _events() -> st.SearchStrategy[_Made]:
    """Anything that may happen to a case: well-timed, stale, repeated or out of place."""
    read = st.fixed_dictionaries(
        {
            "situation": st.sampled_from(Situation),
            "order": st.sampled_from([None, "701-1"]),
            "platform": st.sampled_from([None, "amazon"]),
            "language": st.sampled_from(["en", "es"]),
        }
    ).map(
        lambda fields: (
            lambda case, message: events.Recognised(
                case=case, message=message, label="late", confidence=0.9, guesses=(), recogniser="words", **fields
            )
        )
    )
    facts = st.sampled_from([(("shipped", "yes"),), (("shipped", ""),), (("photos", "some"), ("shipped", "no"))])
    decision = {"by": STAFF, "version": VERSION}
    return st.one_of(
        read,
        _about(events.FactsSet, by=STAFF, facts=facts),
        _about(events.SituationChosen, by=STAFF, situation=st.sampled_from(Situation)),
        _about(events.Approved, **decision, outcomes=st.sampled_from([(), ("refund",)])),
        _about(
            events.FallbackApproved,
            **decision,
            at=st.just(T0 + timedelta(hours=1)),
            until=st.just(T0 + timedelta(hours=2)),
            stamp=st.just(""),
        ),
        _about(events.AdvanceWithdrawn, by=STAFF),
        _about(events.DraftEdited, **decision, text=st.text(max_size=30), send=st.booleans()),
        _about(events.Undone, **decision),
        _about(events.Declined, **decision, reason=st.just("tone")),
        _about(events.NoReplyNeeded, **decision, reason=st.just("thanks")),
        _about(events.Submitted, **decision, proof=st.just("ref 1")),
        _about(events.Settled, **decision, delivered=st.booleans()),
        _about(events.Assigned, by=STAFF, owner=STAFF),
        _about(events.NoteAdded, by=STAFF, text=st.text(max_size=30), at=st.just(T0)),
    )


@st.composite
def _batches(draw: st.DrawFn) -> list[tuple[list[_Made], bool]]:
    """Batches of what staff and recogniser do; after some of them the buyer writes again."""
    return draw(st.lists(st.tuples(st.lists(_events(), min_size=1, max_size=4), st.booleans()), max_size=4))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_batches())
def test_whatever_happens_the_journal_adds_up_to_the_case(
    sqlite_file: Path, batches: list[tuple[list[_Made], bool]]
) -> None:
    """Generated histories through the real engine, cut into batches of any size, messages in between."""
    with tempfile.TemporaryDirectory() as home:
        file = Path(home) / "amends.db"
        file.write_bytes(sqlite_file.read_bytes())
        apart(_live_and_check(f"sqlite:///{file}", batches))


async def _live_and_check(url: str, batches: list[tuple[list[_Made], bool]]) -> None:
    database = Database(url)
    try:
        service = engine(database)
        await store(database, wrote("where is my parcel?"))
        await handle_all(service)
        (row,) = await rows(database, cases_table)
        (message,) = await rows(database, messages)
        for batch, heard in batches:
            happenings = [happened(make(row["id"], message["id"]), lane=f"case:{row['id']}") for make in batch]
            await store(database, *happenings, *([wrote("hello?")] if heard else []))
            await handle_all(service)
        await _check(database)
    finally:
        await database.close()


async def _check(database: Database) -> None:
    for case in await database.read(lambda connection: cases.all_cases(connection, SHOP)):
        entries = await _entries(database, case.id)
        assert journal.broken(entries) == []
        assert len(entries) == case.revision
        assert journal.fold([codec.loads(entry["change"]) for entry in entries]) == case
    assert await rows(database, inbox, state="dead") == []
