"""State rules as data: what a marketplace's event does to the clocks that other events started."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

_LISTS = ("closes", "ends", "restarts", "capped")
_KNOWN = {"platform", "on", "source", "capped_by", *_LISTS}


class StatesError(ValueError):
    """The file cannot be used. `problems` holds every one, each with its table."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class State:
    """What the event `on` of a platform does. The lists name clocks; one that ends in ".*" means all below it.

    `closes` for good, `ends` for now, `restarts` anew, `capped`: no later than the clock `capped_by`.
    """

    platform: str
    on: str
    source: str
    closes: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()
    restarts: tuple[str, ...] = ()
    capped: tuple[str, ...] = ()
    capped_by: str = ""


@dataclass(frozen=True, slots=True)
class States:
    """`states` by (platform, event); `done` are the events that an action of the desk amounts to."""

    states: Mapping[tuple[str, str], tuple[State, ...]]
    done: Mapping[str, tuple[str, ...]]

    def on(self, platform: str, event: str) -> tuple[State, ...]:
        return self.states.get((platform, event), ())

    def caps(self, platform: str, clock: str) -> tuple[str, ...]:
        """The clocks that this one may not outlast."""
        found = (s for (of, _), each in self.states.items() if of == platform for s in each)
        return tuple(state.capped_by for state in found if clock in state.capped)


def matches(clock: str, names: Collection[str]) -> bool:
    """Whether a clock is one of these names, or stands below one that ends in ".*"."""
    return any(clock == name or (name.endswith(".*") and clock.startswith(name[:-1])) for name in names)


def parse(text: str) -> States:
    """The state rules of the file. Raises StatesError with every problem."""
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise StatesError((str(error),)) from error
    found = tables.get("state", [])
    problems = tuple(f"state {n}: {problem}" for n, table in enumerate(found, 1) for problem in _problems(table))
    if problems:
        raise StatesError(problems)
    states: dict[tuple[str, str], tuple[State, ...]] = {}
    for table in found:
        state = State(**table | {name: tuple(table[name]) for name in _LISTS if name in table})
        states[state.platform, state.on] = (*states.get((state.platform, state.on), ()), state)
    done = {action: tuple(events) for action, events in tables.get("done", {}).items()}
    return States(MappingProxyType(states), MappingProxyType(done))


def _problems(table: Mapping[str, Any]) -> Iterator[str]:
    yield from (f"unknown entry {name!r}" for name in sorted(table.keys() - _KNOWN))
    for name in ("platform", "on", "source"):
        if not isinstance(table.get(name), str) or not table[name]:
            yield f"{name} is missing: write a text in quotes"
    for name in _LISTS:
        value = table.get(name, [])
        if not isinstance(value, list) or not all(isinstance(clock, str) for clock in value):
            yield f"{name}: write names of clocks, such as ['ebay.inr.respond']"
    if not any(table.get(name) for name in _LISTS):
        yield "does nothing: name clocks in closes, ends, restarts or capped"
    if bool(table.get("capped")) != bool(table.get("capped_by")):
        yield "capped and capped_by go together"
