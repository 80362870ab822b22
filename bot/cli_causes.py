"""`amends causes`: where matters came from, by SKU. A table for people, tab-separated lines for a pipe, JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.brain import load_book
from bot.clock import RealClock
from bot.commanding import visiting
from bot.settings import Settings
from bot.store import causes as store
from bot.store.causes import Counted
from bot.store.visiting import Visitor
from flows.book import Book
from flows.values import DEFAULT_SHOP

USUAL = timedelta(days=90)


@click.command(help="Count where cases came from, by SKU, situation and cause (the SKUs are the order book's).")
@click.option("--sku", default=None, help="Only cases of this SKU.")
@click.option(
    "--since", type=click.DateTime(["%Y-%m-%d"]), default=None,
    help="Cases opened from this day on, in the shop's zone; else the last 90 days.",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="For scripts: a list of objects.")
def causes(sku: str | None, since: datetime | None, as_json: bool) -> None:
    async def show(visitor: Visitor, settings: Settings) -> None:
        policy, now = settings.policy, RealClock.from_file(settings.clock_file).now()
        begin = now - USUAL if since is None else since.replace(tzinfo=ZoneInfo(policy.zone)).astimezone(UTC)
        found = await visitor.read(lambda c: store.counted(c, DEFAULT_SHOP, begin, now + timedelta(days=1), sku))
        if as_json:
            click.echo(json.dumps([_plain(each) for each in found], ensure_ascii=False, indent=2))
        elif sys.stdout.isatty():
            _draw(load_book(policy.rules), policy.language, found)
        else:
            for each in found:
                click.echo("\t".join((each.sku or "-", each.situation, each.cause or "-", str(each.cases))))

    visiting(show)


def _plain(each: Counted) -> dict[str, object]:
    return {"sku": each.sku or None, "situation": each.situation, "cause": each.cause or None, "cases": each.cases}


def _draw(book: Book, language: str, found: Sequence[Counted]) -> None:
    def word(key: str) -> str:
        return book.words.template(key, language)

    if not found:
        click.echo(word("causes.none"))
        return
    names = ("sku", "situation", "cause", "cases")
    table = Table(*(word(f"causes.head.{name}") for name in names[:3]))
    table.add_column(word("causes.head.cases"), justify="right", style="bold")
    for each in found:
        cause = word(f"cause.{each.cause}") if each.cause else word("fact.unknown")
        sku = Text(each.sku or word("fact.unknown"))
        table.add_row(sku, word(f"situation.{each.situation}"), cause, str(each.cases))
    Console().print(table)
