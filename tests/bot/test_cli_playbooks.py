"""`amends playbooks`: the proof as a command, a table to read, a table to try, and the pages of the docs."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from bot import cli_playbooks
from bot.brain import load_book
from bot.cli import main

ROOT = Path(__file__).parents[2]


def run(*words: str) -> tuple[int, str]:
    found = CliRunner().invoke(main, ["playbooks", *words])
    return found.exit_code, found.output


def test_the_pages_are_those_of_the_tables() -> None:
    """A page that says something else than its table misleads its reader. `make playbook-docs` writes them."""
    made = cli_playbooks.pages(load_book().words.languages["en"])
    stored = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "docs/playbooks").glob("*.md")}

    assert stored == made


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_table_is_shown_whole(language: str) -> None:
    code, shown = run("show", "thanks", "--language", language)

    assert code == 0
    assert "2026-11" in shown


def test_a_table_can_be_tried() -> None:
    """Before a rule is changed, one looks at what it says now."""
    code, said = run("try", "item_not_received", "order=known", "tracking=stuck")

    assert code == 0
    assert said.startswith("inr.stuck: ")
    assert "Fallback (F1): Full refund" in said


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("show", "lost_things"), "`amends playbooks list` names them all"),
        (("try", "thanks", "weather=fine"), "It knows: still_open=yes|no"),
        (("try", "thanks", "still_open=perhaps"), "is no fact of thanks"),
    ],
)
def test_a_wrong_name_is_told_with_the_right_ones(words: tuple[str, ...], told: str) -> None:
    code, said = run(*words)

    assert code == 1
    assert told in said


def test_the_list_names_every_table() -> None:
    code, said = run("list")

    assert code == 0
    assert {line.split()[0] for line in said.splitlines()} == set(cli_playbooks.BY_NAME)


def test_the_proof_counts_what_it_looked_through() -> None:
    """Clear output: a line a table, then the sum."""
    code, said = run("check")

    assert code == 0
    assert "27 playbooks and 2 guides" in said
    assert sum(" combinations in " in line for line in said.splitlines()) == 29
