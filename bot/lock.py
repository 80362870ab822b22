"""One service a SQLite file, refused by an operating-system lock that dies with its holder."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import IO


class AlreadyRunning(RuntimeError):
    """Another service holds the file. Its message says which and what to do."""


class FileLock:
    """Held from `take` until `release` or the end of the process, however it ends."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._handle: IO[str] | None = None

    def take(self) -> None:
        """Raises AlreadyRunning when another process holds the lock."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        handle = self._file.open("a+", encoding="utf-8")
        try:
            _lock(handle)
        except OSError as error:
            handle.close()
            raise AlreadyRunning(
                f"another Amends service uses {self._file.with_suffix('')}: stop it first, or give this one "
                "another AMENDS_DATA_DIR (or PostgreSQL, which many processes may share)"
            ) from error
        self._handle = handle

    def release(self) -> None:
        if self._handle is not None:
            self._handle.close()
            self._handle = None


if sys.platform == "win32":
    import msvcrt

    def _lock(handle: IO[str]) -> None:
        msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(handle: IO[str]) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
