"""The arithmetic behind every figure: medians of ratios, percentiles, turns."""

from __future__ import annotations

import pytest

from benchmarks.rounds import Spread, Timing, in_turns, percentile, ratios, spread


def test_the_figure_is_the_median_of_the_rounds_own_ratios_not_a_ratio_of_medians() -> None:
    """A disk that slows both sides down in the same round must not move the figure."""
    ours, floor = [10.0, 1.0, 30.0], [20.0, 2.0, 40.0]
    assert spread(ratios(ours, floor)) == Spread(0.5, 0.5, 0.75)


def test_sides_with_different_numbers_of_rounds_are_not_compared() -> None:
    """A ratio of rounds that were not neighbours would mean nothing."""
    with pytest.raises(ValueError, match="shorter"):
        ratios([1.0, 2.0], [1.0])


@pytest.mark.parametrize(
    ("share", "expected"), [(0.5, 50.0), (0.99, 99.0), (1.0, 100.0), (0.01, 1.0), (0.001, 1.0), (0.995, 100.0)]
)
def test_a_percentile_is_a_value_that_was_measured(share: float, expected: float) -> None:
    """Between two measured values nobody waited."""
    assert percentile([float(value) for value in range(100, 0, -1)], share) == expected


def test_the_p99_of_few_values_is_the_largest() -> None:
    """Twenty commits have no better 99th percentile than the slowest of them."""
    assert percentile([3.0, 1.0, 2.0] * 6, 0.99) == 3.0


@pytest.mark.parametrize("share", [0.0, -0.5, 1.01])
def test_a_share_outside_of_one_is_refused(share: float) -> None:
    """99 instead of 0.99 would quietly answer the maximum."""
    with pytest.raises(ValueError, match="no share"):
        percentile([1.0], share)


def test_nothing_measured_has_no_figure() -> None:
    """A round that failed must not be read as zero."""
    with pytest.raises(ValueError, match="no round"):
        spread([])
    with pytest.raises(ValueError, match="nothing was measured"):
        percentile([], 0.5)


def test_a_timing_knows_its_rate_and_its_percentiles() -> None:
    """Both are read from one round: throughput and how long each unit took."""
    timing = Timing(count=4, seconds=2.0, each_s=(0.1, 0.4, 0.2, 0.3))
    assert timing.a_second == 2.0
    assert timing.at(0.5) == 0.2


async def test_sides_take_turns_the_first_round_is_thrown_away_and_who_begins_alternates() -> None:
    """Whoever always ran second would always find a warm cache."""
    order: list[str] = []

    async def floor() -> str:
        order.append("floor")
        return f"floor {len(order)}"

    async def ours() -> str:
        order.append("ours")
        return f"ours {len(order)}"

    found = await in_turns(3, floor, ours)
    assert order == ["floor", "ours", "floor", "ours", "ours", "floor", "floor", "ours"]
    assert found == [["floor 3", "floor 6", "floor 7"], ["ours 4", "ours 5", "ours 8"]]
