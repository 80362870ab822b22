"""The results page: python -m benchmarks.page benchmarks/results/*.json > docs/performance.md

Of several files a later one replaces a bar's result. `first.json` is the first whole run, with as many digits as
its page had; who measures some bars again adds a file, or puts a whole new run in the place of all.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from benchmarks import paper
from benchmarks.bars import BARS, Result
from benchmarks.machine import Machine
from benchmarks.report import Part, Report, as_figure, in_words, number, side_in_words

HEAD = """# Performance

Made by `python -m benchmarks.page` from the runs of `make bench` and `make bench-peers`; nothing on this page
is written by hand but its sentences. Every figure is the median of {rounds} rounds, with the smallest and the
largest in brackets. In each round both sides ran one right after the other, so a ratio compares neighbours; a
first round of each side was thrown away. A ratio is formed round by round, and the median is taken of the
ratios.

No test fails because of a figure here, and no figure is a promise for another machine.
"""
COMPARED = """## What is compared, and what is not comparable

- **The unit of work** is one buyer's message as Telegram sends it, about 0.9 KB. One message in ten comes
  from a buyer who never wrote before. *Ours* is the product's own sink and engine, the engine's loop running
  beside the callers. A message is in flight from the call of `store` until the step on it is committed, usually
  in the same transaction (decision 0017). Like the floor's rows, the messages are made before the clock starts.
  Ours also writes what makes it a desk: the case, its journal, its alarms.
- **The floor** writes, for the same messages, the least that any program must keep: inbox row (a repeat
  changes nothing), conversation, message, deadline, proposal, outbox row. It writes them into the product's
  own tables, so it pays for the same keys, indexes and CHECKs, with values as long as the product's, made
  before the clock starts. On SQLite: the standard library's `sqlite3`, six statements a message, WAL,
  `synchronous=FULL`, 100 messages a commit. On PostgreSQL: `asyncpg`, one `unnest` statement a table and
  batch of 100, `fsync` and `synchronous_commit` on. The floor decides nothing, reads nothing back and commits
  once.
