"""`python -m sandbox [--port N] [--no-browser] [--data-dir FOLDER] [--database-url URL] [--begins AT]`."""

from __future__ import annotations

import argparse
from datetime import datetime
from pathlib import Path

from sandbox.demo import DEFAULT_PORT, main


def run() -> int:
    """Read the command line and run the demo."""
    reading = argparse.ArgumentParser(prog="python -m sandbox", description="The Amends demo.")
    reading.add_argument("--port", type=int, default=DEFAULT_PORT, help="0 takes any free port")
    reading.add_argument("--no-browser", action="store_true", help="only print the address")
    reading.add_argument("--data-dir", type=Path, help="keep the run's data in this folder")
    reading.add_argument("--database-url", help="let the service use this database, not a file")
    reading.add_argument("--begins", type=_aware, help="the first instant of its clock: 2026-11-23T08:00+00:00")
    asked = reading.parse_args()
    return main(
        asked.port,
        open_browser=not asked.no_browser,
        data_dir=asked.data_dir,
        database_url=asked.database_url,
        begins=asked.begins,
    )


def _aware(said: str) -> datetime:
    """Raises ValueError, which the command line words."""
    instant = datetime.fromisoformat(said)
    if instant.tzinfo is None:
        raise ValueError("an instant with its zone")
    return instant


raise SystemExit(run())
