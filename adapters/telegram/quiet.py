"""Keeps the token and the buyers' words out of the logs, whatever level an operator sets.

httpx writes every URL at INFO, and ours hold the token; `telegram.Bot` writes every parameter at DEBUG; PTB's
request class writes the body of an answer that is not JSON at ERROR (httpx 0.28.1 `_client.py`; PTB 22.8 `_bot.py`
and `request/_baserequest.py`).
"""

from __future__ import annotations

import logging

_CHATTY = ("httpx", "httpcore", "telegram", "telegram.Bot", "telegram.request.HTTPXRequest")
_NEVER = ("telegram.request.BaseRequest",)


def _warnings_only(record: logging.LogRecord) -> bool:
    return record.levelno >= logging.WARNING


def _nothing(record: logging.LogRecord) -> bool:
    return False


def quiet() -> None:
    """Silence those loggers for this process; calling it again changes nothing.

    A filter and not a level alone: a level is lost as soon as somebody configures logging.
    """
    for name in _CHATTY:
        _hush(logging.getLogger(name), _warnings_only)
    for name in _NEVER:
        _hush(logging.getLogger(name), _nothing)


def _hush(logger: logging.Logger, rule: logging._FilterType) -> None:
    logger.addFilter(rule)
    if logger.level < logging.WARNING:
        logger.setLevel(logging.WARNING)
