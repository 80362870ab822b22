"""The sandbox alone on a free loopback port."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from sandbox.slack.sandbox import SlackSandbox


@asynccontextmanager
async def serving(slack: SlackSandbox) -> AsyncIterator[str]:
    """Yields what the Slack SDK wants as `base_url`; closes the sandbox at the end."""
    app = web.Application()
    slack.add_routes(app)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    try:
        yield f"http://{host}:{port}/slack/api/"
    finally:
        await slack.close()
        await runner.cleanup()
