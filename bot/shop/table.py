"""What a table of the file is: how it is read into the policy's fields, and the keys it knows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.shop.checks import Check
from bot.shop.place import Place, nearest
from flows.saying import Said


@dataclass(frozen=True, slots=True)
class Key:
    """One setting: the field it fills, and a check that answers the value or raises Said with the remedy."""

    field: str
    read: Check[Any]


@dataclass(frozen=True, slots=True)
class Table:
    """`read` turns what TOML made of the table into fields of the policy; what is wrong goes to the place.

    `keys` are the names that can be set, for the test that the example shows them all. `fields` are those with a
    default: name to field of the policy. `shape` is the table's JSON Schema.
    """

    read: Callable[[Any, Place], dict[str, Any]]
    keys: tuple[str, ...]
    shape: Mapping[str, Any]
    fields: Mapping[str, str] = field(default_factory=dict)


def plain(keys: Mapping[str, Key]) -> Table:
    """A table that stands once, each key a field of the policy."""

    def read(found: Any, place: Place) -> dict[str, Any]:
        if not isinstance(found, dict):
            place.complain(Said("write [{table}] once, on a line of its own", table=place.table))
            return {}
        return entries(found, keys, place)

    return Table(read, tuple(keys), shape(keys), {name: key.field for name, key in keys.items()})


def shape(keys: Mapping[str, Key], *required: str) -> dict[str, Any]:
    """The JSON Schema of a table of these keys."""
    known = {name: dict(key.read.shape) for name, key in keys.items()}
    needed = {"required": list(required)} if required else {}
    return {"type": "object", "properties": known, "additionalProperties": False} | needed


def entries(found: Mapping[str, Any], keys: Mapping[str, Key], place: Place) -> dict[str, Any]:
    """Field to value, of what could be read; the rest is complained about."""
    fields: dict[str, Any] = {}
    for name, value in found.items():
        key = keys.get(name)
        if key is None:
            place.complain(Said("unknown key {name}{hint}", name=name, hint=nearest(name, keys)), name)
            continue
        try:
            fields[key.field] = key.read(value)
        except Said as error:
            place.complain(Said("{table}.{name}: {said}", table=place.table, name=name, said=error), name)
    return fields


def rows(found: Any, place: Place) -> Iterator[tuple[Mapping[str, Any], Place]]:
    """Each `[[table]]` with its place; complains when the name is written in single brackets or as a value."""
    if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
        place.complain(Said("write [[{table}]] in double brackets: it may stand several times", table=place.table))
        return
    for nth, row in enumerate(found):
        yield row, place.row(nth)
