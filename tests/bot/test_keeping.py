"""A loop under watch: it is started again, and the health page says what is wrong while it is."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest

from bot.keeping import Kept
from bot.pulse import Pulse
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


async def _later(seconds: float) -> None:
    """Timers go off in the order of their instants: those due before have gone off."""
    come = asyncio.Event()
    asyncio.get_running_loop().call_later(seconds, come.set)
    await come.wait()


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
        await _later(0.02)
        assert (kept.trouble, kept.failures) == ("", 0)


async def test_a_loop_that_runs_well_has_no_trouble() -> None:
    """Nothing to show."""
    loop = Loop()
    async with _kept(loop) as kept:
        await loop.calm.wait()
        assert (kept.trouble, kept.failures) == ("", 0)


# --- silence -----------------------------------------------------------------------------------------------


class Beating:
    """A loop whose beats the test gives; it can be cancelled unless it is `deaf`."""

    def __init__(self, *, deaf: bool = False) -> None:
        self.pulse = Pulse()
        self.deaf = deaf
        self.starts = 0
        self.started = asyncio.Event()
        self.freed = asyncio.Event()

    async def __call__(self) -> None:
        self.starts += 1
        self.started.set()
        try:
            await self.freed.wait()
        except asyncio.CancelledError:
            if not self.deaf:
                raise
            await self.freed.wait()

    async def next_start(self) -> None:
        self.started.clear()
        await self.started.wait()


@dataclass(frozen=True, slots=True)
class Watched:
    kept: Kept
    told: list[tuple[str, str]]


@asynccontextmanager
async def _watched(loop: Beating, *, may_double: bool = True, steady_s: float = 60.0) -> AsyncIterator[Watched]:
    told: list[tuple[str, str]] = []
    kept = Kept(
        "loop",
        loop,
        pulse=loop.pulse,
        silence_s=0.03,
        may_double=may_double,
        restarted=lambda name, why: told.append((name, why)),
        back_off_s=(0.0,),
        steady_s=steady_s,
        let_go_s=0.01,
    )
    task = asyncio.create_task(kept.run())
    try:
        async with asyncio.timeout(5):
            await loop.started.wait()
            yield Watched(kept, told)
    finally:
        loop.freed.set()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_a_silent_loop_is_cancelled_and_started_again(caplog: pytest.LogCaptureFixture) -> None:
    """It raises nothing and does nothing: without a watchdog the shop would find out from its buyers."""
    loop = Beating()
    async with _watched(loop) as watched:
        await loop.next_start()
        assert (loop.starts, watched.told) == (2, [("loop", "hung")])
        assert watched.kept.trouble.startswith("gave no sign of life for 0.03 s")
        assert "loop hangs, starting it again" in caplog.text


async def test_a_loop_that_beats_is_left_alone() -> None:
    """A long batch that beats on its way is work, not silence."""
    loop = Beating()
    async with _watched(loop) as watched:
        for _ in range(20):
            loop.pulse.beat()
            await _later(0.004)
        assert (loop.starts, watched.told, watched.kept.trouble) == (1, [], "")


async def test_each_hang_is_given_twice_the_time_of_the_last() -> None:
    """What is only slow gets through in the end, instead of being cancelled for ever."""
    loop = Beating()
    ends = []
    async with _watched(loop):
        began = asyncio.get_running_loop().time()
        for _ in range(3):
            await loop.next_start()
            ends.append(asyncio.get_running_loop().time() - began)
            began += ends[-1]
    assert [end >= least for end, least in zip(ends, (0.03, 0.06, 0.12), strict=True)] == [True] * 3


async def test_a_time_in_which_nobody_could_beat_is_no_silence() -> None:
    """A laptop that slept, or an event loop that was busy for long: one look counts, whatever the clock says."""
    loop = Beating()
    async with _watched(loop) as watched:
        time.sleep(0.1)  # noqa: ASYNC251 - the whole process stands still: that is the case
        await _later(0.001)
        loop.pulse.beat()
        await _later(0.01)
        assert watched.told == []


async def test_a_loop_that_cannot_be_cancelled_gets_a_successor_where_two_do_no_harm() -> None:
    """Compare-and-set and leases keep two of these from treading on each other: the shop goes on."""
    loop = Beating(deaf=True)
    async with _watched(loop) as watched:
        await loop.next_start()
        assert (loop.starts, len(watched.kept.left_behind)) == (2, 1)


async def test_a_loop_that_cannot_be_cancelled_stays_in_trouble_where_two_would_harm() -> None:
    """Two readers of one account fight over it: nothing is started, and the health page says what to do."""
    loop = Beating(deaf=True)
    async with _watched(loop, may_double=False) as watched:
        while not watched.kept.left_behind:  # noqa: ASYNC110 - the watchdog tells no event
            await asyncio.sleep(0)
        assert watched.kept.trouble == "hangs and cannot be stopped: start the service again"
        assert loop.starts == 1
        loop.freed.set()
        await loop.next_start()
        assert (loop.starts, watched.kept.left_behind) == (2, set())


async def test_trouble_stays_while_a_new_beginning_gives_no_sign() -> None:
    """Started again is not recovered."""
    loop = Beating()
    async with _watched(loop, steady_s=0.002) as watched:
        await loop.next_start()
        await _later(0.01)
        assert watched.kept.trouble
        loop.pulse.beat()
        while watched.kept.trouble:  # noqa: ASYNC110 - recovery tells no event
            await asyncio.sleep(0)


async def test_stopping_does_not_wait_for_ever_for_a_deaf_loop() -> None:
    """Whoever stops us insists after ten seconds."""
    loop = Beating(deaf=True)
    kept = Kept("loop", loop, let_go_s=0.01)
    task = asyncio.create_task(kept.run())
    await loop.started.wait()
    task.cancel()
    async with asyncio.timeout(5):
        await asyncio.gather(task, return_exceptions=True)
    assert task.cancelled()
    loop.freed.set()
    await asyncio.sleep(0)
