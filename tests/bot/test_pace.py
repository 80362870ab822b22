"""A token bucket: a burst at once, then so many a second, the most urgent first."""

from __future__ import annotations

import asyncio

import pytest

from bot.pace import Pace
from flows.ports import Unavailable


class Watch:
    """A machine clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 100.0
        self.slept: list[float] = []

    def now_s(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(round(seconds, 6))
        self.now += seconds
        await asyncio.sleep(0)


def _pace(per_s: float, burst: int) -> tuple[Pace, Watch]:
    watch = Watch()
    return Pace(per_s, burst, now_s=watch.now_s, sleep=watch.sleep), watch


async def test_a_burst_goes_at_once_then_so_many_a_second() -> None:
    """Slack takes two, then about one a second and channel."""
    pace, watch = _pace(1.0, 2)
    for _ in range(5):
        await pace.turn()

    assert watch.now == 103.0


async def test_a_pause_fills_the_burst_and_no_more() -> None:
    """An hour of silence does not allow a storm."""
    pace, watch = _pace(2.0, 3)
    for _ in range(3):
        await pace.turn()
    watch.now += 3600
    for _ in range(3):
        await pace.turn()
    assert watch.slept == []
    await pace.turn()
    assert watch.slept == [0.5]


async def test_the_most_urgent_goes_first_then_the_first_come() -> None:
    """An alarm must not queue behind fifty cards."""
    pace, _ = _pace(1.0, 1)
    order: list[str] = []

    async def take(name: str, priority: int) -> None:
        await pace.turn(priority)
        order.append(name)

    await asyncio.gather(take("card", 40), take("card too", 40), take("alarm", 80), take("answer", 90))

    assert order == ["answer", "alarm", "card", "card too"]


async def test_one_who_left_takes_no_turn() -> None:
    """A cancelled attempt must not cost the next one a second."""
    pace, watch = _pace(1.0, 1)
    await pace.turn()
    leaving = asyncio.create_task(pace.turn(9))
    staying = asyncio.create_task(pace.turn())
    await asyncio.sleep(0)
    leaving.cancel()
    await staying

    assert watch.now == 101.0


async def test_whoever_waits_when_we_stop_is_told_that_nothing_was_sent() -> None:
    """Cancelled instead, a reply that waits for its turn would be unknown, and a person would have to look."""
    pace, _ = _pace(1.0, 1)
    await pace.turn()
    waiting = [asyncio.create_task(pace.turn()) for _ in range(3)]
    await asyncio.sleep(0)
    pace.close()
    ends = await asyncio.gather(*waiting, return_exceptions=True)

    assert [type(end) for end in ends] == [Unavailable] * 3
    with pytest.raises(Unavailable):
        await pace.turn()
