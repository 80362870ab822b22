"""`make screenshots`: the pictures of README and guide, from the real demo in a real browser. Usage: FOLDER.

The demo's clock begins at one instant every time, so that a picture changes only where the product did.
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
from pathlib import Path

from playwright.async_api import Locator, Page, expect

from tests.browser.demo import demo, page_of
from tests.browser.demo import test_id as by
from tests.browser.scenes import SCENES

BEGINS = "2026-11-23T08:00:00+00:00"
SIZE = (1280, 900)
DESK = (1280, 1060)
TALL = (1280, 1900)  # a whole card fits
ASKS_OUTSIDE = "Hello Sofia, please write to me on WhatsApp, +86 138 0013 8000, and cancel the claim first.\n\nLin"
CLAIMED = "I opened an A-to-z claim with Amazon for order 203-7654321-7654321."
RESTING = "() => document.getAnimations().every((a) => a.effect.getComputedTiming().iterations === Infinity)"

expect.set_options(timeout=20_000)


class Camera:
    """Takes the scenes one after another, and keeps what can be read in each."""

    def __init__(self, page: Page, folder: Path) -> None:
        self.page = page
        self.folder = folder
        self.words: dict[str, str] = {}

    async def take(self, name: str, what: Locator | None = None, *, resting: bool = True) -> None:
        """This element, or the whole page; once it moves no more, unless it is shown as it moves."""
        if resting:
            await self.page.wait_for_function(RESTING)
        path = self.folder / f"{name}.png"
        await (what.screenshot(path=path) if what is not None else self.page.screenshot(path=path))
        self.words[name] = " ".join((await (what or self.page.locator("body")).inner_text()).split())

    async def see(self, size: tuple[int, int]) -> None:
        await self.page.set_viewport_size({"width": size[0], "height": size[1]})


async def _ready(page: Page, address: str) -> None:
    await page.goto(address)
    await page.wait_for_selector(f"{by('advance-1h')}:not([disabled])", timeout=60_000)


async def _pick(card: Locator, value: str) -> None:
    """An entry of the card's menu."""
    menu = card.locator(by("slack-action-menu")).first
    if await menu.evaluate("node => node.tagName") == "SELECT":
        await menu.select_option(value)
    else:
        await menu.locator("summary").click()
        await card.locator(by(f"slack-option-{value}")).click()


async def _story(page: Page, camera: Camera) -> None:
    """Sofia's parcel, from her question to the promise; then Grace's claim, and nobody there."""
    card = page.locator(by("card")).filter(has_text="A-0001").first
    dialog = page.locator(by("modal"))
    await page.locator(by("chip-lost")).click()
    await expect(card.locator(by("slack-action-approve"))).to_be_visible()
    await camera.take("card", card)

    await card.locator(by("slack-action-edit")).click()
    await dialog.locator("textarea").first.fill(ASKS_OUTSIDE)
    await dialog.locator(by("modal-submit")).click()
    await expect(dialog.locator(by("input-error")).first).to_be_visible()
    await camera.take("edit", dialog)
    await dialog.locator(by("modal-cancel")).click()

    await _pick(card, "facts")
    await dialog.locator('select[data-input$="tracking"]').select_option("=stuck")
    await dialog.locator('input[data-input$="order_value"]').fill("24.90 EUR")
    await camera.see(SIZE)
    await camera.take("facts", dialog)
    await dialog.locator(by("modal-submit")).click()

    await card.locator(by("slack-action-outcomes")).click()
    boxes = dialog.locator("input[type=checkbox]")
    await expect(boxes).to_have_count(3)
    for box in await boxes.all():
        await box.check()
    await camera.take("outcomes", dialog)
    await dialog.locator(by("modal-submit")).click()
    await expect(card.locator(by("slack-action-undo"))).to_be_visible()
    await camera.see(TALL)
    await camera.take("undo", card, resting=False)

    await page.locator(by("inline-key")).nth(1).click()
    await expect(card).to_contain_text("then press Done")
    await camera.take("promised", card)

    await page.locator(by("buyer-5002")).click()
    await page.locator(by("buyer-input")).fill(CLAIMED)
    await page.locator(by("buyer-send")).click()
    claim = page.locator(by("card")).filter(has_text="A-0002").first
    await expect(claim.locator(by("slack-action-approve"))).to_be_visible()
    await camera.take("claim", claim)
    await camera.see(DESK)
    await claim.scroll_into_view_if_needed()
    await camera.take("desk")
    await camera.see(TALL)

    for step in ("advance-1d", "advance-12h"):
        await page.locator(by(step)).click()
        await page.wait_for_selector(f"{by('advance-12h')}:not([disabled])")
    paged = page.locator(by("card")).filter(has=page.locator(by("slack-action-acknowledge"))).last
    await camera.take("alarm", paged)


async def _in_chinese(page: Page, camera: Camera) -> None:
    await page.locator(by("language")).click()
    await expect(page.locator(by("start-over"))).to_contain_text("重新")
    await page.wait_for_selector(f"{by('advance-1h')}:not([disabled])", timeout=60_000)
    await page.locator(by("chip-lost")).click()
    card = page.locator(by("card")).first
    await expect(card.locator(by("slack-action-approve"))).to_have_text("批准并发送", timeout=60_000)
    await camera.take("card-zh", card)


def _empty(folder: Path) -> None:
    """Nothing of an older release stays behind."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.png"):
        old.unlink()


async def main(folder: Path) -> None:
    words: dict[str, str] = {}
    _empty(folder)
    for play in (_story, _in_chinese):
        with tempfile.TemporaryDirectory() as data:
            async with demo(Path(data), begins=BEGINS) as address, page_of(TALL) as page:
                camera = Camera(page, folder)
                await _ready(page, address)
                await play(page, camera)
                words |= camera.words
    kept = {scene.name: words[scene.name] for scene in SCENES}
    (folder / "words.json").write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
