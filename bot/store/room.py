"""How much a claim may take, so that one slow destination costs the others nothing."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Room:
    """Only these kinds are looked at, and no lane that begins with one of `closed`. Of what is ready as much is
    taken as `left` allows for every name that `names` (of kind and lane) answers.
    """

    kinds: Collection[str]
    left: Mapping[str, int]
    names: Callable[[str, str], Sequence[str]]
    closed: Sequence[str] = ()

    def take(self, ready: Iterable[tuple[str, str, str]]) -> list[str]:
        """The ids, of (id, kind, lane) in the order in which they should go."""
        left, taken = dict(self.left), []
        for id, kind, lane in ready:
            names = self.names(kind, lane)
            if all(left[name] > 0 for name in names):
                taken.append(id)
                for name in names:
                    left[name] -= 1
        return taken
