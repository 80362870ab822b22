"""SIGKILL at moments nobody chose, in bad weather. The long form is `make crash`, which sets AMENDS_LONG_CRASH."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.scenarios.weather import KILLS, SEED, blow, blow_on_postgres
from tests.store.servers import postgres_server

pytestmark = [pytest.mark.process, pytest.mark.timeout(600)]
is_long = pytest.mark.skipif(not os.environ.get("AMENDS_LONG_CRASH"), reason="minutes long: `make crash` runs it")


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with postgres_server() as address:
        yield address


async def test_killed_ten_times_on_a_file(tmp_path: Path) -> None:
    """One process, one file: whatever it was doing, the next one finds its place."""
    counts = await blow(tmp_path, SEED, kills=10)
    assert counts["kills"] == 10


async def test_two_processes_killed_in_turn_on_postgresql(tmp_path: Path, server: str) -> None:
    """While one is dead the other works on: it takes over the reading, and what the dead one had claimed."""
    counts = await blow_on_postgres(tmp_path, server, SEED, kills=6, processes=2)
    assert counts["kills"] == 6


@is_long
@pytest.mark.parametrize("seed", [SEED + number for number in range(1, 5)])
async def test_a_long_storm_on_a_file(tmp_path: Path, seed: int) -> None:
    """Many more moments."""
    counts = await blow(tmp_path, seed, kills=KILLS)
    assert counts["kills"] == KILLS


@is_long
@pytest.mark.parametrize(
    ("seed", "processes"), [(SEED + 5, 1), (SEED + 6, 1), (SEED + 7, 2), (SEED + 8, 2), (SEED + 9, 2)]
)
async def test_a_long_storm_on_postgresql(tmp_path: Path, server: str, seed: int, processes: int) -> None:
    """Alone, claims come back when their time is over; with two, the other one takes them."""
    counts = await blow_on_postgres(tmp_path, server, seed, kills=KILLS, processes=processes)
    assert counts["kills"] == KILLS
