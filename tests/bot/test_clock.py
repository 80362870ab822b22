"""Two clocks: the business clock may be moved, and whoever waits on it notices."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.clock import BusinessClock, RealClock, SteppedClock, first_of, machine_now

T0 = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
FAR = timedelta(days=1)


def _clocks() -> list[BusinessClock]:
    return [SteppedClock(T0), RealClock()]


def _move(clock: BusinessClock, by: timedelta) -> None:
    if isinstance(clock, SteppedClock):
        clock.move_to(clock.now() + by)
    elif isinstance(clock, RealClock):
        clock.move(by)


@pytest.mark.parametrize("clock", _clocks(), ids=["stepped", "real"])
async def test_moving_the_clock_wakes_who_waits(clock: BusinessClock) -> None:
    """The demo's clock jumps two days: every deadline in between has to be looked at now."""
    waiting = [asyncio.create_task(clock.until(clock.now() + FAR, asyncio.Event())) for _ in range(2)]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    _move(clock, 2 * FAR)
    async with asyncio.timeout(5):
        await asyncio.gather(*waiting)


@pytest.mark.parametrize("clock", _clocks(), ids=["stepped", "real"])
async def test_news_interrupts_the_wait(clock: BusinessClock) -> None:
    """A nearer deadline was started: the timer must be armed anew."""
    news = asyncio.Event()
    waiting = asyncio.create_task(clock.until(clock.now() + FAR, news))
    await asyncio.sleep(0)
    news.set()
    async with asyncio.timeout(5):
        await waiting


@pytest.mark.parametrize("clock", _clocks(), ids=["stepped", "real"])
async def test_an_instant_that_has_come_is_not_waited_for(clock: BusinessClock) -> None:
    """Due now, or long ago."""
    async with asyncio.timeout(5):
        await clock.until(clock.now() - FAR, asyncio.Event())


async def test_a_stepped_clock_stands_still_until_it_is_far_enough() -> None:
    """Half the way is not the way."""
    clock = SteppedClock(T0)
    waiting = asyncio.create_task(clock.until(T0 + FAR, asyncio.Event()))
    await asyncio.sleep(0)
    clock.move_to(T0 + FAR / 2)
    for _ in range(5):
        await asyncio.sleep(0)
    assert not waiting.done()
    clock.move_to(T0 + FAR)
    async with asyncio.timeout(5):
        await waiting


async def test_a_real_clock_looks_again_after_a_while() -> None:
    """A laptop that slept, a system clock that was corrected: no timer counts on one long sleep."""
    clock = RealClock(poll_s=0.01)
    async with asyncio.timeout(5):
        await clock.until(clock.now() + FAR, asyncio.Event())


def test_a_demos_clock_goes_on_where_it_was_left(tmp_path: Path) -> None:
    """The offset is in a file, so that a restart in the middle of the story does not turn time back."""
    file = tmp_path / "clock.json"
    plain = RealClock.from_file(file).now() - machine_now()
    file.write_text(json.dumps({"offset_s": 86400}))
    shifted = RealClock.from_file(file).now() - machine_now()

    assert abs(plain) < timedelta(minutes=1)
    assert abs(shifted - FAR) < timedelta(minutes=1)
    assert RealClock().now().utcoffset() == timedelta()


async def test_the_first_of_several_ends_the_wait_for_all() -> None:
    """What is left over is cancelled, nothing leaks into the next round."""
    never, now = asyncio.Event(), asyncio.Event()
    now.set()
    before = len(asyncio.all_tasks())
    async with asyncio.timeout(5):
        await first_of(never.wait(), now.wait())
        await first_of(never.wait(), timeout_s=0.001)

    assert len(asyncio.all_tasks()) == before
