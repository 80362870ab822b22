"""`[cases]`: when a quiet case is closed, and how long it can be opened again."""

from __future__ import annotations

from bot.shop import checks
from bot.shop.table import Key, plain

TABLE = plain(
    {
        "close_after_quiet_days": Key("quiet_after", checks.amount("days", 1, 365)),
        "reopen_within_days": Key("reopen_within", checks.amount("days", 0, 365)),
    }
)
