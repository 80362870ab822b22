"""What the stages tell of their work: counted, told in the log, traced. One call a batch or an attempt."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from bot.batch import Batch
from bot.clock import machine_ns, machine_s
from bot.metrics import Metrics
from bot.store.inbox import Row
from bot.store.journal import Entry
from bot.store.outbox import Sending, Settlement
from bot.story import Story
from bot.tracing import EventKey, Tracing
from flows.effects import CancelReply
from flows.ports import Item

LAG_EVERY_S = 0.5


class Watch:
    """Handed to every stage; a stage that is given none watches itself in vain, which costs next to nothing."""

    def __init__(
        self, metrics: Metrics | None = None, story: Story | None = None, tracing: Tracing | None = None
    ) -> None:
        self.metrics = metrics or Metrics()
        self.story = story or Story()
        self.tracing = tracing or Tracing()

    @contextmanager
    def storing(self, items: Sequence[Item]) -> Iterator[None]:
        """One batch of intake, up to its commit."""
        start_s, start_ns, error = machine_s(), machine_ns(), None
        try:
            yield
            self.metrics.stored(len(items), machine_s() - start_s)
        except BaseException as failure:
            error = type(failure).__name__
            raise
        finally:
            self.tracing.span("intake batch", start_ns, map(_key, items), error, rows=len(items))

    @contextmanager
    def handling(self) -> Iterator[Handled]:
        """One batch of the engine, up to its commit; what it was is said once it is known."""
        handled, start_s, start_ns = Handled(), machine_s(), machine_ns()
        yield handled
        batch = handled.batch
        if batch is not None:
            self.metrics.handled(len(batch.rows), machine_s() - start_s)
            self.metrics.died(self.story.dead(batch.outcomes))
            self.story.entries(batch.entries)
            self.withdrawn(_cancelled(batch.entries))
            events, steps = map(_row_key, batch.rows), len(batch.entries)
            self.tracing.span("engine batch", start_ns, events, rows=len(batch.rows), steps=steps)

    def withdrawn(self, replies: int) -> int:
        """So many replies were taken back before they left; answers how many, to be told in passing."""
        self.metrics.sent("reply", "cancelled", replies)
        return replies

    def attempting(self, sending: Sending) -> int:
        """Before an attempt; answers its beginning, to be given back."""
        self.story.attempting(sending)
        return machine_ns()

    async def attempted(
        self, sending: Sending, settlement: Settlement, events: Sequence[Item] = (), start_ns: int | None = None
    ) -> None:
        """After its outcome was recorded; without a beginning it was left behind by another process."""
        outcome = "retried" if settlement.state == "pending" else settlement.state
        self.metrics.sent(sending.kind, outcome)
        await self.story.attempted(sending, settlement)
        if start_ns is not None:
            self.tracing.span(
                "delivery attempt", start_ns, map(_key, events), outbox=sending.id, kind=sending.kind,
                outcome=outcome, attempt=sending.attempt,
            )  # fmt: skip


@dataclass(slots=True)
class Handled:
    """The batch that was committed; None when nothing waited, or nothing was committed."""

    batch: Batch | None = None


async def watch_lag(metrics: Metrics, every_s: float = LAG_EVERY_S) -> None:
    """Measure for ever how late the event loop wakes: what keeps it busy delays every click."""
    loop = asyncio.get_running_loop()
    while True:
        due = loop.time() + every_s
        await asyncio.sleep(every_s)
        metrics.lagged(loop.time() - due)


def _cancelled(entries: Iterable[Entry]) -> int:
    return sum(isinstance(effect, CancelReply) for entry in entries for effect in entry.effects)


def _key(item: Item) -> EventKey:
    return item.channel, item.external_id


def _row_key(row: Row) -> EventKey:
    return row.channel, row.external_id
