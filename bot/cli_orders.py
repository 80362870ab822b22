"""`amends orders`: the order book filled from files, and looked into.

The book is no case: writing it decides nothing, so an import writes it directly, in short transactions beside a
running service (docs/decisions/0020). What it changes for open cases goes the usual way, as an event of each.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click
from rich.console import Console, RenderableType
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from sqlalchemy import Connection

from adapters.orders import FileOrders, FileTrouble, Opened, Options, Spool, open_file
from bot import importing, order_tables
from bot.commanding import account, fail, is_ready, visiting
from bot.importing import Counts
from bot.service import business_clock
from bot.settings import Settings
from bot.shop import checks
from bot.store import orders as order_store
from bot.store.visiting import Visitor
from flows.order import Sourced
from flows.orderbook.headings import FIELDS, unknown_fields

SOME_BAD = 3  # the exit code when the good rows were taken and bad ones left


@click.group(help="The order book: what was sold, sent and promised. Cases take their facts from it.")
def orders() -> None:
    pass


@orders.command(
    "import",
    help="Read orders from FILE: CSV, TSV, XLSX or JSON lines. Exports of Amazon, eBay and AliExpress, or your "
    "own list. Shows what it understood and asks before it writes. Importing a file again does no harm.",
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--yes", is_flag=True, help="Do not ask; for timers and scripts.")
@click.option(
    "--map", "mapped", multiple=True, metavar="HEADING=FIELD", help="What a column is, if not recognised."
)
@click.option(
    "--platform", type=click.Choice(["amazon", "ebay", "aliexpress", "own"]), help="Whose orders they are."
)
@click.option("--currency", default="", help="Of amounts without one, such as EUR.")
@click.option("--zone", default="", help="Of dates without one, such as Asia/Shanghai.")
@click.option("--dates", type=click.Choice(["dmy", "mdy"]), help="What 03/04/2026 means in this file.")
@click.option("--decimal", type=click.Choice([".", ","]), help="The decimal sign, if the file does not show it.")
@click.option("--encoding", default="", help="If it is not found: utf-8, gb18030, utf-16, cp1252, ...")
@click.option("--sheet", default="", help="The sheet of a workbook; else the first.")
@click.option("--report", is_flag=True, help="Write the rows that could not be taken beside the file, as CSV.")
def import_orders(
    file: Path, yes: bool, mapped: tuple[str, ...], platform: str | None, currency: str, zone: str,
    dates: str | None, decimal: str | None, encoding: str, sheet: str, report: bool,
) -> None:  # fmt: skip
    mapping = _mapping(mapped)

    async def run(visitor: Visitor, settings: Settings) -> None:
        await is_ready(visitor)
        policy = settings.policy
        options = Options(
            shop_zone=ZoneInfo(policy.zone),
            zone=_zone(zone),
            currency=(currency or policy.order_currency).upper(),
            platform=platform or "",
            decimal=decimal or "",
            is_day_first=None if dates is None else dates == "dmy",
            formats=policy.order_formats,
        )
        try:
            opened = open_file(
                file, mapping={**dict(policy.order_columns), **mapping}, encoding=encoding, sheet=sheet
            )
            with Spool() as spool:
                await _import(visitor, settings, opened, options, spool, ask=not yes, report=report)
        except FileTrouble as trouble:
            fail(f"{trouble}. Nothing was taken.")

    visiting(run)


def _mapping(mapped: Sequence[str]) -> dict[str, str]:
    split = [one.rpartition("=") for one in mapped]
    pairs = {heading.strip(): name.strip() for heading, _, name in split}
    if "" in pairs:
        fail('write --map "Your heading=field"')
    if unknown := unknown_fields(pairs):
        fail(f"{', '.join(unknown)}: a column is one of {', '.join(FIELDS)}")
    return pairs


def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(checks.zone(name)) if name else None
    except ValueError as error:
        fail(f"--zone: {error}")


async def _import(
    visitor: Visitor,
    settings: Settings,
    opened: Opened,
    options: Options,
    spool: Spool,
    *,
    ask: bool,
    report: bool,
) -> None:
    with _progress("reading rows") as advance:
        found = FileOrders(opened, options, spool, on_row=lambda: advance(1))
    _show(order_tables.columns(opened, found))
    first: list[Sequence[Sourced]] = []
    with _progress("comparing orders", found.count) as advance:
        batches = order_tables.remembering(found.batches(), first)
        counts = await importing.compare(visitor, settings.shop, batches, advance)
    counts.bad = spool.how_many_refused()
    _show(order_tables.first_orders(first, settings.policy.zone))
    _show(order_tables.bad_rows(spool))
    _say_report(opened.path, spool, wanted=report and counts.bad > 0)
    click.echo(order_tables.summary(counts))
    if counts.made + counts.changed:
        if ask:
            click.confirm("Take them into the order book", abort=True)
        counts = await _take(visitor, settings, opened, found, counts)
        click.echo(order_tables.taken(counts))
    else:
        click.echo("Nothing to write.")
    if counts.bad:
        sys.exit(SOME_BAD if counts.made + counts.changed + counts.same else 1)


async def _take(
    visitor: Visitor, settings: Settings, opened: Opened, found: FileOrders, compared: Counts
) -> Counts:
    now = business_clock(settings).now()
    id, digest = importing.new_import(now), importing.file_digest(opened.path)

    def begin(connection: Connection) -> None:
        order_store.begin_import(
            connection, settings.shop, id, source=found.source, digest=digest, person=account(), at=now
        )

    await visitor.write(begin)
    with _progress("writing orders", found.count) as advance:
        counts = await importing.take(visitor, settings.shop, id, found.batches(), now, advance, settings.policy)
    counts.bad = compared.bad
    numbers = (counts.made, counts.changed, counts.same, counts.bad)
    at = business_clock(settings).now()
    await visitor.write(lambda c: order_store.end_import(c, settings.shop, id, counts=numbers, at=at))
    return counts


@contextmanager
def _progress(what: str, total: int | None = None) -> Iterator[importing.Told]:
    """A bar on a terminal; nothing in a log file."""
    parts = (SpinnerColumn(), TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    console = Console()
    with Progress(*parts, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(what, total=total)
        yield lambda count: bar.advance(task, count)


def _show(table: RenderableType) -> None:
    Console().print(table)


def _say_report(path: Path, spool: Spool, *, wanted: bool) -> None:
    if wanted:
        written = order_tables.write_report(path, spool)
        click.echo(f"The rows that could not be taken are listed in {written}.")


@orders.command("show", help="Show one order. NUMBER as the marketplace writes it.")
@click.argument("number")
@click.option("--person", is_flag=True, help="With buyer and address. CAREFUL: personal data.")
def show_order(number: str, person: bool) -> None:
    async def show(visitor: Visitor, settings: Settings) -> None:
        await is_ready(visitor)

        def load(connection: Connection) -> list[tuple[order_store.Kept, tuple[str, datetime] | None]]:
            found = order_store.find(connection, settings.shop, [number.strip()]).values()
            return [(kept, order_store.source_of(connection, settings.shop, kept.import_id)) for kept in found]

        found = await visitor.read(load)
        if not found:
            fail(f"There is no order {number} in the book. `amends orders import FILE` fills it.")
        for kept, source in found:
            _show(order_tables.one(kept, source, settings.policy.zone, person=person))

    visiting(show)


@orders.command("list", help="List orders, the newest change first.")
@click.option("--late", is_flag=True, help="Only those promised before now and not delivered, the latest first.")
@click.option("--most", default=50, show_default=True, help="How many.")
def list_orders(late: bool, most: int) -> None:
    async def show(visitor: Visitor, settings: Settings) -> None:
        await is_ready(visitor)
        now = business_clock(settings).now() if late else None
        found = await visitor.read(lambda c: order_store.listed(c, settings.shop, late_at=now, at_most=most))
        if not found:
            click.echo("No order is late." if late else "The order book is empty: `amends orders import FILE`.")
            return
        _show(order_tables.listed(found, settings.policy.zone))

    visiting(show)


@orders.command("erase", help="Forget who bought an order and where it went. What was sold stays.")
@click.argument("number")
@click.option("--yes", is_flag=True, help="Do not ask.")
def erase_order(number: str, yes: bool) -> None:
    async def erase(visitor: Visitor, settings: Settings) -> None:
        await is_ready(visitor)
        if not yes:
            click.confirm(f"Forget buyer, address and the imported rows of {number}", abort=True)
        count = await visitor.write(lambda c: order_store.erase(c, settings.shop, number.strip()))
        if not count:
            fail(f"There is no order {number} in the book.")
        click.echo(f"{number}: the person is forgotten.")

    visiting(erase)
