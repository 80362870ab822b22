"""DBOS: a durable workflow of three steps, so many in flight. Run by its own environment's Python.

    dbos_flow.py DATABASE_URL COUNT IN_FLIGHT

Each workflow and each step is recorded in the system database, as DBOS does by default. The steps do nothing: what
is measured is what durability costs. A workflow counts when its result is recorded.
"""

from __future__ import annotations

import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from dbos import DBOS  # type: ignore[import-not-found] # it has an environment of its own

WARM_UP = 20
PAYLOAD = "x" * 900


def take_in(message: str) -> str:
    return message


def decide(message: str) -> str:
    return message[:100]


def record(reply: str) -> str:
    return f"receipt for {len(reply)}"


_steps = [DBOS.step()(step) for step in (take_in, decide, record)]


def flow(message: str) -> str:
    for step in _steps:
        message = step(message)
    return message


_flow = DBOS.workflow()(flow)


def main(url: str, count: int, in_flight: int) -> None:
    DBOS(
        config={
            "name": "amends-bench",
            "system_database_url": url,
            "log_level": "ERROR",
            "console_log_level": "ERROR",
            "enable_otlp": False,
        }
    )
    DBOS.launch()
    with ThreadPoolExecutor(in_flight) as callers:
        list(callers.map(_flow, [PAYLOAD] * WARM_UP))
        started = time.perf_counter()
        list(callers.map(_flow, [PAYLOAD] * count))
        seconds = time.perf_counter() - started
    DBOS.destroy()
    print(json.dumps({"count": count, "seconds": seconds}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
