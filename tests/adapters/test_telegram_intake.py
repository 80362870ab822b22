"""The poll loop against a Bot API on loopback that misbehaves on request."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from typing import Any

import pytest

from adapters.telegram.answers import NoUpdates, updates_in
from adapters.telegram.intake import ALLOWED_UPDATES
from flows.events import BuyerWrote
from flows.ports import Item, Refused, Unavailable, Unreadable
from sandbox.telegram.updates import FIRST_ID
from sandbox.wire import Fault, machine_now
from tests.adapters.telegram_bench import CHAT, Bench, bench, polling


@pytest.fixture
async def desk() -> AsyncIterator[Bench]:
    async with bench() as made:
        yield made


def texts(desk: Bench) -> list[str]:
    """What the stored items say, in order."""
    events = [desk.channels[0].translate(item.kind, item.raw) for item in desk.shelf.items]
    return [event.text for event in events if isinstance(event, BuyerWrote)]


async def test_the_account_names_the_channel(desk: Bench) -> None:
    """A renewed token keeps the channel; nobody knows the channel before Telegram has answered."""
    channel = desk.new_channel()
    with pytest.raises(RuntimeError):
        _ = channel.channel
    await channel.start()
    assert channel.channel == f"telegram:{desk.sandbox.bot_id}"


@pytest.mark.parametrize("token", ["", "not a token", "1000001:AAanother-token-of-the-same-shape", "x/../y"])
async def test_a_token_that_telegram_does_not_know_is_refused_with_the_remedy(desk: Bench, token: str) -> None:
    """The first thing that goes wrong in a new shop: say where the token comes from, and never repeat it."""
    with pytest.raises(Refused, match="BotFather") as caught:
        await desk.new_channel(token=token).start()
    assert caught.value.fatal
    assert not token or token not in caught.value.reason


async def test_start_waits_for_nobody_when_telegram_is_away(desk: Bench) -> None:
    """Unavailable means: try again later; and later it must work with the same object."""
    channel = desk.new_channel()
    desk.sandbox.faults.add(Fault("server_error", "getMe", status=502))
    with pytest.raises(Unavailable):
        await channel.start()
    await channel.start()
    assert channel.channel


async def test_start_without_a_network_is_unavailable(desk: Bench) -> None:
    """A refused connection is no reason to give up the account."""
    channel = desk.new_channel()
    await desk.stop_server()
    with pytest.raises(Unavailable):
        await channel.start()


async def test_a_webhook_is_named_and_not_removed(desk: Bench) -> None:
    """Another program may live from it: only a person may take it away."""
    channel = await desk.started()
    bot = channel._started()
    await bot.set_webhook("https://example.org/hook")
    with pytest.raises(Refused, match="deleteWebhook"):
        await desk.new_channel().start()
    assert (await bot.get_webhook_info()).url == "https://example.org/hook"


async def test_messages_are_stored_in_order_and_then_confirmed(desk: Bench) -> None:
    """More than one answer can hold: order is Telegram's, and only what is stored gets confirmed."""
    channel = await desk.started()
    buyer = desk.sandbox.buyer(CHAT)
    for number in range(130):
        buyer.say(f"line {number}")
    async with polling(channel, desk.shelf):
        await desk.shelf.until(130)
        await desk.until(lambda: desk.asked()[-1].get("offset") == FIRST_ID + 130)
    assert texts(desk) == [f"line {number}" for number in range(130)]
    assert [item.position for item in desk.shelf.items] == list(range(FIRST_ID, FIRST_ID + 130))
    offsets = [asked.get("offset") for asked in desk.asked()]
    assert offsets[:3] == [None, FIRST_ID + 100, FIRST_ID + 130]


