"""Child processes for the tests of the stage: one that keeps the service's contract, one that ends at once."""

from __future__ import annotations

import os

# A child that keeps the service's HTTP contract and nothing else: enough for a supervisor and a clock.
CHILD = """
import asyncio, json, os, sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from aiohttp import web

offset = 0.0
due = [datetime.fromisoformat(text) for text in json.loads(os.environ.get("CHILD_DUE", "[]"))]
stood = []

def answer():
    now = datetime.now(UTC) + timedelta(seconds=offset)
    left = [each for each in due if each > now]
    return web.json_response({"now": now.isoformat(), "next": left[0].isoformat() if left else None})

async def clock(request):
    global offset
    if request.method == "POST":
        offset = (await request.json())["offset_s"]
        stood.append(offset)
    return answer()

async def health(request):
    return web.json_response({"status": "ok", "clicks": {"count": 0}})

async def state(request):
    return web.json_response({"cases": [], "ledger": {"heard": {}, "sent": {}}, "stood": stood})

async def main():
    print("child is up", flush=True)
    app = web.Application()
    app.router.add_get("/healthz", health)
    app.router.add_get("/readyz", health)
    app.router.add_get("/demo/state", state)
    app.router.add_route("*", "/demo/clock", clock)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", int(os.environ["AMENDS_HTTP_PORT"])).start()
    await asyncio.Event().wait()

asyncio.run(main())
"""
CRASHING = "raise SystemExit('SettingsError: shop.toml line 3: unknown zone')"


def is_alive(pid: int) -> bool:
    """Whether a process of this id exists."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
