"""`[money]`: up to which amount one person's yes is enough, by role, by kind of action and by day."""

from __future__ import annotations

from typing import Any

from bot.shop import checks
from bot.shop.place import Place, nearest
from bot.shop.table import Table
from flows.action import CANCEL, PART, PARTIAL_REFUND, REFUND, RESHIP, RETURN_LABEL
from flows.money import ROLES, Ceiling, Limits
from flows.orderbook.amounts import NoAmount, read_money
from flows.saying import Said
from flows.values import Money

KINDS = {
    "refund": (REFUND, CANCEL),  # a cancelled order is refunded too
    "partial_refund": (PARTIAL_REFUND,),
    "replacement": (RESHIP,),
    "part": (PART,),
    "return_label": (RETURN_LABEL,),
}
PER_DAY = "per_day"
SHAPE = 'write amounts with their currency, such as {{refund = "60 EUR", per_day = "300 EUR"}}'


def _read(found: Any, place: Place) -> dict[str, Any]:
    if not isinstance(found, dict):
        place.complain(Said("write [{table}] once, on a line of its own", table="money"))
        return {}
    ceilings: dict[str, Ceiling] = {}
    for name, value in found.items():
        try:
            if name in ROLES:
                ceilings[name] = _ceiling(value)
            else:
                place.complain(Said("unknown key {name}{hint}", name=name, hint=nearest(name, ROLES)), name)
        except Said as error:
            place.complain(Said("{table}.{name}: {said}", table="money", name=name, said=error), name)
    used = {money.currency for each in ceilings.values() for money in _amounts(each)}
    if len(used) > 1:
        known = ", ".join(sorted(used))
        place.complain(Said("amounts in {known}: write all in one currency, nothing is converted", known=known))
    return {"money": Limits(ceilings)}


def _ceiling(value: Any) -> Ceiling:
    if not isinstance(value, dict):
        raise Said(SHAPE)
    each: dict[str, Money] = {}
    per_day = None
    for name, said in value.items():
        if name == PER_DAY:
            per_day = amount(said)
        elif name in KINDS:
            each |= dict.fromkeys(KINDS[name], amount(said))
        else:
            raise Said("unknown key {name}{hint}", name=name, hint=nearest(name, (*KINDS, PER_DAY)))
    return Ceiling(each, per_day)


def amount(said: Any) -> Money:
    """Raises Said with the remedy."""
    try:
        return read_money(checks.text(said))
    except (NoAmount, ValueError):
        raise Said(SHAPE) from None


def _amounts(ceiling: Ceiling) -> tuple[Money, ...]:
    return (*ceiling.each.values(), *((ceiling.per_day,) if ceiling.per_day is not None else ()))


def can_be_met(limits: Limits, roles: list[str], place: Place) -> None:
    """Above a ceiling a second person with a role decides: there must be one who is not the first."""
    if limits.ceilings and "lead" not in roles:
        place.complain(
            Said('nobody is a lead, to decide above a ceiling: give somebody roles = ["lead"] below [[staff]]')
        )
    elif "lead" in limits.ceilings and len(roles) < 2:
        place.complain(Said("a lead has a ceiling, and nobody else has a role: nobody could approve above it"))


_CEILING = {
    "type": "object",
    "properties": {name: dict(checks.TEXT) for name in (*KINDS, PER_DAY)},
    "additionalProperties": False,
}
TABLE = Table(
    _read, ROLES, {"type": "object", "properties": dict.fromkeys(ROLES, _CEILING), "additionalProperties": False}
)
