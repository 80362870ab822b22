"""New contents for files, all of them or none: written beside, synced, then moved into place. The old ones stay
beside as FILE.old.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

PRIVATE = 0o600


@contextmanager
def beside(contents: Mapping[Path, str]) -> Iterator[dict[Path, Path]]:
    """The new files, by the ones they shall replace, complete and on the disk, readable by nobody else.

    Leaving the block removes those not put in place. Raises OSError.
    """
    written: dict[Path, Path] = {}
    try:
        for file, text in contents.items():
            target = file.resolve()  # a link stays a link
            target.parent.mkdir(parents=True, exist_ok=True)
            written[target] = target.with_name(f".{target.name}.new")
            _write(written[target], text)
        yield written
    finally:
        for new in written.values():
            new.unlink(missing_ok=True)


def put_in_place(written: Mapping[Path, Path]) -> list[Path]:
    """Move them there; the old files that were kept. `.env` is for its owner alone, others keep their mode."""
    kept = []
    for file, new in written.items():
        if file.exists():
            old = file.with_name(f"{file.name}.old")
            _write(old, file.read_bytes())
            kept.append(old)
        if not file.name.startswith(".env"):
            new.chmod(file.stat().st_mode & 0o777 if file.exists() else 0o644)
    for file, new in written.items():
        new.replace(file)
        _sync_folder(file.parent)
    return kept


def _write(file: Path, contents: str | bytes) -> None:
    file.unlink(missing_ok=True)
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE)
    with os.fdopen(handle, "wb") as out:
        out.write(contents.encode() if isinstance(contents, str) else contents)
        out.flush()
        os.fsync(out.fileno())


def _sync_folder(folder: Path) -> None:
    with suppress(OSError, AttributeError):  # Windows opens no folders
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
