"""How a due instant was counted, as it is stored with a case: compact, and worded only when shown."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from msgspec import Struct


class ZoneChange(Struct, frozen=True, gc=False, array_like=True):
    """Clocks were put forward or back at `at` by `seconds`; the zone's offset is `offset` seconds from then on."""

    at: datetime
    seconds: int
    offset: int


class Step(Struct, frozen=True, gc=False, array_like=True):
    """A run of local dates, first and last included.

    `kind` is "days" (counted, its weekend days skipped), "make_up" (a worked weekend day, counted), "off" and
    "shutdown" (skipped, with their name), "gone" (a date that the zone skipped) or "staffed" (`count` seconds of
    working time on each of its working days). `count` is else the number of days counted.
    """

    kind: str
    first: date
    last: date
    count: int = 0
    name: str = ""


class Reckoning(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """One count, from its start to its due instant.

    `given` is the start as the platform wrote it and `resolved` how a time without a zone became an instant
    ("fold.first", "gap.backward"). `choices` are keys of the stated choices that mattered. `weekend` holds the
    skipped weekdays, Monday "0". `platform_at` is the platform's own due time, `computed_at` ours beside it.
    `other` is the same count by a second calendar, which did not win. `unknown` are years whose days off are not
    published. `zones` and `holidays` are the versions of the data used.
    """

    due_at: datetime
    length: float
    unit: str
    counting: str
    zone: str = ""
    calendar: str = ""
    weekend: str = ""
    given: str = ""
    resolved: str = ""
    choices: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    changes: tuple[ZoneChange, ...] = ()
    rolled_from: date | None = None
    rolled_to: date | None = None
    outer_at: datetime | None = None
    platform_at: datetime | None = None
    computed_at: datetime | None = None
    other: Reckoning | None = None
    unknown: tuple[int, ...] = ()
    zones: str = ""
    holidays: str = ""

    def days(self) -> Iterator[tuple[date, str, str]]:
        """Every date walked, in order: (date, kind, name). A weekend day inside a run is of kind "weekend"."""
        for step in self.steps:
            day = step.first
            while day <= step.last:
                is_weekend = step.kind in ("days", "staffed") and str(day.weekday()) in self.weekend
                yield day, "weekend" if is_weekend else step.kind, step.name
                day += timedelta(days=1)

    def counted(self) -> int:
        """How many days were counted."""
        return sum(step.count for step in self.steps if step.kind in ("days", "make_up"))
