"""Slack's Web API: what may be asked again, and what is said only once.

The SDK's own default repeats chat.postMessage after a broken connection, so that one call became two posts;
here reads have the retries, posts have none (telegram-slack.md 2.5).
"""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.http_retry.async_handler import AsyncRetryHandler
from slack_sdk.http_retry.builtin_async_handlers import (
    AsyncConnectionErrorRetryHandler,
    AsyncRateLimitErrorRetryHandler,
    AsyncServerErrorRetryHandler,
)
from slack_sdk.web.async_client import AsyncWebClient

from adapters.reaching import PROXY_FAILURES, connector
from adapters.slack.outcome import mapped
from adapters.slack.quiet import LOGGER
from flows.ports import Unavailable

_LOG = logging.getLogger(__name__)

READ_TIMEOUT_S = 15.0
POST_TIMEOUT_S = 30.0  # generous: an answer waited for is one unknown outcome fewer
CONNECT_TIMEOUT_S = 10.0
PAGE = 200
PAGES = 50

Answer = dict[str, Any]
_FAILURES = (SlackClientError, aiohttp.ClientError, TimeoutError, OSError, *PROXY_FAILURES)


class Web:
    """One app's Web API. Only port errors leave it."""

    def __init__(self, token: str, app_token: str, base_url: str, proxy: str | None) -> None:
        self._token, self._app_token = token, app_token
        self._base_url, self._proxy = base_url, proxy
        self._sessions: list[aiohttp.ClientSession] = []
        self._asking: AsyncWebClient | None = None
        self._saying: AsyncWebClient | None = None

    async def open(self) -> None:
        """Make the connection pools; harmless when they are there."""
        if self._sessions:
            return
        self._asking = self.client(self._token, self._session(READ_TIMEOUT_S), _patient())
        self._saying = self.client(self._token, self._session(POST_TIMEOUT_S), [])

    async def close(self) -> None:
        for session in self._sessions:
            await session.close()
        self._sessions.clear()

    def client(
        self,
        token: str | None = None,
        session: aiohttp.ClientSession | None = None,
        retries: list[AsyncRetryHandler] | None = None,
    ) -> AsyncWebClient:
        """An SDK client that takes nothing from the environment (it would read HTTPS_PROXY). After `open`: without
        a session of ours the SDK would make one a call, which knows of no proxy.
        """
        client = AsyncWebClient(
            token=token,
            base_url=self._base_url,
            session=session or self._sessions[0],
            retry_handlers=retries or [],
            logger=LOGGER,
        )
        client.proxy = None
        return client

    def _session(self, total_s: float) -> aiohttp.ClientSession:
        timeout = aiohttp.ClientTimeout(total=total_s, connect=CONNECT_TIMEOUT_S)
        session = aiohttp.ClientSession(timeout=timeout, connector=connector(self._proxy), trust_env=False)
        self._sessions.append(session)
        return session

    async def ask(self, method: str, **params: Any) -> Answer:
        """Read something; repeated by itself. Raises Unavailable, Refused or Gone."""
        return await self._call(self._asking, method, repeatable=True, http_verb="GET", params=params)

    async def look(self, method: str, **params: Any) -> Answer:
        """Read something that is worth no second try: the first answer or none."""
        return await self._call(self._saying, method, repeatable=True, http_verb="GET", params=params)

    async def pages(self, method: str, listed: str, **params: Any) -> AsyncGenerator[Any, None]:
        """Everything in `listed` over all pages, up to PAGES of them."""
        cursor = ""
        for _ in range(PAGES):
            paged = params | ({"cursor": cursor} if cursor else {})
            answer = await self.ask(method, limit=PAGE, **paged)
            for each in answer.get(listed) or []:
                yield each
            cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return
        _LOG.warning("%s: read %d pages and there are more", method, PAGES)

    async def say(self, method: str, **body: Any) -> Answer:
        """Do something once. Raises also OutcomeUnknown when the answer did not come."""
        return await self._call(self._saying, method, repeatable=False, json=body)

    async def put(self, method: str, **body: Any) -> Answer:
        """Do something that may be done twice; one attempt. A lost answer is Unavailable."""
        return await self._call(self._saying, method, repeatable=True, json=body)

    async def check_socket_mode(self) -> None:
        """Ask for a ticket with the app-level token, so that a wrong one is known before anything loops on it."""
        await self._call(
            self.client(self._app_token, self._sessions[0], _patient()),
            "apps.connections.open",
            repeatable=True,
            json={},
        )

    async def scopes(self) -> frozenset[str]:
        """What the bot token may do, as Slack says beside every answer; empty when it does not say.

        Raises as `ask`.
        """
        if self._asking is None:
            raise Unavailable("Slack has not been started")
        try:
            answer = await self._asking.api_call("auth.test", http_verb="GET")
        except _FAILURES as error:
            raise mapped("auth.test", error, repeatable=True) from _bare(error)
        said = next((value for name, value in answer.headers.items() if name.lower() == "x-oauth-scopes"), "")
        return frozenset(scope.strip() for scope in said.split(",") if scope.strip())

    async def _call(self, client: AsyncWebClient | None, method: str, *, repeatable: bool, **call: Any) -> Answer:
        if client is None:
            raise Unavailable("Slack has not been started")
        try:
            answer = await client.api_call(method, **call)
        except _FAILURES as error:
            raise mapped(method, error, repeatable=repeatable) from _bare(error)
        return answer.data if isinstance(answer.data, dict) else {}


def _bare(error: Exception) -> Exception | None:
    """The SDK's error repeats the whole answer in its text: not for a traceback in the log."""
    return None if isinstance(error, SlackApiError) else error


def _patient() -> list[AsyncRetryHandler]:
    return [
        AsyncConnectionErrorRetryHandler(max_retry_count=2),
        AsyncRateLimitErrorRetryHandler(max_retry_count=3),
        AsyncServerErrorRetryHandler(max_retry_count=2),
    ]
