"""Dated marketplace rules as data: one TOML table a clock, with its sources, confidence and "check again by".

This version knows rules counted in hours. Day and business-day rules need calendars and are refused, by name,
rather than counted wrongly.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

CONFIDENCES = ("S", "S2", "OLD", "SEED", "CK", "?", "conflicting", "house")
BOUNDS = ("due", "outer")
_TEXTS = ("platform", "site", "name", "start_event", "on_lapse", "version")
_KNOWN = {*_TEXTS, "length", "unit", "stop_events", "sources", "confidence", "read", "check_again_by", "bound"}


class RulePackError(ValueError):
    """A rule file cannot be used. `problems` holds every one, each with the name of its table."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class RuleSource:
    title: str
    address: str


@dataclass(frozen=True, slots=True)
class Rule:
    """One clock. `length` is in `unit`s ("hours"). `name`, `on_lapse` and the events are keys of staff's words.

    `confidence` is a code of the marketplace rules' section 0 (S seen on the platform's page, ...). `read` is
    when the sources were read. `bound` is "due" for the limit that drives, "outer" for a later one.
    """

    id: str
    platform: str
    site: str
    name: str
    length: float
    unit: str
    start_event: str
    stop_events: tuple[str, ...]
    on_lapse: str
    sources: tuple[RuleSource, ...]
    confidence: str
    read: date
    check_again_by: date
    bound: str
    version: str


@dataclass(frozen=True, slots=True)
class RulePack:
    rules: Mapping[str, Rule]

    def stale(self, today: date) -> tuple[Rule, ...]:
        """Rules whose sources should have been looked at again by `today`, the longest overdue first."""
        overdue = (rule for rule in self.rules.values() if rule.check_again_by < today)
        return tuple(sorted(overdue, key=lambda rule: (rule.check_again_by, rule.id)))


def parse(text: str) -> RulePack:
    """The rules of one file: tables `[rule."amz.atoz.info_request"]`. Raises RulePackError with every problem."""
    try:
        tables = tomllib.loads(text).get("rule")
    except tomllib.TOMLDecodeError as error:
        raise RulePackError((str(error),)) from error
    if not isinstance(tables, dict) or not tables:
        raise RulePackError(('the file has no table [rule."..."]',))
    problems = tuple(problem for id, table in tables.items() for problem in _problems(id, table))
    if problems:
        raise RulePackError(problems)
    return RulePack({id: _rule(id, table) for id, table in tables.items()})


def _rule(id: str, table: dict[str, Any]) -> Rule:
    sources = tuple(RuleSource(source["title"], source["address"]) for source in table["sources"])
    rest = {**table, "sources": sources, "stop_events": tuple(table["stop_events"])}
    return Rule(id=id, **rest)


def _problems(id: str, table: object) -> Iterator[str]:
    where = f'rule "{id}"'
    if not isinstance(table, dict):
        yield f"{where}: is not a table"
        return
    for complaint in (*_texts(table), *_numbers(table), *_choices(table), *_sources(table), *_dates(table)):
        yield f"{where}: {complaint}"


def _texts(table: dict[str, Any]) -> Iterator[str]:
    yield from (f"unknown entry {name!r}" for name in sorted(table.keys() - _KNOWN))
    yield from (f"{name} is missing" for name in _TEXTS if not _is_text(table.get(name)))
    stops = table.get("stop_events")
    if not isinstance(stops, list) or not stops or not all(_is_text(stop) for stop in stops):
        yield "stop_events must list at least one event: a clock that nothing stops is a mistake"


def _numbers(table: dict[str, Any]) -> Iterator[str]:
    unit, length = table.get("unit"), table.get("length")
    if unit != "hours":
        yield f"unit {unit!r} cannot be counted: only hours are, as yet"
    if not isinstance(length, int | float) or isinstance(length, bool) or not 0 < length <= 24 * 366:
        yield f"length {length!r} is not a number of hours between 0 and a year"


def _choices(table: dict[str, Any]) -> Iterator[str]:
    if table.get("bound") not in BOUNDS:
        yield f"bound {table.get('bound')!r} is neither of {', '.join(BOUNDS)}"
    if table.get("confidence") not in CONFIDENCES:
        yield f"confidence {table.get('confidence')!r} is none of {', '.join(CONFIDENCES)}"


def _sources(table: dict[str, Any]) -> Iterator[str]:
    sources = table.get("sources")
    if not isinstance(sources, list) or not sources:
        yield "sources are missing: a rule says where it was read"
        return
    for number, source in enumerate(sources, start=1):
        whole = isinstance(source, dict) and source.keys() == {"title", "address"}
        if not whole or not all(_is_text(value) for value in source.values()):
            yield f"source {number} needs a title and an address, and nothing else"


def _dates(table: dict[str, Any]) -> Iterator[str]:
    for name in ("read", "check_again_by"):
        if type(table.get(name)) is not date:
            yield f"{name} must be a date such as 2026-11-01"
    read, again = table.get("read"), table.get("check_again_by")
    if type(read) is date and type(again) is date and again <= read:
        yield "check_again_by is not after read"


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())
