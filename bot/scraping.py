"""The page Prometheus reads: the instruments, and what is so at this moment, read once for all who ask."""

from __future__ import annotations

import asyncio
import platform
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import choose_encoder
from sqlalchemy.exc import SQLAlchemyError

from bot import __version__
from bot.clock import machine_s
from bot.metrics import Metrics
from bot.store.gauges import Gauges, Queue

KEPT_S = 2.0  # two scrapers and a curious person cost one reading
SHARE = 20  # a slow reading is kept longer, so that reading takes a twentieth of the time at most
ANSWER_S = 5.0

Numbers = Mapping[tuple[str, ...], float]


@dataclass(frozen=True, slots=True)
class Now:
    """What the service knows of itself. `silent_s` by loop, `leases` name → held, `files` part → file."""

    now: datetime
    ready: bool
    backend: str
    silent_s: Mapping[str, float] = field(default_factory=dict)
    leases: Mapping[str, bool] = field(default_factory=dict)
    files: Mapping[str, Path] = field(default_factory=dict)


class Scrape:
    """Makes the page. `look` says how the service is; `read` reads the store, None before there is one."""

    def __init__(
        self,
        metrics: Metrics,
        look: Callable[[], Now],
        read: Callable[[], Awaitable[Gauges | None]],
        *,
        answer_s: float = ANSWER_S,
    ) -> None:
        self._metrics = metrics
        self._look = look
        self._read = read
        self._answer_s = answer_s
        self._one_at_a_time = asyncio.Lock()
        self._gauges: Gauges | None = None
        self._stands_until_s = 0.0
        metrics.registry.register(self)

    async def page(self, accept: str = "") -> tuple[bytes, str]:
        """(the page, its content type), in the format that the asker accepts."""
        async with self._one_at_a_time:
            if machine_s() >= self._stands_until_s:
                await self._refresh()
        encode, content_type = choose_encoder(accept)
        return encode(self._metrics.registry), content_type

    async def _refresh(self) -> None:
        """Read the store. While it does not answer there are no old figures that look like new ones."""
        started_s = machine_s()
        try:
            async with asyncio.timeout(self._answer_s):
                self._gauges = await self._read()
        except (SQLAlchemyError, OSError):  # TimeoutError is one
            self._gauges = None
        took_s = machine_s() - started_s
        self._stands_until_s = started_s + max(KEPT_S, SHARE * took_s)

    def collect(self) -> Iterator[Metric]:
        """Called by the registry for every page."""
        now = self._look()
        yield from _own(now)
        yield _gauge("amends_store_up", "Whether the store answered.", {(): float(self._gauges is not None)})
        if self._gauges is not None:
            yield from _stored(self._gauges, now.now)

    def describe(self) -> Iterable[Metric]:
        """Nothing beforehand: the registry need not ask us at registration."""
        return []


def _own(now: Now) -> Iterator[Metric]:
    version = (__version__, platform.python_version(), now.backend)
    yield _gauge("amends_build_info", "What runs.", {version: 1.0}, "version", "python", "database")
    yield _gauge("amends_ready", "Started, and not stopping.", {(): float(now.ready)})
    silent = _named(now.silent_s)
    yield _gauge("amends_loop_heartbeat_age_seconds", "Since a loop's last sign of life.", silent, "loop")
    held = _named(now.leases)
    yield _gauge("amends_lease_held", "Whether this process holds the lease.", held, "lease")
    sizes = _named({part: size for part, file in now.files.items() if (size := _size(file)) is not None})
    if sizes:
        yield _gauge("amends_store_size_bytes", "The SQLite file and its write-ahead log.", sizes, "part")


def _stored(gauges: Gauges, now: datetime) -> Iterator[Metric]:
    none = _named({"urgent": 0, "ordinary": 0})
    waiting, ages = {**none, **_depths(gauges.inbox)}, {**none, **_ages(gauges.inbox, now)}
    yield _gauge("amends_inbox_waiting", f"Inputs that wait{_BOUND}", waiting, "kind")
    yield _gauge("amends_inbox_oldest_seconds", "Age of the oldest input that waits.", ages, "kind")
    states = {"pending": gauges.pending, "sending": gauges.sending}
    depths = {(state, *kind): n for state, queues in states.items() for kind, n in _depths(queues).items()}
    yield _gauge("amends_outbox_rows", f"Consequences not settled{_BOUND}", depths, "state", "kind")
    oldest = {(state, *kind): s for state, queues in states.items() for kind, s in _ages(queues, now).items()}
    yield _gauge("amends_outbox_oldest_seconds", "Age of the oldest of them.", oldest, "state", "kind")
    yield _gauge("amends_dead_letters_waiting", f"Inputs that wait for a person{_BOUND}", {(): float(gauges.dead)})
    cases = _named(gauges.cases)
    yield _gauge("amends_cases", f"Cases that are not closed{_BOUND}", cases, "status")
    yield from _instant("amends_next_deadline_timestamp_seconds", "The nearest deadline.", gauges.next_deadline)
    yield from _instant("amends_next_alarm_timestamp_seconds", "The next rung to sound.", gauges.next_alarm)


_BOUND = ", counted up to 10 000 of a kind."


def _instant(name: str, words: str, at: datetime | None) -> Iterator[Metric]:
    """Absent while there is none: a 0 would read as 1970."""
    if at is not None:
        yield _gauge(name, f"{words} (Unix time of the business clock)", {(): at.timestamp()})


def _named(numbers: Mapping[str, float]) -> dict[tuple[str, ...], float]:
    return {(name,): float(number) for name, number in numbers.items()}


def _depths(queues: Iterable[Queue]) -> dict[tuple[str, ...], float]:
    return {(queue.kind,): float(queue.waiting) for queue in queues}


def _ages(queues: Iterable[Queue], now: datetime) -> dict[tuple[str, ...], float]:
    """A business clock that was set back makes nothing younger than new."""
    return {
        (queue.kind,): max(0.0, (now - queue.oldest).total_seconds())
        for queue in queues
        if queue.oldest is not None
    }


def _gauge(name: str, words: str, numbers: Numbers, *labels: str) -> GaugeMetricFamily:
    made = GaugeMetricFamily(name, words, labels=labels)
    for values, number in numbers.items():
        made.add_metric(values, number)
    return made


def _size(file: Path) -> int | None:
    try:
        return file.stat().st_size
    except OSError:
        return None
