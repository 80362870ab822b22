"""How long a newcomer waits: from an empty folder to the first card, with the seconds of every stage.

    make first-card                         (clones this repository; or: python -m benchmarks.first_card ADDRESS)

It does what the README says, by its commands: `git clone`, `make install` into a new environment, `amends demo`
until a buyer's message is a card on the page, then `amends setup` between stand-ins of both platforms until it
says that the first card is there. What a person needs to read, decide and type is not in it, nor are BotFather and
Slack. Packages come as this machine's pip takes them, out of its cache where they are in it;
PIP_CACHE_DIR names another.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
import time
from asyncio.subprocess import DEVNULL, PIPE, STDOUT, Process
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

from benchmarks.machine import look
from benchmarks.running import CHANNEL_NAME, Platforms, platforms
from sandbox.cast import BUYERS
from sandbox.environment import DROPPED

HERE = Path(__file__).resolve().parents[1]
LOOK_EVERY_S = 0.1
PATIENCE_S = 600.0
LEFT_OUT = (*DROPPED, "VIRTUAL_ENV", "PYTHONPATH", "PYTHONHOME", "MAKE", "MFLAGS")
QUESTION = "Where is my parcel? Order 408-1234567-1234567"


class Stopwatch:
    """Prints what each stage took as it ends."""

    def __init__(self) -> None:
        self._began = self._last = time.perf_counter()

    def stage(self, name: str) -> None:
        now = time.perf_counter()
        _tell(f"{now - self._last:7.1f} s  {name}")
        self._last = now

    def sum(self, name: str) -> None:
        _tell(f"{time.perf_counter() - self._began:7.1f} s  {name}")


async def main(address: str) -> None:
    with tempfile.TemporaryDirectory(prefix="amends-newcomer-") as folder:
        empty = Path(folder)
        clone, watch = empty / "amends", Stopwatch()
        await _done("git", "clone", "--quiet", address, str(clone), folder=empty)
        watch.stage("git clone")
        await _done("make", "install", folder=clone)
        watch.stage("make install, into a new environment")
        await _demo(clone, watch)
        watch.sum("from the empty folder to a card in the demo")
        await _setup(clone, watch)


async def _demo(clone: Path, watch: Stopwatch) -> None:
    """Until a visitor's click on a buyer's message has become a card on the page."""
    buyer = BUYERS[0]
    async with _started(clone, "demo", "--no-browser", "--port", "0") as process:
        page = (await _line_with(process, "http://")).split()[2]
        async with aiohttp.ClientSession(page) as visitor:
            await _until(visitor, lambda state: state["service"]["state"] == "running")
            watch.stage("amends demo, until it can be used")
            said = {"chat_id": buyer.chat_id, "line": buyer.lines[0].name}
            async with visitor.post("/stage/line", json=said) as answer:
                answer.raise_for_status()
            await _until(visitor, lambda state: bool(state["slack"]["messages"]))
    watch.stage("a buyer's message, until its card is on the page; and the demo ended")


async def _until(visitor: aiohttp.ClientSession, told: Callable[[Any], bool]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while True:
            async with visitor.get("/stage/state") as answer:
                if told(await answer.json()):
                    return
            await asyncio.sleep(LOOK_EVERY_S)


async def _setup(clone: Path, watch: Stopwatch) -> None:
    """The wizard with its questions answered by a file, until it says that the card has appeared."""
    async with platforms() as both:
        (clone / "answers.toml").write_text(_answers(both), encoding="utf-8")
        here = f"http://127.0.0.1:{both.port}"
        places = {
            "TELEGRAM_BASE_URL": f"{here}/bot",
            "TELEGRAM_BASE_FILE_URL": f"{here}/file/bot",
            "SLACK_BASE_URL": f"{here}/slack/api/",
            "AMENDS_HTTP_PORT": "0",
        }
        async with _started(clone, "setup", "--no-browser", "--answers", "answers.toml", **places) as process:
            await _line_with(process, "Now write to your bot")
            watch.stage("amends setup with a file of answers, until it asks for a message")
            both.telegram.buyer(5001).say(QUESTION)
            await _line_with(process, "The card is in the channel")
    watch.stage("a buyer's message, until its card is in the channel; and the desk ended")


def _answers(both: Platforms) -> str:
    given = {
        "language": "en",
        "telegram_token": both.telegram.token,
        "slack_bot_token": both.slack.bot_token,
        "slack_app_token": both.slack.app_token,
        "channel": CHANNEL_NAME,
        "name": "Cedar Home",
        "zone": "Asia/Shanghai",
        "hours": "office",
        "holidays": "cn",
    }
    return "".join(f'{name} = "{value}"\n' for name, value in given.items()) + "start = true\n"


@asynccontextmanager
async def _started(clone: Path, *command: str, **more: str) -> AsyncIterator[Process]:
    """The clone's own `amends` in the clone; it has ended when this is left."""
    process = await asyncio.create_subprocess_exec(
        clone / ".venv/bin/amends",
        *command,
        cwd=clone,
        env=_environment(PYTHONUNBUFFERED="1", **more),
        stdin=DEVNULL,
        stdout=PIPE,
        stderr=STDOUT,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
        await process.communicate()


async def _line_with(process: Process, words: str) -> str:
    """The next line of what it says that has these words. Raises SystemExit when it ends before."""
    said: list[str] = []
    assert process.stdout is not None
    async with asyncio.timeout(PATIENCE_S):
        async for line in process.stdout:
            said.append(line.decode("utf-8", "replace"))
            if words in said[-1]:
                return said[-1]
    raise SystemExit(f"It never said: {words}\n{''.join(said)}")


async def _done(*command: str, folder: Path) -> None:
    """Raises SystemExit with what it said when it fails."""
    process = await asyncio.create_subprocess_exec(
        *command, cwd=folder, env=_environment(), stdin=DEVNULL, stdout=PIPE, stderr=STDOUT
    )
    said, _ = await process.communicate()
    if process.returncode:
        raise SystemExit(
            f"{' '.join(command)} ended with {process.returncode}:\n{said.decode('utf-8', 'replace')}"
        )


def _environment(**more: str) -> dict[str, str]:
    """Nothing of this environment's Python and of its owner's accounts reaches what is measured."""
    return {name: value for name, value in os.environ.items() if not name.startswith(LEFT_OUT)} | more


def _tell(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    found = look()
    _tell(
        f"{found.measured_on}: {found.cores} cores, {found.memory_gb:.0f} GB, {found.system}, "
        f"Python {found.python}, load {found.load:.1f}"
    )
    asyncio.run(main(sys.argv[1] if len(sys.argv) > 1 else str(HERE)))