async def test_the_kinds_of_updates_are_asked_for_each_time(desk: Bench) -> None:
    """Left out, Telegram keeps what an earlier program asked for, and buyers' messages may never come."""
    channel = await desk.started()
    async with polling(channel, desk.shelf):
        await desk.until(lambda: len(desk.asked()) >= 2)
    assert all(asked["allowed_updates"] == list(ALLOWED_UPDATES) for asked in desk.asked())
    assert all(asked["limit"] == 100 for asked in desk.asked())
    assert [asked["timeout"] for asked in desk.asked()][:2] == [0, 30]  # the first one only shows that all is well


async def test_nothing_is_confirmed_before_it_is_stored(desk: Bench) -> None:
    """Invariant 1: the store fails three times, Telegram keeps everything, and then all of it comes."""
    channel = await desk.started()
    desk.shelf.failures = 3
    buyer = desk.sandbox.buyer(CHAT)
    buyer.say("one")
    buyer.say("two")
    async with polling(channel, desk.shelf):
        await desk.shelf.until(2)
        await desk.until(lambda: "offset" in desk.asked()[-1])
    assert texts(desk) == ["one", "two"]
    assert [len(offered) for offered in desk.shelf.offered] == [2, 2, 2, 2]
    assert ["offset" in asked for asked in desk.asked()[:5]] == [False, False, False, False, True]
    assert desk.pauses.seconds == [1.0, 2.0, 4.0]


async def test_while_the_store_is_full_telegram_is_not_asked_for_more(desk: Bench) -> None:
    """Back-pressure: what cannot be stored yet waits at Telegram, and nothing is dropped or piled up here."""
    may_go, asked = asyncio.Event(), asyncio.Event()
    store = desk.shelf.store

    async def slow(items: Sequence[Item]) -> None:
        asked.set()
        await may_go.wait()
        await store(items)

    channel = await desk.started()
    desk.shelf.store = slow  # type: ignore[method-assign] # the bench's own sink, slowed down
    buyer = desk.sandbox.buyer(CHAT)
    buyer.say("one")
    async with polling(channel, desk.shelf):
        await asked.wait()
        buyer.say("two")
        before = len(desk.asked())
        for _ in range(50):
            await asyncio.sleep(0)
        assert len(desk.asked()) == before
        may_go.set()
        await desk.shelf.until(2)
    assert texts(desk) == ["one", "two"]


async def test_a_failing_store_keeps_the_confirmed_offset(desk: Bench) -> None:
    """What comes later is not confirmed either, and what was confirmed does not come again."""
    channel = await desk.started()
    buyer = desk.sandbox.buyer(CHAT)
    buyer.say("one")
    async with polling(channel, desk.shelf):
        await desk.shelf.until(1)
        desk.shelf.failures = 2
        buyer.say("two")
        await desk.shelf.until(2)
    assert texts(desk) == ["one", "two"]


async def test_a_malformed_update_blocks_none_of_the_others(desk: Bench) -> None:
    """Invariant 10: one in five cannot be read; it is stored like the others, and parked when it is read."""
    channel = await desk.started()
    buyer = desk.sandbox.buyer(CHAT)
    buyer.say("one")
    buyer.say("two")
    desk.sandbox.push_raw({"update_id": FIRST_ID + 2, "message": {"message_id": "x", "text": ["?"]}})
    buyer.say("four")
    buyer.say("five")
    async with polling(channel, desk.shelf):
        await desk.shelf.until(5)
    bad = desk.shelf.items.pop(2)
    with pytest.raises(Unreadable):
        channel.translate(bad.kind, bad.raw)
    assert texts(desk) == ["one", "two", "four", "five"]
    assert bad.external_id == f"update:{FIRST_ID + 2}"


async def test_an_element_without_a_number_is_stored_beside_the_others(desk: Bench) -> None:
    """It can be neither named nor confirmed by its number, but what stands beside it can."""
    channel = await desk.started()
    desk.sandbox.push_raw(b'{"odd":{"update_id":%d}}' % FIRST_ID)
    desk.sandbox.buyer(CHAT).say("hello")
    async with polling(channel, desk.shelf):
        await desk.shelf.until(2)
        await desk.until(lambda: desk.asked()[-1].get("offset") == FIRST_ID + 2)
    assert {item.external_id.partition(":")[0] for item in desk.shelf.items} == {"update", "message"}
    assert desk.pauses.seconds == []


