"""The command line in trouble: one sentence that says what is wrong and what to do, and exit code 1."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

TOKENS = {
    "TELEGRAM_BOT_TOKEN": "1:x",
    "SLACK_BOT_TOKEN": "xoxb-1",
    "SLACK_APP_TOKEN": "xapp-1",
    "SLACK_CHANNEL": "desk",
}


def amends(folder: Path, *words: str, **settings: str) -> tuple[int, str]:
    """Exit code and everything said, from a folder without a .env."""
    inherited = {
        name: value for name, value in os.environ.items() if not name.startswith(("AMENDS_", "DATABASE_"))
    }
    environment = {**inherited, **TOKENS, "AMENDS_DATA_DIR": str(folder / "data"), **settings}
    done = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "bot", *words],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.returncode, (done.stdout + done.stderr).strip()


def test_a_new_database_is_named_and_made(tmp_path: Path) -> None:
    """Asking before the first start must not look like a crash."""
    code, said = amends(tmp_path, "cases")
    assert code == 1
    assert said.endswith("it has no tables yet: start the service once, or run `amends migrate`.")
    assert amends(tmp_path, "migrate") == (0, "The database is up to date.")
    assert amends(tmp_path, "migrate", "--check") == (0, "The database is up to date.")
    assert amends(tmp_path, "cases") == (0, "")


def test_a_missing_migration_is_an_exit_code(tmp_path: Path) -> None:
    """A deploy script asks before it switches."""
    assert amends(tmp_path, "migrate", "--check") == (1, "not applied: 0001: The first schema")


@pytest.mark.parametrize("command", ["cases", "run"])
def test_a_file_that_is_no_database_says_so(tmp_path: Path, command: str) -> None:
    """No traceback, and the file is left as it is."""
    file = tmp_path / "other.db"
    file.write_text("not a database at all, but long enough to look at")
    code, said = amends(tmp_path, command, DATABASE_URL=f"sqlite:///{file}")
    assert code == 1
    assert "no SQLite database, or it is damaged: move the file away and restore a backup" in said
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
