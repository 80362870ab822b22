"""What is noticed before it costs more: a bad batch, a week's causes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bot.importing import take_batch
from bot.outcomes import position
from bot.store import inbox
from flows.events import FactsSet
from flows.order import Item
from tests.flows.orders import DAY, sourced
from tests.scenarios.world import BEN, DEFAULT_SHOP, LIN, World, actions, key_of, words, world

BROKEN = "The lamp does not work at all, order {}"
LAMP = (Item("sku:LAMP", "LAMP", "Reading lamp", 1),)


def _number(nth: int) -> str:
    return f"114-1234567-000000{nth}"


async def _sold(shop: World, *nths: int) -> None:
    at = shop.clock.now()
    given = [sourced(_number(nth), items=LAMP, delivered_at=at - DAY) for nth in nths]
    await shop.service.database.write(lambda c: take_batch(c, shop.service.shop, given, "import-1", at))


async def _complains(shop: World, nth: int) -> None:
    shop.buyer(500 + nth, f"Buyer {nth}", "en").say(BROKEN.format(_number(nth)))
    await shop.settle()


def _warnings(shop: World) -> list[dict[str, Any]]:
    return [post for post in shop.posts() if key_of(post).startswith("warning:")]


async def test_three_alike_are_one_warning_that_one_person_acknowledges(shop: World) -> None:
    """Two say nothing, the third warns, the fourth joins the post; the second click hears who was first."""
    await _sold(shop, 1, 2, 3, 4)
    await _complains(shop, 1)
    await _complains(shop, 2)
    assert _warnings(shop) == []

    await _complains(shop, 3)
    (warning,) = _warnings(shop)
    said = words(warning)
    assert "3 like cases of LAMP" in said
    assert all(number in said for number in ("A-0001", "A-0002", "A-0003"))
    assert "stop the sale" in said
    assert actions(warning) == ["noticed"]
    assert all("whole batch" in words(card) for card in shop.cards())

    await shop.advance(DAY)
    await _complains(shop, 4)
    (warning,) = _warnings(shop)
    assert "4 like cases of LAMP" in words(warning)

    await shop.restart()
    await shop.click(LIN, "noticed", warning["ts"])
    await shop.click(BEN, "noticed", warning["ts"])
    await shop.settle()
    (warning,) = _warnings(shop)
    assert actions(warning) == []
    assert "has taken note" in words(warning)
    assert any("was faster" in said for said in shop.told(BEN))


NOTED_SHOP = '[prevention]\nweekly_note = "wed 10:00"\n'


async def test_the_week_is_told_once_though_the_service_was_started_again(tmp_path: Path) -> None:
    """Two buyers' parcels broke; staff named the cause; Wednesday at ten in Shanghai the desk reads why."""
    async with world(tmp_path, shop=DEFAULT_SHOP + NOTED_SHOP) as shop:
        (note,) = await week_passes(shop)

    assert "2 of 2 “Damaged on arrival”: it arrived damaged" in words(note)
    assert "pressure-proof" in words(note)
    assert actions(note) == []


async def week_passes(shop: World) -> list[dict[str, Any]]:
    """Two like matters, three starts; the notes that stand in the channel then."""
    for nth in (1, 2):
        shop.buyer(500 + nth, f"Buyer {nth}", "en").say(f"The vase arrived broken, order {_number(nth)}")
        await shop.settle()
    for card in shop.cards():
        case = card["blocks"][0]["block_id"].split(":")[1]
        cause = FactsSet(case, LIN, (("cause", "packing"),))
        await shop.service.sink.store([inbox.event_item(cause, f"cause:{case}", case, position())])
    await shop.advance(DAY)
    await shop.restart()
    assert _notes(shop) == []
    await shop.advance(DAY)
    await shop.restart()
    await shop.advance(DAY)
    return _notes(shop)


def _notes(shop: World) -> list[dict[str, Any]]:
    return [post for post in shop.posts() if key_of(post).startswith("notice:note")]
