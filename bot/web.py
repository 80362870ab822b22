"""The service's own HTTP, on loopback by default: how it is; and a demo's clock and state when one runs it."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from aiohttp import web

from bot.acknowledging import HEADERS
from bot.clock import RealClock
from bot.condition import in_numbers, stored
from bot.picture import picture
from bot.scraping import Scrape
from bot.service import Service
from bot.store import codec


class Web:
    """`/healthz` says how it is, `/readyz` whether to send work here, `/metrics` is for Prometheus. `/ack/...` is
    where an alarm is acknowledged by its link: the one thing here that may be shown to the world. `/demo/...` only
    when the service was started with a demo clock.
    """

    def __init__(self, service: Service, *, demo: bool) -> None:
        self._service = service
        self._app = web.Application(client_max_size=64 * 1024)
        self._scrape = Scrape(service.watch.metrics, partial(in_numbers, service), partial(stored, service))
        self._app.router.add_get("/healthz", self._health)
        self._app.router.add_get("/readyz", self._ready)
        self._app.router.add_get("/metrics", self._metrics)
        self._app.router.add_get("/ack/{token}", self._ask)
        self._app.router.add_post("/ack/{token}", self._acknowledge)
        if demo:
            self._app.router.add_get("/demo/clock", self._clock)
            self._app.router.add_post("/demo/clock", self._move)
            self._app.router.add_get("/demo/state", self._state)
        self._runner = web.AppRunner(self._app, access_log=None)

    async def start(self, host: str, port: int) -> int:
        """Serve; answers the port (useful when 0 was asked for)."""
        await self._runner.setup()
        site = web.TCPSite(self._runner, host, port)
        await site.start()
        address: tuple[str, int] = self._runner.addresses[0]
        return address[1]

    async def stop(self) -> None:
        await self._runner.cleanup()

    async def _health(self, _request: web.Request) -> web.Response:
        ok, parts = await self._service.health()
        return _json(parts, 200 if ok else 503)

    async def _ready(self, _request: web.Request) -> web.Response:
        """Started, and not stopping: trouble that passes is no reason to move the work elsewhere."""
        return _json({"status": self._service.stage}, 200 if self._service.ready else 503)

    async def _metrics(self, request: web.Request) -> web.Response:
        page, content_type = await self._scrape.page(request.headers.get("Accept", ""))
        return web.Response(body=page, headers={"Content-Type": content_type})

    async def _ask(self, request: web.Request) -> web.Response:
        """Shows; changes nothing, since links are opened by machines as well."""
        return await self._ack_page(request, None)

    async def _acknowledge(self, request: web.Request) -> web.Response:
        person = (await request.post()).get("person", "")
        return await self._ack_page(request, person if isinstance(person, str) else "")

    async def _ack_page(self, request: web.Request, person: str | None) -> web.Response:
        if not self._service.ready:
            return web.Response(status=503)
        acks, token = self._service.acks, request.match_info["token"]
        page = await (acks.ask(token) if person is None else acks.answer(token, person))
        return web.Response(text=page.body, status=page.status, content_type="text/html", headers=HEADERS)

    async def _clock(self, _request: web.Request) -> web.Response:
        if not self._service.ready:  # asked while it starts or stops
            return web.Response(status=503)
        upcoming = await self._service.alarms.next_at()
        return _json({"now": self._service.clock.now(), "next": upcoming})

    async def _move(self, request: web.Request) -> web.Response:
        """Move the demo's clock and answer when everything that fell due is done."""
        offset_s = float((await request.json())["offset_s"])
        clock = self._service.clock
        if isinstance(clock, RealClock):
            clock.move(timedelta(seconds=offset_s))
        if not self._service.ready:
            return web.Response(status=503)
        self._service.signals.timers.set()
        await self._service.drained()
        return await self._clock(request)

    async def _state(self, _request: web.Request) -> web.Response:
        if not self._service.ready:
            return web.Response(status=503)
        return _json(await picture(self._service.database, self._service.shop, self._service.loader))


def _json(value: object, status: int = 200) -> web.Response:
    return web.Response(text=codec.dumps(value), status=status, content_type="application/json")
