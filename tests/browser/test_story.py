"""The demo page in a real browser: the story by itself and by hand, on a desk and on a phone."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Page, expect

from tests.browser.demo import DESKTOP, PHONE, page_of
from tests.browser.demo import test_id as by

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]

expect.set_options(timeout=20_000)  # the undo window is five real seconds
SIZES = pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
ALL_STORED = re.compile(
    r"0\s*lost\s*0\s*doubled\s*3\s*stored"
)  # three messages: asked, claimed, and while it died
HOSTILE = "<img src=x onerror=alert(1)> <!channel> <https://evil.example|click> *bold* \u202eabc"


async def see(page: Page, room: str) -> None:
    """On a phone the columns are tabs."""
    tab = page.locator(by(f"tab-{room}"))
    if await tab.is_visible():
        await tab.click()


async def fits(page: Page) -> bool:
    """No sideways scroll."""
    wide: bool = await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    return wide


@SIZES
async def test_the_story_plays_by_itself_to_its_end(address: str, size: tuple[int, int]) -> None:
    """Each step is a real call that waits for its real event: when it ends, the desk has done all of it."""
    async with page_of(size) as page:
        await page.goto(f"{address}?play=1&pace=0")
        ended = page.locator("body[data-story=done], body[data-story^=failed]")
        await ended.wait_for(state="attached", timeout=150_000)
        assert await page.evaluate("document.body.dataset.story") == "done"
        counts = " ".join((await page.locator(by("counts")).first.inner_text()).split())
        assert counts.startswith("0 lost 0 doubled"), counts
        await expect(page.locator(by("try-yourself"))).to_be_visible()
        assert await fits(page)


@SIZES
async def test_the_first_minute_works_by_hand(address: str, size: tuple[int, int]) -> None:
    """What a visitor does without being told: pick a message, approve, open a claim, move the clock, break it."""
    async with page_of(size) as page:
        await page.goto(address)
        await page.wait_for_selector(f"{by('advance-1h')}:not([disabled])", timeout=60_000)
        assert await fits(page)
        await page.locator(by("chip-lost")).click()
        phone = page.locator(by("phone"))
        await expect(phone.locator(by("bubble-bot"))).to_have_count(1)

        await see(page, "slack")
        await page.locator(by("slack-action-approve")).first.click()
        await expect(page.locator(by("slack-action-undo")).first).to_be_visible()
        await see(page, "buyer")
        await expect(phone.locator(by("bubble-bot"))).to_have_count(2)

        await page.locator(by("chip-claim")).click()
        await see(page, "slack")
        await expect(page.get_by_text("Outer bound").first).to_be_visible()
        await page.locator(by("advance-1d")).click()
        await page.wait_for_selector(f"{by('advance-12h')}:not([disabled])")
        await page.locator(by("advance-12h")).click()
        await page.wait_for_selector(f"{by('advance-1h')}:not([disabled])")
        paged = page.locator(by("message")).or_(page.locator(by("card"))).filter(has_text="needs a decision")
        await paged.locator(by("slack-action-acknowledge")).click()
        await expect(paged).to_contain_text("Acknowledged by")

        await page.locator(by("service-kill")).click()
        await page.locator(by("service-start")).click()
        await page.wait_for_selector(f"{by('advance-1h')}:not([disabled])", timeout=60_000)
        # No more is sure: killed while the receipt goes out, the desk does not know whether it came.
        await expect(page.locator(by("counts")).first).to_contain_text(ALL_STORED)
        assert await fits(page)


async def test_hostile_words_are_shown_and_nothing_else(address: str) -> None:
    """A buyer's text is a text: no tag, no mention, no link, no formatting, on the phone or in Slack."""
    async with page_of(DESKTOP) as page:
        page.on("dialog", lambda dialog: pytest.fail(f"a script ran: {dialog.message}"))
        await page.goto(address)
        await page.wait_for_selector(f"{by('advance-1h')}:not([disabled])", timeout=60_000)
        await page.locator(by("buyer-input")).fill(HOSTILE)
        await page.locator(by("buyer-send")).click()
        card = page.locator(by("card")).first
        await expect(card).to_contain_text("<!channel> <https://evil.example|click> *bold*")
        assert await page.locator("img[src='x']").count() == 0
        assert await card.locator("a[href*='evil']").count() == 0


async def test_the_page_speaks_chinese(address: str) -> None:
    """Staff often read Chinese: one press, and the shop's desk speaks it too while nothing has happened yet."""
    async with page_of(DESKTOP) as page:
        await page.goto(address)
        await page.locator(by("language")).click()
        await expect(page.locator(by("start-over"))).to_contain_text("重新")
        assert str(await page.evaluate("document.documentElement.lang")).startswith("zh")
        await page.wait_for_selector(f"{by('advance-1h')}:not([disabled])", timeout=60_000)
        await page.locator(by("chip-lost")).click()
        await expect(page.locator(by("slack-action-approve")).first).to_have_text("批准并发送", timeout=60_000)
