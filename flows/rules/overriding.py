"""A shop's own values in place of a pack's, and what speaks against them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from flows.rules import checking
from flows.rules.pack import RulePack, stamped
from flows.rules.reading import BY_UNIT
from flows.rules.rule import DAYS, HOURS, Rule
from flows.saying import Said

HOUSE = "house"


@dataclass(frozen=True, slots=True)
class Override:
    """What a shop sets for one rule id; None is what the pack says. `because` is its reason, shown to staff."""

    length: float | None = None
    unit: str | None = None
    calendar: str | None = None
    zone: str | None = None
    because: str = ""


def overridden(pack: RulePack, overrides: Mapping[str, Override]) -> RulePack:
    """The pack with the shop's values. Each such rule keeps the pack's as its `original`.

    Only rules without an end are replaced: what a platform said until a date stays what it said.
    """
    if not overrides:
        return pack
    rules = tuple(
        _applied(rule, overrides[rule.id]) if _is_meant(rule, overrides) else rule for rule in pack.rules
    )
    return replace(pack, rules=rules)


def objections(pack: RulePack, id: str, override: Override) -> Iterator[tuple[str, Said]]:
    """Why this cannot be: the key that is wrong and what to do. "" stands for the rule itself."""
    rules = [rule for rule in pack.named(id) if _is_meant(rule, {id: override})]
    if not rules:
        yield "", Said("no pack has a rule {id} that holds now: `amends rules list` shows them all", id=id)
        return
    for rule in rules:
        mine = _applied(rule, override)
        most = checking.MOST_HOURS / HOURS[mine.unit]
        if override.length is None and mine.unit != rule.unit:
            yield "unit", Said("say the length in {unit} as well", unit=mine.unit)
        elif override.length is not None and not checking.is_amount(override.length, most):
            yield (
                "length",
                Said("write a number of {unit} above 0 and up to {most}", unit=mine.unit, most=f"{most:g}"),
            )
        elif mine.unit in DAYS and mine.length is not None and mine.length != int(mine.length):
            yield "length", Said("days are whole; say it in hours")
        elif rule.platform != HOUSE and not override.because.strip():
            yield from _needs_a_reason(rule, mine)


def _needs_a_reason(rule: Rule, mine: Rule) -> Iterator[tuple[str, Said]]:
    """A platform does not wait longer because a shop wants it to."""
    if rule.length is None or rule.length == 0:
        return
    said = f"{rule.length:g} {rule.unit}"
    if (rule.unit, rule.calendar, rule.zone) != (mine.unit, mine.calendar, mine.zone):
        yield "", Said('the platform counts {known}; to count otherwise add because = "..."', known=said)
    elif mine.length is not None and mine.length > rule.length:
        yield "length", Said('longer than the platform\'s {known}: shorten it, or add because = "..."', known=said)


def _is_meant(rule: Rule, overrides: Mapping[str, Override]) -> bool:
    return rule.id in overrides and not rule.history and rule.valid_until is None


def _applied(rule: Rule, override: Override) -> Rule:
    unit = override.unit or rule.unit
    counting, calendar, zone = (rule.counting, rule.calendar, rule.zone) if unit == rule.unit else BY_UNIT[unit]
    return stamped(
        replace(
            rule,
            length=rule.length if override.length is None else override.length,
            unit=unit,
            counting=counting,
            choices=rule.choices if unit == rule.unit else (),
            calendar=override.calendar or calendar,
            second_calendar="" if override.calendar or unit != rule.unit else rule.second_calendar,
            zone=override.zone or zone,
            original=rule,
            because=override.because,
        )
    )
