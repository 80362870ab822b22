"""A parcel is stuck: the reply asks by buttons what the buyer wants, and a tap is the buyer's word."""

from __future__ import annotations

from typing import Any

from sandbox.telegram.buyer import Buyer
from tests.scenarios.world import LIN, UNDO, World, received, words

ASKS = "Where is my order 114-1234567-7654321?"


def keyboard(buyer: Buyer) -> list[dict[str, Any]]:
    """The buttons below the bot's newest message."""
    rows = buyer.received()[-1].get("reply_markup", {}).get("inline_keyboard", [])
    return [button for row in rows for button in row]


async def asked(shop: World) -> Buyer:
    """Staff found out that the parcel does not move, and approved the question."""
    sofia = shop.buyer(language="en")
    sofia.say(ASKS)
    await shop.settle()
    await shop.open(LIN, "menu", option="facts")
    await shop.submit(LIN, **{"fact:tracking": "=stuck"})
    await shop.settle()
    await shop.click(LIN, "approve")
    await shop.advance(UNDO)
    return sofia


async def test_a_tap_is_stored_answered_and_brings_its_reply(shop: World) -> None:
    """The buttons that stood on the card, the buyer's word in the file, a draft for it, and no spinner."""
    sofia = await asked(shop)
    labels = [button["text"] for button in keyboard(sofia)]
    assert labels == ["Send another one", "My money back", "You decide"]
    assert all(label in words(shop.card()) for label in labels)
    so_far = len(received(sofia))

    press = sofia.press(sofia.received()[-1]["message_id"], keyboard(sofia)[1]["callback_data"])
    await shop.settle()

    assert press in sofia.callback_answers
    card = words(shop.card())
    assert "My money back" in card  # as the buyer's words
    assert "Refund, as the buyer wishes" in card
    assert any("The buyer chose" in words(post) for post in shop.thread())
    await shop.click(LIN, "approve")
    await shop.advance(UNDO)
    assert len(received(sofia)) == so_far + 1
    assert keyboard(sofia) == []


async def test_a_tap_survives_a_restart_and_counts_once(shop: World) -> None:
    """Stored before it is acknowledged, like a message; a repeat of the update is the same tap."""
    sofia = await asked(shop)
    await shop.stop()
    sofia.press(sofia.received()[-1]["message_id"], keyboard(sofia)[0]["callback_data"])
    await shop.start()
    await shop.settle()

    assert len([line for line in await shop.journal() if "The buyer chose" in line]) == 1
    assert "Send another one" in words(shop.card())
