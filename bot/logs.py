"""Logs: events with fields, one line each; never a token, a buyer's text or an address.

Every logger of the process, ours and the libraries', goes through one chain of structlog processors. On a terminal
a line reads "14:02:31 INFO bot.engine opened case=A-0007 kind=BuyerWrote"; elsewhere it is one JSON object.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, TextIO

import msgspec
from structlog.contextvars import merge_contextvars
from structlog.stdlib import ExtraAdder, ProcessorFormatter
from structlog.types import EventDict, WrappedLogger

from bot.tracebacks import told

NOISY = ("httpx", "httpcore", "aiosqlite", "alembic", "slack_bolt", "slack_sdk", "telegram")
# What a field of this name would hold is a person's or a secret; a caller who means something else says so.
WITHHELD = frozenset(
    ("text", "body", "raw", "content", "caption", "draft", "note", "words", "payload", "address", "name", "buyer",
     "phone", "email", "token", "secret", "password", "salt", "authorization", "headers")
)  # fmt: skip
TOKENS = re.compile(
    r"\d{6,}:[A-Za-z0-9_-]{30,}"  # Telegram
    r"|x(?:ox[a-z]|app)-[A-Za-z0-9-]{6,}"  # Slack
    r"|(?<=://)[^/\s:@]*:[^/\s@]+(?=@)"  # the user and password of a URL
)
MASK = "***"
LONGEST = 500  # characters of one value
_ORDER = ("timestamp", "level", "logger", "event", "case")
_PLAIN = re.compile(r"[^\s\"=]+")


def set_up(
    level: str = "info", shape: str | None = None, secrets: Sequence[str] = (), stream: TextIO | None = None
) -> None:
    """Log to stderr from now on, whatever was set up before. `shape` is plain or json; None: plain on a terminal.

    `secrets` appear in no line, wherever they come from.
    """
    out = stream or sys.stderr
    handler = logging.StreamHandler(out)
    plain = shape == "plain" or (shape is None and out.isatty())
    handler.setFormatter(formatter(plain=plain, secrets=secrets))
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for noisy in NOISY:
        logging.getLogger(noisy).setLevel(logging.WARNING)


def formatter(*, plain: bool, secrets: Sequence[str] = ()) -> logging.Formatter:
    """The chain as a formatter of the standard library."""
    return ProcessorFormatter(
        foreign_pre_chain=[merge_contextvars, ExtraAdder(), _origin],
        processors=[
            ProcessorFormatter.remove_processors_meta,
            _guarded,
            _with_traceback,
            _as_line if plain else _as_json,
            _Masked(secrets),
        ],
    )


def _origin(_logger: WrappedLogger, level: str, event: EventDict) -> EventDict:
    record: logging.LogRecord = event["_record"]
    at = datetime.fromtimestamp(record.created, UTC)
    return {"timestamp": at, "level": level, "logger": record.name, **event}


def _guarded(_logger: WrappedLogger, _level: str, event: EventDict) -> EventDict:
    """Refuse fields that hold what no log may hold, and anything whose content is not plain to see."""
    for name, value in event.items():
        if name in WITHHELD:
            event[name] = "withheld"
        elif name != "exc_info" and not isinstance(value, str | int | float | datetime | None):
            event[name] = _seen(value)
    return event


def _seen(value: object) -> object:
    if isinstance(value, Mapping | bytes):
        return type(value).__name__
    if isinstance(value, Sequence | set | frozenset):
        return [each if isinstance(each, int | float) else str(each) for each in value]
    return str(value)


def _with_traceback(_logger: WrappedLogger, _level: str, event: EventDict) -> EventDict:
    given = event.pop("exc_info", None)
    if isinstance(given, tuple) and given[1] is not None:
        event["traceback"] = told(given[1])
    return event


def _as_json(_logger: WrappedLogger, _level: str, event: EventDict) -> str:
    event["timestamp"] = event["timestamp"].isoformat(timespec="milliseconds")
    first = {name: event[name] for name in _ORDER if name in event}
    return msgspec.json.encode(
        {name: _cut(value) for name, value in {**first, **event}.items()}, enc_hook=str
    ).decode()


def _as_line(_logger: WrappedLogger, _level: str, event: EventDict) -> str:
    at: datetime = event.pop("timestamp").astimezone()
    level, logger, said = event.pop("level").upper(), event.pop("logger"), str(event.pop("event"))
    traceback = event.pop("traceback", None)
    first = {name: event[name] for name in _ORDER if name in event}
    fields = "".join(f" {name}={_quoted(value)}" for name, value in {**first, **event}.items())
    line = f"{at:%H:%M:%S} {level} {logger} {_on_one_line(said)}{fields}"
    return line if traceback is None else f"{line}\n{traceback}"


def _quoted(value: object) -> str:
    shown = str(_cut(value))
    return shown if _PLAIN.fullmatch(shown) else msgspec.json.encode(shown).decode()


def _on_one_line(said: str) -> str:
    """A message that holds a line break must not look like two."""
    return said if said.isprintable() else "".join(c if c.isprintable() else " " for c in said)


def _cut(value: object) -> object:
    if isinstance(value, str) and len(value) > LONGEST and not value.startswith("Traceback"):
        return f"{value[:LONGEST]}…"
    return value


class _Masked:
    """The last in the chain: whatever was written, no secret leaves."""

    def __init__(self, secrets: Sequence[str]) -> None:
        self._secrets = tuple(secret for secret in secrets if secret)

    def __call__(self, _logger: WrappedLogger, _level: str, line: Any) -> Any:
        for secret in self._secrets:
            if secret in line:
                line = line.replace(secret, MASK)
        return TOKENS.sub(MASK, line)
