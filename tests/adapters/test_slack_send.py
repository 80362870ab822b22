"""Posting to Slack: what staff see, and what each failure means for the outbox."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from adapters.slack.outcome import mapped
from adapters.slack.send import Board
from adapters.slack.web import Web
from flows.ports import CardRef, Gone, OutcomeUnknown, PortError, Refused, Unavailable
from flows.rich import Person
from sandbox.wire import Fault
from tests.adapters.slack_bench import ROOM, Bench, started
from tests.adapters.slack_views import ALARM, CARDS, LINES, card_view

LONG_AGO = datetime.now(UTC) - timedelta(hours=1)


@pytest.fixture
async def desk() -> AsyncIterator[Bench]:
    async with started() as made:
        yield made


@pytest.mark.parametrize("name", CARDS)
async def test_every_kind_of_card_can_be_posted(desk: Bench, name: str) -> None:
    card = await desk.desk.show_card(CARDS[name], None)
    [posted] = desk.slack.messages(ROOM)
    assert card == CardRef(ROOM, posted["ts"])
    assert posted["metadata"]["event_payload"] == {"k": "card:0193-case"}


async def test_a_card_is_brought_up_to_date_in_place(desk: Bench) -> None:
    card = await desk.desk.show_card(CARDS["open"], None)
    assert await desk.desk.show_card(CARDS["delivered"], card) == card
    [posted] = desk.slack.messages(ROOM)
    assert not any(block["type"] == "actions" for block in posted["blocks"])
    assert posted["metadata"]["event_payload"] == {"k": "card:0193-case"}


async def test_history_stands_in_the_thread_and_rings_for_nobody_unpaged(desk: Bench) -> None:
    """Names come from Slack the first time somebody is named."""
    card = await desk.desk.show_card(CARDS["open"], None)
    ts = await desk.desk.post_history(card, "story:1..4", LINES)
    [entry] = desk.slack.thread(ROOM, card.message)
    assert entry["ts"] == ts
    assert "@Lena Vogt" in str(entry["blocks"])
    await desk.desk.post_history(card, "story:5", ((Person("U0LENA"), " again"),))
    assert sum(call.method == "users.info" for call in desk.slack.calls) == 2


async def test_a_name_that_slack_does_not_know_is_shown_as_its_id(desk: Bench) -> None:
    card = await desk.desk.show_card(CARDS["open"], None)
    await desk.desk.post_history(card, "story:1", ((Person("U0LEFT"), " approved"),))
    assert "@U0LEFT" in desk.slack.thread(ROOM, card.message)[0]["text"]


async def test_a_loud_alert_stands_in_the_channel_and_a_quiet_one_in_the_thread(desk: Bench) -> None:
    card = await desk.desk.show_card(CARDS["open"], None)
    loud = await desk.desk.post_alarm(ALARM, card)
    quiet = await desk.desk.post_alarm(replace(ALARM, loud=False), card)
    assert [message["ts"] for message in desk.slack.messages(ROOM)] == [card.message, loud.message]
    assert [message["ts"] for message in desk.slack.thread(ROOM, card.message)] == [quiet.message]
    assert "<@U0LENA>" in str(desk.slack.messages(ROOM)[1]["blocks"])


async def test_an_acknowledged_alert_loses_its_buttons(desk: Bench) -> None:
    posted = await desk.desk.post_alarm(ALARM, None)
    await desk.desk.refresh_alarm(replace(ALARM, text=(("Seen by ", Person("U0BEN")),), buttons=()), posted)
    [message] = desk.slack.messages(ROOM)
    assert [block["type"] for block in message["blocks"]] == ["section"]


async def test_words_for_one_person_are_seen_by_that_person(desk: Bench) -> None:
    await desk.desk.tell("U0BEN", (Person("U0LENA"), " approved this 2 s earlier."), None)
    [shown] = desk.slack.ephemerals("U0BEN")
    assert "@Lena Vogt approved" in shown["blocks"][0]["text"]["text"]
    assert desk.slack.ephemerals("U0LENA") == []


async def test_words_for_somebody_outside_the_channel_are_refused(desk: Bench) -> None:
    desk.slack.add_person("U0OUT", "out")
    with pytest.raises(Refused, match="not in the channel"):
        await desk.desk.tell("U0OUT", ("hello",), None)


@pytest.mark.parametrize("where", ["channel", "thread"])
async def test_a_post_whose_answer_was_lost_is_found_by_its_key(desk: Bench, where: str) -> None:
    """2.7: neither lost nor doubled; the SDK's own retry would have posted twice."""
    card = await desk.desk.show_card(CARDS["open"], None) if where == "thread" else None
    desk.slack.faults.add(Fault("timeout_after", "chat.postMessage", seconds=0.05))
    with pytest.raises(OutcomeUnknown):
        await desk.desk.post_alarm(replace(ALARM, loud=card is None), card)
    posted = desk.slack.thread(ROOM, card.message) if card else desk.slack.messages(ROOM)
    assert len(posted) == 1
    keys = {ALARM.key, "another key"}
    assert await desk.desk.find(card, keys, LONG_AGO) == {ALARM.key: CardRef(ROOM, posted[0]["ts"])}
    assert await desk.desk.find(card, {"another key"}, LONG_AGO) == {}
    assert await desk.desk.find(card, keys, datetime.now(UTC) + timedelta(hours=1)) == {}


