"""The auditor finds what the scheduler lost, once; and the heartbeat stops when nobody should trust the alarms."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from sqlalchemy import delete, text, update

from bot.heartbeat import Heartbeat
from bot.keeping import Kept
from bot.pulse import Pulse
from bot.safeguards import Watched
from bot.store.tables import alarms
from flows.rules import ladders
from tests.scenarios.world import CHANNEL, LIN, START, World, key_of, words, world

ORDER = "114-1234567-7654321"
HOUR = timedelta(hours=1)


@pytest.fixture
async def paged(tmp_path: Path) -> AsyncIterator[World]:
    async with world(tmp_path, paths=["webhook"]) as running:
        yield running


async def claimed(desk: World, order: str = ORDER) -> None:
    await desk.slack.person(LIN).command("/amends", "new", channel_id=CHANNEL)
    await desk.until(lambda: len(desk.slack.views(LIN)) == 1)
    await desk.submit(LIN, order=order, started_at=int(START.timestamp()))
    await desk.settle()


def notices(desk: World) -> list[str]:
    return [words(post) for post in desk.posts() if key_of(post).startswith("notice:gap")]


async def audited(desk: World) -> list[Any]:
    """What two rounds of the auditor told: the first only suspects."""
    first = await desk.service.auditor.round()
    second = await desk.service.auditor.round()
    await desk.settle()
    return [*first, *second]


async def behind_its_back(desk: World, rung: str, **values: Any) -> None:
    """Somebody, or a bug, changes a row: the scheduler's own query does not see this alarm any more."""
    statement = update(alarms).where(alarms.c.rung == rung).values(**values)
    await desk.service.database.write(lambda connection: connection.execute(statement))


async def test_an_alarm_that_was_lost_is_found_and_told_once(paged: World) -> None:
    """It counts as fired and nothing happened: a line in Slack, a page, and then silence about it."""
    await claimed(paged)
    await behind_its_back(paged, "warn_owner", fired_at=START)
    await paged.advance(25 * HOUR)
    (gap,) = await audited(paged)
    assert (gap.rung, gap.what) == ("warn_owner", "unheard")
    (notice,) = notices(paged)
    assert "A-0001" in notice
    assert "was due and did not sound" in notice
    assert [page.body["title"] for page in paged.receivers.received] == ["An alarm is missing: A-0001"]
    assert await audited(paged) == []
    await paged.restart()
    await paged.settle()
    assert await audited(paged) == []
    assert len(notices(paged)) == 1


async def test_an_alarm_that_only_says_it_was_delivered_is_found(paged: World) -> None:
    """The row claims what the outbox never sent."""
    await claimed(paged)
    await behind_its_back(paged, "warn_owner", state="delivered", fired_at=START)
    await paged.advance(25 * HOUR)

    assert {(gap.rung, gap.what) for gap in await audited(paged)} == {("warn_owner", "unsent")}


async def test_an_alarm_that_was_never_planned_is_found(paged: World) -> None:
    """The ladder of a claim has it by the rules of now, whatever stands in the table: one rung was never written,
    another one for a day too late.
    """
    await claimed(paged)
    gone = delete(alarms).where(alarms.c.rung == "warn_owner")
    await paged.service.database.write(lambda connection: connection.execute(gone))
    await behind_its_back(paged, "page_lead", at=START + 47 * HOUR)
    await paged.advance(37 * HOUR)

    found = {(gap.rung, gap.what) for gap in await audited(paged)}
    assert found == {("warn_owner", "unlisted"), ("page_lead", "unlisted")}
    assert any("should have been planned" in notice for notice in notices(paged))


async def test_after_other_ladders_only_new_clocks_are_judged_by_them(paged: World) -> None:
    """A claim whose due time the marketplace shows keeps the ladder it was given: that is no gap."""
    due = int((START + 60 * HOUR).timestamp())
    await paged.slack.person(LIN).command("/amends", "new", channel_id=CHANNEL)
    await paged.until(lambda: len(paged.slack.views(LIN)) == 1)
    await paged.submit(LIN, order=ORDER, started_at=int(START.timestamp()), due_at=due)
    await paged.settle()
    other = {"info_request": ladders.rungs_of({"remind": 50, "missed": 0})}
    policy = dataclasses.replace(paged.settings.policy, ladders=other)
    paged.settings = dataclasses.replace(paged.settings, policy=policy)
    await paged.advance(HOUR)
    await paged.restart()
    await paged.advance(30 * HOUR)

    assert await audited(paged) == []


