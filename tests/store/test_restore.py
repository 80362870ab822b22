"""A backup in the place of the store: whole, up to date, and nothing in it goes out a second time by itself."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.clock import SteppedClock
from bot.migrating import pending
from bot.store import codec
from bot.store import outbox as outbox_store
from bot.store.backup import backup
from bot.store.database import Database, database_url
from bot.store.restoring import RestoreError, restore
from bot.store.tables import cases, journal, outbox
from bot.store.tables import inbox as inbox_table
from flows import events
from flows.case import Case, ProposalState
from tests.store.histories import SHOP, T0, effect, engine, handle_all, happened, item, rows, store, wrote

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
pytestmark = pytest.mark.parametrize("url", ["sqlite"], indirect=True)


async def _backed_up(database: Database, tmp_path: Path) -> Path:
    target = tmp_path / "backup.db"
    backup(database.url, target)
    return target


async def test_a_backup_comes_back_whole(database: Database, tmp_path: Path) -> None:
    """Into an empty place, as on a new machine."""
    await store(database, item("a"), item("b"))
    target = tmp_path / "new" / "amends.db"
    kept = await restore(database_url(f"sqlite:///{target}"), await _backed_up(database, tmp_path), NOW)
    restored = Database(f"sqlite:///{target}")

    assert kept is None
    assert [row["external_id"] for row in await rows(restored, inbox_table)] == ["a", "b"]
    assert await pending(restored) == []
    await restored.close()
    assert sorted(path.name for path in target.parent.iterdir()) == ["amends.db"]


async def test_the_old_file_is_kept_with_what_its_log_held(database: Database, tmp_path: Path) -> None:
    """What was committed last stands in the log: kept as well, and never applied to the restored file."""
    await store(database, item("early"))
    copy = await _backed_up(database, tmp_path)
    target = tmp_path / "other" / "amends.db"
    await restore(database_url(f"sqlite:///{target}"), copy, NOW)
    with closing(sqlite3.connect(target)) as file:
        file.execute("PRAGMA journal_mode=WAL")
    _leave_a_log(target)

    kept = await restore(database_url(f"sqlite:///{target}"), copy, NOW)
    assert kept is not None
    assert kept.name == "amends.db.before-20261123T080000Z"
    assert (_count(kept), _count(target)) == (2, 1)
    assert not _exists(Path(f"{target}-wal"))
    with pytest.raises(RestoreError, match="move it away first"):
        await restore(database_url(f"sqlite:///{target}"), copy, NOW)


def _exists(file: Path) -> bool:
    return file.exists()


def _leave_a_log(target: Path) -> None:
    """As a killed service does: a commit that is only in the log. (SQLite tidies up after a polite end.)"""
    with closing(sqlite3.connect(target, isolation_level=None)) as file:
        file.execute("PRAGMA wal_autocheckpoint=0")
        file.execute(
            "INSERT INTO inbox (shop_id, id, channel, external_id, fingerprint, lane, position, kind, urgent, "
            "stored_at, state) SELECT shop_id, 'late', channel, 'late', fingerprint, lane, position, kind, "
            "urgent, stored_at, state FROM inbox"
        )
        log, main = Path(f"{target}-wal").read_bytes(), target.read_bytes()
    assert log
    Path(f"{target}-wal").write_bytes(log)
    target.write_bytes(main)


def _count(file: Path) -> int:
    with closing(sqlite3.connect(file)) as connection:
        found: int = connection.execute("SELECT count(*) FROM inbox").fetchone()[0]
        return found


async def test_what_was_queued_for_a_buyer_is_not_sent_by_itself(database: Database, tmp_path: Path) -> None:
    """It may have been sent after the backup: a person decides. Cards and alarms are safe to repeat."""
    reply = effect("c", kind="reply", version=1, buyer_lane="l", lane="l")
    receipt, card = effect("c", kind="automatic", lane="m"), effect("c", kind="card", lane="n")
    await database.write(lambda connection: outbox_store.add(connection, SHOP, [reply, receipt, card], T0))
    target = tmp_path / "new" / "amends.db"
    await restore(database_url(f"sqlite:///{target}"), await _backed_up(database, tmp_path), NOW)
    restored = Database(f"sqlite:///{target}")
    lost = await restored.read(lambda connection: outbox_store.orphans(connection, SHOP, None))
    waiting = await rows(restored, outbox, state="pending")
    await restored.close()

    assert sorted(sending.kind for sending in lost) == ["automatic", "reply"]
    assert [row["kind"] for row in waiting] == ["card"]


async def test_a_held_reply_comes_back_as_not_approved(database: Database, tmp_path: Path) -> None:
    """Its undo window ran when the backup was made; who knows whether it went out afterwards."""
    clock = SteppedClock(T0)
    await store(database, wrote("Where is my parcel? Order 114-1234567-7654321"))
    await handle_all(engine(database, clock))
    case = codec.decode((await rows(database, cases))[0]["body"], Case)
    choice = events.SituationChosen(case.id, "U1", case.situation.__class__("item_not_received"))
    await store(database, happened(choice, lane=f"case:{case.id}"))
    await handle_all(engine(database, clock))
    case = codec.decode((await rows(database, cases))[0]["body"], Case)
    await store(database, happened(events.Approved(case.id, "U1", case.version), lane=f"case:{case.id}"))
    await handle_all(engine(database, clock))
    assert [row["state"] for row in await rows(database, outbox, kind="reply")] == ["held"]

    target = tmp_path / "new" / "amends.db"
    await restore(database_url(f"sqlite:///{target}"), await _backed_up(database, tmp_path), NOW)
    restored = Database(f"sqlite:///{target}")
    await handle_all(engine(restored, clock))
    after = codec.decode((await rows(restored, cases))[0]["body"], Case)
    replies = await rows(restored, outbox, kind="reply")
    last = (await rows(restored, journal))[-1]
    await restored.close()

    assert [row["state"] for row in replies] == ["cancelled"]
    assert after.proposal is not None
    assert after.proposal.state is ProposalState.OFFERED
    assert last["event"] == "Undone"


async def test_a_backup_of_a_newer_version_is_refused(database: Database, tmp_path: Path) -> None:
    """Its tables are not known here. (One of an older version is brought up to date: test_upgrading.)"""
    copy = await _backed_up(database, tmp_path)
    target = tmp_path / "new" / "amends.db"
    _say(copy, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(RestoreError, match="newer version of Amends"):
        await restore(database_url(f"sqlite:///{target}"), copy, NOW)
    assert list(target.parent.iterdir()) == []


def _say(file: Path, statement: str) -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute(statement)


async def test_what_is_no_backup_is_refused_and_changes_nothing(database: Database, tmp_path: Path) -> None:
    """No file, no database, a damaged one, somebody else's: each in words, and the store is as it was."""
    await store(database, item("precious"))
    other = tmp_path / "other.db"
    other.write_text("not a database at all, but long enough to look at")
    with pytest.raises(RestoreError, match="there is no backup"):
        await restore(database.url, tmp_path / "none.db", NOW)
    with pytest.raises(RestoreError, match="no SQLite database, or it is damaged"):
        await restore(database.url, other, NOW)
    other.unlink()
    _say(other, "CREATE TABLE notes (id INTEGER)")
    with pytest.raises(RestoreError, match="none of its tables"):
        await restore(database.url, other, NOW)
    copy = await _backed_up(database, tmp_path)
    with copy.open("r+b") as file:
        file.seek(40 * 4096)
        file.write(b"\xa5" * 20 * 4096)
    with pytest.raises(RestoreError, match="damaged"):
        await restore(database.url, copy, NOW)
    assert [row["external_id"] for row in await rows(database, inbox_table)] == ["precious"]
    assert list(tmp_path.glob("*restoring*")) == []  # noqa: ASYNC240 - a look at a small folder


async def test_a_server_has_tools_of_its_own(database: Database, tmp_path: Path) -> None:
    with pytest.raises(RestoreError, match="pg_restore"):
        await restore(database_url("postgresql://desk@127.0.0.1/amends"), tmp_path / "x.db", NOW)
