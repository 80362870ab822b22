"""What a run says about a bar, in a terminal, in a file and on the page."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.bars import BARS, Bar, Result, Side
from benchmarks.machine import Machine
from benchmarks.page import merged, page
from benchmarks.paper import Carried, about, channel_cases_a_day
from benchmarks.report import Report, as_figure, lines, number
from benchmarks.rounds import Spread

MACHINE = Machine("2026-11-22", 2, 8.0, "Linux", "3.11.7", "3.40.1", {"aiohttp": "3.14.5"}, 0.5, 1.25)


def _result(key: str = "1", figure: float = 0.4, ours: float = 1000.0) -> Result:
    sides = (
        Side("floor", Spread(2500, 2400, 2600), "messages/s"),
        Side("ours", Spread(ours, 900, 1100), "messages/s"),
    )
    return Result(BARS[key], Spread(figure, 0.35, 0.45), 7, sides, "2,000 messages a round", ("a note",))


def _report(*results: Result, stages: dict[str, float] | None = None) -> Report:
    return Report(MACHINE, list(results), {}, stages or {})


@pytest.mark.parametrize(
    ("bar", "figure", "expected"),
    [
        (BARS["1"], 0.6, "meets the aim"),
        (BARS["1"], 0.3, "meets the bar"),
        (BARS["1"], 0.299, "misses the bar"),
        (BARS["2"], 2.0, "meets the aim"),
        (BARS["2"], 4.0, "meets the bar"),
        (BARS["2"], 4.01, "misses the bar"),
        (BARS["procrastinate"], 1.0, "no bar"),
    ],
)
def test_a_bar_is_met_from_the_side_it_names(bar: Bar, figure: float, expected: str) -> None:
    """Some bars ask for at least so much, others for at most: the border itself counts as met."""
    assert bar.verdict(figure) == expected


def test_a_terminal_says_in_words_whether_the_bar_is_met_and_shows_both_sides() -> None:
    """A bare ratio tells nobody whether it is good, nor whether the machine was fast or slow."""
    said = "\n".join(lines(_result()))
    assert "0.40x (0.35x to 0.45x): meets the bar (must be at least 0.30x, aim 0.60x)" in said
    assert "floor  2,500 messages/s (2,400 to 2,600)" in said
    assert "ours   1,000 messages/s (900 to 1,100)" in said
    assert "7 rounds after a warm-up; 2,000 messages a round" in said
    assert "a note" in said


@pytest.mark.parametrize(
    ("value", "expected"), [(1234.5, "1,234"), (99.94, "99.9"), (10.0, "10.0"), (9.999, "10.00"), (0.314, "0.31")]
)
def test_figures_show_no_more_digits_than_the_machine_deserves(value: float, expected: str) -> None:
    """0.31415926 would look like knowledge."""
    assert number(value) == expected


def test_a_figure_with_a_unit_is_no_ratio() -> None:
    """98x of memory would be something else."""
    assert as_figure(BARS["13 memory"], 98.0) == "98.0 MB"
    assert as_figure(BARS["2"], 3.5) == "3.50x"


def test_a_run_comes_back_from_its_file_as_it_was(tmp_path: Path) -> None:
    """The page is made later, from the file alone."""
    report = _report(_result(), stages={"commit": 0.25})
    report.save(tmp_path / "results.json")
    assert Report.load(tmp_path / "results.json") == report


def test_of_several_runs_the_latest_result_of_a_bar_counts() -> None:
    """Peers and the million run on their own, after the rest, and say what the first run could not."""
    first = Report(
        MACHINE, [_result("4"), _result("1", 0.2)], {"6": "not installed", "11": "failed"}, {"commit": 0.25}
    )
    whole = merged([first, _report(_result("1", 0.5), _result("6"))])
    assert [(result.bar.key, result.figure.median) for result in whole.results] == [
        ("1", 0.5),
        ("4", 0.4),
        ("6", 0.4),
    ]
    assert whole.missing == {"11": "failed"}
    assert [(part.bars, part.machine) for part in whole.parts] == [(("1", "6"), MACHINE)]
    assert "Bars 1, 6: in a run of their own on 2026-11-22; the load average was 0.5" in page(whole)
    assert whole.stages == {"commit": 0.25}


def test_the_page_says_what_is_met_what_was_missing_and_on_which_machine() -> None:
    """Whoever reads it later has nothing but the page."""
    whole = page(Report(MACHINE, [_result("1"), _result("4", 0.1)], {"6": "not installed"}, {"commit": 0.25}))
    assert "| 1 | accept, SQLite FULL" in whole
    assert "| ≥ 0.30x | ≥ 0.60x | 0.40x (0.35x to 0.45x) | meets the bar |" in whole
    assert "misses the bar" in whole
    assert "Bar 6 was not measured: not installed." in whole
    assert "| commit | 25% |" in whole
    assert "2 cores" in whole
    assert "SQLite 3.40.1" in whole


def test_scale_on_paper_follows_from_the_measured_rate() -> None:
    """Half of the rate is planned with, a tenth of that is the day's average, six messages make a case."""
    carried = Carried(messages_s=1200)
    assert carried.planned_s == pytest.approx(60)
    assert carried.cases_a_day == pytest.approx(60 * 86_400 / 6)
    assert carried.orders_a_day == pytest.approx(20 * carried.cases_a_day)
    assert channel_cases_a_day() == pytest.approx(4320)


@pytest.mark.parametrize(("value", "expected"), [(844_302.0, "840,000"), (4320.0, "4,300"), (99.0, "99")])
def test_what_is_computed_on_paper_is_rounded(value: float, expected: str) -> None:
    """Six digits would claim what nobody measured."""
    assert about(value) == expected


def test_a_page_of_an_empty_run_is_still_a_page() -> None:
    """`make bench` may be stopped before the first bar is known."""
    assert page(_report()).startswith("# Performance")
