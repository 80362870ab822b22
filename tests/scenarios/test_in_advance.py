"""Approved in advance on a running desk: what a buyer's tap sets off, and the fallback that nobody decided on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from sandbox.telegram.buyer import Buyer
from tests.scenarios.world import BEN, LIN, UNDO, World, actions, received, words, world
from tests.store.servers import administer, named, postgres_server

ORDER = "CH-104711"
SHOP = f"""
[shop]
name = "Cedar Home"
zone = "Asia/Shanghai"
language = "en"

[replies]
standing_approval = true

[orders]
formats = ["CH-\\\\d{{6}}"]

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
HOUR = timedelta(hours=1)


@pytest.fixture(params=["sqlite", "postgresql"])
async def shop(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[World]:
    if request.param == "sqlite":
        async with world(tmp_path, shop=SHOP) as running:
            yield running
        return
    with postgres_server() as server:
        await administer(server, "CREATE DATABASE advance")
        async with world(tmp_path, named(server, "advance"), SHOP) as running:
            yield running


def keyboard(buyer: Buyer) -> list[dict[str, Any]]:
    """The buttons below the bot's newest message."""
    rows = buyer.received()[-1].get("reply_markup", {}).get("inline_keyboard", [])
    return [button for row in rows for button in row]


async def _question(shop: World) -> Buyer:
    """The parcel does not move and its price is known: the draft asks what the buyer wants."""
    sofia = shop.buyer(language="en")
    sofia.say(f"Where is my order {ORDER}?")
    await shop.settle()
    await shop.open(LIN, "menu", option="facts")
    known = {"fact:tracking": "=stuck", "typed:text:order": ORDER, "typed:money:order_value": "24.90 EUR"}
    assert (await shop.submit(LIN, **known)).errors == {}
    await shop.settle()
    return sofia


async def _asked(shop: World, *outcomes: str) -> Buyer:
    """The question went out with these outcomes."""
    sofia = await _question(shop)
    dialog = words(await shop.open(LIN, "outcomes"))
    assert "24.90 EUR" in dialog
    assert "we refund it in full" in dialog
    await shop.submit(LIN, outcomes=list(outcomes))
    await shop.advance(UNDO)
    return sofia


def _thread(shop: World) -> str:
    """The case's file as one line."""
    return " ".join(" ".join(words(post).split()) for post in shop.thread())


async def _tap(shop: World, buyer: Buyer, nth: int) -> None:
    message = next(m for m in reversed(buyer.received()) if m.get("reply_markup"))
    buttons = [button for row in message["reply_markup"]["inline_keyboard"] for button in row]
    buyer.press(message["message_id"], buttons[nth]["callback_data"])
    await shop.settle()


async def test_a_tap_is_answered_at_once_in_the_name_of_who_approved_it(shop: World) -> None:
    """With nobody there: the text that was approved for this choice, and the refund itself as a task by a date."""
    sofia = await _asked(shop, "refund")
    assert "if the buyer taps “refund”" in words(shop.card())
    so_far = len(received(sofia))

    await shop.advance(7 * HOUR)
    await _tap(shop, sofia, 1)

    assert "As you asked, we refund it in full" in received(sofia)[-1]
    assert len(received(sofia)) == so_far + 1
    assert "done as @Lin Na had approved in advance" in _thread(shop)
    assert "submitted" in actions(shop.card())  # the refund itself is a person's
    assert "24.90 EUR" in words(shop.card())


async def test_a_button_nobody_approved_waits_for_a_person(shop: World) -> None:
    sofia = await _asked(shop, "refund")
    so_far = len(received(sofia))
    await _tap(shop, sofia, 0)

    assert len(received(sofia)) == so_far
    assert "approve" in actions(shop.card())


async def test_nobody_decides_and_the_fallback_goes_out_in_time(shop: World) -> None:
    """A text that costs nothing: sent when its time comes, once, in the name of the person who approved it."""
    sofia = await _changed_address(shop)
    dialog = await shop.open(BEN, "menu", option="fallback")
    text = next(t for t in words(dialog).splitlines() if t.startswith("Hello"))
    await shop.submit(BEN)
    await shop.settle()
    assert "if nobody decides by" in words(shop.card())
    so_far = len(received(sofia))

    await shop.advance(8 * HOUR)
    assert len(received(sofia)) == so_far + 1
    assert text in received(sofia)[-1]
    assert "Sent as @Ben Cole had approved in advance" in _thread(shop)


async def test_a_word_of_the_buyer_voids_the_fallback_and_pages_instead(shop: World) -> None:
    sofia = await _changed_address(shop)
    await shop.open(BEN, "menu", option="fallback")
    await shop.submit(BEN)
    await shop.settle()
    sofia.say("Actually, is it possible to send it back to you?")
    await shop.settle()
    so_far = [text for text in received(sofia) if "received" not in text]

    await shop.advance(8 * HOUR)
    assert [text for text in received(sofia) if "received" not in text] == so_far
    assert any("nobody decided by" in words(alert) for alert in shop.alerts())


async def test_somebody_decides_and_nothing_happens_by_itself(shop: World) -> None:
    sofia = await _changed_address(shop)
    await shop.open(BEN, "menu", option="fallback")
    await shop.submit(BEN)
    await shop.settle()
    await shop.click(LIN, "approve")
    await shop.advance(UNDO)
    so_far = len(received(sofia))

    await shop.advance(8 * HOUR)
    assert len(received(sofia)) == so_far
    assert not any("nobody decided by" in words(alert) for alert in shop.alerts())


async def test_a_restart_keeps_what_was_approved_in_advance(shop: World) -> None:
    """The tap came while nobody was listening, the fallback's time passed while the service was down."""
    sofia = await _asked(shop, "refund")
    await shop.stop()
    message = next(m for m in reversed(sofia.received()) if m.get("reply_markup"))
    [_, refund, _] = [button for row in message["reply_markup"]["inline_keyboard"] for button in row]
    sofia.press(message["message_id"], refund["callback_data"])
    await shop.start()
    await shop.settle()

    assert sum("As you asked, we refund it in full" in text for text in received(sofia)) == 1


async def _changed_address(shop: World) -> Buyer:
    """An address is to be changed after shipping."""
    sofia = shop.buyer(language="en")
    sofia.say(f"Please change the delivery address of order {ORDER}, I have moved.")
    await shop.settle()
    await shop.open(LIN, "menu", option="facts")
    assert (await shop.submit(LIN, **{"fact:order_state": "=shipped"})).errors == {}
    await shop.settle()
    return sofia
