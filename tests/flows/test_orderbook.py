"""Orders read out of tables: amounts, dates, ids that a spreadsheet damaged, and rows in any order."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import permutations
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.order import Fulfilment, OrderState, TrackingState, merged
from flows.order_numbers import order_in, own_format
from flows.orderbook.amounts import NoAmount, decimal_sign, read_money, written
from flows.orderbook.damage import cleaned, column_is_rounded, damage
from flows.orderbook.dates import NoInstant, day_first, read_instant
from flows.orderbook.headings import recognise
from flows.orderbook.rows import BadRow, Reading, number_of, read_row, together
from flows.values import Money
from tests.flows.orders import DAY, T0, order

SHANGHAI = ZoneInfo("Asia/Shanghai")
OWN = own_format(r"CH-\d{6}")


@pytest.mark.parametrize(
    ("text", "currency", "decimal", "shown"),
    [
        ("24.99", "USD", "", "24.99 USD"),
        ("US $24.99", "", "", "24.99 USD"),
        ("1.234,56 EUR", "", "", "1234.56 EUR"),
        ("￥1,200", "CNY", "", "1200.00 CNY"),
        ("1 234,56", "EUR", "", "1234.56 EUR"),
        ("1'234.50", "CHF", "", "1234.50 CHF"),
        ("EUR 1.234", "", "", "1234.00 EUR"),
        ("£7", "", "", "7.00 GBP"),
        ("2500", "JPY", "", "2500 JPY"),
        ("1.234", "KWD", "", "1.234 KWD"),
        ("0.1", "EUR", "", "0.10 EUR"),
    ],
)
def test_amounts_are_read_as_people_write_them(text: str, currency: str, decimal: str, shown: str) -> None:
    """Comma or point, sign before or after, minor units of the currency; never through a float."""
    assert written(read_money(text, currency, decimal)) == shown


@pytest.mark.parametrize(
    ("text", "currency", "why"),
    [
        ("$5", "", "--currency"),
        ("5", "", "no currency"),
        ("-5", "EUR", "negative"),
        ("5.005,1", "EURO", "ISO 4217"),
        ("12.3456", "EUR", "more decimals"),
        ("free", "EUR", "no amount"),
        ("€5", "USD", "its currency column says USD"),
        ("9" * 30, "EUR", "more than anybody pays"),
    ],
)
def test_what_is_no_amount_says_why(text: str, currency: str, why: str) -> None:
    with pytest.raises(NoAmount, match=why):
        read_money(text, currency)


def test_the_file_shows_its_decimal_sign() -> None:
    """1.234 alone may be a thousand; beside 0.5 it is not."""
    assert decimal_sign(["1.234", "0.5"]) == "."
    assert decimal_sign(["1.234", "1,5"]) == ","
    assert decimal_sign(["1.234"]) == ""
    with pytest.raises(NoAmount, match="more decimals"):
        read_money("1.234", "EUR", ".")


@given(st.integers(0, 10**10), st.sampled_from(["EUR", "JPY", "KWD", "USD", "CNY"]))
def test_an_amount_that_we_wrote_is_read_back(minor: int, currency: str) -> None:
    money = Money(minor, currency)

    assert read_money(written(money)) == money


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("2026-11-20T10:12:33+00:00", "2026-11-20 10:12:33"),
        ("2026-11-20T10:12:33.123Z", "2026-11-20 10:12:33"),
        ("2026-11-20 10:12", "2026-11-20 02:12:00"),
        ("2026/11/20", "2026-11-19 16:00:00"),
        ("Nov-20-26", "2026-11-19 16:00:00"),
        ("20-Nov-26", "2026-11-19 16:00:00"),
        ("Nov 20, 2026", "2026-11-19 16:00:00"),
        ("20.11.2026 3:05 PM", "2026-11-20 07:05:00"),
        ("2026年11月20日 10:12", "2026-11-20 02:12:00"),
        ("2026-11-20 10:12:33 PST", "2026-11-20 18:12:33"),
    ],
)
def test_dates_are_read_as_files_write_them(text: str, shown: str) -> None:
    """A zone in the text counts, else the one that is said for the file."""
    assert f"{read_instant(text, SHANGHAI):%Y-%m-%d %H:%M:%S}" == shown


def test_a_promised_day_ends_with_the_day() -> None:
    """Nobody is late at breakfast."""
    assert read_instant("2026-11-20", SHANGHAI, ends_day=True) == datetime(2026, 11, 20, 15, 59, 59, tzinfo=UTC)


def test_a_slashed_date_is_only_read_when_the_file_proves_it() -> None:
    """A guess would move a promise by months."""
    with pytest.raises(NoInstant, match="--dates"):
        read_instant("03/04/2026", SHANGHAI)
    assert day_first(["03/04/2026", "25/04/2026"]) is True
    assert day_first(["03/04/2026", "04/25/2026"]) is False
    assert day_first(["25/04/2026", "04/25/2026"]) is None
    assert read_instant("03/04/2026", ZoneInfo("UTC"), is_day_first=True).month == 4


@pytest.mark.parametrize(
    "text", ["soon", "2026-13-01", "2026-02-30", "1026-01-01", "2026-01-01 25:00", "20261120"]
)
def test_what_is_no_date_says_so(text: str) -> None:
    with pytest.raises(NoInstant):
        read_instant(text, SHANGHAI)


@pytest.mark.parametrize(
    "id", ["8.1E+15", "8,1E+15", "8100000000000000", "######", "Mar-05", "3月5日", "810012345678900000"]
)
def test_a_damaged_id_is_named_with_the_remedy(id: str) -> None:
    """It must never be looked up as somebody else's order."""
    assert "export the file again" in damage(id)


