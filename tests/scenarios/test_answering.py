"""A buyer asks, a person answers: the everyday of the desk."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from tests.scenarios.world import BEN, LIN, UNDO, World, actions, received, words

ASKS = "Hola, mi pedido 408-1234567-1234567 no ha llegado todavía."
ANSWER = "Hola Sofía:\n\n  el paquete salió <ayer> & llega el jueves — ¿le va bien?\n\nLin, *Cedar Home*"


async def test_an_edited_reply_reaches_the_buyer_byte_for_byte(shop: World) -> None:
    """The whole point: what a person saved is what the buyer reads, after the undo window, with its receipt."""
    sofia = shop.buyer()
    sofia.say(ASKS)
    await shop.settle()
    assert len(received(sofia)) == 1
    assert "408-1234567-1234567" in received(sofia)[0]
    assert ASKS in words(shop.card())
    await shop.open(LIN, "edit")
    refused = await shop.submit(LIN, text=ANSWER + " 🌲")
    assert "emoji" in refused.errors["text"]
    assert (await shop.submit(LIN, text=ANSWER)).acked
    await shop.settle()
    assert shop.slack.views(LIN) == []
    assert ANSWER in words(shop.card())
    assert actions(shop.card()) == ["menu", "undo"]
    await shop.advance(UNDO - timedelta(seconds=1))
    assert len(received(sofia)) == 1
    await shop.advance(timedelta(seconds=1))
    assert received(sofia)[1:] == [ANSWER]
    receipt = sofia.received()[1]["message_id"]
    assert "delivered" in words(shop.card())
    assert f"message {receipt}" in words(shop.card())
    assert actions(shop.card()) == ["menu", "cause", "edit"]


async def test_a_burst_gets_one_receipt(shop: World) -> None:
    """A receipt a message would be spam; the next one comes only after a pause."""
    sofia = shop.buyer()
    for text in (ASKS, "¿Hola?", "¿Dónde está mi paquete?"):
        sofia.say(text)
    await shop.settle()
    assert len(received(sofia)) == 1
    await shop.advance(timedelta(minutes=11))
    sofia.say("¿Hay alguien?")
    await shop.settle()
    assert len(received(sofia)) == 2
    assert len(shop.cards()) == 1


async def test_of_two_who_approve_at_once_one_wins_and_the_other_is_told_who(shop: World) -> None:
    """Two people answering the same buyer is what a shared inbox must never do."""
    sofia = shop.buyer()
    sofia.say(ASKS)
    await shop.settle()
    first, second = await asyncio.gather(shop.click(LIN, "approve"), shop.click(BEN, "approve"))
    assert first.acked
    assert second.acked
    await shop.advance(UNDO)
    assert len(received(sofia)) == 2
    told = [(LIN, said) for said in shop.told(LIN)] + [(BEN, said) for said in shop.told(BEN)]
    assert len(told) == 1
    [(loser, said)] = told
    winner = "Ben Cole" if loser == LIN else "Lin Na"
    assert winner in said
    assert "Nothing was sent twice" in said


async def test_a_buyer_who_writes_again_stops_the_reply_that_is_held(shop: World) -> None:
    """The held reply answers an older question: a person looks again, and approves with one click all the same."""
    sofia = shop.buyer()
    sofia.say(ASKS)
    await shop.settle()
    await shop.click(LIN, "approve")
    await shop.settle()
    sofia.say("Ya llegó, gracias. Pero falta una pieza.")
    await shop.advance(UNDO * 2)
    assert len(received(sofia)) == 1
    assert "falta una pieza" in words(shop.card())
    assert "approve" in actions(shop.card())
    await shop.click(BEN, "approve")
    await shop.advance(UNDO)
    assert len(received(sofia)) == 2


async def test_an_old_card_cannot_approve_what_it_did_not_show(shop: World) -> None:
    """A phone may show yesterday's card; its click is answered, and sends nothing."""
    sofia = shop.buyer()
    sofia.say(ASKS)
    await shop.settle()
    old = shop.card()
    stale = next(e for b in old["blocks"] if b["type"] == "actions" for e in b["elements"])["value"]
    sofia.say("Mejor envíelo a mi oficina.")
    await shop.settle()
    assert (await shop.click(LIN, "approve", value=stale)).acked
    await shop.advance(UNDO)
    assert len(received(sofia)) == 1
    assert ["changed a moment ago" in said for said in shop.told(LIN)] == [True]


