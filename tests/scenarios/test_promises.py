"""What a reply promised is done, told, and asked after: from the buyer's first message to "yes, all is well"."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from sandbox.telegram.buyer import Buyer
from tests.scenarios.world import BEN, DEFAULT_SHOP, LIN, UNDO, World, received, words, world

ORDER = "114-1234567-7654321"


async def promised(shop: World, wish: str = "refund") -> Buyer:
    """A stuck parcel of 24.90 EUR; what the buyer wishes was approved and is with the buyer."""
    sofia = shop.buyer(language="en")
    sofia.say(f"Where is my parcel? Order {ORDER}.")
    await shop.settle()
    await shop.open(LIN, "menu", option="facts")
    known = {"fact:tracking": "=stuck", "fact:wish": f"={wish}", "typed:money:order_value": "24.90 EUR"}
    assert (await shop.submit(LIN, **known)).errors == {}
    await shop.settle()
    await _say(shop)
    return sofia


async def _say(shop: World) -> None:
    """Staff approve the draft that stands, and it leaves."""
    await shop.click(LIN, "approve")
    await shop.advance(UNDO)


async def _done(shop: World, proof: str) -> None:
    await shop.open(BEN, "submitted")
    await shop.submit(BEN, proof=proof)
    await shop.settle()


def keyboard(buyer: Buyer) -> list[dict[str, Any]]:
    """The buttons below the bot's newest message."""
    rows = buyer.received()[-1].get("reply_markup", {}).get("inline_keyboard", [])
    return [button for row in rows for button in row]


async def _clock(shop: World, name: str) -> dict[str, Any]:
    """The newest clock that staff see under this name."""
    found: list[dict[str, Any]] = [d for d in (await shop.case())["deadlines"] if d["name"].startswith(name)]
    return found[-1]


async def test_a_refund_is_done_told_asked_after_and_closed_by_a_tap(shop: World) -> None:
    """Nothing is said before a person approves it, and the promise and the question survive restarts."""
    sofia = await promised(shop)
    card = words(shop.card())
    assert "Promised to the buyer: *refund the order, 24.90 EUR*" in card
    assert "Done" in card
    assert (await _clock(shop, "What was promised"))["state"] == "running"
    await shop.restart()
    so_far = len(received(sofia))

    await _done(shop, "Refund 4711")
    card = words(shop.card())
    assert "Done: refund the order, 24.90 EUR · the buyer does not know yet" in card
    assert "It is done: tell the buyer" in card
    assert (await _clock(shop, "What was promised"))["state"] == "met"
    assert len(received(sofia)) == so_far, "nothing leaves by itself"
    await _say(shop)
    assert "we have refunded €24.90" in received(sofia)[-1]
    assert "4711" not in received(sofia)[-1]

    await shop.restart()
    await shop.advance(timedelta(days=5))
    card = words(shop.card())
    assert "Is it solved?" in card
    assert "Yes, all is well" in card
    assert len(received(sofia)) == so_far + 1
    await _say(shop)
    assert "is everything in order now?" in received(sofia)[-1]

    sofia.press(sofia.received()[-1]["message_id"], keyboard(sofia)[0]["callback_data"])
    await shop.settle()
    assert (await shop.case())["status"] == "closed"
    assert "The buyer says that it is solved" in await shop.journal()
    assert len(received(sofia)) == so_far + 2


async def test_a_short_word_closes_as_well(shop: World) -> None:
    """Read as the service reads it: no receipt, no card that waits for an answer."""
    sofia = await promised(shop, "reship")
    await _done(shop, "DHL 00340434161094015902")
    assert "Tracking: DHL 00340434161094015902." in words(shop.card())
    await _say(shop)
    assert "DHL 00340434161094015902" in received(sofia)[-1]
    await shop.advance(timedelta(days=12))
    await _say(shop)
    so_far = len(received(sofia))

    sofia.say("Yes, it arrived, thank you!")
    await shop.settle()

    assert (await shop.case())["status"] == "closed"
    assert len(received(sofia)) == so_far


async def test_no_brings_another_way(shop: World) -> None:
    """The replacement did not help: the buyer chooses anew, and is promised the money if nothing is said."""
    sofia = await promised(shop, "reship")
    await _done(shop, "DHL 1")
    await _say(shop)
    await shop.advance(timedelta(days=12))
    await _say(shop)

    sofia.say("No, not yet")
    await shop.settle()

    card = words(shop.card())
    assert "The buyer says that it is not solved: the next offer" in await shop.journal()
    assert "Would you like us to send the goods again, or to refund you in full?" in card
    assert "Send another one · My money back" in card
    assert (await shop.case())["status"] == "open"


async def test_a_promise_that_nobody_keeps_alarms(shop: World) -> None:
    """Like any deadline: a mention, an acknowledgement to give, and the card says that it is late."""
    await promised(shop)
    await shop.advance(timedelta(hours=73))

    assert any("What was promised: refund the order" in words(post) for post in shop.alerts())
    assert "Overdue" in words(shop.card())
    assert (await _clock(shop, "What was promised"))["state"] == "missed"
    await _done(shop, "Refund 4711")
    assert "It is done: tell the buyer" in words(shop.card())


@pytest.fixture
async def telling(tmp_path: Path) -> AsyncIterator[World]:
    """A shop whose fixed text goes out by itself."""
    async with world(tmp_path, shop=f"{DEFAULT_SHOP}\n[replies]\ntell_done = true\n") as running:
        yield running


async def test_the_fixed_text_goes_out_by_itself_where_the_shop_lets_it(telling: World) -> None:
    sofia = await promised(telling)
    so_far = len(received(sofia))
    await _done(telling, "Refund 4711")

    assert len(received(sofia)) == so_far + 1
    assert "we have refunded €24.90" in received(sofia)[-1]
    assert "Told the buyer that it is done" in " ".join(await telling.journal())
    await telling.advance(timedelta(days=5))
    assert "Is it solved?" in words(telling.card())
