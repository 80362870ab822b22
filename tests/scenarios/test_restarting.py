"""A deploy in the middle of the day: timers, held replies and old buttons survive it."""

from __future__ import annotations

from datetime import timedelta

from tests.scenarios.claim_story import CLOCK
from tests.scenarios.world import LIN, START, UNDO, World, actions, received, words

ASKS = "Hola, mi pedido 408-1234567-1234567 no ha llegado todavía."
CLAIMS = "I opened an A-to-z guarantee claim with Amazon for order 114-1234567-7654321."


async def test_the_buttons_of_a_card_work_after_a_restart(shop: World) -> None:
    """A card may wait for hours; the process that posted it is long gone."""
    sofia = shop.buyer()
    sofia.say(ASKS)
    await shop.settle()
    posted = shop.card()["ts"]
    await shop.restart()
    await shop.click(LIN, "approve")
    await shop.advance(UNDO)
    assert len(received(sofia)) == 2
    assert shop.card()["ts"] == posted
    assert actions(shop.card()) == ["menu", "cause", "edit"]


async def test_a_held_reply_goes_out_once_after_a_restart(shop: World) -> None:
    """The undo window ends while nobody runs: the reply is sent at the next start, once."""
    sofia = shop.buyer()
    sofia.say(ASKS)
    await shop.settle()
    await shop.click(LIN, "approve")
    await shop.settle()
    await shop.stop()
    shop.clock.move_to(shop.clock.now() + UNDO * 2)
    await shop.start()
    await shop.settle()
    assert len(received(sofia)) == 2
    await shop.restart()
    await shop.settle()
    assert len(received(sofia)) == 2


async def test_a_held_reply_can_still_be_undone_after_a_restart(shop: World) -> None:
    """The undo window is business time, not the life of a process."""
    sofia = shop.buyer()
    sofia.say(ASKS)
    await shop.settle()
    await shop.click(LIN, "approve")
    await shop.settle()
    await shop.restart()
    await shop.click(LIN, "undo")
    await shop.advance(UNDO * 3)
    assert len(received(sofia)) == 1
    assert "approve" in actions(shop.card())


async def test_what_the_buyer_wrote_meanwhile_stops_the_held_reply(shop: World) -> None:
    """The message waits at Telegram, the reply's time is up: at the start the message must be heard first."""
    sofia = shop.buyer()
    sofia.say(ASKS)
    await shop.settle()
    await shop.click(LIN, "approve")
    await shop.settle()
    await shop.stop()
    sofia.say("Ya llegó, gracias.")
    shop.clock.move_to(shop.clock.now() + timedelta(seconds=5))
    await shop.start()
    await shop.advance(UNDO * 2)
    assert len(received(sofia)) == 1
    assert "Ya llegó" in words(shop.card())


async def test_an_alarm_that_fell_due_during_a_restart_sounds_once(shop: World) -> None:
    """Neither forgotten nor doubled, however often the service is started."""
    shop.buyer().say(CLAIMS)
    await shop.settle()
    await shop.stop()
    shop.clock.move_to(START + timedelta(hours=24, minutes=5))
    await shop.start()
    await shop.settle()
    await shop.restart()
    await shop.advance(timedelta(minutes=10))
    assert len([alert for alert in shop.alerts() if CLOCK in words(alert)]) == 1


async def test_a_restart_repeats_nothing_in_the_thread(shop: World) -> None:
    """Card and thread are projections with keys: what was told is not told again."""
    shop.buyer().say(ASKS)
    await shop.settle()
    before = [words(post) for post in shop.thread()]
    for _ in range(3):
        await shop.restart()
        await shop.settle()
    assert [words(post) for post in shop.thread()] == before
    assert len(shop.cards()) == 1
