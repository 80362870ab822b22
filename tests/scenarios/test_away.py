"""The service was down for a night, or the laptop slept: one summary, then what can still be met."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.scenarios.claim_story import CLOCK
from tests.scenarios.world import START, World, key_of, words, world

HOUR = timedelta(hours=1)
CLAIMS = "I opened an A-to-z guarantee claim with Amazon for order 114-1234567-7654321."
ASKS = "Where is my parcel? It has not moved for a week."


def summaries(shop: World) -> list[dict[str, Any]]:
    return [post for post in shop.posts() if key_of(post).startswith("notice:away")]


async def away(shop: World, until: timedelta) -> None:
    """Stopped at one instant, and started again at another."""
    await shop.stop()
    shop.clock.move_to(START + until)
    await shop.start()
    await shop.settle()


async def test_after_a_day_off_the_desk_reads_one_summary_and_then_what_can_still_be_met(shop: World) -> None:
    """Nine buyers were not answered in time, one's claim runs out tomorrow: one message, one alarm."""
    for chat in range(601, 609):
        shop.buyer(chat, f"Buyer {chat}").say(ASKS)
    shop.buyer().say(CLAIMS)
    await shop.settle()
    await away(shop, 25 * HOUR)

    (summary,) = summaries(shop)
    said = words(summary)
    assert "from <!date" in said
    assert "passed meanwhile: 9" in said
    assert said.count("our target, Answer by a person: was due") == said.count(": was due") == 9
    assert "PLATFORM, Answer to the claim: due" in said
    assert said.count("|A-000") == 10  # each number opens its card
    assert [CLOCK in words(alert) for alert in shop.alerts()] == [True]
    states = {
        (alarm["state"], alarm["reason"])
        for case in (await shop.picture())["cases"]
        for deadline in case["deadlines"]
        for alarm in deadline["rungs"]
        if deadline["state"] == "missed"
    }
    assert states == {
        (
            "skipped",
            "the service was away 2026-11-23 08:00 to 2026-11-24 09:00 UTC; told in the summary",
        )
    }


async def test_a_second_restart_tells_nothing_again(shop: World) -> None:
    """The time away was told; a deploy a minute later is none."""
    shop.buyer().say(CLAIMS)
    await shop.settle()
    await away(shop, 25 * HOUR)
    for _ in range(2):
        shop.clock.move_to(shop.clock.now() + timedelta(minutes=1))
        await shop.restart()
        await shop.settle()

    assert len(summaries(shop)) == 1
    assert len([alert for alert in shop.alerts() if CLOCK in words(alert)]) == 1


async def test_what_buyers_wrote_meanwhile_is_read_and_its_clock_is_not_taken_for_told(shop: World) -> None:
    """The letter waited at the platform, its time ran out unseen: the summary could not know it, so it sounds."""
    sofia = shop.buyer()
    await shop.stop()
    sofia.say(ASKS)
    shop.clock.move_to(START + 25 * HOUR)
    await shop.start()
    await shop.settle()

    assert "No deadline passed meanwhile." in words(summaries(shop)[0])
    assert "being read now" in words(summaries(shop)[0])
    assert "A-0001" in words(shop.card())
    assert len(shop.alerts()) == 1


@pytest.mark.parametrize("by", [timedelta(hours=25), -HOUR], ids=["forward", "back"])
async def test_a_clock_that_is_set_is_no_time_away(shop: World, by: timedelta) -> None:
    """Corrected by NTP, or stepped by the demo, while the service runs: no summary, and no rung is lost."""
    shop.buyer().say(CLAIMS)
    await shop.settle()
    shop.clock.move_to(shop.clock.now() + by)
    shop.service.signals.timers.set()
    await shop.settle()
    await shop.advance(50 * HOUR)

    assert summaries(shop) == []
    claim = next(each for each in (await shop.case())["deadlines"] if each["rule"] == "amz.atoz.info_request")
    assert {alarm["state"] for alarm in claim["rungs"]} <= {"sounded", "skipped"}
    assert claim["state"] == "missed"


async def test_a_summary_that_cannot_wait_goes_by_the_second_path_as_well(tmp_path: Path) -> None:
    """The claim ran out and nobody reads Slack at four: the page names it, and says nothing of the buyer."""
    async with world(tmp_path, paths=["webhook"]) as shop:
        shop.buyer().say(CLAIMS)
        await shop.settle()
        await away(shop, 49 * HOUR)

        pages = [page.body for page in shop.receivers.received if "away" in page.body["key"]]
        (told,) = pages
        assert "passed while the service was away: 1" in told["title"]
        assert any("A-0001" in line and "2026-11-25 16:00 (Asia/Shanghai)" in line for line in told["lines"])
        assert told["link"]
        assert "parcel" not in str(told)
        await away(shop, 51 * HOUR)
        assert len([page for page in shop.receivers.received if "away" in page.body["key"]]) == 1


async def test_a_quiet_time_away_wakes_nobody(tmp_path: Path) -> None:
    """Nothing passed and no marketplace's limit is near: a line in Slack is enough."""
    async with world(tmp_path, paths=["webhook"]) as shop:
        shop.buyer().say(CLAIMS)
        await shop.settle()
        await away(shop, 2 * HOUR)

        await shop.until(lambda: len(summaries(shop)) == 1)
        await shop.settle()
        assert shop.receivers.received == []
