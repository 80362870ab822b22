"""Whether a SQLite file may still be written to.

SQLite goes on writing to a file that somebody deleted or replaced, and to the sound pages of a damaged one: what
it then takes is acknowledged, and gone with the file. So both end all writing, and intake with it.
"""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

# Result codes of SQLite that say that the file, and no row, is at fault (https://www.sqlite.org/rescode.html).
DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_PRIMARY = 0xFF  # an extended code's lowest byte is the primary one


class FileVanished(OSError):
    """The file that was opened does not stand in its place any more."""


class FileDamaged(OSError):
    """The file was found to be damaged; nothing more is written until a service starts anew."""


def is_damage(error: BaseException | None) -> bool:
    """Whether this error of the driver says that the file is damaged."""
    code = getattr(error, "sqlite_errorcode", None)
    return isinstance(code, int) and code & _PRIMARY in DAMAGED


class FileGuard:
    """Watches one file. Used by the writer's thread; `found` also by readers."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._opened: tuple[int, int] | None = None
        self._is_damaged = False

    def opened(self) -> None:
        """The writer has opened it just now."""
        self._opened = self._identity()

    def check(self) -> None:
        """Raises FileDamaged or FileVanished. One stat: a few microseconds before each transaction."""
        if self._is_damaged:
            raise FileDamaged(str(self._file))
        if self._opened is not None and self._identity() != self._opened:
            raise FileVanished(str(self._file))

    def found(self, error: BaseException | None) -> None:
        """Remember damage that a statement came upon."""
        self._is_damaged = self._is_damaged or is_damage(error)

    def _identity(self) -> tuple[int, int] | None:
        try:
            found = os.stat(self._file)  # noqa: PTH116 - before every transaction: no detour through pathlib
        except OSError:
            return None
        return found.st_dev, found.st_ino
