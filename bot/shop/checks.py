"""Checks of single values: each answers the value as the policy wants it, or raises ValueError with the remedy."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Generic, TypeVar
from zoneinfo import ZoneInfo, available_timezones

from flows.saying import Said

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Check(Generic[T]):
    """One value: `read` as above; `shape` is what an editor may know of it before the desk does (JSON Schema)."""

    read: Callable[[Any], T]
    shape: Mapping[str, Any]

    def __call__(self, value: Any) -> T:
        return self.read(value)


def shaped(**shape: Any) -> Callable[[Callable[[Any], T]], Check[T]]:
    """The check that a function makes, with its shape."""
    return lambda read: Check(read, shape)


TEXT = {"type": "string", "pattern": r"\S"}


@shaped(**TEXT)
def text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise Said('write a text in quotes, such as "Cedar Home"')
    return value.strip()


@shaped(**TEXT)
def zone(value: Any) -> str:
    name = text(value)
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        near = difflib.get_close_matches(name, available_timezones(), n=1, cutoff=0.4)
        hint = Said("; did you mean {name}?", name=near[0]) if near else ""
        template = '{zone} is not an IANA time zone, such as "Asia/Shanghai"{hint}'
        raise Said(template, zone=repr(name), hint=hint) from None
    return name


def one_of(*allowed: str) -> Check[str]:
    @shaped(enum=list(allowed))
    def read(value: Any) -> str:
        if value not in allowed:
            raise Said("write one of: {known}", known=", ".join(allowed))
        return str(value)

    return read


def amount(unit: str, least: float, most: float) -> Check[timedelta]:
    @shaped(type="number", minimum=least, maximum=most)
    def read(value: Any) -> timedelta:
        if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
            template = f"write a number of {unit} from {{least}} to {{most}}"
            raise Said(template, least=f"{least:g}", most=f"{most:g}")
        return timedelta(**{unit: value})

    return read


def count(least: int, most: int) -> Check[int]:
    @shaped(type="integer", minimum=least, maximum=most)
    def read(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise Said("write a whole number from {least} to {most}", least=least, most=most)
        return value

    return read


@shaped(type="boolean")
def yes_no(value: Any) -> bool:
    if not isinstance(value, bool):
        raise Said("write true or false")
    return value


PERSON = {"type": "string", "pattern": "^[UW][A-Z0-9]+$"}


@shaped(**PERSON)
def person(value: Any) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"[UW][A-Z0-9]+", value):
        raise Said('write a Slack member id, such as "U0123ABCD" (profile → ⋮ → Copy member ID)')
    return value


@shaped(type="array", items=PERSON)
def people(value: Any) -> tuple[str, ...]:
    try:
        return tuple(person(one) for one in value) if isinstance(value, list) else (person(None),)
    except ValueError:
        raise Said('write Slack member ids, such as ["U0123ABCD"] (profile → ⋮ → Copy member ID)') from None
