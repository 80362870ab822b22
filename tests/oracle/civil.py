"""A zone's civil time from the bytes of its TZif file: nothing shared with `zoneinfo` or with the product.

Instants are whole seconds since 1970, local times the same count on the wall clock, dates are day numbers
(local // 86400). A zone is a list of stretches of constant offset, and everything is a search through them.
"""

from __future__ import annotations

import re
import struct
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib import resources
from itertools import pairwise

DAY = 86_400
FIRST, LAST = 1999, 2042  # years that the stretches cover
_FOREVER = 1 << 40
_NAME = r"(?:<[^>]+>|[A-Za-z]+)"
_OFFSET = r"[+-]?\d+(?::\d+){0,2}"
_FOOTER = re.compile(rf"{_NAME}({_OFFSET})(?:{_NAME}({_OFFSET})?(?:,([^,]+),([^,]+))?)?")


@dataclass(frozen=True)
class Stretch:
    """From `start` until `end` (not included) the wall clock shows the instant plus `offset`."""

    start: int
    end: int
    offset: int


@dataclass(frozen=True, eq=False)
class Civil:
    name: str
    stretches: tuple[Stretch, ...]

    @cached_property
    def _starts(self) -> list[int]:
        return [stretch.start for stretch in self.stretches]

    def local(self, instant: int) -> int:
        return instant + self._of(instant).offset

    def date(self, instant: int) -> int:
        return self.local(instant) // DAY

    def transitions(self) -> tuple[tuple[int, int], ...]:
        """Instant and change in seconds of every change of the offset."""
        pairs = pairwise(self.stretches)
        return tuple((after.start, after.offset - before.offset) for before, after in pairs)

    def reached(self, local: int) -> int:
        """The first instant at which the wall clock shows this or a later time; searched within two days."""
        for stretch in self._near(local):
            if stretch.end + stretch.offset > local:
                return max(stretch.start, local - stretch.offset)
        raise AssertionError("the last stretch never ends")

    def readings(self, local: int) -> list[int]:
        """Every instant at which the wall clock shows exactly this time: none, one or two."""
        candidates = ((stretch, local - stretch.offset) for stretch in self._near(local))
        return [instant for stretch, instant in candidates if stretch.start <= instant < stretch.end]

    def resolved(self, local: int, fold: str, gap: str) -> int:
        found = self.readings(local)
        if found:
            return min(found) if fold == "first" else max(found)
        near = list(self._near(local))
        for before, after in pairwise(near):
            if before.end + before.offset <= local < after.start + after.offset:
                return {
                    "backward": local - after.offset,
                    "forward": local - before.offset,
                    "gap_end": after.start,
                }[gap]
        raise AssertionError("a time that is not shown lies in a gap")

    def shown(self, date: int) -> bool:
        """Whether the wall clock ever showed this date."""
        return any(
            (stretch.start + stretch.offset) // DAY <= date <= (stretch.end - 1 + stretch.offset) // DAY
            for stretch in self._near(date * DAY)
        )

    def _of(self, instant: int) -> Stretch:
        return self.stretches[bisect_right(self._starts, instant) - 1]

    def since(self, instant: int) -> tuple[Stretch, ...]:
        """The stretches from the one that holds this instant on; the last one never ends."""
        return self.stretches[bisect_right(self._starts, instant) - 1 :]

    def between(self, since: int, until: int) -> tuple[Stretch, ...]:
        """The stretches that overlap this time."""
        return self.stretches[bisect_right(self._starts, since) - 1 : bisect_right(self._starts, until - 1)]

    def _near(self, local: int) -> Iterator[Stretch]:
        """The stretches within two days and a bit of a local time."""
        first = max(0, bisect_right(self._starts, local - 3 * DAY) - 1)
        for stretch in self.stretches[first:]:
            if stretch.start > local + 3 * DAY:
                return
            yield stretch


