"""`[cases]`: by when a matter should be settled, when a quiet one is closed, how long it can be opened again."""

from __future__ import annotations

from bot.shop import checks
from bot.shop.table import Key, plain

TABLE = plain(
    {
        "settle_within_hours": Key("resolution", checks.amount("hours", 1, 2000)),
        "close_after_quiet_days": Key("quiet_after", checks.amount("days", 1, 365)),
        "reopen_within_days": Key("reopen_within", checks.amount("days", 0, 365)),
    }
)
