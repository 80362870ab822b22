"""What the commands say about themselves."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from bot.cli import main

GROUPS = [[], *([name] for name in ("alarms", "dead", "orders", "papers", "playbooks", "rules", "shop"))]


@pytest.mark.parametrize("group", GROUPS, ids=" ".join)
def test_every_command_is_told_whole_in_one_line(group: list[str]) -> None:
    """Who looks for a command reads the list: a sentence that is cut tells nothing."""
    listed = CliRunner().invoke(main, [*group, "--help"]).output.partition("Commands:")[2]

    assert listed.strip()
    assert "..." not in listed


def test_without_settings_run_says_what_to_write_and_what_asks_for_it(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first thing that many try."""
    monkeypatch.chdir(tmp_path_factory.mktemp("empty"))
    english = CliRunner().invoke(main, ["run"], env={"LANG": "C"})
    chinese = CliRunner().invoke(main, ["run"], env={"LANG": "zh_CN.UTF-8"})

    assert english.exit_code == chinese.exit_code == 1
    assert "TELEGRAM_BOT_TOKEN is missing" in english.output
    assert "`amends setup` asks for everything" in english.output
    assert "缺少 TELEGRAM_BOT_TOKEN" in chinese.output
    assert "`amends setup` 会一步步询问" in chinese.output
