"""The order book at the desk: what an export says is on the card before anybody asks; two channels, one case."""

from __future__ import annotations

from typing import Any

from bot.importing import take_batch
from flows.order import Sourced
from tests.flows.orders import DAY, sourced
from tests.scenarios.world import CHANNEL, LIN, UNDO, World, received, words

NUMBER = "408-1234567-1234567"
ASKS = f"Hola, mi pedido {NUMBER} no ha llegado todavía."


async def imports(shop: World, given: Sourced, id: str = "import-1") -> None:
    at = shop.clock.now()
    policy = shop.service.settings.policy
    await shop.service.database.write(lambda c: take_batch(c, shop.service.shop, [given], id, at, policy))
    shop.service.signals.wake("inbox")
    await shop.settle()


def parcel(shop: World, **fields: Any) -> Sourced:
    now = shop.clock.now()
    given = {"shipped_at": now - 9 * DAY, "promised_at": now + 5 * DAY, "moved_at": now - DAY, **fields}
    return sourced(NUMBER, site="es", **given)


async def test_what_the_export_says_is_on_the_card_and_changes_the_advice(shop: World) -> None:
    """Import, question, card; then news of the order, and the card says so by itself."""
    await imports(shop, parcel(shop))
    sofia = shop.buyer()
    sofia.say(ASKS)
    await shop.settle()
    asked = words(shop.card())
    await imports(shop, parcel(shop, delivered_at=shop.clock.now()), "import-2")
    told = words(shop.card())

    assert "24.90 EUR" in asked
    assert "moving" in asked
    assert "delivered" in told
    assert told != asked
    assert "Sofía Ruiz" not in asked  # who bought it is nobody's business in Slack


async def test_staff_set_an_amount_and_are_told_what_is_none(shop: World) -> None:
    """An amount without its currency is refused under its input; a right one is in the file."""
    sofia = shop.buyer()
    sofia.say(ASKS)
    await shop.settle()
    await shop.open(LIN, "menu", option="facts")
    refused = await shop.submit(LIN, **{"typed:money:order_value": "24.90"})
    taken = await shop.submit(LIN, **{"typed:money:order_value": "24,90 EUR"})
    await shop.settle()

    assert "currency" in refused.errors["typed:money:order_value"]
    assert taken.acked
    assert "24.90 EUR" in words(shop.card())


async def test_a_second_conversation_joins_and_is_parted_by_one_click(shop: World) -> None:
    """One card for staff with both; each buyer hears only what is meant for him."""
    sofia, tomas = shop.buyer(501, "Sofia"), shop.buyer(777, "Tomas")
    sofia.say(ASKS)
    await shop.settle()
    tomas.say(f"¿Y mi pedido {NUMBER}?")
    await shop.settle()
    first = shop.cards()[0]
    assert "not proven" in words({"blocks": shop.slack.thread(CHANNEL, first["ts"])})
    await shop.click(LIN, "approve", first["ts"])
    await shop.advance(UNDO)
    assert len(received(sofia)) == 2
    assert len(received(tomas)) == 1  # his receipt, and nothing of Sofia's

    entry = next(value for value in menu_of(first["ts"], shop) if value.startswith("split:"))
    await shop.click(LIN, "menu", first["ts"], option=entry)
    await shop.settle()
    cases = (await shop.picture())["cases"]
    assert [case["status"] for case in cases].count("open") == 1
    assert len(shop.cards()) == 3
    assert "split off" in words({"blocks": shop.slack.thread(CHANNEL, first["ts"])}).lower()


async def test_an_order_number_that_staff_enter_joins_its_two_conversations(shop: World) -> None:
    """The second buyer named none; whichever card it is entered on, one case is left, with both in it."""
    sofia, tomas = shop.buyer(501, "Sofia"), shop.buyer(777, "Tomas")
    tomas.say("¿Dónde está mi paquete?")
    await shop.settle()
    sofia.say(ASKS)
    await shop.settle()
    without = next(card["ts"] for card in shop.cards() if "Tomas" in words(card))
    await shop.open(LIN, "menu", without, option="facts")
    assert (await shop.submit(LIN, **{"typed:text:order": NUMBER})).acked
    await shop.settle()

    open_ = [case for case in (await shop.picture())["cases"] if case["status"] == "open"]
    assert len(open_) == 1
    [joined] = [card["ts"] for card in shop.cards() if "split:" in " ".join(menu_of(card["ts"], shop))]
    assert "not proven" in words({"blocks": shop.slack.thread(CHANNEL, joined)})
    assert set((await shop.heard()).values()) == {1}


def menu_of(ts: str, shop: World) -> list[str]:
    """What the card's menu offers now."""
    card = next(post for post in shop.cards() if post["ts"] == ts)
    return [option["value"] for option in (card["blocks"][0].get("accessory") or {"options": []})["options"]]
