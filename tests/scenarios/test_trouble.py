"""The platforms fail in every way they can: nothing is lost, nothing is doubled, nothing is guessed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from bot.store.tables import journal
from sandbox.telegram.buyer import Buyer
from sandbox.wire import Fault
from tests.scenarios.world import BEN, LIN, UNDO, World, actions, received, words

ASKS = "Hola, mi pedido 408-1234567-1234567 no ha llegado todavía."


async def test_an_update_served_twice_is_one_event(shop: World) -> None:
    """Telegram repeats what it believes unconfirmed; the buyer must not be answered twice for it."""
    sofia = shop.buyer()
    shop.telegram.faults.add(Fault("duplicate", "getUpdates"))
    said = sofia.say(ASKS)
    await shop.settle()
    shop.telegram.repeat()
    await shop.settle()
    assert await shop.heard() == {f"501:{said['message_id']}": 1}
    assert len([line for line in await shop.journal() if line.startswith("The buyer wrote")]) == 1
    assert len(received(sofia)) == 1


async def test_a_malformed_update_harms_nobody(shop: World) -> None:
    """One poisoned update between good ones: they are handled, it waits for a person, health counts it."""
    shop.buyer(501).say("Where is my parcel?")
    number = _next_update(shop)
    shop.telegram.push_raw({"update_id": number, "message": {"message_id": "seven", "chat": None, "date": "now"}})
    shop.buyer(502, "Ada").say("My vase arrived broken.")
    await shop.settle()
    assert len(shop.cards()) == 2
    _, health = await shop.service.health()
    assert health["store"]["dead"] == 1
    assert health["store"]["waiting"] == 0


def _next_update(shop: World) -> int:
    number = 0
    for call in shop.telegram.calls:
        for update in call.answer.get("result") or [] if call.method == "getUpdates" else []:
            number = max(number, int(update["update_id"]))
    return max(number, 731_640_001) + 5


async def test_a_click_while_slack_is_down_is_seen_to_fail_and_changes_nothing(shop: World) -> None:
    """Slack repeats no clicks: the person must see that it did not work, and nothing may be half done."""
    sofia = shop.buyer()
    sofia.say(ASKS)
    await shop.settle()
    shop.slack.down()
    pressed = await shop.click(LIN, "approve", wait_s=0.2)
    assert not pressed.acked
    await shop.advance(UNDO * 2)
    assert len(received(sofia)) == 1
    shop.slack.up()
    await shop.slack.wait_connected()
    assert "approve" in actions(shop.card())
    assert (await shop.click(LIN, "approve")).acked
    await shop.advance(UNDO)
    assert len(received(sofia)) == 2


async def test_what_happened_while_slack_was_down_is_posted_once_it_is_back(shop: World) -> None:
    """The store keeps what Slack could not take: one card, a whole file, the receipt out at once."""
    shop.slack.down()
    sofia = shop.buyer()
    sofia.say(ASKS)
    await shop.until(lambda: len(received(sofia)) == 1)
    sofia.say("¿Hola?")
    shop.slack.up()
    await shop.settle()
    assert "¿Hola?" in words(shop.card())
    file = [line for post in shop.thread() for line in words(post).splitlines()]
    assert len([line for line in file if line == ASKS]) == 1
    assert len([line for line in file if line == "¿Hola?"]) == 1


async def test_a_long_file_that_piled_up_is_told_to_its_end(shop: World) -> None:
    """Slack took its time while one buyer wrote hundreds of lines: the thread is the file, and holds them all."""
    sofia = shop.buyer()
    sofia.say(ASKS)
    await shop.settle()
    slow = shop.line.hold("chat.update")
    for number in range(220):
        sofia.say(f"¿Hola? ({number})")
    await _heard_and_read(shop, 221)
    sofia.say("¿Sigue ahí?")
    await _heard_and_read(shop, 222)
    await slow.arrived.wait()
    shop.line.gates.clear()
    slow.opened.set()
    await shop.settle()
    assert "¿Sigue ahí?" in [line for post in shop.thread() for line in words(post).splitlines()]


async def _heard_and_read(shop: World, messages: int) -> None:
    """Two entries of the journal each."""
    while await _entries(shop) < 2 * messages:
        await shop.service.signals.next_progress(shop.service.signals.steps)


async def _entries(shop: World) -> int:
    query = select(func.max(journal.c.seq))
    return int(await shop.service.database.read(lambda connection: connection.execute(query).scalar_one()))


@pytest.mark.parametrize("method", ["chat.postMessage", "chat.update"])
async def test_a_lost_answer_of_slack_doubles_no_card(shop: World, method: str) -> None:
    """The post was taken and the answer lost: it is found again by its key."""
    shop.slack.faults.add(Fault("timeout_after", method))
    sofia = shop.buyer()
    sofia.say(ASKS)
    await shop.settle()
    sofia.say("¿Hola?")
    await shop.settle()
    assert "¿Hola?" in words(shop.card())
    file = [line for post in shop.thread() for line in words(post).splitlines()]
    assert len([line for line in file if line == ASKS]) == 1


async def test_a_reply_of_unknown_outcome_is_never_sent_again_by_itself(shop: World) -> None:
    """Telegram took it and its answer was lost: the card says so, a person looks and settles it."""
    sofia = await _unknown(shop)
    assert "Outcome unknown" in words(shop.card())
    assert actions(shop.card()) == ["menu", "settle_sent", "settle_resend"]
    await shop.advance(timedelta(hours=2))
    await shop.restart()
    await shop.settle()
    assert len(received(sofia)) == 2
    await shop.click(LIN, "settle_sent")
    await shop.settle()
    assert actions(shop.card()) == ["menu", "cause", "edit"]
    assert "Delivered, as" in words(shop.card())
    assert f"<@{LIN}>" in words(shop.card())
    late = await shop.click(BEN, "settle_resend", value=_value_of(shop))
    assert late.acked
    await shop.advance(timedelta(minutes=1))
    assert len(received(sofia)) == 2
    assert any("settled this already" in said for said in shop.told(BEN))


async def test_send_again_sends_once_more(shop: World) -> None:
    """The person looked and the buyer does not have it: exactly the same text goes out once."""
    sofia = await _unknown(shop)
    await shop.click(LIN, "settle_resend")
    await shop.settle()
    assert len(received(sofia)) == 3
    assert received(sofia)[1] == received(sofia)[2]
    assert actions(shop.card()) == ["menu", "cause", "edit"]
    assert "delivered" in words(shop.card())


async def _unknown(shop: World) -> Buyer:
    """An approved reply that reached the buyer, and whose receipt was cut off."""
    sofia = shop.buyer()
    sofia.say(ASKS)
    await shop.settle()
    await shop.click(LIN, "approve")
    await shop.settle()
    shop.telegram.faults.add(Fault("timeout_after", "sendMessage"))
    await shop.advance(UNDO)
    return sofia


def _value_of(shop: World) -> str:
    return str(shop.card()["blocks"][0]["block_id"].split(":", 1)[1].rsplit(":", 1)[0])


async def test_a_buyer_who_blocked_the_bot_is_shown_and_not_written_to(shop: World) -> None:
    """The reply is refused for good: staff see it on the card and can go to the marketplace's messages."""
    sofia = shop.buyer()
    sofia.say(ASKS)
    await shop.settle()
    shop.telegram.faults.add(Fault("error", "sendMessage", code="403"))
    await shop.click(LIN, "approve")
    await shop.advance(UNDO)
    assert len(received(sofia)) == 1
    assert "Not delivered" in words(shop.card())
    sofia.block()
    await shop.settle()
    assert "blocked the bot" in words(shop.card())
    await shop.click(LIN, "approve")
    await shop.advance(UNDO)
    assert any("blocked the bot" in said for said in shop.told(LIN))
    assert len(received(sofia)) == 1
    sofia.unblock()
    await shop.settle()
    await shop.click(LIN, "approve")
    await shop.advance(UNDO)
    assert len(received(sofia)) == 2


