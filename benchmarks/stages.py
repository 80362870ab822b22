"""Where the time of an accepted message goes: one more round of bar 1 with a watch on every stage.

It measures by wrapping the product's own functions, so it is never the round that a bar is judged by.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from benchmarks import accept, product
from benchmarks.stores import sqlite_files
from bot import batch
from bot.store import inbox

COMMIT = "the commit (fsync) of each batch"
STAGES: tuple[tuple[Any, str, str], ...] = (
    (inbox, "news", "look for repeats, give ids"),
    (batch.Batch, "load", "read payloads, load cases"),
    (batch.Batch, "fold", "route and step"),
    (batch.Batch, "save", "write everything, the causes too"),
)
REST = "everything else: callers, event loop, hand-over to the writer thread"


async def stages() -> dict[str, float]:
    """Stage → its share of the wall time of a round, the rest last."""
    spent: dict[str, float] = dict.fromkeys((COMMIT, *(name for _, _, name in STAGES)), 0.0)

    def committed(seconds: float) -> None:
        spent[COMMIT] += seconds

    async with sqlite_files() as fresh:
        await accept.ours_on_sqlite(fresh, accept.MANY, accept.BATCH)
        with _watched(spent):
            url, letters = f"sqlite:///{fresh()}", accept.letters(accept.MANY)
            timing = await product.accept(url, letters, accept.MANY, accept.BATCH, committed)
    shares = {name: seconds / timing.seconds for name, seconds in spent.items()}
    return {**shares, REST: max(0.0, 1 - sum(shares.values()))}


@contextmanager
def _watched(spent: dict[str, float]) -> Iterator[None]:
    plain = [(owner, attribute, getattr(owner, attribute)) for owner, attribute, _ in STAGES]
    for (owner, attribute, function), (_, _, name) in zip(plain, STAGES, strict=True):
        setattr(owner, attribute, _timed(function, name, spent))
    try:
        yield
    finally:
        for owner, attribute, function in plain:
            setattr(owner, attribute, function)


def _timed(function: Callable[..., Any], name: str, spent: dict[str, float]) -> Callable[..., Any]:
    def timed(*arguments: Any, **named: Any) -> Any:
        started = time.perf_counter()
        try:
            return function(*arguments, **named)
        finally:
            spent[name] += time.perf_counter() - started

    return timed
