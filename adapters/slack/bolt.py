"""The Bolt app: it reads requests and skips our own; one middleware answers all others.

Bolt reads SLACK_BOT_TOKEN, SLACK_SIGNING_SECRET and others from the environment where no argument is given, and
turns on OAuth when it finds SLACK_CLIENT_ID there. So everything is given, and `authorize` is fixed: with it
Bolt neither needs a token of its own nor asks auth.test, whose failure it would answer with 200 (2.3).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.account import Account
from adapters.slack.quiet import LOGGER

Answer = Callable[[dict[str, Any]], Awaitable[BoltResponse]]


def bolt_app(account: Account, bot_token: str, client: AsyncWebClient, answer: Answer) -> AsyncApp:
    """`client` has no token: Bolt would otherwise prefer it to `authorize`."""
    result = AuthorizeResult(
        enterprise_id=None,
        team_id=account.team,
        bot_token=bot_token,
        bot_id=account.bot,
        bot_user_id=account.bot_user,
    )

    async def authorize() -> AuthorizeResult:
        return result

    async def persist(body: dict[str, Any]) -> BoltResponse:
        return await answer(body)

    app = AsyncApp(
        name="amends",
        logger=LOGGER,
        client=client,
        authorize=authorize,
        signing_secret="",
        request_verification_enabled=False,  # Socket Mode requests are not signed; there is no other way in
        ssl_check_enabled=False,
        url_verification_enabled=False,
    )
    app.middleware(persist)
    return app