async def test_a_lost_post_that_never_happened_is_not_found(desk: Bench) -> None:
    desk.slack.faults.add(Fault("refused", "chat.postMessage"))
    with pytest.raises(OutcomeUnknown):
        await desk.desk.show_card(CARDS["open"], None)
    assert await desk.desk.find(None, {"card:0193-case"}, LONG_AGO) == {}


async def test_nothing_is_found_below_a_deleted_card(desk: Bench) -> None:
    card = await desk.desk.show_card(CARDS["open"], None)
    desk.slack.delete_message(ROOM, card.message)
    assert await desk.desk.find(card, {"story:1"}, LONG_AGO) == {}


async def test_a_lost_answer_to_an_update_is_only_a_reason_to_try_again(desk: Bench) -> None:
    card = await desk.desk.show_card(CARDS["open"], None)
    desk.slack.faults.add(Fault("timeout_after", "chat.update", seconds=0.05))
    with pytest.raises(Unavailable):
        await desk.desk.show_card(CARDS["held"], card)


async def test_a_deleted_card_is_gone(desk: Bench) -> None:
    card = await desk.desk.show_card(CARDS["open"], None)
    desk.slack.delete_message(ROOM, card.message)
    with pytest.raises(Gone):
        await desk.desk.show_card(CARDS["held"], card)


POSTS: dict[str, Callable[[Bench, CardRef], Awaitable[Any]]] = {
    "history": lambda desk, card: desk.desk.post_history(card, "story:1", (("opened",),)),
    "alarm": lambda desk, card: desk.desk.post_alarm(replace(ALARM, loud=False), card),
}


@pytest.mark.parametrize("what", POSTS)
async def test_a_reply_below_a_deleted_card_is_taken_back(desk: Bench, what: str) -> None:
    """Slack puts it into the channel without a word; there it would look like a new case."""
    card = await desk.desk.show_card(CARDS["open"], None)
    desk.slack.delete_message(ROOM, card.message)
    with pytest.raises(Gone):
        await POSTS[what](desk, card)
    assert desk.slack.messages(ROOM) == []


async def refused_by(call: Awaitable[Any]) -> PortError:
    with pytest.raises(PortError) as caught:
        await call
    return caught.value


FAULTS: list[tuple[Fault, type[PortError], str]] = [
    (Fault("rate_limited", "chat.postMessage", seconds=30), Unavailable, "patience"),
    (Fault("server_error", "chat.postMessage", status=500), OutcomeUnknown, "may have been done"),
    (
        Fault("server_error", "chat.postMessage", status=502, code="bad_gateway"),
        OutcomeUnknown,
        "may have been done",
    ),
    (Fault("error", "chat.postMessage", code="fatal_error"), OutcomeUnknown, "may have been done"),
    (Fault("error", "chat.postMessage", code="token_revoked"), Refused, "install the app again"),
    (Fault("error", "chat.postMessage", code="channel_not_found"), Refused, "/invite"),
    (Fault("error", "chat.postMessage", code="is_archived"), Refused, "unarchive"),
    (Fault("error", "chat.postMessage", code="restricted_action"), Refused, "administrator"),
    (Fault("error", "chat.postMessage", code="something_new"), Refused, "something_new"),
]