async def test_elements_without_any_number_are_not_asked_for_in_a_rush(desk: Bench) -> None:
    """Nothing of them can be confirmed, so they come at once again: the loop must slow down by itself."""
    channel = await desk.started()
    desk.sandbox.push_raw(b'{"odd":{"update_id":%d}}' % FIRST_ID)
    desk.pauses.held = True
    async with polling(channel, desk.shelf):
        assert await desk.pauses.until(1) == [1.0]
    assert len(desk.shelf.items) == 1


@pytest.mark.parametrize(
    ("fault", "pause", "says"),
    [
        (Fault("error", "getUpdates", code="409"), 1.0, "another program polls this bot, or a webhook is set"),
        (Fault("rate_limited", "getUpdates", seconds=20), 20.0, "pause"),
        (Fault("server_error", "getUpdates", status=502), 1.0, "HTTP 502"),
        (Fault("server_error", "getUpdates", status=500), 1.0, "HTTP 500"),
        (Fault("error", "getUpdates", code="404"), 1.0, "HTTP 404"),
        (Fault("refused", "getUpdates"), 1.0, "cannot be reached"),
    ],
    ids=lambda value: value.kind if isinstance(value, Fault) else None,
)
async def test_the_loop_survives_a_misbehaving_server(desk: Bench, fault: Fault, pause: float, says: str) -> None:
    """Each of these once ended somebody's polling for good while everything looked healthy."""
    channel = await desk.started()
    desk.sandbox.faults.add(fault)
    desk.sandbox.buyer(CHAT).say("still there?")
    desk.pauses.held = True
    async with polling(channel, desk.shelf):
        assert await desk.pauses.until(1) == [pause]
        assert says in channel.health().detail.replace("Another", "another")
    desk.pauses.held = False
    async with polling(channel, desk.shelf):
        await desk.shelf.until(1)
    assert texts(desk) == ["still there?"]
    assert channel.health().ok


async def test_a_poll_that_is_never_answered_ends_and_is_asked_again(desk: Bench) -> None:
    """A dead connection gives no error: only the client's own limit notices it."""
    channel = await desk.started(poll_timeout_s=0, answer_margin_s=0.3)
    desk.sandbox.buyer(CHAT).say("hello?")
    desk.sandbox.faults.add(Fault("timeout_after", "getUpdates"))
    async with polling(channel, desk.shelf):
        await desk.shelf.until(1)
    assert texts(desk) == ["hello?"]
    assert desk.pauses.seconds[0] == 1.0


async def test_pauses_double_up_to_half_a_minute_and_start_afresh_after_success(desk: Bench) -> None:
    """A long outage must not be hammered, and a later blip must not wait as if it were the same outage."""
    channel = await desk.started()
    desk.sandbox.faults.add(Fault("server_error", "getUpdates", times=7))
    desk.sandbox.buyer(CHAT).say("one")
    async with polling(channel, desk.shelf):
        await desk.shelf.until(1)
        desk.sandbox.faults.add(Fault("server_error", "getUpdates"))
        await desk.pauses.until(8)
    assert desk.pauses.seconds == [1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0, 1.0]


async def test_jitter_shortens_a_pause_by_half_at_most(desk: Bench) -> None:
    """Many services that lost Telegram together must not come back in the same instant."""
    channel = await desk.started(jitter=lambda: 0.5)
    desk.sandbox.faults.add(Fault("server_error", "getUpdates"))
    async with polling(channel, desk.shelf):
        assert await desk.pauses.until(1) == [0.75]


