"""`[ladders.NAME]`: at how much time before a deadline which alarm sounds, for a kind of clock or one rule."""

from __future__ import annotations

from typing import Any

from bot.shop.place import Place, near, nearest
from bot.shop.table import Table
from flows.rules.ladders import RUNGS, problems_of, rungs_of
from flows.saying import Said


def _read(found: Any, place: Place) -> dict[str, Any]:
    from bot.brain import load_ladders, load_rules  # noqa: PLC0415 - only a file with this table needs them here

    if not isinstance(found, dict) or not all(isinstance(table, dict) for table in found.values()):
        place.complain(Said('write [ladders.first_answer], or [ladders."amz.msg.reply"] for one rule'))
        return {}
    known = (*load_ladders(), *sorted(load_rules().ids))
    ladders = {}
    for name, table in found.items():
        below = place.below(name)
        if name not in known:
            hint = near(name, known) or ""  # all there are would be two screens
            below.complain(Said("no ladder and no rule is called {name}{hint}", name=name, hint=hint))
        for rung in table.keys() - set(RUNGS):
            below.complain(Said("unknown rung {name}{hint}", name=rung, hint=nearest(rung, RUNGS)), rung)
        problems = list(problems_of(table))
        for problem in problems:
            below.complain(Said("ladders.{name}{problem}", name=name, problem=problem))
        if not problems:
            ladders[name] = rungs_of(table)
    return {"ladders": ladders}


_BEFORE = {"anyOf": [{"type": "number", "minimum": 0}, {"type": "string", "pattern": r"^\d+(\.\d+)?\s*%$"}]}
_RUNG = {"anyOf": [*_BEFORE["anyOf"], {"type": "array", "items": _BEFORE}]}
_LADDER = {"type": "object", "properties": dict.fromkeys(RUNGS, _RUNG), "additionalProperties": False}
TABLE = Table(_read, (), {"type": "object", "additionalProperties": _LADDER})
