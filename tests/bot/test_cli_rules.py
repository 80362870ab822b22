"""`amends rules`: what is printed, in both languages, and the exit codes; and the pages made from the data."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.brain import load_book
from bot.cli import main
from bot.rule_pages import PAGES, pages

GOLDEN = Path(__file__).parent / "golden"
DOCS = Path(__file__).parents[2] / "docs" / "rules"


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    """In an empty folder: without settings, in the terminal's language."""
    monkeypatch.chdir(tmp_path)
    return CliRunner(env={"LC_ALL": "C.UTF-8"})


def _rules(run: CliRunner, *arguments: str) -> Result:
    return run.invoke(main, ["rules", *arguments], catch_exceptions=False)


def _versionless(text: str) -> str:
    return re.sub(r"\d{4}-\d\d-\d\d\.[0-9a-f]{6,12}", "VERSION", text)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("rules_list_aliexpress", ("list", "--platform", "aliexpress")),
        ("rules_list_uk", ("list", "--platform", "amazon", "--site", "uk", "--on", "2026-11-20")),
        ("rules_list_amber", ("list", "--amber")),
        ("rules_show_refund", ("show", "amz.return.refund.us")),
        ("rules_show_dispute", ("show", "ali.dispute.open")),
        ("rules_show_ship_zh", ("show", "ali.ship", "--language", "zh")),
        ("rules_show_fba_zh", ("show", "amz.fba.return.claim.us", "--language", "zh")),
        ("rules_advice", ("advice",)),
        (
            "rules_advice_zh",
            ("advice", "--situation", "negative_review", "--platform", "amazon", "--language", "zh"),
        ),
        ("rules_check", ("check", "--on", "2026-11-25")),
        ("rules_check_later", ("check", "--on", "2027-04-01")),
    ],
)
def test_what_is_printed_is_what_was_looked_at(run: CliRunner, name: str, arguments: tuple[str, ...]) -> None:
    """Every change of a word or a rule is seen here. Written anew by deleting the file."""
    printed = _versionless(_rules(run, *arguments).output)
    file = GOLDEN / f"{name}.txt"
    if not file.exists():
        file.parent.mkdir(exist_ok=True)
        file.write_text(printed, encoding="utf-8")
        pytest.fail(f"{file.name} was written: look at it and add it")

    assert printed == file.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("check", "--on", "2026-11-25"), 0),
        (("check", "--on", "2027-04-01"), 1),
        (("list", "--platform", "nobody"), 1),
        (("show", "amz.nothing"), 1),
        (("list", "--on", "yesterday"), 2),
    ],
)
def test_the_exit_code_says_how_it_stands(run: CliRunner, arguments: tuple[str, ...], code: int) -> None:
    """For a nightly job."""
    assert _rules(run, *arguments).exit_code == code


def test_the_shipped_packs_fit_together(run: CliRunner) -> None:
    """Overlaps, gaps, unknown names and missing words are errors of the release."""
    found = _rules(run, "check", "--on", "2026-11-25")

    assert (found.exit_code, found.output.count("\n")) == (0, 1), found.output


def test_a_shops_own_value_is_shown_beside_the_packs(run: CliRunner, tmp_path: Path) -> None:
    """Nobody takes our limit for the marketplace's."""
    (tmp_path / "shop.toml").write_text('[rules."amz.msg.reply"]\nlength = 12\n')
    (tmp_path / ".env").write_text(
        "TELEGRAM_BOT_TOKEN=1:a\nSLACK_BOT_TOKEN=xoxb-1\nSLACK_APP_TOKEN=xapp-1\nSLACK_CHANNEL=desk\n"
    )

    assert "House value: 12 hours; the rule says 24 hours" in _rules(run, "show", "amz.msg.reply").output


def test_the_pages_are_those_of_the_data() -> None:
    """`make rule-pages` writes them."""
    made = pages(load_book())

    assert {file.name: file.read_text(encoding="utf-8") for file in DOCS.glob("*.md")} == made
    shown = {platform for _, platforms in PAGES.values() for platform in platforms}
    assert shown == {rule.platform for rule in load_book().rules.rules}
