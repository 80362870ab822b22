"""What is noticed before it costs more: a bad batch, a week's causes, a parcel in trouble."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bot.importing import take_batch
from bot.outcomes import position
from bot.store import inbox
from flows.events import FactsSet
from flows.order import Item, Sourced, TrackingState
from tests.flows.orders import DAY, sourced
from tests.scenarios.world import BEN, DEFAULT_SHOP, LIN, UNDO, World, actions, key_of, received, words, world

BROKEN = "The lamp does not work at all, order {}"
LAMP = (Item("sku:LAMP", "LAMP", "Reading lamp", 1),)


def _number(nth: int) -> str:
    return f"114-1234567-000000{nth}"


async def imports(shop: World, *given: Sourced, id: str = "import-1") -> None:
    at, policy = shop.clock.now(), shop.settings.policy
    await shop.service.database.write(lambda c: take_batch(c, shop.service.shop, given, id, at, policy))
    shop.service.signals.wake("inbox")
    await shop.settle()


async def _sold(shop: World, *nths: int) -> None:
    at = shop.clock.now()
    await imports(shop, *(sourced(_number(nth), items=LAMP, delivered_at=at - DAY) for nth in nths))


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


def _parcel(shop: World, **fields: Any) -> Sourced:
    """On its way for nine days, last seen three days ago, promised for next week."""
    now = shop.clock.now()
    way = {"shipped_at": now - 9 * DAY, "moved_at": now - 3 * DAY, "promised_at": now + 7 * DAY, "country": "ES"}
    return sourced(_number(1), items=LAMP, site="es", **{**way, "tracking": TrackingState.MOVING, **fields})


async def parcel_stands_still(shop: World) -> None:
    """An order that nobody has written about; four days later its parcel counts as stuck."""
    await imports(shop, _parcel(shop))
    await shop.advance(4 * DAY)


async def test_a_stuck_parcel_has_a_case_before_the_buyer_writes_and_he_joins_it(shop: World) -> None:
    """Nobody can be written to: a text for the platform, done by hand. Then he writes on Telegram."""
    await parcel_stands_still(shop)
    card = shop.card()
    said = words(card)
    assert "Late or stuck" in said
    assert "seguimos de cerca el pedido" in said
    assert "We noticed first" in said
    assert "cannot write first" in "\n".join(words(post) for post in shop.thread())

    await shop.click(LIN, "approve")
    await shop.settle()
    assert "submitted" in actions(shop.card())
    await shop.open(LIN, "submitted")
    await shop.submit(LIN, proof="message 4711")
    await shop.settle()
    assert (await shop.case())["status"] == "waiting"

    sofia = shop.buyer()
    sofia.say(f"Hola, mi pedido {_number(1)} no ha llegado, quiero el reembolso.")
    await shop.settle()
    cases = {case["number"]: case for case in (await shop.picture())["cases"]}
    assert [cases[number]["status"] for number in ("A-0001", "A-0002")] == ["open", "closed"]
    card = next(post for post in shop.cards() if "A-0001" in words(post))
    assert "quiero el reembolso" in words(card)
    assert len(received(sofia)) == 1  # the receipt: what was said on the platform is not asked again here
    assert "le reembolsamos el importe completo" in words(card)


async def test_a_known_buyer_is_written_to_and_a_scan_ends_the_case_by_itself(shop: World) -> None:
    """He asked about the order once: the first word is a draft for that conversation. Then the parcel moves."""
    sofia = shop.buyer()
    await imports(shop, _parcel(shop))
    sofia.say(f"Hola, ¿puede enviarme la factura del pedido {_number(1)}?")
    await shop.settle()
    await shop.open(LIN, "menu", option="no_reply")
    await shop.submit(LIN, reason="done")
    await shop.advance(15 * DAY)  # closed by quiet; the parcel is seen once more, and then no more
    await imports(shop, _parcel(shop), id="import-2")
    await shop.advance(5 * DAY)
    (card,) = (post for post in shop.cards() if "We noticed first" in words(post))
    before = len(received(sofia))
    await shop.click(LIN, "approve", card["ts"])
    await imports(shop, _parcel(shop, delivered_at=shop.clock.now()), id="import-3")
    await shop.advance(UNDO)
    newest = (await shop.picture())["cases"][0]

    assert len(received(sofia)) == before, "held in the undo window, and taken back"
    assert newest["status"] == "closed"
    assert "the case closed by itself" in str(newest["journal"])
