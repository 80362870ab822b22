"""getUpdates as the service does it: the intake loop of the product stands on these rules."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from sandbox.telegram import Buyer
from sandbox.telegram.updates import FIRST_ID
from sandbox.wire import Fault
from tests.sandbox.telegram_bench import Bench, running_bench


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    async with running_bench() as running:
        yield running


@pytest.fixture
def buyer(bench: Bench) -> Buyer:
    return bench.sandbox.buyer(9001)


def ids(updates: list[dict[str, Any]]) -> list[int]:
    return [update["update_id"] - FIRST_ID for update in updates]


async def hanging_poll(bench: Bench, **params: Any) -> asyncio.Task[tuple[int, dict[str, Any]]]:
    """A long poll that is known to wait at the server."""
    task = asyncio.create_task(bench.call("getUpdates", timeout=30, **params))
    await bench.sandbox.wait_for_poll()
    return task


async def test_a_long_poll_wakes_at_once_when_a_buyer_writes(bench: Bench, buyer: Buyer) -> None:
    """A buyer must not wait for the poll to run out; 30 seconds would exceed this test's timeout below."""
    poll = await hanging_poll(bench)
    buyer.say("hello")
    async with asyncio.timeout(5):
        status, body = await poll
    assert (status, ids(body["result"])) == (200, [0])


async def test_an_unconfirmed_update_comes_again_and_a_confirmed_one_does_not(bench: Bench, buyer: Buyer) -> None:
    """Confirmation by offset is what makes store-then-confirm safe."""
    buyer.say("one")
    buyer.say("two")
    assert ids(await bench.ok("getUpdates")) == [0, 1]
    assert ids(await bench.ok("getUpdates", limit=1)) == [0]
    assert ids(await bench.ok("getUpdates", offset=FIRST_ID + 1)) == [1]
    assert ids(await bench.ok("getUpdates")) == [1]
    assert await bench.ok("getUpdates", offset=FIRST_ID + 2) == []


async def test_a_negative_offset_forgets_all_but_the_last(bench: Bench, buyer: Buyer) -> None:
    """Documented and dangerous: everything before is gone."""
    for text in ("one", "two", "three"):
        buyer.say(text)
    assert ids(await bench.ok("getUpdates", offset=-1)) == [2]
    assert ids(await bench.ok("getUpdates")) == [2]


async def test_an_offset_far_in_the_future_confirms_nothing(bench: Bench, buyer: Buyer) -> None:
    """tdlib/td TQueue::get: a poller that kept its offset over a renumbering still gets the new updates."""
    buyer.say("one")
    assert ids(await bench.ok("getUpdates", offset=FIRST_ID + 5000)) == [0]
    assert await bench.ok("getUpdates", offset=FIRST_ID + 5) == []


async def test_ids_may_restart_lower(bench: Bench, buyer: Buyer) -> None:
    """After a week without updates ids restart at random; a stored offset must not swallow them."""
    buyer.say("one")
    await bench.ok("getUpdates", offset=FIRST_ID + 1)
    bench.sandbox.renumber(1000)
    buyer.say("two")
    found = await bench.ok("getUpdates", offset=FIRST_ID + 1)
    assert [update["update_id"] for update in found] == [1000]


async def test_the_first_of_two_pollers_is_thrown_out(bench: Bench, buyer: Buyer) -> None:
    """Two releases overlapping: the older poll gets 409, the newer one the updates."""
    first = await hanging_poll(bench)
    second = asyncio.create_task(bench.call("getUpdates", timeout=30))
    status, body = await first
    assert (status, body["description"]) == (
        409,
        "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
    )
    buyer.say("hello")
    assert ids((await second)[1]["result"]) == [0]


async def test_a_webhook_stops_polling_with_its_own_words(bench: Bench) -> None:
    """Somebody set a webhook: polling cannot win, and must say why."""
    first = await hanging_poll(bench)
    await bench.ok("setWebhook", url="https://shop.example/hook", allowed_updates=["message"])
    status, body = await first
    assert (status, body["description"]) == (409, "Conflict: terminated by setWebhook request")
    status, body = await bench.call("getUpdates")
    assert status == 409
    assert body["description"].startswith("Conflict: can't use getUpdates method while webhook is")
    assert (await bench.ok("getWebhookInfo"))["url"] == "https://shop.example/hook"
    await bench.ok("deleteWebhook")
    assert await bench.ok("getUpdates") == []


