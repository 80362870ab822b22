"""The Bot API description as values: methods, types, fields (source: bot_api_10_1.json, see README.md)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Limit:
    """Smallest and largest; `unit` is value, characters, bytes, items or parsed (after entity parsing)."""

    smallest: int
    largest: int
    unit: str


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter of a method or a field of a type."""

    name: str
    types: tuple[str, ...]
    required: bool
    limit: Limit | None
    one_of: tuple[str, ...]

    @property
    def is_json(self) -> bool:
        """Whether a form carries it as JSON: arrays and objects."""
        return all(kind not in SCALARS for kind in self.types)

    @property
    def takes_file(self) -> bool:
        return "InputFile" in self.types


SCALARS = frozenset({"String", "Integer", "Boolean", "Float", "InputFile"})
Fields = Mapping[str, Field]


@dataclass(frozen=True, slots=True)
class Spec:
    """`methods`: fields by method name; `types`: fields by type name; `unions`: subtypes by type name."""

    version: str
    methods: Mapping[str, Fields]
    types: Mapping[str, Fields]
    unions: Mapping[str, tuple[str, ...]]
    by_lower_name: Mapping[str, str]

    def concrete(self, kind: str) -> list[str]:
        """The types a value declared as `kind` may really have."""
        if kind not in self.unions:
            return [kind]
        return [deep for sub in self.unions[kind] for deep in self.concrete(sub)]


def _fields(raw: Mapping[str, list[Any]]) -> Fields:
    return {name: _field(name, *parts) for name, parts in raw.items()}


def _field(name: str, types: str, required: int, rule: Mapping[str, Any] | None = None) -> Field:
    rule = rule or {}
    return Field(
        name=name,
        types=tuple(types.split("|")),
        required=bool(required),
        limit=Limit(*rule["limit"]) if "limit" in rule else None,
        one_of=tuple(rule.get("one_of", ())),
    )


@cache
def load_spec() -> Spec:
    """The shipped description, read once."""
    raw = json.loads(Path(__file__).with_name("bot_api_10_1.json").read_text(encoding="utf-8"))
    types = raw["types"].items()
    return Spec(
        version=raw["version"],
        methods={name: _fields(method["fields"]) for name, method in raw["methods"].items()},
        types={name: _fields(kind["fields"]) for name, kind in types if "fields" in kind},
        unions={name: tuple(kind["subtypes"]) for name, kind in types if "subtypes" in kind},
        by_lower_name={name.lower(): name for name in raw["methods"]},
    )
