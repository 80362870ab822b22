"""The environment, read once, here and nowhere else. Whatever is wrong stops the start, all of it listed."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from dotenv import dotenv_values

from bot.second import SecondPaths, second_paths
from bot.shop import ShopFileError, read_shop
from bot.store.connecting import NoDriver
from bot.store.database import database_url
from flows.policy import Policy
from flows.values import Shop

TELEGRAM = "https://api.telegram.org"
SLACK = "https://slack.com/api/"
PROXIES = ("http", "socks5", "socks5h")
DIRECT = "direct"


class SettingsError(ValueError):
    """The service cannot start; `problems` lists everything at once, each with its remedy."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
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
    return _Reader(given_settings(environment, env_file)).settings()


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
        raise SettingsError([f"{file} is not UTF-8 text: save it as UTF-8"]) from None


def _is_http(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is no number, half an IPv6 address
        return False


def is_proxy(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in PROXIES and bool(parts.hostname) and bool(parts.port)
    except ValueError:
        return False


def _is_number(text: str, most: int) -> bool:
    """Plain digits only: `str.isdigit` also takes ², which `int` does not."""
    return text.isascii() and text.isdigit() and int(text) <= most


class _Reader:
    """Collects problems instead of stopping at the first."""

    def __init__(self, given: Mapping[str, str]) -> None:
        self._given = given
        self._problems: list[str] = []

    def settings(self) -> Settings:
        data_dir = self._data_dir()
        shop_file = Path(self._or("AMENDS_SHOP_FILE", "shop.toml"))
        clock_file = self._given.get("AMENDS_CLOCK_FILE")
        second = second_paths(self._given, self._problems)
        found = Settings(
            telegram_bot_token=self._token(
                "TELEGRAM_BOT_TOKEN", "", "write to @BotFather, /newbot, and copy the token"
            ),
            telegram_base_url=self._url("TELEGRAM_BASE_URL", f"{TELEGRAM}/bot"),
            telegram_base_file_url=self._url("TELEGRAM_BASE_FILE_URL", f"{TELEGRAM}/file/bot"),
            slack_bot_token=self._token("SLACK_BOT_TOKEN", "xoxb-", "Slack app page, OAuth & Permissions"),
            slack_app_token=self._token(
                "SLACK_APP_TOKEN",
                "xapp-",
                "Slack app page, Basic Information, App-Level Tokens, scope connections:write",
            ),
            slack_signing_secret=self._or("SLACK_SIGNING_SECRET", ""),
            slack_base_url=self._url("SLACK_BASE_URL", SLACK, slash=True),
            slack_channel=self._token("SLACK_CHANNEL", "", "the channel's name or id, such as after-sales").lstrip(
                "#"
            ),
            telegram_proxy=self._proxy("TELEGRAM_PROXY"),
            slack_proxy=self._proxy("SLACK_PROXY"),
            database_url=self._database(data_dir),
            shop_file=shop_file,
            data_dir=data_dir,
            http_host=self._or("AMENDS_HTTP_HOST", "127.0.0.1"),
            http_port=self._port(),
            clock_file=Path(clock_file) if clock_file else None,
            log_shape=self._one_of("AMENDS_LOG", ("plain", "json"), None),
            log_level=self._one_of("AMENDS_LOG_LEVEL", ("debug", "info", "warning", "error"), "info") or "info",
            second=second,
            public_url=self._maybe_url("AMENDS_PUBLIC_URL").rstrip("/"),
            heartbeat_url=self._maybe_url("AMENDS_HEARTBEAT_URL"),
            general_proxy=self._proxy("AMENDS_PROXY"),
            policy=self._policy(shop_file, second.names),
        )
        if self._problems:
            raise SettingsError(self._problems)
        return found

    def _data_dir(self) -> Path:
        value = Path(self._or("AMENDS_DATA_DIR", "data"))
        try:
            return value.expanduser()
        except RuntimeError:
            self._problems.append(
                f"AMENDS_DATA_DIR: {value} names a home folder that does not exist: write it out"
            )
            return value

    def _or(self, name: str, default: str) -> str:
        return self._given.get(name) or default

    def _one_of(self, name: str, known: tuple[str, ...], default: str | None) -> str | None:
        value = self._given.get(name, "").lower() or default
        if value is not None and value not in known:
            self._problems.append(f"{name}: {value!r} is none of {', '.join(known)}")
        return value

    def _token(self, name: str, prefix: str, where: str) -> str:
        value = self._given.get(name, "")
        if not value:
            self._problems.append(f"{name} is missing: {where}")
        elif prefix and not value.startswith(prefix):
            self._problems.append(f"{name} does not start with {prefix}: {where}")
        return value

    def _url(self, name: str, default: str, *, slash: bool = False) -> str:
        value = self._or(name, default)
        if not _is_http(value):
            self._problems.append(
                f"{name}: {value!r} is not an http or https address; leave it out for the real service"
            )
        return value if not slash or value.endswith("/") else value + "/"

    def _maybe_url(self, name: str) -> str:
        value = self._given.get(name, "")
        if value and not _is_http(value):
            self._problems.append(f"{name} is not an http or https address; leave it out if there is none")
        return value

    def _proxy(self, name: str) -> str | None:
        """This adapter's own, else the one for all. A proxy may hold a password: it is never repeated."""
        name = name if self._given.get(name) else "AMENDS_PROXY"
        value = self._given.get(name)
        if not value or value == DIRECT:
            return None
        problem = (
            f"{name} is not the address of a proxy: write http://HOST:PORT or socks5://USER:PASSWORD@HOST:PORT, "
            f'or "{DIRECT}" for none'
        )
        if not is_proxy(value) and problem not in self._problems:
            self._problems.append(problem)
        return value

    def _database(self, data_dir: Path) -> str:
        value = self._or("DATABASE_URL", f"sqlite:///{data_dir / 'amends.db'}")
        try:
            database_url(value)
        except NoDriver as error:
            self._problems.append(str(error))
        except Exception:  # noqa: BLE001 - whatever is wrong with it; its own words might show the password
            self._problems.append(
                "DATABASE_URL is not an address we can use: write sqlite:///FILE or "
                "postgresql://USER:PASSWORD@HOST:PORT/NAME, or leave it out for a file in AMENDS_DATA_DIR"
            )
        return value

    def _port(self) -> int:
        value = self._or("AMENDS_HTTP_PORT", "8080")
        if not _is_number(value, 65535):
            self._problems.append(
                f"AMENDS_HTTP_PORT: {value!r} is not a port number (0 to 65535; 0 picks a free one)"
            )
            return 8080
        return int(value)

    def _policy(self, shop_file: Path, paths: tuple[str, ...]) -> Policy:
        policy = Policy()
        try:
            policy = read_shop(shop_file, policy)
        except ShopFileError as error:
            self._problems.extend(f"{shop_file}: {problem}" for problem in error.problems)
        if not policy.paths:
            policy = replace(policy, paths=paths)
        if unknown := [path for path in policy.paths if path not in paths]:
            listed = ", ".join(paths) or "none: see AMENDS_WEBHOOK_URL and the lines around it in .env.example"
            self._problems.append(f"{shop_file}: alarms.paths: .env sets up no {unknown[0]}; known are: {listed}")
        undo = self._given.get("AMENDS_UNDO_SECONDS")
        if not undo:
            return policy
        if not _is_number(undo, 600):
            self._problems.append(f"AMENDS_UNDO_SECONDS: {undo!r} is not a number of seconds from 0 to 600")
            return policy
        known = {name: getattr(policy, name) for name in Policy.__dataclass_fields__}
        return Policy(**{**known, "undo": timedelta(seconds=int(undo))})
