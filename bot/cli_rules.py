"""`amends rules`: the dated rules that clocks are counted by, listed, shown, and checked as a whole."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from zoneinfo import available_timezones

import click
from rich.console import Console
from rich.table import Table

from bot.brain import STAFF_LANGUAGES, load_book
from bot.clock import machine_now
from bot.commanding import fail, spoken
from bot.settings import SettingsError, read_settings
from bot.terminal import language_of
from flows.book import Book
from flows.rules.auditing import Known, audit
from flows.rules.rule import Rule
from flows.view.rules import HEADINGS, advice_line, row, told

SOUND, WARNED, BROKEN = 0, 1, 2

Show = Callable[[str], str]


@click.group(help="The marketplaces' rules that clocks are counted by. Dated, with source and confidence.")
def rules() -> None:
    pass


def _language(command: Callable[..., None]) -> Callable[..., None]:
    says = "Default: the shop's, else your terminal's."
    return click.option("--language", type=click.Choice(STAFF_LANGUAGES), help=says)(command)


@rules.command("list", help="List the rules: of a platform, of a site, on a day.")
@click.option("--platform", help="Only this one: amazon, ebay, aliexpress, house, ...")
@click.option("--site", help="Only those that hold there: us, uk, de, ...")
@click.option("--on", "day", type=click.DateTime(["%Y-%m-%d"]), help="Only those that hold on this day (UTC).")
@click.option("--amber", is_flag=True, help="Only those that no good source stands behind.")
@_language
def list_rules(
    platform: str | None, site: str | None, day: datetime | None, *, amber: bool, language: str | None
) -> None:
    book, word = _opened(language)
    found = [
        rule
        for rule in sorted(
            book.rules.rules, key=lambda rule: (rule.platform, rule.id, rule.valid_from or date.min)
        )
        if (platform is None or rule.platform == platform.lower())
        and rule.applies_at(site.lower() if site else None)
        and (day is None or rule.holds_on(day.replace(tzinfo=UTC).date()))
        and (rule.unverified or not amber)
    ]
    if not found:
        fail(word("rules.none_found"))
    _table(found, word)


@rules.command(
    help="Show all that a rule says, each dated version. ID as `amends rules list` shows it, or a clock's name."
)
@click.argument("id")
@_language
def show(id: str, language: str | None) -> None:
    book, word = _opened(language)
    found = book.rules.named(id)
    if not found:
        fail(word("rules.unknown").format(id=id))
    for rule in found:
        click.echo(rule.id)
        for heading, text in told(rule, book.rules, word):
            click.echo(f"  {word(f'rules.{heading}')}: {text}")
        click.echo()


@rules.command(help="Show old advice that a rule has overtaken. With the reason, one line each.")
@click.option("--situation", help="Only for this one: claim, negative_review, address_change, ...")
@click.option("--platform", help="Only for this one: amazon, ebay, aliexpress, ...")
@_language
def advice(situation: str | None, platform: str | None, language: str | None) -> None:
    book, word = _opened(language)
    for each in book.rules.advice_for(situation, platform):
        click.echo(advice_line(each, word))


@rules.command(
    help="Look whether the rules fit together. Finds overlaps, gaps, unknown names, sources to be read again. "
    "Exit code 0: all is well; 1: something should be looked at again; 2: something is wrong."
)
@click.option("--on", "day", type=click.DateTime(["%Y-%m-%d"]), help="As if it were this day. Default: today.")
@_language
def check(day: datetime | None, language: str | None) -> None:
    from flows.clocks.sites import SITES  # noqa: PLC0415 - brings the holidays; no other command here needs them

    book, word = _opened(language)
    known = Known(book.words.languages, SITES, available_timezones(), book.ladders)
    found = audit(book.rules, book.states, known, (day or machine_now()).date())
    for each in found:
        click.echo(f"{'✗' if each.fatal else '!'} {each.rule}: {each.what}")
    fatal = sum(each.fatal for each in found)
    if not found:
        click.echo(word("rules.sound").format(count=len(book.rules.ids), version=book.rules.version))
    else:
        click.echo(word("rules.count").format(fatal=fatal, other=len(found) - fatal))
    sys.exit(BROKEN if fatal else WARNED if found else SOUND)


def _opened(language: str | None) -> tuple[Book, Show]:
    """The book with the shop's own values, and its words in the reader's language. Works without settings too."""
    try:
        settings = read_settings()
    except SettingsError:
        book, language = load_book(), language or language_of(os.environ)
    else:
        book, language = load_book(settings.policy.rules), language or spoken(settings, os.environ)
    chosen = language
    return book, lambda key: book.words.template(key, chosen)


def _table(found: Sequence[Rule], word: Show) -> None:
    """A table on a terminal; else plain lines, every column whole, for other programs."""
    headings = [word(f"rules.{heading}") for heading in HEADINGS]
    rows = [row(rule, word) for rule in found]
    console = Console(highlight=False)
    if not console.is_terminal:
        for cells in (headings, *rows):
            click.echo("\t".join(cells))
        return
    table = Table(*headings, box=None, header_style="bold")
    for rule, cells in zip(found, rows, strict=True):
        style = "dim" if rule.history else "yellow" if rule.unverified else None
        table.add_row(*cells, style=style)
    console.print(table)
