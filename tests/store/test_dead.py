"""The dead letter: who decides what, once, by stored events; and one line to the desk however many die."""

from __future__ import annotations

import json
from datetime import timedelta

from sqlalchemy import Connection

from bot import burying
from bot.ids import new_id
from bot.store import codec, dead, inbox
from bot.store import outbox as outbox_store
from bot.store.database import Database
from bot.store.tables import inbox as table
from bot.store.tables import outbox
from flows.events import DeadDropped, DeadRetried
from tests.store.good_rows import GOOD
from tests.store.histories import CHANNEL, SHOP, T0, engine, handle_all, happened, item, rows, store, wrote

SECOND = timedelta(seconds=1)


async def _die(database: Database, *names: str, kind: str = "unreadable") -> list[str]:
    """Inputs that nobody can handle; their ids."""
    await store(database, *(item(name, lane=name, kind=kind) for name in names))
    await handle_all(engine(database))
    return [row["id"] for row in await rows(database, table) if row["external_id"] in names]


async def _listed(database: Database, **how: object) -> list[dead.Dead]:
    return await database.read(lambda connection: dead.listed(connection, SHOP, **how))  # type: ignore[arg-type]


async def _decided(database: Database, *decisions: DeadRetried | DeadDropped) -> list[str]:
    """What became of the decisions' own rows."""
    await store(database, *(happened(decision, lane=f"dead:{decision.row}") for decision in decisions))
    known = {row["id"] for row in await rows(database, table)}
    await handle_all(engine(database))
    ours = [row for row in await rows(database, table) if row["kind"] == inbox.EVENT and row["id"] in known]
    return [row["state"] for row in ours]


async def test_what_died_is_listed_without_its_content(database: Database) -> None:
    """What came, when, from where, why and by which code: never the words of a buyer."""
    ids = await _die(database, "a", "b")
    found = await _listed(database)

    assert [(row.id, row.external_id, row.channel, row.kind) for row in found] == [
        (ids[0], "a", CHANNEL, "unreadable"), (ids[1], "b", CHANNEL, "unreadable"),
    ]  # fmt: skip
    assert {(row.stored_at, row.died_at, row.reason) for row in found} == {
        (T0, T0, "not a message this version knows")
    }
    assert all(row.version for row in found)
    assert [row.id for row in await _listed(database, after=ids[0])] == [ids[1]]
    assert await _listed(database, kind="other") == []
    assert await database.read(lambda connection: dead.count(connection, SHOP)) == 2


async def test_one_is_opened_with_its_content_and_what_was_decided(database: Database) -> None:
    (id,) = await _die(database, "a")
    await _decided(database, DeadDropped(id, "U1", "a test\x00"))
    found = await database.read(lambda connection: dead.opened(connection, SHOP, id))

    assert found is not None
    assert (found.raw, found.state, found.reason) == (b"hello", "dropped", "not a message this version knows")
    assert (found.decided_by, found.decided_at, found.decided_why) == ("U1", T0, "a test\u2400")
    assert await database.read(lambda connection: dead.opened(connection, SHOP, "unknown")) is None


async def test_an_input_that_never_died_is_not_opened(database: Database) -> None:
    """`amends dead show` is no way to read everybody's mail."""
    await store(database, wrote("my address"))
    await handle_all(engine(database))
    (row,) = await rows(database, table)

    assert await database.read(lambda connection: dead.opened(connection, SHOP, row["id"])) is None


async def test_retried_it_waits_again_and_remembers_who(database: Database) -> None:
    """Not mended, it comes back to the list, and can be retried again."""
    (id,) = await _die(database, "a")

    assert await _decided(database, DeadRetried(id, "U1")) == ["handled"]
    (row,) = await rows(database, table, id=id)
    assert (row["state"], row["decided_by"], row["decided_at"]) == ("dead", "U1", T0)
    assert await _decided(database, DeadRetried(id, "U2")) == ["handled", "handled"]
    (row,) = await rows(database, table, id=id)
    assert (row["state"], row["decided_by"]) == ("dead", "U2")


async def test_the_first_decision_counts(database: Database) -> None:
    """Two people at once: one drops it, the other's retry comes too late and revives nothing."""
    (id,) = await _die(database, "a")

    assert await _decided(database, DeadDropped(id, "U1", "spam"), DeadRetried(id, "U2")) == ["handled", "ignored"]
    (row,) = await rows(database, table, id=id)
    assert (row["state"], row["decided_by"], row["error"]) == ("dropped", "U1", "not a message this version knows")
    assert await _decided(database, DeadRetried("unknown", "U1")) == ["handled", "ignored", "ignored"]


