"""What every kind of file is turned into: rows of text cells, each with its line and its bytes."""

from __future__ import annotations

from dataclasses import dataclass

MOST_COLUMNS = 1_000
LONGEST_CELL = 100_000


class FileTrouble(Exception):
    """The file as a whole cannot be read. The message says what is wrong and what to do."""


@dataclass(frozen=True, slots=True)
class Line:
    """One row: where it stands (from 1), its cells, its bytes as kept; `numbers` are the cells that a spreadsheet
    holds as numbers. `trouble`: it cannot be read, and why.
    """

    at: int
    cells: tuple[str, ...] = ()
    raw: bytes = b""
    numbers: frozenset[int] = frozenset()
    trouble: str = ""


def too_wide(count: int) -> str:
    return f"{count} columns: no order list has more than {MOST_COLUMNS}" if count > MOST_COLUMNS else ""
