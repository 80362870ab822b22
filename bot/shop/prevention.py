"""`[prevention]`: what is noticed before it costs more: bad batches."""

from __future__ import annotations

from bot.shop import checks
from bot.shop.table import Key, plain

TABLE = plain(
    {
        "like_cases": Key("batch_cases", checks.count(2, 100)),
        "like_days": Key("batch_window", checks.amount("days", 1, 365)),
    }
)
