"""Civil time: which instant a wall clock means, by stated rule, and where a zone changes its offset.

One rule serves every border (a day's start, a shift's edge): the first instant at which the wall clock shows this
time or a later one. So a midnight that is missing is the end of the gap, and one that comes twice is the first.
"""

from __future__ import annotations

import zoneinfo
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

import tzdata

from flows.reckoning import ZoneChange
from flows.values import aware

Fold = Literal["first", "second"]
Gap = Literal["backward", "gap_end", "forward"]

ONE_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)


def source() -> str:
    """Which zone data is read: the pinned package's version such as "2026f", or "system"."""
    return "system" if zoneinfo.TZPATH else tzdata.IANA_VERSION


@lru_cache(maxsize=1024)
def zone_of(name: str) -> ZoneInfo:
    """The zone of this IANA name. Raises ValueError for an unknown one."""
    try:
        return ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"{name!r} is no IANA time zone, such as Europe/Berlin") from error


def resolve(local: datetime, zone: str, fold: Fold = "first", gap: Gap = "backward") -> tuple[datetime, str]:
    """The instant (UTC) of a zone-less local time, and how: "", "fold.first", "gap.backward" and so on.

    A time that comes twice is its `first` or `second` coming. One that a gap leaves out is read by the offset
    after the gap (`backward`, the earlier instant), before it (`forward`), or as the `gap_end` itself.
    """
    if local.tzinfo is not None:
        raise ValueError(f"{local.isoformat()} has an offset already")
    tz = zone_of(zone)
    before, after = _offset(local.replace(fold=0, tzinfo=tz)), _offset(local.replace(fold=1, tzinfo=tz))
    early, late = (local - max(before, after)), (local - min(before, after))
    if before == after:
        return early.replace(tzinfo=UTC, fold=0), ""
    if before > after:
        return (early if fold == "first" else late).replace(tzinfo=UTC, fold=0), f"fold.{fold}"
    if gap == "gap_end":
        return _jump(early.replace(tzinfo=UTC, fold=0), late.replace(tzinfo=UTC, fold=0), tz), "gap.gap_end"
    return (early if gap == "backward" else late).replace(tzinfo=UTC, fold=0), f"gap.{gap}"


def reached(local: datetime, zone: str) -> datetime:
    """The first instant at which the wall clock shows this zone-less time or a later one."""
    return resolve(local, zone, "first", "gap_end")[0]


@lru_cache(maxsize=65_536)
def day_start(day: date, zone: str) -> datetime:
    """The first instant of the local date; of one that was skipped (Apia 2011), the first after it."""
    return reached(datetime.combine(day, time()), zone)


def exists(day: date, zone: str) -> bool:
    """Whether the zone had this date at all."""
    return day not in _gone(zone, day.year)


def changes(zone: str, since: datetime, until: datetime) -> tuple[ZoneChange, ...]:
    """The changes of the zone's offset after `since` and up to `until`, earliest first."""
    years = range(since.astimezone(UTC).year, until.astimezone(UTC).year + 1)
    return tuple(c for year in years for c in _changes(zone, year) if since < c.at <= until)


def read(text: str, zone: str, fold: Fold = "first", gap: Gap = "backward") -> tuple[datetime, str]:
    """A platform's time as an instant and how it was resolved; `zone` serves only a text without an offset.

    Knows ISO forms, and AliExpress's `20261105181000000-0800` and zone-less `2026-11-05 18:10:00`. Raises
    ValueError for anything else.
    """
    text = text.strip()
    try:
        if text[:17].isdigit() and text[17:18] in ("", "+", "-"):
            given = datetime.fromisoformat(f"{text[:8]}T{text[8:14]}.{text[14:]}")
        else:
            given = datetime.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"{text!r} is no time that can be read, such as 2026-11-05 18:10:00") from error
    return resolve(given, zone, fold, gap) if given.tzinfo is None else (aware(given), "")


def _offset(local: datetime) -> timedelta:
    offset = local.utcoffset()
    assert offset is not None  # noqa: S101 - every zone of the data has one
    return offset


def _jump(before: datetime, after: datetime, tz: ZoneInfo) -> datetime:
    """The instant in (before, after] at which the offset of `before` ends."""
    old = _offset(before.astimezone(tz))
    while after - before > _SECOND:
        middle = before + (after - before) // 2
        middle = middle.replace(microsecond=0) if middle.replace(microsecond=0) > before else middle
        before, after = (middle, after) if _offset(middle.astimezone(tz)) == old else (before, middle)
    return after.replace(microsecond=0)


@lru_cache(maxsize=32_768)
def _changes(zone: str, year: int) -> tuple[ZoneChange, ...]:
    """Looked for day by day: a zone's data has no list to ask for."""
    tz, found = zone_of(zone), []
    day = datetime(year, 1, 1, tzinfo=UTC)
    end = datetime(year + 1, 1, 1, tzinfo=UTC) if year < 9999 else datetime.max.replace(tzinfo=UTC)
    old = _offset(day.astimezone(tz))
    while day < end:
        following = min(day + ONE_DAY, end) if end - day > ONE_DAY else end
        new = _offset(following.astimezone(tz))
        if new != old:
            at = _jump(day, following, tz)
            found.append(ZoneChange(at, int((new - old).total_seconds()), int(new.total_seconds())))
        day, old = following, new
    return tuple(found)


@lru_cache(maxsize=32_768)
def _gone(zone: str, year: int) -> frozenset[date]:
    """The dates of the year that a jump forward left out whole."""
    gone: set[date] = set()
    since, until = datetime(year, 1, 1, tzinfo=UTC) - 2 * ONE_DAY, datetime(year, 12, 31, tzinfo=UTC) + 2 * ONE_DAY
    for change in changes(zone, since, until):
        if change.seconds < ONE_DAY.total_seconds():
            continue
        after = (change.at + timedelta(seconds=change.offset)).replace(tzinfo=None)
        day = (after - timedelta(seconds=change.seconds)).date()
        day += ONE_DAY * (datetime.combine(day, time()) < after - timedelta(seconds=change.seconds))
        while datetime.combine(day + ONE_DAY, time()) <= after:
            gone.add(day)
            day += ONE_DAY
    return frozenset(gone)
