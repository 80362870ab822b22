"""What people do at the desk: stored before it is acknowledged, answered when it is not a decision."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from adapters.slack.words import english
from flows.case import Situation
from flows.events import (
    Acknowledged,
    AdvanceWithdrawn,
    Approved,
    Assigned,
    Claimed,
    Declined,
    DraftEdited,
    FactsSet,
    FallbackApproved,
    NoReplyNeeded,
    NoteAdded,
    PlatformNotice,
    Released,
    SituationChosen,
    Submitted,
)
from flows.ports import CardRef
from flows.values import Money
from flows.view import Finding
from sandbox.slack import Outcome, Person
from sandbox.wire import Fault
from tests.adapters.slack_bench import ROOM, Bench, started
from tests.adapters.slack_views import ALARM, CARDS, CASE, DRAFT, DUE, FALLBACK

LENA = "U0LENA"


@pytest.fixture
async def desk() -> AsyncIterator[Bench]:
    async with started() as made, made.listening():
        yield made


async def show(desk: Bench, name: str = "open") -> CardRef:
    card = await desk.desk.show_card(CARDS[name], None)
    desk.service.cards[card] = CASE
    return card


async def click(desk: Bench, card: CardRef, action: str, person: Person | None = None, **how: Any) -> Outcome:
    return await (person or desk.lena).click(card.channel, card.message, action, **how)


async def opened(desk: Bench, action: str, name: str = "open", **how: Any) -> dict[str, Any]:
    """The dialog behind a button of a new card."""
    outcome = await click(desk, await show(desk, name), action, **how)
    assert outcome.acked
    return await desk.view_of(desk.lena)


async def test_a_click_is_stored_before_it_is_acknowledged(desk: Bench) -> None:
    """Invariant 1: Slack never repeats a click."""
    card = await show(desk)
    desk.shelf.open.clear()
    clicked = asyncio.create_task(click(desk, card, "approve"))
    await desk.shelf.asked.wait()
    done, _ = await asyncio.wait({clicked}, timeout=0.1)
    assert not done
    desk.shelf.open.set()
    assert (await clicked).acked
    assert desk.events() == [Approved(CASE, LENA, 3)]
    [item] = desk.shelf.items
    assert (item.channel, item.lane, item.urgent) == (desk.desk.channel, f"case:{CASE}", True)


async def test_a_person_sees_that_their_click_was_not_stored(desk: Bench) -> None:
    """A click that does nothing in silence is the worst answer."""
    card = await show(desk)
    desk.shelf.broken = True
    outcome = await click(desk, card, "approve", wait_s=0.5)
    assert not outcome.acked
    desk.shelf.broken = False
    assert (await click(desk, card, "approve")).acked
    assert desk.events() == [Approved(CASE, LENA, 3)]


async def test_a_question_the_store_cannot_answer_is_a_visible_failure(desk: Bench) -> None:
    card = await show(desk)
    desk.service.broken = True
    assert not (await click(desk, card, "edit", wait_s=0.5)).acked
    assert desk.shelf.items == []


async def test_a_click_delivered_twice_is_one_item(desk: Bench) -> None:
    card = await show(desk)
    desk.slack.faults.add(Fault("duplicate", "block_actions"))
    await click(desk, card, "approve")
    assert len(desk.shelf.items) == 1


async def test_two_people_clicking_at_once_are_two_items(desk: Bench) -> None:
    """Who wins is decided by the step, not here; both connections carry clicks."""
    card = await show(desk)
    outcomes = await asyncio.gather(click(desk, card, "approve"), click(desk, card, "approve", desk.ben))
    assert all(outcome.acked for outcome in outcomes)
    assert {getattr(event, "by", "") for event in desk.events()} == {"U0LENA", "U0BEN"}


async def test_a_situation_is_chosen_on_the_card(desk: Bench) -> None:
    await click(desk, await show(desk), "situation", option="damaged")
    assert desk.events() == [SituationChosen(CASE, LENA, Situation.DAMAGED)]


async def test_a_case_is_taken_from_the_menu(desk: Bench) -> None:
    await click(desk, await show(desk), "menu", option="take")
    assert desk.events() == [Assigned(CASE, LENA, LENA)]


async def test_an_alert_is_acknowledged_where_it_stands(desk: Bench) -> None:
    alarm = await desk.desk.post_alarm(ALARM, None)
    await click(desk, alarm, "acknowledge")
    assert desk.events() == [Acknowledged(CASE, LENA, "amz.atoz", "t-1h")]


@pytest.mark.parametrize(("name", "action", "option"), [("handoff", "open_link", None), ("open", "menu", "link")])
async def test_a_link_is_acknowledged_and_not_stored(
    desk: Bench, name: str, action: str, option: str | None
) -> None:
    """Slack sends a click for links too; without an answer the person sees a warning."""
    assert (await click(desk, await show(desk, name), action, option=option)).acked
    assert desk.shelf.items == []


async def test_a_button_of_an_older_card_is_answered(desk: Bench) -> None:
    outcome = await click(desk, await show(desk), "snooze", value="whatever")
    assert outcome.acked
    assert "older card" in await desk.told(desk.lena)
    assert desk.shelf.items == []


async def test_editing_opens_the_draft_and_claims_the_case(desk: Bench) -> None:
    view = await opened(desk, "edit")
    text = view["state"]["values"]["text"]["text"]["value"]
    assert text == DRAFT
    assert desk.events() == [Claimed(CASE, LENA, 3)]


async def test_saving_and_sending_is_one_event(desk: Bench) -> None:
    view = await opened(desk, "edit")
    outcome = await desk.lena.submit(view["id"], {"text": "Hola & <b>\n\nLena"})
    assert outcome.acked
    assert desk.slack.views(LENA) == []
    assert desk.events()[1:] == [DraftEdited(CASE, LENA, 3, "Hola & <b>\n\nLena", send=True)]


async def test_a_draft_can_be_saved_without_sending(desk: Bench) -> None:
    view = await opened(desk, "edit")
    await desk.lena.submit(view["id"], {"options": ["only_save"]})
    assert desk.events()[1:] == [DraftEdited(CASE, LENA, 3, DRAFT, send=False)]


async def test_what_the_guard_blocks_stands_under_the_text_and_nothing_is_stored(desk: Bench) -> None:
    desk.service.findings = (Finding("block", "contact", "No contact data", "a@b.example", "Leave it out"),)
    view = await opened(desk, "edit")
    outcome = await desk.lena.submit(view["id"], {"text": "write to a@b.example"})
    assert outcome.errors == {"text": "No contact data “a@b.example” → Leave it out"}
    assert len(desk.shelf.items) == 1
    assert (await desk.lena.submit(view["id"], {"text": "clean"})).errors == {}
    assert desk.events()[1:] == [DraftEdited(CASE, LENA, 3, "clean", send=True)]


async def test_a_text_typed_while_the_case_moved_on_is_kept_and_can_be_approved_all_the_same(desk: Bench) -> None:
    """Invariant 4: the newer message voids the old yes, and nobody types anything twice."""
    view = await opened(desk, "edit")
    desk.service.moves_on()
    outcome = await desk.lena.submit(view["id"], {"text": "My careful words"})
    assert outcome.payload["response_action"] == "update"
    [changed] = desk.slack.views(LENA)
    assert "María wrote again" in changed["blocks"][0]["text"]["text"]
    assert changed["submit"]["text"] == "Approve all the same"
    assert len(desk.shelf.items) == 1
    await desk.lena.submit(changed["id"], {})
    assert desk.events()[1:] == [DraftEdited(CASE, LENA, 4, "My careful words", send=True)]


async def test_a_text_for_a_case_that_has_nothing_to_edit_any_more_is_still_shown(desk: Bench) -> None:
    view = await opened(desk, "edit")
    desk.service.findings = (Finding("block", "stale", "It was answered."),)
    desk.service.view = None
    await desk.lena.submit(view["id"], {"text": "stale My careful words"})
    [gone] = desk.slack.views(LENA)
    assert gone["blocks"][1]["text"]["text"] == "stale My careful words"
    assert gone["submit"] is None


async def test_closing_the_editor_releases_the_case(desk: Bench) -> None:
    view = await opened(desk, "edit")
    await desk.lena.close_view(view["id"])
    assert desk.events() == [Claimed(CASE, LENA, 3), Released(CASE, LENA)]
    claimed, released = (item.position for item in desk.shelf.items)
    assert claimed < released


async def test_with_nothing_to_edit_no_dialog_opens_and_the_person_is_told(desk: Bench) -> None:
    desk.service.view = None
    await click(desk, await show(desk), "edit")
    assert "no draft to edit" in await desk.told(desk.lena)
    assert desk.slack.views(LENA) == []
    assert desk.shelf.items == []


async def test_a_dialog_that_slack_will_not_open_is_answered(desk: Bench) -> None:
    """A trigger lives three seconds; a button that does nothing would be pressed again and again."""
    desk.slack.faults.add(Fault("error", "views.open", code="expired_trigger_id"))
    await click(desk, await show(desk), "decline")
    assert "press again" in await desk.told(desk.lena)


async def test_declining_asks_for_a_reason(desk: Bench) -> None:
    view = await opened(desk, "decline")
    await desk.lena.submit(view["id"], {"reason": "tone", "note": "too stiff"})
    assert desk.events() == [Declined(CASE, LENA, 3, "tone: too stiff")]


async def test_no_reply_needed_asks_why(desk: Bench) -> None:
    view = await opened(desk, "menu", option="no_reply")
    assert (await desk.lena.submit(view["id"], {"reason": "  "})).errors == {"reason": "Please fill this in."}
    await desk.lena.submit(view["id"], {"reason": "He only said thanks"})
    assert desk.events() == [NoReplyNeeded(CASE, LENA, 3, "He only said thanks")]


async def test_a_question_is_approved_with_the_outcomes_that_are_ticked(desk: Bench) -> None:
    """Each text stands whole in the dialog, and only what can be approved can be ticked."""
    await click(desk, await show(desk, "in_advance"), "outcomes")
    view = await desk.view_of(desk.lena)
    assert json.dumps(DRAFT, ensure_ascii=False)[1:-1] in json.dumps(view["blocks"], ensure_ascii=False)
    await desk.lena.submit(view["id"], {"outcomes": ["refund"]})
    assert desk.events() == [Approved(CASE, LENA, 3, ("refund",))]


async def test_a_fallback_is_approved_in_advance(desk: Bench) -> None:
    view = await opened(desk, "menu", "in_advance", option="fallback")
    await desk.lena.submit(view["id"], {})
    [event] = desk.events()
    assert event == FallbackApproved(CASE, LENA, 3, DUE, DUE + timedelta(hours=1), "stamp", Money(2490, "EUR"))


async def test_what_stands_against_a_fallback_is_said_below_its_input(desk: Bench) -> None:
    """By the service, or by reading alone; nothing is stored, and what was filled in stays."""
    view = await opened(desk, "menu", "in_advance", option="fallback")
    desk.service.against = ("until", "The limit passes before that.")
    assert (await desk.lena.submit(view["id"], {})).errors == {"until": "The limit passes before that."}
    assert (await desk.lena.submit(view["id"], {"ceiling": "a lot"})).errors.keys() == {"ceiling"}
    assert desk.shelf.items == []


async def test_a_fallback_that_reads_otherwise_by_then_is_shown_once_more(desk: Bench) -> None:
    """Nobody approves a text that they have not seen: the dates in it depend on the time chosen."""
    view = await opened(desk, "menu", "in_advance", option="fallback")
    desk.service.fallback_view = replace(FALLBACK, text="By 3 March you will have it.", stamp="newer")
    await desk.lena.submit(view["id"], {"ceiling": "30 EUR"})
    again = await desk.view_of(desk.lena)
    assert "By 3 March" in json.dumps(again["blocks"])
    assert desk.shelf.items == []
    await desk.lena.submit(again["id"], {})
    [event] = desk.events()
    assert isinstance(event, FallbackApproved)
    assert (event.stamp, event.ceiling) == ("newer", Money(3000, "EUR"))


@pytest.mark.parametrize("name", ["outcomes", "fallback"])
async def test_what_cannot_be_approved_in_advance_any_more_is_told(desk: Bench, name: str) -> None:
    """The card was older than the case: no empty dialog."""
    desk.service.outcomes_view = desk.service.fallback_view = None
    card = await show(desk, "in_advance")
    pressed = click(desk, card, "menu", option=name) if name == "fallback" else click(desk, card, name)
    assert (await pressed).acked
    [told] = await desk.until(lambda: desk.slack.ephemerals(LENA))
    assert english(f"{name}.none") in json.dumps(told, ensure_ascii=False)
    assert desk.slack.views(LENA) == []


async def test_what_was_approved_in_advance_is_taken_back(desk: Bench) -> None:
    await click(desk, await show(desk, "in_advance"), "menu", option="advance_off")
    assert desk.events() == [AdvanceWithdrawn(CASE, LENA)]


async def test_submitted_by_hand_needs_proof(desk: Bench) -> None:
    card = await show(desk, "handoff")
    await click(desk, card, "submitted")
    view = await desk.view_of(desk.lena)
    await desk.lena.submit(view["id"], {"proof": "Claim page says: response received 14:03"})
    assert desk.events() == [Submitted(CASE, LENA, 3, "Claim page says: response received 14:03")]


async def test_only_changed_facts_are_recorded(desk: Bench) -> None:
    """What staff did not touch keeps its own source."""
    view = await opened(desk, "menu", option="facts")
    await desk.lena.submit(view["id"], {"fact:wish": "=refund"})
    assert desk.events() == [FactsSet(CASE, LENA, (("wish", "refund"),))]


async def test_a_facts_dialog_saved_unchanged_decides_nothing(desk: Bench) -> None:
    view = await opened(desk, "menu", option="facts")
    assert (await desk.lena.submit(view["id"], {})).acked
    assert desk.shelf.items == []


async def test_a_claim_is_opened_by_hand_with_its_order_number_checked(desk: Bench) -> None:
    assert (await desk.lena.command("/amends", "new", channel_id=ROOM)).acked
    view = await desk.view_of(desk.lena)
    refused = await desk.lena.submit(view["id"], {"platform": "amazon.de", "order": "12-3"})
    assert refused.errors.keys() == {"order"}
    await desk.lena.submit(view["id"], {"order": "123-1234567-1234567", "amount": "19.99"})
    [event] = desk.events()
    assert isinstance(event, PlatformNotice)
    assert (event.order, event.platform, event.note) == ("123-1234567-1234567", "amazon", "Amazon DE")
    assert desk.shelf.items[0].lane == f"slack:{ROOM}"


@pytest.mark.parametrize("asked", ["", "queue"])
async def test_the_queue_is_shown_to_the_one_who_asks(desk: Bench, asked: str) -> None:
    assert (await desk.lena.command("/amends", asked, channel_id=ROOM)).acked
    [shown] = desk.slack.ephemerals(LENA)
    assert "Open cases" in shown["text"]
    assert [block.get("accessory", {}).get("url") is not None for block in shown["blocks"]] == [False, True, False]
    assert desk.shelf.items == []


@pytest.mark.parametrize("asked", ["help", "what is this"])
async def test_anything_else_is_answered_with_help(desk: Bench, asked: str) -> None:
    await desk.ben.command("/amends", asked, channel_id=ROOM)
    assert "never sent to the buyer" in await desk.told(desk.ben)


async def test_words_in_a_cards_thread_are_a_note(desk: Bench) -> None:
    card = await show(desk)
    said = await desk.lena.say(ROOM, "ask the carrier <b>", thread_ts=card.message)
    assert said.acked
    [note] = desk.events()
    assert isinstance(note, NoteAdded)
    assert (note.case, note.by, note.text) == (CASE, LENA, "ask the carrier <b>")
    assert desk.shelf.items[0].lane == f"case:{CASE}"


async def test_other_words_in_the_channel_are_not_stored(desk: Bench) -> None:
    """What colleagues say to each other is none of our business; our own posts come back as events too."""
    card = await show(desk)
    await desk.desk.post_history(card, "story:1", (("opened",),))
    said = await desk.lena.say(ROOM, "lunch?")
    assert (await desk.lena.say(ROOM, "now", thread_ts=said.ts)).acked
    assert desk.shelf.items == []


async def test_a_note_comes_again_when_it_could_not_be_stored(desk: Bench) -> None:
    """Events are repeated by Slack until they are acknowledged."""
    card = await show(desk)
    desk.slack.event_retry_s = 0.2
    desk.shelf.broken = True
    said = asyncio.create_task(desk.lena.say(ROOM, "remember this", thread_ts=card.message))
    await desk.until(lambda: len(desk.slack.thread(ROOM, card.message)) == 1)
    desk.shelf.broken = False
    await said
    assert [getattr(event, "text", "") for event in desk.events()] == ["remember this"]


async def test_events_and_shortcuts_of_others_are_acknowledged(desk: Bench) -> None:
    """Too many unanswered deliveries, and Slack stops sending any."""
    assert (await desk.lena.open_home()).acked
    assert (await desk.lena.shortcut("case_find")).acked
    assert (await desk.lena.react(ROOM, (await show(desk)).message, "eyes")).acked


async def test_nobodys_words_and_no_token_reach_the_log(desk: Bench, caplog: pytest.LogCaptureFixture) -> None:
    """Invariant 12, also when things go wrong: Bolt and the SDK log whole payloads if they are let."""
    caplog.set_level(logging.DEBUG)
    card = await show(desk)
    desk.shelf.broken = True
    await click(desk, card, "approve", wait_s=0.3)
    desk.shelf.broken = False
    await desk.lena.say(ROOM, "remember the blue parcel", thread_ts=card.message)
    await desk.slack.drop_connections()
    async with asyncio.timeout(10):
        await desk.slack.wait_connected(2)
    assert "not acknowledged: ConnectionError" in caplog.text
    assert not any(word in caplog.text for word in ("blue parcel", "xoxb-", "xapp-", "ticket-", "hooks"))


async def test_how_fast_clicks_were_acknowledged_is_measured(desk: Bench) -> None:
    assert desk.desk.latency() == {"count": 0, "p50_ms": None, "p99_ms": None, "max_ms": None}
    card = await show(desk)
    for _ in range(6):
        await click(desk, card, "approve")
    measured = desk.desk.latency()
    assert measured["count"] >= 5
    assert 0 < measured["p50_ms"] <= measured["p99_ms"] <= measured["max_ms"] < 3000
