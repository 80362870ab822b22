"""Copies of a template: the same case, years of other buyers, orders and ids. Pure; the slow part of a million.

What differs from copy to copy is found in the template's rows by its looks: ids (their first 13 characters are the
instant they were made at), dates, the case's number, the buyer's chat, the order.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from benchmarks.templates import CHAT, NUMBER, ORDER, Template
from bot.store.journal import GENESIS, chained
from bot.store.tables import metadata

_ID = re.compile(r"\b([0-9a-f]{8}-[0-9a-f]{4})(-7[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12})\b")
_DATE = re.compile(r"\b(\d{4}-\d{2}-\d{2})(?=[T ]\d{2}:)")
_BORDER = "\x1f"


@dataclass(frozen=True, slots=True)
class Copy:
    """Who the copy is: `back` is how long before the template it happened."""

    number: int
    chat: int
    back: timedelta


@dataclass(frozen=True, slots=True)
class _Row:
    """`text` holds every text of the row with marks to fill in; `at` says which columns they are."""

    text: str
    at: tuple[int, ...]
    values: tuple[Any, ...]
    raw: frozenset[int]

    def filled(self, marks: Mapping[str, str | int]) -> list[Any]:
        row = list(self.values)
        for at, value in zip(self.at, (self.text % marks).split(_BORDER), strict=True):
            row[at] = value.encode() if at in self.raw else value
        return row


@dataclass(slots=True)
class Stencil:
    """One template, ready to be copied fast."""

    rows: dict[str, list[_Row]] = field(init=False)
    _instants: dict[str, str] = field(init=False, default_factory=dict)
    _dates: dict[str, str] = field(init=False, default_factory=dict)

    def __init__(self, template: Template) -> None:
        self._instants, self._dates = {}, {}
        self.rows = {name: [self._row(row) for row in rows] for name, rows in template.rows.items()}

    def _row(self, row: Sequence[Any]) -> _Row:
        values = [str(value) if value == NUMBER else value for value in row]
        raw = {at for at, value in enumerate(values) if isinstance(value, bytes)}
        texts = {at: _text(value) for at, value in enumerate(values) if isinstance(value, str | bytes)}
        text = _BORDER.join(self._marked(words) for words in texts.values())
        return _Row(text, tuple(texts), tuple(values), frozenset(raw))

    def _marked(self, text: str) -> str:
        """Ids first: their digits may by chance be those of the number or the chat."""
        marked, end = "", 0
        for found in _ID.finditer(text):
            marked += self._plain(text[end : found.start()])
            marked += f"%({self._name(self._instants, found[1], 'i')})s{found[2]}"
            end = found.end()
        return marked + self._plain(text[end:])

    def _plain(self, text: str) -> str:
        text = text.replace("%", "%%").replace(ORDER, "%(order)s").replace(str(NUMBER), "%(number)d")
        text = text.replace(str(CHAT), "%(chat)d")
        return _DATE.sub(lambda found: f"%({self._name(self._dates, found[1], 'd')})s", text)

    def _name(self, known: dict[str, str], found: str, letter: str) -> str:
        return known.setdefault(found, f"{letter}{len(known)}")

    def copy(self, copy: Copy) -> dict[str, list[list[Any]]]:
        """Every row of it, the journal chained anew."""
        marks = self._marks(copy)
        rows = {name: [row.filled(marks) for row in found] for name, found in self.rows.items()}
        _chain(rows["journal"])
        return rows

    def _marks(self, copy: Copy) -> dict[str, str | int]:
        back_ms = copy.back // timedelta(milliseconds=1)  # exactly: a float would make two of them one
        order = f"408-{copy.number // 10_000_000:07d}-{copy.number % 10_000_000:07d}"
        marks: dict[str, str | int] = {"number": copy.number, "chat": copy.chat, "order": order}
        for instant, name in self._instants.items():
            moved = f"{int(instant.replace('-', ''), 16) - back_ms:012x}"
            marks[name] = f"{moved[:8]}-{moved[8:]}"
        for day, name in self._dates.items():
            marks[name] = (date.fromisoformat(day) - timedelta(days=copy.back.days)).isoformat()
        return marks


def _text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else value


_NAMES = [column.name for column in metadata.tables["journal"].columns]
_AT, _PREVIOUS, _HASH = (_NAMES.index(name) for name in ("at", "previous", "hash"))


def _chain(entries: list[list[Any]]) -> None:
    """The template's rows are one case's entries, in order: link each to the one before it."""
    previous = GENESIS
    for entry in entries:
        row = dict(zip(_NAMES, entry, strict=True))
        row["at"] = datetime.fromisoformat(entry[_AT]).replace(tzinfo=UTC)
        entry[_PREVIOUS] = previous
        entry[_HASH] = previous = chained(previous, row)
