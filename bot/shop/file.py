"""The file as a whole: read once, every table by its own room, all problems together."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bot.shop import alarms, cases, desk, hours, ladders, money, orders, prevention, replies, rules, staff
from bot.shop.place import Lines, Place, nearest
from bot.shop.table import Table
from bot.shop.working import working
from flows.policy import Policy
from flows.saying import Said, Translate

TABLES: Mapping[str, Table] = {
    "shop": desk.TABLE,
    "replies": replies.TABLE,
    "cases": cases.TABLE,
    "orders": orders.TABLE,
    "staff": staff.TABLE,
    "money": money.TABLE,
    "rules": rules.TABLE,
    "hours": hours.TABLE,
    "days_off": hours.DAYS_OFF,
    "ladders": ladders.TABLE,
    "alarms": alarms.TABLE,
    "prevention": prevention.TABLE,
}


class ShopFileError(ValueError):
    """The file cannot be used; `problems` says everything that is wrong with it and how to mend it."""

    def __init__(self, file: Path, problems: list[Said]) -> None:
        super().__init__("\n".join(f"{file}: {problem}" for problem in problems))
        self.file = file
        self.problems = problems

    def told(self, translate: Translate) -> str:
        """In another language, a line each."""
        return "\n".join(f"{self.file}: {problem.told(translate)}" for problem in self.problems)


def read_shop(file: Path, defaults: Policy) -> Policy:
    """The shop's policy; the defaults when there is no file. Raises ShopFileError with every problem."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return defaults
    except UnicodeDecodeError as error:
        raise ShopFileError(file, [Said("is not UTF-8 text: save it as UTF-8")]) from error
    except OSError as error:
        raise ShopFileError(file, [Said("cannot be read: {why}", why=error.strerror)]) from error
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ShopFileError(file, [Said("is not valid TOML: {why}", why=error)]) from error
    problems: list[Said] = []
    fields = _fields(tables, Lines(text), problems)
    if problems:
        raise ShopFileError(file, problems)
    known = {name: getattr(defaults, name) for name in Policy.__dataclass_fields__}
    return Policy(**{**known, **working(fields, fields.get("zone", defaults.zone))})


def _fields(tables: dict[str, Any], lines: Lines, problems: list[Said]) -> dict[str, Any]:
    """The policy's fields that the file sets, by name."""
    fields: dict[str, Any] = {}
    for name, found in tables.items():
        place = Place(lines, problems, name)
        table = TABLES.get(name)
        if table is None:
            place.complain(Said("unknown table [{name}]{hint}", name=name, hint=nearest(name, TABLES)))
        else:
            fields |= table.read(found, place)
    if "money" in fields:
        money.can_be_met(fields["money"], _roles(fields), Place(lines, problems, "money"))
    return fields


def _roles(fields: dict[str, Any]) -> list[str]:
    """The highest role of everybody who has one."""
    leads = set(fields.get("leads", ()))
    others = {p["id"] for p in fields.get("people", ()) if p.get("roles")} - leads
    return ["lead"] * len(leads) + ["approver"] * len(others)
