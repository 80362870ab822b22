"""Starts the service as a child process, watches it, and ends it: politely, or with SIGKILL when asked."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections import deque
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

import aiohttp

from sandbox.service_client import ServiceClient
from sandbox.wire import Changed

ServiceState = Literal["stopped", "starting", "running", "killed", "failed"]

READY_WITHIN_S = 60.0
READY_EVERY_S = 0.1
STOP_WITHIN_S = 10.0
TAIL_LINES = 40


class Supervisor:
    """One service, at most one child process at a time, run in `folder`.

    `failed` means that the child ended without being asked to, or never became ready; `tail` then holds
    the last lines it wrote.
    """

    def __init__(
        self,
        command: Sequence[str],
        environment: Mapping[str, str],
        client: ServiceClient,
        folder: Path,
    ) -> None:
        self.state: ServiceState = "stopped"
        self.starts = 0
        self.exit_code: int | None = None
        self.tail: deque[str] = deque(maxlen=TAIL_LINES)
        self.changed = Changed()
        self._command = tuple(command)
        self._environment = dict(environment)
        self._client = client
        self._folder = folder
        self._process: asyncio.subprocess.Process | None = None
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    async def start(self) -> None:
        """Start the child and return at once; `wait_until` tells when it is ready. Twice is harmless."""
        if self._process is not None:
            return
        self.tail.clear()
        self.exit_code = None
        self.starts += 1
        self._process = await asyncio.create_subprocess_exec(
            *self._command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env=self._environment,
            cwd=self._folder,  # not where the visitor's own .env may lie
            start_new_session=True,  # Ctrl-C in the terminal must reach us alone: we end the child
        )
        self._move("starting")
        self._tasks = [
            asyncio.create_task(self._follow(self._process)),
            asyncio.create_task(self._wait_ready()),
        ]

    async def kill(self) -> None:
        """End the child with SIGKILL: no clean-up of any kind happens inside it (so Windows ends all)."""
        await self._end(getattr(signal, "SIGKILL", signal.SIGTERM), "killed")

    async def stop(self) -> None:
        """Ask the child to end (SIGTERM), and insist after ten seconds. Unstarted is harmless."""
        await self._end(signal.SIGTERM, "stopped")

    async def wait_until(self, *states: ServiceState) -> ServiceState:
        """Return the state as soon as it is one of `states`."""
        seen = self.changed.version
        while self.state not in states:
            seen = await self.changed.wait(seen)
        return self.state

    async def _end(self, how: signal.Signals, state: ServiceState) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(how)
        try:
            await asyncio.wait_for(process.wait(), STOP_WITHIN_S)
        except TimeoutError:
            process.kill()
            await process.wait()
        await self._settle()
        self._move(state)

    async def _settle(self) -> None:
        tasks, self._tasks = self._tasks, []
        for task in tasks:
            if task is not asyncio.current_task():
                task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _follow(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None  # noqa: S101 - asked for with PIPE above
        async for line in process.stdout:
            self.tail.append(line.decode("utf-8", "replace").rstrip())
        code = await process.wait()
        if self._process is process:  # nobody asked for this
            self._process = None
            self.exit_code = code
            for task in self._tasks:
                if task is not asyncio.current_task():
                    task.cancel()  # a dead child gets ready no more, and its successor is watched by another task
            self._move("failed")

    async def _wait_ready(self) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(READY_WITHIN_S):
                while not await self._is_ready():  # noqa: ASYNC110 - another process tells no event
                    await asyncio.sleep(READY_EVERY_S)
            if self.state == "starting":
                self._move("running")
            return
        self.tail.append(f"not ready after {READY_WITHIN_S:.0f} s")
        if self.state == "starting":
            self._move("failed")

    async def _is_ready(self) -> bool:
        try:
            return await self._client.is_ready()
        except (aiohttp.ClientError, TimeoutError, OSError):
            return False

    def _move(self, state: ServiceState) -> None:
        self.state = state
        self.changed.set()