@pytest.mark.parametrize(("fault", "error", "words"), FAULTS, ids=lambda value: getattr(value, "code", None))
async def test_each_failure_of_a_post_has_its_meaning(
    desk: Bench, fault: Fault, error: type[PortError], words: str
) -> None:
    desk.slack.faults.add(fault)
    caught = await refused_by(desk.desk.show_card(CARDS["open"], None))
    assert type(caught) is error
    assert words in caught.reason
    assert sum(call.method == "chat.postMessage" for call in desk.slack.calls) == 1


async def test_a_pause_that_slack_asks_for_is_passed_on(desk: Bench) -> None:
    desk.slack.faults.add(Fault("rate_limited", "chat.postMessage", seconds=30))
    caught = await refused_by(desk.desk.show_card(CARDS["open"], None))
    assert isinstance(caught, Unavailable)
    assert caught.retry_after == 30


async def test_a_revoked_token_is_fatal_and_a_closed_channel_is_not(desk: Bench) -> None:
    for code, fatal in (("account_inactive", True), ("not_in_channel", False)):
        desk.slack.faults.add(Fault("error", "chat.postMessage", code=code))
        caught = await refused_by(desk.desk.show_card(CARDS["open"], None))
        assert isinstance(caught, Refused)
        assert caught.fatal is fatal


async def test_slack_being_down_is_certainly_not_done(desk: Bench) -> None:
    desk.slack.down()
    assert type(await refused_by(desk.desk.show_card(card_view(), None))) is Unavailable
    desk.slack.up()
    await desk.desk.show_card(card_view(), None)


async def test_a_refused_connection_is_certainly_not_done(unused_tcp_port: int) -> None:
    """Nothing was written to anybody: the outbox may simply try again."""
    web = Web("xoxb-1", "xapp-1", f"http://127.0.0.1:{unused_tcp_port}/", None)
    await web.open()
    assert type(await refused_by(Board(web, ROOM).show_card(card_view(), None))) is Unavailable
    await web.close()


@pytest.mark.parametrize("error", [TimeoutError(), OSError("reset"), ValueError("odd")])
def test_every_error_becomes_a_port_error(error: Exception) -> None:
    assert type(mapped("chat.postMessage", error, repeatable=False)) is OutcomeUnknown
    assert type(mapped("chat.update", error, repeatable=True)) is Unavailable


async def test_a_question_tells_whether_slack_is_there(desk: Bench) -> None:
    """While it is away nothing is tried: it is asked, and asking posts nothing."""
    await desk.desk.probe()
    assert desk.slack.messages(ROOM) == []
    desk.slack.down()
    with pytest.raises(Unavailable):
        await desk.desk.probe()


async def test_looking_for_a_post_reads_no_page_more_than_needed(desk: Bench) -> None:
    """History is rationed, and after an outage there is a lot of it: the newest page comes first."""
    desk.slack.posts_allowed = 1000
    lost = await desk.desk.show_card(CARDS["open"], None)
    for number in range(250):
        await desk.desk.post_alarm(replace(ALARM, key=f"chatter {number}"), None)
    wanted = await desk.desk.post_alarm(ALARM, None)
    before = _pages_read(desk)
    assert await desk.desk.find(None, {ALARM.key}, LONG_AGO) == {ALARM.key: wanted}
    assert _pages_read(desk) - before == 1
    assert await desk.desk.find(None, {"card:0193-case"}, LONG_AGO) == {"card:0193-case": lost}
    assert _pages_read(desk) - before == 3


def _pages_read(desk: Bench) -> int:
    return sum(call.method == "conversations.history" for call in desk.slack.calls)


async def test_before_the_start_nothing_can_be_posted() -> None:
    async with started() as made:
        fresh = made.new_desk()
        with pytest.raises(Unavailable):
            await fresh.show_card(card_view(), None)
