"""The HTTP side: POST/GET /slack/api/{method} and the upload address.

Order of a call, as at Slack: reachable, fault, method, token, scope, arguments, effect, answer.
"""

from __future__ import annotations

import asyncio
import math
from typing import Any

from aiohttp import web

from sandbox.slack.errors import SlackError
from sandbox.slack.methods import auth, chat, conversations, files, reactions, users, views
from sandbox.slack.methods.method import Method
from sandbox.slack.params import Params, read_params
from sandbox.slack.socket_mode import SocketMode
from sandbox.slack.workspace import Workspace
from sandbox.wire import Call, Fault


class WebApi:
    """Answers calls and keeps the ledger of them."""

    def __init__(self, space: Workspace, sockets: SocketMode) -> None:
        self._space = space
        self._closing = asyncio.Event()
        self.reachable = True
        self._methods: dict[str, Method] = (
            auth.methods(sockets.new_url)
            | chat.METHODS
            | conversations.METHODS
            | users.METHODS
            | views.METHODS
            | reactions.METHODS
            | files.METHODS
        )

    def close(self) -> None:
        """Let go of the calls that are held without an answer."""
        self._closing.set()

    async def handle(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["method"]
        self._space.base_url = f"{request.scheme}://{request.host}"
        try:
            params = await read_params(request)
        except SlackError as refusal:
            return self._answer(name, Params({}), 200, refusal.answer())
        if not self.reachable:
            return self._answer(name, params, 503, {"ok": False, "error": "service_unavailable"})
        fault = self._space.faults.take(name, "rate_limited", "server_error", "refused", "error", "timeout_after")
        if fault is not None:
            return await self._faulty(fault, name, params, request)
        return self._answer(name, params, 200, self._run(name, params, request))

    async def upload(self, request: web.Request) -> web.StreamResponse:
        """The address that files.getUploadURLExternal gave out."""
        file = self._space.files.get(request.match_info["file"])
        if file is None or not self.reachable:
            return web.Response(status=404 if self.reachable else 503)
        body = await request.read()
        file["uploaded"] = body
        return web.Response(text=f"OK - {len(body)}")

    def _run(self, name: str, params: Params, request: web.Request) -> dict[str, Any]:
        """The answer, with every effect done."""
        try:
            method = self._known(name)
            self._authorise(method, params, request)
            for unknown in method.unknown_args(params):
                self._space.violate(name, "unknown argument", unknown)
            answer = {"ok": True, **method.run(self._space, params)}
        except SlackError as refusal:
            answer = refusal.answer()
        if params.warnings:
            answer["warning"] = ",".join(params.warnings)
            answer.setdefault("response_metadata", {})["warnings"] = params.warnings
        return answer

    def _known(self, name: str) -> Method:
        method = self._methods.get(name)
        if method is None:
            self._space.violate(name, "not in this sandbox")
            raise SlackError("unknown_method", req_method=name)
        return method

    def _authorise(self, method: Method, params: Params, request: web.Request) -> None:
        who, needed = self._space.identity, method.token
        given = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
        token = given or params.text("token")
        if needed == "none":
            return
        if not token:
            raise SlackError("not_authed")
        if token not in (who.bot_token, who.app_token):
            raise SlackError("invalid_auth")
        if (token == who.app_token) != (needed == "app"):
            raise SlackError("not_allowed_token_type")
        if method.scope and method.scope not in self._space.scopes:
            provided = ",".join(sorted(self._space.scopes))
            raise SlackError("missing_scope", needed=method.scope, provided=provided)

    async def _faulty(self, fault: Fault, name: str, params: Params, request: web.Request) -> web.StreamResponse:
        match fault.kind:
            case "rate_limited":
                wait = {"Retry-After": str(math.ceil(fault.seconds))}
                refusal = {"ok": False, "error": "ratelimited"}
                return self._answer(name, params, 429, refusal, wait)
            case "server_error":
                refusal = {"ok": False, "error": fault.code or "internal_error"}
                return self._answer(name, params, fault.status, refusal)
            case "error":
                return self._answer(name, params, 200, SlackError(fault.code).answer())
            case "timeout_after":
                self._record(name, params, 0, self._run(name, params, request))
                await self._hold(fault.seconds)
            case _:
                self._record(name, params, 0, {})
        return cut(request)

    async def _hold(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._closing.wait(), seconds)
        except TimeoutError:
            return

    def _answer(
        self,
        name: str,
        params: Params,
        status: int,
        answer: dict[str, Any],
        headers: dict[str, str] | None = None,
    ) -> web.Response:
        self._record(name, params, status, answer)
        scopes = {"X-OAuth-Scopes": ",".join(sorted(self._space.scopes))}
        return web.json_response(answer, status=status, headers=scopes | (headers or {}))

    def _record(self, name: str, params: Params, status: int, answer: dict[str, Any]) -> None:
        shown = {key: value for key, value in params.values.items() if key != "token"}
        call = Call(name, shown, status, answer, self._space.now())
        self._space.calls.append(call)
        self._space.changed.set()


def cut(request: web.Request) -> web.Response:
    """Break the connection; the response that is returned reaches nobody."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
