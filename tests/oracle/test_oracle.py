"""The short form of `make oracle`: some thousands of cases, other ones than the long run's first."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest

from flows.clocks import zones
from tests.oracle import cases
from tests.oracle.__main__ import CHUNK, play
from tests.oracle.civil import civil


def test_the_pinned_zone_data_is_read() -> None:
    """The judge reads the package's files; the product must not read the system's."""
    assert zones.source() != "system"


@pytest.mark.parametrize("number", [1001, 1004, 1007, 1010])
def test_the_product_agrees_with_the_judge(number: int) -> None:
    """Random rules, starts, zones and calendars, half of them near a change of clocks."""
    seen, agreed, wrong = play((1, number))

    assert (agreed, wrong) == (CHUNK, "")
    assert len(seen) == 9


@pytest.mark.parametrize(
    ("zone", "change"),
    [
        ("Pacific/Apia", 1_325_239_200),  # 30 December 2011 never came
        ("Africa/Cairo", 1_682_632_800),  # midnight skipped, 28 April 2023
        ("America/Sao_Paulo", 1_541_300_400),  # midnight skipped, 4 November 2018
        ("America/St_Johns", 1_162_089_060),  # put back at 00:01, so midnight came twice
        ("America/Havana", 1_604_206_800),  # put back at 01:00, so midnight comes twice
        ("America/Nuuk", 1_774_746_000),  # 23:00 to 24:00 skipped
        ("Australia/Lord_Howe", 1_775_314_800),  # half an hour
    ],
)
def test_the_strangest_changes_of_clocks_agree(zone: str, change: int) -> None:
    """Days without a midnight, with two, of half an hour more, and one that never was."""
    assert change in [at for at, _ in civil(zone).transitions()]
    random, seen = Random(zone), Counter[str]()

    for _ in range(200):
        cases.one(random, zone, change, seen)

    assert len(seen) == 9
