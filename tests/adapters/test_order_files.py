"""Order files as people export and spoil them: every encoding, every kind, and files that mean harm."""

from __future__ import annotations

import json
import random
import tracemalloc
import zipfile
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

from adapters.orders import FileOrders, FileTrouble, Options, Spool, open_file
from flows.order import OrderState, ShippingClass, Sourced
from flows.ports import OrderSource
from flows.values import Money

ALIEXPRESS = """\
订单号,订单状态,买家名称,下单时间,产品信息,数量,订单金额,收货人名称,收货国家,实际发货物流,发货时间,物流运单号
8100123456789012,等待买家收货,ana,2026-11-01 10:12,台灯,1,US $12.34,Ana Díaz,España,Standard,2026-11-03 08:00,LP001
8100123456789034,交易完成,bo,2026-11-02 09:00,杯子,2,US $5.00,Bo,Brasil,Cainiao,,
"""
EBAY = """\

"Sales Record Number","Order Number","Buyer Username","Ship To Name","Item Title","Quantity","Sold For","Sale Date"

"101","26-12345-12345","joe77","Joe","","","","Nov-01-26"
"101","26-12345-12345","joe77","Joe","Mug, blue","2","£9.99","Nov-01-26"
"101","26-12345-12345","joe77","Joe","Lamp","1","£1,000.00","Nov-01-26"

"1","record(s) downloaded, from Nov-01-26"
"Seller ID : cedar"
"""


@pytest.fixture
def spool() -> Iterator[Spool]:
    with Spool() as spool:
        yield spool


def _read(path: Path, spool: Spool, options: Options | None = None) -> list[Sourced]:
    found = FileOrders(open_file(path), options or Options(), spool)
    return [each for batch in found.batches() for each in batch]


def _bad(spool: Spool) -> list[tuple[int, str]]:
    return [(bad.line, bad.why) for bad in spool.refused()]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030", "gbk"])
def test_a_file_is_read_the_same_in_every_encoding(tmp_path: Path, encoding: str) -> None:
    """Spreadsheets in China save GBK, Windows saves UTF-16, the marketplaces UTF-8 with or without a mark."""
    path = tmp_path / "orders.csv"
    text = ALIEXPRESS.replace("Díaz", "Diaz").replace("España", "Spain")
    path.write_text(text, encoding=encoding, newline="")
    with Spool() as spool:
        first, second = _read(path, spool)

    assert (first.order.number, first.order.state, first.order.total) == (
        "8100123456789012", OrderState.SHIPPED, Money(1234, "USD"),
    )  # fmt: skip
    assert (first.order.items[0].title, second.recipient.buyer) == ("台灯", "bo")


def test_western_accents_are_not_taken_for_chinese(tmp_path: Path, spool: Spool) -> None:
    """Amazon's older European files are in cp1252, whose accents make valid pairs in GBK."""
    path = tmp_path / "orders.txt"
    rows = ["order\ttitle\tcity"] + [f"CH-{n}\tLämpchen für Müller\tKöln" for n in range(5)]
    path.write_text("\n".join(rows), encoding="cp1252")

    assert _read(path, spool)[0].order.items[0].title == "Lämpchen für Müller"


def test_pacific_time_counts_in_files_of_aliexpress(tmp_path: Path, spool: Spool) -> None:
    path = tmp_path / "orders.csv"
    path.write_text(ALIEXPRESS, encoding="utf-8")

    assert f"{_read(path, spool)[0].order.shipped_at:%d %H:%M}" == "03 16:00"


def test_ebays_summary_rows_and_footer_are_no_orders(tmp_path: Path, spool: Spool) -> None:
    """One order of two lines, the blank rows and the count below it left alone."""
    path = tmp_path / "eBay-OrdersReport.csv"
    path.write_text(EBAY, encoding="utf-8")
    (only,) = _read(path, spool)

    assert _bad(spool) == []
    assert [(item.title, item.quantity, item.value) for item in only.order.items] == [
        ("Lamp", 1, Money(100000, "GBP")), ("Mug, blue", 2, Money(1998, "GBP")),
    ]  # fmt: skip
    assert len(only.rows) == 3


