"""What every platform that buyers write on must do, whatever its protocol (`flows.ports.BuyerChannel`).

Each adapter runs against a server that speaks its platform's real protocol. To add one: write a harness
(`buyer_harness.Harness`) and name it in `HARNESSES`.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta

import pytest

from flows.events import BuyerEdited, BuyerWrote
from flows.ports import BuyerChannel, Item, OutboundReply, OutcomeUnknown, Refused, Unavailable, Unreadable
from tests.adapters.buyer_harness import Harness
from tests.adapters.telegram_harness import telegram

HARNESSES: dict[str, Callable[[], AbstractAsyncContextManager[Harness]]] = {"telegram": telegram}


@pytest.fixture(params=HARNESSES)
async def platform(request: pytest.FixtureRequest) -> AsyncIterator[Harness]:
    async with HARNESSES[request.param]() as harness:
        yield harness


@pytest.fixture
async def channel(platform: Harness) -> BuyerChannel:
    made = platform.new_channel()
    await made.start()
    return made


@asynccontextmanager
async def reading(channel: BuyerChannel, platform: Harness) -> AsyncIterator[None]:
    """`run` in the background; whatever it raises comes out at the end."""
    task = asyncio.create_task(channel.run(platform.sink))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])
    assert task.cancelled()


async def stored(channel: BuyerChannel, platform: Harness, count: int) -> list[Item]:
    async with reading(channel, platform):
        await platform.sink.until(count)
        await platform.all_acknowledged()
    return platform.sink.items


def reply(platform: Harness, text: str = "On its way.") -> OutboundReply:
    return OutboundReply(key="effect-1", address=platform.address, text=text)


async def test_the_channels_id_belongs_to_the_account(platform: Harness, channel: BuyerChannel) -> None:
    """Two processes, or one after a restart, must know it by the same name: it is part of every key."""
    other = platform.new_channel()
    await other.start()
    assert other.channel == channel.channel
    assert ":" in channel.channel


async def test_a_wrong_secret_is_refused_for_the_whole_account(platform: Harness) -> None:
    """Fatal, with words that tell a shop's owner what to do."""
    with pytest.raises(Refused) as caught:
        await platform.new_channel_with_wrong_secret().start()
    assert caught.value.fatal
    assert caught.value.reason


async def test_a_platform_that_is_down_at_start_is_unavailable(platform: Harness) -> None:
    """The service keeps trying instead of giving up the account."""
    made = platform.new_channel()
    await platform.go_down()
    with pytest.raises(Unavailable):
        await made.start()


async def test_what_a_buyer_writes_arrives_as_an_event(platform: Harness, channel: BuyerChannel) -> None:
    """With the platform's own id and instant, and an address that a reply reaches."""
    number = platform.buyer_writes("¿Dónde está mi pedido? <b>&</b>")
    (item,) = await stored(channel, platform, 1)
    event = channel.translate(item.kind, item.raw)
    assert isinstance(event, BuyerWrote)
    assert (event.text, event.external_id) == ("¿Dónde está mi pedido? <b>&</b>", number)
    assert event.channel == item.channel == channel.channel
    assert event.sent_at.utcoffset() == timedelta(0)
    await channel.send(OutboundReply("effect-1", event.buyer.address, "Hola"))
    assert platform.on_the_buyers_screen() == ["Hola"]


async def test_order_is_the_platforms_and_one_buyer_has_one_lane(platform: Harness, channel: BuyerChannel) -> None:
    """Invariant 7: positions rise within the lane, in the order of writing."""
    for number in range(5):
        platform.buyer_writes(f"line {number}")
    items = await stored(channel, platform, 5)
    events = [channel.translate(item.kind, item.raw) for item in items]
    assert [event.text for event in events if isinstance(event, BuyerWrote)] == [f"line {n}" for n in range(5)]
    assert len({item.lane for item in items}) == 1
    positions = [item.position for item in items]
    assert positions == sorted(set(positions))


async def test_nothing_is_acknowledged_before_it_is_stored(platform: Harness, channel: BuyerChannel) -> None:
    """Invariant 1: while the store fails the platform keeps everything, also for the next process."""
    platform.buyer_writes("one")
    platform.buyer_writes("two")
    platform.sink.failures = 2
    items = list(await stored(channel, platform, 2))
    texts = [channel.translate(item.kind, item.raw) for item in items]
    assert [event.text for event in texts if isinstance(event, BuyerWrote)] == ["one", "two"]


