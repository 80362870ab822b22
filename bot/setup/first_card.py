"""The proof that it works: a desk on the new settings, and the first card in its channel."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections import deque
from collections.abc import Callable
from contextlib import suppress

from sqlalchemy.exc import SQLAlchemyError

from bot.store import desk
from bot.store.visiting import NoDatabase, Visitor
from flows.values import Shop

COMMAND = (sys.executable, "-m", "bot", "run")
LOOK_EVERY_S = 0.5
STOP_WITHIN_S = 12.0  # the desk itself leaves within ten
TAIL_LINES = 15


class DeskEnded(RuntimeError):
    """The desk ended by itself; the message is what it said last."""


class Child:
    """`amends run` beside us, in the same folder and environment. Ctrl-C reaches us alone."""

    def __init__(self) -> None:
        self._process: asyncio.subprocess.Process | None = None
        self._tail: deque[str] = deque(maxlen=TAIL_LINES)
        self._reading: asyncio.Task[None] | None = None
        self.show: Callable[[str], None] = self._tail.append

    async def start(self) -> None:
        self._process = await asyncio.create_subprocess_exec(
            *COMMAND,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
            start_new_session=True,
        )
        self._reading = asyncio.create_task(self._read(self._process))

    async def _read(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None  # noqa: S101 - asked for with PIPE above
        async for line in process.stdout:
            self.show(line.decode("utf-8", "replace").rstrip())

    async def ended(self) -> None:
        """Return never while it runs. Raises DeskEnded."""
        assert self._process is not None  # noqa: S101 - started before
        assert self._reading is not None  # noqa: S101
        await self._process.wait()
        await self._reading
        raise DeskEnded("\n".join(self._tail))

    async def stop(self) -> None:
        """Unstarted, or ended already, is harmless."""
        if self._process is None:
            return
        with suppress(ProcessLookupError):
            self._process.send_signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(self._process.wait(), STOP_WITHIN_S)
        except TimeoutError:
            self._process.kill()
            await self._process.wait()
        if self._reading is not None:
            await self._reading


class Cards:
    """What the desk has put up so far, read beside it."""

    def __init__(self, database_url: str, shop: Shop) -> None:
        self._visitor, self._shop = Visitor(database_url), shop

    async def tally(self) -> tuple[int, int]:
        try:
            return await self._visitor.read(lambda connection: desk.card_tally(connection, self._shop))
        except (NoDatabase, SQLAlchemyError):  # not made yet, or its tables are not
            return 0, 0

    async def next_one(self, before: tuple[int, int]) -> None:
        """Return when a card was put up or changed since `before`."""
        while await self.tally() == before:  # noqa: ASYNC110 - another process tells no event
            await asyncio.sleep(LOOK_EVERY_S)

    async def close(self) -> None:
        await self._visitor.close()
