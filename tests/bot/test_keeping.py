"""A loop under watch: it is started again, and the health page says what is wrong while it is."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from bot.keeping import Kept
from flows.ports import Refused


@asynccontextmanager
async def _kept(run: Callable[[], Awaitable[None]], steady_s: float = 60.0) -> AsyncIterator[Kept]:
    kept = Kept("loop", run, back_off_s=(0.0, 0.001), steady_s=steady_s)
    task = asyncio.create_task(kept.run())
    try:
        async with asyncio.timeout(5):
            yield kept
    finally:
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


class Loop:
    """Ends as told, each time once; then runs until cancelled. `calm` is set as soon as it does."""

    def __init__(self, *ends: BaseException | None) -> None:
        self._ends = list(ends)
        self.calm = asyncio.Event()
        self.starts = 0

    async def __call__(self) -> None:
        self.starts += 1
        if self._ends:
            end = self._ends.pop(0)
            if end is not None:
                raise end
            return
        self.calm.set()
        await asyncio.Event().wait()


@pytest.mark.parametrize(
    ("end", "trouble"),
    [
        (ZeroDivisionError("secret detail"), "ZeroDivisionError"),
        (Refused("the token was revoked", fatal=True), "the token was revoked"),
        (None, "stopped"),
        (asyncio.CancelledError(), "CancelledError"),  # from inside: a library cancelled what it waited for
    ],
)
async def test_a_loop_that_ended_is_started_again_and_its_trouble_shown(
    end: BaseException | None, trouble: str
) -> None:
    """One bug must not silence a shop, and nobody should have to read logs to learn of it."""
    loop = Loop(end, end, end)
    async with _kept(loop) as kept:
        await loop.calm.wait()
        assert (loop.starts, kept.failures, kept.trouble) == (4, 3, trouble)


async def test_trouble_is_over_once_the_loop_runs_steadily() -> None:
    """A health page that shows last week's failure for ever is one that nobody believes."""
    loop = Loop(OSError("away"))
    async with _kept(loop, steady_s=0.01) as kept:
        await loop.calm.wait()
        assert kept.trouble == "OSError"
        later = asyncio.Event()
        asyncio.get_running_loop().call_later(0.02, later.set)  # timers go off in the order of their instants
        await later.wait()
        assert (kept.trouble, kept.failures) == ("", 0)


async def test_a_loop_that_runs_well_has_no_trouble() -> None:
    """Nothing to show."""
    loop = Loop()
    async with _kept(loop) as kept:
        await loop.calm.wait()
        assert (kept.trouble, kept.failures) == ("", 0)
