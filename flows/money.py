"""The money guard: what an order's ledger forbids, and whose yes an amount needs. Pure.

The ledger is the order's, not the case's: two conversations about one order must not refund it twice. Amounts are
compared only in one currency; where that is not possible a lead decides, and is told why.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from flows.action import COUNTS, PAYS_ALL, PAYS_BACK, RESHIP, ActionState, Entry
from flows.staffing import Person
from flows.values import Money

ROLES = ("lead", "approver", "everybody")  # the first that a person has counts
Needed = Literal["", "second", "lead"]


@dataclass(frozen=True, slots=True)
class Ceiling:
    """Up to which amount one person's yes is enough: by kind of action, and for all of a day (None: no limit)."""

    each: Mapping[str, Money] = field(default_factory=dict)
    per_day: Money | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """`ceilings` by role; a lead without one has none, and what an approver's leaves unsaid is everybody's."""

    ceilings: Mapping[str, Ceiling] = field(default_factory=dict)

    def of(self, roles: Collection[str]) -> Ceiling:
        """What counts for somebody with these roles."""
        if "lead" in roles:
            return self.ceilings.get("lead", Ceiling())
        everybody = self.ceilings.get("everybody", Ceiling())
        if "approver" not in roles or "approver" not in self.ceilings:
            return everybody
        own = self.ceilings["approver"]
        per_day = own.per_day if own.per_day is not None else everybody.per_day
        return Ceiling({**everybody.each, **own.each}, per_day)


@dataclass(frozen=True, slots=True)
class Against:
    """Why the ledger forbids it: `why` is the key of the words, `entry` what stands there.

    `left` is what may still be refunded, where that is known.
    """

    why: Literal["refunded", "too_much", "both"]
    entry: Entry | None = None
    left: Money | None = None


@dataclass(frozen=True, slots=True)
class Need:
    """Whose yes it needs besides the first one, and why (above, per_day, unknown_size, other_currency)."""

    who: Needed = ""
    why: str = ""
    limit: Money | None = None


def against(
    kind: str,
    amount: Money | None,
    value: Money | None,
    ledger: Iterable[Entry],
    *,
    because: str,
    states: Collection[ActionState] = COUNTS,
) -> Against | None:
    """What forbids this action on its order; None when nothing does.

    `value` is what was paid for the order, `because` a person's reason to refund as well as replace.
    """
    counted = [entry for entry in ledger if entry.state in states]
    if kind in PAYS_BACK and (found := _twice(kind, amount, value, counted)) is not None:
        return found
    if not because and (other := _both(kind, counted)) is not None:
        return Against("both", other)
    return None


def _twice(kind: str, amount: Money | None, value: Money | None, counted: Sequence[Entry]) -> Against | None:
    """All refunds of an order together are at most its value; where sums are not known, one full refund is all."""
    paid = [entry for entry in counted if entry.kind in PAYS_BACK]
    comparable = value is not None and all(_same(value, entry.amount) for entry in paid)
    if value is not None and comparable:
        spent = sum(entry.amount.minor for entry in paid if entry.amount is not None)
        left = Money(max(0, value.minor - spent), value.currency)
        asked = value if amount is None and kind in PAYS_ALL else amount
        if paid and left.minor == 0:
            return Against("refunded", paid[-1], left)
        if asked is not None and _same(asked, value) and asked.minor > left.minor:
            return Against("too_much", paid[-1] if paid else None, left)
        return None
    whole = [entry for entry in paid if entry.kind in PAYS_ALL or entry.amount is None]
    return Against("refunded", whole[-1]) if whole else None


def _both(kind: str, counted: Sequence[Entry]) -> Entry | None:
    """A replacement for what was refunded in full, or the other way round: possible, but said why."""
    if kind == RESHIP:
        return next((entry for entry in counted if entry.kind in PAYS_ALL), None)
    return next((entry for entry in counted if entry.kind == RESHIP), None) if kind in PAYS_ALL else None


def _same(one: Money, other: Money | None) -> bool:
    return other is not None and one.currency == other.currency


def unsummable(kind: str, amount: Money | None, value: Money | None, ledger: Iterable[Entry]) -> bool:
    """Whether nobody can tell if this refund, with those before, stays within the order's value."""
    if kind not in PAYS_BACK:
        return False
    if value is not None and amount is not None and not _same(amount, value):
        return True
    paid = [entry for entry in ledger if entry.kind in PAYS_BACK]
    return bool(paid) and (value is None or not all(_same(value, entry.amount) for entry in paid))


def need(
    limits: Limits, roles: Collection[str], kind: str, amount: Money | None, today: Iterable[Money | None]
) -> Need:
    """Whose yes is needed besides that of somebody with these roles, who approved `today` already so much."""
    ceiling = limits.of(roles)
    limit = ceiling.each.get(kind)
    for bound in (limit, ceiling.per_day):
        if bound is not None and (found := _beyond_compare(bound, amount)):
            return Need("" if "lead" in roles else "lead", found, bound)
    if limit is not None and amount is not None and amount.minor > limit.minor:
        return Need("second", "above", limit)
    if ceiling.per_day is not None and amount is not None:
        spent = [each for each in today if each is not None]
        if any(each.currency != ceiling.per_day.currency for each in spent):
            return Need("" if "lead" in roles else "lead", "other_currency", ceiling.per_day)
        if sum(each.minor for each in spent) + amount.minor > ceiling.per_day.minor:
            return Need("second", "per_day", ceiling.per_day)
    return Need()


def _beyond_compare(bound: Money, amount: Money | None) -> str:
    if amount is None:
        return "unknown_size"
    return "" if amount.currency == bound.currency else "other_currency"


def roles_of(person: str, people: Iterable[Person], leads: Collection[str]) -> frozenset[str]:
    """The roles of somebody at the desk."""
    found = {role for each in people if each.id == person for role in each.roles}
    return frozenset(found | ({"lead"} if person in leads else set()))


def who_may_approve(people: Iterable[Person], leads: Collection[str]) -> tuple[str, ...]:
    """Leads and approvers, leads first, once the shop names an approver; () while everybody may."""
    approvers = [each.id for each in people if "approver" in each.roles]
    return tuple(dict.fromkeys((*leads, *approvers))) if approvers else ()


def may_second(who: str, roles: Collection[str]) -> bool:
    """Whether somebody with these roles may give the second yes."""
    return "lead" in roles or (who == "second" and "approver" in roles)
