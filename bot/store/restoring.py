"""A backup in the place of the SQLite file: checked, brought up to date and calmed first, then swapped in at once.

A backup does not know what was sent after it was made. So that no buyer reads anything twice, what was on its way
then is not sent by itself: replies that were queued come back as *outcome unknown*, held ones as not approved.

The order matters. SQLite would apply the old file's write-ahead log (`-wal`) to whatever stands in its place, so
the old file is kept with its log under another name first, then the log goes, then the new file comes.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, select, update
from sqlalchemy.engine import URL

from bot.migrating import UnknownRevision, upgrade
from bot.store import cases, codec, inbox
from bot.store.database import Database
from bot.store.prepared import in_state
from bot.store.tables import outbox
from flows.case import Case, ProposalState
from flows.events import Undone
from flows.ports import Item

LOGS = ("-wal", "-shm")
BY = "restore"  # who takes approvals back

_O = outbox.c


class RestoreError(RuntimeError):
    """Nothing was restored, the old file is as it was; the message says why and what to do."""


async def restore(url: URL, backup: Path, now: datetime) -> Path | None:
    """Put the backup in the database's place; answers where the old file is kept, None when there was none.

    The caller holds the service's lock. `now` dates the kept file, and the decisions about what was on its way.
    Raises RestoreError.
    """
    if url.get_backend_name() != "sqlite" or not url.database:
        raise RestoreError("this database is on a PostgreSQL server: use pg_restore")
    target = Path(url.database)
    part = target.with_name(f"{target.name}.restoring")
    try:
        _copy(backup, part)
        await _prepare(part, now)
        return _swap(target, part, now)
    except (OSError, sqlite3.Error) as error:
        raise RestoreError(f"{backup} could not be restored: {error}") from error
    except UnknownRevision as error:
        raise RestoreError(f"{backup}: {error}") from error
    finally:
        _remove(part)


def _remove(part: Path) -> None:
    for suffix in ("", *LOGS):
        Path(f"{part}{suffix}").unlink(missing_ok=True)


def _copy(backup: Path, part: Path) -> None:
    """Raises RestoreError for what is no sound database of ours."""
    if not backup.is_file():
        raise RestoreError(f"there is no backup {backup}")
    part.parent.mkdir(parents=True, exist_ok=True)
    part.unlink(missing_ok=True)
    address = f"file:{backup.resolve().as_posix()}?mode=ro"
    with closing(sqlite3.connect(address, uri=True)) as source, closing(sqlite3.connect(part)) as copy:
        try:
            source.backup(copy)
            verdict = copy.execute("PRAGMA integrity_check").fetchone()[0]
            ours = copy.execute("SELECT count(*) FROM sqlite_master WHERE name IN ('alembic_version', 'inbox')")
            is_ours = ours.fetchone()[0] == 2
        except sqlite3.DatabaseError as error:
            raise RestoreError(f"{backup} is no SQLite database, or it is damaged: {error}") from error
    if verdict != "ok":
        raise RestoreError(f"{backup} is damaged: {verdict}")
    if not is_ours:
        raise RestoreError(f"{backup} is no backup of Amends: it has none of its tables")


async def _prepare(part: Path, now: datetime) -> None:
    """Today's schema, nothing that goes out by itself, everything in the one file."""
    database = Database(f"sqlite:///{part}")
    try:
        await upgrade(database)
        await database.write(lambda connection: _calm(connection, now))
    finally:
        await database.close()
    with closing(sqlite3.connect(part)) as copy:
        copy.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        copy.execute("PRAGMA journal_mode=DELETE")  # no log beside the file that is to be renamed
    with part.open("rb") as written:
        os.fsync(written.fileno())


def _calm(connection: Connection, now: datetime) -> None:
    """What was queued for a buyer counts as sent by a process that died: the start makes it *outcome unknown*."""
    queued = update(outbox).where(_O.kind.in_(("reply", "automatic")), in_state(_O.state, "pending"))
    connection.execute(queued.values(state="sending", lease_until=now))
    held = connection.execute(select(_O.shop_id, _O.case_id).where(_O.state == "held").distinct()).all()
    for shop, id in held:
        case = cases.get(connection, shop, [id]).get(id)
        if case is not None and case.proposal is not None and case.proposal.state is ProposalState.HELD:
            inbox.add(connection, shop, [_taken_back(case, now)], now)


def _taken_back(case: Case, now: datetime) -> Item:
    event = Undone(case.id, BY, case.version)
    key = f"restore:{case.id}:{now.isoformat()}"
    return Item("amends", key, type(event).__name__, f"case:{case.id}", 0, inbox.EVENT, codec.encode(event), True)


def _swap(target: Path, part: Path, now: datetime) -> Path | None:
    kept = None
    if target.exists():
        _fold_in(target)
        kept = _keep(target, now)
        for suffix in LOGS:
            Path(f"{target}{suffix}").unlink(missing_ok=True)
    part.replace(target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return kept


def _fold_in(target: Path) -> None:
    """Bring the old file's log into it, so that one file holds everything. A damaged one stays as it is."""
    with suppress(sqlite3.Error), closing(sqlite3.connect(target)) as old:
        old.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _keep(target: Path, now: datetime) -> Path:
    """The old file and its log under a name with a date: linked where the disk can, else copied."""
    kept = target.with_name(f"{target.name}.before-{now:%Y%m%dT%H%M%S}Z")
    if kept.exists():
        raise RestoreError(f"{kept} exists: move it away first")
    for suffix in ("", "-wal"):
        old, new = Path(f"{target}{suffix}"), Path(f"{kept}{suffix}")
        if old.exists():
            _link(old, new)
    return kept


def _link(old: Path, new: Path) -> None:
    try:
        os.link(old, new)
    except OSError:
        shutil.copy2(old, new)
