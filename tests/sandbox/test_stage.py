"""The stage as a page meets it: one port, the actions, the pushed state, and who is kept out."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from sandbox.clock import opening
from sandbox.demo import Demo, listen, main
from tests.sandbox.stand_in_service import CHILD, CRASHING, is_alive


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "run"


@asynccontextmanager
async def demo_on(folder: Path, code: str = CHILD) -> AsyncIterator[Demo]:
    listening = listen(0)
    demo = Demo(listening, folder, (sys.executable, "-c", code))
    running = asyncio.create_task(demo.run())
    try:
        while demo.stage is None or demo.stage.supervisor.state in ("starting", "stopped"):
            if running.done():
                await running  # it failed: say why
            if demo.stage is None:
                await asyncio.wait({running}, timeout=0.02)
            else:
                await demo.stage.supervisor.wait_until("running", "failed")
        yield demo
    finally:
        demo.leaving.set()
        await running
        listening.close()


async def post(session: aiohttp.ClientSession, demo: Demo, action: str, **body: Any) -> tuple[int, Any]:
    async with session.post(f"{demo.address}stage/{action}", json=body) as answer:
        return answer.status, await answer.json()


async def look(session: aiohttp.ClientSession, demo: Demo) -> dict[str, Any]:
    async with session.get(f"{demo.address}stage/state") as answer:
        found: dict[str, Any] = await answer.json()
        return found


@pytest.mark.process
async def test_one_port_serves_page_stage_and_both_platforms(folder: Path) -> None:
    """One address is all a visitor needs to know."""
    async with demo_on(folder) as demo, aiohttp.ClientSession() as session:
        async with session.get(demo.address) as page:
            assert 'id="app"' in await page.text()
            assert "script-src 'self'" in page.headers["Content-Security-Policy"]
        state = await look(session, demo)
        assert state["service"]["state"] == "running"
        assert [buyer["first_name"] for buyer in state["buyers"]] == ["Sofia", "Grace", "Jonas"]
        assert state["slack"]["name"] == "after-sales"
        stage = demo.stage
        assert stage is not None
        async with session.get(f"{demo.address}bot{stage.telegram.token}/getMe") as answer:
            assert (await answer.json())["ok"] is True


@pytest.mark.process
async def test_what_a_buyer_says_is_shown_and_waits_for_the_bot(folder: Path) -> None:
    """The chips speak through the same Bot API that the service polls."""
    async with demo_on(folder) as demo, aiohttp.ClientSession() as session:
        assert await post(session, demo, "line", chat_id=5002, line="damaged") == (200, {})
        assert await post(session, demo, "say", chat_id=5001, text="Hola") == (200, {})
        state = await look(session, demo)
        grace = next(buyer for buyer in state["buyers"] if buyer["chat_id"] == 5002)
        assert grace["chat"][0]["message"]["photo"]
        assert "cracked" in grace["chat"][0]["message"]["caption"]
        assert state["tally"]["said"] == 2


@pytest.mark.process
@pytest.mark.parametrize(
    ("action", "body", "named"),
    [
        ("say", {"chat_id": 1, "text": "x"}, "chat_id"),
        ("say", {"chat_id": 5001, "text": ""}, "text"),
        ("line", {"chat_id": 5001, "line": "poem"}, "poem"),
        ("click", {"clicks": []}, "clicks"),
        ("click", {"clicks": [{"user": "U0LIN", "channel": "C0AFTER", "ts": "1", "action_id": "a"}]}, "sees no"),
        ("press", {"chat_id": 5001, "message_id": 9, "data": "d"}, "no button"),
        ("advance", {"seconds": -5}, "seconds"),
        ("fault", {"platform": "telegram", "kind": "meteor"}, "kind"),
    ],
)
async def test_a_wrong_request_is_refused_by_name(
    folder: Path, action: str, body: dict[str, Any], named: str
) -> None:
    """A page that asks for the impossible gets a sentence, not a stack trace."""
    async with demo_on(folder) as demo, aiohttp.ClientSession() as session:
        status, answer = await post(session, demo, action, **body)
        assert status == 400
        assert named in answer["error"]


@pytest.mark.process
@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Host": "rebound.example"},
        {"Content-Type": "text/plain"},
    ],
    ids=lambda headers: next(iter(headers)),
)
async def test_a_foreign_web_page_cannot_drive_the_stage(folder: Path, headers: dict[str, str]) -> None:
    """Loopback is reachable by every page in the visitor's browser: it must not be enough."""
    async with demo_on(folder) as demo, aiohttp.ClientSession() as session:
        sending = {"Content-Type": "application/json"} | headers
        async with session.post(f"{demo.address}stage/kill", data="{}", headers=sending) as answer:
            assert answer.status == 403
        assert demo.stage is not None
        assert demo.stage.supervisor.state == "running"


