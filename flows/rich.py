"""Words for people, free of any platform's markup.

A `Line` is a key with its parameters: it is stored, and worded later in the reader's language. Worded, it is
`Rich`: a tuple of plain strings, instants, people, links and references to buyer's text, which an adapter turns
into its platform's own markup and escapes there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from msgspec import Struct


@dataclass(frozen=True, slots=True)
class At:
    """An instant, to be shown in the reader's own zone. `style` is "full", "time", "seconds" or "date"."""

    instant: datetime
    style: str = "full"


@dataclass(frozen=True, slots=True)
class Person:
    """A member of staff by the desk's own id; shown as a name. `page` mentions, so that it rings."""

    id: str
    page: bool = False


@dataclass(frozen=True, slots=True)
class Strong:
    text: str


@dataclass(frozen=True, slots=True)
class Quote:
    """Somebody's own words, shown as theirs and never read as markup."""

    text: str


@dataclass(frozen=True, slots=True)
class Link:
    """Our own words that open an address (http or https)."""

    text: str
    url: str


Part = str | At | Person | Strong | Quote | Link
Rich = tuple[Part, ...]


class Line(Struct, frozen=True, gc=False):
    """One sentence of the history or of an answer: a key of the desk's catalogue with its parameters.

    Values are plain strings; `at:` (ISO instant), `person:`, `text:` (a text's id) and `word:` (another key) are
    marked by their prefix, so that a stored line needs no types of its own.
    """

    key: str
    params: tuple[tuple[str, str], ...] = ()


def line(key: str, **params: str | datetime) -> Line:
    """A line; datetimes are stored as `at:` values, underscored names read as given."""
    marked = (
        (name, f"at:{value.isoformat()}" if isinstance(value, datetime) else value)
        for name, value in sorted(params.items())
    )
    return Line(key, tuple(marked))


_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")


def fill(template: str, params: dict[str, Part]) -> Rich:
    """Put parameters into a template. Raises KeyError for a placeholder that nobody filled.

    `**words**` in a template are strong. A parameter is never read as a template or as markup.
    """
    parts: list[Part] = []
    for index, piece in enumerate(template.split("**")):
        words = _fill_plain(piece, params)
        parts.extend(_strong(words) if index % 2 else words)
    return _merged(part for part in parts if part != "")


def _merged(parts: Iterable[Part]) -> Rich:
    """Neighbours that are strong as one: two marks in a row are no mark at all in most platforms' markup."""
    merged: list[Part] = []
    for part in parts:
        last = merged[-1] if merged else None
        if isinstance(part, Strong) and isinstance(last, Strong):
            merged[-1] = Strong(last.text + part.text)
        else:
            merged.append(part)
    return tuple(merged)


def _fill_plain(piece: str, params: dict[str, Part]) -> list[Part]:
    """Strings and parameters in turn."""
    split = _PLACEHOLDER.split(piece)
    return [params[text] if index % 2 else text for index, text in enumerate(split)]


def _strong(words: list[Part]) -> list[Part]:
    return [Strong(word) if isinstance(word, str) and word else word for word in words]


def plain(rich: Rich, names: Mapping[str, str] | None = None) -> str:
    """The same words without markup, instants in UTC: for a notification, a log, a terminal.

    `names` are people's names by id; one that is not there is shown by its id.
    """
    return "".join(_plain(part, names or {}) for part in rich)


def _plain(part: Part, names: Mapping[str, str]) -> str:
    match part:
        case At(instant):
            return f"{instant:%Y-%m-%d %H:%M} UTC"
        case Person(id):
            return f"@{names.get(id, id)}"
        case Strong(text) | Quote(text) | Link(text):
            return text
        case _:
            return part
