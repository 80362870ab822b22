"""`amends orders` as people use it: shown first, written once, bad rows reported, nothing lost."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli import main
from tests.bot.test_commands import TOKENS

ORDERS = """\
order,platform,title,quantity,total,currency,bought,shipped,promised,recipient
302-1111111-1111111,,Lamp,1,24.90,EUR,2026-11-01,2026-11-03,2026-11-20,Sofía Ruiz
26-12345-12345,,Mug,2,9.98,GBP,2026-11-02,,,Joe
8.1E+15,,Mug,1,5.00,USD,2026-11-02,,,Ana
"""


def amends(folder: Path, *words: str) -> tuple[int, str]:
    """Exit code and everything said, on a wide terminal."""
    places = {"AMENDS_DATA_DIR": str(folder / "data"), "AMENDS_SHOP_FILE": str(folder / "shop.toml")}
    named = [str(folder / word) if word.endswith((".csv", ".xlsx")) else word for word in words]
    done = CliRunner().invoke(main, named, env={**TOKENS, **places, "COLUMNS": "200"})
    return done.exit_code, done.output.strip()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A migrated store and a list of orders with one bad row."""
    assert amends(tmp_path, "migrate")[0] == 0
    (tmp_path / "orders.csv").write_text(ORDERS, encoding="utf-8")
    return tmp_path


def test_an_import_takes_the_good_rows_and_reports_the_bad(folder: Path) -> None:
    """The code 3 tells a timer that a person should look."""
    code, said = amends(folder, "orders", "import", "orders.csv", "--yes", "--report")
    report = (folder / "orders.csv.problems.csv").read_text(encoding="utf-8-sig")

    assert code == 3
    assert "Taken: 2 new, 0 changed; 0 were the same. 1 rows were left out." in said
    assert "last digits are lost" in said
    assert report.splitlines()[1].startswith("4,8.1E+15,")


def test_the_same_file_again_is_no_news(folder: Path) -> None:
    amends(folder, "orders", "import", "orders.csv", "--yes")
    code, said = amends(folder, "orders", "import", "orders.csv", "--yes")

    assert code == 3
    assert "0 orders are new, 0 changed, 2 are the same as before" in said
    assert "Nothing to write." in said


def test_without_a_yes_nothing_is_written(folder: Path) -> None:
    """No terminal, no answer: the preview is all that happens."""
    code, said = amends(folder, "orders", "import", "orders.csv")

    assert code == 1
    assert "2 orders are new" in said
    assert "is empty" in amends(folder, "orders", "list")[1]


def test_an_order_is_shown_without_its_person_unless_asked(folder: Path) -> None:
    amends(folder, "orders", "import", "orders.csv", "--yes")
    shown, asked = (
        amends(folder, "orders", "show", "302-1111111-1111111", *more)[1] for more in ((), ("--person",))
    )

    assert "24.90 EUR" in shown
    assert "orders.csv" in shown
    assert "Sofía" not in shown
    assert "Sofía Ruiz" in asked
    assert amends(folder, "orders", "erase", "302-1111111-1111111", "--yes")[0] == 0
    assert "Sofía" not in amends(folder, "orders", "show", "302-1111111-1111111", "--person")[1]
    code, missing = amends(folder, "orders", "show", "1")
    assert (code, missing) == (1, "There is no order 1 in the book. `amends orders import FILE` fills it.")


def test_the_shops_own_headings_and_currency_count(folder: Path) -> None:
    (folder / "shop.toml").write_text('[orders]\ncurrency = "EUR"\ncolumns = { "Bestellnummer" = "number" }\n')
    (folder / "own.csv").write_text("Bestellnummer;Summe\nCH-1;24,90\n", encoding="cp1252")
    code, said = amends(folder, "orders", "import", "own.csv", "--yes", "--map", "Summe=total")

    assert code == 0, said
    assert "24.90 EUR" in said


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("--map", "Summe"), "--map"),
        (("--map", "order=nummer"), "a column is one of"),
        (("--zone", "Asia/Shangai"), "did you mean Asia/Shanghai"),
        (("--encoding", "klingon"), "there is no encoding"),
    ],
)
def test_a_wrong_option_says_what_to_write(folder: Path, words: tuple[str, ...], why: str) -> None:
    code, said = amends(folder, "orders", "import", "orders.csv", "--yes", *words)

    assert code == 1
    assert why in said


def test_a_file_that_is_no_list_takes_nothing(folder: Path) -> None:
    (folder / "empty.csv").write_bytes(b"")

    assert amends(folder, "orders", "import", "empty.csv", "--yes") == (
        1, "empty.csv is empty: export it again. Nothing was taken.",
    )  # fmt: skip


def test_escapes_in_a_file_do_not_reach_the_terminal(folder: Path) -> None:
    """A title that clears the screen or renames the window is shown, not obeyed."""
    (folder / "evil.csv").write_bytes(b"order,ti\x1b]0;x\x07tle\n[red]A\x1b[2J1,x\n")
    said = amends(folder, "orders", "import", "evil.csv", "--yes")[1]

    assert "\x1b" not in said
    assert "[red]A" in said
