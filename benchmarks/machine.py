"""What the figures were measured on: without it they mean nothing."""

from __future__ import annotations

import os
import platform
import sqlite3
import statistics
import time
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from benchmarks.stores import folder

PACKAGES = ("SQLAlchemy", "aiosqlite", "asyncpg", "aiohttp", "msgspec", "python-telegram-bot", "slack_bolt")
SYNCS, SYNCED_BYTES = 40, 4096


@dataclass(frozen=True, slots=True)
class Machine:
    """`sync_ms` is the median time of making 4 KB durable on the disk used here; `load` the load average then."""

    measured_on: str
    cores: int
    memory_gb: float
    system: str
    python: str
    sqlite: str
    packages: dict[str, str]
    load: float
    sync_ms: float


def look() -> Machine:
    with folder() as home:
        sync_ms = _sync_ms(home / "sync")
    return Machine(
        measured_on=time.strftime("%Y-%m-%d", time.gmtime()),
        cores=os.cpu_count() or 0,
        memory_gb=os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9,
        system=f"{platform.system()} {platform.release()}, {platform.machine()}",
        python=platform.python_version(),
        sqlite=sqlite3.sqlite_version,
        packages={name: version(name) for name in PACKAGES},
        load=os.getloadavg()[0],
        sync_ms=sync_ms,
    )


def _sync_ms(file: Path) -> float:
    found = []
    with file.open("wb") as written:
        for _ in range(SYNCS):
            written.write(b"x" * SYNCED_BYTES)
            written.flush()
            started = time.perf_counter()
            os.fdatasync(written.fileno())
            found.append((time.perf_counter() - started) * 1000)
    return statistics.median(found)
