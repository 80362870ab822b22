"""`make screenshots`: the README's pictures, from the real demo in a real browser. Usage: FOLDER."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path

from playwright.async_api import Page

from tests.browser.demo import DESKTOP, PHONE, demo, page_of

AT_STEP = {"half": "story", "card": "card"}


async def _play(page: Page, address: str, folder: Path, suffix: str) -> None:
    """Play the story and take a picture at some of its steps, when the page has come to rest."""
    await page.goto(f"{address}?play=1")
    seen: set[str] = set()
    while (story := await page.evaluate("document.body.dataset.story")) != "done":
        if str(story).startswith("failed"):
            raise SystemExit(f"the story stopped: {story}")
        step = await page.evaluate("document.querySelector('[data-test=caption]')?.dataset.step || ''")
        if step in AT_STEP and step not in seen:
            seen.add(step)
            await page.wait_for_timeout(4000)
            await page.screenshot(path=folder / f"{AT_STEP[step]}-{suffix}.png")
        await page.wait_for_timeout(250)
    await page.screenshot(path=folder / f"end-{suffix}.png")


async def main(folder: Path) -> None:
    for size, suffix in ((DESKTOP, "desktop"), (PHONE, "phone")):
        with tempfile.TemporaryDirectory() as data:
            async with demo(Path(data)) as address, page_of(size) as page:
                await _play(page, address, folder, suffix)


if __name__ == "__main__":
    Path(sys.argv[1]).mkdir(parents=True, exist_ok=True)
    asyncio.run(main(Path(sys.argv[1])))
