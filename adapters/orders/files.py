"""A file by what it holds, not by what it is called: rows, and the header found among the first of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from adapters.orders import sheet as xlsx
from adapters.orders import text
from adapters.orders.encoding import encoding_of
from adapters.orders.table import FileTrouble, Line
from flows.orderbook.headings import Columns, recognise

HEADER_WITHIN = 30
_ZIP, _OLE, _PDF, _GZIP = b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF", b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class Opened:
    """What the file turned out to be. `kind` is csv, xlsx or jsonl; `columns` its headings; `header_at` their
    line.
    """

    path: Path
    kind: str
    encoding: str
    columns: Columns
    header_at: int
    sheet: str = ""

    def rows(self) -> Iterator[Line]:
        """The rows below the header, the empty ones left out. May be read again and again."""
        for line in _lines(self.path, self.kind, self.encoding, self.sheet):
            is_below = line.at > self.header_at or (self.kind == "jsonl" and line.raw)
            if is_below and (line.trouble or any(cell.strip() for cell in line.cells)) and not _is_footer(line):
                yield line


def open_file(
    path: Path, *, mapping: Mapping[str, str] | None = None, encoding: str = "", sheet: str = ""
) -> Opened:
    """Look at the file and find its header. Raises FileTrouble."""
    try:
        kind, found = _kind(path), encoding
        if kind != "xlsx" and not found:
            found = encoding_of(path)
        header, columns = _header(path, kind, found, sheet, mapping)
    except LookupError:
        raise FileTrouble(f"there is no encoding {encoding!r}: write utf-8, gb18030, utf-16 or cp1252") from None
    except OSError as error:
        raise FileTrouble(f"{path} cannot be read: {error.strerror}") from error
    return Opened(path, kind, found, columns, header, sheet)


def _kind(path: Path) -> str:
    with path.open("rb") as file:
        head = file.read(4096)
    if not head.strip(b"\x00\r\n\t \xef\xbb\xbf\xff\xfe"):
        raise FileTrouble(f"{path.name} is empty: export it again")
    if head.startswith(_ZIP):
        return "xlsx"
    if head.startswith(_OLE):
        raise FileTrouble(f"{path.name} is an old Excel file (.xls) or locked: save it as .xlsx or as CSV UTF-8")
    if head.startswith(_PDF):
        raise FileTrouble(f"{path.name} is a PDF: export the orders as a table (CSV, TSV or XLSX)")
    if head.startswith(_GZIP):
        raise FileTrouble(f"{path.name} is packed (gzip): unpack it first")
    start = head.lstrip(b"\xef\xbb\xbf \r\n\t")
    if start[:1] == b"{":
        return "jsonl"
    if start[:1] == b"[":
        raise FileTrouble(f"{path.name} is one JSON list: write one object a line (JSON lines)")
    if start[:1] == b"<":
        raise FileTrouble(f"{path.name} is XML or a web page: export the orders as CSV, TSV or XLSX")
    return "csv"


def _lines(path: Path, kind: str, encoding: str, sheet: str) -> Iterator[Line]:
    if kind == "xlsx":
        return xlsx.rows(path, sheet)
    return text.json_rows(path, encoding) if kind == "jsonl" else text.rows(path, encoding)


def _header(
    path: Path, kind: str, encoding: str, sheet: str, mapping: Mapping[str, str] | None
) -> tuple[int, Columns]:
    """The line of the header: of the first rows the one with most known headings, the order number among them."""
    best: tuple[int, int, Columns] | None = None
    seen: Columns | None = None
    trouble = ""
    for line in _lines(path, kind, encoding, sheet):
        if line.at > HEADER_WITHIN or (kind == "jsonl" and seen is not None):
            break
        if line.trouble:
            trouble = trouble or f"{path.name}, line {line.at}: {line.trouble}"
            continue
        columns = recognise(line.cells, mapping)
        seen = seen or columns
        known = sum(1 for name in columns.fields if name)
        if columns.has("number") and (best is None or known > best[0]):
            best = (known, line.at, columns)
    if best is None and trouble:
        raise FileTrouble(trouble)
    if best is None:
        shown = ", ".join(heading[:30] for heading in (seen.headings if seen else ())[:12]) or "nothing"
        raise FileTrouble(
            f"{path.name}: no column of order numbers is recognised among its headings ({shown}). Say which it "
            'is: --map "Your heading=number", or in shop.toml under [orders.columns]'
        )
    return best[1], best[2]


def _is_footer(line: Line) -> bool:
    """eBay ends its files with "n record(s) downloaded" and the seller's id."""
    words = " ".join(line.cells[:3]).strip().lower()
    return "record(s) downloaded" in words or words.startswith("seller id")
