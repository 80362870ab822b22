"""CSV, TSV and JSON lines, read as a stream. A line that cannot be read spoils no other."""

from __future__ import annotations

import csv
import io
import json
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

from adapters.orders.table import LONGEST_CELL, FileTrouble, Line, too_wide

DELIMITERS = "\t,;|"
LONGEST_LINE = 1_000_000
LINES_A_CELL = 50  # an address has six
_NESTED = "items"


def rows(path: Path, encoding: str, delimiter: str = "") -> Iterator[Line]:
    """The lines of a delimited file. Quoted cells may hold line breaks; NULs are shown as U+2400."""
    csv.field_size_limit(LONGEST_CELL)
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        sign = delimiter or _delimiter(file)
        is_bare = _is_bare(sign, path)
        quoting: Literal[0, 3] = csv.QUOTE_NONE if is_bare else csv.QUOTE_MINIMAL
        for at, record, trouble in _records(file, is_bare=is_bare):
            if trouble:
                yield Line(at, trouble=trouble)
                continue
            try:
                cells = next(csv.reader(record, delimiter=sign, quoting=quoting), [])
            except csv.Error as error:
                yield Line(at, trouble=f"cannot be read: {error}")
                continue
            yield Line(at, tuple(cells), _raw(cells, sign), trouble=too_wide(len(cells)))


def _records(file: io.TextIOBase, *, is_bare: bool) -> Iterator[tuple[int, list[str], str]]:
    """(line, its text and that of the lines its quoted cells go on over, trouble). A quotation mark that is left
    open spoils its own line and does not swallow the rest of the file.
    """
    lines, at = _lines(file), 0
    ahead: deque[str] = deque()
    while True:
        first = ahead.popleft() if ahead else next(lines, None)
        if first is None:
            return
        at += 1
        is_open = not is_bare and first.count('"') % 2 == 1
        taken = [first]
        while is_open and len(taken) < LINES_A_CELL:
            more = ahead[len(taken) - 1] if len(ahead) >= len(taken) else next(lines, None)
            if more is None:
                break
            if len(ahead) < len(taken):
                ahead.append(more)
            taken.append(more)
            is_open = more.count('"') % 2 == 0
        if is_open:
            yield at, [], "a quotation mark is left open"
            continue
        for _ in taken[1:]:
            ahead.popleft()
        yield at, taken, ""
        at += len(taken) - 1


def _lines(file: io.TextIOBase) -> Iterator[str]:
    """Lines of bounded length: a file without line breaks must not fill the memory."""
    while line := file.readline(LONGEST_LINE):
        yield line.replace("\x00", "\u2400") if "\x00" in line else line


def _delimiter(file: io.TextIOBase) -> str:
    """The sign that stands in each of the first lines; if none does, the one that stands most often in one."""
    head = [line for line in (file.readline(LONGEST_LINE) for _ in range(20)) if line.strip()]
    file.seek(0)
    counts = {sign: [line.count(sign) for line in head] or [0] for sign in DELIMITERS}
    return max(DELIMITERS, key=lambda sign: (min(counts[sign]), max(counts[sign])))


def _is_bare(sign: str, path: Path) -> bool:
    """Amazon's flat files are tab-delimited and quote nothing: a lone " in a title is an inch."""
    return sign == "\t" and path.suffix.lower() in (".txt", ".tsv", ".tab")


def _raw(cells: list[str], sign: str) -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=sign, lineterminator="").writerow(cells)
    return text.getvalue().encode("utf-8", "replace")


def json_rows(path: Path, encoding: str) -> Iterator[Line]:
    """JSON lines as rows: the first line returned is the header, made of every key of the first thousand objects.

    An object's `items` (a list of objects) become a row each, with what the order itself says on all of them.
    """
    headings = _keys(path, encoding)
    yield Line(1, headings)
    for at, line in _numbered(path, encoding):
        try:
            found: Any = json.loads(line, parse_float=str, parse_int=str)
        except (ValueError, RecursionError) as error:
            yield Line(at, trouble=f"is no JSON: {str(error)[:80]}")
            continue
        if not isinstance(found, dict):
            yield Line(at, trouble='is no JSON object such as {"order": "302-1111111-1111111"}')
            continue
        for flat in _flat(found):
            cells = tuple(_cell(flat.get(name)) for name in headings)
            raw = json.dumps(flat, ensure_ascii=False, sort_keys=True).encode("utf-8", "replace")
            yield Line(at, cells, raw)


def _keys(path: Path, encoding: str) -> tuple[str, ...]:
    keys: dict[str, None] = {}
    for count, (_, line) in enumerate(_numbered(path, encoding)):
        if count >= 1_000:
            break
        try:
            found = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(found, dict):
            for flat in _flat(found):
                keys |= dict.fromkeys(map(str, flat))
    if too := too_wide(len(keys)):
        raise FileTrouble(f"{path.name}: {too}")
    return tuple(keys)


def _numbered(path: Path, encoding: str) -> Iterator[tuple[int, str]]:
    with path.open(encoding=encoding, errors="replace") as file:
        for at, line in enumerate(_lines(file), 1):
            if line.strip():
                yield at, line


def _flat(found: dict[str, Any]) -> Iterator[dict[str, Any]]:
    order = {name: value for name, value in found.items() if name != _NESTED}
    items = found.get(_NESTED)
    lines = [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []
    yield from ({**order, **item} for item in lines)
    if not lines:
        yield order


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, dict) and {"amount", "currency"} <= value.keys():
        return f"{value['amount']} {value['currency']}"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
