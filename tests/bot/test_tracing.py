"""Traces: one span a piece of work, joined by the events it concerned, and nothing that a person wrote."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode

from bot import tracing
from bot.tracing import MOST_LINKS, Tracing, context_of

SAID = ("telegram:7", "message:501:12")


@pytest.fixture
def exporter() -> InMemorySpanExporter:
    return InMemorySpanExporter()


@pytest.fixture
def spans(exporter: InMemorySpanExporter) -> Iterator[Tracing]:
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    yield Tracing(provider)
    provider.shutdown()


def test_a_span_says_what_was_done_and_how_long_it_took(spans: Tracing, exporter: InMemorySpanExporter) -> None:
    """Made when the work is done, so that it can say how it ended."""
    spans.span("engine batch", 1_000_000_000, [SAID], rows=3)
    (span,) = exporter.get_finished_spans()
    assert (span.name, span.start_time, dict(span.attributes or {})) == (
        "engine batch",
        1_000_000_000,
        {"amends.rows": 3},
    )
    assert (span.end_time or 0) > 1_000_000_000


def test_spans_that_saw_the_same_event_are_linked(spans: Tracing, exporter: InMemorySpanExporter) -> None:
    """Intake and engine are joined by the event, across a restart as well: nothing is remembered for it."""
    spans.span("intake batch", 1, [SAID, ("slack:T1", "click")])
    spans.span("engine batch", 2, [SAID])
    stored, handled = exporter.get_finished_spans()
    assert handled.links[0].context.trace_id in {link.context.trace_id for link in stored.links}
    assert context_of(SAID).is_valid


def test_no_platform_id_leaves_in_a_link(spans: Tracing, exporter: InMemorySpanExporter) -> None:
    """A chat id is an address: a link holds its digest."""
    spans.span("intake batch", 1, [SAID])
    (span,) = exporter.get_finished_spans()
    assert "501" not in f"{span.attributes} {span.name}"
    assert not span.links[0].attributes


def test_a_failure_is_named_by_its_kind(spans: Tracing, exporter: InMemorySpanExporter) -> None:
    """Its words may quote a buyer."""
    spans.span("intake batch", 1, [SAID], "OperationalError")
    (span,) = exporter.get_finished_spans()
    assert (span.status.status_code, span.status.description) == (StatusCode.ERROR, "OperationalError")


def test_a_large_batch_has_no_more_links_than_are_kept(spans: Tracing, exporter: InMemorySpanExporter) -> None:
    """Digests that nobody would see are not worth computing."""
    spans.span("engine batch", 1, (("c", str(n)) for n in range(500)))
    assert len(exporter.get_finished_spans()[0].links) == MOST_LINKS


def test_without_opentelemetry_nothing_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is an extra: the service runs without it."""
    monkeypatch.setattr(tracing, "HAS_OTEL", False)
    Tracing().span("engine batch", 1, iter(lambda: pytest.fail("asked for events"), None))


def test_without_a_provider_no_digest_is_computed() -> None:
    """Installed but not set up costs next to nothing."""
    Tracing().span("engine batch", 1, iter(lambda: pytest.fail("asked for events"), None))
