"""A machine for which a package with compiled parts has no wheel: SQLite needs none of them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
WITHOUT = "import sys; sys.modules['asyncpg'] = None; from bot.cli import main; main(sys.argv[1:])"


SETTINGS = {
    "TELEGRAM_BOT_TOKEN": "1:x", "SLACK_BOT_TOKEN": "xoxb-x", "SLACK_APP_TOKEN": "xapp-x", "SLACK_CHANNEL": "x",
    "PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"],
}  # fmt: skip


def _run(folder: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own commands
        [sys.executable, "-c", WITHOUT, *arguments],
        check=False,
        env={**SETTINGS, "AMENDS_DATA_DIR": str(folder), **settings},
        cwd=folder,
        capture_output=True,
        text=True,
    )


def test_without_the_driver_of_postgresql_a_file_works(tmp_path: Path) -> None:
    """The commands, and the schema they make, never look for it."""
    done = _run(tmp_path, "migrate")

    assert done.returncode == 0, done.stderr
    assert (tmp_path / "amends.db").exists()


def test_asked_for_postgresql_it_says_what_is_missing(tmp_path: Path) -> None:
    """In one line, without a traceback, and without the password."""
    url = "postgresql://amends:secret@127.0.0.1/amends"
    done = _run(tmp_path, "run", DATABASE_URL=url)
    checked = _run(tmp_path, "check", "--json", DATABASE_URL=url)
    said = done.stdout + done.stderr

    assert done.returncode != 0
    assert [each["key"] for each in json.loads(checked.stdout)] == ["setting.driver"]
    assert "PostgreSQL needs the package asyncpg, which is not installed here" in said
    assert "Traceback" not in said
    assert "secret" not in said
