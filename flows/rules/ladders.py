"""Ladders as data: at how much time before a deadline which rung sounds."""

from __future__ import annotations

import itertools
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType
from typing import Any

from flows.saying import Said

RUNGS = (
    "remind", "warn_owner", "warn_again", "page_lead", "page_all", "last_call", "missed", "lapsed", "standing",
)  # fmt: skip
FARTHEST_H = 24 * 366
_SHARE = re.compile(r"(\d{1,2}(?:\.\d+)?)%")


class LaddersError(ValueError):
    """A ladder file cannot be used. `problems` holds every one, each with the name of its ladder."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Rung:
    """One alarm of a ladder, so long before the deadline (zero: at it), or at a share (0 to 1) of the whole time.

    With both, whichever is nearer to the deadline: "at a tenth of the time, but never more than a day before".
    """

    name: str
    before: timedelta | None = None
    share: float | None = None

    def remaining(self, whole: timedelta) -> timedelta:
        """How long before the deadline it sounds, of a clock that runs `whole`."""
        if self.share is None:
            return self.before or timedelta()
        part = whole * self.share
        return part if self.before is None else min(part, self.before)


def parse(text: str) -> Mapping[str, tuple[Rung, ...]]:
    """Ladder name to rungs, earliest first as the file lists them. Raises LaddersError with every problem.

    A rung is hours before the deadline (36), a share of the whole time ("25%"), or both (["10%", 24]): then
    whichever is nearer to the deadline.
    """
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise LaddersError((str(error),)) from error
    problems = tuple(f"ladder {name}{problem}" for name, table in tables.items() for problem in problems_of(table))
    if problems or not tables:
        raise LaddersError(problems or ("the file has no ladder",))
    return MappingProxyType({name: rungs_of(table) for name, table in tables.items()})


def rungs_of(table: Mapping[str, Any]) -> tuple[Rung, ...]:
    """The rungs of a table without problems."""
    return tuple(_rung(name, value) for name, value in table.items())


def _rung(name: str, value: Any) -> Rung:
    parts = value if isinstance(value, list) else [value]
    shares = [float(_SHARE.fullmatch(part)[1]) / 100 for part in parts if isinstance(part, str)]  # type: ignore[index]
    hours = [timedelta(hours=part) for part in parts if not isinstance(part, str)]
    return Rung(name, hours[0] if hours else None, shares[0] if shares else None)


def problems_of(table: object) -> Iterator[Said]:
    """What is wrong with one ladder, each ready to stand behind its name."""
    if not isinstance(table, dict) or not table:
        yield Said(": lists no rung")
        return
    bad = [name for name, value in table.items() if not _is_place(value)]
    for name in bad:
        yield Said(
            ", rung {name}: {value} is neither hours before the deadline (36), nor a share of the whole "
            'time ("25%"), nor both (["10%", 24])',
            name=name,
            value=repr(table[name]),
        )
    if 0 not in [value for value in table.values() if not isinstance(value, bool)]:
        yield Said(": no rung sounds at the deadline itself (0 hours before)")
    if not bad and _order(table):
        template = ": {name} stands before a rung that sounds earlier; list the rungs in the order of alarm"
        yield Said(template, name=_order(table))


def _is_place(value: object) -> bool:
    if isinstance(value, list):
        kinds = {isinstance(part, str) for part in value}
        return len(value) == 2 and len(kinds) == 2 and all(_is_place(part) for part in value)
    if isinstance(value, str):
        return _SHARE.fullmatch(value) is not None
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= FARTHEST_H


def _order(table: Mapping[str, Any]) -> str:
    """The first rung that, in a clock of some length, would sound after one listed below it; "" if none does."""
    rungs = rungs_of(table)
    for whole in (timedelta(minutes=30), timedelta(hours=24), timedelta(days=30), timedelta(days=120)):
        inside = [rung for rung in rungs if rung.remaining(whole) <= whole]
        for first, second in itertools.pairwise(inside):
            if first.remaining(whole) < second.remaining(whole):
                return first.name
    return ""
