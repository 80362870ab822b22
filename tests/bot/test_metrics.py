"""What Prometheus reads: right names, right numbers, cheap however often it is asked, and about nobody."""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy.exc import OperationalError

from bot.metrics import Metrics
from bot.scraping import Now, Scrape
from bot.store.gauges import Gauges, Queue

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
QUIET = Gauges((), (), (), 0, {"open": 0, "waiting": 0}, None, None)
BUSY = Gauges(
    inbox=(Queue("urgent", 2, NOW - timedelta(seconds=3)),),
    pending=(Queue("card", 7, NOW - timedelta(seconds=40)), Queue("reply", 1, NOW + timedelta(seconds=5))),
    sending=(Queue("reply", 1, NOW - timedelta(seconds=1)),),
    dead=4,
    cases={"open": 5, "waiting": 6},
    next_deadline=NOW + timedelta(hours=1),
    next_alarm=NOW + timedelta(minutes=1),
)


class Store:
    """Answers these gauges, or raises this error; counts how often it was read."""

    def __init__(self, gauges: Gauges | None = QUIET, error: Exception | None = None) -> None:
        self.gauges, self.error, self.reads = gauges, error, 0

    async def __call__(self) -> Gauges | None:
        self.reads += 1
        if self.error is not None:
            raise self.error
        return self.gauges


def _now(**more: object) -> Now:
    return Now(NOW, ready=True, backend="sqlite", **more)  # type: ignore[arg-type] # named as in Now


async def _samples(scrape: Scrape) -> dict[str, float]:
    """'name{label="value"}' → number, for every sample of the page."""
    page, content_type = await scrape.page()
    assert content_type.startswith("text/plain; version=0.0.4")
    found = {}
    for family in text_string_to_metric_families(page.decode()):
        for sample in family.samples:
            labels = ",".join(f"{name}={value}" for name, value in sorted(sample.labels.items()))
            found[f"{sample.name}{{{labels}}}" if labels else sample.name] = sample.value
    return found


async def test_the_page_shows_what_the_stages_told() -> None:
    """One call a batch, and a histogram of each."""
    metrics = Metrics()
    metrics.stored(7, 0.02)
    metrics.handled(200, 0.4)
    metrics.again("stale")
    metrics.died()
    metrics.committed(0.003)
    metrics.sent("reply", "delivered")
    metrics.sent("reply", "delivered")
    metrics.sent("card", "retried")
    metrics.rang([0.2, -4.0])
    metrics.clicked(0.03)
    metrics.lagged(0.0)
    metrics.restarted("engine", "hung")
    shown = await _samples(Scrape(metrics, _now, Store()))
    assert shown["amends_intake_batch_rows_sum"] == 7
    assert shown["amends_engine_batch_rows_bucket{le=200.0}"] == 1
    assert shown["amends_engine_batch_seconds_sum"] == 0.4
    assert shown["amends_engine_retries_total{why=stale}"] == 1
    assert shown["amends_dead_letters_total"] == 1
    assert shown["amends_commit_seconds_count"] == 1
    assert shown["amends_sends_total{kind=reply,outcome=delivered}"] == 2
    assert shown["amends_sends_total{kind=card,outcome=retried}"] == 1
    assert (shown["amends_alarm_late_seconds_count"], shown["amends_alarm_late_seconds_sum"]) == (2, 0.2)
    assert shown["amends_click_ack_seconds_count"] == 1
    assert shown["amends_event_loop_lag_seconds_bucket{le=0.001}"] == 1
    assert shown["amends_loop_restarts_total{loop=engine,why=hung}"] == 1


async def test_the_page_shows_queues_with_their_age() -> None:
    """How long the oldest waits says more than how many wait; nothing is younger than new."""
    shown = await _samples(Scrape(Metrics(), _now, Store(BUSY)))
    assert shown["amends_inbox_waiting{kind=urgent}"] == 2
    assert (shown["amends_inbox_oldest_seconds{kind=urgent}"], shown["amends_inbox_waiting{kind=ordinary}"]) == (
        3,
        0,
    )
    assert shown["amends_outbox_rows{kind=card,state=pending}"] == 7
    assert shown["amends_outbox_oldest_seconds{kind=card,state=pending}"] == 40
    assert shown["amends_outbox_oldest_seconds{kind=reply,state=pending}"] == 0
    assert shown["amends_outbox_rows{kind=reply,state=sending}"] == 1
    assert (shown["amends_dead_letters_waiting"], shown["amends_cases{status=waiting}"]) == (4, 6)
    assert shown["amends_next_deadline_timestamp_seconds"] == NOW.timestamp() + 3600
    assert shown["amends_next_alarm_timestamp_seconds"] == NOW.timestamp() + 60


