"""A workspace with two people and one channel, and a real Bolt app that can connect to it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.slack import Person, SlackSandbox, serving

DESK = "C0AFTER"
START = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)

QUIET = logging.getLogger("slack-bench")
QUIET.setLevel(logging.CRITICAL)


@dataclass
class HandClock:
    """A clock that stands still until it is moved."""

    at: datetime = START

    def now(self) -> datetime:
        return self.at

    def step(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@dataclass
class Bench:
    """The sandbox, its address, and a client without retries of its own."""

    slack: SlackSandbox
    url: str
    machine: HandClock
    web: AsyncWebClient
    ana: Person
    ben: Person
    heard: list[dict[str, Any]] = field(default_factory=list)

    def hear(self, body: dict[str, Any]) -> None:
        self.heard.append(body)
        self.slack.changed.set()

    async def until(self, what: Any) -> None:
        """Return once `what()` holds; looked at again after every visible change."""
        async with asyncio.timeout(10):
            seen = self.slack.changed.version
            while not what():
                seen = await self.slack.changed.wait(seen)

    def violations(self) -> list[str]:
        return [each.what for each in self.slack.violations]

    def app(self, **options: Any) -> AsyncApp:
        """A Bolt app that asks nothing of the network to know who it is."""

        async def authorize() -> AuthorizeResult:
            return AuthorizeResult(
                enterprise_id=None,
                team_id=self.slack.team_id,
                bot_token=self.slack.bot_token,
                bot_id=self.slack.bot_id,
                bot_user_id=self.slack.bot_user_id,
            )

        return AsyncApp(client=self.web, authorize=authorize, logger=QUIET, **options)

    @asynccontextmanager
    async def connected(self, app: AsyncApp, count: int = 1) -> AsyncIterator[None]:
        """`count` Socket Mode handlers of that app, as the service runs them."""
        handlers = [
            AsyncSocketModeHandler(app, self.slack.app_token, web_client=self.web, logger=QUIET, ping_interval=0.1)
            for _ in range(count)
        ]
        try:
            for handler in handlers:
                await handler.connect_async()  # type: ignore[no-untyped-call]
            await asyncio.wait_for(self.slack.wait_connected(count), 10)
            yield
        finally:
            for handler in handlers:
                await handler.close_async()  # type: ignore[no-untyped-call]


@asynccontextmanager
async def slack_bench(**options: Any) -> AsyncIterator[Bench]:
    machine = HandClock()
    slack = SlackSandbox(machine=machine.now, **options)
    ana = slack.add_person("U0ANA", "ana", real_name="Ana Petrova")
    ben = slack.add_person("U0BEN", "ben", real_name="Ben Okoro", tz="Asia/Shanghai")
    slack.add_channel(DESK, "after-sales", members=("U0ANA", "U0BEN"))
    async with serving(slack) as url:
        web = AsyncWebClient(slack.bot_token, base_url=url, retry_handlers=[], timeout=5)
        yield Bench(slack, url, machine, web, ana, ben)


async def call(bench: Bench, method: str, body: dict[str, Any], token: str | None = None) -> Any:
    """One call without any client library, so that the arguments arrive as they are."""
    headers = {"Authorization": f"Bearer {token or bench.slack.bot_token}"}
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.post(bench.url + method, json=body) as answer,
    ):
        return await answer.json()


def words(text: str, kind: str = "plain_text") -> dict[str, Any]:
    return {"type": kind, "text": text}


def section(text: str = "hello", **more: Any) -> dict[str, Any]:
    return {"type": "section", "text": words(text, "mrkdwn"), **more}


def button(action_id: str = "approve", **more: Any) -> dict[str, Any]:
    return {
        "type": "button",
        "action_id": action_id,
        "text": words(action_id),
        "value": "case-1:1",
    } | more


def actions(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": "actions", "elements": list(elements)}


def option(value: str, text: str | None = None) -> dict[str, Any]:
    return {"text": words(text or value), "value": value}


def menu(kind: str, *values: str, **more: Any) -> dict[str, Any]:
    return {"type": kind, "action_id": kind, "options": [option(each) for each in values]} | more


def text_input(action_id: str = "reply", **more: Any) -> dict[str, Any]:
    return {
        "type": "input",
        "block_id": f"{action_id}-block",
        "label": words("Reply"),
        "element": {"type": "plain_text_input", "action_id": action_id} | more,
    }


def modal(*blocks: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "type": "modal",
        "callback_id": "edit",
        "title": words("Edit reply"),
        "submit": words("Save"),
        "blocks": list(blocks) or [text_input()],
    } | more


def without(value: dict[str, Any], *names: str) -> dict[str, Any]:
    return {key: part for key, part in value.items() if key not in names}


def repeated(block: dict[str, Any], times: int) -> Iterator[dict[str, Any]]:
    return (dict(block) for _ in range(times))
