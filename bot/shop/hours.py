"""`[[hours]]`: when the shop works; `[days_off]`: when it does not all the same.

What is read here becomes working hours once the zone is known too: see `bot.shop.working`.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from bot.shop.checks import shaped
from bot.shop.place import Place
from bot.shop.table import Key, Table, entries, plain, rows, shape
from flows.clocks.calendar import stretch
from flows.clocks.hours import Shift, shift
from flows.saying import Said

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Week = tuple[tuple[Shift, ...], ...]
_SPAN = re.compile(r"(\w+)\s*-\s*(\w+)")


_DAY = {"type": "string"}


@shaped(anyOf=[_DAY, {"type": "array", "items": _DAY, "minItems": 1}])
def days(value: Any) -> tuple[int, ...]:
    """Weekdays, Monday 0: "mon-fri", "sat", or a list of such."""
    parts = value if isinstance(value, list) and value else [value]
    return tuple(sorted({day for part in parts for day in _days(part)}))


def _days(part: Any) -> tuple[int, ...]:
    text = part.strip().lower() if isinstance(part, str) else ""
    span = _SPAN.fullmatch(text)
    first, last = (span[1], span[2]) if span else (text, text)
    if first not in DAYS or last not in DAYS:
        raise Said('write days such as "mon-fri" or ["mon", "sat"]; known are {known}', known=", ".join(DAYS))
    start, end = DAYS.index(first), DAYS.index(last)
    return tuple(day % 7 for day in range(start, (end if end >= start else end + 7) + 1))


@shaped(type="string", pattern=r"^\s*(([01]\d|2[0-3]):[0-5]\d|24:00)\s*$")
def _clock(value: Any) -> str:
    text = value.strip() if isinstance(value, str) else ""
    if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d|24:00", text):
        raise Said('write a time in quotes, such as "09:00"')
    return text


@shaped(anyOf=[{"type": "string"}, {"type": "array", "items": {"type": "string"}}])
def shifts(value: Any) -> Week:
    """A person's week: ["mon-fri 09:00-18:00", "sat 22:00-06:00"]. Raises Said with the remedy."""
    week: list[tuple[Shift, ...]] = [()] * 7
    for text in value if isinstance(value, list) else [value]:
        words = text.split() if isinstance(text, str) else []
        if len(words) != 2:
            raise Said('write shifts such as ["mon-fri 09:00-18:00"]; one that closes earlier ends next day')
        for day in days(words[0]):
            week[day] = (*week[day], shift(words[1]))
    return tuple(week)


HOURS = {
    "days": Key("days", days),
    "opens": Key("opens", _clock),
    "closes": Key("closes", _clock),
}


def _read(found: Any, place: Place) -> dict[str, Any]:
    week: list[tuple[Shift, ...]] = [()] * 7
    for row, where in rows(found, place):
        before = len(where.problems)
        values = entries(row, HOURS, where)
        missing = [name for name in HOURS if name not in row]
        if missing:
            where.complain(Said("hours need days, opens and closes: {names} is missing", names=", ".join(missing)))
        if len(where.problems) > before:
            continue
        try:
            one = shift(f"{values['opens']}-{values['closes']}")
        except Said as error:
            where.complain(Said("{table}.{name}: {said}", table="hours", name="closes", said=error), "closes")
            continue
        for day in values["days"]:
            week[day] = (*week[day], one)
    return {"week": tuple(week)} if any(week) else {}


@shaped(type="string")
def country(value: Any) -> str:
    from flows.clocks.sites import SITES  # noqa: PLC0415 - brings the holidays, which few shops' files need

    known = sorted(name for name in SITES if "." not in name)
    if value not in known:
        raise Said("write the country whose holidays you keep, one of: {known}", known=", ".join(known))
    return str(value)


_DATE = {"type": "string", "format": "date"}
_STRETCH = {
    "type": "object",
    "properties": {"from": _DATE, "until": _DATE, "name": {}},
    "required": ["from", "until"],
    "additionalProperties": False,
}


@shaped(anyOf=[_DATE, _STRETCH, {"type": "array", "items": {"anyOf": [_DATE, _STRETCH]}}])
def _closed(value: Any) -> dict[date, str]:
    closed: dict[date, str] = {}
    for day in value if isinstance(value, list) else [value]:
        if type(day) is date:
            closed[day] = "closed"
        elif isinstance(day, dict) and day.keys() <= {"from", "until", "name"} and _are_dates(day):
            closed |= stretch(day["from"], day["until"], str(day.get("name", "closed")))
        else:
            raise Said("write dates such as [2026-12-24] or {{from = 2027-02-05, until = 2027-02-12}}")
    return closed


def _are_dates(day: dict[str, Any]) -> bool:
    return type(day.get("from")) is date and type(day.get("until")) is date


TABLE = Table(_read, tuple(HOURS), {"type": "array", "items": shape(HOURS, *HOURS)})
DAYS_OFF = plain({"holidays": Key("country", country), "closed": Key("closed", _closed)})
