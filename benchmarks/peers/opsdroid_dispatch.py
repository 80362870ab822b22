"""opsdroid: a message matched against 20 skills and its skill run, in memory. For its own environment's Python.

    opsdroid_dispatch.py COUNT SKILLS

Nothing is stored, sent or logged; the message is a text as long as ours, which the last skill answers to.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time

from opsdroid.cli.utils import configure_lang  # type: ignore[import-not-found] # it has an environment of its own
from opsdroid.core import OpsDroid  # type: ignore[import-not-found] # it has an environment of its own
from opsdroid.events import Message  # type: ignore[import-not-found] # it has an environment of its own
from opsdroid.matchers import match_regex  # type: ignore[import-not-found] # it has an environment of its own

WARM_UP = 200
TEXT = "Hello, where is my parcel? " + "It has not moved for a week now. " * 20
ASKED = r"where is my (parcel|order)"
OTHERS = (
    r"(broken|damaged|cracked)",
    r"wrong (item|size|colou?r)",
    r"refund",
    r"return (it|this|label)",
    r"cancel my order",
    r"change (my|the) address",
    r"invoice",
    r"warranty",
    r"missing part",
    r"does(n't| not) work",
    r"(a-to-z|chargeback)",
    r"discount",
    r"customs",
    r"tracking number",
    r"exchange",
    r"speak to (a|someone)",
    r"thank(s| you)",
    r"human",
    r"language",
)


class Desk:
    """Counts what its skills answered, so that a round in which none matched is noticed."""

    def __init__(self, skills: int) -> None:
        configure_lang({})
        self.answered = 0
        self.droid = OpsDroid(config={}, loopless=True)
        self.droid.eventloop = asyncio.get_running_loop()
        for pattern in (*OTHERS[: skills - 1], ASKED):
            self._add(pattern)

    def _add(self, pattern: str) -> None:
        """Anywhere in the text and in any case, as buyers write."""

        async def skill(_opsdroid: object, _config: object, _message: object) -> None:
            self.answered += 1

        matched = match_regex(pattern, case_sensitive=False, matching_condition="search")(skill)
        self.droid.register_skill(matched, config={"name": pattern})

    async def hear(self, count: int) -> None:
        for _ in range(count):
            await self.droid.parse(Message(text=TEXT, user="ann", target="desk"))


async def measure(count: int, skills: int) -> float:
    desk = Desk(skills)
    await desk.hear(WARM_UP)
    desk.answered = 0
    started = time.perf_counter()
    await desk.hear(count)
    seconds = time.perf_counter() - started
    if desk.answered != count:
        raise SystemExit(f"of {count} messages {desk.answered} were answered")
    return seconds


def main(count: int, skills: int) -> None:
    print(json.dumps({"count": count, "seconds": asyncio.run(measure(count, skills))}))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