@pytest.mark.process
async def test_moving_the_clock_stops_at_every_due_instant(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A day in one jump would let one alarm hide another: the service must live through each in turn."""
    start = opening(datetime.now(UTC))
    dues = [start + timedelta(hours=hours) for hours in (1, 5, 30)]
    monkeypatch.setenv("CHILD_DUE", json.dumps([due.isoformat() for due in dues]))
    async with demo_on(folder) as demo, aiohttp.ClientSession() as session:
        stage = demo.stage
        assert stage is not None
        await stage.client.set_clock(stage.clock.offset_s)  # the child reads no file
        before = stage.clock.offset_s
        status, _answer = await post(session, demo, "advance", seconds=86_400)
        assert status == 200
        assert stage.clock.offset_s - before == pytest.approx(86_400)
        stood = (await stage.client.state())["stood"][1:]
        moved = [(offset - before) / 3600 for offset in stood]
        assert moved == [pytest.approx(hours, abs=0.02) for hours in (1, 5, 24)]
        assert json.loads(stage.clock.path.read_text())["offset_s"] == stage.clock.offset_s


@pytest.mark.process
async def test_events_push_the_state_after_every_change(folder: Path) -> None:
    """The page never polls: what a buyer writes reaches it by itself."""
    async with (
        demo_on(folder) as demo,
        aiohttp.ClientSession() as session,
        session.get(f"{demo.address}stage/events") as stream,
    ):
        assert stream.content_type == "text/event-stream"
        first = await next_state(stream)
        assert all(not buyer["chat"] for buyer in first["buyers"])
        await post(session, demo, "say", chat_id=5001, text="Hola")
        state = await next_state(stream)
        while not state["buyers"][0]["chat"]:
            state = await next_state(stream)
        assert state["buyers"][0]["chat"][0]["message"]["text"] == "Hola"


async def next_state(stream: aiohttp.ClientResponse) -> dict[str, Any]:
    async for raw in stream.content:
        if raw.startswith(b"data: "):
            found: dict[str, Any] = json.loads(raw.removeprefix(b"data: "))
            return found
    raise AssertionError("the stream ended")


@pytest.mark.process
async def test_starting_over_wipes_the_run_and_keeps_the_address(folder: Path) -> None:
    """A second visitor finds nothing of the first, at the same place."""
    async with demo_on(folder) as demo, aiohttp.ClientSession() as session:
        old = demo.stage
        assert old is not None
        old_pid = old.supervisor.pid
        await post(session, demo, "say", chat_id=5001, text="Hola")
        (folder / "left-behind").write_text("x")
        async with session.get(f"{demo.address}stage/events") as stream:
            refused, _ = await post(session, demo, "reset", language="xx")
            assert refused == 400
            _status, answer = await post(session, demo, "reset", language="zh")
            assert answer == {"generation": old.generation}
            while not stream.content.at_eof():
                await stream.content.readany()
        async with aiohttp.ClientSession() as later:  # waits in the socket until the new stage is there
            state = await look(later, demo)
        assert state["generation"] != old.generation
        assert all(not buyer["chat"] for buyer in state["buyers"])
        assert not (folder / "left-behind").exists()
        assert 'language = "zh"' in (folder / "shop.toml").read_text(encoding="utf-8")
        assert old_pid is not None
        assert not is_alive(old_pid)


@pytest.mark.process
async def test_killing_in_flight_happens_after_the_message_was_handed_over(folder: Path) -> None:
    """Killed before the fetch, nothing is proved: the message must have left Telegram's queue."""
    async with demo_on(folder) as demo, aiohttp.ClientSession() as session:
        stage = demo.stage
        assert stage is not None
        poll = asyncio.create_task(fetch(session, demo, stage.telegram.token))
        status, answer = await post(session, demo, "kill", chat_id=5001, text="¿Hola?")
        assert (status, answer) == (200, {"state": "killed"})
        updates = await poll
        assert updates["result"][0]["message"]["text"] == "¿Hola?"
        status, answer = await post(session, demo, "start")
        assert (status, answer) == (200, {"state": "running"})


async def fetch(session: aiohttp.ClientSession, demo: Demo, token: str) -> Any:
    async with session.post(f"{demo.address}bot{token}/getUpdates", json={"timeout": 20}) as answer:
        return await answer.json()


@pytest.mark.process
async def test_a_failed_service_is_explained_on_the_page(folder: Path) -> None:
    """The visitor sees the service's own last words and can start again."""
    async with demo_on(folder, CRASHING) as demo, aiohttp.ClientSession() as session:
        state = await look(session, demo)
        assert state["service"]["state"] == "failed"
        assert any("unknown zone" in line for line in state["service"]["tail"])
        status, answer = await post(session, demo, "start")
        assert (status, answer) == (200, {"state": "failed"})


def test_a_taken_port_is_said_in_one_line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """The commonest way a demo does not start."""
    taken = listen(0)
    try:
        port = taken.getsockname()[1]
        assert main(port, open_browser=False, data_dir=tmp_path) == 1
    finally:
        taken.close()
    assert f"Port {port} cannot be used" in capsys.readouterr().out


@pytest.mark.process
async def test_ctrl_c_ends_the_demo_and_its_child(tmp_path: Path) -> None:
    """Nothing is left running: the address line comes first, exit code 0 last."""
    code = (
        "import sys; from pathlib import Path; from sandbox.demo import main;"
        f"raise SystemExit(main(0, open_browser=False, data_dir=Path({str(tmp_path)!r}),"
        f" command=(sys.executable, '-c', {CHILD!r})))"
    )
    demo = await asyncio.create_subprocess_exec(sys.executable, "-c", code, stdout=asyncio.subprocess.PIPE)
    assert demo.stdout is not None
    address = (await demo.stdout.readline()).decode().split()[2]
    async with aiohttp.ClientSession() as session, session.get(f"{address}stage/events") as stream:
        state = await next_state(stream)
        while state["service"]["state"] != "running":
            state = await next_state(stream)
        pid = state["service"]["pid"]
        demo.send_signal(signal.SIGINT)
        assert await demo.wait() == 0
    assert not is_alive(pid)
