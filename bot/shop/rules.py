"""`[rules."amz.msg.reply"]`: the shop's own value for a rule of the packs."""

from __future__ import annotations

from typing import Any

from bot.shop import checks
from bot.shop.place import Place, nearest
from bot.shop.table import Key, Table, entries, shape
from flows.rules.overriding import Override, objections
from flows.rules.pack import RulePack
from flows.rules.rule import BY_SITE, UNITS

# Working time is left out: answers are counted in it where the shop has hours; without, nothing could be counted.
COUNTED = tuple(unit for unit in UNITS if unit != "business_hours")


@checks.shaped(type="number")
def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("write a number, such as 12")  # noqa: TRY004 - the one error of a wrong setting
    return value


@checks.shaped(**checks.TEXT)
def _zone(value: Any) -> str:
    return BY_SITE if value == BY_SITE else checks.zone(value)


@checks.shaped(**checks.TEXT)
def _calendar(value: Any) -> str:
    from flows.clocks.sites import SITES  # noqa: PLC0415 - brings the holidays, which few shops' files need

    name = checks.text(value)
    if name != BY_SITE and name not in SITES:
        raise ValueError(f"{name!r} is no calendar{nearest(name, (BY_SITE, *SITES))}")
    return name


# Our own targets: one setting says each of them, and counts it in the shop's working time.
TARGETS = {
    "house.first_answer": "first_answer_hours in [replies]",
    "house.next_answer": "next_answer_hours in [replies]",
    "house.resolution": "settle_within_hours in [cases]",
}
KEYS = {
    "length": Key("length", _number),
    "unit": Key("unit", checks.one_of(*COUNTED)),
    "calendar": Key("calendar", _calendar),
    "zone": Key("zone", _zone),
    "because": Key("because", checks.text),
}


def _read(found: Any, place: Place) -> dict[str, Any]:
    from bot.brain import load_rules  # noqa: PLC0415 - only a file with this table needs the packs before the start

    if not isinstance(found, dict):
        place.complain('write [rules."amz.msg.reply"], one table for each rule')
        return {}
    pack, overrides = load_rules(), {}
    for id, table in found.items():
        below = place.below(id)
        if not isinstance(table, dict):
            below.complain(f'write [rules."{id}"], with the id in quotes')
        elif id in TARGETS:
            below.complain(f"our own target is set by {TARGETS[id]}: write it there and take this table out")
        elif id not in pack.ids:
            below.complain(f"no pack has a rule {id}{_near(id, pack)}")
        else:
            before = len(place.problems)
            override = Override(**entries(table, KEYS, below))
            if len(place.problems) == before:
                for key, complaint in dict.fromkeys(objections(pack, id, override)):
                    below.complain(complaint, key)
                overrides[id] = override
    return {"rules": overrides}


def _near(id: str, pack: RulePack) -> str:
    hint = nearest(id, sorted(pack.ids))
    return hint if "did you mean" in hint else ": `amends rules list` shows them all"


TABLE = Table(_read, tuple(KEYS), {"type": "object", "additionalProperties": shape(KEYS)})
