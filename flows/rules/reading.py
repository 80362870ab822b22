"""From the text of the pack files to a RulePack. Every problem is found at once, with file, line and remedy.

A file holds `[defaults]` for its rules, `[[rule]]`, `[[advice]]` and `[source.KEY]` tables, which may name sources
of any file. docs/rules.md shows how a rule is written.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, repeat
from typing import Any

from flows.rules import advice as advising
from flows.rules import checking
from flows.rules.advice import Advice
from flows.rules.pack import RulePack, stamped
from flows.rules.rule import ANYWHERE, BY_SITE, CHOICES, NONE, Opening, Rule, RuleSource

TABLES = ("defaults", "rule", "source", "advice")
_DEFAULTS = {
    "sites": [ANYWHERE],
    "not_sites": [],
    "bound": "due",
    "whose": "seller",
    "history": False,
    "stop_events": [],
    "on_lapse": "",
    "ladder": "",
    "second_calendar": "",
    "notes": [],
}
# What a unit is counted by unless the rule says otherwise: counting, calendar, zone.
BY_UNIT = {
    "minutes": ("elapsed", NONE, NONE),
    "hours": ("elapsed", NONE, NONE),
    "calendar_days": ("same_time", NONE, BY_SITE),
    "business_days": ("same_time", BY_SITE, BY_SITE),
    "business_hours": ("elapsed", BY_SITE, BY_SITE),
}


class RulePackError(ValueError):
    """Rule files cannot be used. `problems` holds every one, each with its file, line and table."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class _File:
    name: str
    text: str
    tables: Mapping[str, Any]


def parse(files: Mapping[str, str]) -> RulePack:
    """The rules of these files (name to text). Raises RulePackError with every problem of all of them."""
    problems: list[str] = []
    read = [file for name, text in files.items() if (file := _file(name, text, problems)) is not None]
    sources = {key: source for file in read for key, source in _sources(file, problems)}
    found = tuple(rule for file in read for rule in _rules(file, sources, problems))
    advice = [each for file in read for each in _advice(file, sources, problems)]
    if not found and not problems:
        problems.append("the files have no table [[rule]]: without rules nothing would warn")
    if problems:
        raise RulePackError(tuple(problems))
    return RulePack(found, tuple(sorted(advice, key=lambda each: each.id)))


def _file(name: str, text: str, problems: list[str]) -> _File | None:
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        problems.append(f"{name}: {error}")
        return None
    problems.extend(f"{name}: unknown table [{key}]" for key in tables if key not in TABLES)
    return _File(name, text, tables)


def _sources(file: _File, problems: list[str]) -> Iterator[tuple[str, RuleSource]]:
    for key, table in _mapping(file, "source", problems).items():
        whole = isinstance(table, dict) and table.keys() == {"title", "address"}
        if whole and all(checking.is_text(value) for value in table.values()):
            yield key, RuleSource(key, f"{key} {table['title']}", table["address"])
        else:
            problems.append(f"{file.name}: source {key} needs a title and an address, and nothing else")


def _mapping(file: _File, name: str, problems: list[str]) -> Mapping[str, Any]:
    table = file.tables.get(name, {})
    if isinstance(table, dict):
        return table
    problems.append(f"{file.name}: write [{name}], not [[{name}]] nor {name} = ...")
    return {}


def _rules(file: _File, sources: Mapping[str, RuleSource], problems: list[str]) -> Iterator[Rule]:
    defaults = _mapping(file, "defaults", problems)
    for where, table in _listed(file, "rule", problems):
        whole = _whole(table, defaults)
        wrong = [*checking.problems(whole, sources)]
        problems.extend(f"{where}: {complaint}" for complaint in wrong)
        if not wrong:
            yield _rule(whole, sources)


def _advice(file: _File, sources: Mapping[str, RuleSource], problems: list[str]) -> Iterator[Advice]:
    for where, table in _listed(file, "advice", problems):
        wrong = [*advising.problems(table, sources)]
        problems.extend(f"{where}: {complaint}" for complaint in wrong)
        if not wrong:
            yield advising.advice(table, sources)


def _listed(file: _File, name: str, problems: list[str]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Each `[[name]]` with where it stands."""
    tables = file.tables.get(name, [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        problems.append(f'{file.name}: write [[{name}]] with id = "...", once for each {name}')
        return
    opened = re.compile(rf"\s*\[\[\s*{name}\s*\]\]")
    lines = (n for n, line in enumerate(file.text.splitlines(), 1) if opened.match(line))
    for table, line in zip(
        tables, chain(lines, repeat(1)), strict=False
    ):  # repeat: written as a value, in one line
        yield f'{file.name}, line {line}, {name} "{table.get("id", "?")}"', table


def _whole(table: Mapping[str, Any], defaults: Mapping[str, Any]) -> dict[str, Any]:
    """The table with everything it may leave out: the file's defaults, then those of its unit, then ours."""
    given = {**defaults, **table}
    unit = given.get("unit")
    counting, calendar, zone = BY_UNIT.get(unit if isinstance(unit, str) else "", ("elapsed", NONE, NONE))
    by_unit = {"counting": counting, "calendar": calendar, "zone": zone, "clock": given.get("id")}
    return {**_DEFAULTS, **by_unit, **given}


def _rule(table: Mapping[str, Any], sources: Mapping[str, RuleSource]) -> Rule:
    fields: dict[str, Any] = {name: tuple(it) if isinstance(it, list) else it for name, it in table.items()}
    fields |= {
        "valid_from": fields.pop("from", None),
        "valid_until": fields.pop("until", None),
        "length": table.get("length"),
        "choices": tuple((name, fields.pop(name)) for name in CHOICES if name in fields and name != "counting"),
        "opens": _opening(table.get("opens"), table["start_event"]),
        "sources": tuple(sources[key] for key in table["sources"]),
    }
    return stamped(Rule(**fields))


def _opening(table: Mapping[str, Any] | None, start_event: str) -> Opening | None:
    return None if table is None else Opening(table.get("after", 0), table.get("event", start_event))
