"""The bars this room can measure, and how a result is judged against one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from benchmarks.rounds import Spread

Verdict = Literal["meets the aim", "meets the bar", "misses the bar", "no bar"]


@dataclass(frozen=True, slots=True)
class Bar:
    """What is asked for. `unit` of the judged figure; "" for a ratio, written as 0.30 or 4.0x by its direction."""

    key: str
    title: str
    must: float | None
    aim: float | None
    at_least: bool = True
    unit: str = ""

    def verdict(self, figure: float) -> Verdict:
        if self.must is None or self.aim is None:
            return "no bar"
        if self._reaches(figure, self.aim):
            return "meets the aim"
        return "meets the bar" if self._reaches(figure, self.must) else "misses the bar"

    def _reaches(self, figure: float, limit: float) -> bool:
        return figure >= limit if self.at_least else figure <= limit


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two sides in natural units: `spread` over the rounds, of `unit` ("messages/s", "ms")."""

    name: str
    spread: Spread
    unit: str


@dataclass(frozen=True, slots=True)
class Result:
    """One bar, measured. `settings` says what one round was, `notes` what a reader must know beside it."""

    bar: Bar
    figure: Spread
    rounds: int
    sides: tuple[Side, ...]
    settings: str
    notes: tuple[str, ...] = ()

    @property
    def verdict(self) -> Verdict:
        return self.bar.verdict(self.figure.median)


_ALL = (
    Bar("1", "accept, SQLite FULL, 100 in flight / raw sqlite3 FULL, 100 a commit", 0.30, 0.60),
    Bar("2", "accept, SQLite FULL, 1 in flight: p50 / raw one-commit p50", 4, 2, at_least=False),
    Bar("3", "accept, SQLite FULL, 100 in flight: p99 / p99 of the raw 100-commit", 4, 2, at_least=False),
    Bar("4", "accept, PostgreSQL, 100 in flight / raw asyncpg, unnest batches of 100", 0.30, 0.60),
    Bar("5 SQLite", "whole flow, 10 in flight / DBOS 3-step workflow, SQLite", 10, 30),
    Bar("5 PostgreSQL", "whole flow, 10 in flight / DBOS 3-step workflow, PostgreSQL", 10, 30),
    Bar("6", "durable accept, SQLite FULL / opsdroid's in-memory dispatch with 20 skills", 1, 2),
    Bar("7 arm", "deadlines armed / jobs added to APScheduler 3, SQLite", 5, 20),
    Bar("7 fire", "deadlines fired / jobs run by APScheduler 3, SQLite", 5, 20),
    Bar("8 claim", "1,000,000 open deadlines: claim 500 due / the raw statement", 3, 1.5, at_least=False),
    Bar("8 memory", "1,000,000 open deadlines: resident memory they add", 50, 50, at_least=False, unit="MB"),
    Bar("9", "an alarm's lateness, service idle, 10,000 open clocks: p99", 250, 50, at_least=False, unit="ms"),
    Bar("10", "webhook POST, stored, 200 / bare aiohttp POST", 0.25, 0.45),
    Bar(
        "11",
        "Slack click acknowledged during a burst of 1,000 messages: p99",
        1000,
        150,
        at_least=False,
        unit="ms",
    ),
    Bar("12 SQLite", "cost per message in a large SQLite file / with 1,000 cases", 1.5, 1.1, at_least=False),
    Bar(
        "12 PostgreSQL",
        "cost per message in a large PostgreSQL / with 1,000 cases",
        1.5,
        1.1,
        at_least=False,
    ),
    Bar("13 memory", "resident memory of the idle service", 150, 100, at_least=False, unit="MB"),
    Bar("13 start", "start of the service until it is ready", 3, 1, at_least=False, unit="s"),
    Bar("14 step", "one step of a case, slowest playbook: median", 1, 0.5, at_least=False, unit="ms"),
    Bar("procrastinate", "procrastinate on PostgreSQL: jobs deferred / jobs run (for the record)", None, None),
)
BARS = {bar.key: bar for bar in _ALL}
