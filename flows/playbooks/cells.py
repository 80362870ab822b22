"""Every partition of a playbook's facts, exactly, without walking the product of all their values.

A cell fixes only the facts that had to be looked at to know the branch; the rest may be anything. Values that no
condition of the book tells apart stand in one class, and unknown is a class of its own. The cells of a book never
overlap, and their sizes add up to all combinations: that is what makes a check over them a proof.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import reduce
from itertools import product
from math import prod

from flows.playbooks.conditions import All, Always, Any, Condition, Is, Known, Not
from flows.playbooks.table import Branch, FactSpec, Playbook

Truths = frozenset[bool | None]
UNKNOWN: tuple[str, ...] = ()
_ANYTHING: Truths = frozenset((True, False, None))


@dataclass(frozen=True, slots=True)
class Cell:
    """A part of the facts' space that leads to one branch, or to none (a hole in the table).

    `classes` maps each fact that was looked at to the values it may have here; an empty tuple is "not known".
    `size` counts the combinations of single values that lie in this cell.
    """

    classes: dict[str, tuple[str, ...]]
    branch: Branch | None
    size: int

    def facts(self) -> dict[str, str]:
        """One combination of this cell, with everything that was not looked at left unknown."""
        return {name: values[0] for name, values in self.classes.items() if values}

    def is_unknown(self, name: str) -> bool:
        """Nobody knows this fact, in every combination of the cell."""
        return self.classes.get(name) == UNKNOWN


def cells(book: Playbook) -> Iterator[Cell]:
    """All cells of the table, in no particular order."""
    classes = {spec.name: _classes(spec, book) for spec in book.facts}
    return _split(book, classes, {}, frozenset(classes), 0)


def combinations(book: Playbook) -> int:
    """How many combinations of values there are, not known included."""
    return prod(len(spec.values) + 1 for spec in book.facts)


def _split(
    book: Playbook, classes: dict[str, list[tuple[str, ...]]], fixed: dict[str, tuple[str, ...]],
    open_: frozenset[str], at: int,
) -> Iterator[Cell]:  # fmt: skip
    """Walk down the branches; where one depends on an open fact, go on once for each of its classes."""
    facts = {name: values[0] for name, values in fixed.items() if values}
    for index in range(at, len(book.branches)):
        branch = book.branches[index]
        truths = possible(branch.when, facts, open_)
        if truths == {True}:
            yield Cell(fixed, branch, _size(book, fixed, open_))
            return
        if True in truths:
            name = next(spec.name for spec in book.facts if spec.name in open_ & branch.when.facts())
            for values in classes[name]:
                yield from _split(book, classes, {**fixed, name: values}, open_ - {name}, index)
            return
    yield Cell(fixed, None, _size(book, fixed, open_))


def _size(book: Playbook, fixed: dict[str, tuple[str, ...]], open_: frozenset[str]) -> int:
    free = prod(len(spec.values) + 1 for spec in book.facts if spec.name in open_)
    return free * prod(max(1, len(values)) for values in fixed.values())


def _classes(spec: FactSpec, book: Playbook) -> list[tuple[str, ...]]:
    """Not known, then the values in groups that every condition of the book treats alike."""
    tests = [
        set(atom.values) for branch in book.branches for atom in _atoms(branch.when) if atom.fact == spec.name
    ]
    groups: dict[tuple[bool, ...], list[str]] = {}
    for value in spec.values:
        groups.setdefault(tuple(value in test for test in tests), []).append(value)
    return [UNKNOWN, *(tuple(values) for values in groups.values())]


def _atoms(condition: Condition) -> Iterator[Is]:
    match condition:
        case Is():
            yield condition
        case All(parts) | Any(parts):
            for part in parts:
                yield from _atoms(part)
        case Not(part):
            yield from _atoms(part)


def possible(condition: Condition, facts: dict[str, str], open_: frozenset[str]) -> Truths:
    """The truths the condition may still have while the open facts are anything. Never too few; when none of its
    facts is open, exactly one.
    """
    match condition:
        case Is(fact):
            return _ANYTHING if fact in open_ else frozenset((condition.truth(facts),))
        case Known(fact):
            return frozenset((True, False)) if fact in open_ else frozenset((fact in facts,))
        case All(parts):
            return _joined(_and, (possible(part, facts, open_) for part in parts))
        case Any(parts):
            turned = (_turned(possible(part, facts, open_)) for part in parts)
            return _turned(_joined(_and, turned))
        case Not(part):
            return _turned(possible(part, facts, open_))
        case Always():
            return frozenset((True,))
        case _:
            raise TypeError(f"no rule for the condition {condition!r}")


def _joined(join: Callable[[bool | None, bool | None], bool | None], sets: Iterable[Truths]) -> Truths:
    return reduce(lambda left, right: frozenset(join(*pair) for pair in product(left, right)), sets)


def _and(left: bool | None, right: bool | None) -> bool | None:
    if left is False or right is False:
        return False
    return None if left is None or right is None else True


def _turned(truths: Truths) -> Truths:
    return frozenset(None if truth is None else not truth for truth in truths)
