"""What `amends orders` shows: tables for a terminal. Whatever came out of a file is shown as text, never
obeyed.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from adapters.orders import FileOrders, Opened, Spool
from bot.importing import Counts
from bot.store.orders import Kept
from flows.order import Order, Recipient, Sourced
from flows.orderbook.amounts import written
from flows.values import Money

SHOWN_ORDERS = 5
SHOWN_BAD = 20
DIALECTS = {"amazon": "an Amazon report", "ebay": "an eBay orders report", "aliexpress": "an AliExpress export",
            "own": "a list of your own"}  # fmt: skip


def plain(text: str) -> str:
    """Without what a terminal would obey."""
    return "".join(char if char.isprintable() else "�" for char in text)


def columns(opened: Opened, found: FileOrders) -> RenderableType:
    """What each column was taken for, and how what is unsaid was read."""
    table = Table("column", "taken for", title=f"{plain(opened.path.name)}: {DIALECTS[opened.columns.dialect]}")
    ignored = []
    for heading, name in zip(opened.columns.headings, opened.columns.fields, strict=True):
        if name:
            table.add_row(Text(plain(heading)[:40]), name)
        elif heading.strip():
            ignored.append(plain(heading)[:30])
    reading = found.reading
    said = [
        f"{opened.kind.upper()}{f', {opened.encoding}' if opened.encoding else ''}",
        f"dates without a zone: {reading.zone}",
    ]
    if reading.is_day_first is not None:
        said.append("03/04 is the " + ("3rd of April" if reading.is_day_first else "4th of March"))
    if reading.currency:
        said.append(f"amounts without a currency: {reading.currency}")
    lines = [Text("; ".join(said))]
    if ignored:
        more = f" and {len(ignored) - 15} more" if len(ignored) > 15 else ""
        lines.append(Text(f"left alone: {', '.join(ignored[:15])}{more}"))
    return Group(table, *lines)


def remembering(
    batches: Iterable[Sequence[Sourced]], first: list[Sequence[Sourced]]
) -> Iterator[Sequence[Sourced]]:
    """The same batches; the first one stays in the list for the preview."""
    for batch in batches:
        if not first:
            first.append(batch[:SHOWN_ORDERS])
        yield batch


def first_orders(first: Sequence[Sequence[Sourced]], zone: str) -> RenderableType:
    return listed(
        [each.order for batch in first for each in batch], zone, title="The first orders as they are understood"
    )


def listed(orders: Sequence[Order], zone: str, title: str | None = None) -> RenderableType:
    if not orders:
        return Text("")
    table = Table(
        "order",
        "platform",
        "state",
        "value",
        "bought",
        "shipped",
        "promised",
        "delivered",
        "tracking",
        title=title,
    )
    for order in orders:
        value = order.value
        table.add_row(
            Text(plain(order.number)),
            f"{order.platform}{f'/{order.site}' if order.site else ''}",
            str(order.state or ""),
            "" if value is None else written(value),
            *(day(at, zone) for at in (order.bought_at, order.shipped_at, order.promised_at, order.delivered_at)),
            Text(plain(" ".join(filter(None, (order.carrier, order.tracking_no, order.tracking))))),
        )
    return table


def bad_rows(spool: Spool) -> RenderableType:
    """The first of them, each with its line and reason."""
    total = spool.how_many_refused()
    if not total:
        return Text("")
    table = Table("line", "order", "why it cannot be taken", title=f"{total} rows cannot be taken")
    for bad, _ in zip(spool.refused(), range(SHOWN_BAD), strict=False):
        table.add_row(str(bad.line), Text(plain(bad.number)[:30]), Text(plain(bad.why)))
    more = [Text(f"and {total - SHOWN_BAD} more: --report lists them all")] if total > SHOWN_BAD else []
    return Group(table, *more)


def summary(counts: Counts) -> str:
    return (
        f"{counts.made} orders are new, {counts.changed} changed, {counts.same} are the same as before; "
        f"{counts.bad} rows cannot be taken."
    )


def taken(counts: Counts) -> str:
    left = f" {counts.bad} rows were left out." if counts.bad else ""
    return f"Taken: {counts.made} new, {counts.changed} changed; {counts.same} were the same.{left}"


def write_report(path: Path, spool: Spool) -> Path:
    """All rows that could not be taken, beside the file: line, order, reason. UTF-8 with BOM, for spreadsheets."""
    beside = path.with_name(f"{path.name}.problems.csv")
    with beside.open("w", encoding="utf-8-sig", newline="", errors="replace") as file:
        writer = csv.writer(file)
        writer.writerow(("line", "order", "why"))
        for bad in spool.refused():
            writer.writerow((bad.line, f"'{bad.number}" if bad.number[:1] in "=+-@" else bad.number, bad.why))
    return beside


def one(kept: Kept, source: tuple[str, datetime] | None, zone: str, *, person: bool) -> RenderableType:
    """Everything that is known of one order."""
    order = kept.order
    table = Table(title=Text(plain(order.number)), show_header=False)
    for name in Order.__struct_fields__:
        value = getattr(order, name)
        if name in ("number", "items") or value is None:
            continue
        table.add_row(name, Text(moment(value, zone) if isinstance(value, datetime) else _shown(value)))
    for item in order.items:
        value_said = "" if item.value is None else f", {written(item.value)}"
        count = "" if item.quantity is None else f"{item.quantity} × "
        table.add_row("item", Text(plain(f"{count}{item.title or item.sku} ({item.sku}){value_said}")))
    if person:
        for name in Recipient.__struct_fields__:
            if text := getattr(kept.recipient, name):
                table.add_row(f"{name} (personal)", Text(plain(text)))
    if source is not None:
        table.add_row("from", Text(plain(f"{source[0]}, {moment(source[1], zone)}")))
    return table


def _shown(value: object) -> str:
    return written(value) if isinstance(value, Money) else plain(str(value))


def day(at: datetime | None, zone: str) -> str:
    return "" if at is None else f"{at.astimezone(ZoneInfo(zone)):%Y-%m-%d}"


def moment(at: datetime, zone: str) -> str:
    return f"{at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M} {zone}"
