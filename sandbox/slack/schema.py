"""Checks that JSON values are put together from; each notes what is wrong and where.

The wording of the notes is Slack's own as far as it is known from answers that people reported:
`must be less than 3001 characters`, `must be more than 0 characters`, `no more than 50 items allowed`,
`missing required field: text`, `invalid additional property: disabled` (slackapi/bolt-js#1891),
`must provide an object`, `unsupported type: x`. The rest follows their pattern.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Notes:
    """What was found wrong, in the order of the JSON."""

    lines: list[str] = field(default_factory=list)

    def add(self, what: str, at: str) -> None:
        self.lines.append(f"{what} [json-pointer:{at}]")


Check = Callable[[Any, str, Notes], None]


def string(longest: int, *, shortest: int = 0) -> Check:
    """A string whose length is within both bounds."""

    def check(value: Any, at: str, notes: Notes) -> None:
        if not isinstance(value, str):
            notes.add("must provide a string", at)
        elif len(value) > longest:
            notes.add(f"must be less than {longest + 1} characters", at)
        elif len(value) < shortest:
            notes.add(f"must be more than {shortest - 1} characters", at)

    return check


def boolean(value: Any, at: str, notes: Notes) -> None:
    if not isinstance(value, bool):
        notes.add("must provide a boolean", at)


def integer(value: Any, at: str, notes: Notes) -> None:
    if not isinstance(value, int) or isinstance(value, bool):
        notes.add("must provide an integer", at)


def anything(_value: Any, _at: str, _notes: Notes) -> None:
    """For parts this desk never sends and nobody has to look into."""


def one_of(*values: Any) -> Check:
    def check(value: Any, at: str, notes: Notes) -> None:
        if value not in values:
            notes.add("must be a valid enum value", at)

    return check


def array(item: Check, most: int, *, least: int = 1) -> Check:
    """A list of `least` to `most` items that each pass `item`."""

    def check(value: Any, at: str, notes: Notes) -> None:
        if not isinstance(value, list):
            notes.add("must provide an array", at)
            return
        if len(value) > most:
            notes.add(f"no more than {most} items allowed", at)
        elif len(value) < least:
            notes.add(f"no less than {least} items allowed", at)
        for index, part in enumerate(value):
            item(part, f"{at}/{index}", notes)

    return check


@dataclass(frozen=True, slots=True)
class Shape:
    """An object with these fields and no others."""

    required: Mapping[str, Check]
    optional: Mapping[str, Check] = field(default_factory=dict)

    def __call__(self, value: Any, at: str, notes: Notes) -> None:
        if not isinstance(value, dict):
            notes.add("must provide an object", at)
            return
        for name in self.required:
            if name not in value:
                notes.add(f"missing required field: {name}", at)
        for name, part in value.items():
            check = self.required.get(name) or self.optional.get(name)
            if check is None:
                notes.add(f"invalid additional property: {name}", at)
            else:
                check(part, f"{at}/{name}", notes)


def by_type(shapes: Mapping[str, Check]) -> Check:
    """An object whose `type` chooses its shape."""

    def check(value: Any, at: str, notes: Notes) -> None:
        if not isinstance(value, dict):
            notes.add("must provide an object", at)
            return
        kind = value.get("type")
        if kind is None:
            notes.add("missing required field: type", at)
        elif kind not in shapes:
            notes.add(f"unsupported type: {kind}", f"{at}/type")
        else:
            shapes[kind](value, at, notes)

    return check


def every(*checks: Check) -> Check:
    """All of them, one after the other."""

    def check(value: Any, at: str, notes: Notes) -> None:
        for each in checks:
            each(value, at, notes)

    return check
