"""A run's results as a file that another program reads, and as lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from benchmarks.bars import Bar, Result, Side
from benchmarks.machine import Machine
from benchmarks.rounds import Spread


@dataclass(frozen=True, slots=True)
class Part:
    """Bars that were measured in a later run, and how the machine was then."""

    bars: tuple[str, ...]
    machine: Machine


@dataclass(frozen=True, slots=True)
class Report:
    """One run. `missing` says, bar by bar, why one was not measured; `stages` where the time of a message goes.

    `parts` are the later runs that it was merged with.
    """

    machine: Machine
    results: list[Result]
    missing: dict[str, str]
    stages: dict[str, float]
    parts: list[Part] = field(default_factory=list)

    def save(self, file: Path) -> None:
        file.write_bytes(msgspec.json.format(msgspec.json.encode(self), indent=2) + b"\n")

    @classmethod
    def load(cls, file: Path) -> Report:
        return msgspec.json.decode(file.read_bytes(), type=cls)


def lines(result: Result) -> Iterator[str]:
    bar, figure = result.bar, result.figure
    yield f"bar {bar.key}: {bar.title}"
    yield f"    {in_words(bar, figure)}: {verdict(result)}"
    width = max((len(side.name) for side in result.sides), default=0)
    for side in result.sides:
        yield f"    {side.name:{width}}  {side_in_words(side)}"
    yield f"    {result.rounds} rounds after a warm-up; {result.settings}"
    for note in result.notes:
        yield f"    {note}"


def verdict(result: Result) -> str:
    """Whether it is met, and what was asked for."""
    bar = result.bar
    if bar.must is None or bar.aim is None:
        return "no bar asks for it"
    way = "at least" if bar.at_least else "at most"
    must, aim = as_figure(bar, bar.must), as_figure(bar, bar.aim)
    return f"{result.verdict} (must be {way} {must}, aim {aim})"


def in_words(bar: Bar, spread: Spread) -> str:
    return f"{as_figure(bar, spread.median)} ({as_figure(bar, spread.low)} to {as_figure(bar, spread.high)})"


def as_figure(bar: Bar, value: float) -> str:
    return number(value) + (f" {bar.unit}" if bar.unit else "x")


def side_in_words(side: Side) -> str:
    found = side.spread
    return f"{number(found.median)} {side.unit} ({number(found.low)} to {number(found.high)})"


def number(value: float) -> str:
    """Three digits that count, and never more precise than a noisy machine deserves."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"