async def test_a_living_input_cannot_be_dropped(database: Database) -> None:
    """An old dialog, or an id typed wrong: what waits or was handled stays as it is."""
    await store(database, wrote("hello"))
    (row,) = await rows(database, table)
    await _decided(database, DeadDropped(row["id"], "U1", "why"))

    assert [each["state"] for each in await rows(database, table)] == ["handled", "ignored"]


async def test_decisions_are_kept_as_events(database: Database) -> None:
    """Who and when outlives the row they were about: they are causes like any other."""
    assert codec.decode_any(codec.encode(DeadRetried("1", "U1"))) == DeadRetried("1", "U1")
    assert codec.decode_any(codec.encode(DeadDropped("1", "U1", "x"))) == DeadDropped("1", "U1", "x")


async def _notices(database: Database) -> list[tuple[str, int]]:
    """(state, microseconds of the instant it is for)."""
    return [(row["state"], int(row["dedupe_key"].rpartition(":")[2])) for row in await rows(database, outbox)]


async def test_a_burst_makes_one_notice(database: Database) -> None:
    """A hundred poisoned inputs in three batches: staff read one line."""
    for n in range(3):
        await _die(database, *(f"{n}.{m}" for m in range(30)))
    found = await rows(database, outbox)

    assert [(row["kind"], row["case_id"], row["state"]) for row in found] == [("tell", None, "pending")]
    assert json.loads(found[0]["body"]) == {"v": 1, "notice": "dead"}


async def test_one_that_a_bug_kills_is_told_as_well(database: Database) -> None:
    """Parked after a batch that failed: another way in, the same notice."""
    await _die(database, "bug", kind="text")

    assert len(await _notices(database)) == 1


async def _announce(database: Database, after: timedelta = timedelta()) -> None:
    """One more has died."""
    dead_row = {**GOOD["inbox"], "id": new_id(T0), "external_id": new_id(T0), "state": "dead", "handled_at": T0}

    def bury(connection: Connection) -> None:
        connection.execute(table.insert(), [{**dead_row, "error": "x"}])
        burying.announce(connection, SHOP, [str(dead_row["id"])], T0, T0 + after)

    await database.write(bury)


async def test_the_next_notice_keeps_its_distance(database: Database) -> None:
    """One was posted a moment ago: the next death is told, ten minutes after it, and only once."""
    await _announce(database)
    delivered = outbox.update().values(state="delivered", settled_at=T0)
    await database.write(lambda connection: connection.execute(delivered))
    await _announce(database, 5 * SECOND)
    await _announce(database, 6 * SECOND)
    first, second = await _notices(database)

    assert (first[0], second[0]) == ("delivered", "pending")
    assert second[1] - first[1] == burying.QUIET.total_seconds() * 1_000_000
    waiting = [row["not_before"] for row in await rows(database, outbox) if row["state"] == "pending"]
    assert [int(at.timestamp() * 1_000_000) for at in waiting] == [second[1]]
    assert await database.read(lambda connection: outbox_store.busy(connection, SHOP)) == 0


async def test_a_notice_under_way_does_not_count_for_what_dies_now(database: Database) -> None:
    """It was claimed and has read how many there are: what dies after that is told by another one."""
    await _announce(database)
    claimed = outbox.update().values(state="sending", lease_until=T0)
    await database.write(lambda connection: connection.execute(claimed))
    await _announce(database, SECOND)

    assert [state for state, _ in await _notices(database)] == ["sending", "pending"]


async def test_processes_that_bury_at_the_same_time_make_one_notice(database: Database, other: Database) -> None:
    """The key names the instant: the second one finds it there."""
    await _announce(database, 0.1 * SECOND)
    await _announce(other, 0.2 * SECOND)

    assert len(await _notices(database)) == 1


async def test_what_was_retried_in_vain_is_not_told_again(database: Database) -> None:
    """Whoever retried it looks at the list; the notice was for what nobody had seen yet."""
    (id,) = await _die(database, "a")
    delivered = outbox.update().values(state="delivered", settled_at=T0)
    await database.write(lambda connection: connection.execute(delivered))
    await _decided(database, DeadRetried(id, "U1"))

    assert [row["state"] for row in await rows(database, table, id=id)] == ["dead"]
    assert [state for state, _ in await _notices(database)] == ["delivered"]
