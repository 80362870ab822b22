"""The life of the service process: start, serve, stop on a signal; a second signal stops at once."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
import threading

from bot import crashing
from bot.service import Service, business_clock
from bot.settings import Settings
from bot.web import Web
from flows.ports import Refused

log = logging.getLogger(__name__)

LEAVE_S = 9.7


async def serve(settings: Settings) -> None:
    """Run until SIGINT or SIGTERM. Raises what `Service.start` raises."""
    _arm(settings)
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


def _arm(settings: Settings) -> None:
    try:
        crashing.arm(os.environ.get(crashing.VARIABLE), (settings.telegram_base_url, settings.slack_base_url))
    except crashing.CrashPointError as error:
        raise Refused(str(error)) from error


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
        _leave_anyway()

    for number in (signal.SIGINT, signal.SIGTERM):
        try:
            loop.add_signal_handler(number, stop)
        except NotImplementedError:  # Windows: Ctrl-C arrives as KeyboardInterrupt
            return


def _leave_anyway() -> None:
    """Whoever stops us insists after ten seconds, and not by a signal that could be handled. Whatever hangs then,
    the event loop itself included, must not leave a log that ends without a word.
    """
    timer = threading.Timer(LEAVE_S, _leave)
    timer.daemon = True
    timer.start()


def _leave() -> None:
    os.write(
        sys.stderr.fileno(), b"not finished in time: leaving; what is under way is settled at the next start\n"
    )
    os._exit(1)


async def _either(task: asyncio.Task[None], stopping: asyncio.Event) -> None:
    waiting = asyncio.create_task(stopping.wait())
    await asyncio.wait({task, waiting}, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()


async def _cancel(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
