"""The running desk as Prometheus, a load balancer and a person with a log see it."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.logs import formatter
from bot.web import Web
from tests.scenarios.world import LIN, UNDO, World, received

ASKS = "Where is my parcel? Order 114-1234567-7654321"


@asynccontextmanager
async def _pages(shop: World) -> AsyncIterator[Pages]:
    web = Web(shop.service, demo=True)
    port = await web.start("127.0.0.1", 0)
    try:
        async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session:
            yield Pages(session)
    finally:
        await web.stop()


class Pages:
    """The service's own HTTP."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session

    async def status(self, path: str) -> tuple[int, str]:
        async with self._session.get(path) as answer:
            return answer.status, str((await answer.json())["status"])

    async def asked(self, path: str, **body: float) -> int:
        """The status of a page of the demo."""
        asked = self._session.post(path, json=body) if body else self._session.get(path)
        async with asked as answer:
            return answer.status

    async def text(self) -> str:
        async with self._session.get("/metrics") as answer:
            assert answer.status == 200
            assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
            return await answer.text()

    async def metrics(self) -> dict[str, float]:
        """'name{label=value}' → number."""
        found = {}
        for family in text_string_to_metric_families(await self.text()):
            for sample in family.samples:
                labels = ",".join(f"{name}={value}" for name, value in sorted(sample.labels.items()))
                found[f"{sample.name}{{{labels}}}" if labels else sample.name] = sample.value
        return found


async def _told_lin_yes(shop: World) -> Any:
    """A buyer asked, a person approved, and the reply arrived."""
    sofia = shop.buyer(name="Sofia Marquez", language="en")
    sofia.say(ASKS)
    await shop.settle()
    await shop.click(LIN, "approve")
    await shop.advance(UNDO)
    assert len(received(sofia)) == 2
    return sofia


async def test_a_scrape_shows_what_was_done_and_what_is_open(shop: World) -> None:
    """One story, in numbers: heard, handled, sent, and the clock that runs."""
    await _told_lin_yes(shop)
    async with _pages(shop) as pages:
        shown = await pages.metrics()
    assert shown["amends_sends_total{kind=reply,outcome=delivered}"] == 1
    assert shown["amends_sends_total{kind=automatic,outcome=delivered}"] == 1
    assert shown["amends_intake_batch_rows_sum"] >= 2
    assert shown["amends_engine_batch_rows_sum"] >= shown["amends_intake_batch_rows_sum"]
    assert shown["amends_commit_seconds_count"] > 3
    assert shown["amends_click_ack_seconds_count"] == 1
    assert shown["amends_alarm_late_seconds_count"] >= 1
    assert shown["amends_inbox_waiting{kind=ordinary}"] == 0
    assert (shown["amends_ready"], shown["amends_store_up"], shown["amends_dead_letters_waiting"]) == (1, 1, 0)
    assert shown["amends_cases{status=open}"] + shown["amends_cases{status=waiting}"] == 1
    assert shown["amends_lease_held{lease=telegram:1000001}"] == 1
    assert shown["amends_store_size_bytes{part=main}"] > 0
    assert {"engine", "delivery", "alarms", "members", "telegram:1000001"} <= {
        name.partition("loop=")[2].rstrip("}") for name in shown if name.startswith("amends_loop_heartbeat")
    }


async def test_a_scrape_names_nobody(shop: World) -> None:
    """Figures leave the house: no buyer, no word of theirs, no token, no address."""
    await _told_lin_yes(shop)
    async with _pages(shop) as pages:
        page = await pages.text()
    names = re.sub(r" \S+$", "", page, flags=re.MULTILINE)  # without the numbers
    for secret in ("Sofia", "Marquez", "parcel", "114-1234567", "501", shop.telegram.token, shop.slack.bot_token):
        assert secret not in names


async def test_an_alarm_says_how_late_it_was_noticed(shop: World) -> None:
    """The desk was down over the deadline's first warning: the histogram says so."""
    shop.buyer(language="en").say(ASKS)
    await shop.settle()
    await shop.stop()
    upcoming = timedelta(hours=30)
    shop.clock.move_to(shop.clock.now() + upcoming)
    await shop.start()
    await shop.settle()
    async with _pages(shop) as pages:
        shown = await pages.metrics()
    assert shown["amends_alarm_late_seconds_sum"] > 3600


async def test_ready_means_started_and_not_stopping(shop: World) -> None:
    """A deploy waits for the one, a load balancer turns away at the other."""
    async with _pages(shop) as pages:
        assert await pages.status("/readyz") == (200, "running")
        async with asyncio.timeout(10):  # well is who has heard from both platforms
            while await pages.status("/healthz") != (200, "ok"):
                pass
        await shop.stop()
        assert await pages.status("/readyz") == (503, "stopping")
        assert (await pages.status("/healthz"))[0] == 503
        assert (await pages.metrics())["amends_ready"] == 0
        await shop.start()


async def test_trouble_is_no_reason_to_send_the_work_elsewhere(shop: World) -> None:
    """Health is for the person who is called, readiness for the machine that routes."""
    async with _pages(shop) as pages:
        shop.service.loops[0].trouble = "OSError"
        assert await pages.status("/readyz") == (200, "running")
        assert await pages.status("/healthz") == (503, "trouble")


async def test_a_loop_that_hangs_is_rebuilt_while_the_desk_goes_on(
    shop: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The engine waits for something that never comes: the watchdog notices, and the buyer is answered."""
    loop = next(loop for loop in shop.service.loops if loop.name == "engine")
    hung = asyncio.Event()
    real = shop.service.engine.handle_waiting

    async def hang() -> int:
        if not hung.is_set():
            hung.set()
            await asyncio.Event().wait()
        return await real()

    monkeypatch.setattr(shop.service.engine, "handle_waiting", hang)
    monkeypatch.setattr(loop, "_silence_s", 0.3)
    sofia = shop.buyer(language="en")
    sofia.say(ASKS)
    await hung.wait()
    await shop.until(lambda: len(received(sofia)) == 1)  # perhaps without the engine: intake steps what it stored
    async with _pages(shop) as pages, asyncio.timeout(10):
        while await pages.status("/healthz") != (503, "trouble"):
            pass
        assert (await pages.metrics())["amends_loop_restarts_total{loop=engine,why=hung}"] == 1
    assert loop.trouble.startswith("gave no sign of life")


async def test_the_log_tells_the_story_of_a_case(shop: World, caplog: pytest.LogCaptureFixture) -> None:
    """grep A-0001: opened, receipt out, approved, delivered; no word of the buyer's, no token."""
    caplog.set_level(logging.INFO)
    await _told_lin_yes(shop)
    write = formatter(plain=True)
    lines = [write.format(record) for record in caplog.records]
    told = [line.partition("bot.story ")[2] for line in lines if "case=A-0001" in line]
    assert [line.partition(" case=")[0] for line in told] == ["opened", "delivered", "approved", "delivered"]
    assert "kind=automatic" in told[1]
    assert "kind=reply" in told[3]
    for secret in ("parcel", "Sofia", shop.telegram.token, shop.slack.bot_token):
        assert secret not in "\n".join(lines)


async def test_the_demos_pages_wait_until_it_has_started(shop: World) -> None:
    """Time is moved while it starts or stops: the answer is "not now", and no error of its own making."""
    async with _pages(shop) as pages:
        assert await pages.asked("/demo/state") == 200
        await shop.stop()
        assert await pages.asked("/demo/state") == 503
        assert await pages.asked("/demo/clock") == 503
        assert await pages.asked("/demo/clock", offset_s=60.0) == 503
    await shop.start()
