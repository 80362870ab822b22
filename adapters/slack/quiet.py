"""The one logger that Slack's SDK writes to: warnings only, without bodies, tokens or tickets."""

from __future__ import annotations

import logging
import re

_SECRET = re.compile(r"xox[a-z]-[\w-]+|xapp-[\w-]+|wss?://\S+|https?://hooks\.\S+")


class Redacting(logging.Filter):
    """Bolt logs payloads at DEBUG and on errors; socket addresses hold a ticket. Tracebacks may hold both."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = _SECRET.sub("…", record.getMessage())[:300], ()
        record.exc_info = record.exc_text = None
        return True


def _quiet() -> logging.Logger:
    logger = logging.getLogger("amends.slack.sdk")
    logger.setLevel(logging.WARNING)  # the SDK looks at this logger's own level, not the effective one
    logger.addFilter(Redacting())
    return logger


LOGGER = _quiet()
