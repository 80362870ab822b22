"""Every fault that can be asked for, seen from the wire and through the client library."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import pytest
from telegram.error import Conflict, Forbidden, InvalidToken, NetworkError, RetryAfter, TimedOut

from sandbox.wire import Fault
from tests.sandbox.telegram_bench import Bench, running_bench

CHAT = 9501
POLL_CONFLICT = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    async with running_bench() as running:
        running.sandbox.buyer(CHAT)
        yield running


async def test_rate_limited_has_no_effect_and_says_how_long(bench: Bench) -> None:
    """429 with parameters.retry_after; the next try goes through."""
    bench.sandbox.faults.add(Fault("rate_limited", method="sendMessage", seconds=17))
    status, body = await bench.call("sendMessage", chat_id=CHAT, text="hi")
    assert (status, body) == (
        429,
        {
            "ok": False,
            "error_code": 429,
            "description": "Too Many Requests: retry after 17",
            "parameters": {"retry_after": 17},
        },
    )
    assert bench.sandbox.chat(CHAT) == []
    await bench.ok("sendMessage", chat_id=CHAT, text="hi")


async def test_server_error_has_no_effect(bench: Bench) -> None:
    """5xx leaves the sender unsure; here it is known that nothing was sent."""
    bench.sandbox.faults.add(Fault("server_error", status=502))
    status, body = await bench.call("sendMessage", chat_id=CHAT, text="hi")
    assert (status, body["description"]) == (502, "Bad Gateway")
    assert bench.sandbox.chat(CHAT) == []


@pytest.mark.parametrize(
    ("code", "status", "description"),
    [
        ("401", 401, "Unauthorized"),
        ("403", 403, "Forbidden: bot was blocked by the user"),
        ("404", 404, "Not Found"),
        ("409", 409, POLL_CONFLICT),
        ("403 Forbidden: user is deactivated", 403, "Forbidden: user is deactivated"),
    ],
)
async def test_a_named_error_has_the_real_words(bench: Bench, code: str, status: int, description: str) -> None:
    """getUpdates is hit like any other method: one 401 must not end intake for good."""
    bench.sandbox.faults.add(Fault("error", method="getUpdates", code=code))
    answered, body = await bench.call("getUpdates", timeout=30)
    assert (answered, body["error_code"], body["description"]) == (status, status, description)
    assert await bench.ok("getUpdates") == []


@pytest.mark.filterwarnings("ignore:.*retry_after")  # the library announces a type change
@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (Fault("rate_limited", seconds=3), RetryAfter),
        (Fault("server_error", status=500), NetworkError),
        (Fault("error", code="401"), InvalidToken),
        (Fault("error", code="403"), Forbidden),
        (Fault("error", code="409"), Conflict),
        (Fault("refused"), NetworkError),
    ],
)
async def test_the_client_library_raises_its_own_errors(
    bench: Bench, fault: Fault, expected: type[Exception]
) -> None:
    """The adapter classifies by these classes, so the faults must produce them."""
    async with bench.bot() as bot:
        bench.sandbox.faults.add(fault)
        with pytest.raises(expected):
            await bot.send_message(CHAT, "hi")
    assert bench.sandbox.chat(CHAT) == []


async def test_timeout_after_delivers_and_never_answers(bench: Bench) -> None:
    """The worst case of all: the buyer has it, the sender does not know."""
    bench.sandbox.faults.add(Fault("timeout_after", method="sendMessage"))
    async with bench.bot() as bot:
        with pytest.raises(TimedOut):
            await bot.send_message(CHAT, "hi", read_timeout=0.2)
    assert [entry["message"]["text"] for entry in bench.sandbox.chat(CHAT)] == ["hi"]
    assert bench.sandbox.calls[-1].status == 0


async def test_timeout_after_is_held_until_the_sandbox_closes(bench: Bench) -> None:
    """Without a client timeout only close() ends it, and then as a cut connection."""
    bench.sandbox.faults.add(Fault("timeout_after", method="sendMessage"))
    seen = bench.sandbox.changed.version
    send = asyncio.create_task(bench.call("sendMessage", chat_id=CHAT, text="hi"))
    await bench.sandbox.changed.wait(seen)
    assert not send.done()
    await bench.sandbox.close()
    with pytest.raises(aiohttp.ClientError):
        await send


async def test_delay_takes_effect_late_even_when_the_sender_has_given_up(bench: Bench) -> None:
    """A slow line: whoever did not wait for the answer knows nothing, and the buyer has the message."""
    bench.sandbox.faults.add(Fault("delay", method="sendMessage", seconds=60))
    seen = bench.sandbox.changed.version
    send = asyncio.create_task(bench.call("sendMessage", chat_id=CHAT, text="hi"))
    while bench.sandbox.faults.waiting:  # until it is on the line
        await bench.ok("getMe")
    send.cancel()
    await asyncio.gather(send, return_exceptions=True)
    assert bench.sandbox.chat(CHAT) == []
    await bench.sandbox.close()  # the line is cleared
    await bench.sandbox.changed.wait(seen)
    assert [entry["message"]["text"] for entry in bench.sandbox.chat(CHAT)] == ["hi"]


async def test_reorder_lists_one_answer_newest_first(bench: Bench) -> None:
    """Whoever trusts the order of arrival gets it wrong; the numbers tell. Used only where there is an order."""
    bench.sandbox.faults.add(Fault("reorder", method="getUpdates"))
    sofia = bench.sandbox.buyer(CHAT)
    assert await bench.ok("getUpdates") == []
    for text in ("one", "two", "three"):
        sofia.say(text)
    turned = await bench.ok("getUpdates")
    assert [update["message"]["text"] for update in turned] == ["three", "two", "one"]
    assert [u["update_id"] for u in await bench.ok("getUpdates")] == sorted(u["update_id"] for u in turned)


async def test_refused_cuts_before_any_effect(bench: Bench) -> None:
    """A cut connection looks like timeout_after to the sender but sent nothing."""
    bench.sandbox.faults.add(Fault("refused", method="sendMessage"))
    with pytest.raises(aiohttp.ClientError):
        await bench.call("sendMessage", chat_id=CHAT, text="hi")
    assert bench.sandbox.chat(CHAT) == []


async def test_a_fault_waits_for_its_method_and_counts_its_uses(bench: Bench) -> None:
    """Faults are aimed: other calls must pass beside them."""
    bench.sandbox.faults.add(Fault("server_error", method="sendMessage", times=2))
    await bench.ok("getMe")
    statuses = [(await bench.call("sendMessage", chat_id=CHAT, text="x"))[0] for _ in range(3)]
    assert statuses == [500, 500, 200]


async def test_every_call_is_in_the_ledger(bench: Bench) -> None:
    """Tests and the demo read what was asked and answered, wrong addresses included."""
    await bench.ok("sendMessage", chat_id=CHAT, text="x")
    await bench.call("noSuchMethod")
    assert [(call.method, call.status) for call in bench.sandbox.calls] == [
        ("sendMessage", 200),
        ("noSuchMethod", 404),
    ]
    assert bench.sandbox.calls[0].params == {"chat_id": CHAT, "text": "x"}
    assert bench.sandbox.calls[0].answer["result"]["text"] == "x"
