"""Posted is not noticed: stories of alarms that nobody sees, told against the sandboxes."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest

from bot.web import Web
from sandbox.wire import Fault
from tests.scenarios.world import BEN, CHANNEL, LIN, START, World, actions, key_of, received, words, world

ORDER = "114-1234567-7654321"
HOUR, HALF = timedelta(hours=1), timedelta(minutes=30)
OUTSIDE = "http://desk.example"
CHAT = 900


@pytest.fixture
async def paged(tmp_path: Path) -> AsyncIterator[World]:
    """A desk with one second path, whose pages link to where alarms are acknowledged."""
    async with world(tmp_path, paths=["webhook"], more={"AMENDS_PUBLIC_URL": OUTSIDE}) as running:
        yield running


async def warned(desk: World) -> None:
    """A claim that Lin entered, up to its warning to the owner: half of its time is left."""
    await claimed(desk)
    await desk.advance(24 * HOUR)


async def claimed(desk: World) -> None:
    """A notice read on the marketplace: no buyer's message, so no other clock but the claim's."""
    await desk.slack.person(LIN).command("/amends", "new", channel_id=CHANNEL)
    await desk.until(lambda: len(desk.slack.views(LIN)) == 1)
    await desk.submit(LIN, order=ORDER, started_at=int(START.timestamp()))
    await desk.settle()


def rungs(desk: World, rung: str) -> list[str]:
    """What stands on the alerts of this rung, oldest first."""
    return [words(post) for post in desk.alerts() if f":{rung}" in key_of(post)]


async def test_nobody_acknowledges_so_the_next_person_and_the_second_path_are_called(paged: World) -> None:
    """Lin is at lunch: after half an hour Ben is called, and the shop's other chat."""
    await warned(paged)
    assert [f"<@{LIN}>" in alert for alert in rungs(paged, "warn_owner")] == [True]
    assert paged.receivers.received == []
    await paged.advance(HALF)
    first, second = rungs(paged, "warn_owner")
    assert f"<@{BEN}>" in second
    assert f"<@{LIN}>" not in second
    assert "Nobody has acknowledged this yet" in second
    assert "Told" in first
    (page,) = paged.receivers.received
    assert page.body["link"].startswith("http")
    assert "A-0001" in page.text
    assert "2026-11-25 16:00 (Asia/Shanghai)" in page.text
    assert ORDER not in page.text
    assert any("nobody acknowledged it in time" in line for line in await paged.journal())
    before = len(paged.receivers.received)
    await paged.advance(timedelta(hours=4))
    assert len(paged.receivers.received) > before
    assert any("Everybody is called again" in line for line in await paged.journal())


async def test_an_acknowledgement_ends_it_and_every_post_says_who(paged: World) -> None:
    """Whoever reads the channel later sees that Ben has it, on both alerts."""
    await warned(paged)
    await paged.advance(HALF)
    last = paged.alerts()[-1]
    await paged.click(BEN, "acknowledge", ts=last["ts"])
    await paged.settle()
    for post in [post for post in paged.alerts() if ":warn_owner" in key_of(post)]:
        assert "Acknowledged by @Ben Cole" in words(post)
        assert actions(post) == []
    pages = len(paged.receivers.received)
    await paged.advance(timedelta(hours=8))
    assert len(paged.receivers.received) == pages


async def test_in_do_not_disturb_it_goes_on_at_once(paged: World) -> None:
    """Nobody waits half an hour for somebody who said that nothing may ring."""
    paged.slack.person(LIN).snooze(START + timedelta(days=3))
    await warned(paged)
    first, second = rungs(paged, "warn_owner")
    assert "do not disturb" in first
    assert f"<@{BEN}>" in second
    assert len(paged.receivers.received) == 1


async def test_away_counts_as_not_there(paged: World) -> None:
    """Slack has seen no client of Lin: the alarm makes sure, and takes nothing away from her."""
    paged.slack.person(LIN).leave()
    await warned(paged)
    assert "(away)" in rungs(paged, "warn_owner")[0]
    assert len(rungs(paged, "warn_owner")) == 2


SHIFTS = f"""
[[staff]]
id = "{LIN}"
zone = "UTC"
shifts = ["mon-sun 20:00-22:00"]
[[staff]]
id = "{BEN}"
zone = "UTC"
roles = ["lead"]
shifts = ["mon-sun 00:00-24:00"]
"""


async def test_off_shift_counts_as_not_there(tmp_path: Path) -> None:
    """Lin's client is open at home: by shop.toml she has not worked for ten hours, so Ben is called at once."""
    async with world(tmp_path, paths=["webhook"], shop=SHIFTS) as desk:
        await warned(desk)
        first, second = rungs(desk, "warn_owner")
        assert "@Lin Na (away)" in first
        assert f"<@{BEN}>" in second
        assert len(desk.receivers.received) == 1


async def test_without_the_scope_alarms_are_posted_all_the_same(paged: World) -> None:
    """An app of last year has no dnd:read: who is there is not known, and nothing is held up."""
    paged.slack.scopes.discard("dnd:read")
    paged.slack.person(LIN).snooze(START + timedelta(days=3))
    await warned(paged)
    assert len(rungs(paged, "warn_owner")) == 1


