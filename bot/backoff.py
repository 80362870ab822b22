"""How long to wait before the next attempt, by what went wrong with the last one."""

from __future__ import annotations

from collections.abc import Sequence

AWAY_S = (1, 2, 5, 10, 30, 60)  # a refused connection, or a failure that certainly did nothing
UNSURE_S = (3, 10, 30, 60)  # no answer: what was posted after all needs a moment until it can be found by its key
FAULT_S = (1, 5, 30)  # a bug of ours: as likely to fail again, and given up after these
SPREAD = 0.2


def wait_s(steps: Sequence[float], attempt: int, jitter: float) -> float:
    """Seconds after this attempt, which counts from 1; `jitter` from 0 to 1 adds up to a fifth."""
    return spread(steps[min(max(attempt, 1), len(steps)) - 1], jitter)


def spread(seconds: float, jitter: float) -> float:
    """Never less than asked for, and not all of us at the same instant."""
    return seconds * (1 + SPREAD * jitter)
