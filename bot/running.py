"""The life of the service process: start, serve, stop on a signal; a second signal stops at once."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys

from bot.service import Service, business_clock
from bot.settings import Settings
from bot.web import Web
from flows.ports import Refused

log = logging.getLogger(__name__)


async def serve(settings: Settings) -> None:
    """Run until SIGINT or SIGTERM. Raises what `Service.start` raises."""
    service = Service(settings, business_clock(settings))
    web = Web(service, demo=settings.clock_file is not None)
    stopping = asyncio.Event()
    _on_signals(stopping)
    port = await _serve_pages(web, settings)
    try:
        starting = asyncio.create_task(service.start())
        await _either(starting, stopping)
        if starting.done():
            starting.result()
            print(f"Amends is running: http://{settings.http_host}:{port}/healthz", flush=True)
            running = asyncio.create_task(service.run())
            await _either(running, stopping)
            await _cancel(running)
        else:
            await _cancel(starting)
    finally:
        await service.stop()
        await web.stop()


async def _serve_pages(web: Web, settings: Settings) -> int:
    try:
        return await web.start(settings.http_host, settings.http_port)
    except OSError as error:
        await web.stop()
        raise Refused(
            f"http://{settings.http_host}:{settings.http_port} cannot be served ({error.strerror}): "
            "choose another AMENDS_HTTP_PORT, 0 picks a free one"
        ) from error


def _on_signals(stopping: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()

    def stop() -> None:
        if stopping.is_set():
            os._exit(1)  # asked twice: everything that matters is committed already
        print("stopping: finishing what is under way (again to stop at once)", file=sys.stderr, flush=True)
        stopping.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        try:
            loop.add_signal_handler(number, stop)
        except NotImplementedError:  # Windows: Ctrl-C arrives as KeyboardInterrupt
            return


async def _either(task: asyncio.Task[None], stopping: asyncio.Event) -> None:
    waiting = asyncio.create_task(stopping.wait())
    await asyncio.wait({task, waiting}, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()


async def _cancel(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
