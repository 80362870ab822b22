"""The rows of a file put aside on disk by order number, so that a million of them need no memory and the rows of
one order come together wherever they stood.
"""

from __future__ import annotations

import json
import sqlite3
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from types import TracebackType

from adapters.orders.table import Line

_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Bad:
    """A row that could not be taken, and why; `number` as it stands there, "" for none."""

    line: int
    number: str
    why: str


class Spool:
    """A temporary database, gone when closed. Single-threaded."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="amends-orders-")
        self._file = sqlite3.connect(
            Path(self._folder.name) / "rows.db", isolation_level=None, check_same_thread=False
        )
        for pragma in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-20000", "temp_store=FILE"):
            self._file.execute(f"PRAGMA {pragma}")
        self._file.execute(
            "CREATE TABLE rows (number TEXT, line INTEGER, cells TEXT, raw BLOB, as_number INTEGER)"
        )
        self._file.execute("CREATE TABLE bad (line INTEGER, number TEXT, why TEXT, lost INTEGER)")
        self._file.execute("BEGIN")
        self._waiting: list[tuple[str, int, str, bytes, bool]] = []

    def put(self, number: str, line: Line, *, as_number: bool) -> None:
        """Put a row aside; `as_number`: the spreadsheet held its order number as a number."""
        self._waiting.append((number, line.at, json.dumps(line.cells), line.raw, as_number))
        if len(self._waiting) >= _AT_ONCE:
            self._flush()

    def refuse(self, line: int, number: str, why: str, *, lost: bool = False) -> None:
        """Remember a row that cannot be taken; one that is `lost` was not even put aside."""
        self._file.execute("INSERT INTO bad VALUES (?, ?, ?, ?)", (line, number, why, lost))

    def forget_refused(self) -> None:
        """Those that will be looked at again."""
        self._file.execute("DELETE FROM bad WHERE NOT lost")

    def refused(self) -> Iterator[Bad]:
        """By line."""
        for row in self._file.execute("SELECT line, number, why FROM bad ORDER BY line"):
            yield Bad(*row)

    def how_many_refused(self) -> int:
        return int(self._file.execute("SELECT count(*) FROM bad").fetchone()[0])

    def orders(self) -> Iterator[tuple[str, bool, list[Line]]]:
        """(number, whether a spreadsheet held it as a number, its rows), by number."""
        self._flush()
        self._file.execute("CREATE INDEX IF NOT EXISTS by_number ON rows (number, line)")
        found = self._file.execute("SELECT number, as_number, line, cells, raw FROM rows ORDER BY number, line")
        for number, group in groupby(found, key=lambda row: str(row[0])):
            rows = list(group)
            lines = [Line(at, tuple(json.loads(cells)), raw) for _, _, at, cells, raw in rows]
            yield number, any(as_number for _, as_number, *_ in rows), lines

    def count(self) -> int:
        """How many orders there are."""
        self._flush()
        return int(self._file.execute("SELECT count(DISTINCT number) FROM rows").fetchone()[0])

    def _flush(self) -> None:
        self._file.executemany("INSERT INTO rows VALUES (?, ?, ?, ?, ?)", self._waiting)
        self._waiting.clear()

    def __enter__(self) -> Spool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self._file.close()
        self._folder.cleanup()
