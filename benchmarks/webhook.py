"""Bar 10: an update posted to us, stored, answered with 200; beside an aiohttp handler that only reads the JSON.

The product has no webhook of its own yet: the handler here is what one will do at least (read the body, take the
key, store through the product's sink, answer after the commit). The bar ends at "stored", so the sink only stores;
beside it stands the one that the service has, which steps on each message in the transaction that stores it. The
load comes from another process over keep-alive connections.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

from aiohttp import web
from aiohttp.typedefs import Handler

from adapters.telegram.keys import item_of
from benchmarks.bars import BARS, Result, Side
from benchmarks.product import open_shop
from benchmarks.rounds import Timing, in_turns, ratios, spread
from benchmarks.stores import sqlite_files
from benchmarks.unit import BOT, buyers_for, update
from flows.ports import Sink

POSTS, CONNECTIONS = 3000, 64
PATH = "/webhook"
HAMMER = Path(__file__).with_name("hammer.py")


async def webhook(rounds: int) -> list[Result]:
    bodies = _bodies()
    async with sqlite_files() as fresh:

        async def bare() -> Timing:
            return await _round(_bare, bodies)

        async def ours() -> Timing:
            async with open_shop(f"sqlite:///{fresh()}") as shop, shop.only_storing() as sink:
                return await _round(partial(_storing, sink), bodies)

        async def handled() -> Timing:
            async with open_shop(f"sqlite:///{fresh()}") as shop:
                return await _round(partial(_storing, shop.sink), bodies)

        sides = await in_turns(rounds, bare, ours, handled)
    rates = [[timing.a_second for timing in side] for side in sides]
    p99 = spread([timing.at(0.99) * 1000 for timing in sides[1]])
    return [
        Result(
            BARS["10"],
            spread(ratios(rates[1], rates[0])),
            rounds,
            (
                Side("bare aiohttp", spread(rates[0]), "posts/s"),
                Side("ours, stored", spread(rates[1]), "posts/s"),
                Side("ours, stored and handled", spread(rates[2]), "posts/s"),
            ),
            f"{POSTS:,} posts a round over {CONNECTIONS} connections from another process, a new file each",
            (
                f"stored, from the post to its 200: p99 {p99.median:.0f} ms ({p99.low:.0f} to {p99.high:.0f})",
                "the product has no webhook yet: this is its sink behind a plain aiohttp handler",
            ),
        )
    ]


def _bodies() -> bytes:
    buyers = buyers_for(POSTS)
    updates = (update(number, buyers[number % len(buyers)]) for number in range(1, POSTS + 1))
    return b"\n".join(json.dumps(update).encode() for update in updates)


async def _bare(request: web.Request) -> web.Response:
    await request.json()
    return web.Response()


async def _storing(sink: Sink, request: web.Request) -> web.Response:
    await sink.store([item_of(BOT, json.loads(await request.read()), 0)])
    return web.Response()


async def _round(handler: Handler, bodies: bytes) -> Timing:
    async with _serving(handler) as port:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, str(HAMMER), str(port), PATH, str(CONNECTIONS)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        said, _ = await process.communicate(bodies)
    if process.returncode:
        raise RuntimeError("the load generator failed, see above")
    answer = json.loads(said)
    return Timing(answer["count"], answer["seconds"], tuple(answer["each_s"]))


@asynccontextmanager
async def _serving(handler: Handler) -> AsyncIterator[int]:
    """Answers the port."""
    app = web.Application()
    app.router.add_post(PATH, handler)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield int(runner.addresses[0][1])
    finally:
        await runner.cleanup()
