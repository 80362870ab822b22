"""`amends papers` as people use it: put on file, listed, renewed, taken off; and what is typed wrongly."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.bot.test_orders_command import amends

ADD = ("papers", "add", "authorisation", "--number", "BA-17", "--issuer", "Philips", "--brand", "Philips")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A migrated store."""
    assert amends(tmp_path, "migrate")[0] == 0
    return tmp_path


def papers(folder: Path, *more: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(amends(folder, "papers", "list", "--json", *more)[1])
    return found


def test_a_paper_is_put_on_file_and_found_again(folder: Path) -> None:
    code, said = amends(folder, *ADD, "--until", "2099-03-31", "--file", "papers/BA-17.pdf")

    assert code == 0
    assert "Brand authorisation BA-17 (Philips) · P-0001 is on file" in said
    assert "until 2099-03-31" in said
    assert [each["id"] for each in papers(folder)] == ["P-0001"]
    assert papers(folder, "--brand", "philips")
    assert papers(folder, "--brand", "Osram") == papers(folder, "--within", "10") == []
    shown = amends(folder, "papers", "show", "1")[1]
    assert "Where it lies: papers/BA-17.pdf" in shown


def test_a_newer_one_takes_its_place(folder: Path) -> None:
    """It covers the same from the day after; the old one stays readable, and nobody renews it again."""
    amends(folder, *ADD, "--until", "2099-03-31")
    code, said = amends(folder, "papers", "renew", "p-0001", "--until", "2100-03-31", "--number", "BA-18")
    [kept] = papers(folder)

    assert code == 0
    assert "takes the place of P-0001" in said
    assert (kept["number"], kept["issuer"], kept["valid_from"]) == ("BA-18", "Philips", "2099-04-01")
    assert {each["state"] for each in papers(folder, "--all")} == {"kept", "renewed"}
    again = amends(folder, "papers", "renew", "1", "--no-end")
    assert again[0] == 1
    assert "P-0001 is renewed already; P-0002 follows it" in again[1]


def test_one_that_counts_no_more_is_taken_off_with_its_reason(folder: Path) -> None:
    amends(folder, *ADD, "--no-end")
    code, _ = amends(folder, "papers", "remove", "P-0001", "--why", "The brand withdrew it", "--yes")

    assert code == 0
    assert papers(folder) == []
    assert "The brand withdrew it" in amends(folder, "papers", "show", "P-0001")[1]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (ADD, "say the last day on which it is valid"),
        ((*ADD, "--until", "2099-01-01", "--no-end"), "say the last day on which it is valid"),
        (("papers", "add", "authorisation", "--no-end"), "say which goods it covers"),
        ((*ADD, "--from", "2099-01-02", "--until", "2099-01-01"), "lies before its first"),
        ((*ADD, "--until", "9999-01-01"), "too far away"),
        ((*ADD, "--until", "31.03.2099"), "does not match the format"),
        ((*ADD, "--no-end", "--note", "x" * 501), "at most 500 characters"),
        ((*ADD, "--no-end", "--responsible", "Nobody"), "is nobody at the desk"),
        (("papers", "show", "9"), "there is no paper P-0009"),
        (("papers", "show", "the one"), "is not a paper's id"),
        (("papers", "remove", "1", "--why", " ", "--yes"), "say why it no longer counts"),
    ],
)
def test_what_is_typed_wrongly_is_told_with_its_remedy(folder: Path, words: tuple[str, ...], said: str) -> None:
    code, answer = amends(folder, *words)

    assert code != 0
    assert said in answer
    assert papers(folder) == []


def test_the_same_paper_is_not_put_on_file_twice(folder: Path) -> None:
    amends(folder, *ADD, "--no-end")
    code, said = amends(folder, *ADD, "--no-end")

    assert code == 1
    assert "it is on file as P-0001" in said


def test_a_paper_that_has_ended_may_be_put_on_file_with_a_warning(folder: Path) -> None:
    """It still proves what was sold in its time."""
    code, said = amends(folder, *ADD, "--until", "2020-03-31")

    assert code == 0
    assert "CAREFUL: it ended on 2020-03-31 already" in said


def test_without_a_store_the_command_says_what_to_do(tmp_path: Path) -> None:
    code, said = amends(tmp_path, "papers", "list")

    assert code != 0
    assert "amends" in said
