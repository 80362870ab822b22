"""The demo as a visitor gets it: the real command in a process of its own, and headless Chromium on its page."""

from __future__ import annotations

import asyncio
import re
import shutil
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Page, async_playwright

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
DESKTOP = (1440, 900)
PHONE = (390, 844)
START_S = 60.0


def browser_path() -> str | None:
    """The system's Chromium, or None where there is none."""
    return next((found for name in BROWSERS if (found := shutil.which(name))), None)


@asynccontextmanager
async def demo(folder: Path, begins: str = "") -> AsyncIterator[str]:
    """`amends demo` on a free port; its address. Ended by its own process id. `begins`: the first instant of its
    clock, which only the sandbox's own command takes.
    """
    named = ["sandbox", "--begins", begins, "--data-dir"] if begins else ["bot", "demo", "--data"]
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", *named, str(folder), "--port", "0", "--no-browser", stdout=asyncio.subprocess.PIPE
    )
    try:
        yield await asyncio.wait_for(_address(process), START_S)
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def _address(process: asyncio.subprocess.Process) -> str:
    assert process.stdout is not None
    async for line in process.stdout:
        if found := re.search(rb"http://127\.0\.0\.1:\d+/", line):
            return found.group().decode()
    raise AssertionError("the demo ended without printing its address")


@asynccontextmanager
async def page_of(size: tuple[int, int]) -> AsyncIterator[Page]:
    """A page of this width and height; afterwards it has reported no error of its own."""
    errors: list[str] = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=browser_path(), args=ARGUMENTS)
        page = await browser.new_page(viewport={"width": size[0], "height": size[1]})
        page.set_default_timeout(30_000)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
        try:
            yield page
        finally:
            await browser.close()
    assert errors == []


def test_id(name: str) -> str:
    return f'[data-test="{name}"]'
