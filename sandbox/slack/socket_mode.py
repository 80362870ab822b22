"""Socket Mode: tickets, open WebSockets, envelopes and their acknowledgements.

Source: docs.slack.dev, apis/events-api/using-socket-mode (frames, ten connections, one connection per payload).
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from sandbox.slack.workspace import Workspace
from sandbox.wire import Changed

MOST_CONNECTIONS = 10
POLITE_CLOSE_S = 1.0
BUILD_NUMBER = 1


@dataclass(frozen=True, slots=True)
class Envelope:
    """`kind` is what a `duplicate` fault may name: block_actions, view_submission, slash_commands, message, …"""

    type: str
    kind: str
    payload: dict[str, Any]
    accepts_payload: bool = False
    extra: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of an envelope. `payload` is what the acknowledgement carried."""

    acked: bool
    latency_s: float = 0.0
    payload: dict[str, Any] = field(default_factory=dict)
    note: str = ""


@dataclass(slots=True, eq=False)
class Connection:
    """One WebSocket. `deaf`: TCP stays open, nothing is delivered and nothing answered."""

    socket: web.WebSocketResponse
    request: web.Request
    deaf: bool = False
    delivered: int = 0
    gone: asyncio.Event = field(default_factory=asyncio.Event)
    released: asyncio.Event = field(default_factory=asyncio.Event)
    waiting: dict[str, asyncio.Future[dict[str, Any] | None]] = field(default_factory=dict)

    async def send(self, frame: dict[str, Any]) -> None:
        if not self.deaf:
            await self.socket.send_str(json.dumps(frame, ensure_ascii=False))

    def cut(self) -> None:
        """No close frame: the way a network breaks."""
        self.released.set()
        if self.request.transport is not None:
            self.request.transport.abort()

    def forget_waiting(self) -> None:
        for future in self.waiting.values():
            if not future.done():
                future.set_result(None)


