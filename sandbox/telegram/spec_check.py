"""Hold values against the description: everything the service would not have noticed, or silently ignored.

Two kinds of finding. *Unknown* names are a mistake whatever the answer was. *Loose* values (missing, of another
type, outside a limit) are worth telling only when the call was accepted, since a refusal tells already.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .spec import Field, Fields, Limit, Spec

_PLAIN: dict[str, tuple[type, ...]] = {
    "String": (str,),
    "Integer": (int,),
    "Float": (int, float),
    "InputFile": (str,),
}


@dataclass(slots=True)
class Findings:
    """(what, detail) pairs, in the order they were met."""

    unknown: list[tuple[str, str]] = field(default_factory=list)
    loose: list[tuple[str, str]] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.unknown) + len(self.loose)

    def take(self, other: Findings) -> None:
        self.unknown += other.unknown
        self.loose += other.loose


def check_fields(spec: Spec, fields: Fields, value: dict[str, Any], path: str) -> Findings:
    """An object (or the parameters of a method) against its declared fields."""
    found = Findings()
    noun = "field" if path else "parameter"
    found.unknown += [(f"unknown {noun}", _join(path, name)) for name in value if name not in fields]
    for declared in fields.values():
        here = _join(path, declared.name)
        if value.get(declared.name) is not None:
            found.take(check_value(spec, declared, value[declared.name], here))
        elif declared.required:
            found.loose.append((f"missing required {noun}", here))
    return found


def check_value(spec: Spec, declared: Field, value: Any, path: str) -> Findings:
    """One value against one declaration; of several possible types the best fitting one is judged."""
    kinds = [deep for kind in declared.types for deep in spec.concrete(kind)]
    found = min((_check_kind(spec, kind, value, path) for kind in kinds), key=len)
    if declared.one_of and isinstance(value, str) and value not in declared.one_of:
        found.loose.append(("not one of the allowed values", f"{path}={value!r}"))
    if declared.limit and _outside(declared.limit, value):
        low, high, unit = declared.limit.smallest, declared.limit.largest, declared.limit.unit
        found.loose.append((f"outside the limit of {low}-{high} {unit}", path))
    return found


def _check_kind(spec: Spec, kind: str, value: Any, path: str) -> Findings:
    if kind.startswith("Array of "):
        return _check_array(spec, kind.removeprefix("Array of "), value, path)
    if kind in spec.types and kind not in _PLAIN:
        if isinstance(value, dict):
            return check_fields(spec, spec.types[kind], value, path)
        return _wrong_type(kind, path)
    if kind == "Boolean":
        return Findings() if isinstance(value, bool) else _wrong_type(kind, path)
    fits = isinstance(value, _PLAIN.get(kind, (object,))) and not isinstance(value, bool)
    return Findings() if fits else _wrong_type(kind, path)


def _check_array(spec: Spec, kind: str, value: Any, path: str) -> Findings:
    if not isinstance(value, list):
        return _wrong_type(f"Array of {kind}", path)
    found = Findings()
    for number, item in enumerate(value):
        kinds = spec.concrete(kind)
        here = f"{path}[{number}]"
        found.take(min((_check_kind(spec, each, item, here) for each in kinds), key=len))
    return found


def _wrong_type(kind: str, path: str) -> Findings:
    return Findings(loose=[(f"is not of type {kind}", path)])


def _outside(limit: Limit, value: Any) -> bool:
    if limit.unit == "parsed":
        return False  # measured where entities are parsed
    if limit.unit == "value":
        size = value
    elif limit.unit == "bytes":
        size = len(value.encode()) if isinstance(value, str) else None
    else:
        size = len(value) if isinstance(value, str | list) else None
    return isinstance(size, int | float) and not limit.smallest <= size <= limit.largest


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
