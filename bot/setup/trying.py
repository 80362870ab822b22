"""Each answer tried against the real platforms, at the addresses of the environment."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from adapters.probing import probe
from adapters.slack import Survey
from adapters.smtp import Mailbox, SmtpPager
from adapters.telegram import TelegramChannel
from adapters.webhook import Address, WebhookPager
from bot.clock import machine_now
from bot.settings import SLACK, TELEGRAM
from bot.variables import DIRECT
from flows.ports import Pager, PortError
from flows.problems import Problem
from flows.view import PageView

Path = int | Address | Mailbox  # a second path: a Telegram chat's number, a webhook, a mailbox


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


async def page(given: Mapping[str, str], path: Path, title: str, line: str) -> str:
    """Send a marked test by this second path, as an alarm would go; why it was not taken, "" when it was."""
    telegram_ = telegram(given, given.get("TELEGRAM_BOT_TOKEN", ""), path if isinstance(path, int) else None)
    proxy = _proxy(given, "AMENDS_PROXY")
    pager: Pager | None = telegram_.staff
    if isinstance(path, Address):
        pager = WebhookPager(path.kind, path, machine_now=machine_now, proxy=proxy)
    elif isinstance(path, Mailbox):
        pager = SmtpPager("email", path, machine_now=machine_now, proxy=proxy)
    assert pager is not None  # noqa: S101 - one of the three
    try:
        if isinstance(path, int):
            await telegram_.start()
        await pager.page(PageView(f"test:{machine_now().isoformat()}", title, (line,), urgent=False))
    except PortError as error:
        return error.reason
    finally:
        await pager.close()
        await telegram_.close()
    return ""


def telegram(given: Mapping[str, str], token: str, staff_chat: int | None = None) -> TelegramChannel:
    return TelegramChannel(
        staff_chat=staff_chat,
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
