"""`amends shop show`: every setting, its value in force, and where it comes from."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli import main

EXAMPLE = Path(__file__).parents[2] / "shop.example.toml"


def _shown(monkeypatch: pytest.MonkeyPatch, folder: Path, **environment: str) -> dict[str, tuple[object, str]]:
    monkeypatch.chdir(folder)
    result = CliRunner().invoke(main, ["shop", "show", "--json"], env=environment)
    assert result.exit_code == 0, result.output
    return {row["key"]: (row["value"], row["source"]) for row in json.loads(result.output)}


def test_without_a_file_all_are_defaults(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = _shown(monkeypatch, tmp_path)

    assert {source for _, source in found.values()} == {"default"}
    assert found["replies.undo_seconds"] == (20.0, "default")
    assert found["shop.zone"] == ("UTC", "default")


def test_each_line_and_the_environment_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment wins over the file; rows of a table that stands several times are told apart."""
    shutil.copy(EXAMPLE, tmp_path / "shop.toml")
    found = _shown(monkeypatch, tmp_path, AMENDS_UNDO_SECONDS="7")
    text = EXAMPLE.read_text().splitlines()

    def line(key: str) -> str:
        return text[int(found[key][1].rpartition(" ")[2]) - 1]

    assert found["replies.undo_seconds"] == (7, "AMENDS_UNDO_SECONDS")
    assert line("shop.name").startswith('name = "Cedar Home"')
    assert line("hours[1].closes").startswith('closes = "18:00"')
    assert line("rules.ebay.inr.respond.length").startswith("length = 2")


def test_a_wrong_file_says_where(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "shop.toml").write_text("[shop]\nnmae = 'x'\n")
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, ["shop", "show"])

    assert result.exit_code == 1
    assert "line 2: unknown key nmae; did you mean name?" in result.output
