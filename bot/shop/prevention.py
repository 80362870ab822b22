"""`[prevention]`: what is noticed before it costs more: bad batches, parcels in trouble, a week's causes."""

from __future__ import annotations

import re
from typing import Any

from bot.shop import checks
from bot.shop.table import Key, plain
from flows.note import DAYS, Weekly
from flows.saying import Said

_WEEKLY = rf"({'|'.join(DAYS)}) ([01]?\d|2[0-3]):([0-5]\d)"


@checks.shaped(type="string", pattern=f"^(off|{_WEEKLY})$")
def _weekly(value: Any) -> Weekly | None:
    if value == "off":
        return None
    found = re.fullmatch(_WEEKLY, value) if isinstance(value, str) else None
    if found is None:
        raise Said('write a day and a time, such as "mon 09:00", or "off"')
    return Weekly(DAYS.index(found[1]), int(found[2]), int(found[3]))


TABLE = plain(
    {
        "like_cases": Key("batch_cases", checks.count(2, 100)),
        "like_days": Key("batch_window", checks.amount("days", 1, 365)),
        "watch_parcels": Key("watch_parcels", checks.yes_no),
        "late_after_days": Key("late_after", checks.amount("days", 0, 60)),
        "parcels_a_day": Key("parcels_a_day", checks.count(1, 1000)),
        "weekly_note": Key("note_at", _weekly),
    }
)