@lru_cache(maxsize=1024)
def civil(name: str) -> Civil:
    """The zone of this name, as the pinned package's file says."""
    package, _, file = f"tzdata.zoneinfo.{name.replace('/', '.')}".rpartition(".")
    data = resources.files(package).joinpath(file).read_bytes()
    changes, footer = _parse(data)
    known_until = changes[-1][0]
    for at, offset in _ruled(footer):
        if at > known_until:
            changes.append((at, offset))
    merged: list[tuple[int, int]] = []
    for at, offset in changes:
        if not merged or merged[-1][1] != offset:
            merged.append((at, offset))
    ends = [at for at, _ in merged[1:]] + [_FOREVER]
    return Civil(name, tuple(Stretch(at, end, offset) for (at, offset), end in zip(merged, ends, strict=True)))


def _parse(data: bytes) -> tuple[list[tuple[int, int]], str]:
    """RFC 9636: the 64-bit block's transitions as (instant, offset after it), and the footer."""
    begin = 44 + _size(data[:44], 4)
    header = data[begin : begin + 44]
    _, _, _, times, types, _ = struct.unpack(">6l", header[20:44])
    at = begin + 44
    instants = struct.unpack(f">{times}q", data[at : at + 8 * times])
    kinds = data[at + 8 * times : at + 9 * times]
    table = at + 9 * times
    offsets = [struct.unpack(">l", data[table + 6 * i : table + 6 * i + 4])[0] for i in range(types)]
    changes = [(-_FOREVER, offsets[0])] + [(t, offsets[k]) for t, k in zip(instants, kinds, strict=True)]
    footer = data[begin + 44 + _size(header, 8) :].strip(b"\n").decode()
    return changes, footer


def _size(header: bytes, width: int) -> int:
    assert header[:4] == b"TZif"
    isut, isstd, leaps, times, types, letters = struct.unpack(">6l", header[20:44])
    size: int = times * width + times + types * 6 + letters + leaps * (width + 4) + isstd + isut
    return size


def _ruled(footer: str) -> list[tuple[int, int]]:
    """The footer's yearly changes (POSIX TZ), as instants with the offset after each, in order."""
    found = _FOOTER.fullmatch(footer)
    assert found is not None, footer
    standard = -_seconds(found[1])
    if found[3] is None:
        return []
    summer = -_seconds(found[2]) if found[2] else standard + 3600
    changes = []
    for year in range(FIRST, LAST + 1):
        changes.append((_rule(found[3], year) - standard, summer))
        changes.append((_rule(found[4], year) - summer, standard))
    return sorted(changes)


def _rule(rule: str, year: int) -> int:
    """A POSIX rule of one year as local seconds, by the offset before the change."""
    when, _, clock = rule.partition("/")
    seconds = _seconds(clock) if clock else 7200
    if when.startswith("M"):
        month, week, weekday = (int(part) for part in when[1:].split("."))
        first = _date(year, month, 1)
        day = first + (weekday - (first + 4) % 7) % 7 + 7 * (week - 1)  # 1970-01-01 was a Thursday; Sunday is 0
        following = _date(year + month // 12, month % 12 + 1, 1)
        while day >= following:
            day -= 7
        return day * DAY + seconds
    if when.startswith("J"):
        day = int(when[1:])
        is_leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
        return (_date(year, 1, 1) + day - 1 + (is_leap and day >= 60)) * DAY + seconds
    return (_date(year, 1, 1) + int(when)) * DAY + seconds


def _date(year: int, month: int, day: int) -> int:
    """The day number of a Gregorian date, by counting months from March."""
    year, month = (year - 1, month + 9) if month < 3 else (year, month - 3)
    return 365 * year + year // 4 - year // 100 + year // 400 + (153 * month + 2) // 5 + day - 1 - 719_468


def _seconds(text: str) -> int:
    sign = -1 if text.startswith("-") else 1
    parts = [int(part) for part in text.lstrip("+-").split(":")]
    return sign * sum(part * unit for part, unit in zip(parts, (3600, 60, 1), strict=False))
