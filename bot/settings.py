"""The environment, read once, here and nowhere else. Whatever is wrong stops the start, all of it listed."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from dotenv import dotenv_values

from bot.brain import translate
from bot.second import SecondPaths, second_paths
from bot.shop import ShopFileError, read_shop
from bot.store.connecting import NoDriver
from bot.store.database import database_url
from bot.terminal import language_of
from bot.variables import Variables
from flows.policy import Policy
from flows.problems import Problem, problem
from flows.values import Shop

TELEGRAM = "https://api.telegram.org"
SLACK = "https://slack.com/api/"


class SettingsError(ValueError):
    """The service cannot start; `problems` lists everything at once. `bot.commanding` says them to people."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(f"{each.key} {dict(each.params)}" for each in problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Settings:
    """Every variable of `.env.example`, checked. Secrets are not shown by repr."""

    telegram_bot_token: str = field(repr=False)
    telegram_base_url: str
    telegram_base_file_url: str
    slack_bot_token: str = field(repr=False)
    slack_app_token: str = field(repr=False)
    slack_signing_secret: str = field(repr=False)
    slack_base_url: str
    slack_channel: str
    telegram_proxy: str | None = field(repr=False)
    slack_proxy: str | None = field(repr=False)
    database_url: str = field(repr=False)
    shop_file: Path
    data_dir: Path
    http_host: str
    http_port: int
    clock_file: Path | None
    log_shape: str | None
    log_level: str
    second: SecondPaths
    public_url: str
    heartbeat_url: str = field(repr=False)
    general_proxy: str | None = field(repr=False)
    policy: Policy

    @property
    def shop(self) -> Shop:
        """The key of everything that is kept."""
        return self.policy.shop

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must appear nowhere."""
        tokens = (self.telegram_bot_token, self.slack_bot_token, self.slack_app_token, self.slack_signing_secret)
        proxies = [proxy for proxy in (self.telegram_proxy, self.slack_proxy, self.general_proxy) if proxy]
        inside = [password for proxy in proxies if (password := urlsplit(proxy).password)]
        addresses = [*self.second.secrets, *([self.heartbeat_url] if self.heartbeat_url else [])]
        return (*tokens, *addresses, *proxies, *inside)


VARIABLES = (
    "TELEGRAM_BOT_TOKEN",
    "TELEGRAM_BASE_URL",
    "TELEGRAM_BASE_FILE_URL",
    "SLACK_BOT_TOKEN",
    "SLACK_APP_TOKEN",
    "SLACK_SIGNING_SECRET",
    "SLACK_BASE_URL",
    "SLACK_CHANNEL",
    "AMENDS_PROXY",
    "TELEGRAM_PROXY",
    "SLACK_PROXY",
    "AMENDS_TELEGRAM_STAFF_CHAT",
    "AMENDS_WEBHOOK_URL",
    "AMENDS_SMTP_URL",
    "AMENDS_PUBLIC_URL",
    "AMENDS_HEARTBEAT_URL",
    "DATABASE_URL",
    "AMENDS_SHOP_FILE",
    "AMENDS_DATA_DIR",
    "AMENDS_HTTP_HOST",
    "AMENDS_HTTP_PORT",
    "AMENDS_UNDO_SECONDS",
    "AMENDS_CLOCK_FILE",
    "AMENDS_LOG",
    "AMENDS_LOG_LEVEL",
)


def read_settings(environment: Mapping[str, str] | None = None, env_file: Path = Path(".env")) -> Settings:
    """Settings from `.env` and the environment (which wins). Raises SettingsError with every problem."""
    language = language_of(os.environ if environment is None else environment)
    return _read(Variables(given_settings(environment, env_file), language))


def given_settings(environment: Mapping[str, str] | None = None, env_file: Path = Path(".env")) -> dict[str, str]:
    """What is written and set, unchecked. Raises SettingsError for a file that is no text."""
    given = {name: value for name, value in _dotenv(env_file).items() if name in VARIABLES}
    given |= {k: v for k, v in (os.environ if environment is None else environment).items() if k in VARIABLES}
    return {name: value.strip() for name, value in given.items()}


def _dotenv(file: Path) -> dict[str, str]:
    """Every value as it stands: a password may hold ${...}."""
    try:
        return {k: value for k, value in dotenv_values(file, interpolate=False).items() if value is not None}
    except UnicodeDecodeError:
        raise SettingsError([problem("setting.encoding", fatal=True, file=str(file))]) from None


def _read(variables: Variables) -> Settings:
    data_dir = variables.folder("AMENDS_DATA_DIR", "data")
    shop_file = Path(variables.text("AMENDS_SHOP_FILE", "shop.toml"))
    clock_file = variables.given.get("AMENDS_CLOCK_FILE")
    second = second_paths(variables)
    found = Settings(
        telegram_bot_token=variables.needed("TELEGRAM_BOT_TOKEN"),
        telegram_base_url=variables.url("TELEGRAM_BASE_URL", f"{TELEGRAM}/bot"),
        telegram_base_file_url=variables.url("TELEGRAM_BASE_FILE_URL", f"{TELEGRAM}/file/bot"),
        slack_bot_token=variables.needed("SLACK_BOT_TOKEN", "xoxb-"),
        slack_app_token=variables.needed("SLACK_APP_TOKEN", "xapp-"),
        slack_signing_secret=variables.text("SLACK_SIGNING_SECRET", ""),
        slack_base_url=variables.url("SLACK_BASE_URL", SLACK, slash=True),
        slack_channel=variables.needed("SLACK_CHANNEL").lstrip("#"),
        telegram_proxy=variables.proxy("TELEGRAM_PROXY"),
        slack_proxy=variables.proxy("SLACK_PROXY"),
        database_url=_database(variables, data_dir),
        shop_file=shop_file,
        data_dir=data_dir,
        http_host=variables.text("AMENDS_HTTP_HOST", "127.0.0.1"),
        http_port=variables.port("AMENDS_HTTP_PORT", 8080),
        clock_file=Path(clock_file) if clock_file else None,
        log_shape=variables.one_of("AMENDS_LOG", ("plain", "json"), None),
        log_level=variables.one_of("AMENDS_LOG_LEVEL", ("debug", "info", "warning", "error"), "info") or "info",
        second=second,
        public_url=variables.maybe_url("AMENDS_PUBLIC_URL").rstrip("/"),
        heartbeat_url=variables.maybe_url("AMENDS_HEARTBEAT_URL"),
        general_proxy=variables.proxy("AMENDS_PROXY"),
        policy=_policy(variables, shop_file, second.names),
    )
    if variables.problems:
        raise SettingsError(variables.problems)
    return found


def _database(variables: Variables, data_dir: Path) -> str:
    value = variables.text("DATABASE_URL", f"sqlite:///{data_dir / 'amends.db'}")
    try:
        database_url(value)
    except NoDriver:
        variables.wrong("driver", name="DATABASE_URL")
    except Exception:  # noqa: BLE001 - whatever is wrong with it; its own words might show the password
        variables.wrong("database", name="DATABASE_URL")
    return value


def _policy(variables: Variables, shop_file: Path, paths: tuple[str, ...]) -> Policy:
    policy = Policy()
    try:
        policy = read_shop(shop_file, policy)
    except ShopFileError as error:
        for said in error.problems:
            in_words = said.told(translate(variables.language))
            variables.wrong("shop", file=str(shop_file), said=in_words)
    if not policy.paths:
        policy = replace(policy, paths=paths)
    for path in policy.paths:
        if path not in paths:
            listed = ", ".join(paths) or "word:check.where.no_paths"
            variables.wrong("path", file=str(shop_file), path=path, known=listed)
    undo = variables.seconds("AMENDS_UNDO_SECONDS", 600)
    return policy if undo is None else replace(policy, undo=timedelta(seconds=undo))
