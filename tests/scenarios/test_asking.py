"""A buyer is asked for a film once: whether it comes, or nothing does, the next step stands on the card."""

from __future__ import annotations

from datetime import timedelta

from sandbox.telegram.buyer import Buyer
from tests.scenarios.world import LIN, UNDO, World, received, words

ORDER = "114-1234567-7654321"
AGAIN = "Could you please send us a video, if you like? You have our solution by 3 March."


async def asked(shop: World) -> Buyer:
    """A phone without sound; staff approved the one request that can show it."""
    sofia = shop.buyer(language="en")
    sofia.say(f"My phone does not work, it has no sound at all. Order {ORDER}")
    await shop.settle()
    await shop.click(LIN, "situation", option="defective")
    await shop.settle()
    await shop.open(LIN, "menu", option="facts")
    await shop.submit(LIN, **{"fact:symptom": "=no_function"})
    await shop.settle()
    assert "short video" in words(shop.card())
    await shop.click(LIN, "approve")
    await shop.advance(UNDO)
    assert "short video" in received(sofia)[-1]
    return sofia


async def test_silence_brings_the_next_offer(shop: World) -> None:
    """Asked, nothing comes, the time is over: another way stands on the card, and is approved as any reply."""
    sofia = await asked(shop)
    card = words(shop.card())
    assert "photos or a video · no answer yet" in card
    so_far = len(received(sofia))

    await shop.advance(timedelta(hours=24))
    card = words(shop.card())
    assert "no answer until" in card
    assert "The buyer did not answer" in card
    assert "What would you prefer" in card
    assert (await shop.journal())[-1] == "No answer in time: photos or a video"
    assert len(received(sofia)) == so_far, "nothing leaves by itself"

    await shop.click(LIN, "approve")
    await shop.advance(UNDO)
    assert "What would you prefer" in received(sofia)[-1]
    assert len([text for text in received(sofia) if "video" in text]) == 1


async def test_the_wait_survives_a_restart(shop: World) -> None:
    """The timer is in the store, like every other."""
    await asked(shop)
    await shop.restart()
    await shop.advance(timedelta(hours=24))

    assert "The buyer did not answer" in words(shop.card())


async def test_what_was_asked_is_not_asked_again_by_hand(shop: World) -> None:
    """The buyer has none; whoever types the request all the same is stopped in the dialog, with a remedy."""
    sofia = await asked(shop)
    sofia.say("I don't have a camera, sorry")
    await shop.settle()
    assert "the buyer has none" in words(shop.card())
    assert "video" not in words(shop.card()).split("Suggested reply")[1].split("Offers")[0]

    await shop.open(LIN, "edit")
    answered = await shop.submit(LIN, text=AGAIN)
    assert "already asked" in str(answered.errors)
    assert len([text for text in received(sofia) if "video" in text]) == 1
