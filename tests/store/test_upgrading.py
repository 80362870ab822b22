"""A shop's store of release 0.1 after today's migrations: whole, readable, and going on. And 0.1 beside today.

The golden files were written by release 0.1 itself: `release-0.1-rows.jsonl` is the store after a short story
(an approved reply, one that is held, a claim, a dead input, one that waits), the `.sql` files hold every statement
that its code sent while it played a longer one.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import Connection, text

from adapters.telegram.translate import translate
from bot.clock import SteppedClock
from bot.loading import Loader
from bot.migrating import UnknownRevision, alembic_config, pending, upgrade
from bot.store import cases, codec, dead, journal
from bot.store.backup import backup
from bot.store.database import Database, database_url
from bot.store.restoring import restore
from bot.store.tables import inbox, metadata
from flows.case import Case
from flows.events import NoteAdded, Undone
from flows.policy import Policy
from tests.store.histories import SHOP, book, engine, handle_all, happened, rows, store

GOLDEN = Path(__file__).parent / "golden"
LINES = [json.loads(line) for line in (GOLDEN / "release-0.1-rows.jsonl").read_text(encoding="utf-8").splitlines()]
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def _value(stored: Any, *, is_sqlite: bool) -> Any:
    """As the drivers of release 0.1 wrote it."""
    match stored:
        case {"at": str(instant)}:
            at = datetime.fromisoformat(instant)
            return at.replace(tzinfo=None).isoformat(" ", "microseconds") if is_sqlite else at
        case {"bytes": str(content)}:
            return content.encode()
    return stored


def _insert(connection: Connection) -> None:
    """The rows of release 0.1, by its column names."""
    is_sqlite = connection.dialect.name == "sqlite"
    for line in LINES:
        names = list(line["row"])
        listed, marks = ", ".join(f'"{name}"' for name in names), ", ".join(f":{name}" for name in names)
        given = {name: _value(value, is_sqlite=is_sqlite) for name, value in line["row"].items()}
        connection.execute(text(f"INSERT INTO {line['table']} ({listed}) VALUES ({marks})"), given)  # noqa: S608 - names of ours


def _migrate(connection: Connection, revision: str) -> None:
    config = alembic_config()
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


@pytest.fixture
async def old(empty_url: str) -> AsyncIterator[Database]:
    """A store as release 0.1 left it."""
    database = Database(empty_url)
    await database.write(lambda connection: _migrate(connection, "0001"))
    await database.write(_insert)
    yield database
    await database.close()


async def test_a_store_of_the_first_release_is_upgraded_whole(old: Database) -> None:
    """Every row is there with the values it had, and new columns are empty; an action takes its case's order."""
    assert [revision[:4] for revision in await pending(old)] == [f"{n:04d}" for n in range(2, 13)]
    await upgrade(old)

    assert await pending(old) == []
    was: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for line in LINES:
        was[line["table"]].append({name: _plain(value) for name, value in line["row"].items()})
    for name, expected in was.items():
        found = await rows(old, metadata.tables[name])
        assert [{column: row[column] for column in expected[0]} for row in found] == expected
        filled = {"order_no", "approved_at"} if name == "actions" else set()
        new = [row[column] for row in found for column in row.keys() - expected[0].keys() - filled]
        assert set(new) <= {None}
    order_of = {row["id"]: row["order_no"] for row in await rows(old, metadata.tables["cases"])}
    for row in await rows(old, metadata.tables["actions"]):
        assert (row["order_no"], row["approved_at"]) == (order_of[row["case_id"]], row["at"])
    bots = {(row["name"], row["shop_id"]) for row in await rows(old, metadata.tables["accounts"])}
    assert bots == {(row["channel"], SHOP) for row in await rows(old, metadata.tables["conversations"])} != set()


def _plain(stored: Any) -> Any:
    match stored:
        case {"at": str(instant)}:
            return datetime.fromisoformat(instant)
        case {"bytes": str(content)}:
            return content.encode()
    return stored