async def test_a_redelivery_has_the_same_key_and_an_edit_another(platform: Harness, channel: BuyerChannel) -> None:
    """Invariant 2: the first is ignored by its key, the second voids an approval."""
    number = platform.buyer_writes("size 38")
    await stored(channel, platform, 1)
    platform.deliver_again()
    await stored(channel, platform, 2)
    platform.buyer_edits(number, "size 39")
    first, again, edit = await stored(channel, platform, 3)
    assert (again.external_id, again.fingerprint) == (first.external_id, first.fingerprint)
    assert (edit.external_id, edit.fingerprint) != (first.external_id, first.fingerprint)
    assert edit.lane == first.lane
    event = channel.translate(edit.kind, edit.raw)
    assert isinstance(event, BuyerEdited)
    assert (event.external_id, event.text) == (number, "size 39")


@pytest.mark.parametrize("raw", [b"", b"\xff", b"null", b"[]", b"{}", b"<html>", b"\0" * 100])
async def test_what_is_no_payload_is_unreadable(platform: Harness, channel: BuyerChannel, raw: bytes) -> None:
    """Invariant 10: parked for a person, whatever it is, and no other error."""
    platform.buyer_writes("hello")
    (item,) = await stored(channel, platform, 1)
    with pytest.raises(Unreadable):
        channel.translate(item.kind, raw)
    with pytest.raises(Unreadable):
        channel.translate("of.another.kind", item.raw)


@pytest.mark.parametrize("text", ["On its way.", "<b>1 < 2</b> & *_`[x](y)", "Línea 1\n\nLínea 2 👍🏽 谢谢"])
async def test_the_buyer_gets_exactly_the_approved_text(
    platform: Harness, channel: BuyerChannel, text: str
) -> None:
    """Invariant 3, with the platform's receipt as the proof."""
    receipt = await channel.send(reply(platform, text))
    assert platform.on_the_buyers_screen() == [text]
    assert receipt.external_id
    assert receipt.at.utcoffset() == timedelta(0)


async def test_a_platform_that_is_down_has_certainly_not_sent(platform: Harness, channel: BuyerChannel) -> None:
    """Invariant 6: this one may be repeated by machine."""
    await platform.go_down()
    with pytest.raises(Unavailable):
        await channel.send(reply(platform))
    assert platform.on_the_buyers_screen() == []


async def test_a_flood_pause_says_how_long(platform: Harness, channel: BuyerChannel) -> None:
    """The outbox obeys it; one attempt stays one attempt."""
    platform.ask_for_a_pause(20)
    with pytest.raises(Unavailable) as caught:
        await channel.send(reply(platform))
    assert caught.value.retry_after == 20.0
    assert platform.on_the_buyers_screen() == []


async def test_a_send_without_an_answer_is_unknown_and_happened_once(platform: Harness) -> None:
    """Invariant 6: never repeated by machine, because the buyer may have it, as here."""
    made = platform.impatient_channel()
    await made.start()
    platform.swallow_the_answer()
    with pytest.raises(OutcomeUnknown):
        await made.send(reply(platform))
    assert platform.on_the_buyers_screen() == ["On its way."]


async def test_a_buyer_who_left_is_unreachable(platform: Harness, channel: BuyerChannel) -> None:
    """Refused for this buyer, while the account goes on."""
    platform.buyer_leaves()
    with pytest.raises(Refused) as caught:
        await channel.send(reply(platform))
    assert caught.value.unreachable
    assert not caught.value.fatal


async def test_a_secret_revoked_while_reading_ends_the_loop(platform: Harness, channel: BuyerChannel) -> None:
    """The one failure that the loop does not survive, and health keeps telling it."""
    platform.revoke()
    with pytest.raises(Refused) as caught:
        await channel.run(platform.sink)
    assert caught.value.fatal
    assert not channel.health().ok


async def test_health_is_good_only_after_the_platform_has_answered(
    platform: Harness, channel: BuyerChannel
) -> None:
    """A task that runs proves nothing."""
    assert not channel.health().ok
    platform.buyer_writes("hello")
    await stored(channel, platform, 1)
    health = channel.health()
    assert health.ok
    assert health.detail
    assert health.seen_s is not None


async def test_reading_stops_within_a_second(platform: Harness, channel: BuyerChannel) -> None:
    """A release waits for it."""
    task = asyncio.create_task(channel.run(platform.sink))
    platform.buyer_writes("hello")
    await platform.sink.until(1)
    task.cancel()
    async with asyncio.timeout(1):
        await asyncio.wait([task])
    assert task.cancelled()


async def test_a_question_tells_whether_anybody_is_there(platform: Harness, channel: BuyerChannel) -> None:
    """What is away is asked and not tried: an attempt could end with nobody knowing what became of it."""
    await channel.probe()
    assert platform.on_the_buyers_screen() == []
    await platform.go_down()
    with pytest.raises(Unavailable):
        await channel.probe()


async def test_closing_twice_is_allowed(platform: Harness, channel: BuyerChannel) -> None:
    """Shutdown paths cross."""
    await channel.close()
    await channel.close()
    assert not channel.health().ok
