"""A stranger types another buyer's order number: what staff see, and what each of the two hears."""

from __future__ import annotations

from tests.scenarios.test_orders import NUMBER, imports, menu_of, parcel
from tests.scenarios.world import CHANNEL, LIN, UNDO, World, received, words


async def _both(shop: World) -> None:
    """Sofia asks and is answered; then Tomas names her order and wants money."""
    await imports(shop, parcel(shop))
    sofia, tomas = shop.buyer(501, "Sofia", "en"), shop.buyer(777, "Tomas", "en")
    sofia.say(f"Hello, my order {NUMBER} has not arrived yet.")
    await shop.settle()
    await shop.click(LIN, "approve", shop.cards()[0]["ts"])
    await shop.advance(UNDO)
    tomas.say(f"Where is {NUMBER}? I want my money back.")
    await shop.settle()


async def test_the_card_says_whose_words_these_are_and_who_gets_the_reply(shop: World) -> None:
    await _both(shop)
    joined, moved = (words(card) for card in shop.cards())

    assert "Sofia" in joined
    assert "Tomas: Where is" in joined
    assert "To Tomas (Telegram)" in joined.replace("\n", "")
    assert "only named the order's number" in joined
    assert "Moved into" in moved
    assert "A-0001" in moved
    assert menu_of(shop.cards()[1]["ts"], shop) == []
    assert "What is it about?" not in moved


async def test_his_wish_counts_once_a_person_says_it_is_the_same_buyer(shop: World) -> None:
    await _both(shop)
    ts = shop.cards()[0]["ts"]
    assert "The buyer wants" not in words({"blocks": shop.slack.thread(CHANNEL, ts)})
    before = words(shop.cards()[0])
    same = next(value for value in menu_of(ts, shop) if value.startswith("same:"))
    assert (await shop.click(LIN, "menu", ts, option=same)).acked
    await shop.settle()
    after = words(shop.cards()[0])

    assert "is the same buyer" in after
    assert "only named" not in after
    assert after != before
    assert [value for value in menu_of(ts, shop) if value.startswith("same:")] == []
    read_anew = words({"blocks": shop.slack.thread(CHANNEL, ts)})
    assert "refund" in read_anew.lower()


async def test_what_he_writes_next_changes_nothing_for_her(shop: World) -> None:
    """He says all is well, and goes on; her promise of news stands."""
    await _both(shop)
    sofia, tomas = shop.buyer(501, "Sofia", "en"), shop.buyer(777, "Tomas", "en")
    heard = len(received(sofia))
    clocks = [d["name"] for d in (await shop.picture())["cases"][-1]["deadlines"] if d["state"] == "running"]
    tomas.say("Yes, all good, thanks!")
    tomas.say("Ich möchte stornieren und es geht um ein anderes Produkt")
    await shop.settle()
    case = (await shop.picture())["cases"][-1]

    assert case["status"] == "open"
    assert case["situation"] == "item_not_received"
    assert [d["name"] for d in case["deadlines"] if d["state"] == "running"] == clocks
    assert len(received(sofia)) == heard
