"""The Bot API server: routes, asked-for faults, the ledger of calls."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from aiohttp import web

from sandbox.wire import Call, Changed, Fault, Faults, Now, Violation, machine_now

from .buyer import Buyer
from .errors import Refused, named_error, too_many_requests
from .intake import updates_body
from .methods import call, method_name
from .params import Sent, read_request
from .spec import load_spec
from .updates import UpdateQueue, Waiting
from .world import World

_TOKEN = re.compile(r"[1-9]\d*:[A-Za-z0-9_-]{24,}")
_LOOK_AT_CLIENT_S = 0.05  # aiohttp tells a handler nothing when its client leaves


class TelegramSandbox:
    """One bot on a Bot API server of its own. `changed` is set at every visible change."""

    def __init__(
        self,
        *,
        now: Now = machine_now,
        token: str = "1000001:AAsandbox-token-for-loopback-only",  # noqa: S107 (opens nothing)
        username: str = "cedarhome_bot",
        name: str = "Cedar Home",
        poll_cap_s: float = 50.0,
    ) -> None:
        self.token = token
        self.bot_id = int(token.partition(":")[0])
        self.username = username
        self.faults = Faults()
        self.calls: list[Call] = []
        self.changed = Changed()
        self._now = now
        self._spec = load_spec()
        self._closing = asyncio.Event()
        self._buyers: dict[int, Buyer] = {}
        bot = {"id": self.bot_id, "is_bot": True, "first_name": name, "username": username}
        queue = UpdateQueue(self.faults)
        self._world = World(now, bot, self.faults, queue, self.changed, poll_cap_s)

    def pace_by(self, clock_s: Callable[[], float]) -> None:
        """Watch for bursts by this clock instead of the machine's, for stories in which days pass in a second."""
        self._world.machine_s = clock_s

    @property
    def violations(self) -> list[Violation]:
        return self._world.violations

    @property
    def actions(self) -> list[tuple[int, str]]:
        """Chat actions (typing, ...) as (chat id, action), in order."""
        return self._world.actions

    def add_routes(self, app: web.Application) -> None:
        """`/bot{token}/{method}` and `/file/bot{token}/{path}`; hanging polls end when the app shuts down."""
        for verb in ("GET", "POST"):
            app.router.add_route(verb, "/bot{token:[^/]+}/{method:.*}", self._serve_method)
        app.router.add_get("/file/bot{token:[^/]+}/{path:.*}", self._serve_file)
        app.on_shutdown.append(self._on_shutdown)

    def buyer(
        self,
        chat_id: int,
        first_name: str = "Sofia",
        last_name: str = "",
        language_code: str | None = "en",
    ) -> Buyer:
        """The buyer of this chat; names count at the first mention only."""
        if chat_id not in self._buyers:
            chat = self._world.chats.open(chat_id, first_name, last_name, language_code)
            self._buyers[chat_id] = Buyer(self._world, chat)
        return self._buyers[chat_id]

    def add_to_group(self, chat_id: int, title: str) -> None:
        """A person puts the bot into a group of their own."""
        bot, date = self._world.bot, int(self._now().timestamp())
        person = {"id": 7001, "is_bot": False, "first_name": "Lin"}
        change = {"chat": self._world.chats.open_group(chat_id, title).info, "from": person, "date": date}
        left, member = ({"user": bot, "status": status} for status in ("left", "member"))
        self._world.queue.put("my_chat_member", change | {"old_chat_member": left, "new_chat_member": member})
        self.changed.set()

    def chat(self, chat_id: int) -> list[dict[str, Any]]:
        """The buyer's phone in order: from, message, edits, deleted, silent, keyboard, reaction."""
        found = self._world.chats.get(chat_id)
        return [entry.as_dict() for entry in found.entries] if found else []

    def sent(self, chat_id: int | None = None) -> list[dict[str, Any]]:
        """Messages the bot got accepted, in order and as accepted (later edits not applied)."""
        accepted = self._world.accepted
        chosen = [each for each in accepted if chat_id in (None, each["chat"]["id"])]
        copied: list[dict[str, Any]] = json.loads(json.dumps(chosen))
        return copied

    def push_raw(self, update: dict[str, Any] | bytes) -> None:
        """Queue any update with an update_id, unchanged, however malformed."""
        self._world.queue.push_raw(update)

    def repeat(self, update_id: int | None = None) -> None:
        """Serve an already confirmed update (default: the last) again. Raises LookupError."""
        self._world.queue.repeat(update_id)

    def renumber(self, first: int) -> None:
        """Number the next updates from `first`, as the service may after a week without any."""
        self._world.queue.next_id = first

    def expire_callbacks(self) -> None:
        """Every pressed button so far is too old to answer."""
        for press in self._world.presses.values():
            press.expired = True

    async def wait_for_poll(self) -> None:
        """Return as soon as a long poll hangs at the server: the bot is up and listening."""
        await self._world.queue.wait_for_poll()

    async def close(self) -> None:
        """Release hanging polls and held connections."""
        self._closing.set()
        self._world.queue.interrupt()

    async def _on_shutdown(self, _app: web.Application) -> None:
        await self.close()

    async def _serve_method(self, request: web.Request) -> web.StreamResponse:
        try:
            self._check_token(request.match_info["token"])
            method = method_name(self._spec, request.match_info["method"])
            sent = await read_request(request)
        except Refused as refusal:
            return self._answer_unknown(request, refusal)
        await self._be_late(method)
        fault = self.faults.take(method, "rate_limited", "server_error", "refused", "error", "timeout_after")
        if fault is not None and fault.kind == "refused":
            self._log(method, sent, 0, {})
            return _cut(request)
        if fault is not None and fault.kind != "timeout_after":
            return self._answer(method, sent, _asked_for(fault))
        answer = await self._run(method, sent)
        if fault is None:
            return self._answer(method, sent, answer)
        self._log(method, sent, 0, _readable(answer))
        await self._hold(request)
        return _cut(request)

    async def _run(self, method: str, sent: Sent) -> Refused | bytes:
        """The body of a success, or the refusal."""
        try:
            result = await call(self._world, self._spec, method, sent)
        except Refused as refusal:
            return refusal
        if method == "getUpdates":
            updates: list[Waiting] = result
            return updates_body(updates)
        return json.dumps({"ok": True, "result": result}, ensure_ascii=False).encode()

    def _check_token(self, token: str) -> None:
        if not _TOKEN.fullmatch(token):
            raise Refused(404, "Not Found")
        if token != self.token:
            raise Refused(401, "Unauthorized")

    def _answer(self, method: str, sent: Sent, answer: Refused | bytes) -> web.Response:
        status = answer.status if isinstance(answer, Refused) else 200
        self._log(method, sent, status, _readable(answer))
        return _response(answer)

    def _answer_unknown(self, request: web.Request, refusal: Refused) -> web.Response:
        """A call that names no bot, no method, or cannot be read."""
        self._log(request.match_info["method"], Sent({}), refusal.status, refusal.body())
        return _response(refusal)

    def _log(self, method: str, sent: Sent, status: int, answer: dict[str, Any]) -> None:
        """Status 0 stands for an answer that never left."""
        self.calls.append(Call(method, dict(sent.values), status, answer, self._now()))

    async def _be_late(self, method: str) -> None:
        fault = self.faults.take(method, "delay")
        if fault is None:
            return
        try:
            await asyncio.wait_for(self._closing.wait(), fault.seconds)
        except TimeoutError:
            return

    async def _hold(self, request: web.Request) -> None:
        """Keep the connection silent until the client leaves or the sandbox closes."""
        while request.transport is not None and not request.transport.is_closing():
            try:
                await asyncio.wait_for(self._closing.wait(), _LOOK_AT_CLIENT_S)
            except TimeoutError:
                continue
            return

    async def _serve_file(self, request: web.Request) -> web.Response:
        try:
            self._check_token(request.match_info["token"])
        except Refused as refusal:
            return _response(refusal)
        stored = self._world.files.at_path(request.match_info["path"])
        if stored is None:
            return _response(Refused(404, "Not Found"))
        mime = stored.mime or "application/octet-stream"
        return web.Response(body=stored.content, headers={"Content-Type": mime})


def _asked_for(fault: Fault) -> Refused:
    if fault.kind == "rate_limited":
        return too_many_requests(fault.seconds)
    if fault.kind == "server_error":
        return Refused(fault.status, HTTPStatus(fault.status).phrase)
    return named_error(fault.code, fault.seconds)


def _response(answer: Refused | bytes) -> web.Response:
    if isinstance(answer, bytes):
        return web.Response(body=answer, content_type="application/json")
    told = web.json_response(answer.body(), status=answer.status)
    if answer.parameters and "retry_after" in answer.parameters:
        told.headers["Retry-After"] = str(answer.parameters["retry_after"])
    return told


def _readable(answer: Refused | bytes) -> dict[str, Any]:
    """The answer for the ledger; a body that is no JSON (raw updates) is kept as text."""
    if isinstance(answer, Refused):
        return answer.body()
    try:
        told: dict[str, Any] = json.loads(answer)
    except ValueError:
        return {"ok": True, "raw": answer.decode("utf-8", "replace")}
    return told


def _cut(request: web.Request) -> web.Response:
    """Reset the connection; the response that aiohttp wants goes nowhere."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
