"""APScheduler 3: jobs armed one by one, then fired when they are due. For its own environment's Python.

    apscheduler_timers.py DATABASE_URL COUNT

On its own SQLAlchemy job store, as its manual sets it up. A job does nothing: what is measured is what it costs to
keep a due instant in the store, and to run what has fallen due.
"""

from __future__ import annotations

import json
import logging
import sys
import time
from datetime import UTC, datetime, timedelta
from queue import SimpleQueue

from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore  # type: ignore[import-not-found] # its own environment
from apscheduler.schedulers.background import BackgroundScheduler  # type: ignore[import-not-found] # its own environment

WARM_UP = 20
FAR = timedelta(days=30)
PATIENCE_S = 240

_left: SimpleQueue[None] = SimpleQueue()  # one for each job that is still to run


def job(number: int) -> None:
    _left.get_nowait()


def _arm(scheduler: BackgroundScheduler, at: datetime, count: int) -> float:
    started = time.perf_counter()
    for number in range(count):
        scheduler.add_job(job, "date", run_date=at, args=[number])
    return time.perf_counter() - started


def main(url: str, count: int) -> None:
    """Armed for a far day first; then as many that are due already, and how long until all of them ran."""
    logging.disable(logging.CRITICAL)
    stores = {"default": SQLAlchemyJobStore(url=url)}
    # Late jobs are run all the same, as alarms are: without this it drops them after one second.
    scheduler = BackgroundScheduler(jobstores=stores, job_defaults={"misfire_grace_time": None})
    scheduler.start(paused=True)
    now = datetime.now(UTC)
    _arm(scheduler, now + FAR, WARM_UP)
    arm_seconds = _arm(scheduler, now + FAR, count)
    _arm(scheduler, now, count)
    for _ in range(count):
        _left.put(None)
    started = time.perf_counter()
    scheduler.resume()
    while not _left.empty():
        if time.perf_counter() - started > PATIENCE_S:
            raise SystemExit(f"of {count} jobs {_left.qsize()} never ran")
        time.sleep(0.001)
    fire_seconds = time.perf_counter() - started
    scheduler.shutdown()
    print(json.dumps({"count": count, "arm_seconds": arm_seconds, "fire_seconds": fire_seconds}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