async def test_undo_takes_the_reply_back(shop: World) -> None:
    """Twenty seconds to change one's mind, and the draft is there again."""
    sofia = shop.buyer()
    sofia.say(ASKS)
    await shop.settle()
    await shop.click(LIN, "approve")
    await shop.settle()
    await shop.click(LIN, "undo")
    await shop.advance(UNDO * 3)
    assert len(received(sofia)) == 1
    assert actions(shop.card()) == ["menu", "situation", "approve", "edit", "decline"]
    await shop.click(LIN, "approve")
    await shop.advance(UNDO)
    assert len(received(sofia)) == 2


async def test_a_message_edited_before_approval_is_shown_as_edited(shop: World) -> None:
    """An edit changes what is to be answered: the thread says so, the card shows the new words."""
    sofia = shop.buyer()
    said = sofia.say("Mi pedido 408-1234567-1234567 no ha llegado.")
    await shop.settle()
    await shop.click(LIN, "approve")
    await shop.settle()
    sofia.edit(said["message_id"], "Mi pedido 408-1234567-1234567 llegó roto.")
    await shop.advance(UNDO)
    assert len(received(sofia)) == 1
    assert "llegó roto" in words(shop.card())
    assert "no ha llegado" not in words(shop.card()).split("Suggested reply")[0]
    assert any("The buyer changed a message" in line and "llegó roto" in line for line in await shop.journal())


async def test_what_staff_write_in_the_thread_is_a_note_and_never_sent(shop: World) -> None:
    """The most feared mistake of such a desk: an internal remark that reaches the buyer."""
    sofia = shop.buyer()
    sofia.say(ASKS)
    await shop.settle()
    remark = "This one complains every month, let us not hurry."
    said = await shop.slack.person(LIN).say("C0DESK", remark, thread_ts=shop.card()["ts"])
    assert said.acked
    await shop.advance(timedelta(hours=1))
    assert any("Note by" in line and remark in line for line in await shop.journal())
    await shop.click(LIN, "approve")
    await shop.advance(UNDO)
    assert len(received(sofia)) == 2
    assert not any(remark in text for text in received(sofia))
    assert not any("note" in actions(post) for post in shop.posts())


async def test_another_order_number_opens_a_second_case(shop: World) -> None:
    """One matter a card: the answer to the first order must not be taken for the second."""
    sofia = shop.buyer()
    sofia.say(ASKS)
    await shop.settle()
    sofia.say("Y el pedido 408-7654321-7654321 llegó roto.")
    await shop.settle()
    first, second = shop.cards()
    assert "408-1234567-1234567" in words(first)
    assert "408-7654321-7654321" in words(second)
    assert "Damaged" in words(second)
    await shop.click(LIN, "approve", ts=second["ts"])
    await shop.advance(UNDO)
    assert "approve" in actions(shop.cards()[0])
    assert actions(shop.cards()[1]) == ["menu", "cause", "edit"]
    sofia.say("Sobre el 408-1234567-1234567: ¿hay noticias?")
    await shop.settle()
    assert len(shop.cards()) == 2
    assert "¿hay noticias?" in words(shop.cards()[0])


async def test_a_deleted_card_comes_back_with_its_file(shop: World) -> None:
    """Somebody cleans up the channel: the case must not vanish with the message."""
    sofia = shop.buyer()
    sofia.say(ASKS)
    await shop.settle()
    gone = shop.card()["ts"]
    shop.slack.delete_message("C0DESK", gone)
    sofia.say("¿Hola?")
    await shop.settle()
    assert shop.card()["ts"] != gone
    file = "\n".join(words(post) for post in shop.thread())
    assert ASKS in file
    assert "¿Hola?" in file
    await shop.click(LIN, "approve")
    await shop.advance(UNDO)
    assert len(received(sofia)) == 2


async def test_an_edit_belongs_to_the_case_that_holds_the_message(shop: World) -> None:
    """Two cases in one conversation: the older message is changed while its answer is held, so that one stops."""
    sofia = shop.buyer()
    first = sofia.say(ASKS)
    await shop.settle()
    sofia.say("Y el pedido 408-7654321-7654321 llegó roto.")
    await shop.settle()
    await shop.click(LIN, "approve", ts=shop.cards()[0]["ts"])
    await shop.settle()
    sofia.edit(first["message_id"], "El 408-1234567-1234567 ya ha llegado, gracias.")
    await shop.advance(UNDO)
    assert "ya ha llegado" in words(shop.cards()[0])
    assert "approve" in actions(shop.cards()[0])
    assert not any("408-1234567-1234567. Estamos" in text for text in received(sofia))
