"""A new file that several processes open at once."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Barrier

from bot.store.database import _set_pragmas

AT_ONCE, ROUNDS = 8, 100


def test_those_who_turn_a_new_file_to_wal_at_once_all_get_it(tmp_path: Path) -> None:
    """SQLite refuses one of two without waiting; unasked again, three in eight hundred failed here."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for number in range(ROUNDS):
            gate = Barrier(AT_ONCE)
            modes = list(pool.map(lambda file: _opened(file, gate), [tmp_path / f"{number}.db"] * AT_ONCE))  # noqa: B023
            assert modes == ["wal"] * AT_ONCE


def _opened(file: Path, gate: Barrier) -> str:
    gate.wait()
    with closing(sqlite3.connect(file)) as connection:
        _set_pragmas(connection, None)
        return str(connection.execute("PRAGMA journal_mode").fetchone()[0])
