"""Logs: events with fields, one line each; never a token, a buyer's text or an address."""

from __future__ import annotations

import logging

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class Fields(logging.Formatter):
    """ "14:02:31 INFO bot.engine parked inbox=… kind=…": the message and whatever was given as extra."""

    def format(self, record: logging.LogRecord) -> str:
        given = {name: value for name, value in vars(record).items() if name not in _STANDARD}
        shown = " ".join(f"{name}={value}" for name, value in given.items())
        line = super().format(record)
        return f"{line} {shown}" if shown else line


def set_up(level: int = logging.INFO) -> None:
    handler = logging.StreamHandler()
    handler.setFormatter(Fields("%(asctime)s %(levelname)s %(name)s %(message)s", "%H:%M:%S"))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for noisy in ("httpx", "httpcore", "aiosqlite", "alembic", "slack_bolt", "slack_sdk", "telegram"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
