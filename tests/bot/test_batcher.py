"""Group commit: each caller waits for its own item, the work is done for all that wait, in one go."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

import pytest

from bot.batcher import Batcher


class Writer:
    """Keeps what was written, batch by batch; waits at the gate, refuses what it is told to."""

    def __init__(self, refuses: Callable[[Sequence[str]], bool] = lambda items: False) -> None:
        self.batches: list[list[str]] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.entered = asyncio.Event()
        self._refuses = refuses

    async def __call__(self, items: Sequence[str]) -> None:
        self.entered.set()
        await self.gate.wait()
        if self._refuses(items):
            raise ValueError(f"refused {list(items)}")
        self.batches.append(list(items))


async def _held(batcher: Batcher[str], writer: Writer) -> asyncio.Task[None]:
    """A writer busy with a first item, so that what comes now has to wait together."""
    writer.gate.clear()
    first = asyncio.create_task(batcher.put(["first"]))
    await writer.entered.wait()
    return first


async def _queued(*puts: asyncio.Task[None]) -> None:
    """Each of them has put its item into the queue."""
    for _ in puts:
        await asyncio.sleep(0)


async def test_what_waits_while_the_writer_is_busy_is_written_together() -> None:
    """That is the whole point: one commit for all."""
    writer = Writer()
    batcher: Batcher[str] = Batcher(writer)
    first = await _held(batcher, writer)
    puts = [asyncio.create_task(batcher.put([str(n), f"{n}b"])) for n in range(3)]
    await _queued(*puts)
    writer.gate.set()
    await asyncio.gather(first, *puts)

    assert writer.batches == [["first"], ["0", "0b", "1", "1b", "2", "2b"]]


async def test_urgent_items_go_first() -> None:
    """Slack never repeats a click, and its person is waiting."""
    writer = Writer()
    batcher: Batcher[str] = Batcher(writer, at_most=1)
    first = await _held(batcher, writer)
    puts = [asyncio.create_task(batcher.put([name], urgent=name == "click")) for name in ("a", "b", "click")]
    await _queued(*puts)
    writer.gate.set()
    await asyncio.gather(first, *puts)

    assert writer.batches == [["first"], ["click"], ["a"], ["b"]]


async def test_a_batch_ends_at_its_size() -> None:
    """A flood must not become one endless transaction."""
    writer = Writer()
    batcher: Batcher[str] = Batcher(writer, at_most=2)
    first = await _held(batcher, writer)
    puts = [asyncio.create_task(batcher.put([str(n)])) for n in range(5)]
    await _queued(*puts)
    writer.gate.set()
    await asyncio.gather(first, *puts)

    assert [len(batch) for batch in writer.batches] == [1, 2, 2, 1]


async def test_a_bad_item_fails_its_own_caller_only() -> None:
    """The batch is tried again caller by caller: one bad item must not cost its neighbours theirs."""
    writer = Writer(lambda items: "bad" in items)
    batcher: Batcher[str] = Batcher(writer)
    first = await _held(batcher, writer)
    puts = [asyncio.create_task(batcher.put([name])) for name in ("a", "bad", "b")]
    await _queued(*puts)
    writer.gate.set()
    ends = await asyncio.gather(first, *puts, return_exceptions=True)

    assert [type(end) for end in ends] == [type(None), type(None), ValueError, type(None)]
    assert writer.batches == [["first"], ["a"], ["b"]]


async def test_a_single_bad_item_is_tried_once() -> None:
    """Tried again alone it would be the same; its caller decides."""
    tries: list[Sequence[str]] = []

    async def refuses(items: Sequence[str]) -> None:
        tries.append(items)
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await Batcher(refuses).put(["bad"])
    assert len(tries) == 1


async def test_a_cancelled_callers_item_is_written_all_the_same() -> None:
    """Stored twice is a repeat, not stored is a loss."""
    writer = Writer()
    batcher: Batcher[str] = Batcher(writer)
    first = await _held(batcher, writer)
    leaving = asyncio.create_task(batcher.put(["leaving"]))
    await _queued(leaving)
    leaving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await leaving
    writer.gate.set()
    await first
    await batcher.close()

    assert writer.batches == [["first"], ["leaving"]]


async def test_a_full_house_makes_ordinary_callers_wait_but_never_urgent_ones() -> None:
    """Back-pressure reaches the poller, which simply asks Telegram later; a click always has room."""
    writer = Writer()
    batcher: Batcher[str] = Batcher(writer, room=1)
    first = await _held(batcher, writer)
    outside = asyncio.create_task(batcher.put(["outside"]))
    click = asyncio.create_task(batcher.put(["click"], urgent=True))
    await _queued(outside, click)
    writer.gate.set()
    await asyncio.gather(first, outside, click)

    assert writer.batches == [["first"], ["click"], ["outside"]]


@pytest.mark.parametrize("at_once", [True, False])
async def test_nobody_waits_for_ever_when_the_writer_is_stopped(at_once: bool) -> None:
    """The loop is going down: whoever waits is told that nothing was stored, in or after the batch."""
    writer = Writer()
    batcher: Batcher[str] = Batcher(writer, at_most=500 if at_once else 1)
    puts = [await _held(batcher, writer), *(asyncio.create_task(batcher.put([name])) for name in "ab")]
    await _queued(*puts)
    worker = batcher._worker
    assert worker is not None
    worker.cancel()
    async with asyncio.timeout(5):
        ends = await asyncio.gather(*puts, return_exceptions=True)
        await batcher.close()

    assert [str(end) for end in ends] == ["stopped while storing"] * 3
    assert writer.batches == []


async def test_it_works_again_after_a_pause_and_closing_an_unused_one_is_harmless() -> None:
    """Nothing runs while nothing waits."""
    writer = Writer()
    batcher: Batcher[str] = Batcher(writer)
    await batcher.close()
    await batcher.put(["a"])
    await batcher.close()
    await batcher.put(["b"])

    assert writer.batches == [["a"], ["b"]]