async def test_what_does_not_exist_is_absent() -> None:
    """No deadline is no deadline in 1970, and no file has no size."""
    shown = await _samples(Scrape(Metrics(), lambda: _now(files={"main": Path("/no/such/file")}), Store()))
    assert not [name for name in shown if "timestamp" in name and name.startswith("amends")]
    assert not [name for name in shown if name.startswith("amends_store_size")]


async def test_the_page_shows_the_service_itself(tmp_path: Path) -> None:
    """Which version, which loops beat, which leases are ours, how big the file has become."""
    file = tmp_path / "amends.db"
    file.write_bytes(b"x" * 4096)
    own = _now(silent_s={"engine": 1.5}, leases={"telegram:7": False}, files={"main": file})
    shown = await _samples(Scrape(Metrics(), lambda: own, Store()))
    assert shown["amends_loop_heartbeat_age_seconds{loop=engine}"] == 1.5
    assert shown["amends_lease_held{lease=telegram:7}"] == 0
    assert shown["amends_store_size_bytes{part=main}"] == 4096
    assert (shown["amends_ready"], shown["amends_store_up"]) == (1, 1)
    assert any(name.startswith("amends_build_info{database=sqlite,python=3.") for name in shown)


async def test_a_storm_of_scrapes_reads_the_store_once() -> None:
    """Whoever asks a hundred times a second must not be able to slow the desk down."""
    store = Store()
    scrape = Scrape(Metrics(), _now, store)
    await asyncio.gather(*(scrape.page() for _ in range(100)))
    assert store.reads == 1


async def test_a_store_that_does_not_answer_shows_no_old_figures() -> None:
    """Figures of an hour ago that look like now are worse than none; the rest of the page stays."""
    store = Store(BUSY)
    scrape = Scrape(Metrics(), _now, store)
    assert "amends_dead_letters_waiting" in await _samples(scrape)
    scrape._stands_until_s = 0.0
    store.error = OperationalError("select", {}, OSError("disk"))
    shown = await _samples(scrape)
    assert (shown["amends_store_up"], shown["amends_ready"]) == (0, 1)
    assert "amends_dead_letters_waiting" not in shown


async def test_a_store_that_hangs_does_not_hang_the_scrape() -> None:
    """The page answers while the database thinks."""

    async def hang() -> Gauges | None:
        await asyncio.Event().wait()
        return None

    shown = await _samples(Scrape(Metrics(), _now, hang, answer_s=0.01))
    assert shown["amends_store_up"] == 0


async def test_names_follow_the_conventions() -> None:
    """Units and `_total` in the name, help for each, nothing but ours and the process's own."""
    metrics = Metrics()
    metrics.sent("reply", "delivered")
    page, _ = await Scrape(metrics, _now, Store(BUSY)).page()
    for family in text_string_to_metric_families(page.decode()):
        assert re.fullmatch(r"(amends|process)_[a-z_]+", family.name), family.name
        assert family.documentation
        assert not family.name.endswith("_created")
        if family.type == "counter":
            assert all(sample.name.endswith("_total") for sample in family.samples)


async def test_the_format_is_the_one_that_was_asked_for() -> None:
    """Prometheus asks for OpenMetrics first; its page ends with a mark, so that half a page is noticed."""
    page, content_type = await Scrape(Metrics(), _now, Store()).page("application/openmetrics-text; version=1.0.0")
    assert content_type.startswith("application/openmetrics-text; version=1.0.0")
    assert page.endswith(b"# EOF\n")
    kinds = re.findall(r"^# TYPE (\S+)", page.decode(), re.MULTILINE)
    assert len(kinds) == len(set(kinds))


async def test_two_services_in_one_process_share_no_instrument() -> None:
    """Nothing is registered for the whole process: tests and a demo run several desks beside each other."""
    one, other = Metrics(), Metrics()
    one.died()
    shown = await _samples(Scrape(other, _now, Store()))
    assert shown["amends_dead_letters_total"] == 0
