"""A thread of its own for work that waits for a disk: one way there and one way back, in the order given."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from queue import SimpleQueue
from threading import Thread
from typing import Any, TypeVar

T = TypeVar("T")
_Job = tuple[asyncio.AbstractEventLoop, asyncio.Future[Any], Callable[[], Any]]


class OwnThread:
    """Does one job after the other. An executor does the same through two futures, three locks and a semaphore for
    each job, which was a tenth of what the event loop had to do (docs/decisions/0017).
    """

    def __init__(self, name: str) -> None:
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        Thread(
            target=self._run, name=name, daemon=True
        ).start()  # at the interpreter's end nobody waits for a disk

    async def do(self, work: Callable[[], T]) -> T:
        """Its result, or what it raised. It is done also when nobody waits for it any more."""
        loop = asyncio.get_running_loop()
        done: asyncio.Future[T] = loop.create_future()
        self._jobs.put((loop, done, work))
        return await done

    def end(self) -> None:
        """After everything that was asked for before."""
        self._jobs.put(None)

    def _run(self) -> None:
        while (job := self._jobs.get()) is not None:
            loop, done, work = job
            made, error = None, None
            try:
                made = work()
            except BaseException as raised:  # noqa: BLE001 - whoever asked gets it
                error = raised
            with contextlib.suppress(RuntimeError):  # the loop is closed: nobody wants to know
                loop.call_soon_threadsafe(_tell, done, made, error)
            del job, work, made, error, done  # while it waits for the next, it holds nothing


def _tell(done: asyncio.Future[Any], made: Any, error: BaseException | None) -> None:
    if done.done():
        return
    if error is None:
        done.set_result(made)
    else:
        done.set_exception(error)
