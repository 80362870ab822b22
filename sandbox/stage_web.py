"""The page, and the page's way to the stage: `/stage/events` (server-sent events) and `POST /stage/<action>`.

Loopback only, and only for pages that this server sent: a foreign web page in the same browser can
neither read (no CORS, Host is checked) nor act (Origin, Sec-Fetch-Site and Content-Type are checked).
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from pathlib import Path
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from sandbox.service_eye import ServiceEye
from sandbox.stage import Stage
from sandbox.stage_actions import ACTIONS, BadRequest
from sandbox.stage_view import snapshot

PAGE = Path(__file__).parent / "page"
DEBOUNCE_S = 0.05
LOOK_EVERY_S = 1.0  # the service's own state can change without a word to either platform
POLICY = (
    "default-src 'self'; img-src 'self' data:; style-src 'self'; script-src 'self';"
    " connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
OPEN_PATHS = ("/page/",)  # and "/": a link from elsewhere may lead here


def build_app(stage: Stage, port: int) -> web.Application:
    """One server for the page, the stage and both sandboxes."""
    app = web.Application(middlewares=[_guard(port)], client_max_size=1 << 20)
    door = StageDoor(stage)
    stage.telegram.add_routes(app)
    stage.slack.add_routes(app)
    app.router.add_get("/", door.index)
    app.router.add_get("/stage/events", door.events)
    app.router.add_get("/stage/state", door.state)
    app.router.add_post("/stage/{action}", door.act)
    app.router.add_static("/page", PAGE)
    app.cleanup_ctx.append(door.watch)
    app.on_shutdown.append(door.leave)
    return app


class StageDoor:
    """The handlers of one stage."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._eye = ServiceEye(stage)
        self._leaving = asyncio.Event()
        self._newest = ""
        self._pages: set[asyncio.Queue[str]] = set()

    async def index(self, request: web.Request) -> web.StreamResponse:
        return web.FileResponse(PAGE / "index.html", headers=_HEADERS)

    async def state(self, request: web.Request) -> web.StreamResponse:
        await self._eye.look()
        return web.json_response(snapshot(self._stage, self._eye), headers=_HEADERS)

    async def act(self, request: web.Request) -> web.StreamResponse:
        """Carry out one action: 200 with what came of it, 400 with what was wrong with the request."""
        action = ACTIONS.get(request.match_info["action"])
        if action is None:
            return web.json_response({"error": "unknown_action"}, status=404)
        try:
            answer = await action(self._stage, await _body(request))
        except (BadRequest, LookupError, RuntimeError) as error:
            return web.json_response({"error": str(error)}, status=400)
        return web.json_response(answer)

    async def events(self, request: web.Request) -> web.StreamResponse:
        """Send the whole state now and after every change, until the page or the stage goes."""
        answer = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
        await answer.prepare(request)
        await answer.write(b"retry: 300\n\n")
        queue: asyncio.Queue[str] = asyncio.Queue()
        self._pages.add(queue)
        queue.put_nowait(self._newest or json.dumps(snapshot(self._stage, self._eye)))
        try:
            with contextlib.suppress(ConnectionResetError):
                while (text := await queue.get()) != "":
                    await answer.write(f"data: {text}\n\n".encode())
        finally:
            self._pages.discard(queue)
        return answer

    async def watch(self, app: web.Application) -> Any:
        """Follow the stage for as long as the application runs."""
        tasks = [
            asyncio.create_task(self._push_changes()),
            asyncio.create_task(self._look_now_and_then()),
        ]
        yield
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def leave(self, app: web.Application) -> None:
        """Let every open page go: it comes back by itself, to the next stage."""
        for queue in self._pages:
            queue.put_nowait("")

    async def _push_changes(self) -> None:
        seen = self._stage.changed.version
        while True:
            seen = await self._stage.changed.wait(seen)
            await asyncio.sleep(DEBOUNCE_S)
            seen = self._stage.changed.version
            await self._eye.look()
            self._push()

    async def _look_now_and_then(self) -> None:
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            if await self._eye.look():
                self._stage.changed.set()

    def _push(self) -> None:
        text = json.dumps(snapshot(self._stage, self._eye))
        self._newest = text
        for queue in self._pages:
            while not queue.empty():
                queue.get_nowait()
            queue.put_nowait(text)


_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


async def _body(request: web.Request) -> dict[str, Any]:
    try:
        found = await request.json()
    except ValueError as error:
        raise BadRequest("the body is not JSON") from error
    if not isinstance(found, dict):
        raise BadRequest("the body is not an object")
    return found


def _guard(port: int) -> Middleware:
    hosts = {f"{name}:{port}" for name in ("127.0.0.1", "localhost", "[::1]")}

    @web.middleware
    async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.host not in hosts:
            return web.json_response({"error": "foreign_host"}, status=403)
        if not request.path.startswith(OPEN_PATHS) and not _is_ours(request, hosts):
            return web.json_response({"error": "foreign_page"}, status=403)
        return await handler(request)

    return guard


def _is_ours(request: web.Request, hosts: set[str]) -> bool:
    """Whether a request comes from our own page, or from no web page at all (the service, a test)."""
    if request.path == "/":
        return True
    origin = request.headers.get("Origin")
    if origin is not None and origin.removeprefix("http://") not in hosts:
        return False
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        return False
    if request.method == "GET" or not request.path.startswith("/stage/"):
        return True
    return request.content_type == "application/json"
