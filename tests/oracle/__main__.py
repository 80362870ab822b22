"""A long run of `--cases`. Half of them lie near a change of clocks, every one in turn."""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from functools import lru_cache
from multiprocessing import Pool
from random import Random

from flows.clocks import sites, zones
from tests.oracle import cases

CHUNK = 1000


@lru_cache(maxsize=1)
def _transitions() -> tuple[tuple[str, int], ...]:
    return tuple(cases.transitions())


def play(task: tuple[int, int]) -> tuple[Counter[str], int, str]:
    """One chunk by (seed, number): how many of each question, how many agreed, and what went wrong first."""
    seed, number = task
    random, seen = Random(f"{seed}:{number}"), Counter[str]()
    changes = _transitions()
    for index in range(CHUNK):
        is_near = index % 2 == 0
        nearest = changes[(number * CHUNK + index) // 2 % len(changes)]
        name, near = nearest if is_near else (random.choice(cases.ZONES), None)
        try:
            cases.one(random, name, near, seen)
        except cases.Wrong as wrong:
            return seen, index, f"seed {seed}, chunk {number}, case {index}: {wrong}"
    return seen, CHUNK, ""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.oracle", description=__doc__)
    parser.add_argument("--cases", type=int, default=1_000_000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    chunks = -(-given.cases // CHUNK)
    seen, agreed, wrongs, began = Counter[str](), 0, [], time.monotonic()
    with Pool(given.workers) as pool:
        tasks = ((given.seed, number) for number in range(chunks))
        for done, (counts, right, wrong) in enumerate(pool.imap_unordered(play, tasks), start=1):
            seen += counts
            agreed += right
            wrongs += [wrong] if wrong else []
            if done % 50 == 0 or wrong:
                print(f"{agreed:,} agree after {time.monotonic() - began:.0f} s {wrong}", flush=True)
    near = min(len(_transitions()), chunks * CHUNK // 2)
    print(f"{agreed:,} of {chunks * CHUNK:,} cases agree: {time.monotonic() - began:.0f} s")
    print(f"{near:,} of {len(_transitions()):,} changes of clocks, 2000 to 2035, in {len(cases.ZONES)} zones")
    print(f"zones {zones.source()}, holidays {sites.data_version()}")
    print(", ".join(f"{name} {count:,}" for name, count in seen.most_common()))
    return 1 if wrongs else 0


if __name__ == "__main__":
    sys.exit(main())
