"""The decision table: what a playbook is made of, and how one branch is chosen.

A playbook reads top to bottom. The first branch whose condition is certainly true is taken; one that is still
open is passed over, and the facts that would decide it are named, so that staff see what to find out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations, product
from typing import Literal

from flows.case import Situation
from flows.playbooks.conditions import Condition

Level = Literal["F1", "F2", "F3", "F4", "F5"]


@dataclass(frozen=True, slots=True)
class FactSpec:
    """A fact the table looks at, with every value it may take; not known is always possible besides.

    `asks` is the key of the question put to staff. A fact without one (asked_order, photos) is something the
    desk knows by itself: nobody is asked for it, and it is never "missing".
    """

    name: str
    values: tuple[str, ...]
    asks: str = ""


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
    talks fail, `level` its rung of the fallback ladder. `source` names seed files and rule ids.
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


@dataclass(frozen=True, slots=True)
class Playbook:
    """The table of one situation. `branches` are in order and the last one catches all."""

    situation: Situation
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
    """Unknown facts that change the branch: alone, or two together where neither does so alone."""
    unknown = [spec for spec in book.facts if spec.asks and spec.name not in known]
    alone = {spec.name for spec in unknown if _changes(book, known, taken, (spec,))}
    rest = [spec for spec in unknown if spec.name not in alone]
    pairs = (pair for pair in combinations(rest, 2) if _changes(book, known, taken, pair))
    return frozenset(alone.union(*({spec.name for spec in pair} for pair in pairs)))


def _changes(book: Playbook, known: dict[str, str], taken: Branch, specs: tuple[FactSpec, ...]) -> bool:
    return any(branch_for(book, {**known, **more}) is not taken for more in _assignments(specs))


def _assignments(specs: tuple[FactSpec, ...]) -> Iterator[dict[str, str]]:
    names = [spec.name for spec in specs]
    return (dict(zip(names, values, strict=True)) for values in product(*(spec.values for spec in specs)))
