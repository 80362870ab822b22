"""Whether an outside system is to be tried at all.

    there ── three failures in a row ──▶ away ── asked something harmless, it answers ──▶ trial
      ▲                                   ▲  └─ it does not: asked again a little later     │
      └────── an answer, also "no" ───────┼───────────────────────────────────────────────┤
                                          └──────────── the one attempt failed ─────────────┘

While it is away nothing is sent, so that an outage costs a harmless question every few seconds instead of an
attempt of everything that waits, of which each could end with an unknown outcome. In a trial one attempt goes.
All times are seconds of the clock that never jumps.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from bot.backoff import wait_s

FAILURES = 3
ASK_S = (1.0, 2.0, 3.0, 5.0)  # after so many questions without an answer
TRIAL_S = (2.0, 5.0, 10.0, 15.0)  # after so many trials that failed: an alarm may be waiting behind them


class State(StrEnum):
    THERE = "there"
    AWAY = "away"
    TRIAL = "trial"


@dataclass(slots=True)
class Breaker:
    """One destination's. `failures` in a row, `outages` so far; `since_s` and `why` of the present one."""

    jitter: Callable[[], float]
    state: State = State.THERE
    failures: int = 0
    outages: int = 0
    why: str = ""
    since_s: float | None = None
    next_s: float = 0.0
    _heard_s: float = float("-inf")
    _asked: int = 0
    _tried: int = 0

    def answered(self, now_s: float) -> bool:
        """It is there, whatever it said. Whether it was away until now."""
        was_away = self.state is not State.THERE
        self.state, self.failures, self.why, self.since_s = State.THERE, 0, "", None
        self._asked = self._tried = 0
        self._heard_s = now_s
        return was_away

    def failed(self, why: str, begun_s: float, now_s: float) -> None:
        """An attempt found it away. One that began before it was last heard says nothing about now."""
        if begun_s < self._heard_s or self.state is State.AWAY:
            return
        self.failures += 1
        if self.state is State.TRIAL:
            self._tried += 1
            self._leave(why, now_s + wait_s(TRIAL_S, self._tried, self.jitter()))
        elif self.failures >= FAILURES:
            self.outages += 1
            self.since_s = now_s
            self._leave(why, now_s + wait_s(ASK_S, 1, self.jitter()))

    def _leave(self, why: str, next_s: float) -> None:
        self.state, self.why, self.next_s = State.AWAY, why, next_s

    def is_due(self, now_s: float) -> bool:
        """It is to be asked now whether it is there again."""
        return self.state is State.AWAY and now_s >= self.next_s

    def replied(self, now_s: float) -> None:
        """It answered a question: one attempt may go."""
        if self.state is State.AWAY:
            self.state, self._asked, self._heard_s = State.TRIAL, 0, now_s

    def silent(self, why: str, now_s: float) -> None:
        """It did not answer the question either."""
        if self.state is State.AWAY:
            self._asked += 1
            self._leave(why, now_s + wait_s(ASK_S, self._asked, self.jitter()))
