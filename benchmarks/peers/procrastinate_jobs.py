"""procrastinate: jobs deferred one by one, then run by one worker. For its own environment's Python.

    procrastinate_jobs.py DATABASE_URL COUNT IN_FLIGHT

On PostgreSQL only. A job does nothing: what is measured is what durability costs.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sys
import time

from procrastinate import App, PsycopgConnector  # type: ignore[import-not-found] # it has an environment of its own

WARM_UP = 50
PAYLOAD = "x" * 900


async def measure(url: str, count: int, in_flight: int) -> dict[str, float]:
    app = App(connector=PsycopgConnector(conninfo=url, max_size=in_flight))
    ran = 0

    async def job(message: str) -> None:
        nonlocal ran
        ran += bool(message)

    task = app.task(name="job")(job)
    left = iter(range(count))

    async def caller() -> None:
        for _ in left:
            await task.defer_async(message=PAYLOAD)

    async with app.open_async():
        await app.schema_manager.apply_schema_async()
        for _ in range(WARM_UP):
            await task.defer_async(message=PAYLOAD)
        await app.run_worker_async(wait=False, concurrency=in_flight)
        started = time.perf_counter()
        await asyncio.gather(*(caller() for _ in range(in_flight)))
        deferred = time.perf_counter()
        await app.run_worker_async(wait=False, concurrency=in_flight)
        done = time.perf_counter()
    if ran != WARM_UP + count:
        raise SystemExit(f"of {WARM_UP + count} jobs {ran} ran")
    return {"count": count, "defer_seconds": deferred - started, "run_seconds": done - deferred}


def main(url: str, count: int, in_flight: int) -> None:
    logging.disable(logging.WARNING)
    print(json.dumps(asyncio.run(measure(url, count, in_flight))))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
