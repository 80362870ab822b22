"""Checks that a playbook is whole: every combination of facts reaches a branch, every branch and key exists."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from itertools import product

from flows.playbooks.conditions import Always
from flows.playbooks.table import Branch, Playbook, branch_for

_RULE_ID = re.compile(r"\b[a-z]+(?:\.[a-z0-9_]+)+\b")


def problems(book: Playbook, reply_keys: Collection[str], rule_ids: Collection[str]) -> tuple[str, ...]:
    """Everything wrong with the table, in plain sentences; empty when it is whole."""
    found = [*_shape(book), *_unreachable(book)]
    for branch in book.branches:
        found += _keys(branch, reply_keys, rule_ids)
        found += _facts(book, branch)
    return tuple(found)


def reached(book: Playbook) -> frozenset[str]:
    """The names of all branches that some combination of facts, unknown included, leads to."""
    return frozenset(branch_for(book, facts).name for facts in combinations_of_facts(book))


def combinations_of_facts(book: Playbook) -> Iterator[dict[str, str]]:
    """Every combination of values; an unknown fact is simply not there."""
    names = [spec.name for spec in book.facts]
    for values in product(*((None, *spec.values) for spec in book.facts)):
        yield {name: value for name, value in zip(names, values, strict=True) if value is not None}


def word_keys(book: Playbook) -> frozenset[str]:
    """The keys of the staff's words that this table needs."""
    keys = {*book.nevers}
    for branch in book.branches:
        keys |= {f"branch.{branch.name}.title", f"branch.{branch.name}.why", branch.fallback}
        keys |= {step.words for step in branch.steps}
    for spec in book.facts:
        keys |= {f"fact.{spec.name}", *(f"fact.{spec.name}.{value}" for value in spec.values)}
        keys |= {spec.asks} - {""}
    return frozenset(keys)


def _shape(book: Playbook) -> Iterator[str]:
    if not book.branches or not isinstance(book.branches[-1].when, Always):
        yield f"{book.situation}: the last branch does not catch all, so some facts reach none"
    names = [branch.name for branch in book.branches]
    yield from (f"{book.situation}: two branches are called {name}" for name in _doubles(names))
    yield from (f"{book.situation}: fact {n} is listed twice" for n in _doubles([s.name for s in book.facts]))


def _doubles(names: list[str]) -> list[str]:
    return sorted({name for name in names if names.count(name) > 1})


def _unreachable(book: Playbook) -> Iterator[str]:
    if book.branches:
        never = {branch.name for branch in book.branches} - reached(book)
        yield from (f"{book.situation}: no facts lead to branch {name}" for name in sorted(never))


def _keys(branch: Branch, reply_keys: Collection[str], rule_ids: Collection[str]) -> Iterator[str]:
    for key in (branch.reply, branch.handoff):
        if key is not None and key not in reply_keys:
            yield f"branch {branch.name}: there is no text {key}"
    for rule in _RULE_ID.findall(branch.source):
        if rule not in rule_ids:
            yield f"branch {branch.name}: its source names rule {rule}, which no pack has"
    for asked in branch.asks:
        if f"asked_{asked}" not in branch.when.facts():
            yield f"branch {branch.name}: asks for {asked} without looking whether it was asked before"


def _facts(book: Playbook, branch: Branch) -> Iterator[str]:
    listed = {spec.name for spec in book.facts}
    yield from (
        f"branch {branch.name}: looks at {name}, which the table does not list"
        for name in sorted(branch.when.facts() - listed)
    )
