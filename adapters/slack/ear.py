"""One Socket Mode connection, with what the SDK leaves out: waiting for what is in flight, a close that ends."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable

import aiohttp
from slack_bolt.adapter.socket_mode.async_base_handler import AsyncBaseSocketModeHandler
from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app, send_async_response
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient

from adapters.reaching import connector
from adapters.slack.quiet import LOGGER

_LOG = logging.getLogger(__name__)
PEOPLE_WAIT = frozenset({"block_actions", "view_submission"})

OnAck = Callable[[float], None]


class _Client(SocketModeClient):
    """The SDK runs each envelope as a task that it does not keep: here they are kept."""

    def __init__(self, app_token: str, web: AsyncWebClient, ping_s: float, proxy: str | None) -> None:
        super().__init__(app_token=app_token, logger=LOGGER, web_client=web, ping_interval=ping_s)
        self.proxy = None  # the SDK takes HTTPS_PROXY from the environment when none is given
        if proxy is not None:
            self.aiohttp_client_session.detach()  # it has connected to nothing yet
            self.aiohttp_client_session = aiohttp.ClientSession(connector=connector(proxy))
        self.in_flight: set[asyncio.Task[None]] = set()

    async def run_message_listeners(self, message: dict[str, object], raw_message: str) -> None:
        task = asyncio.current_task()
        if task is not None:
            self.in_flight.add(task)
            task.add_done_callback(self.in_flight.discard)
        await super().run_message_listeners(message, raw_message)


class Ear(AsyncBaseSocketModeHandler):
    """Build it inside the running loop. `on_ack` hears how many seconds a click or submit waited for its ack."""

    def __init__(
        self,
        app: AsyncApp,
        app_token: str,
        web: AsyncWebClient,
        *,
        ping_s: float,
        proxy: str | None,
        on_ack: OnAck,
    ) -> None:
        self.app = app
        self._slack = _Client(app_token, web, ping_s, proxy)
        self.client = self._slack
        self._slack.socket_mode_request_listeners.append(self.handle)
        self._on_ack = on_ack
        self._heard_at = time.time()

    async def handle(self, client: AsyncBaseSocketModeClient, req: SocketModeRequest) -> None:
        """One envelope: answered by the app, and acknowledged when it was answered 200."""
        received, self._heard_at = time.perf_counter(), time.time()
        answered = await run_async_bolt_app(self.app, req)  # type: ignore[arg-type] # app is an AsyncApp here
        await send_async_response(client, req, answered, received)
        if answered.status == 200 and req.payload.get("type") in PEOPLE_WAIT:
            self._on_ack(time.perf_counter() - received)

    async def connect(self) -> None:
        """Never gives up by itself, and never asks for a new ticket: bound it from outside."""
        await self._slack.connect()  # type: ignore[no-untyped-call]

    @property
    def last_sign_of_life(self) -> float:
        """Unix seconds of the last pong or envelope; of the building while there was none."""
        return max(self._heard_at, self._slack.last_ping_pong_time or 0.0)

    async def is_well(self) -> bool:
        """Connected, and heard within four pings: the SDK's own flags alone stay true on a deaf socket."""
        silent = time.time() - self.last_sign_of_life
        return await self._slack.is_connected() and silent <= 4 * self._slack.ping_interval + 1

    async def close(self, seconds: float) -> None:
        """Let what is in flight be acknowledged, then close, within these seconds and one more: Slack may never
        answer the close.
        """
        until = asyncio.get_running_loop().time() + seconds
        await _ended(self._slack.in_flight, seconds)
        try:
            async with asyncio.timeout_at(until):
                await self._slack.close()  # type: ignore[no-untyped-call]
        except Exception as error:  # noqa: BLE001 - a broken connection may fail in any way: it is dropped all the same
            _LOG.info("a Slack connection did not close politely: %s", type(error).__name__)
        await self._drop()

    async def _drop(self) -> None:
        """What the SDK cancels without waiting for, and the session that a failed close leaves open."""
        slack = self._slack
        futures = (slack.message_processor, slack.current_session_monitor, slack.message_receiver)
        left = {future for future in (*futures, *slack.in_flight) if future is not None}
        for future in left:
            future.cancel()
        await _ended(left, 1.0)
        if not slack.aiohttp_client_session.closed:
            await slack.aiohttp_client_session.close()


async def _ended(futures: set[asyncio.Future[None]] | set[asyncio.Task[None]], seconds: float) -> None:
    me = asyncio.current_task()
    others = [future for future in futures if future is not me]
    if others:
        await asyncio.wait(others, timeout=seconds)
