"""Where in the file something stands, so that each problem names the line an editor can jump to."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from flows.saying import Said


class Lines:
    """The lines of a TOML text, searched for the header of a table and for a key below it."""

    def __init__(self, text: str) -> None:
        self._lines = text.splitlines()

    def find(self, table: str, key: str = "", nth: int = 0) -> int:
        """The line (from 1) of a key in the `nth` table of this name; of its header when the key is not seen."""
        header = self._header(table, nth)
        if header is None:  # written with dots or braces, on a line of its own all the same
            return self._first(key or table, 0, len(self._lines)) or self._first(table, 0, len(self._lines)) or 1
        return (self._first(key, header, self._end(header)) if key else None) or header

    def _header(self, table: str, nth: int) -> int | None:
        """The line below which the table's keys stand."""
        pattern = _header_pattern(table)
        found = [number for number, line in enumerate(self._lines, 1) if pattern.match(line)]
        return found[min(nth, len(found) - 1)] if found else None

    def _end(self, header: int) -> int:
        after = (
            number for number, line in enumerate(self._lines[header:], header) if line.lstrip().startswith("[")
        )
        return next(after, len(self._lines))

    def _first(self, word: str, start: int, end: int) -> int | None:
        pattern = re.compile(rf"\s*[\"']?{re.escape(word)}[\"']?\s*(=|\.)")
        return next((start + n for n, line in enumerate(self._lines[start:end], 1) if pattern.match(line)), None)


def _header_pattern(table: str) -> re.Pattern[str]:
    """The header of this table, its last part or the whole of it in quotes or not: `[rules."amz.msg.reply"]`."""
    first, dot, rest = (re.escape(part) for part in table.partition("."))
    below = rf"\s*{dot}\s*[\"']?{rest}" if rest else ""
    return re.compile(rf"\s*\[{{1,2}}\s*[\"']?{first}{below}[\"']?\s*\]")


@dataclass(frozen=True, slots=True)
class Place:
    """A table of the file (`nth` of those in double brackets), and the list that its problems go to."""

    lines: Lines
    problems: list[Said]
    table: str
    nth: int = 0

    def complain(self, said: Said, key: str = "") -> None:
        """Add one problem, at the key's line if one is named."""
        line = self.lines.find(self.table, key, self.nth)
        self.problems.append(Said("line {line}: {said}", line=line, said=said))

    def below(self, name: str) -> Place:
        """The place of `[table.name]`."""
        return Place(self.lines, self.problems, f"{self.table}.{name}")

    def row(self, nth: int) -> Place:
        """The place of the `nth` `[[table]]`, from 0."""
        return Place(self.lines, self.problems, self.table, nth)


def nearest(word: str, known: Iterable[str]) -> Said:
    """A hint at what may have been meant; when nothing is near, all there is."""
    names = tuple(known)
    return near(word, names) or Said("; known are: {known}", known=", ".join(names))


def near(word: str, known: Iterable[str]) -> Said | None:
    """What may have been meant, if anything is near."""
    found = difflib.get_close_matches(word, tuple(known), n=1, cutoff=0.5)
    return Said("; did you mean {name}?", name=found[0]) if found else None
