"""The instruments of one process: counters and histograms that the stages move, one call a batch.

Names follow the Prometheus conventions: seconds and bytes, `_total` for what only rises. No label carries anything
a person wrote or is known by: labels are kinds, outcomes, and the names of our own loops.
"""

from __future__ import annotations

from collections.abc import Iterable

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, disable_created_metrics

ROWS = (1, 2, 5, 10, 20, 50, 100, 200, 500)
FAST_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
CLICK_S = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0, 5.0)  # Slack shows a warning after three seconds
LATE_S = (0.1, 0.5, 1.0, 2.0, 5.0, 15.0, 60.0, 300.0, 1800.0, 3600.0, 21600.0)  # later: the service was down
SENDS = ("delivered", "refused", "unknown", "cancelled", "superseded", "retried")


class Metrics:
    """Registered with a registry of its own: nothing here is shared by the whole process."""

    def __init__(self) -> None:
        # They would double the page, and no dashboard reads them.
        disable_created_metrics()  # type: ignore[no-untyped-call] # the library does not type it
        self.registry = made = CollectorRegistry()
        ProcessCollector(registry=made)
        self._intake_rows = Histogram(
            "amends_intake_batch_rows", "Inputs stored in one commit.", registry=made, buckets=ROWS
        )
        self._intake_s = Histogram(
            "amends_intake_batch_seconds", "From a batch's start to its commit.", registry=made, buckets=FAST_S
        )
        self._engine_rows = Histogram(
            "amends_engine_batch_rows", "Inputs handled in one transaction.", registry=made, buckets=ROWS
        )
        self._engine_s = Histogram(
            "amends_engine_batch_seconds", "One transaction of the engine.", registry=made, buckets=FAST_S
        )
        self._again = Counter(
            "amends_engine_retries_total", "Batches taken again: stale or replayed.", ["why"], registry=made
        )
        self._dead = Counter("amends_dead_letters_total", "Inputs parked for a person.", registry=made)
        self._commit_s = Histogram(
            "amends_commit_seconds", "The COMMIT of a writing transaction.", registry=made, buckets=FAST_S
        )
        self._sends = Counter(
            "amends_sends_total", "Attempts and withdrawals by outcome.", ["kind", "outcome"], registry=made
        )
        self._late_s = Histogram(
            "amends_alarm_late_seconds", "How late a rung was noticed (business clock).", registry=made,
            buckets=LATE_S,
        )  # fmt: skip
        self._gaps = Counter(
            "amends_alarm_gaps_total", "Alarms that were due and neither delivered nor explained.", registry=made
        )
        self._click_s = Histogram(
            "amends_click_ack_seconds", "From a click's arrival to its acknowledgement.", registry=made,
            buckets=CLICK_S,
        )  # fmt: skip
        self._lag_s = Histogram(
            "amends_event_loop_lag_seconds", "How late the event loop woke.", registry=made, buckets=FAST_S
        )
        self._restarts = Counter(
            "amends_loop_restarts_total", "Loops started again.", ["loop", "why"], registry=made
        )

    def stored(self, rows: int, seconds: float) -> None:
        """One batch of intake was committed."""
        self._intake_rows.observe(rows)
        self._intake_s.observe(seconds)

    def handled(self, rows: int, seconds: float) -> None:
        """One batch of the engine was committed."""
        self._engine_rows.observe(rows)
        self._engine_s.observe(seconds)

    def again(self, why: str) -> None:
        """A batch is taken again: its cases were `stale`, or it failed and is `replayed` row by row."""
        self._again.labels(why).inc()

    def died(self, inputs: int = 1) -> None:
        self._dead.inc(inputs)

    def committed(self, seconds: float) -> None:
        """Safe in any thread, as every instrument here."""
        self._commit_s.observe(seconds)

    def sent(self, kind: str, outcome: str, times: int = 1) -> None:
        """An attempt was recorded, or a row withdrawn; `outcome` is one of SENDS."""
        if times:
            self._sends.labels(kind, outcome).inc(times)

    def rang(self, late_s: Iterable[float]) -> None:
        """Rungs whose instant was noticed so many seconds late."""
        for seconds in late_s:
            self._late_s.observe(max(0.0, seconds))

    def gaps(self, count: int) -> None:
        """The auditor told so many for the first time."""
        self._gaps.inc(count)

    def clicked(self, seconds: float) -> None:
        self._click_s.observe(seconds)

    def lagged(self, seconds: float) -> None:
        self._lag_s.observe(max(0.0, seconds))

    def restarted(self, loop: str, why: str) -> None:
        """`why` is failed or hung."""
        self._restarts.labels(loop, why).inc()
