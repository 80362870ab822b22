"""Stories that pass the crash points. Each can be told again from the middle: it does only what is still to do."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable
from typing import Any

from bot.store import dead
from flows.values import DEFAULT_SHOP
from sandbox.wire import Fault
from tests.scenarios.rig import Condition, Rig, holds
from tests.scenarios.world import BEN, CHANNEL, LIN, actions, key_of, words

ASKS = "Where is my parcel? Order 114-1234567-7654321."
CLAIMS = "I opened an A-to-z guarantee claim with Amazon for order 114-7654321-1234567."
SOFIA, MARC = 501, 502
A_DAY_S = 25 * 3600
LAST_QUARTER_S = 37 * 3600

Story = Callable[[Rig], Awaitable[None]]


async def usual(desk: Rig) -> None:
    """A question answered, with two people clicking at once; a claim whose ladder sounds and is acknowledged."""
    await _say_once(desk, SOFIA, ASKS)
    await _say_once(desk, MARC, CLAIMS)
    await desk.until(lambda: len(desk.cards()) == 2)
    await _press(desk, "approve", lambda: _is_answered(desk), CLAIMS)
    if desk.clock.offset_s < A_DAY_S:
        desk.move(A_DAY_S)
    await desk.until(lambda: any(key_of(post).startswith("alarm:") for post in desk.posts()))
    await _press(desk, "acknowledge", lambda: _alarms_are_acknowledged(desk))
    await desk.until_quiet()


async def stopping(desk: Rig) -> None:
    """What a deploy does."""
    await _say_once(desk, SOFIA, ASKS)
    await desk.until(lambda: bool(desk.cards()))
    service = desk.first.supervisor
    assert service.pid is not None
    os.kill(service.pid, signal.SIGTERM)
    await service.wait_until("failed")  # for its watcher it ended by itself


async def card_deleted(desk: Rig) -> None:
    """Somebody tidies up in Slack, then the buyer writes again."""
    await _say_once(desk, SOFIA, ASKS)
    await desk.until(lambda: bool(desk.cards()))
    await desk.until_quiet()
    if len(_said(desk, SOFIA)) == 1:
        desk.slack.delete_message(CHANNEL, desk.cards()[0]["ts"])
        desk.buyer(SOFIA).say("Is there any news?")
    await desk.until(lambda: any("any news" in words(post) for post in desk.posts()))
    await desk.until_quiet()


async def approval_falls(desk: Rig) -> None:
    """The buyer writes while the reply is on its way, and Telegram then refuses it for the moment: it must not go
    when it could, since what was approved is no longer the answer.
    """
    await _say_once(desk, SOFIA, ASKS)
    await desk.until(lambda: bool(desk.cards()))
    if len(_said(desk, SOFIA)) == 1:
        await desk.until_quiet()
        desk.telegram.faults.add(Fault("rate_limited", "sendMessage", seconds=1))
        desk.telegram.faults.add(Fault("delay", "sendMessage", seconds=1.5))
        await _press(desk, "approve", lambda: len(desk.telegram.faults.waiting) < 2)
        desk.buyer(SOFIA).say("Never mind, it came.")
    await desk.until_quiet()


async def unnoticed(desk: Rig) -> None:
    """A claim in its last quarter: both paths, and nobody says a word."""
    await _say_once(desk, MARC, CLAIMS)
    await desk.until(lambda: bool(desk.cards()))
    if desk.clock.offset_s < LAST_QUARTER_S:
        desk.move(LAST_QUARTER_S)
    await desk.until(lambda: bool(desk.receivers.received))
    await desk.until_quiet()


async def desk_away(desk: Rig) -> None:
    """Slack is away before an alarm falls due: it is not even tried there, and its case is told."""
    desk.slack.faults.waiting.clear()
    await _say_once(desk, MARC, CLAIMS)
    await desk.until(lambda: bool(desk.cards()))
    if desk.clock.offset_s < A_DAY_S:
        await desk.until_quiet()
        for method in ("chat.postMessage", "chat.update", "api.test"):
            desk.slack.faults.add(Fault("server_error", method, times=10_000, status=503))
        desk.buyer(MARC).say("Are you there?")
        await desk.until(lambda: "api.test" in [call.method for call in desk.slack.calls])
        desk.move(A_DAY_S)
        await desk.until(lambda: bool(desk.receivers.received))
    desk.slack.faults.waiting.clear()
    await desk.until_quiet()


async def lost(desk: Rig) -> None:
    """An alarm counts as fired and nothing happened: the auditor tells it."""
    await _say_once(desk, MARC, CLAIMS)
    await desk.until(lambda: bool(desk.cards()))
    await desk.until_quiet()
    if desk.clock.offset_s < A_DAY_S:
        await desk.store.write("UPDATE alarms SET fired_at = at WHERE rung = 'warn_owner'")
        desk.move(A_DAY_S)
    await desk.until(lambda: any(key_of(post).startswith("notice:gap") for post in desk.posts()))
    await desk.store.write("UPDATE alarms SET fired_at = NULL WHERE rung = 'warn_owner'")
    desk.move(60)
    await desk.until_quiet()


async def poison(desk: Rig) -> None:
    """A row that the database refuses: its batch is rolled back and taken row by row, the row is parked."""
    desk.first.is_poisoned = True
    await desk.first.ready()
    await desk.store.write(_REFUSE)
    await _say_once(desk, SOFIA, "This is poison.")
    await desk.until(lambda: _dead(desk))


async def mended(desk: Rig) -> None:
    """The fault is mended, and a person says: again."""
    await desk.store.write(_ALLOW)

    def revive(connection: Any) -> None:
        for row in dead.listed(connection, DEFAULT_SHOP):
            dead.retry(connection, DEFAULT_SHOP, row.id, LIN, desk.clock.now())

    await desk.until_quiet()
    await desk.store.change(revive)
    await desk.until_quiet()


_REFUSE = """CREATE TRIGGER IF NOT EXISTS refuse BEFORE INSERT ON messages WHEN NEW.body LIKE '%poison%'
             BEGIN SELECT RAISE(ABORT, 'not this one'); END"""
_ALLOW = "DROP TRIGGER IF EXISTS refuse"


async def _dead(desk: Rig) -> bool:
    return await desk.ask("SELECT count(*) FROM inbox WHERE state = 'dead'") == [(1,)]


def _said(desk: Rig, chat: int) -> list[dict[str, Any]]:
    return [entry for entry in desk.telegram.chat(chat) if entry["from"] == "buyer"]


async def _say_once(desk: Rig, chat: int, text: str) -> None:
    buyer = desk.buyer(chat)
    if not _said(desk, chat):
        buyer.say(text)


async def _is_answered(desk: Rig) -> bool:
    """The reply has reached the buyer, or staff are told that nobody knows."""
    ended = "SELECT count(*) FROM outbox WHERE kind = 'reply' AND state IN ('delivered', 'unknown')"
    return await desk.ask(ended) != [(0,)]


def _alarms_are_acknowledged(desk: Rig) -> bool:
    alarms = [post for post in desk.posts() if key_of(post).startswith("alarm:")]
    return all("acknowledge" not in actions(post) for post in alarms)


async def _press(desk: Rig, action: str, done: Condition, unless: str = "never said") -> None:
    """Two people press it wherever it stands and is not pressed yet; a click that nobody took is made again."""
    taken: dict[str, list[str]] = {}
    while not await holds(done):
        seen = desk.slack.changed.version
        shown = {p["ts"]: actions(p) for p in desk.posts() if action in actions(p) and unless not in words(p)}
        fresh = [ts for ts, offered in shown.items() if taken.get(ts) != offered]
        for ts in fresh:
            clicks = await asyncio.gather(*(desk.click(person, action, ts) for person in (LIN, BEN)))
            if any(clicks):
                taken[ts] = shown[ts]
        if not fresh:
            await _news(desk, done, seen)


async def _news(desk: Rig, done: Condition, seen: int) -> None:
    """Return when it is done, or when Slack shows something new."""

    async def done_or_new() -> bool:
        return desk.slack.changed.version > seen or await holds(done)

    await desk.until(done_or_new)