async def test_what_is_still_under_way_is_no_gap(paged: World) -> None:
    """One round only suspects."""
    await claimed(paged)
    await behind_its_back(paged, "warn_owner", fired_at=START)
    await paged.advance(25 * HOUR)

    assert await paged.service.auditor.round() == []


async def test_a_december_of_alarms_has_no_gap(paged: World) -> None:
    """Claims that are answered, acknowledged or missed, a restart and a night without service among them."""
    for day in range(8):
        buyer = paged.buyer(700 + day, f"Buyer {day}", "en")
        buyer.say("Where is my parcel?")
        await paged.settle()
        if day == 0:
            await claimed(paged)
        if day == 3:
            await paged.stop()
            paged.clock.move_to(paged.clock.now() + 15 * HOUR)
            await paged.start()
            await paged.settle()
        await paged.advance(24 * HOUR)
        if day % 2:
            for post in [post for post in paged.alerts() if "acknowledge" in str(post["blocks"])][-2:]:
                await paged.click(LIN, "acknowledge", ts=post["ts"])
        assert await audited(paged) == []
    assert notices(paged) == []
    heard = "SELECT count(*) FROM alarms WHERE state IN ('delivered', 'acknowledged')"
    assert await paged.service.database.read(lambda c: int(c.execute(text(heard)).scalar_one())) > 20


async def test_stopped_in_order_the_desk_says_so_with_the_next_deadline(paged: World) -> None:
    """Whoever deploys at noon must not leave a channel that only looks as if it were watched."""
    await claimed(paged)
    await paged.restart()
    said = [words(post) for post in paged.posts() if "desk stops now" in words(post)]
    assert len(said) == 1
    assert "2026-11-25 08:00 UTC" in said[0]
    assert "A-0001" in said[0]


class Clinic:
    """A service that counts who asks for it."""

    def __init__(self) -> None:
        self.asked = 0
        self.status = 200
        self.changed = asyncio.Event()

    async def beat(self, _request: web.Request) -> web.Response:
        self.asked += 1
        self.changed.set()
        return web.Response(status=self.status)


async def test_the_heartbeat_stops_when_the_engine_hangs(caplog: pytest.LogCaptureFixture) -> None:
    """Somebody else's alarm goes off because ours cannot be trusted; the log says why, without the address."""
    clinic, engine = Clinic(), Pulse()
    app = web.Application()
    app.router.add_get("/ping/secret", clinic.beat)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    watched = Watched({"engine": engine}, {"engine": 60.0})
    looked = asyncio.Event()

    async def trouble() -> str | None:
        looked.set()
        return watched.trouble()

    url = f"http://127.0.0.1:{runner.addresses[0][1]}/ping/secret"
    beating = asyncio.create_task(Heartbeat(url, trouble, every_s=0.01).run())
    async with asyncio.timeout(10):
        await clinic.changed.wait()
        engine.last_s -= 61.0
        for _ in range(3):
            looked.clear()
            await looked.wait()
        asked = clinic.asked
        for _ in range(3):
            looked.clear()
            await looked.wait()
        assert clinic.asked == asked
        engine.beat()
        clinic.changed.clear()
        await clinic.changed.wait()
    beating.cancel()
    await asyncio.gather(beating, return_exceptions=True)
    await runner.cleanup()
    told = [f"{record.getMessage()} {getattr(record, 'why', '')}" for record in caplog.records]
    assert any("engine has been silent" in line for line in told)
    assert not any("secret" in line for line in told)


async def test_a_running_service_gives_no_reason_to_stop_the_heartbeat(paged: World) -> None:
    """Engine, delivery, alarms and auditor are well; and a loop that failed is named."""
    assert await paged.service._trouble() is None
    engine = next(loop for loop in paged.service.loops if loop.name == "engine")
    assert isinstance(engine, Kept)
    paged.service.engine.pulse.last_s -= 3600.0
    assert "engine has been silent" in str(await paged.service._trouble())
