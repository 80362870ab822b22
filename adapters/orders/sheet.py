"""XLSX, read as a stream by openpyxl in read-only mode, after the archive was looked at: no bomb, no DTD."""

from __future__ import annotations

import json
import warnings
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO

from openpyxl import Workbook, load_workbook

from adapters.orders.table import LONGEST_CELL, MOST_COLUMNS, FileTrouble, Line, too_wide

MOST_BYTES = 2 << 30  # unpacked: a million rows of thirty columns are about 1.5 GB
MOST_STRINGS = 300 << 20  # the table of shared texts is the one part that is read as a whole
MOST_RATIO = 200
SMALL = 50 << 20  # whatever the ratio, this much is harmless
_BROKEN = (
    zipfile.BadZipFile,
    KeyError,
    ValueError,
    TypeError,
    EOFError,
    OSError,
    SyntaxError,
    AttributeError,
    IndexError,
)


def rows(path: Path, sheet: str = "") -> Iterator[Line]:
    """The rows of the first sheet (or the one named). A formula's last computed value counts, never the
    formula.
    """
    _look(path)
    with path.open("rb") as file:  # by what it holds: openpyxl would go by the name's ending
        book = _opened(path.name, file)
        try:
            if sheet and sheet not in book.sheetnames:
                raise FileTrouble(f"{path.name} has no sheet {sheet!r}, only {', '.join(book.sheetnames)}")
            found: Any = book[sheet] if sheet else book.worksheets[0]
            found.reset_dimensions()  # what the file says of its own size may be wrong
            yield from _rows(found)
        except _BROKEN as error:
            raise FileTrouble(
                f"{path.name} breaks off or is damaged ({type(error).__name__}): {_AGAIN}"
            ) from error
        finally:
            book.close()


def _opened(name: str, file: BinaryIO) -> Workbook:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and drawings that nobody here reads
            return load_workbook(file, read_only=True, data_only=True, keep_links=False)
    except _BROKEN as error:
        raise FileTrouble(f"{name} is damaged or no Excel workbook ({type(error).__name__}): {_AGAIN}") from error


_AGAIN = "save it once more from the spreadsheet, or as CSV UTF-8"


def _rows(sheet: Any) -> Iterator[Line]:
    for at, values in enumerate(sheet.iter_rows(values_only=True, max_col=MOST_COLUMNS + 1), 1):
        row = list(values)
        while row and row[-1] is None:
            row.pop()
        cells = tuple(_text(value) for value in row)
        numbers = frozenset(n for n, value in enumerate(row) if isinstance(value, int | float))
        raw = json.dumps(cells, ensure_ascii=False).encode("utf-8", "replace")
        yield Line(at, cells, raw, numbers, too_wide(len(cells)))


def _text(value: Any) -> str:
    """The cell as text. A number is written out whole, so that 8.1E+15 shows its lost digits as zeros."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case float() if value.is_integer() and abs(value) < 1e20:
            return str(int(value))
        case float():
            return format(Decimal(repr(value)), "f")
        case datetime():
            return value.isoformat(" ", "seconds") if value.time() != time() else value.date().isoformat()
        case date():
            return value.isoformat()
    return str(value).replace("\x00", "\u2400")[:LONGEST_CELL]


def _look(path: Path) -> None:
    """Read the archive's own list before anything is unpacked. zipfile never unpacks more than the list says."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            whole, packed = sum(part.file_size for part in parts), sum(part.compress_size for part in parts)
            if whole > MOST_BYTES or (whole > SMALL and whole > MOST_RATIO * max(packed, 1)):
                raise FileTrouble(f"{path.name} unpacks to {whole / 1e6:,.0f} MB: no order list, refused. {_CSV}")
            for part in parts:
                if part.filename.endswith("sharedStrings.xml") and part.file_size > MOST_STRINGS:
                    raise FileTrouble(f"{path.name} holds {part.file_size / 1e6:,.0f} MB of texts. {_CSV}")
                if part.filename.endswith((".xml", ".rels")):
                    with archive.open(part) as file:
                        if b"<!DOCTYPE" in file.read(4096).upper():
                            raise FileTrouble(
                                f"{path.name} holds a document type, which no spreadsheet writes: refused"
                            )
    except zipfile.BadZipFile as error:
        raise FileTrouble(f"{path.name} is no Excel workbook, or breaks off: {_AGAIN}") from error
    except (NotImplementedError, RuntimeError) as error:
        raise FileTrouble(
            f"{path.name} is locked with a password or packed in an unusual way: {_AGAIN}"
        ) from error


_CSV = "If it is your list, save it as CSV and import that."
