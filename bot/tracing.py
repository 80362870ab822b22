"""Traces for whoever has OpenTelemetry installed and set up; without it nothing happens and nothing is paid.

A span is made when its work is done. Spans that saw the same event carry a link to the same context, derived from
the event's own identity: so intake, engine and delivery join up across restarts and processes, and no text, no
address and no platform id leaves the store.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import TYPE_CHECKING

try:
    from opentelemetry import trace
    from opentelemetry.trace import Link, SpanContext, Status, StatusCode, TraceFlags
except ImportError:  # the extra "otel" is not installed
    HAS_OTEL = False
else:
    HAS_OTEL = True

if TYPE_CHECKING:
    from opentelemetry.trace import TracerProvider

MOST_LINKS = 128  # what the SDK keeps of one span
EventKey = tuple[str, str]  # (channel, external id)


class Tracing:
    """Records spans with the given provider, or with the one that the process was set up with."""

    def __init__(self, provider: TracerProvider | None = None) -> None:
        self._tracer = trace.get_tracer("amends", tracer_provider=provider) if HAS_OTEL else None

    def span(
        self,
        name: str,
        start_ns: int,
        events: Iterable[EventKey] = (),
        error: str | None = None,
        **attributes: str | int,
    ) -> None:
        """One piece of work from `start_ns` (Unix time) to now, linked to the events it concerned."""
        if self._tracer is None:
            return
        span = self._tracer.start_span(name, start_time=start_ns)
        if span.is_recording():
            span.set_attributes({f"amends.{key}": value for key, value in attributes.items()})
            for link in _links(events):
                span.add_link(link.context)
            if error is not None:
                span.set_status(Status(StatusCode.ERROR, error))
        span.end()


def _links(events: Iterable[EventKey]) -> Iterable[Link]:
    for count, event in enumerate(events):
        if count == MOST_LINKS:
            return
        yield Link(context_of(event))


def context_of(event: EventKey) -> SpanContext:
    """The context that stands for an event: a digest, the same wherever the event is seen."""
    digest = hashlib.blake2b("\0".join(event).encode("utf-8", "surrogatepass"), digest_size=24).digest()
    trace_id, span_id = int.from_bytes(digest[:16], "big"), int.from_bytes(digest[16:], "big")
    return SpanContext(trace_id, span_id, is_remote=True, trace_flags=TraceFlags(TraceFlags.DEFAULT))