class SocketMode:
    """Hands each envelope to one open connection, in turn."""

    def __init__(self, space: Workspace) -> None:
        self._space = space
        self._tickets: set[str] = set()
        self._issued: dict[str, bool] = {}
        self._turn = 0
        self._held: set[Connection] = set()
        self.open: list[Connection] = []
        self.opened = Changed()
        self.reachable = True
        self.ping_s = 10.0

    def new_url(self) -> str:
        """A WebSocket address that works once."""
        ticket = self._space.new_id("ticket-")
        self._tickets.add(ticket)
        return f"{self._space.base_url.replace('http', 'ws', 1)}/slack/socket/{ticket}"

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """The handshake and then the frames. A used or unknown ticket is refused with 408."""
        refused = self._space.faults.take("socket", "refused")
        ticket = request.match_info["ticket"]
        if not self.reachable or refused or ticket not in self._tickets:
            return web.Response(status=408 if self.reachable else 503)
        self._tickets.discard(ticket)
        # Pings and closes are answered by hand below, so that a deaf connection can leave them.
        socket = web.WebSocketResponse(autoclose=False, autoping=False, timeout=POLITE_CLOSE_S)
        await socket.prepare(request)
        connection = Connection(socket, request)
        if len(self.open) >= MOST_CONNECTIONS:
            await connection.send({"type": "disconnect", "reason": "too_many_websockets"})
            await socket.close()
            return socket
        await self._serve(connection)
        return socket

    async def wait_open(self, count: int = 1) -> None:
        """Return once that many connections can hear."""
        while sum(not each.deaf for each in self.open) < count:
            await self.opened.wait(self.opened.version)

    async def wait_any(self) -> None:
        """Return once a socket is open, deaf or not: Slack cannot tell."""
        while not self.open:
            await self.opened.wait(self.opened.version)

    async def deliver(self, envelope: Envelope, wait_s: float) -> Answer:
        """Send it to one connection and wait for the acknowledgement."""
        connection = self._next()
        if connection is None:
            return Answer(acked=False, note="no connection")
        loop = asyncio.get_running_loop()
        started = loop.time()
        future = await self._send(connection, envelope)
        if self._space.faults.take(envelope.kind, "duplicate"):
            await self._send(self._next() or connection, envelope)
        try:
            async with asyncio.timeout(wait_s):
                payload = await asyncio.shield(future)
        except TimeoutError:
            return Answer(False, loop.time() - started, note=f"not acknowledged in {wait_s:g} s")
        latency = loop.time() - started
        if payload is None:
            return Answer(False, latency, note="connection lost")
        return Answer(True, latency, payload)

    def deafen(self) -> None:
        """Every connection that is open now goes deaf; new ones hear."""
        for connection in self.open:
            connection.deaf = True
        self._space.changed.set()

    def cut_all(self) -> None:
        for connection in list(self._held):
            self._leave(connection)
            connection.cut()

    async def ask_to_leave(self) -> None:
        """Slack's own way before a restart: a frame, a moment of patience, then the cut."""
        leaving = list(self.open)
        for connection in leaving:
            self._leave(connection, keep_waiting=True)
            await connection.send(
                {
                    "type": "disconnect",
                    "reason": "refresh_requested",
                    "debug_info": {"host": "sandbox"},
                }
            )
        for connection in leaving:
            try:
                await asyncio.wait_for(connection.gone.wait(), POLITE_CLOSE_S)
            except TimeoutError:
                connection.cut()

    async def _serve(self, connection: Connection) -> None:
        pings = asyncio.create_task(self._ping(connection))
        self._held.add(connection)
        try:
            await connection.send(self._hello(len(self.open) + 1))
            self.open.append(connection)
            self.opened.set()
            self._space.changed.set()
            await self._read(connection)
        finally:
            pings.cancel()
            self._leave(connection)
            self._held.discard(connection)
            connection.gone.set()

    async def _read(self, connection: Connection) -> None:
        socket = connection.socket
        while True:
            message = await socket.receive()
            if message.type is WSMsgType.TEXT:
                self._acknowledged(connection, message.data)
            elif message.type is WSMsgType.PING and not connection.deaf:
                await socket.pong(message.data)
            elif message.type in (WSMsgType.CLOSE, WSMsgType.CLOSING):
                self._leave(connection)
                if connection.deaf:
                    await connection.released.wait()
                await socket.close()
                return
            elif message.type in (WSMsgType.CLOSED, WSMsgType.ERROR):
                return

    def _acknowledged(self, connection: Connection, data: str) -> None:
        if connection.deaf:
            return
        frame = json.loads(data)
        envelope_id = frame.get("envelope_id")
        payload = frame.get("payload")
        if envelope_id not in self._issued:
            self._space.violate("socket", "acknowledgement of an unknown envelope", str(frame))
            return
        if payload and not self._issued[envelope_id]:
            self._space.violate("socket", "payload in an acknowledgement that takes none", str(payload))
        future = connection.waiting.pop(envelope_id, None)
        if future is not None and not future.done():
            future.set_result(payload or {})

    async def _send(self, connection: Connection, envelope: Envelope) -> asyncio.Future[dict[str, Any] | None]:
        envelope_id = self._space.new_id("envelope-")
        future: asyncio.Future[dict[str, Any] | None] = asyncio.get_running_loop().create_future()
        connection.waiting[envelope_id] = future
        connection.delivered += 1
        self._issued[envelope_id] = envelope.accepts_payload
        frame = {
            "envelope_id": envelope_id,
            "payload": envelope.payload,
            "type": envelope.type,
            "accepts_response_payload": envelope.accepts_payload,
            **envelope.extra,
        }
        try:
            await connection.send(frame)
        except ConnectionError:
            future.set_result(None)
        return future

    def _next(self) -> Connection | None:
        if not self.open:
            return None
        self._turn += 1
        return self.open[self._turn % len(self.open)]

    def _leave(self, connection: Connection, *, keep_waiting: bool = False) -> None:
        if connection in self.open:
            self.open.remove(connection)
            self._space.changed.set()
        if not keep_waiting:
            connection.forget_waiting()

    async def _ping(self, connection: Connection) -> None:
        with contextlib.suppress(ConnectionError):
            while True:
                await asyncio.sleep(self.ping_s)
                if not connection.deaf:
                    await connection.socket.ping(b"Ping from the sandbox")

    def _hello(self, number: int) -> dict[str, Any]:
        return {
            "type": "hello",
            "num_connections": number,
            "debug_info": {
                "host": "applink-sandbox",
                "build_number": BUILD_NUMBER,
                "approximate_connection_time": 18060,
            },
            "connection_info": {"app_id": self._space.identity.app_id},
        }
