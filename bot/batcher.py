"""Group commit: callers wait for their own item, the work is done for all that wait, in one go."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

T = TypeVar("T")


class Batcher(Generic[T]):
    """`put` returns once a batch that holds the item was written; errors reach every caller of that batch.

    Nothing lingers: a batch is whatever waits when the writer is free, at most `at_most` items, urgent ones
    first. When `room` ordinary callers wait, further ones wait for a place; urgent ones always have room.
    """

    def __init__(
        self, write: Callable[[Sequence[T]], Awaitable[None]], *, at_most: int = 500, room: int = 5000
    ) -> None:
        self._write = write
        self._at_most = at_most
        self._room = asyncio.Semaphore(room)
        self._urgent: deque[tuple[Sequence[T], asyncio.Future[None]]] = deque()
        self._waiting: deque[tuple[Sequence[T], asyncio.Future[None]]] = deque()
        self._worker: asyncio.Task[None] | None = None

    async def put(self, items: Sequence[T], *, urgent: bool = False) -> None:
        """Return after the batch with these items was written. Raises what the writing raised."""
        if urgent:
            await self._queue(self._urgent, items)
            return
        async with self._room:
            await self._queue(self._waiting, items)

    async def _queue(self, queue: deque[tuple[Sequence[T], asyncio.Future[None]]], items: Sequence[T]) -> None:
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        queue.append((items, done))
        if self._worker is None or self._worker.done():
            self._worker = asyncio.create_task(self._work())
        # A caller that is cancelled leaves its items in the batch: stored twice is a repeat, not stored is a loss.
        await done

    async def _work(self) -> None:
        while self._urgent or self._waiting:
            batch = self._take()
            try:
                await self._write([item for items, _ in batch for item in items])
            except asyncio.CancelledError:
                self._abandon(batch)
                raise
            except Exception as error:  # noqa: BLE001 - every caller gets it, and decides
                await self._one_by_one(batch, error)
            else:
                for _, done in batch:
                    if not done.done():
                        done.set_result(None)

    async def _one_by_one(self, batch: list[tuple[Sequence[T], asyncio.Future[None]]], error: Exception) -> None:
        """One bad item must not fail its neighbours: each caller's items are tried alone."""
        if len(batch) == 1:
            _fail(batch, error)
            return
        for items, done in batch:
            try:
                await self._write(items)
            except asyncio.CancelledError:
                self._abandon(batch)
                raise
            except Exception as own:  # noqa: BLE001 - handed to the caller
                _fail([(items, done)], own)
            else:
                if not done.done():
                    done.set_result(None)

    def _abandon(self, batch: Sequence[tuple[Sequence[T], asyncio.Future[None]]]) -> None:
        """The worker itself was cancelled: nobody may wait for ever, and nobody may believe to be stored."""
        _fail([*batch, *self._urgent, *self._waiting], RuntimeError("stopped while storing"))
        self._urgent.clear()
        self._waiting.clear()

    def _take(self) -> list[tuple[Sequence[T], asyncio.Future[None]]]:
        taken, count = [], 0
        while (queue := self._urgent or self._waiting) and count < self._at_most:
            entry = queue.popleft()
            taken.append(entry)
            count += len(entry[0])
        return taken

    async def close(self) -> None:
        """Finish what waits."""
        if self._worker is not None:
            await asyncio.gather(self._worker, return_exceptions=True)


def _fail(batch: Sequence[tuple[object, asyncio.Future[None]]], error: Exception) -> None:
    for _, done in batch:
        if not done.done():
            done.set_exception(error)
