"""Money at the desk: who may say yes, when it takes two, and no second refund, from first message to proof."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.scenarios.world import BEN, CHANNEL, LIN, UNDO, World, actions, received, words, world

EVE = "U0EVE"  # in the channel, without a role
ORDER = "114-1234567-7654321"
SHOP = f"""
[shop]
name = "Cedar Home"
zone = "Asia/Shanghai"
language = "en"

[[staff]]
id = "{LIN}"
name = "Lin"
roles = ["approver"]

[[staff]]
id = "{BEN}"
name = "Ben"
roles = ["lead"]

[money]
everybody = {{refund = "60 EUR", per_day = "300 EUR"}}
"""


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[World]:
    async with world(tmp_path, shop=SHOP) as running:
        running.slack.add_person(EVE, "eve", real_name="Eve Ray", tz="Asia/Shanghai")
        running.slack.add_channel(CHANNEL, "after-sales", members=[LIN, BEN, EVE])
        yield running


async def _knows(shop: World, ts: str, value: str) -> None:
    """A stuck parcel, and a buyer who wants the money back."""
    await shop.open(LIN, "menu", ts, option="facts")
    parcel = {"fact:tracking": "=stuck", "fact:wish": "=refund"}
    order = {"typed:text:order": ORDER, "typed:money:order_value": value}
    answered = await shop.submit(LIN, **parcel, **order)
    assert answered.errors == {}
    await shop.settle()


async def test_a_large_refund_takes_two_and_is_paid_once(shop: World) -> None:
    """Eve may not, Lin may but not alone, Ben completes it; done by hand with proof; the same order is not paid
    again in another conversation.
    """
    sofia, tomas = shop.buyer(501, "Sofia"), shop.buyer(777, "Tomas")
    sofia.say(f"Where is my parcel? Order {ORDER}.")
    await shop.settle()
    ts = shop.card()["ts"]
    await _knows(shop, ts, "80 EUR")
    assert "This approves: refund the order, 80.00 EUR" in words(shop.card())
    assert "order is on Amazon" in words(shop.card())

    await shop.click(EVE, "approve")
    await shop.settle()
    assert "only people with the role approver or lead" in shop.told(EVE)[-1]
    await shop.click(LIN, "approve")
    await shop.settle()
    assert "second person" in shop.told(LIN)[-1]
    assert "Waits for a second approval" in words(shop.card())
    await shop.click(LIN, "approve")
    await shop.settle()
    assert "must be another person's" in shop.told(LIN)[-1]
    await shop.advance(timedelta(minutes=5))
    assert len(received(sofia)) == 1  # the receipt alone: nothing leaves on one yes

    await shop.click(BEN, "approve")
    await shop.advance(UNDO)
    assert "through Amazon" in received(sofia)[-1]
    assert "submitted" in actions(shop.card())
    await shop.open(LIN, "submitted")
    await shop.submit(LIN, proof="Refund 4711")
    await shop.settle()
    promised = [d for d in (await shop.case())["deadlines"] if d["kind"] == "promise"]
    assert [d["state"] for d in promised] == ["met"]

    tomas.say(f"And my order {ORDER}?")
    await shop.settle()
    await _part(shop, ts)
    other = shop.cards()[-1]["ts"]
    await _knows(shop, other, "80 EUR")
    assert "On this order already: refund the order, 80.00 EUR, done" in words(_card(shop, other))
    await shop.click(BEN, "approve", other)
    await shop.advance(UNDO)
    assert "refunded already" in shop.told(BEN)[-1]
    assert "through Amazon" not in " ".join(received(tomas))


async def _part(shop: World, ts: str) -> None:
    entry = next(
        option["value"]
        for option in _card(shop, ts)["blocks"][0]["accessory"]["options"]
        if option["value"].startswith("split:")
    )
    await shop.click(LIN, "menu", ts, option=entry)
    await shop.settle()


def _card(shop: World, ts: str) -> dict[str, Any]:
    return next(post for post in shop.cards() if post["ts"] == ts)
