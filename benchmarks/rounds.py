"""How sides are compared: in turns within one run, a warm-up thrown away, ratios formed round by round.

Only ratios inside one round mean anything on a shared machine (its disk drifts 20-fold within half an hour), so
the figure of a bar is the median of the rounds' own ratios, never a ratio of medians.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")
LEAST_ROUNDS = 7


@dataclass(frozen=True, slots=True)
class Spread:
    """The figure of several rounds: their median, and the smallest and largest."""

    median: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Timing:
    """One round of one side: wall seconds for `count` units, and how long each of them took (may be empty)."""

    count: int
    seconds: float
    each_s: tuple[float, ...] = ()

    @property
    def a_second(self) -> float:
        return self.count / self.seconds

    def at(self, share: float) -> float:
        """The unit's time that this share of them stays within, in seconds."""
        return percentile(self.each_s, share)


def spread(values: Sequence[float]) -> Spread:
    """Raises ValueError for no values."""
    if not values:
        raise ValueError("no round was measured")
    return Spread(statistics.median(values), min(values), max(values))


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest of the values that at least this share (above 0, up to 1) of them does not exceed: a value
    that was measured, never one in between. Raises ValueError for no values.
    """
    if not values:
        raise ValueError("nothing was measured")
    if not 0 < share <= 1:
        raise ValueError(f"{share} is no share")
    return sorted(values)[math.ceil(share * len(values) - 1e-9) - 1]


def ratios(over: Sequence[float], under: Sequence[float]) -> list[float]:
    """Round by round. Raises ValueError when one side has another number of rounds."""
    return [above / below for above, below in zip(over, under, strict=True)]


async def in_turns(rounds: int, *sides: Callable[[], Awaitable[T]]) -> list[list[T]]:
    """Each side's rounds. A first one of each is thrown away; after that, who goes first alternates."""
    for side in sides:
        await side()
    found: list[list[T]] = [[] for _ in sides]
    for number in range(rounds):
        turns = list(range(len(sides)))
        for turn in turns if number % 2 == 0 else reversed(turns):
            found[turn].append(await sides[turn]())
    return found
