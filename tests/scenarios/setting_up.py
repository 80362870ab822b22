"""`amends setup` in a real terminal, or with a file of answers, between a Telegram and a Slack on loopback."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pexpect
from aiohttp import web

from sandbox.receivers import Receivers
from sandbox.slack import SlackSandbox
from sandbox.telegram import TelegramSandbox

ROOT = Path(__file__).parents[2]
ROOM = "C0DESK"
COMMAND = [sys.executable, "-m", "bot", "setup", "--no-browser"]
PATIENCE_S = 25.0
LEAVES_WITHIN_S = 15.0
DOWN, SPACE, CTRL_C = "\x1b[B", " ", "\x03"
_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[>=]|\r")


@dataclass
class Owner:
    """Somebody at a terminal: waits for words, then types."""

    child: pexpect.spawn[str]
    seen: list[str] = field(default_factory=list)

    async def sees(self, words: str) -> None:
        """Return once these words stand on the screen, after those seen before."""
        await asyncio.to_thread(self.child.expect_exact, words, PATIENCE_S)
        self.seen.append(f"{self.child.before}{words}")

    async def answers(self, words: str, typed: str = "") -> None:
        await self.sees(words)
        self.child.send(typed + "\r")

    def types(self, keys: str) -> None:
        self.child.send(keys)

    async def leaves(self) -> int:
        """The exit code, once the command has ended."""
        await asyncio.to_thread(self.child.expect, pexpect.EOF, PATIENCE_S)
        self.seen.append(str(self.child.before))
        await asyncio.to_thread(self.child.wait)
        return int(self.child.exitstatus if self.child.exitstatus is not None else -1)

    @property
    def screen(self) -> str:
        return _ESCAPES.sub("", "".join(self.seen))


def _hears_ctrl_c() -> None:
    """Tests that run in the background of a shell are started with it ignored, and so are their children."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def living_in(folder: Path) -> set[int]:
    """The processes that work in this folder, which is one test's alone, but for this one. A desk whose wizard
    has died has another parent, and always a session of its own; it stays in its folder.
    """
    found = set()
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # ended meanwhile
            if int(process.name) != os.getpid() and (process / "cwd").readlink() == folder.resolve():
                found.add(int(process.name))
    return found


def end(pids: set[int]) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def _wait_for(child: pexpect.spawn[str]) -> None:
    """The end of the wizard, all that it still says thrown away."""
    with suppress(pexpect.TIMEOUT):
        child.expect(pexpect.EOF, timeout=LEAVES_WITHIN_S)


@dataclass
class Place:
    """An empty folder, both platforms, and the environment that points there."""

    folder: Path
    telegram: TelegramSandbox
    slack: SlackSandbox
    receivers: Receivers
    root: str
    environment: dict[str, str]

    @asynccontextmanager
    async def owner(self, **more: str) -> AsyncIterator[Owner]:
        child: pexpect.spawn[str] = pexpect.spawn(
            COMMAND[0],
            COMMAND[1:],
            cwd=str(self.folder),
            env={**self.environment, **more},
            encoding="utf-8",
            dimensions=(60, 240),
            echo=False,
            preexec_fn=_hears_ctrl_c,
        )
        try:
            yield Owner(child)
        finally:
            try:
                if child.isalive():
                    child.kill(signal.SIGHUP)  # as a window that is closed; it ends its desk first
                    await asyncio.to_thread(_wait_for, child)
                await asyncio.to_thread(child.close, force=True)
            finally:
                end(living_in(self.folder))

    async def unattended(self, answers: str, **more: str) -> tuple[int, str]:
        """Exit code and all that was said."""
        (self.folder / "answers.toml").write_text(answers, encoding="utf-8")
        process = await asyncio.create_subprocess_exec(
            *COMMAND,
            "--answers",
            "answers.toml",
            cwd=self.folder,
            env={**self.environment, **more},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        try:
            said, _ = await process.communicate()
        finally:
            end(living_in(self.folder))  # none, unless the test was given up
        return process.returncode or 0, said.decode()

    def answers(self, **changed: str) -> str:
        """A whole file of answers; a changed one is written as it is, an empty one left out."""
        given = {
            "language": '"en"',
            "telegram_token": f'"{self.telegram.token}"',
            "slack_bot_token": f'"{self.slack.bot_token}"',
            "slack_app_token": f'"{self.slack.app_token}"',
            "channel": '"after-sales"',
            "name": '"Cedar Home"',
            "zone": '"Asia/Shanghai"',
            "hours": '"lunch"',
            "holidays": '"cn"',
            "leads": '["Lin Na"]',
            "on_call": '["U0BEN"]',
        } | changed
        return "".join(f"{name} = {value}\n" for name, value in given.items() if value)

    def invite(self, *, bot_in: bool = True) -> None:
        self.slack.add_channel(ROOM, "after-sales", members=["U0LIN", "U0BEN"], bot_in=bot_in)


@asynccontextmanager
async def place(folder: Path) -> AsyncIterator[Place]:
    telegram, slack, receivers = TelegramSandbox(), SlackSandbox(), Receivers()
    slack.add_person("U0LIN", "lin", real_name="Lin Na", tz="Asia/Shanghai", locale="zh-CN")
    slack.add_person("U0BEN", "ben", real_name="Ben Cole", tz="Europe/Madrid", locale="en-GB")
    app = web.Application()
    telegram.add_routes(app)
    slack.add_routes(app)
    receivers.add_routes(app)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    here = f"http://127.0.0.1:{runner.addresses[0][1]}"
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "TERM": "xterm",
        "LANG": "en_US.UTF-8",
        "TZ": "Asia/Shanghai",
        "PYTHONUTF8": "1",
        "PROMPT_TOOLKIT_NO_CPR": "1",
        "TELEGRAM_BASE_URL": f"{here}/bot",
        "TELEGRAM_BASE_FILE_URL": f"{here}/file/bot",
        "SLACK_BASE_URL": f"{here}/slack/api/",
        "AMENDS_HTTP_PORT": "0",
    }
    made = Place(folder, telegram, slack, receivers, here, environment)
    made.invite()
    try:
        yield made
    finally:
        await telegram.close()
        await slack.close()
        await runner.cleanup()
