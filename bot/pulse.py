"""Signs of life: a loop beats once a round, and whoever watches sees when it no longer does."""

from __future__ import annotations

from bot.clock import machine_s


class Pulse:
    """Counts a loop's rounds. Beating costs a tenth of a microsecond or so: beat as often as it is true."""

    __slots__ = ("beats", "last_s")

    def __init__(self) -> None:
        self.beats = 0
        self.last_s = machine_s()

    def beat(self) -> None:
        self.beats += 1
        self.last_s = machine_s()

    def age_s(self) -> float:
        """Seconds since the last beat, by a clock that nobody sets."""
        return machine_s() - self.last_s
