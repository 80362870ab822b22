"""Advice of the seed articles that a rule has overtaken: what it said, why not, what to do instead."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flows.rules.checking import is_text
from flows.rules.rule import ANYWHERE, RuleSource

_LISTS = ("situations", "platforms", "sources")
_KNOWN = frozenset({"id", "rule", "seed", "checked", *_LISTS})


@dataclass(frozen=True, slots=True)
class Advice:
    """One line for staff. `rule` is a rule of the packs or a check of the guard, `seed` the article.

    `checked` is when the sources were read. `platforms` may be "*". Its words are named by `keys`.
    """

    id: str
    situations: tuple[str, ...]
    platforms: tuple[str, ...]
    rule: str
    seed: str
    checked: date
    sources: tuple[RuleSource, ...]

    @property
    def keys(self) -> tuple[str, str, str]:
        """The keys of its words: old, why, instead."""
        return f"advice.{self.id}.old", f"advice.{self.id}.why", f"advice.{self.id}.instead"

    def is_for(self, situation: str | None, platform: str | None) -> bool:
        """None stands for any situation or platform."""
        here = platform is None or ANYWHERE in self.platforms or platform in self.platforms
        return here and (situation is None or situation in self.situations)


def advice(table: Mapping[str, Any], sources: Mapping[str, RuleSource]) -> Advice:
    """A table without problems as a value."""
    fields: dict[str, Any] = {name: tuple(it) if isinstance(it, list) else it for name, it in table.items()}
    return Advice(**{**fields, "sources": tuple(sources[key] for key in table["sources"])})


def problems(table: Mapping[str, Any], sources: Collection[str]) -> Iterator[str]:
    """Everything that keeps this table from being an advice."""
    yield from (f"unknown entry {name!r}" for name in sorted(table.keys() - _KNOWN))
    yield from (
        f"{name} is missing: write a text in quotes"
        for name in ("id", "rule", "seed")
        if not is_text(table.get(name))
    )
    for name in _LISTS:
        value = table.get(name)
        if not isinstance(value, list) or not value or not all(is_text(each) for each in value):
            yield f"{name}: write a list of texts in quotes"
        elif name == "sources":
            yield from (f"source {key!r} is not in a [source] table" for key in value if key not in sources)
    if type(table.get("checked")) is not date:
        yield "checked must be a date such as 2026-11-01"
