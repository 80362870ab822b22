"""The weekly note: what the causes of a time have in common, and what the playbooks advise. Pure.

"4 of 5 not received: they went unregistered." Said is what at least two cases share and at least half of their
situation's; of cases that have nothing in common there is nothing to say.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct

from flows.case import CauseCode, Situation
from flows.clocks.zones import reached

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WEEK = timedelta(days=7)
ALIKE = 2  # so few cases are no pattern yet, but a second look is cheap
MOST = 6  # findings in a note: whoever reads seven acts on none


class Weekly(Struct, frozen=True, gc=False):
    """A time of the shop's wall clock once a week; `weekday` 0 is Monday."""

    weekday: int
    hour: int
    minute: int

    def next(self, zone: str, after: datetime) -> datetime:
        """The first instant after `after` at which the clock shows it, or a later time where it skips this one."""
        today = after.astimezone(ZoneInfo(zone)).date()
        day = today + timedelta(days=(self.weekday - today.weekday()) % 7)
        while (at := reached(datetime.combine(day, time(self.hour, self.minute)), zone)) <= after:
            day += WEEK
        return at

    def __str__(self) -> str:
        return f"{DAYS[self.weekday]} {self.hour:02d}:{self.minute:02d}"


MONDAY_MORNING = Weekly(0, 9, 0)


class Settled(Struct, frozen=True, gc=False):
    """A case whose cause became known: `why` is the table's reason, "" for a cause that it would not suggest;
    `skus` are those of its order.
    """

    situation: Situation
    cause: CauseCode
    why: str
    skus: tuple[str, ...] = ()


class Finding(Struct, frozen=True, gc=False):
    """`count` of `total` cases of the situation have this cause, for this reason; `of_sku` of them one SKU's."""

    situation: Situation
    cause: CauseCode
    why: str
    count: int
    total: int
    sku: str = ""
    of_sku: int = 0


def findings(settled: Iterable[Settled]) -> tuple[Finding, ...]:
    """The most frequent first."""
    groups: dict[Situation, list[Settled]] = defaultdict(list)
    for each in settled:
        groups[each.situation].append(each)
    found = [finding for situation, cases in groups.items() for finding in _of(situation, cases)]
    found.sort(key=lambda each: (-each.count, -each.total, each.situation, each.cause, each.why))
    return tuple(found[:MOST])


def _of(situation: Situation, cases: Sequence[Settled]) -> Iterable[Finding]:
    counted = Counter((case.cause, case.why) for case in cases)
    for (cause, why), count in counted.items():
        if count < ALIKE or 2 * count < len(cases):
            continue
        skus = Counter(sku for case in cases if (case.cause, case.why) == (cause, why) for sku in case.skus)
        sku, of_sku = min(skus.items(), key=lambda each: (-each[1], each[0]), default=("", 0))
        named = of_sku >= ALIKE
        yield Finding(situation, cause, why, count, len(cases), sku if named else "", of_sku if named else 0)
