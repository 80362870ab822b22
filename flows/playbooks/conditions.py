"""Three-valued conditions over facts: yes, no, or nobody knows yet (None). Values, so that tools can read them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

Facts = Mapping[str, str]


class Condition(Protocol):
    """A question about the facts. A fact that is not in the mapping is unknown."""

    def truth(self, facts: Facts) -> bool | None:
        """True, False, or None when an unknown fact leaves it open."""
        ...

    def facts(self) -> frozenset[str]:
        """The names of the facts it looks at."""
        ...


@dataclass(frozen=True, slots=True, init=False)
class Is:
    """The fact has one of these values; open while the fact is unknown."""

    fact: str
    values: tuple[str, ...]

    def __init__(self, fact: str, *values: str) -> None:
        object.__setattr__(self, "fact", fact)
        object.__setattr__(self, "values", values)

    def truth(self, facts: Facts) -> bool | None:
        value = facts.get(self.fact)
        return None if value is None else value in self.values

    def facts(self) -> frozenset[str]:
        return frozenset((self.fact,))


@dataclass(frozen=True, slots=True)
class Known:
    """Anything at all is known about the fact. Never open: for "asked already" and the like."""

    fact: str

    def truth(self, facts: Facts) -> bool:
        return self.fact in facts

    def facts(self) -> frozenset[str]:
        return frozenset((self.fact,))


@dataclass(frozen=True, slots=True, init=False)
class All:
    """Every part holds; one that does not is enough for no."""

    parts: tuple[Condition, ...]

    def __init__(self, *parts: Condition) -> None:
        object.__setattr__(self, "parts", parts)

    def truth(self, facts: Facts) -> bool | None:
        return _weakest(part.truth(facts) for part in self.parts)

    def facts(self) -> frozenset[str]:
        return _facts(self.parts)


@dataclass(frozen=True, slots=True, init=False)
class Any:
    """At least one part holds; one that does is enough for yes."""

    parts: tuple[Condition, ...]

    def __init__(self, *parts: Condition) -> None:
        object.__setattr__(self, "parts", parts)

    def truth(self, facts: Facts) -> bool | None:
        return _not(_weakest(_not(part.truth(facts)) for part in self.parts))

    def facts(self) -> frozenset[str]:
        return _facts(self.parts)


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold; what is open stays open."""

    part: Condition

    def truth(self, facts: Facts) -> bool | None:
        return _not(self.part.truth(facts))

    def facts(self) -> frozenset[str]:
        return self.part.facts()


@dataclass(frozen=True, slots=True)
class Always:
    """Holds whatever is known: the last branch of every playbook."""

    def truth(self, facts: Facts) -> bool:
        del facts
        return True

    def facts(self) -> frozenset[str]:
        return frozenset()


def _weakest(truths: Iterable[bool | None]) -> bool | None:
    """The conjunction: no beats open, open beats yes."""
    seen = set(truths)
    if False in seen:
        return False
    return None if None in seen else True


def _not(truth: bool | None) -> bool | None:
    return None if truth is None else not truth


def _facts(parts: Iterable[Condition]) -> frozenset[str]:
    return frozenset().union(*(part.facts() for part in parts))
