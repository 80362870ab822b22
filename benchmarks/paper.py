"""Scale on paper: what the measured figures would carry, computed, with every assumption named. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.bars import Result
from benchmarks.report import number

DAY_S = 86_400
PEAK = 10  # the busiest minute against the average of the day
HEADROOM = 0.5  # of what was measured, the part that one would plan with
A_CASE = 6  # buyers' messages of a case
ORDERS_A_CASE = 20  # one order in so many becomes a case
SLACK_A_SECOND = 1  # messages a channel takes: Slack's own limit
READ = "messages accepted and read"  # the side of bar 11 that says how fast the whole service works
STEPS = 2  # posts that a new case needs at least: its card and the first entry of its thread


@dataclass(frozen=True, slots=True)
class Carried:
    """What a rate of accepted messages means for shops."""

    messages_s: float

    @property
    def planned_s(self) -> float:
        """Messages a second on average over the day, with headroom and the peak allowed for."""
        return self.messages_s * HEADROOM / PEAK

    @property
    def cases_a_day(self) -> float:
        return self.planned_s * DAY_S / A_CASE

    @property
    def orders_a_day(self) -> float:
        return self.cases_a_day * ORDERS_A_CASE


def channel_cases_a_day() -> float:
    """New cases a day that one Slack channel can show, by Slack's own limit, with the same peak."""
    return SLACK_A_SECOND * DAY_S / STEPS / PEAK


def lines(results: dict[str, Result]) -> Iterator[str]:
    """Bullet points from what was measured; nothing for what was not."""
    sqlite, postgres, service = results.get("1"), results.get("4"), results.get("11")
    if service is not None:
        yield _carries("The whole service on one SQLite file", _rate(service, READ))
        yield (
            "  That is the figure to plan with: every message was also read by the recogniser and answered by a "
            "step, and the sandboxes of both platforms had their share of the same cores."
        )
    if sqlite is not None:
        yield _carries("Store and engine alone, one process on SQLite,", _rate(sqlite, "ours"))
    if postgres is not None:
        yield _carries("Store and engine alone, one process on PostgreSQL,", _rate(postgres, "ours"))
        yield _server(postgres)
    yield (
        f"- **Slack comes first.** A channel takes about {SLACK_A_SECOND} message a second, a new case needs "
        f"{STEPS} of them (card, thread): {about(channel_cases_a_day())} new cases a day and channel with the "
        "same peak. Whoever has more gives each shop, or each team, a channel of its own."
    )
    yield (
        "- **Sharding by shop.** Every table that grows has `shop_id` first in its keys, and no transaction "
        "touches two shops. So shops can be spread over servers, and what the servers carry adds up: so many "
        "servers, so many times the figures above. On paper: nobody has measured two servers here."
    )
    if (large := results.get("12 SQLite")) is not None:
        yield f"- **Years.** {large.notes[0][0].upper()}{large.notes[0][1:]}."


def _rate(result: Result, name: str) -> float:
    return next(side.spread.median for side in result.sides if side.name == name)


def about(value: float) -> str:
    """Two digits that count: what is computed on paper is no more exact."""
    return f"{float(f'{value:.1e}'):,.0f}"


def _carries(what: str, messages_s: float) -> str:
    carried = Carried(messages_s)
    return (
        f"- **{what}** took {number(messages_s)} messages a second. With half of that as the plan and a peak "
        f"of {PEAK} times the day's average, that is {number(carried.planned_s)} a second all day: about "
        f"{about(carried.cases_a_day)} new cases of {A_CASE} messages a day, or {about(carried.orders_a_day)} "
        f"orders a day where one in {ORDERS_A_CASE} becomes a case."
    )


def _server(postgres: Result) -> str:
    floor = postgres.sides[0].spread.median
    processes = number(floor / _rate(postgres, "ours"))
    return (
        f"- **One PostgreSQL** took {number(floor)} messages a second of the bare rows on this machine, from one "
        "connection. Several processes share it (no row is claimed twice), and together they cannot pass what "
        f"the server itself takes: about {processes} processes' worth here, fewer since ours writes more rows a "
        "message than the floor. On a server with cores of its own the limit lies higher."
    )