async def test_dropping_pending_updates_loses_real_messages(bench: Bench, buyer: Buyer) -> None:
    """drop_pending_updates deletes what buyers wrote; the sandbox must show that."""
    buyer.say("lost")
    await bench.ok("deleteWebhook", drop_pending_updates=True)
    assert await bench.ok("getUpdates") == []


async def test_the_list_of_kinds_is_remembered(bench: Bench, buyer: Buyer) -> None:
    """An absent list keeps the previous setting: a second poller's list silently wins."""
    await bench.ok("getUpdates", allowed_updates=["edited_message"])
    said = buyer.say("not wanted")
    await bench.ok("getUpdates")
    buyer.edit(said["message_id"], "wanted")
    assert [next(iter(update.keys() - {"update_id"})) for update in await bench.ok("getUpdates")] == [
        "edited_message"
    ]
    await bench.ok("getUpdates", allowed_updates=[])
    buyer.say("wanted again")
    assert len(await bench.ok("getUpdates")) == 2


async def test_a_malformed_update_passes_through_untouched(bench: Bench, buyer: Buyer) -> None:
    """The service has sent stranger things; one bad update must not stop the others."""
    bench.sandbox.push_raw({"update_id": FIRST_ID, "message": {"date": "yesterday"}, "new": [1]})
    buyer.say("a good one")
    found = await bench.ok("getUpdates")
    assert found[0] == {"update_id": FIRST_ID, "message": {"date": "yesterday"}, "new": [1]}
    assert ids(found) == [0, 1]


async def test_raw_bytes_are_served_byte_for_byte(bench: Bench) -> None:
    """Duplicate keys and lone surrogates survive only as bytes."""
    raw = b'{ "update_id":5, "message": {"text": "\\ud83e"}, "message": 1 }'
    bench.sandbox.push_raw(raw)
    async with bench.session.get(f"{bench.base}/getUpdates") as response:
        assert await response.read() == b'{"ok":true,"result":[' + raw + b"]}"
    with pytest.raises(ValueError, match="update_id"):
        bench.sandbox.push_raw(b"{}")


async def test_a_confirmed_update_can_be_served_again(bench: Bench, buyer: Buyer) -> None:
    """The service promises at least once, not once."""
    buyer.say("one")
    with pytest.raises(LookupError):
        bench.sandbox.repeat()
    await bench.ok("getUpdates", offset=FIRST_ID + 1)
    poll = await hanging_poll(bench, offset=FIRST_ID + 1)
    bench.sandbox.repeat()
    assert ids((await poll)[1]["result"]) == [0]
    assert await bench.ok("getUpdates", offset=FIRST_ID + 1) == []


async def test_the_duplicate_fault_serves_the_next_update_twice(bench: Bench, buyer: Buyer) -> None:
    """Same update, same id, after it was confirmed: the inbox must know it."""
    bench.sandbox.faults.add(Fault("duplicate"))
    buyer.say("one")
    buyer.say("two")
    assert ids(await bench.ok("getUpdates")) == [0, 1]
    assert ids(await bench.ok("getUpdates", offset=FIRST_ID + 2)) == [0]
    assert await bench.ok("getUpdates", offset=FIRST_ID + 2) == []


async def test_closing_releases_a_hanging_poll(bench: Bench) -> None:
    """A server that cannot stop would hang every test after it."""
    poll = await hanging_poll(bench)
    await bench.sandbox.close()
    assert (await poll) == (200, {"ok": True, "result": []})


async def test_the_cap_ends_a_poll_early() -> None:
    """A demo may cap polls; an empty answer is what a real poll ends with."""
    async with running_bench(poll_cap_s=0.01) as capped:
        assert await capped.ok("getUpdates", timeout=30) == []
