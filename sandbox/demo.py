"""`python -m sandbox`: the whole demo on one loopback port, until Ctrl-C."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
import socket
import sys
import tempfile
import webbrowser
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from aiohttp import web

from sandbox.cast import LANGUAGES
from sandbox.stage import Stage
from sandbox.stage_web import build_app

DEFAULT_PORT = 8787
SERVICE_COMMAND = (sys.executable, "-m", "bot", "run")
LEAVE_WITHIN_S = 2.0


def main(
    port: int = DEFAULT_PORT,
    open_browser: bool = True,
    data_dir: Path | None = None,
    database_url: str | None = None,
    command: Sequence[str] = SERVICE_COMMAND,
    begins: datetime | None = None,
) -> int:
    """Run the demo until Ctrl-C; the exit code is 0 then, 1 when the port is taken. `begins`: see `Stage`.

    Without `data_dir` everything lives in a temporary folder that goes with the demo. "Start over" wipes
    the folder `run` inside `data_dir`, never `data_dir` itself.
    """
    try:
        listening = listen(port)
    except OSError as error:
        _tell(f"Port {port} cannot be used: {error.strerror}. Choose another one: --port 0")
        return 1
    with contextlib.ExitStack() as leaving:
        leaving.callback(listening.close)
        if data_dir is None:
            data_dir = Path(leaving.enter_context(tempfile.TemporaryDirectory(prefix="amends-")))
        demo = Demo(listening, data_dir.resolve() / "run", command, database_url, begins)
        asyncio.run(demo.run(open_browser=open_browser and has_display()))
    return 0


def listen(port: int) -> socket.socket:
    """A listening loopback socket. Raises OSError when the port is taken."""
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind(("127.0.0.1", port))
        listening.listen(128)
    except OSError:
        listening.close()
        raise
    return listening


def has_display() -> bool:
    """Whether opening a browser can be seen by anyone."""
    if sys.platform in ("darwin", "win32"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


class Demo:
    """Puts one stage after another on the same socket: whoever connects in between simply waits."""

    def __init__(
        self,
        listening: socket.socket,
        folder: Path,
        command: Sequence[str] = SERVICE_COMMAND,
        database_url: str | None = None,
        begins: datetime | None = None,
    ) -> None:
        self.port: int = listening.getsockname()[1]
        self.stage: Stage | None = None
        self.leaving = asyncio.Event()
        self._listening = listening
        self._folder = folder
        self._command = command
        self._database_url = database_url
        self._begins = begins
        self._language = LANGUAGES[0]

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    async def run(self, *, open_browser: bool = False) -> None:
        """Play until `leaving` is set (Ctrl-C and SIGTERM set it)."""
        loop = asyncio.get_running_loop()
        for ending in (signal.SIGINT, signal.SIGTERM):
            with contextlib.suppress(NotImplementedError, RuntimeError, ValueError):
                loop.add_signal_handler(ending, self.leaving.set)
        _tell(f"Amends demo: {self.address}  (Ctrl-C ends it)")
        if open_browser:
            await asyncio.to_thread(webbrowser.open, self.address)
        while not self.leaving.is_set():
            await self._one_stage()

    async def _one_stage(self) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)
        stage = Stage(self._folder, self.port, self._command, self._database_url, self._language, self._begins)
        runner = web.AppRunner(build_app(stage, self.port), shutdown_timeout=LEAVE_WITHIN_S)
        await runner.setup()
        watching = asyncio.create_task(_tell_failures(stage))
        try:
            await web.SockSite(runner, self._listening.dup()).start()
            await stage.open()
            self.stage = stage
            await self._until_over(stage)
            self._language = stage.next_language
        finally:
            watching.cancel()
            await stage.close()
            await runner.cleanup()
            await stage.telegram.close()
            await stage.slack.close()

    async def _until_over(self, stage: Stage) -> None:
        waits = [asyncio.create_task(e.wait()) for e in (stage.reset_asked, self.leaving)]
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        for wait in waits:
            wait.cancel()


async def _tell_failures(stage: Stage) -> None:
    """Show in the terminal what the service last said when it ends without being asked to."""
    while True:
        await stage.supervisor.wait_until("failed")
        code = stage.supervisor.exit_code
        _tell(f"The service ended by itself (exit code {code}). Its last lines:")
        for said in stage.supervisor.tail:
            _tell(f"  | {said}")
        _tell("Start it again with the page's button, or start over; Ctrl-C ends the demo.")
        await stage.supervisor.wait_until("starting", "stopped", "killed")


def _tell(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - the terminal is this command's face