async def test_slack_is_away_so_the_second_path_has_it_within_a_second(paged: World) -> None:
    """Posted later all the same, once Slack is back, and no second page for it."""
    await claimed(paged)
    await paged.advance(24 * HOUR - timedelta(seconds=1))
    paged.slack.faults.add(Fault("server_error", "chat.postMessage", times=10_000, status=503))
    paged.slack.faults.add(Fault("server_error", "api.test", times=10_000, status=503))
    paged.clock.move_to(START + 24 * HOUR)
    paged.service.signals.timers.set()
    loop = asyncio.get_running_loop()
    begun_s = loop.time()
    async with asyncio.timeout(10):
        await paged.receivers.arrived(1)
    took_s = loop.time() - begun_s
    print(f"alarm due to page received: {took_s:.2f} s")  # noqa: T201 - measured, not timed: the machine is shared
    paged.slack.faults.waiting.clear()
    async with asyncio.timeout(30):
        await paged.until(lambda: len(rungs(paged, "warn_owner")) == 1)
    await paged.settle()
    assert len(paged.receivers.received) == 1


async def test_slack_refuses_so_the_second_path_has_it(paged: World) -> None:
    """The channel was archived by somebody who tidied up."""
    await claimed(paged)
    await paged.advance(24 * HOUR - timedelta(seconds=1))
    paged.slack.faults.add(Fault("error", "chat.postMessage", times=1, code="is_archived"))
    await paged.advance(timedelta(seconds=1))
    assert len(paged.receivers.received) == 1
    due = next(d for d in (await paged.case())["deadlines"] if d["kind"] == "platform" and d["bound"] == "due")
    rung = next(rung for rung in due["rungs"] if rung["rung"] == "warn_owner")
    assert rung["state"] == "sounded"


async def test_in_the_last_quarter_both_paths_are_used_at_once(paged: World) -> None:
    """Twelve hours before a claim lapses nobody finds out first whether Slack is read."""
    await warned(paged)
    await paged.click(LIN, "acknowledge", ts=paged.alerts()[-1]["ts"])
    await paged.advance(12 * HOUR)
    assert len(rungs(paged, "page_lead")) == 1
    assert len(paged.receivers.received) == 1


async def test_a_link_acknowledges_when_its_button_is_pressed_and_not_when_it_is_opened(paged: World) -> None:
    """Mail programs open every link. The page asks who it is, and says who was first."""
    await warned(paged)
    await paged.advance(HALF)
    link = paged.receivers.received[0].body["acknowledge"]
    assert link.startswith(f"{OUTSIDE}/ack/")
    page = Web(paged.service, demo=False)
    port = await page.start("127.0.0.1", 0)
    here = link.replace(OUTSIDE, f"http://127.0.0.1:{port}")
    async with aiohttp.ClientSession() as browser:
        async with browser.get(here) as shown:
            assert shown.status == 200
            assert shown.headers["Referrer-Policy"] == "no-referrer"
            text = await shown.text()
        assert "Lin Na" in text
        assert "A-0001" in text
        await paged.settle()
        assert "acknowledge" in actions(paged.alerts()[-1])
        async with browser.post(here, data={"person": "U0NOBODY"}) as refused:
            assert refused.status == 400
        async with browser.post(here, data={"person": BEN}) as taken:
            assert taken.status == 200
        await paged.settle()
        assert "Acknowledged by @Ben Cole (webhook)" in words(paged.alerts()[-1])
        async with browser.get(here) as late:
            assert "Acknowledged by" in await late.text()
        for broken in (here[:-2], here[:-5] + "AAAAA", f"{here}x", re.sub("/ack/.*", "/ack/nothing", here)):
            async with browser.get(broken) as gone:
                assert gone.status == 410
        paged.clock.move_to(START + timedelta(days=9))
        async with browser.get(here) as over:
            assert over.status == 410
    await page.stop()


async def test_the_staffs_telegram_chat_is_a_second_path_and_no_buyer(tmp_path: Path) -> None:
    """Its button acknowledges by name; what is said there opens no case and gets no receipt."""
    async with world(tmp_path, more={"AMENDS_TELEGRAM_STAFF_CHAT": str(CHAT)}) as desk:
        staff = desk.buyer(CHAT, "Mei", "zh")
        await warned(desk)
        staff.say("Good morning, everybody")
        await desk.settle()
        await desk.advance(HALF)
        assert len(desk.cards()) == 1
        (page,) = staff.received()
        assert "A-0001" in page["text"]
        button = page["reply_markup"]["inline_keyboard"][0][0]
        assert button["text"] == "Acknowledge"
        staff.press(page["message_id"], button["callback_data"])
        await desk.settle()
        assert "Acknowledged by Mei (Telegram)" in words(desk.alerts()[-1])
        assert staff.callback_answers
        assert len(received(staff)) == 1


async def test_a_note_below_any_alert_of_a_climb_belongs_to_its_case(paged: World) -> None:
    """Ben answers in the thread of the alert that called him, not of the first one."""
    await warned(paged)
    await paged.advance(HALF)
    last = paged.alerts()[-1]
    await paged.slack.person(BEN).say(CHANNEL, "Calling the carrier", thread_ts=last["ts"])
    await paged.settle()
    assert any("Calling the carrier" in line for line in await paged.journal())


async def test_a_restart_loses_no_climb_and_doubles_none(paged: World) -> None:
    """The timer is a row like every other: what fell due meanwhile happens at the start."""
    await warned(paged)
    await paged.stop()
    paged.clock.move_to(START + 24 * HOUR + HALF)
    await paged.start()
    await paged.settle()
    assert len(rungs(paged, "warn_owner")) == 2
    await paged.restart()
    await paged.settle()
    assert len(rungs(paged, "warn_owner")) == 2
