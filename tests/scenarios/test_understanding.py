"""What the desk makes of a message: pictures, unsure words, facts, and the person who decides what it is about."""

from __future__ import annotations

from datetime import timedelta

from tests.scenarios.world import BEN, LIN, UNDO, World, actions, received, words


async def test_photos_voice_and_documents_are_shown_as_what_they_are(shop: World) -> None:
    """Evidence must be seen to be there, also while it cannot be shown."""
    sofia = shop.buyer(language="en")
    sofia.photo(caption="The vase arrived broken, order 114-1234567-7654321", album="a")
    sofia.photo(album="a")
    sofia.voice()
    sofia.document("invoice.pdf")
    await shop.settle()
    shown = words(shop.card())
    assert "The vase arrived broken" in shown
    assert shown.count("Photos: 1") == 2
    assert "Voice messages: 1" in shown
    assert "Documents: 1" in shown
    assert "Damaged on arrival" in shown
    assert len(received(sofia)) == 1
    file = "\n".join(words(post) for post in shop.thread())
    assert file.count("Photos: 1") >= 2
    assert "Voice messages: 1" in file


async def test_damaged_goods_are_answered_with_what_is_still_needed(shop: World) -> None:
    """A photo already sent is not asked for again, and each fact that staff set changes the draft."""
    sofia = shop.buyer(language="en")
    sofia.say("My vase arrived broken. Order 114-1234567-7654321.")
    await shop.settle()
    assert "photo" in words(shop.card()).lower()
    asked_for = _draft(shop)
    sofia.photo()
    await shop.settle()
    assert _draft(shop) != asked_for
    before = _draft(shop)
    dialog = await shop.open(LIN, "menu", option="facts")
    choices_of = [block["element"] for block in dialog["blocks"] if "options" in block.get("element", {})]
    fields = [element["action_id"] for element in choices_of]
    options = [element["options"] for element in choices_of]
    changed = False
    for field, choices in zip(fields, options, strict=True):
        for choice in choices:
            if changed or choice["value"] == "=":
                continue
            if not shop.slack.views(LIN):
                await shop.open(LIN, "menu", option="facts")
            await shop.submit(LIN, **{field: choice["value"]})
            await shop.settle()
            changed = _draft(shop) != before
    assert changed
    assert any(" set " in line for line in await shop.journal())


def _draft(shop: World) -> str:
    """The suggested reply on the card."""
    found = [block for block in shop.card()["blocks"] if "rich_text" in block["type"]]
    for block in found:
        for element in block["elements"]:
            if element["type"] == "rich_text_preformatted":
                return "".join(part.get("text", "") for part in element["elements"])
    return ""


async def test_an_unsure_message_is_decided_by_a_person(shop: World) -> None:
    """The desk does not pretend: it asks, and the person's choice gives the case its draft and stays."""
    sofia = shop.buyer(language="en")
    sofia.say("zzz qwer 12 ???")
    await shop.settle()
    assert "Not sure what it is about" in words(shop.card())
    assert "situation" in actions(shop.card())
    await shop.click(BEN, "situation", option="damaged")
    await shop.settle()
    assert "Damaged on arrival" in words(shop.card())
    assert "situation" not in actions(shop.card())
    sofia.say("Where is my parcel?")
    await shop.settle()
    assert "Damaged on arrival" in words(shop.card())
    assert any("Ben Cole" in line or BEN in line for line in await shop.journal())


async def test_no_reply_needed_stops_the_clock_with_its_reason(shop: World) -> None:
    """A thank-you is settled with one reason, and nobody is paged for it."""
    sofia = shop.buyer(language="en")
    sofia.say("Where is my parcel? 114-1234567-7654321")
    await shop.settle()
    await shop.open(LIN, "menu", option="no_reply")
    empty = await shop.submit(LIN, reason="   ")
    assert empty.errors
    assert (await shop.submit(LIN, reason="He found it himself.")).acked
    await shop.advance(timedelta(days=2))
    assert shop.alerts() == []
    assert len(received(sofia)) == 1
    assert any("He found it himself." in line for line in await shop.journal())
    deadlines = (await shop.case())["deadlines"]
    assert next(d for d in deadlines if d["kind"] == "shop")["state"] == "met"
    sofia.say("It is broken though.")
    await shop.settle()
    assert "approve" in actions(shop.card())


