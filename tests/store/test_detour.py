"""While the desk is away, the case of each waiting alarm is told once: the second path need not wait for Slack."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from bot.clock import SteppedClock
from bot.detour import Detour
from bot.signals import Signals
from bot.store import cases, codec, outbox
from bot.store.database import Database
from bot.store.tables import inbox as table
from flows.events import AlarmDelayed
from tests.store.histories import SHOP, T0, case, effect, rows

ONE = case()
ALARM = codec.dumps({"v": 1, "deadline": "d1", "rung": "page_lead"})


async def _told(database: Database) -> list[AlarmDelayed]:
    """What the inbox holds, oldest first: nothing but events of the case's own lane."""
    found = sorted(await rows(database, table), key=lambda row: int(row["position"]))
    assert {row["lane"] for row in found} <= {f"case:{ONE.id}"}
    return [codec.decode(row["raw"], AlarmDelayed) for row in found]


async def _queue(database: Database, *new: outbox.New) -> None:
    await database.write(lambda connection: outbox.add(connection, SHOP, new, T0))


def _alarm(key: str) -> outbox.New:
    return replace(effect(ONE.id, lane=f"alarm:{key}", key=key), body=ALARM)


async def test_an_outage_of_the_desk_is_told_once_for_each_alarm(database: Database) -> None:
    """However often delivery looks, whatever comes meanwhile, and also in a second outage."""
    await database.write(lambda connection: cases.save(connection, SHOP, [(None, ONE)], T0))
    signals = Signals()
    detour = Detour(database, SHOP, SteppedClock(T0), signals)
    first = _alarm("first")
    await _queue(database, first, effect(ONE.id, kind="card", lane="card:1", key="card"))

    await detour.look("refused")
    await detour.look("refused")
    assert [(each.rung, each.reason, each.call) for each in await _told(database)] == [
        ("page_lead", "refused", first.id)
    ]
    second = _alarm("second")
    await _queue(database, second)
    await detour.look("refused")
    detour.back()
    await detour.look("gone again")

    assert [each.call for each in await _told(database)] == [first.id, second.id]
    await asyncio.wait_for(signals.inbox.wait(), 1)
