"""Measures the bars, each in rounds of interleaved sides, and prints both sides with their spread.

    python -m benchmarks                     every bar
    python -m benchmarks 1 2 11              some of them
    python -m benchmarks --rounds 9 --json results.json

It only reports: a missed bar is said in words and is no failure.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import traceback
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks import accept, clicks, idle, machine, scale, steps, timers, webhook
from benchmarks.bars import BARS, Result
from benchmarks.peers import bars as peers
from benchmarks.peers.environments import PeerMissing
from benchmarks.report import Report, lines
from benchmarks.rounds import LEAST_ROUNDS
from benchmarks.stages import stages


@dataclass(frozen=True, slots=True)
class Experiment:
    """What is run together, and the bars it answers."""

    bars: tuple[str, ...]
    run: Callable[[int], Awaitable[list[Result]]]

    def answers(self, asked: Sequence[str]) -> bool:
        return not asked or any(_is_asked(bar, asked) for bar in self.bars)


EXPERIMENTS = (
    Experiment(("1", "3"), accept.hundred_in_flight),
    Experiment(("2",), accept.one_in_flight),
    Experiment(("4",), accept.on_postgres),
    Experiment(("5 SQLite",), peers.flow_on_sqlite),
    Experiment(("5 PostgreSQL",), peers.flow_on_postgres),
    Experiment(("6",), peers.dispatch),
    Experiment(("7 arm", "7 fire"), peers.timers),
    Experiment(("8 claim", "8 memory"), timers.million),
    Experiment(("9",), timers.lateness),
    Experiment(("10",), webhook.webhook),
    Experiment(("11",), clicks.clicks),
    Experiment(("12 SQLite",), scale.on_sqlite),
    Experiment(("12 PostgreSQL",), scale.on_postgres),
    Experiment(("13 memory", "13 start"), idle.idle),
    Experiment(("14 step",), steps.steps),
    Experiment(("procrastinate",), peers.jobs),
)


def _is_asked(bar: str, asked: Sequence[str]) -> bool:
    """By its whole key, or by its number alone."""
    return not asked or bar in asked or bar.split(maxsplit=1)[0] in asked


def measure(asked: Sequence[str], rounds: int) -> Report:
    """Prints each bar as soon as it is known."""
    report = Report(machine.look(), [], {}, {})
    for experiment in EXPERIMENTS:
        if experiment.answers(asked):
            _run(experiment, asked, rounds, report)
    if not asked:
        report.stages.update(asyncio.run(stages()))
        print("where the time of bar 1 goes")
        for name, share in report.stages.items():
            print(f"    {share:4.0%}  {name}")
    return report


def _run(experiment: Experiment, asked: Sequence[str], rounds: int, report: Report) -> None:
    """One that cannot be measured does not keep the others from it."""
    try:
        results = asyncio.run(_awaited(experiment.run(rounds)))
    except PeerMissing as missing:
        _missing(experiment, report, str(missing))
    except Exception as error:  # noqa: BLE001 - shown in full, and the run ends with a failure
        traceback.print_exc()
        _missing(experiment, report, f"failed: {type(error).__name__}")
    else:
        for result in results:
            if _is_asked(result.bar.key, asked):
                report.results.append(result)
                print("\n".join(lines(result)), flush=True)


async def _awaited(running: Awaitable[list[Result]]) -> list[Result]:
    return await running


def _missing(experiment: Experiment, report: Report, why: str) -> None:
    for bar in experiment.bars:
        report.missing[bar] = why
        print(f"bar {bar}: {BARS[bar].title}\n    not measured: {why}", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bars", nargs="*", metavar="BAR", help="numbers of bars; all when none is named")
    parser.add_argument("--rounds", type=int, default=LEAST_ROUNDS, help=f"after the warm-up ({LEAST_ROUNDS})")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the results there as well")
    options = parser.parse_args()
    if unknown := [asked for asked in options.bars if not any(_is_asked(bar, [asked]) for bar in BARS)]:
        parser.error(f"no bar {', '.join(unknown)}; there are {', '.join(BARS)}")
    report = measure(options.bars, options.rounds)
    if options.json is not None:
        report.save(options.json)
    return 1 if any(why.startswith("failed") for why in report.missing.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
