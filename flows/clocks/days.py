"""The days off that a release was checked with, and what other data would move.

`days.toml` beside this room is the checked table (`make days` writes it); whoever reads the file passes its text.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from flows.clocks import sites

YEARS = range(2025, 2029)


class Day(NamedTuple):
    """One day off of a site, or with `works` a weekend day that is worked instead."""

    site: str
    day: date
    name: str
    works: bool = False


def in_use() -> frozenset[Day]:
    """The days of every site in the checked years, as the installed package has them."""
    return frozenset(day for name in sites.SITES for day in _days(name))


def _days(name: str) -> Iterator[Day]:
    calendar = sites.of(sites.SITES[name], name)
    for days, works in ((calendar.off, False), (calendar.working, True)):
        yield from (Day(name, day, label, works) for day, label in days.items() if day.year in YEARS)


def checked(text: str) -> frozenset[Day]:
    """The days of a table. Raises ValueError for a text that is none."""
    tables = tomllib.loads(text)
    return frozenset(
        Day(name, date.fromisoformat(day), label.removeprefix("* "), label.startswith("* "))
        for name, days in tables.items()
        if name != "holidays"
        for day, label in days.items()
    )


def moved(before: frozenset[Day], after: frozenset[Day]) -> tuple[str, ...]:
    """What changes, a line a day, by date: "- 2027-02-05 aliexpress.cn: ...", then "+ ..."."""
    gone = [(day.day, 0, day) for day in before - after]
    new = [(day.day, 1, day) for day in after - before]
    return tuple(f"{'-+'[sign]} {at} {_told(day)}" for at, sign, day in sorted(gone + new))


def _told(day: Day) -> str:
    return f"{day.site}: {day.name}{' (worked)' if day.works else ''}"


def written(days: frozenset[Day]) -> str:
    """The table as TOML: a table a site, a line a day; worked make-up days are marked with a star."""
    lines = [f'holidays = "{sites.data_version()}"']
    for site in sorted({day.site for day in days}):
        lines += ["", f'["{site}"]']
        lines += [_line(day) for day in sorted(days) if day.site == site]
    return "\n".join(lines) + "\n"


def _line(day: Day) -> str:
    label = f"{'* ' if day.works else ''}{day.name}".replace("\\", "\\\\").replace('"', '\\"')
    return f'{day.day} = "{label}"'
