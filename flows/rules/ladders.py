"""Ladders as data: at how much time before a deadline which rung sounds."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType


class LaddersError(ValueError):
    """A ladder file cannot be used. `problems` holds every one, each with the name of its ladder."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Rung:
    """One alarm of a ladder, so long before the deadline (zero: at it)."""

    name: str
    before: timedelta


def parse(text: str) -> Mapping[str, tuple[Rung, ...]]:
    """Ladder name to rungs, earliest first. A table lists rung = hours before; raises LaddersError."""
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise LaddersError((str(error),)) from error
    problems = tuple(problem for name, table in tables.items() for problem in _problems(name, table))
    if problems or not tables:
        raise LaddersError(problems or ("the file has no ladder",))
    return MappingProxyType({name: _rungs(table) for name, table in tables.items()})


def _rungs(table: Mapping[str, float]) -> tuple[Rung, ...]:
    rungs = (Rung(name, timedelta(hours=hours)) for name, hours in table.items())
    return tuple(sorted(rungs, key=lambda rung: rung.before, reverse=True))


def _problems(name: str, table: object) -> Iterator[str]:
    if not isinstance(table, dict) or not table:
        yield f"ladder {name}: lists no rung"
        return
    for rung, hours in table.items():
        if not isinstance(hours, int | float) or isinstance(hours, bool) or not 0 <= hours <= 24 * 366:
            yield f"ladder {name}, rung {rung}: {hours!r} is not a number of hours before the deadline"
    if 0 not in table.values():
        yield f"ladder {name}: no rung sounds at the deadline itself (0 hours before)"
