"""Causes become decisions, in batches: poison is parked, its neighbours live, and rows cost no statements."""

from __future__ import annotations

from bot.store import inbox
from bot.store.database import Database, insert_new
from bot.store.tables import buyers, cases, conversations, evidence, journal, messages, outbox
from bot.store.tables import inbox as inbox_table
from flows import events
from tests.store.good_rows import GOOD
from tests.store.histories import (
    CHANNEL,
    T0,
    an_id,
    engine,
    handle_all,
    happened,
    item,
    only,
    rows,
    store,
    wrote,
)


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


async def test_two_edits_in_one_batch_are_both_counted(database: Database) -> None:
    """The newest words stand, and how often they were changed is what happened."""
    buyer = events.Buyer("501", "Sofia", "es")
    said = events.BuyerWrote(CHANNEL, buyer, "m1", "first", T0)
    changed = [events.BuyerEdited(CHANNEL, buyer, "m1", text, T0, T0) for text in ("second", "third")]
    await store(database, happened(said, lane=f"{CHANNEL}:501"))
    await handle_all(engine(database))
    await store(database, *(happened(each, lane=f"{CHANNEL}:501") for each in changed))
    assert await engine(database).handle_waiting() == 2

    message = only(await rows(database, messages))
    assert (message["body"], message["edits"]) == ("third", 2)


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
    # Two, since PostgreSQL gives the second attempt another number.
    clashes = [{**GOOD["cases"], "id": an_id(), "number": number} for number in (1, 2)]
    await database.write(lambda connection: insert_new(connection, cases, clashes))
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

    await store(database, happened(events.DeadRetried(dead["id"], "U1"), lane="dead"))
    await handle_all(engine(database, translators={CHANNEL: mended}))

    assert await _states(database) == [("handled", None), ("handled", None)]
    assert only(await rows(database, messages))["body"] == "hello"
