"""Checks that a playbook is whole: every combination of facts reaches a branch, every branch and key exists.

Exact, not sampled: see `flows.playbooks.cells`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product

from flows.case import Situation
from flows.playbooks.cells import Cell, cells, combinations
from flows.playbooks.conditions import Always
from flows.playbooks.table import Branch, Playbook

_RULE_ID = re.compile(r"\b[a-z]+(?:\.[a-z0-9_]+)+\b")
# What settles a matter rather than asks or looks something up: two different ones stand ready before it is said.
ADVICE = ("old", "why", "instead")  # the words of advice that a rule has overtaken
SOLVING = frozenset({"refund", "reship", "send_part", "partial_refund", "return_label"})


@dataclass(frozen=True, slots=True)
class Keys:
    """What exists outside the tables: texts for buyers, rules, and the staff's words."""

    replies: Collection[str]
    rules: Collection[str]
    words: Collection[str]


@dataclass(frozen=True, slots=True)
class Proof:
    """What was looked through, and what is wrong, in plain sentences; empty when the table is whole."""

    combinations: int
    cells: int
    problems: tuple[str, ...]


def prove(book: Playbook, keys: Keys) -> Proof:
    """Look through the whole table. `problems` names every hole, dead row, missing key and repeated question."""
    parts = tuple(cells(book))
    found = [*_shape(book), *_covered(book, parts), *_asked_once(book, parts)]
    found += [
        f"{book.situation}: there are no words for {key}" for key in sorted(word_keys(book) - set(keys.words))
    ]
    for branch in book.branches:
        found += _keys(branch, keys)
        found += _facts(book, branch)
        found += _offers(branch)
    return Proof(combinations(book), len(parts), tuple(found))


def unrouted(
    labels: Collection[str], routes: Mapping[str, Situation], books: Collection[Situation]
) -> Iterator[str]:
    """Labels of the reader that lead to no playbook."""
    yield from (f"label {label}: leads to no situation" for label in labels if label not in routes)
    for label, situation in routes.items():
        if situation not in books:
            yield f"label {label}: {situation} has no playbook"


def unfounded(books: Iterable[Playbook], advice: Collection[str]) -> Iterator[str]:
    """Rows that depart from advice which is not listed as overtaken, and listed ones that no row departs from."""
    named = {branch.override: branch.name for book in books for branch in book.branches if branch.override}
    yield from (f"branch {name}: {id} is not in advice.toml" for id, name in named.items() if id not in advice)
    yield from (f"advice {id}: no branch follows what is said instead" for id in sorted({*advice} - named.keys()))


def reached(book: Playbook) -> frozenset[str]:
    """The names of all branches that some combination of facts, unknown included, leads to."""
    return frozenset(cell.branch.name for cell in cells(book) if cell.branch is not None)


def combinations_of_facts(book: Playbook) -> Iterator[dict[str, str]]:
    """Every combination of values, one by one; an unknown fact is simply not there. For small tables."""
    names = [spec.name for spec in book.facts]
    for values in product(*((None, *spec.values) for spec in book.facts)):
        yield {name: value for name, value in zip(names, values, strict=True) if value is not None}


def word_keys(book: Playbook) -> frozenset[str]:
    """The keys of the staff's words that this table needs."""
    keys = {*book.nevers}
    for branch in book.branches:
        keys |= {f"branch.{branch.name}.title", f"branch.{branch.name}.why", branch.fallback}
        keys |= {step.words for step in branch.steps}
        keys |= {f"advice.{branch.override}.{part}" for part in ADVICE if branch.override}
        actions = {branch.action, branch.fallback_action, *(step.action for step in branch.steps)} - {None}
        keys |= {f"action.{action}" for action in actions}
        keys |= {f"offer.{offer}" for offer in branch.offers}
    for spec in book.facts:
        keys |= {f"fact.{spec.name}", *(f"fact.{spec.name}.{value}" for value in spec.values)}
        if spec.asks:
            keys |= {spec.asks} if spec.later else {spec.asks, f"find.{spec.name}"}
    return frozenset(keys)


def _shape(book: Playbook) -> Iterator[str]:
    if not book.branches or not isinstance(book.branches[-1].when, Always):
        yield f"{book.situation}: the last branch does not catch all, so some facts reach none"
    names = [branch.name for branch in book.branches]
    yield from (f"{book.situation}: two branches are called {name}" for name in _doubles(names))
    yield from (f"{book.situation}: fact {n} is listed twice" for n in _doubles([s.name for s in book.facts]))


def _doubles(names: list[str]) -> list[str]:
    return sorted({name for name in names if names.count(name) > 1})


def _covered(book: Playbook, parts: tuple[Cell, ...]) -> Iterator[str]:
    """No hole, no dead row, and the parts add up to the whole."""
    for hole in (part for part in parts if part.branch is None):
        yield f"{book.situation}: no branch for {hole.facts() or 'unknown facts'}"
    seen = {part.branch.name for part in parts if part.branch is not None}
    for branch in book.branches:
        if branch.name not in seen:
            yield f"{book.situation}: no facts lead to branch {branch.name}"
    if (covered := sum(part.size for part in parts)) != combinations(book):
        yield f"{book.situation}: {covered} combinations were looked at, of {combinations(book)}"


def _asked_once(book: Playbook, parts: tuple[Cell, ...]) -> Iterator[str]:
    """A question goes out only where it certainly was not put before, and for an order only if it is unknown."""
    broken = {
        (part.branch.name, asked)
        for part in parts
        if part.branch is not None
        for asked in part.branch.asks
        if not part.is_unknown(f"asked_{asked}") or (asked == "order" and not part.is_unknown("order"))
    }
    yield from (f"{book.situation}: branch {name} may ask for {asked} again" for name, asked in sorted(broken))


def _keys(branch: Branch, keys: Keys) -> Iterator[str]:
    for key in (branch.reply, branch.handoff, branch.fallback_reply):
        if key is not None and key not in keys.replies:
            yield f"branch {branch.name}: there is no text {key}"
    for rule in _RULE_ID.findall(branch.source):
        if rule not in keys.rules:
            yield f"branch {branch.name}: its source names rule {rule}, which no pack has"
    for asked in branch.asks:
        if f"asked_{asked}" not in branch.looks_at:
            yield f"branch {branch.name}: asks for {asked} without looking whether it was asked before"


def _facts(book: Playbook, branch: Branch) -> Iterator[str]:
    listed = {spec.name for spec in book.facts}
    yield from (
        f"branch {branch.name}: looks at {name}, which the table does not list"
        for name in sorted(branch.looks_at - listed)
    )


def _offers(branch: Branch) -> Iterator[str]:
    """Two needs, the second: different solutions are prepared in advance, and the fallback besides."""
    if len(set(branch.offers)) != len(branch.offers):
        yield f"branch {branch.name}: an offer stands twice"
    if (branch.action in SOLVING or "wish" in branch.asks) and len(branch.offers) < 2:
        yield f"branch {branch.name}: fewer than two different offers stand ready"
