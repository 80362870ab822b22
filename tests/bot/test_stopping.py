"""Every part gets its time, and none can take another's."""

from __future__ import annotations

import asyncio

import pytest

from bot.stopping import LEAST_S, Budget


async def test_a_part_that_ends_in_time_is_waited_for() -> None:
    """What is under way is finished."""
    ended: list[str] = []

    async def work() -> None:
        await asyncio.sleep(0)
        ended.append("work")

    assert await Budget(5).spend("part", work(), 5)
    assert ended == ["work"]


async def test_a_part_that_hangs_is_cancelled_and_left_behind(caplog: pytest.LogCaptureFixture) -> None:
    """Slack may never answer the close; whoever stops us insists."""
    cancelled = asyncio.Event()

    async def hangs() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()

    assert not await Budget(5).spend("desk", hangs(), 0.01)
    assert cancelled.is_set()
    assert "not waited for any longer" in caplog.text


async def test_a_failure_hinders_nobody_after_it(caplog: pytest.LogCaptureFixture) -> None:
    """The database must be closed whatever Telegram's client raises."""

    async def fails() -> None:
        raise OSError("gone")

    assert await Budget(5).spend("telegram", fails(), 1)
    assert "did not stop cleanly" in caplog.text


def test_what_is_left_shrinks_and_something_is_kept_for_the_last() -> None:
    """Ten seconds in all: the drain leaves room for closing, and the last part is never given nothing."""
    now = [0.0]
    budget = Budget(8, lambda: now[0])
    assert budget.left(6, keep=3) == 5
    now[0] = 6.5
    assert budget.left(6) == 1.5
    now[0] = 60.0
    assert budget.left(6) == LEAST_S