def test_a_long_id_is_not_suspected_for_one_zero() -> None:
    """One real id in ten ends in a zero; a number cell, or a column in which all do, is another matter."""
    assert damage("8100123456789010") == ""
    assert "rounded" in damage("8100123456789010", number=True)
    assert damage("8100123456789012", number=True) == ""
    assert column_is_rounded([f"81001234567{n}0" for n in range(1000, 1009)])
    assert not column_is_rounded(["8100123456789010", "8100123456789020", "8100123456789031"])


def test_a_lost_leading_zero_is_noticed_by_the_shops_own_format() -> None:
    formats = (own_format(r"\d{8}"),)

    assert "leading zero" in damage("1234567", formats)
    assert damage("01234567", formats) == ""


def test_what_exports_put_around_an_id_is_taken_off() -> None:
    assert [cleaned(cell) for cell in ('="8100"', "'8100", " 8100\t", "﻿8100")] == ["8100"] * 4


def test_own_formats_are_found_in_texts_and_refused_when_they_could_run_away() -> None:
    """Full-width digits count, borders count, and no pattern may take long on any text."""
    assert order_in("my order ＣＨ-００１２３４ please", (OWN,)) == ("CH-001234", None)
    assert order_in("xCH-001234", (OWN,)) is None
    assert order_in("CH-0012345", (OWN,)) is None
    assert order_in("CH-001234 or 302-1111111-1111111", (OWN,)) == ("302-1111111-1111111", "amazon")
    for pattern in ("(a+)+", ".*", r"\d+", "CH", "", "a{2,3}{4}(", "[a", r"(?:\d)"):
        with pytest.raises(ValueError):  # noqa: PT011 - the words differ, the remedy is in each
            own_format(pattern)


def test_each_marketplaces_headings_are_recognised() -> None:
    """And a mapping wins over what is recognised."""
    amazon = recognise(["amazon-order-id", "purchase-date", "item-price", "asin"])
    ebay = recognise(["Sales Record Number", "Order Number", "Sold For", "Maximum Estimated Delivery Date"])
    aliexpress = recognise(["订单号", "收货国家", "订单金额", "发货时间"])
    own = recognise(["Bestellnummer", " TOTAL ", "promised_by"], {"bestellnummer": "number"})

    assert (amazon.dialect, amazon.fields) == ("amazon", ("number", "bought_at", "value", ""))
    assert (ebay.dialect, ebay.fields) == ("ebay", ("", "number", "price", "promised_at"))
    assert (aliexpress.dialect, aliexpress.fields) == ("aliexpress", ("number", "country", "total", "shipped_at"))
    assert own.fields == ("number", "total", "promised_at")


