"""`[replies]`: how long approved replies are held, what goes out by itself, what suggested texts promise."""

from __future__ import annotations

from bot.shop import checks
from bot.shop.table import Key, plain

TABLE = plain(
    {
        "undo_seconds": Key("undo", checks.amount("seconds", 0, 600)),
        "receipts": Key("receipts", checks.yes_no),
        "receipt_gap_minutes": Key("receipt_gap", checks.amount("minutes", 1, 1440)),
        "first_answer_hours": Key("first_answer", checks.amount("hours", 1, 168)),
        "next_answer_hours": Key("next_answer", checks.amount("hours", 1, 168)),
        "no_answer_hours": Key("no_answer_after", checks.amount("hours", 1, 240)),
        "follow_up_days": Key("follow_up_after", checks.amount("days", 0, 60)),
        "tell_done": Key("tells_done", checks.yes_no),
        "standing_approval": Key("standing", checks.yes_no),
        "update_within_hours": Key("update_within", checks.amount("hours", 1, 240)),
        "act_within_hours": Key("act_within", checks.amount("hours", 1, 240)),
    }
)
