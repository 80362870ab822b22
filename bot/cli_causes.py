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
from bot.store import warnings
from bot.store.causes import Counted
from bot.store.visiting import Visitor
from bot.store.warnings import BATCH, Warned
from flows.book import Book

USUAL = timedelta(days=90)


@click.command(
    help="Count where cases came from: SKU, situation, cause. The SKUs are the order book's; says also which "
    "SKUs the desk was warned of."
)
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
        found = await visitor.read(lambda c: store.counted(c, settings.shop, begin, now + timedelta(days=1), sku))
        warned = _by_sku(await visitor.read(lambda c: warnings.listed(c, settings.shop, BATCH, begin)))
        if as_json:
            click.echo(json.dumps([_plain(each, warned) for each in found], ensure_ascii=False, indent=2))
        elif sys.stdout.isatty():
            _draw(load_book(policy.rules), policy.language, found, warned)
        else:
            for each in found:
                days = _days(warned, each.sku, "-")
                click.echo("\t".join((each.sku or "-", each.situation, each.cause or "-", str(each.cases), days)))

    visiting(show)


def _by_sku(found: Sequence[Warned]) -> dict[str, list[Warned]]:
    by_sku: dict[str, list[Warned]] = {}
    for each in found:
        by_sku.setdefault(each.subject, []).append(each)
    return by_sku


def _days(warned: dict[str, list[Warned]], sku: str, none: str) -> str:
    """On which days the desk was warned of this SKU, and of what."""
    return ",".join(f"{each.raised_at:%Y-%m-%d} {each.about}" for each in warned.get(sku, ())) or none


def _plain(each: Counted, warned: dict[str, list[Warned]]) -> dict[str, object]:
    told = [
        {
            "about": w.about,
            "raised_at": w.raised_at.isoformat(),
            "acknowledged_by": w.acknowledged_by,
            "acknowledged_at": None if w.acknowledged_at is None else w.acknowledged_at.isoformat(),
        }
        for w in warned.get(each.sku, ())
    ]
    row = {"sku": each.sku or None, "situation": each.situation, "cause": each.cause or None, "cases": each.cases}
    return {**row, "warnings": told}


def _draw(book: Book, language: str, found: Sequence[Counted], warned: dict[str, list[Warned]]) -> None:
    def word(key: str) -> str:
        return book.words.template(key, language)

    if not found:
        click.echo(word("causes.none"))
        return
    names = ("sku", "situation", "cause", "cases")
    table = Table(*(word(f"causes.head.{name}") for name in names[:3]))
    table.add_column(word("causes.head.cases"), justify="right", style="bold")
    table.add_column(word("causes.head.warned"), style="yellow")
    for each in found:
        cause = word(f"cause.{each.cause}") if each.cause else word("fact.unknown")
        sku = Text(each.sku or word("fact.unknown"))
        table.add_row(
            sku, word(f"situation.{each.situation}"), cause, str(each.cases), Text(_days(warned, each.sku, ""))
        )
    Console().print(table)