def test_a_workbook_is_read_by_its_cells(tmp_path: Path, spool: Spool) -> None:
    """A title above the header, dates as dates, numbers as numbers, a formula by its last value: here none."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in (
        ["Our orders, November"],
        ["Order No.", "Product", "Price", "Currency", "Shipped", "Shipping class"],
        ["CH-000001", "Lamp", 12.5, "EUR", datetime.fromisoformat("2026-11-03 09:30"), "挂号"],
        [8100123456789010, "Lamp", 12.5, "EUR", None, None],
        ["CH-000002", "Mug", "=1+1", "EUR", None, None],
    ):
        sheet.append(row)
    path = tmp_path / "orders.csv"  # whatever it is called
    book.save(path)
    first, second = _read(path, spool)

    assert (first.order.value, first.order.shipping) == (Money(1250, "EUR"), ShippingClass.TRACKED)
    assert f"{first.order.shipped_at:%d %H:%M}" == "03 09:30"
    assert second.order.value is None
    assert [line for line, _ in _bad(spool)] == [4]


def test_json_lines_may_hold_their_items(tmp_path: Path, spool: Spool) -> None:
    """Numbers are read as they are written, not as floats; a broken line is named and the rest read."""
    path = tmp_path / "orders.jsonl"
    items = [{"sku": "L", "value": "24.90 EUR"}, {"sku": "M", "value": {"amount": "5", "currency": "EUR"}}]
    lines = [
        json.dumps({"order": "CH-1", "total": 0.1, "currency": "EUR", "items": items}),
        "{oops",
        '{"order": "CH-2"}',
    ]
    path.write_text("\n".join(lines), encoding="utf-8")
    first, second = _read(path, spool)

    assert (first.order.total, len(first.order.items), second.order.number) == (Money(10, "EUR"), 2, "CH-2")
    assert [(line, why[:10]) for line, why in _bad(spool)] == [(2, "is no JSON")]


def test_any_order_of_the_rows_gives_the_same_orders(tmp_path: Path) -> None:
    """People sort their lists before they export them."""
    head, *body = [line for line in EBAY.splitlines() if line.startswith('"') and "record" not in line]
    found = set()
    for seed in range(6):
        rows = body[:-1]
        random.Random(seed).shuffle(rows)  # noqa: S311 - no secret
        path = tmp_path / f"{seed}.csv"
        path.write_text("\n".join([head, *rows]), encoding="utf-8")
        with Spool() as spool:
            found.add(tuple(each.order for each in _read(path, spool)))

    assert len(found) == 1


def test_bad_rows_are_named_and_the_good_ones_kept(tmp_path: Path, spool: Spool) -> None:
    """By their line in the file, as an editor counts."""
    path = tmp_path / "orders.csv"
    rows = ["order,total,currency", "CH-1,1,EUR", ",2,EUR", "8.1E+15,3,EUR", "CH-4,free,EUR", '"CH-5,5,EUR']
    path.write_text("\n".join(rows), encoding="utf-8")
    good = _read(path, spool)

    assert [each.order.number for each in good] == ["CH-1"]
    assert [line for line, _ in _bad(spool)] == [3, 4, 5, 6]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf\r\n", "is empty"),
        (b"\x00" * 50, "is empty"),
        (b"%PDF-1.7", "PDF"),
        (b"\xd0\xcf\x11\xe0" + b"x" * 50, "old Excel"),
        (b"PK\x03\x04 and then nothing", "no Excel workbook"),
        (b"\x1f\x8b123", "gzip"),
        (b"<html><table>", "web page"),
        (b"[{}]", "JSON lines"),
        (b"a,b\n1,2\n", "no column of order numbers"),
        (b"," * 5000, "5001 columns"),
        (b"x" * 3_000_000, "cannot be read|no column"),
        (bytes(range(128, 256)) * 30, "no column"),
    ],
)
def test_what_is_no_order_list_is_refused_in_words(tmp_path: Path, content: bytes, why: str) -> None:
    path = tmp_path / "orders.csv"
    path.write_bytes(content)
    with pytest.raises(FileTrouble, match=why):
        open_file(path)


def _workbook(path: Path) -> Path:
    book = openpyxl.Workbook()
    for row in (["order", "title"], *([f"CH-{n}", "Lamp" * 50] for n in range(300))):
        book.worksheets[0].append(row)
    book.save(path)
    return path


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    """A hundred megabytes of zeros in a hundred kilobytes."""
    path = _workbook(tmp_path / "bomb.xlsx")
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive, archive.open("xl/media/x.bin", "w") as file:
        for _ in range(100):
            file.write(bytes(1 << 20))
    tracemalloc.start()
    with pytest.raises(FileTrouble, match="refused"):
        open_file(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 20 << 20


def test_a_document_type_in_a_workbook_is_refused(tmp_path: Path) -> None:
    """Entities that unfold into each other hide there."""
    path = _workbook(tmp_path / "entities.xlsx")
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/evil.xml", '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>')
    with pytest.raises(FileTrouble, match="document type"):
        open_file(path)


def test_a_workbook_that_breaks_off_is_said_to(tmp_path: Path) -> None:
    path = _workbook(tmp_path / "orders.xlsx")
    content = path.read_bytes()
    for keep in (len(content) // 2, len(content) - 30, 100):
        path.write_bytes(content[:keep])
        with pytest.raises(FileTrouble, match="save it once more"):
            open_file(path)


def test_nuls_and_formulas_are_text(tmp_path: Path, spool: Spool) -> None:
    """A NUL is shown, a formula is a title like any other: nothing here computes."""
    path = tmp_path / "orders.csv"
    path.write_bytes(b'order,title\nCH-1,La\x00mp\nCH-2,"=HYPERLINK(""http://x"")"\n')
    titles = [each.order.items[0].title for each in _read(path, spool)]

    assert titles == ["La␀mp", '=HYPERLINK("http://x")']


async def test_a_file_keeps_the_contract_of_a_source(tmp_path: Path, spool: Spool) -> None:
    """What marketplace adapters will keep as well: all of it in batches, one by its number, again and again."""
    path = tmp_path / "orders.csv"
    path.write_text(ALIEXPRESS, encoding="utf-8")
    source: OrderSource = FileOrders(open_file(path), Options(), spool)

    async def everything() -> Sequence[Sourced]:
        return [each async for batch in source.changed_since(None) for each in batch]

    found = await everything()
    assert source.source == "orders.csv"
    assert [each.order.number for each in found] == ["8100123456789012", "8100123456789034"]
    assert await everything() == found
    assert await source.one("8100123456789034") == found[1]
    assert await source.one("1") is None
