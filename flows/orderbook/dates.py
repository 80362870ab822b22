"""Instants as order files write them. A zone in the text counts; else the zone that is said for the file.

Where only a day is given, a promise ends with that day and everything else begins with it. 03/04/2026 is read only
when other rows of the file prove which number is the day (`day_first`), or the person says so.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTHS = {name: n for n, name in enumerate(_NAMES, 1)}
ZONES = {"UTC": "UTC", "GMT": "UTC", "Z": "UTC", "PST": "America/Los_Angeles", "PDT": "America/Los_Angeles",
         "BST": "Europe/London", "CET": "Europe/Berlin", "CEST": "Europe/Berlin", "JST": "Asia/Tokyo",
         "CST": "", "MEZ": "Europe/Berlin", "MESZ": "Europe/Berlin"}  # fmt: skip
EARLIEST, LATEST = 2000, 2100
_ISO = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[T ]?(.*))?")
_WORDS = re.compile(
    r"(?:(\d{1,2})[- ]([A-Za-z]{3})[a-z]*|([A-Za-z]{3})[a-z]*\.?[- ](\d{1,2}))[-, ]+(\d{4}|\d{2})(?:,? +(.*))?"
)
_SLASHED = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4}|\d{2})(?:,? +(.*))?")
_TIME = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*([AaPp][Mm])?\s*(.*)")
_OFFSET = re.compile(r"(?:UTC|GMT)?\s*([+-])(\d{2}):?(\d{2})?")


class NoInstant(ValueError):
    """Not a date; the message says why."""


def day_first(values: Iterable[str]) -> bool | None:
    """Whether 03/04 means the 3rd of April, as far as these values prove it; None when they do not, or
    disagree.
    """
    proofs = {proof for value in values if (proof := _proves(value)) is not None}
    return proofs.pop() if len(proofs) == 1 else None


def read_instant(text: str, zone: tzinfo, *, is_day_first: bool | None = None, ends_day: bool = False) -> datetime:
    """The instant in UTC. Raises NoInstant."""
    plain = " ".join(unicodedata.normalize("NFKC", text).split())
    day, rest = _day(plain, is_day_first)
    if not rest:
        at = datetime.combine(day, time(), zone)
        if ends_day:
            at = datetime.combine(day + timedelta(days=1), time(), zone) - timedelta(seconds=1)
        return at.astimezone(UTC)
    clock, zone_said = _time(rest, zone)
    return datetime.combine(day, clock, zone_said).astimezone(UTC)


def _day(plain: str, is_day_first: bool | None) -> tuple[date, str]:
    if found := _ISO.fullmatch(plain):
        year, month, day, rest = found.groups()
    elif found := _WORDS.fullmatch(plain):
        before, name, other, after, year, rest = found.groups()
        month, day = str(MONTHS.get((name or other).lower(), 0)), before or after
    elif found := _SLASHED.fullmatch(plain):
        one, two, year, rest = found.groups()
        known = is_day_first if _proves(plain) is None else _proves(plain)
        if known is None:
            known = True if one == two else None
        if "." in plain and known is None:
            known = True  # 03.04.2026 is written by people who put the day first
        if known is None:
            raise NoInstant(f"{plain} may be day/month or month/day: say which with --dates dmy or --dates mdy")
        day, month = (one, two) if known else (two, one)
    else:
        raise NoInstant(f"{plain[:40]!r} is no date that is known here: write it like 2026-11-25 14:30")
    whole = int(year) + (2000 if len(year) == 2 else 0)
    if not EARLIEST <= whole <= LATEST:
        raise NoInstant(f"{plain} is in the year {whole}")
    try:
        return date(whole, int(month), int(day)), (rest or "").strip()
    except ValueError:
        raise NoInstant(f"{plain} is no day of any calendar") from None


def _time(rest: str, zone: tzinfo) -> tuple[time, tzinfo]:
    found = _TIME.fullmatch(rest)
    if found is None:
        raise NoInstant(f"{rest[:40]!r} is no time of day")
    hour, minute, second = int(found[1]), int(found[2]), int(found[3] or 0)
    if found[4]:
        hour = hour % 12 + (12 if found[4].lower() == "pm" else 0)
    try:
        return time(hour, minute, second), _zone(found[5].strip(), zone)
    except ValueError:
        raise NoInstant(f"{rest[:40]!r} is no time of day") from None


def _zone(said: str, zone: tzinfo) -> tzinfo:
    if not said:
        return zone
    if known := ZONES.get(said.upper()):
        return ZoneInfo(known)
    if found := _OFFSET.fullmatch(said):
        minutes = int(found[2]) * 60 + int(found[3] or 0)
        return timezone(timedelta(minutes=minutes if found[1] == "+" else -minutes))
    raise NoInstant(f"{said[:20]!r} is no zone that is known here")


def _proves(text: str) -> bool | None:
    found = _SLASHED.fullmatch(" ".join(text.split()))
    if found is None:
        return None
    one, two = int(found[1]), int(found[2])
    if one > 12 >= two:
        return True
    return False if two > 12 >= one else None
