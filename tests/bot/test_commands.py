"""The command line in trouble: one sentence that says what is wrong and what to do, and exit code 1."""

from __future__ import annotations

import ctypes
import os
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from bot.migrating import revisions

TOKENS = {
    "TELEGRAM_BOT_TOKEN": "1:x",
    "SLACK_BOT_TOKEN": "xoxb-1",
    "SLACK_APP_TOKEN": "xapp-1",
    "SLACK_CHANNEL": "desk",
}


def amends(
    folder: Path, *words: str, before: Callable[[], None] | None = None, **settings: str
) -> tuple[int, str]:
    """Exit code and everything said, from a folder without a .env. `before` runs in the child, first of all."""
    inherited = {
        name: value for name, value in os.environ.items() if not name.startswith(("AMENDS_", "DATABASE_"))
    }
    ours = {"AMENDS_DATA_DIR": str(folder / "data"), "AMENDS_HTTP_PORT": "0"}  # another desk may run here
    environment = {**inherited, **TOKENS, **ours, **settings}
    done = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "bot", *words],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        preexec_fn=before,
    )
    return done.returncode, (done.stdout + done.stderr).strip()


def test_a_new_database_is_named_and_made(tmp_path: Path) -> None:
    """Asking before the first start must not look like a crash."""
    code, said = amends(tmp_path, "cases")
    assert code == 1
    assert said.endswith("amends.db yet: start the service once, or run `amends migrate`.")
    assert not (tmp_path / "data").exists()
    assert amends(tmp_path, "migrate") == (0, "The database is up to date.")
    assert amends(tmp_path, "migrate", "--check") == (0, "The database is up to date.")
    assert amends(tmp_path, "cases") == (0, "")


def test_a_missing_migration_is_an_exit_code(tmp_path: Path) -> None:
    """A deploy script asks before it switches."""
    code, said = amends(tmp_path, "migrate", "--check")
    assert code == 1
    assert said.splitlines() == [f"not applied: {revision}" for revision in revisions()]
    assert said.startswith("not applied: 0001: The first schema\nnot applied: 0002: Dead inputs may be dropped")
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("command", ["cases", "run"])
def test_a_file_that_is_no_database_says_so(tmp_path: Path, command: str) -> None:
    """No traceback, and the file is left as it is."""
    file = tmp_path / "other.db"
    file.write_text("not a database at all, but long enough to look at")
    code, said = amends(tmp_path, command, DATABASE_URL=f"sqlite:///{file}")
    assert code == 1
    assert "no SQLite database, or it is damaged: stop the desk and `amends restore` a backup" in said
    assert "Traceback" not in said
    assert file.read_text().startswith("not a database")


def test_a_folder_that_cannot_be_made_says_so(tmp_path: Path) -> None:
    """A part of the path is a file."""
    (tmp_path / "file").write_text("")
    code, said = amends(tmp_path, "run", AMENDS_DATA_DIR=str(tmp_path / "file" / "data"))
    assert (code, "Traceback" in said) == (1, False)
    assert "choose another AMENDS_DATA_DIR" in said


def test_a_server_that_is_not_there_says_so_without_the_password(tmp_path: Path) -> None:
    """The address helps, the secret stays out of the terminal."""
    code, said = amends(tmp_path, "cases", DATABASE_URL="postgresql://desk:hush@127.0.0.1:1/amends")
    assert code == 1
    assert "no PostgreSQL answers there" in said
    assert "hush" not in said


def test_a_taken_port_says_so(tmp_path: Path) -> None:
    """The most usual second start."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        code, said = amends(tmp_path, "run", AMENDS_HTTP_PORT=str(taken.getsockname()[1]))
    assert code == 1
    assert "choose another AMENDS_HTTP_PORT" in said


def test_a_number_that_is_no_case_says_so(tmp_path: Path) -> None:
    """What stands on the card is what one types."""
    assert amends(tmp_path, "migrate")[0] == 0
    assert amends(tmp_path, "explain", "A-7") == (1, "there is no case A-0007")
    assert "write it as on the card" in amends(tmp_path, "explain", "seven")[1]


def test_a_store_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    """An older version must not guess at a schema it does not know: it says which one is needed."""
    assert amends(tmp_path, "migrate")[0] == 0
    with closing(sqlite3.connect(tmp_path / "data" / "amends.db", isolation_level=None)) as file:
        file.execute("UPDATE alembic_version SET version_num = '9999'")
    for words in (("migrate",), ("migrate", "--check"), ("run",)):
        code, said = amends(tmp_path, *words)
        assert (code, "Traceback" in said) == (1, False)
        assert "newer version of Amends (revision 9999)" in said


def test_tables_of_an_older_version_say_so(tmp_path: Path) -> None:
    """A command of today beside a service of yesterday: what to do, instead of the database's own words."""
    assert amends(tmp_path, "migrate")[0] == 0
    with closing(sqlite3.connect(tmp_path / "data" / "amends.db", isolation_level=None)) as file:
        file.execute("ALTER TABLE inbox RENAME COLUMN error TO mistake")
    assert "its tables are of an older version" in amends(tmp_path, "dead", "list")[1]


def test_a_locked_file_says_so(tmp_path: Path) -> None:
    """Another program holds the file (here: this test): after the usual patience, one sentence."""
    assert amends(tmp_path, "migrate")[0] == 0
    with closing(sqlite3.connect(tmp_path / "data" / "amends.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        code, said = amends(tmp_path, "run")
        reads = amends(tmp_path, "cases")
    assert (code, "Traceback" in said) == (1, False)
    assert "another program holds it: close that program" in said
    assert reads == (0, "")


@pytest.mark.parametrize("what", ["folder", "file"])
@pytest.mark.parametrize("command", ["run", "cases"])
def test_what_may_not_be_written_says_so(tmp_path: Path, what: str, command: str) -> None:
    """Another user's folder, a read-only file. Permission bits do not stop root: the child gives that up first."""
    assert amends(tmp_path, "migrate")[0] == 0
    folder = tmp_path / "data"
    (folder / "amends.db").chmod(0o444 if what == "file" else 0o644)
    folder.chmod(0o555 if what == "folder" else 0o755)
    code, said = amends(tmp_path, command, before=_obey_permissions)
    folder.chmod(0o755)
    assert "Traceback" not in said
    if command == "cases" and what == "file":
        assert (code, said) == (0, "")
    else:
        assert code == 1
        assert "write" in said


def _obey_permissions() -> None:
    """Drop root's right to pass over permission bits (CAP_DAC_OVERRIDE, 1), for what is executed next."""
    if os.getuid() == 0:
        drop = 24  # PR_CAPBSET_DROP, see prctl(2)
        assert ctypes.CDLL(None).prctl(drop, 1, 0, 0, 0) == 0


def test_deciding_about_nothing_says_so(tmp_path: Path) -> None:
    """An id typed wrong, or neither an id nor --all."""
    assert amends(tmp_path, "migrate")[0] == 0
    assert amends(tmp_path, "dead", "show", "x") == (
        1,
        "there is no dead input x: `amends dead list` shows the ids",
    )
    assert "say which one" in amends(tmp_path, "dead", "retry")[1]
    assert "say which one" in amends(tmp_path, "dead", "retry", "x", "--all")[1]
    assert "nothing of that kind" in amends(tmp_path, "dead", "retry", "--all")[1]
    assert "say why" in amends(tmp_path, "dead", "drop", "x", "--why", " ")[1]
