"""`amends alarms`: each path is proved by a message, and today's ladder says who was told."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli import main
from bot.clock import machine_now
from bot.second import second_paths
from bot.settings import SettingsError, read_settings
from bot.trying import try_all
from bot.variables import Variables
from flows.problems import problem
from tests.scenarios.world import BEN, CHANNEL, LIN, START, words, world

GOOD = {
    "TELEGRAM_BOT_TOKEN": "7:secret",
    "SLACK_BOT_TOKEN": "xoxb-secret",
    "SLACK_APP_TOKEN": "xapp-secret",
    "SLACK_CHANNEL": "after-sales",
}
PATHS = ["feishu", "dingtalk", "wecom", "ntfy", "webhook"]


async def test_every_path_is_tried_and_its_trouble_said(tmp_path: Path) -> None:
    """One that does not arrive does not hide the others, and says what to mend."""
    async with world(tmp_path, paths=PATHS, more={"AMENDS_TELEGRAM_STAFF_CHAT": "900"}, start=False) as desk:
        staff = desk.buyer(900, "Mei")
        desk.receivers.faults += [19021]
        tried = {each.path: each.trouble async for each in try_all(desk.settings, "A test", "Nothing to do.")}
        assert list(tried) == ["slack", "telegram", *PATHS]
        assert "signing secret" in str(tried.pop("feishu"))
        assert set(tried.values()) == {None}
        assert "Nothing to do" in words(desk.posts()[-1])
        assert "Nothing to do" in staff.received()[0]["text"]
        assert {page.kind for page in desk.receivers.received} == set(PATHS) - {"feishu"}


async def test_todays_ladder_and_a_cases_file_say_who_was_told(tmp_path: Path) -> None:
    """Due, told, acknowledged: in the shop's own time, from the store alone."""
    async with world(tmp_path, paths=["webhook"]) as desk:
        await desk.slack.person(LIN).command("/amends", "new", channel_id=CHANNEL)
        await desk.until(lambda: len(desk.slack.views(LIN)) == 1)
        await desk.submit(LIN, order="114-1234567-7654321", started_at=int(START.timestamp()))
        await desk.advance(timedelta(hours=24, minutes=30))
        await desk.click(BEN, "acknowledge", ts=desk.alerts()[-1]["ts"])
        await desk.settle()
        file = tmp_path / "clock.json"
        environment = {
            **GOOD,
            "AMENDS_DATA_DIR": str(tmp_path),
            "AMENDS_SHOP_FILE": str(tmp_path / "shop.toml"),
            "AMENDS_CLOCK_FILE": str(file),
            "AMENDS_WEBHOOK_URL": "https://shop.example/hook",
        }
        seconds = (desk.clock.now() - machine_now()).total_seconds()
        file.write_text(f'{{"offset_s": {seconds}}}')
        listed = await asyncio.to_thread(_run, ["alarms", "list"], environment)
        explained = await asyncio.to_thread(_run, ["explain", "A-0001"], environment)
    for said in (listed, explained):
        assert "Warning to the owner" in said
        assert "Slack: @Lin Na" in said
        assert "Slack: @Ben Cole" in said
        assert "Acknowledged by @Ben Cole" in said
    assert "16:00  A-0001" in listed


def _run(command: list[str], environment: dict[str, str]) -> str:
    result = CliRunner().invoke(main, command, env=environment)
    assert result.exit_code == 0, result.output
    return result.output


def test_paths_are_numbered_within_their_kind_and_wrong_ones_are_listed_without_their_secrets() -> None:
    """Several of a kind stand side by side; whatever was pasted wrongly is not repeated into a log."""
    given = {
        "AMENDS_TELEGRAM_STAFF_CHAT": "staff",
        "AMENDS_WEBHOOK_URL": "https://ntfy.sh/a https://ntfy.sh/b tokentoken",
        "AMENDS_SMTP_URL": "smtp://u:hunter2@h/?from=a@b.example&to=c@d.example smtp://hunter2",
    }
    variables = Variables(given)
    found = second_paths(variables)

    assert found.names == ("ntfy", "ntfy-2", "email")
    assert variables.problems == [
        problem("setting.staff_chat", fatal=True, name="AMENDS_TELEGRAM_STAFF_CHAT"),
        problem("setting.webhook", fatal=True, name="AMENDS_WEBHOOK_URL", nth="3"),
        problem("setting.mailbox", fatal=True, name="AMENDS_SMTP_URL", nth="2"),
    ]
    assert "hunter2" in found.secrets


def test_a_path_that_is_not_set_up_stops_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A typing error in shop.toml must not leave a shop with one path less than it believes."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "shop.toml").write_text('[alarms]\npaths = ["email", "feishu"]\n')
    with pytest.raises(SettingsError) as error:
        read_settings({**GOOD, "AMENDS_SMTP_URL": "smtp://h/?from=a@b.example&to=c@d.example"})

    assert error.value.problems == [
        problem("setting.path", fatal=True, file="shop.toml", path="feishu", known="email")
    ]
