"""Bar 14: one `step` of a case, for every branch of every playbook: facts set, branch chosen, both texts rendered.

python -m benchmarks.steps       the medians of all playbooks, slowest first
"""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Iterator
from datetime import UTC, datetime

from benchmarks.bars import BARS, Result
from benchmarks.rounds import LEAST_ROUNDS, percentile, spread
from bot.brain import load_book
from flows import events
from flows.book import Book
from flows.case import Case, Party, Situation, Source
from flows.context import Context
from flows.playbooks.cells import cells
from flows.policy import Policy
from flows.step import step
from flows.values import Cause

T0 = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
CAUSE = Cause("01a207e3-3320-7000-8000-000000000001", T0, "salt")
STEPS = 20  # of each branch in a round


async def steps(rounds: int) -> list[Result]:
    book = load_book()
    found = [_round(book) for _ in range(rounds + 1)][1:]  # the first warms up
    medians = [max(statistics.median(each) for each in one.values()) for one in found]
    slowest = max(found[-1], key=lambda situation: statistics.median(found[-1][situation]))
    every = [ms for each in found[-1].values() for ms in each]
    all_of_them = f"{statistics.median(every):.2f} ms, 99 % stay within {percentile(every, 0.99):.2f} ms"
    notes = (f"the slowest is {slowest}; over all branches the median is {all_of_them}",)
    settings = f"one process, no store; each branch of {len(book.playbooks)} playbooks {STEPS} times a round"
    return [Result(BARS["14 step"], spread(medians), rounds, (), settings, notes)]


def _round(book: Book) -> dict[Situation, list[float]]:
    """Milliseconds of every step, by situation."""
    found: dict[Situation, list[float]] = {}
    for situation, case, event in _cases(book):
        for _ in range(STEPS):
            started = time.perf_counter()
            step(T0, book, Policy(language="zh"), Context(), case, CAUSE, event)
            found.setdefault(situation, []).append((time.perf_counter() - started) * 1000)
    return found


def _cases(book: Book) -> Iterator[tuple[Situation, Case, events.FactsSet]]:
    """For each branch a case that waits for an answer, and the event that sets the facts leading to the branch."""
    party = Party("conversation-1", "telegram:1", "telegram:1:42")
    for situation, playbook in book.playbooks.items():
        seen: set[str] = set()
        for cell in cells(playbook):
            if cell.branch is None or cell.branch.name in seen:
                continue
            seen.add(cell.branch.name)
            facts = tuple(cell.facts().items())
            case = Case(
                "case-1", "default", 1, T0, situation=situation, situation_by=Source.STAFF, parties=(party,),
                order="114-1234567-7654321" if ("order", "known") in facts else None, unanswered=("message-1",),
                waiting_since=T0,
                asked=tuple(name.removeprefix("asked_") for name, _ in facts if "asked_" in name),
            )  # fmt: skip
            told = tuple(
                ("refund_amount", "30.00 EUR") if name == "amount_set" else (name, value)
                for name, value in facts
                if name != "order" and "asked_" not in name
            )
            yield situation, case, events.FactsSet(case.id, "U1", told)


def main() -> None:
    book = load_book()
    found = [_round(book) for _ in range(3)][-1]
    for situation, each in sorted(found.items(), key=lambda item: -statistics.median(item[1])):
        print(f"{situation:<20} median {statistics.median(each):.3f} ms, p99 {percentile(each, 0.99):.3f} ms")
    result = asyncio.run(steps(LEAST_ROUNDS))[0]
    print(f"{result.bar.title}: {result.figure.median:.3f} ms ({result.verdict}); {result.notes[0]}")


if __name__ == "__main__":
    main()
