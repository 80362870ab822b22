"""A consistent copy of the SQLite file while the service runs, by SQLite's own online backup."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from sqlalchemy.engine import URL

PAGES_A_STEP = 1000  # between steps the service's writer gets its turn


class BackupError(RuntimeError):
    """No backup was made; the message says why and what to do."""


def backup(url: URL, target: Path) -> int:
    """Copy the database into `target`, which must not exist yet; answers its size in bytes.

    Written beside the target first and moved there when it is whole and checked, so that a half-made copy is
    never taken for one. Raises BackupError.
    """
    if url.get_backend_name() != "sqlite" or not url.database:
        raise BackupError("this database is on a PostgreSQL server: use pg_dump --format=custom")
    source_file = Path(url.database)
    if not source_file.is_file():
        raise BackupError(f"there is no database {source_file} to copy")
    if target.exists():
        raise BackupError(f"{target} exists: name a new file, nothing is overwritten")
    part = target.with_name(f"{target.name}.part")
    try:
        _copy(source_file, part)
        part.rename(target)
    except (OSError, sqlite3.Error) as error:
        part.unlink(missing_ok=True)
        raise BackupError(f"{target} could not be written: {error}") from error
    return target.stat().st_size


def _copy(source_file: Path, part: Path) -> None:
    source = sqlite3.connect(f"file:{source_file}?mode=ro", uri=True)
    copy = sqlite3.connect(part)
    try:
        source.backup(copy, pages=PAGES_A_STEP)
        verdict = copy.execute("PRAGMA integrity_check").fetchone()[0]
        if verdict != "ok":
            raise sqlite3.DatabaseError(f"the copy is not sound: {verdict}")
    finally:
        copy.close()
        source.close()
