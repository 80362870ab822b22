"""`amends due` as people and as scripts see it."""

from __future__ import annotations

import json
import os
import re
import sys
from datetime import timedelta
from pathlib import Path

import pexpect
import pytest
from msgspec.structs import replace

from bot.clock import machine_now
from bot.migrating import upgrade
from bot.store import cases
from bot.store.database import Database
from flows.case import Case, DeadlineKind, Situation, Staffing
from tests.bot.test_commands import TOKENS, amends
from tests.store.histories import SHOP, case, deadline

HOUR = timedelta(hours=1)
SHOP_FILE = '[shop]\nname = "Cedar Home"\nzone = "Asia/Shanghai"\nlanguage = "{language}"\n'


def waiting(number: int, hours: float, kind: DeadlineKind = DeadlineKind.SHOP, **fields: object) -> Case:
    """A case whose clock of eight hours has so many left."""
    due_at = machine_now() + hours * HOUR
    clock = replace(deadline(), started_at=due_at - 8 * HOUR, due_at=due_at, kind=kind, **fields)
    return case(number, deadlines=(clock,), situation=Situation.CLAIM, order="114-1234567-1234567")


@pytest.fixture
async def folder(tmp_path: Path) -> Path:
    """A shop with an overdue claim, one to settle soon, and one for next week."""
    database = Database(f"sqlite:///{tmp_path / 'data' / 'amends.db'}")
    await upgrade(database)
    claim = {"name": "amz.atoz.info_request", "staffing": Staffing(machine_now() + HOUR, "Asia/Shanghai")}
    made = [waiting(1, 200), waiting(2, 1.5, DeadlineKind.PLATFORM, **claim), waiting(3, -2)]
    await database.write(
        lambda connection: cases.save(connection, SHOP, [(None, one) for one in made], machine_now())
    )
    await database.close()
    (tmp_path / "shop.toml").write_text(SHOP_FILE.format(language="en"))
    return tmp_path


async def test_a_pipe_gets_one_line_a_clock_with_columns_that_stay(folder: Path) -> None:
    """Tab-separated, instants in UTC, "-" for what there is none of: for cut, awk and sort."""
    code, said = amends(folder, "due")
    rows = [line.split("\t") for line in said.splitlines()]

    assert code == 0
    assert [row[:2] + row[3:8] for row in rows] == [
        ["overdue", "shop", "A-0003", "house.first_answer", "claim", "114-1234567-1234567", "-"],
        ["soon", "platform", "A-0002", "amz.atoz.info_request", "claim", "114-1234567-1234567", "-"],
        ["later", "shop", "A-0001", "house.first_answer", "claim", "114-1234567-1234567", "-"],
    ]
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", row[2]) for row in rows)
    assert [row[8] != "-" for row in rows] == [False, True, False]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (("--platform",), ["A-0002"]),
        (("--shop",), ["A-0003", "A-0001"]),
        (("--hours", "4"), ["A-0003", "A-0002"]),
        (("--at-most", "1"), ["A-0003"]),
        (("--platform", "--hours", "1"), []),
    ],
)
async def test_what_is_asked_for(folder: Path, asked: tuple[str, ...], expected: list[str]) -> None:
    """Also as JSON, with the seconds that are left."""
    code, said = amends(folder, "due", "--json", *asked)
    found = json.loads(said)

    assert code == 0
    assert [each["case"] for each in found] == expected
    assert all(each["owner"] is None for each in found)
    assert all((each["left_s"] < 0) == (each["urgency"] == "overdue") for each in found)


@pytest.mark.parametrize(
    ("language", "titles"),
    [
        ("en", ["Deadlines of the platforms", "1 h 2", "Our own targets and promises", "2 h 00 min overdue"]),
        ("zh", ["平台期限", "1 小时 2", "自设目标与承诺", "已超 2 小时 00 分"]),
    ],
)
async def test_a_terminal_shows_platform_and_shop_apart_and_in_colours(
    folder: Path, language: str, titles: list[str]
) -> None:
    """In the staff's language; what is overdue is red."""
    (folder / "shop.toml").write_text(SHOP_FILE.format(language=language))
    environment = {**os.environ, **TOKENS, "AMENDS_DATA_DIR": str(folder / "data"), "TERM": "xterm-256color"}
    child = pexpect.spawn(
        sys.executable,
        ["-m", "bot", "due"],
        cwd=str(folder),
        env=environment,
        encoding="utf-8",
        dimensions=(40, 160),
    )
    child.expect(pexpect.EOF, timeout=60)
    child.close()
    said = child.before or ""

    assert child.exitstatus == 0
    places = [said.find(title) for title in titles]
    assert -1 not in places, said
    assert places == sorted(places)
    assert "\x1b[1;37;41m" in said  # white on red
    assert "A-0002" in said


def test_an_empty_shop_has_nothing_to_list(tmp_path: Path) -> None:
    """No header, no row: a script counts lines."""
    assert amends(tmp_path, "migrate")[0] == 0
    assert amends(tmp_path, "due") == (0, "")
