"""The decision table: what a playbook is made of, and how one branch is chosen.

A playbook reads top to bottom. The first branch whose condition is certainly true is taken; one that is still
open is passed over, and the facts that would decide it are named, so that staff see what to find out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import combinations, product
from typing import Literal

from flows.case import Situation
from flows.playbooks.conditions import Condition

Level = Literal["F1", "F2", "F3", "F4", "F5"]


class Guide(StrEnum):
    """Tables that no case is "about": advice that other tables, notes to the owner and people look up."""

    SHIPPING_CLASS = "shipping_class"
    APOLOGY = "apology"


class Offer(StrEnum):
    """What a buyer may be offered; `flows.offers` knows its cost, its days and its latest safe moment."""

    RESHIP = "reship"  # another one: the same goods again, or a replacement
    PART = "part"
    PARTIAL_REFUND = "partial_refund"
    REFUND = "refund"  # in full, nothing comes back
    RETURN = "return"  # prepaid return, refund in full when it is back
    INFORMATION = "information"  # facts, guidance, a date; no money
    CANCEL = "cancel"


@dataclass(frozen=True, slots=True)
class FactSpec:
    """A fact the table looks at, with every value it may take; not known is always possible besides.

    `asks` is the key of the question put to staff. A fact without one (asked_order, photos) is something the
    desk knows by itself: nobody is asked for it, and it is never "missing". `later`: something happens or is
    noticed, and then a person sets it; until then nothing is missing either.
    """

    name: str
    values: tuple[str, ...]
    asks: str = ""
    later: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One thing staff do, by its key in the words; `action` when it is more than talking."""

    words: str
    action: str | None = None


@dataclass(frozen=True, slots=True)
class Branch:
    """One row of the table.

    `reply` is the key of the text for the buyer, `handoff` of a text for the marketplace that a person submits.
    `action` is what the approval sets off (refund, reship, answer_claim, ...). `asks` names the questions the
    reply puts to the buyer: order, evidence, wish, problem. `fallback` is the key of what is done anyway when
    talks fail, `level` its rung of the fallback ladder; `fallback_reply` and `fallback_action` are that fallback
    as a text and an action, where it is one. `offers` are the solutions that fit, in the playbook's own order.
    `source` names seed files and rule ids; `override` is the id of the advice (`flows/rules/advice.toml`) that
    the row does not follow as the seed gives it. `looks_at` are the facts of the condition, kept because it is
    asked for often.
    """

    name: str
    when: Condition
    steps: tuple[Step, ...]
    reply: str | None
    fallback: str
    level: Level
    source: str
    handoff: str | None = None
    action: str | None = None
    asks: tuple[str, ...] = ()
    note: str = ""
    offers: tuple[Offer, ...] = ()
    fallback_reply: str | None = None
    fallback_action: str | None = None
    override: str = ""
    looks_at: frozenset[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "looks_at", self.when.facts())


@dataclass(frozen=True, slots=True)
class Playbook:
    """The table of one situation, or of a guide. `branches` are in order and the last one catches all."""

    situation: Situation | Guide
    version: str
    facts: tuple[FactSpec, ...]
    branches: tuple[Branch, ...]
    nevers: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Choice:
    """The branch taken, and the facts, now unknown, that could lead to another one (in the table's order)."""

    branch: Branch
    missing: tuple[str, ...]


def choose(book: Playbook, facts: Mapping[str, str]) -> Choice:
    """The branch for these facts. Facts the table does not know, and values it does not list, count as unknown."""
    known = known_facts(book, facts)
    branch = branch_for(book, known)
    decisive = _decisive(book, known, branch)
    return Choice(branch, tuple(spec.name for spec in book.facts if spec.name in decisive))


def branch_for(book: Playbook, facts: Mapping[str, str]) -> Branch:
    """The first branch that certainly holds; the last one when none does."""
    return next((branch for branch in book.branches if branch.when.truth(facts) is True), book.branches[-1])


def known_facts(book: Playbook, facts: Mapping[str, str]) -> dict[str, str]:
    """Only what the table can read, so that a stray value never opens or shuts a branch."""
    return {spec.name: facts[spec.name] for spec in book.facts if facts.get(spec.name) in spec.values}


def _decisive(book: Playbook, known: dict[str, str], taken: Branch) -> frozenset[str]:
    """Unknown facts that change the branch: alone, or two together where neither does so alone.

    The branch changes when a row above begins to hold or the taken one ceases to. So two facts matter together
    only within one row's condition: whatever the size of the table, few pairs are tried.
    """
    free = {spec.name: spec for spec in book.facts if spec.asks and not spec.later and spec.name not in known}
    rows = [(row, [free[n] for n in free if n in row.looks_at]) for row in _down_to(book, taken)]
    alone = {spec.name for row, specs in rows for spec in specs if _changes(row, taken, known, (spec,))}
    pairs = {
        name
        for row, specs in rows
        for pair in combinations([spec for spec in specs if spec.name not in alone], 2)
        if _changes(row, taken, known, pair)
        for name in (pair[0].name, pair[1].name)
    }
    return frozenset(alone | pairs)


def _down_to(book: Playbook, taken: Branch) -> tuple[Branch, ...]:
    """The rows above the taken one, and itself."""
    return book.branches[: next(at for at, row in enumerate(book.branches, 1) if row is taken)]


def _changes(row: Branch, taken: Branch, known: dict[str, str], specs: tuple[FactSpec, ...]) -> bool:
    """Whether some values of these facts turn this row on, or off if it is the taken one."""
    wanted = row is not taken
    return any((row.when.truth({**known, **more}) is True) is wanted for more in _assignments(specs))


def _assignments(specs: tuple[FactSpec, ...]) -> Iterator[dict[str, str]]:
    names = [spec.name for spec in specs]
    return (dict(zip(names, values, strict=True)) for values in product(*(spec.values for spec in specs)))
