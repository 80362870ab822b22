"""`shop.toml`: how one shop wants its desk. A wrong file stops the start with every problem, line and remedy."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from flows.policy import Policy


class ShopFileError(ValueError):
    """The file cannot be used; `problems` says everything that is wrong with it and how to mend it."""

    def __init__(self, file: Path, problems: list[str]) -> None:
        super().__init__("\n".join(f"{file}: {problem}" for problem in problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class _Key:
    """One setting: its policy field, a check that answers the value or raises ValueError with the remedy."""

    field: str
    read: Callable[[Any], Any]


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError('write a text in quotes, such as "Cedar Home"')
    return value.strip()


def _zone(value: Any) -> str:
    name = _text(value)
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        near = difflib.get_close_matches(name, available_timezones(), n=1, cutoff=0.4)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise ValueError(f'{name!r} is not an IANA time zone, such as "Asia/Shanghai"{hint}') from None
    return name


def _one_of(*allowed: str) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        if value not in allowed:
            raise ValueError(f"write one of: {', '.join(allowed)}")
        return str(value)

    return read


def _amount(unit: str, least: float, most: float) -> Callable[[Any], timedelta]:
    def read(value: Any) -> timedelta:
        if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
            raise ValueError(f"write a number of {unit} from {least:g} to {most:g}")
        return timedelta(**{unit: value})

    return read


def _yes_no(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("write true or false")  # noqa: TRY004 - the one error of a wrong setting
    return value


def _people(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(
        isinstance(id, str) and re.fullmatch(r"[UW][A-Z0-9]+", id) for id in value
    ):
        raise ValueError('write Slack member ids, such as ["U0123ABCD"] (profile → ⋮ → Copy member ID)')
    return tuple(value)


KEYS = {
    "shop": {
        "name": _Key("name", _text),
        "zone": _Key("zone", _zone),
        "language": _Key("language", _one_of("en", "zh")),
        "buyer_language": _Key("buyer_language", _one_of("en", "zh", "es", "de")),
    },
    "replies": {
        "undo_seconds": _Key("undo", _amount("seconds", 0, 600)),
        "receipts": _Key("receipts", _yes_no),
        "receipt_gap_minutes": _Key("receipt_gap", _amount("minutes", 1, 1440)),
        "first_answer_hours": _Key("first_answer", _amount("hours", 1, 168)),
        "update_within_hours": _Key("update_within", _amount("hours", 1, 240)),
        "act_within_hours": _Key("act_within", _amount("hours", 1, 240)),
    },
    "cases": {
        "close_after_quiet_days": _Key("quiet_after", _amount("days", 1, 365)),
        "reopen_within_days": _Key("reopen_within", _amount("days", 0, 365)),
    },
    "staff": {"leads": _Key("leads", _people)},
}


def read_shop(file: Path, defaults: Policy) -> Policy:
    """The shop's policy; the defaults when there is no file. Raises ShopFileError with every problem."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return defaults
    except UnicodeDecodeError as error:
        raise ShopFileError(file, ["is not UTF-8 text: save it as UTF-8"]) from error
    except OSError as error:
        raise ShopFileError(file, [f"cannot be read: {error.strerror}"]) from error
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ShopFileError(file, [f"is not valid TOML: {error}"]) from error
    problems: list[str] = []
    fields = dict(_fields(tables, text, problems))
    if problems:
        raise ShopFileError(file, problems)
    return _policy(defaults, fields)


def _policy(defaults: Policy, fields: dict[str, Any]) -> Policy:
    known = {name: getattr(defaults, name) for name in Policy.__dataclass_fields__}
    return Policy(**{**known, **fields})


def _fields(tables: dict[str, Any], text: str, problems: list[str]) -> Iterator[tuple[str, Any]]:
    for table, entries in tables.items():
        if table not in KEYS:
            problems.append(f"line {_line(text, table)}: unknown table [{table}]{_nearest(table, KEYS)}")
            continue
        if not isinstance(entries, dict):
            problems.append(f"line {_line(text, table)}: write [{table}] once, on a line of its own")
            continue
        for name, value in entries.items():
            key = KEYS[table].get(name)
            if key is None:
                problems.append(f"line {_line(text, name)}: unknown key {name}{_nearest(name, KEYS[table])}")
                continue
            try:
                yield key.field, key.read(value)
            except ValueError as error:
                problems.append(f"line {_line(text, name)}: {table}.{name}: {error}")


def _line(text: str, word: str) -> int:
    """The first line that sets this key or opens this table."""
    pattern = re.compile(rf"^\s*(\[+\s*)?[\"']?{re.escape(word)}[\"']?\s*(=|\]|\.)")
    return next((number for number, line in enumerate(text.splitlines(), 1) if pattern.match(line)), 1)


def _nearest(word: str, known: dict[str, Any]) -> str:
    near = difflib.get_close_matches(word, known, n=1, cutoff=0.5)
    return f"; did you mean {near[0]}?" if near else f"; known are: {', '.join(known)}"
