"""The claim as one story, told on every database."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.scenarios.world import BEN, LIN, UNDO, World, actions, received, words

ORDER = "114-1234567-7654321"
CLOCK = "Answer to the claim"
CLAIM_CLOCKS = (CLOCK, "The longer of Amazon's two limits")
PROOF = "Case 12345678, answered in Seller Central"


async def claim_from_buyer_to_proof(shop: World) -> None:
    """From the buyer's message through the ladder to the proof."""
    sofia = shop.buyer(language="en")
    sofia.say(f"I opened an A-to-z guarantee claim with Amazon for order {ORDER}.")
    await shop.settle()
    await _both_limits_are_shown(shop)
    await _rungs_sound(shop)
    await _answered_by_hand(shop)
    silent_since = (len(shop.alerts()), len(received(sofia)))
    await shop.advance(timedelta(days=3))
    assert len(shop.alerts()) == silent_since[0]


async def _both_limits_are_shown(shop: World) -> None:
    """The sources disagree: the shorter limit drives, the longer is told beside it."""
    shown = words(shop.card())
    assert "2026-11-25 08:00 UTC" in shown.splitlines()[1] + shown.splitlines()[0]
    assert "Outer bound" in shown
    assert "2026-11-26 08:00 UTC" in shown
    await shop.click(LIN, "menu", option="take")
    await shop.settle()
    assert f"<@{LIN}>" in words(shop.card())


async def _rungs_sound(shop: World) -> None:
    """+12 h below the card, +24 h the owner, +36 h the lead."""
    await shop.advance(timedelta(hours=12))
    assert _claim_alerts(shop) == []
    assert any(CLOCK in words(post) and "acknowledge" in actions(post) for post in shop.thread())
    await shop.advance(timedelta(hours=12))
    warned = _claim_alerts(shop)
    assert len(warned) == 1
    assert f"<@{LIN}>" in words(warned[0])
    assert f"<@{BEN}>" not in words(warned[0])
    await shop.click(LIN, "acknowledge", ts=warned[0]["ts"])
    await shop.advance(timedelta(hours=12))
    paged = _claim_alerts(shop)
    assert len(paged) == 2
    assert f"<@{BEN}>" in words(paged[1])
    await shop.click(BEN, "acknowledge", ts=paged[1]["ts"])
    await shop.settle()
    assert "Acknowledged by" in words(_claim_alerts(shop)[1])


def _claim_alerts(shop: World) -> list[dict[str, Any]]:
    return [alert for alert in shop.alerts() if CLOCK in words(alert)]


async def _claim_clocks(shop: World) -> list[dict[str, Any]]:
    return [d for d in (await shop.case())["deadlines"] if d["name"] in CLAIM_CLOCKS]


async def _answered_by_hand(shop: World) -> None:
    """Approving the text stops nothing; only the proof does."""
    sent = len(shop.telegram.sent())
    await shop.click(BEN, "approve")
    await shop.advance(UNDO)
    assert len(shop.telegram.sent()) == sent
    assert "submitted" in actions(shop.card())
    running = await _claim_clocks(shop)
    assert {deadline["state"] for deadline in running} == {"running"}
    await shop.open(BEN, "submitted")
    assert (await shop.submit(BEN, proof=PROOF)).acked
    await shop.settle()
    assert PROOF in words(shop.card())
    ended = await _claim_clocks(shop)
    assert {deadline["state"] for deadline in ended} == {"met"}
    assert any(PROOF in line for line in await shop.journal())
    for alert in _claim_alerts(shop):
        assert "Handled" in words(alert)
        assert actions(alert) == []
