"""One variable of the environment at a time: read and checked; what is wrong is gathered, not raised. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from flows.problems import Problem, problem

PROXIES = ("http", "socks5", "socks5h")
DIRECT = "direct"


class Variables:
    """`problems` gathers everything at once, each with its remedy (words: check.setting.*). `language` is that of
    whoever reads it, for what is said in words already.
    """

    def __init__(self, given: Mapping[str, str], language: str = "en") -> None:
        self.given = given
        self.language = language
        self.problems: list[Problem] = []

    def wrong(self, key: str, **params: str) -> None:
        """Whatever is secret stays out of `params`: they are shown."""
        found = problem(f"setting.{key}", fatal=True, **params)
        if found not in self.problems:  # two adapters read the same proxy
            self.problems.append(found)

    def text(self, name: str, default: str) -> str:
        return self.given.get(name) or default

    def one_of(self, name: str, known: tuple[str, ...], default: str | None) -> str | None:
        value = self.given.get(name, "").lower() or default
        if value is not None and value not in known:
            self.wrong("one_of", name=name, value=value, known=", ".join(known))
        return value

    def needed(self, name: str, prefix: str = "") -> str:
        value = self.given.get(name, "")
        where = f"word:check.where.{name.lower()}"
        if not value:
            self.wrong("missing", name=name, where=where)
        elif not value.startswith(prefix):
            self.wrong("prefix", name=name, prefix=prefix, where=where)
        return value

    def url(self, name: str, default: str, *, slash: bool = False) -> str:
        value = self.text(name, default)
        if not is_http(value):
            self.wrong("url", name=name, value=value)
        return value if not slash or value.endswith("/") else value + "/"

    def maybe_url(self, name: str) -> str:
        """Never repeated: whoever has the address may use it."""
        value = self.given.get(name, "")
        if value and not is_http(value):
            self.wrong("maybe_url", name=name)
        return value

    def proxy(self, name: str) -> str | None:
        """This adapter's own, else the one for all. A proxy may hold a password: it is never repeated."""
        name = name if self.given.get(name) else "AMENDS_PROXY"
        value = self.given.get(name)
        if not value or value == DIRECT:
            return None
        if not is_proxy(value):
            self.wrong("proxy", name=name, direct=DIRECT)
        return value

    def port(self, name: str, default: int) -> int:
        value = self.text(name, str(default))
        if not _is_number(value, 65535):
            self.wrong("port", name=name, value=value)
            return default
        return int(value)

    def seconds(self, name: str, most: int) -> int | None:
        value = self.given.get(name)
        if value and not _is_number(value, most):
            self.wrong("seconds", name=name, value=value, most=str(most))
            return None
        return int(value) if value else None

    def folder(self, name: str, default: str) -> Path:
        value = Path(self.text(name, default))
        try:
            return value.expanduser()
        except RuntimeError:
            self.wrong("home", name=name, value=str(value))
            return value


def is_http(url: str) -> bool:
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