async def test_its_journals_hold_and_give_the_stored_cases(old: Database) -> None:
    """Entries of the first release name whole fields; they fold to exactly what is stored."""
    await upgrade(old)
    stored = await rows(old, metadata.tables["cases"])

    assert len(stored) == 4
    for row in stored:
        entries = await _journal(old, row["id"])
        assert journal.broken(entries) == []
        assert all("v" not in codec.loads(entry["change"]) for entry in entries)
        assert _folded(entries) == codec.decode(row["body"], Case)


async def _journal(database: Database, case: str) -> list[dict[str, Any]]:
    return await database.read(lambda connection: journal.entries(connection, SHOP, case))


def _folded(entries: list[dict[str, Any]]) -> Case:
    return journal.fold([codec.loads(entry["change"]) for entry in entries])


async def test_todays_desk_shows_its_cases(old: Database) -> None:
    """What staff see after the update: the cases with their texts, and the dead input in the list."""
    await upgrade(old)
    loader = Loader(SHOP, book(), Policy(), SteppedClock(NOW))
    shown = await old.read(lambda c: [loader.shown(c, case) for case in cases.open_cases(c, SHOP)])
    listed = await old.read(lambda connection: dead.listed(connection, SHOP))

    assert sorted(each.buyer for each in shown if each.case.parties) == ["Ada", "Eve", "Mila", "Sofia"]
    assert all(each.text(each.case.proposal.text.id) != "…" for each in shown if each.case.proposal)
    assert [(row.kind, row.version) for row in listed] == [("telegram.update", "0.1.0")]


async def test_it_goes_on_where_it_stopped(old: Database) -> None:
    """The message that waited is handled, and an old case takes a new event: its journal stays one chain."""
    await upgrade(old)
    case = (await rows(old, metadata.tables["cases"]))[0]["id"]
    await store(old, happened(NoteAdded(case, "U1", "after the update", NOW), lane=f"case:{case}"), at=NOW)
    (waiting,) = await rows(old, inbox, state="waiting", kind="telegram.update")
    channel = waiting["channel"]
    translators = {channel: lambda kind, raw: translate(channel, kind, raw)}
    await handle_all(engine(old, SteppedClock(NOW), translators=translators))

    assert {row["state"] for row in await rows(old, inbox)} == {"handled", "dead"}
    assert len(await rows(old, metadata.tables["cases"])) == 5
    entries = await _journal(old, case)
    assert codec.loads(entries[-1]["change"])["v"] == 2
    assert journal.broken(entries) == []
    (row,) = await rows(old, metadata.tables["cases"], id=case)
    assert _folded(entries) == codec.decode(row["body"], Case)


async def test_rows_as_the_first_release_writes_them_fit_todays_schema(database: Database) -> None:
    """During a deploy its processes run on beside ours, on the schema that ours have made."""
    await database.write(_insert)

    assert len(await rows(database, inbox)) == len([line for line in LINES if line["table"] == "inbox"])


async def test_every_statement_of_the_first_release_fits_todays_schema(database: Database) -> None:
    """Each is prepared by the database itself: a column or key that went away would be named here."""
    backend = database.url.get_backend_name()
    statements = (GOLDEN / f"release-0.1-{backend}.sql").read_text(encoding="utf-8").splitlines()

    def prepare(connection: Connection) -> None:
        for statement in statements:
            if connection.dialect.name == "sqlite":
                connection.exec_driver_sql(f"EXPLAIN {statement}", (None,) * statement.count("?"))
            else:
                connection.exec_driver_sql(f"PREPARE known AS {statement}")
                connection.exec_driver_sql("DEALLOCATE known")

    await database.write(prepare)
    assert len(statements) > 60


