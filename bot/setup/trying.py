"""Each answer tried against the real platforms, at the addresses of the environment."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from adapters.probing import probe
from adapters.slack import Survey
from adapters.telegram import TelegramChannel
from bot.clock import machine_now
from bot.settings import DIRECT, SLACK, TELEGRAM
from flows.problems import Problem


def _proxy(given: Mapping[str, str], own: str) -> str | None:
    value = given.get(own) or given.get("AMENDS_PROXY")
    return None if not value or value == DIRECT else value


def _slack_url(given: Mapping[str, str]) -> str:
    value = given.get("SLACK_BASE_URL") or SLACK
    return value if value.endswith("/") else value + "/"


async def reach(given: Mapping[str, str]) -> list[Problem]:
    """Why a platform is not reachable, for each that is not."""
    telegram = given.get("TELEGRAM_BASE_URL") or f"{TELEGRAM}/bot"
    found = await asyncio.gather(
        probe(telegram, _proxy(given, "TELEGRAM_PROXY"), "Telegram"),
        probe(_slack_url(given), _proxy(given, "SLACK_PROXY"), "Slack"),
    )
    return [each for each in found if isinstance(each, Problem)]


def telegram(given: Mapping[str, str], token: str) -> TelegramChannel:
    return TelegramChannel(
        token=token,
        base_url=given.get("TELEGRAM_BASE_URL") or f"{TELEGRAM}/bot",
        base_file_url=given.get("TELEGRAM_BASE_FILE_URL") or f"{TELEGRAM}/file/bot",
        proxy=_proxy(given, "TELEGRAM_PROXY"),
        machine_now=machine_now,
    )


def slack(given: Mapping[str, str], *, bot_token: str = "", app_token: str = "") -> Survey:
    return Survey(
        bot_token=bot_token,
        app_token=app_token,
        base_url=_slack_url(given),
        proxy=_proxy(given, "SLACK_PROXY"),
    )