async def test_a_reply_that_could_not_leave_before_the_case_changed_comes_back_to_a_person(shop: World) -> None:
    """It was on the way, Telegram did not take it, and meanwhile it answers the wrong question: no second try."""
    sofia = shop.buyer()
    sofia.say(ASKS)
    await shop.settle()
    await shop.click(LIN, "approve")
    await shop.settle()
    gate = shop.line.hold("sendMessage")
    shop.telegram.faults.add(Fault("rate_limited", "sendMessage"))
    shop.clock.move_to(shop.clock.now() + UNDO)
    await gate.arrived.wait()
    sofia.say("Ya llegó. Pero está roto.")
    await shop.until(lambda: "está roto" in words(shop.card()))
    shop.line.gates.clear()
    gate.opened.set()
    await shop.settle()
    assert len(received(sofia)) == 1
    assert "Not delivered: the case changed before it could be sent" in words(shop.card())
    assert "approve" in actions(shop.card())
    await shop.open(LIN, "edit")
    await shop.submit(LIN, text="Lo siento.")
    await shop.advance(UNDO)
    assert received(sofia)[1:] == ["Lo siento."]


async def test_two_held_replies_are_stopped_by_two_buyers_at_once(shop: World) -> None:
    """One batch takes both back: what concerns one buyer must not depend on how many there are."""
    both = [shop.buyer(501, "Sofia", "en"), shop.buyer(502, "Ada", "en")]
    for buyer in both:
        buyer.say("Where is my parcel?")
    await shop.settle()
    for card in shop.cards():
        await shop.click(LIN, "approve", ts=card["ts"])
    await shop.settle()
    for buyer in both:
        buyer.say("Stop, it has come.")
    await shop.advance(UNDO * 2)
    assert [len(received(buyer)) for buyer in both] == [1, 1]
    assert ["approve" in actions(card) for card in shop.cards()] == [True, True]


async def test_being_told_to_wait_keeps_the_order(shop: World) -> None:
    """429 from both platforms: everything arrives, later, and in the order in which it was decided."""
    shop.telegram.faults.add(Fault("rate_limited", "sendMessage", times=2, seconds=1))
    shop.slack.faults.add(Fault("rate_limited", "chat.postMessage", times=2, seconds=1))
    sofia = shop.buyer()
    sofia.say(ASKS)
    await shop.settle()
    assert len(received(sofia)) == 1
    shop.telegram.faults.add(Fault("rate_limited", "sendMessage", seconds=1))
    shop.slack.faults.add(Fault("rate_limited", "chat.update", seconds=1))
    await shop.open(LIN, "edit")
    await shop.submit(LIN, text="Uno.")
    await shop.advance(UNDO)
    await shop.open(LIN, "menu", option="facts")
    await shop.slack.person(LIN).close_view(shop.modal(LIN)["id"])
    sofia.say("¿Y ahora?")
    await shop.settle()
    await shop.open(LIN, "edit")
    await shop.submit(LIN, text="Dos.")
    await shop.advance(UNDO)
    assert received(sofia)[1:] == ["Uno.", "Dos."]
    assert len(shop.cards()) == 1