async def test_the_schema_of_a_newer_version_is_not_touched(database: Database) -> None:
    """An older process that starts in the middle of a deploy stands down, and says what to do."""
    newer = text("UPDATE alembic_version SET version_num = '9999'")
    await database.write(lambda connection: connection.execute(newer))
    with pytest.raises(UnknownRevision, match="newer version of Amends"):
        await upgrade(database)
    with pytest.raises(UnknownRevision, match="restore a backup of before"):
        await pending(database)
    await database.write(
        lambda connection: connection.execute(text("UPDATE alembic_version SET version_num = '0006'"))
    )


@pytest.mark.parametrize("empty_url", ["sqlite"], indirect=True)
async def test_a_backup_of_the_first_release_can_be_restored(old: Database, tmp_path: Path) -> None:
    """The file on the shelf: brought up to date, and the reply that was held then asks a person again."""
    backup(old.url, tmp_path / "shelf.db")
    target = f"sqlite:///{tmp_path / 'new' / 'amends.db'}"
    await restore(database_url(target), tmp_path / "shelf.db", NOW)
    restored = Database(target)
    left = await pending(restored)
    events = [codec.decode_any(row["raw"]) for row in await rows(restored, inbox, state="waiting", kind="event")]
    await restored.close()

    assert left == []
    assert [type(event) for event in events] == [Undone]


def _spaced_otherwise(connection: Connection) -> None:
    """The same CHECK in other spacing: a table that something else than release 0.1 has written down."""
    connection.exec_driver_sql("PRAGMA writable_schema=ON").close()
    spaced = "UPDATE sqlite_master SET sql = replace(sql, ?, ?) WHERE name = 'inbox'"
    connection.exec_driver_sql(spaced, ("'waiting', 'handled'", "'waiting','handled'")).close()
    connection.exec_driver_sql("PRAGMA writable_schema=RESET").close()


async def _of_old_columns(database: Database) -> list[tuple[Any, ...]]:
    names = ", ".join(next(line["row"] for line in LINES if line["table"] == "inbox"))
    query = text(f"SELECT {names} FROM inbox ORDER BY id")  # noqa: S608 - names of ours
    return [tuple(row) for row in await database.read(lambda connection: connection.execute(query).all())]


@pytest.mark.parametrize("empty_url", ["sqlite"], indirect=True)
async def test_where_the_tables_text_cannot_be_changed_it_is_written_anew(old: Database) -> None:
    """The slow way gives the same schema and keeps every row."""
    await old.write(_spaced_otherwise)
    was = await _of_old_columns(old)
    await upgrade(old)

    assert await _of_old_columns(old) == was
    source = text("SELECT sql FROM sqlite_master WHERE name = 'inbox'")
    found: str = await old.read(lambda connection: connection.execute(source).scalar_one())
    assert "'waiting', 'handled', 'ignored', 'dead', 'dropped'" in found
    assert "ck_inbox_dropped_says_who" in found
    indexes = text("SELECT count(*) FROM sqlite_master WHERE type = 'index' AND tbl_name = 'inbox'")
    assert await old.read(lambda connection: connection.execute(indexes).scalar_one()) == 5
    (row,) = await rows(old, inbox, state="dead")
    assert await old.write(lambda connection: dead.drop(connection, SHOP, row["id"], "U1", "spam", NOW))


async def test_going_back_to_the_first_schema_takes_what_was_dropped_along(old: Database) -> None:
    """The older code knows no such state: the input stays, as one that decided nothing."""
    await upgrade(old)
    (row,) = await rows(old, inbox, state="dead")
    await old.write(lambda connection: dead.drop(connection, SHOP, row["id"], "U1", "spam", NOW))
    await old.write(lambda connection: _downgrade(connection, "0001"))
    found = text("SELECT state, error FROM inbox WHERE id = :id")

    got = await old.read(lambda connection: connection.execute(found, {"id": row["id"]}).one())
    assert tuple(got) == ("ignored", None)
    await upgrade(old)
    assert len(await rows(old, inbox)) == len([line for line in LINES if line["table"] == "inbox"])


def _downgrade(connection: Connection, revision: str) -> None:
    config = alembic_config()
    config.attributes["connection"] = connection
    command.downgrade(config, revision)
