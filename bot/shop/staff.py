"""`[[staff]]`: the people at the desk, when they work and what they may; or `[staff]` with the leads alone."""

from __future__ import annotations

from typing import Any

from bot.shop import checks
from bot.shop.hours import shifts
from bot.shop.place import Place
from bot.shop.table import Key, Table, entries, plain, rows, shape
from flows.saying import Said

ROLES = ("lead", "approver")


@checks.shaped(type="array", items={"enum": list(ROLES)})
def _roles(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(role in ROLES for role in value):
        raise Said("write a list of: {known}", known=", ".join(ROLES))
    return tuple(value)


@checks.shaped(anyOf=[{"type": "boolean"}, dict(shifts.shape)])
def _on_call(value: Any) -> Any:
    return value if isinstance(value, bool) else shifts(value)


LEADS = plain({"leads": Key("leads", checks.people)})
PERSON = {
    "id": Key("id", checks.person),
    "name": Key("name", checks.text),
    "roles": Key("roles", _roles),
    "zone": Key("zone", checks.zone),
    "shifts": Key("shifts", shifts),
    "on_call": Key("on_call", _on_call),
}


def _read(found: Any, place: Place) -> dict[str, Any]:
    if isinstance(found, dict):
        return LEADS.read(found, place)
    people: list[dict[str, Any]] = []
    for row, where in rows(found, place):
        person = entries(row, PERSON, where)
        if "id" not in row:
            where.complain(Said('a person needs an id, such as id = "U0123ABCD" (profile → ⋮ → Copy member ID)'))
        elif any(known["id"] == person.get("id") for known in people):
            where.complain(Said("{name} stands twice; write each person once", name=person["id"]), "id")
        else:
            people.append(person)
    leads = tuple(person["id"] for person in people if "lead" in person.get("roles", ()) and "id" in person)
    return {"people": people, "leads": leads}


TABLE = Table(
    _read, tuple(PERSON), {"anyOf": [{"type": "array", "items": shape(PERSON, "id")}, dict(LEADS.shape)]}
)
