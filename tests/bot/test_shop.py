"""shop.toml: every problem at once, with its line and what to write instead."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest

from bot.shop import TABLES, ShopFileError, read_shop
from flows.policy import Policy

EXAMPLE = Path(__file__).parents[2] / "shop.example.toml"


def _problems(tmp_path: Path, text: str) -> list[str]:
    file = tmp_path / "shop.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ShopFileError) as error:
        read_shop(file, Policy())
    return [str(said) for said in error.value.problems]


def test_without_a_file_there_are_defaults(tmp_path: Path) -> None:
    """The first start needs none."""
    assert read_shop(tmp_path / "shop.toml", Policy()) == Policy()


def test_what_the_file_says_counts_and_the_rest_stays(tmp_path: Path) -> None:
    """Numbers become durations; a byte order mark does no harm."""
    file = tmp_path / "shop.toml"
    text = "[shop]\nname = 'Cedar'\nlanguage = 'zh'\n[replies]\nundo_seconds = 0\nfirst_answer_hours = 1.5\n"
    file.write_text(text + "[staff]\nleads = ['U0123ABCD']\n", encoding="utf-8-sig")
    found = read_shop(file, Policy())

    assert (found.name, found.language, found.leads) == ("Cedar", "zh", ("U0123ABCD",))
    assert (found.undo, found.first_answer) == (timedelta(), timedelta(minutes=90))
    assert found.quiet_after == Policy().quiet_after


def test_every_problem_is_listed_with_its_line(tmp_path: Path) -> None:
    """All of it in one start, each where an editor can jump to."""
    text = """\
[shop]
nme = "Cedar"
zone = "Asia/Shangai"
language = "fr"

[replies]
undo_seconds = -1
receipts = "yes"
first_answer_hours = true

[staff]
leads = ["@lin"]

[repplies]
x = 1
"""
    assert _problems(tmp_path, text) == [
        "line 2: unknown key nme; did you mean name?",
        """line 3: shop.zone: 'Asia/Shangai' is not an IANA time zone, such as "Asia/Shanghai"; \
did you mean Asia/Shanghai?""",
        "line 4: shop.language: write one of: en, zh",
        "line 7: replies.undo_seconds: write a number of seconds from 0 to 600",
        "line 8: replies.receipts: write true or false",
        "line 9: replies.first_answer_hours: write a number of hours from 1 to 168",
        'line 12: staff.leads: write Slack member ids, such as ["U0123ABCD"] (profile → ⋮ → Copy member ID)',
        "line 14: unknown table [repplies]; did you mean replies?",
    ]


def test_a_word_near_to_nothing_is_answered_with_all_there_are(tmp_path: Path) -> None:
    """No guess is better than a silly one."""
    (problem,) = _problems(tmp_path, "[cases]\nxyzzy = 1\n")

    assert (
        problem
        == "line 2: unknown key xyzzy; known are: settle_within_hours, close_after_quiet_days, reopen_within_days"
    )


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[shop\n", "is not valid TOML: .*line 1"),
        ("[shop]\nname = 1\n", "line 2: shop.name: write a text in quotes"),
        ("[shop]\nname = '  '\n", "line 2: shop.name: write a text in quotes"),
        ("[shop]\nzone = '../etc'\n", "line 2: shop.zone: '../etc' is not an IANA time zone"),
        ("[[shop]]\nname = 'a'\n", r"line 1: write \[shop\] once"),
        ("shop = 'a'\n", r"line 1: write \[shop\] once"),
        ("[replies]\nundo_seconds = nan\n", "line 2: replies.undo_seconds: write a number"),
        ("[replies]\nundo_seconds = 601\n", "line 2: replies.undo_seconds: write a number"),
    ],
)
def test_whatever_is_wrong_is_said_in_one_line(tmp_path: Path, text: str, problem: str) -> None:
    """No traceback reaches a shop's owner."""
    (found,) = _problems(tmp_path, text)

    assert re.match(problem, found), found


def test_the_same_word_in_two_tables_is_told_apart(tmp_path: Path) -> None:
    """The line is the one below the table that is wrong, not the first that looks alike."""
    text = "[shop]\nname = 'Cedar'\n[replies]\nname = 'x'\n[cases]\n'reopen_within_days' = -1\n"

    assert [problem.split(":")[0] for problem in _problems(tmp_path, text)] == ["line 4", "line 6"]
    assert _problems(tmp_path, "replies.undo_seconds = -1\n")[0].startswith("line 1: replies.undo_seconds")
    assert _problems(tmp_path, "shop = {name = 1}\n")[0].startswith("line 1: shop.name")


def test_a_file_that_is_not_utf8_is_named(tmp_path: Path) -> None:
    """Chinese Windows saves GBK by default."""
    file = tmp_path / "shop.toml"
    file.write_bytes("[shop]\nname = '雪松'\n".encode("gbk"))
    with pytest.raises(ShopFileError, match="is not UTF-8 text: save it as UTF-8"):
        read_shop(file, Policy())


def test_the_example_is_read_and_shows_every_key() -> None:
    """It is copied as it is: every line must work, and nothing that can be set may be missing."""
    text = EXAMPLE.read_text(encoding="utf-8")

    assert read_shop(EXAMPLE, Policy()).name == "Cedar Home"
    keys = [key for table in TABLES.values() for key in table.keys]
    assert [key for key in keys if not re.search(rf"^{key} =", text, re.MULTILINE)] == []
