"""One service a SQLite file: the lock dies with its holder, however it ends."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from bot.lock import AlreadyRunning, FileLock

HOLDER = """
import sys
from pathlib import Path
from bot.lock import FileLock
lock = FileLock(Path(sys.argv[1]))
lock.take()
print("held", flush=True)
sys.stdin.read()
"""


def test_a_second_taker_is_refused_and_told_what_to_do(tmp_path: Path) -> None:
    """Two services on one file would send everything twice."""
    file = tmp_path / "new" / "amends.db.lock"
    first, second = FileLock(file), FileLock(file)
    first.take()
    with pytest.raises(
        AlreadyRunning, match=r"amends\.db: stop it first, or give this one another AMENDS_DATA_DIR"
    ):
        second.take()
    first.release()
    first.release()
    second.take()
    second.release()


@pytest.mark.process
def test_a_killed_holder_frees_the_lock(tmp_path: Path) -> None:
    """A crash leaves the file behind, not the lock: the next start needs nobody to clean up."""
    file = tmp_path / "amends.db.lock"
    command = [sys.executable, "-c", HOLDER, str(file)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:  # noqa: S603 - our own
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        lock = FileLock(file)
        with pytest.raises(AlreadyRunning):
            lock.take()
        holder.kill()
        holder.wait()
        lock.take()
        lock.release()
    assert file.exists()
