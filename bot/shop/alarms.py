"""`[alarms]`: how long an alarm may stay without an answer, and by which paths it goes on."""

from __future__ import annotations

import re
from typing import Any

from bot.shop import checks
from bot.shop.table import Key, plain
from flows.saying import Said


@checks.shaped(type="array", items={"type": "string", "pattern": r"^[a-z]+(-\d+)?$"})
def _paths(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(
        isinstance(name, str) and re.fullmatch(r"[a-z]+(-\d+)?", name) for name in value
    ):
        raise Said('write names of paths, such as ["feishu", "email"] (`amends alarms test` lists them)')
    return tuple(dict.fromkeys(value))


TABLE = plain(
    {
        "acknowledge_minutes": Key("acknowledge", checks.amount("minutes", 1, 1440)),
        "repeat_minutes": Key("repeat", checks.amount("minutes", 5, 1440)),
        "paths": Key("paths", _paths),
    }
)