- **DBOS** runs a workflow of three steps that do nothing, ten at once, and records the workflow and each
  step. Ours runs the path that the bar names, ten at once: message stored; step (case opened, card effect
  queued); click stored; step (staff's own words approved, reply queued); reply claimed, sent to a platform
  that answers from memory, receipt stored; step. The side "and the message is read" has the recogniser's
  stage in between, as the running service has, and the click approves what is then proposed. A flow waits for
  three commits of ours in a row (message, click, receipt), each shared by what comes in meanwhile, and has five
  effects claimed and settled in them. DBOS opens its SQLite file with SQLite's default
  journal; the side "in WAL mode" gives it a file that was switched before, which it does not do itself.
- **opsdroid** matches each message against 20 patterns and calls a function that does nothing, all in memory:
  it would lose every message in a crash. It is here because it is what one would otherwise reach for.
- **procrastinate** has no bar; it stands here for the record. A job is not a message.
- **Webhook**: the product reads Telegram by polling and has no webhook yet. What is measured is its sink
  behind a plain aiohttp handler, beside the same handler that only reads the JSON. The bar ends at "stored": there
  the sink stores and no more. In the service it also steps on the message in the same transaction (decision 0017),
  which stands beside it. The load comes from another process over keep-alive connections.
- **Clicks**: the real service in a process of its own, read and clicked through the sandboxes on loopback.
  They share the machine with it, so the figure is an upper bound of the service's own share. Slack's own
  network is not in it.
- **APScheduler** keeps one due instant a job and commits each by itself, which its interface leaves no choice
  about; fired, it calls a function that does nothing in a thread. Ours arms what a deadline is here, a ladder of
  four rungs and the case around it, a hundred in one commit as the engine does in a batch; fired, the event of
  each is in the inbox. Beside both stands what the desk makes of it: a whole message accepted, a whole step.
- **A million open deadlines** lie in one SQLite file with two rungs each. The raw statement claims and marks 500
  due ones and answers them, as ours does; the 500 events that follow in the same transaction stand beside it.
- **Lateness** is from a rung's instant until the engine has its event (fired, committed, taken up), in the real
  service with both sandboxes on loopback. Until the alarm stands in the sandbox's channel is shown as well.
- **A step** is `flows.step` alone: no store, no text of a platform. Every branch of every playbook is played, and
  the slowest playbook is judged.

## What is missed, and why

- **5, the whole flow.** Every flow waits for three commits of ours in a row and has five effects claimed and
  settled in them, each with its journal entry; that is some 3 ms of Python on SQLite and 4 ms on PostgreSQL,
  with the commits next to nothing. DBOS records four rows and does nothing. Ten times DBOS would leave about
  1.2 ms and 1 ms: out of reach here without doing less.
- **6, durable accept beside opsdroid.** It matches 20 patterns and forgets; ours is on the disk, read, stepped
  on, with its card queued. Ours would have to spend no more than opsdroid's 0.15 ms on all of that.
"""


def page(report: Report) -> str:
    """The whole page as Markdown."""
    results = {result.bar.key: result for result in report.results}
    rounds = sorted({result.rounds for result in report.results})
    parts = [
        HEAD.format(rounds=" or ".join(map(str, rounds)) or "no"),
        _machine(report.machine) + "".join(map(_part, report.parts)),
        "## The bars\n\n" + "\n".join(_table(report.results)) + "\n",
        "".join(_missing(report.missing)),
        "## Each bar, both sides\n\n" + "\n".join(_details(report.results)),
        COMPARED,
        "".join(_stages(report.stages)),
        "## Scale on paper\n\nComputed from the figures above, not measured.\n\n"
        + "\n".join(paper.lines(results))
        + "\n",
        _again(),
    ]
    return "\n".join(part for part in parts if part)


def _machine(machine: Machine) -> str:
    packages = ", ".join(f"{name} {version}" for name, version in machine.packages.items())
    return f"""## The machine

{machine.cores} cores shared with others, {machine.memory_gb:.0f} GB of memory, {machine.system}; measured on
{machine.measured_on}. The load average was {machine.load:.1f} when the run began, and making 4 KB durable took
{number(machine.sync_ms)} ms (median).

Python {machine.python}, SQLite {machine.sqlite}, {packages}.
"""


def _part(part: Part) -> str:
    """What another run must not be taken for."""
    machine, bars = part.machine, ", ".join(part.bars)
    return f"""
Bars {bars}: in a run of their own on {machine.measured_on}; the load average was {machine.load:.1f} when it began,
and making 4 KB durable took {number(machine.sync_ms)} ms.
"""


def _table(results: list[Result]) -> Iterator[str]:
    yield "| bar | what | must | aim | measured | verdict |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for result in results:
        bar = result.bar
        if bar.must is None or bar.aim is None:
            continue
        sign = "≥" if bar.at_least else "≤"
        asked = f"{sign} {as_figure(bar, bar.must)} | {sign} {as_figure(bar, bar.aim)}"
        yield f"| {bar.key} | {bar.title} | {asked} | {in_words(bar, result.figure)} | {result.verdict} |"


def _missing(missing: dict[str, str]) -> Iterator[str]:
    for bar, why in missing.items():
        yield f"- Bar {bar} was not measured: {why}.\n"


def _details(results: list[Result]) -> Iterator[str]:
    for result in results:
        yield f"**{result.bar.key}**: {result.bar.title}. {result.settings[0].upper()}{result.settings[1:]}.\n"
        for side in result.sides:
            yield f"- {side.name}: {side_in_words(side)}"
        for note in result.notes:
            yield f"- {note}"
        yield ""


def _stages(stages: dict[str, float]) -> Iterator[str]:
    if not stages:
        return
    yield "## Where our time goes\n\nOne more round of bar 1 with a watch on each stage; of the wall time.\n\n"
    yield "| stage | share |\n| --- | --- |\n"
    for name, share in stages.items():
        yield f"| {name} | {share:.0%} |\n"


def _again() -> str:
    return """## Measuring again

    make bench                  every bar; those with peers only where the peers are installed
    make bench-peers            installs the peers in build/peers (APScheduler, DBOS, opsdroid, procrastinate), and
                                measures beside them
    make bench-million          bar 12 with a million cases (tens of gigabytes of disk, and half an hour)
    .venv/bin/python -m benchmarks 1 2 --rounds 9 --json results.json
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "results", type=Path, nargs="+", help="of several files a later one replaces a bar's result"
    )
    options = parser.parse_args()
    print(page(merged([Report.load(file) for file in options.results])), end="")


def merged(reports: list[Report]) -> Report:
    """One report of several runs on one machine: of each bar the latest result, and which run it is from."""
    found = {result.bar.key: result for report in reports for result in report.results}
    results = {key: found[key] for key in BARS if key in found}
    missing = {bar: why for report in reports for bar, why in report.missing.items() if bar not in results}
    stages = next((report.stages for report in reversed(reports) if report.stages), {})
    parts = [part for report in reports for part in report.parts]
    parts += [Part(tuple(result.bar.key for result in later.results), later.machine) for later in reports[1:]]
    return Report(reports[0].machine, list(results.values()), missing, stages, parts)


if __name__ == "__main__":
    main()
