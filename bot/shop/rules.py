"""`[rules."amz.msg.reply"]`: the shop's own value for a rule of the packs."""

from __future__ import annotations

from typing import Any

from bot.shop import checks
from bot.shop.place import Place, near, nearest
from bot.shop.table import Key, Table, entries, shape
from flows.rules.overriding import Override, objections
from flows.rules.pack import RulePack
from flows.rules.rule import BY_SITE, UNITS
from flows.saying import Said

# Working time is left out: answers are counted in it where the shop has hours; without, nothing could be counted.
COUNTED = tuple(unit for unit in UNITS if unit != "business_hours")


@checks.shaped(type="number")
def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Said("write a number, such as 12")
    return value


@checks.shaped(**checks.TEXT)
def _zone(value: Any) -> str:
    return BY_SITE if value == BY_SITE else checks.zone(value)


@checks.shaped(**checks.TEXT)
def _calendar(value: Any) -> str:
    from flows.clocks.sites import SITES  # noqa: PLC0415 - brings the holidays, which few shops' files need

    name = checks.text(value)
    if name != BY_SITE and name not in SITES:
        raise Said("{name} is no calendar{hint}", name=repr(name), hint=nearest(name, (BY_SITE, *SITES)))
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
        place.complain(Said('write [rules."amz.msg.reply"], one table for each rule'))
        return {}
    pack, overrides = load_rules(), {}
    for id, table in found.items():
        below = place.below(id)
        if not isinstance(table, dict):
            below.complain(Said('write [rules."{id}"], with the id in quotes', id=id))
        elif id in TARGETS:
            below.complain(
                Said("our own target is set by {name}: write it there and take this table out", name=TARGETS[id])
            )
        elif id not in pack.ids:
            below.complain(Said("no pack has a rule {id}{hint}", id=id, hint=_near(id, pack)))
        else:
            before = len(place.problems)
            override = Override(**entries(table, KEYS, below))
            if len(place.problems) == before:
                once = {(key, str(said)): said for key, said in objections(pack, id, override)}
                for (key, _), said in once.items():
                    below.complain(said, key)
                overrides[id] = override
    return {"rules": overrides}


def _near(id: str, pack: RulePack) -> Said:
    return near(id, sorted(pack.ids)) or Said(": `amends rules list` shows them all")


TABLE = Table(_read, tuple(KEYS), {"type": "object", "additionalProperties": shape(KEYS)})