async def test_a_declined_draft_makes_room_for_ones_own_text(shop: World) -> None:
    """The reason is kept for the file, the person writes what is better, and exactly that is sent."""
    sofia = shop.buyer(language="en")
    sofia.say("Where is my parcel? 114-1234567-7654321")
    await shop.settle()
    dialog = await shop.open(LIN, "decline")
    reasons = next(block["element"] for block in dialog["blocks"] if block["element"]["type"] == "radio_buttons")
    assert (await shop.submit(LIN, reason=reasons["options"][0]["value"], note="Too stiff for her.")).acked
    await shop.settle()
    assert "approve" not in actions(shop.card())
    assert actions(shop.card()) == ["menu", "edit"]
    assert any("declined the draft" in line for line in await shop.journal())
    await shop.open(LIN, "edit")
    await shop.submit(LIN, text="Dear Sofia, it is on its way.")
    await shop.advance(UNDO)
    assert received(sofia)[1:] == ["Dear Sofia, it is on its way."]


async def test_a_draft_that_was_only_saved_waits_for_another_yes(shop: World) -> None:
    """Saving is not approving: a colleague reads it first."""
    sofia = shop.buyer(language="en")
    sofia.say("Where is my parcel? 114-1234567-7654321")
    await shop.settle()
    await shop.open(LIN, "edit")
    await shop.submit(LIN, text="It left today.", options=["only_save"])
    await shop.advance(timedelta(hours=1))
    assert len(received(sofia)) == 1
    assert "It left today." in words(shop.card())
    await shop.click(BEN, "approve")
    await shop.advance(UNDO)
    assert received(sofia)[1:] == ["It left today."]


async def test_a_text_typed_while_the_buyer_wrote_is_kept_and_needs_another_yes(shop: World) -> None:
    """The dialog was open when the case moved on: nothing is sent, nothing typed is lost."""
    sofia = shop.buyer(language="en")
    sofia.say("Where is my parcel? 114-1234567-7654321")
    await shop.settle()
    await shop.open(LIN, "edit")
    sofia.say("Forget it, please cancel.")
    await shop.settle()
    await shop.submit(LIN, text="It left today.")
    assert "It left today." in str(shop.modal(LIN))
    await shop.advance(UNDO * 2)
    assert len(received(sofia)) == 1
    assert (await shop.submit(LIN)).acked
    await shop.advance(UNDO)
    assert received(sofia)[1:] == ["It left today."]


async def test_the_editors_name_shows_while_somebody_writes(shop: World) -> None:
    """Two people should not write the same answer: a soft claim, gone when the dialog is closed."""
    shop.buyer(language="en").say("Where is my parcel? 114-1234567-7654321")
    await shop.settle()
    await shop.open(LIN, "edit")
    await shop.settle()
    assert f"<@{LIN}> is editing" in words(shop.card())
    await shop.slack.person(LIN).close_view(shop.modal(LIN)["id"])
    await shop.settle()
    assert "is editing" not in words(shop.card())


async def test_the_queue_lists_the_most_urgent_first(shop: World) -> None:
    """The queue lists open cases by urgency, and says so when nothing waits."""
    lin = shop.slack.person(LIN)
    empty = await lin.command("/amends", "queue", channel_id="C0DESK")
    assert empty.acked
    shop.buyer(501, "Sofia", "en").say("Where is my parcel? 114-1234567-7654321")
    await shop.advance(timedelta(hours=2))
    shop.buyer(502, "Ada", "en").say("I opened an A-to-z guarantee claim for order 114-1234567-1111111.")
    await shop.settle()
    listed = await lin.command("/amends", "", channel_id="C0DESK")
    assert listed.acked
    shown = shop.told(LIN)[-1]
    assert "A-0001" in shown
    assert "A-0002" in shown
    assert shown.index("A-0001") < shown.index("A-0002")


async def test_a_short_word_does_not_change_the_language(shop: World) -> None:
    """The phone says Spanish, the talk is English: three words that both languages know turn nothing round."""
    sofia = shop.buyer(language="es")
    sofia.say("Hello, I bought a kettle and it stopped working after two days. What can you do for me?")
    await shop.settle()
    assert "English" in words(shop.card())
    for said in ("no pictures, sorry", "ok", "no"):
        sofia.say(said)
        await shop.settle()
        assert "English" in words(shop.card())