async def test_a_revoked_token_ends_the_loop_and_is_said(desk: Bench) -> None:
    """Only a person can help: the loop stops with the reason, and health keeps saying it."""
    channel = await desk.started()
    desk.sandbox.faults.add(Fault("error", "getUpdates", code="401"))
    with pytest.raises(Refused, match="BotFather") as caught:
        await channel.run(desk.shelf)
    assert caught.value.fatal
    assert not channel.health().ok
    assert "BotFather" in channel.health().detail


async def test_numbers_that_restart_lower_lose_nothing(desk: Bench) -> None:
    """After a quiet week Telegram numbers anew; an offset kept from before would destroy what waits."""
    channel = await desk.started()
    buyer = desk.sandbox.buyer(CHAT)
    buyer.say("before")
    async with polling(channel, desk.shelf):
        await desk.shelf.until(1)
        await desk.until(lambda: len(desk.asked()) > 2 and "offset" not in desk.asked()[-1])
        desk.sandbox.renumber(FIRST_ID - 5)
        buyer.say("after")
        buyer.say("and more")
        await desk.shelf.until(3)
    assert texts(desk) == ["before", "after", "and more"]


async def test_a_repeated_delivery_has_the_same_key(desk: Bench) -> None:
    """Invariant 2: the store knows it by channel, id and fingerprint."""
    channel = await desk.started()
    desk.sandbox.faults.add(Fault("duplicate", "getUpdates"))
    desk.sandbox.buyer(CHAT).say("once")
    async with polling(channel, desk.shelf):
        await desk.shelf.until(2)
    first, second = desk.shelf.items
    assert first == second


@pytest.mark.parametrize("during", ["poll", "pause"])
async def test_the_loop_stops_at_once_when_cancelled(desk: Bench, during: str) -> None:
    """A release must not wait out a flood pause or a long poll."""
    channel = await desk.started()
    desk.pauses.held = True
    if during == "pause":
        desk.sandbox.faults.add(Fault("rate_limited", "getUpdates", seconds=600))
    task = asyncio.create_task(channel.run(desk.shelf))
    await (desk.pauses.until(1) if during == "pause" else desk.until(lambda: len(desk.asked()) > 0))
    task.cancel()
    async with asyncio.timeout(1):
        await asyncio.wait([task])
    assert task.cancelled()


async def test_health_goes_by_the_last_completed_poll(desk: Bench) -> None:
    """A running task proves nothing: only an answer of Telegram does."""
    channel = desk.new_channel()
    assert not channel.health().ok
    await channel.start()
    assert (channel.health().ok, channel.health().seen_s) == (False, None)
    instant = machine_now()
    desk.now = lambda: instant
    async with polling(channel, desk.shelf):
        await desk.until(lambda: len(desk.asked()) >= 2)
    assert (channel.health().ok, channel.health().seen_s) == (True, 0.0)
    desk.now = lambda: instant + timedelta(seconds=89)
    assert channel.health().ok
    desk.now = lambda: instant + timedelta(seconds=90)
    assert not channel.health().ok


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, b"<html>"),
        (200, b""),
        (200, b"[]"),
        (200, b'{"ok":true}'),
        (200, b'{"result":{}}'),
        (200, b"[" * 99_999),
        (301, b""),
        (429, b"slow down"),
        (429, b'{"parameters":{"retry_after":"soon"}}'),
        (429, b'{"parameters":{"retry_after":-1}}'),
        (429, b'{"parameters":{"retry_after":1e30}}'),
    ],
)
def test_an_answer_that_is_not_telegrams_is_a_round_without_updates(status: int, body: bytes) -> None:
    """A captive portal or a broken proxy answers anything: back off, never fail, never wait a lifetime."""
    with pytest.raises(NoUpdates) as caught:
        updates_in(status, body)
    assert caught.value.pause_s is None


def test_half_a_character_does_not_spoil_the_answer() -> None:
    """A strict parser would refuse the whole list for one lone surrogate, for ever."""
    found: list[Any] = updates_in(200, b'{"ok":true,"result":[{"update_id":1,"a":"\\ud83d"},{"update_id":2}]}')
    assert [update["update_id"] for update in found] == [1, 2]
