"""How fast people's clicks were acknowledged: Slack shows a warning after three seconds."""

from __future__ import annotations

import math
from collections import deque
from typing import Any

KEPT = 1000


class Latency:
    """The last KEPT durations between receiving a click or submit and having acknowledged it."""

    def __init__(self) -> None:
        self._seconds: deque[float] = deque(maxlen=KEPT)

    def add(self, seconds: float) -> None:
        self._seconds.append(seconds)

    def summary(self) -> dict[str, Any]:
        """count, p50_ms, p99_ms, max_ms; milliseconds are None while nothing was measured."""
        found = sorted(self._seconds)
        return {
            "count": len(found),
            "p50_ms": _rank(found, 0.50),
            "p99_ms": _rank(found, 0.99),
            "max_ms": _rank(found, 1.0),
        }


def _rank(found: list[float], share: float) -> float | None:
    """The nearest-rank percentile in milliseconds."""
    if not found:
        return None
    return round(found[max(0, math.ceil(share * len(found)) - 1)] * 1000, 3)