AMAZON = recognise([
    "amazon-order-id", "order-item-id", "purchase-date", "order-status", "fulfillment-channel", "sales-channel",
    "sku", "product-name", "quantity", "currency", "item-price", "ship-city", "last-updated-date",
])  # fmt: skip
READING = Reading(AMAZON, UTC)
ROWS = [
    ("302-1111111-1111111", "1", "2026-11-01T09:00:00Z", "Shipped", "Amazon", "Amazon.de", "L", "Lamp", "1",
     "EUR", "24.90", "Köln", "2026-11-03T00:00:00Z"),
    ("302-1111111-1111111", "2", "2026-11-01T09:00:00Z", "Shipped - Delivered to Buyer", "Amazon",
     "Amazon.de", "M", "Mug", "2", "EUR", "9.98", "Köln", "2026-11-05T00:00:00Z"),
    ("302-1111111-1111111", "1", "2026-11-01T09:00:00Z", "Shipped", "Amazon", "Amazon.de", "L", "Lamp", "1",
     "EUR", "24.90", "Köln", "2026-11-03T00:00:00Z"),
]  # fmt: skip


def test_rows_of_one_order_come_together_whatever_their_order() -> None:
    """A line given twice counts once; the row that is furthest on says the state."""
    read = [
        [read_row(READING, row[0], 2 + n, row, "|".join(row).encode()) for n, row in enumerate(rows)]
        for rows in permutations(ROWS)
    ]
    found = {together(parts).order for parts in read}
    (only,) = found

    assert (only.platform, only.site, only.fulfilment) == ("amazon", "de", Fulfilment.PLATFORM)
    assert (only.state, only.tracking) == (OrderState.DELIVERED, TrackingState.DELIVERED)
    assert [(item.sku, item.quantity) for item in only.items] == [("L", 1), ("M", 2)]
    assert only.value == Money(3488, "EUR")


@pytest.mark.parametrize(
    ("index", "cell", "why"),
    [(0, "8.1E+15", "last digits"), (0, "", "no order number"), (0, "=1+1", "no order number"),
     (8, "two", "amount"), (8, "1.5", "whole number"), (10, "cheap", "no amount"), (2, "soon", "no date")],
)  # fmt: skip
def test_a_bad_row_says_what_is_wrong(index: int, cell: str, why: str) -> None:
    """By its reason, so that it can be mended; never by a traceback."""
    row = [*ROWS[0]]
    row[index] = cell
    with pytest.raises(BadRow, match=why):
        read_row(READING, number_of(READING, row), 2, row, b"")


_ODD = ["8.1E+15", "-", "24,99", "2026-11-01", "\x00", "=cmd|'/c'!A1"]
_CELLS = st.text(max_size=20) | st.sampled_from([*ROWS[0], *_ODD])


@given(st.lists(_CELLS, max_size=15))
def test_whatever_a_row_holds_it_is_read_or_refused(cells: list[str]) -> None:
    """Total: an order, or a reason."""
    try:
        number = number_of(READING, cells)
        part = read_row(READING, number, 2, cells, b"x")
    except BadRow:
        return
    assert together([part]).order.number == number


@given(st.lists(st.integers(0, 3), min_size=1, max_size=5))
def test_merging_the_same_news_again_changes_nothing(days: list[int]) -> None:
    """Whatever came before, in whatever order."""
    known = None
    for day in days:
        known = merged(known, order(site="de" if day % 2 else None, updated_at=T0 + day * DAY))
    last = order(site="de" if days[-1] % 2 else None, updated_at=T0 + days[-1] * DAY)

    assert merged(known, last) == known
