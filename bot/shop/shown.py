"""What is in force and where it comes from: a line of the file, the environment, or the default."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.shop.file import TABLES
from bot.shop.place import Lines
from flows.note import Weekly
from flows.policy import Policy

UNITS = {"seconds", "minutes", "hours", "days"}


@dataclass(frozen=True, slots=True)
class Setting:
    """`value` as the file would have it, None where nothing holds. `line` is 0 outside the file."""

    key: str
    value: Any
    source: str
    line: int = 0


def shown(file: Path, environment: Mapping[str, str]) -> list[Setting]:
    """Every setting. The file must be one that `read_shop` takes."""
    text = file.read_text(encoding="utf-8-sig") if file.exists() else ""
    tables, lines = tomllib.loads(text), Lines(text)
    found = [each for name in TABLES for each in _table(name, tables.get(name), lines, file)]
    undo = environment.get("AMENDS_UNDO_SECONDS")
    if not undo:
        return found
    ours = Setting("replies.undo_seconds", int(undo), "AMENDS_UNDO_SECONDS")
    return [ours if each.key == ours.key else each for each in found]


def _table(name: str, said: Any, lines: Lines, file: Path) -> Iterator[Setting]:
    if isinstance(said, list):
        for nth, row in enumerate(said):
            for key, value in row.items():
                yield _said(f"{name}[{nth}].{key}", value, lines.find(name, key, nth), file)
        return
    given = said if isinstance(said, dict) else {}
    for key, value in given.items():
        if isinstance(value, dict) and key not in TABLES[name].keys:
            for inner, each in value.items():
                yield _said(f"{name}.{key}.{inner}", each, lines.find(f"{name}.{key}", inner), file)
        else:
            yield _said(f"{name}.{key}", value, lines.find(name, key), file)
    for key, field in TABLES[name].fields.items():
        if key not in given:
            yield Setting(f"{name}.{key}", _default(key, field), "default")


def _said(key: str, value: Any, line: int, file: Path) -> Setting:
    return Setting(key, value, f"{file}, line {line}", line)


def _default(key: str, field: str) -> Any:
    value = getattr(Policy(), field, None)
    unit = key.rpartition("_")[2]
    if isinstance(value, timedelta) and unit in UNITS:
        return value / timedelta(**{unit: 1})
    if isinstance(value, Weekly):
        return str(value)
    return value if isinstance(value, str | bool | int | float) else list(value) if value else None
