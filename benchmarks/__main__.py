"""`make bench`: every bar with both sides, the median of the per-round ratios and their spread."""

from __future__ import annotations

import asyncio
import platform
import sqlite3
import statistics
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks import accept, floor

ROUNDS = 7
MESSAGES = 500


def _round(folder: Path, number: int, in_flight: int) -> tuple[float, float]:
    """(floor, ours) in seconds per message, measured right after each other."""
    bare = floor.seconds_per_message(folder / f"floor{number}-{in_flight}.db", MESSAGES, in_flight)
    ours = asyncio.run(accept.seconds_per_message(folder / f"ours{number}-{in_flight}.db", MESSAGES, in_flight))
    return bare, ours


def _bar(title: str, in_flight: int, ratio: Callable[[float, float], float], unit: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        pairs = [_round(Path(folder), number, in_flight) for number in range(ROUNDS)]
    ratios = sorted(ratio(bare, ours) for bare, ours in pairs)
    bare, ours = (statistics.median(side) for side in zip(*pairs, strict=True))
    print(f"{title}")
    print(
        f"  floor {1 / bare:,.0f}/s   ours {1 / ours:,.0f}/s (medians of {ROUNDS} rounds of {MESSAGES} messages)"
    )
    print(f"  ratio {statistics.median(ratios):.2f}{unit}   spread {ratios[0]:.2f} to {ratios[-1]:.2f}")


def main() -> None:
    print(f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {platform.machine()}")
    _bar("bar 1: accept, SQLite FULL, 100 in flight / raw sqlite3, 100 a commit", 100, lambda f, o: f / o, "")
    _bar("bar 2: accept, 1 in flight / raw, one commit a message (times slower)", 1, lambda f, o: o / f, "x")


main()
