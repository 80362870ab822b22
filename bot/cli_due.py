"""`amends due`: the nearest clocks. For people a coloured table, for a pipe lines of tab-separated columns."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text
from sqlalchemy import Connection

from bot.brain import load_book
from bot.clock import RealClock
from bot.commanding import visiting
from bot.loading import Loader
from bot.settings import Settings
from bot.store import cases
from bot.store.visiting import Visitor
from flows.view.clocks import clock_name
from flows.view.due import Clock, Urgency, clocks
from flows.view.naming import number, situation
from flows.view.shown import Shown

SHOWN = 50
LOOKED_AT = 20_000  # open cases; whoever has more asks for fewer hours
STYLES = {
    Urgency.OVERDUE: "bold white on red",
    Urgency.SOON: "bold red",
    Urgency.TODAY: "yellow",
    Urgency.LATER: "green",
}


@dataclass(frozen=True, slots=True)
class Row:
    """A clock with the words for it. `due` and `staffed` are in the shop's zone."""

    clock: Clock
    shown: Shown
    name: str
    due: datetime
    staffed: datetime | None


@click.command(help="List the nearest deadlines, the most urgent first. The platforms' and our own stand apart.")
@click.option("--platform", "only", flag_value="platform", help="Only the platforms' deadlines.")
@click.option("--shop", "only", flag_value="shop", help="Only our own targets and promises.")
@click.option("--hours", type=click.FloatRange(min=0), help="Only what is due within so many hours, or overdue.")
@click.option("--at-most", type=click.IntRange(min=1), default=SHOWN, show_default=True, help="So many rows.")
@click.option("--json", "as_json", is_flag=True, help="For scripts: a list of objects, instants in UTC.")
def due(only: str | None, hours: float | None, at_most: int, as_json: bool) -> None:
    async def show(visitor: Visitor, settings: Settings) -> None:
        clock = RealClock.from_file(settings.clock_file)
        now = clock.now()
        loader = Loader(settings.shop, load_book(settings.policy.rules), settings.policy, clock)

        def load(connection: Connection) -> tuple[list[Row], int]:
            found = clocks(cases.open_cases(connection, settings.shop, LOOKED_AT), now, settings.policy.zone)
            wanted = [each for each in found if _is_wanted(each, only, hours)]
            return [_row(loader.shown(connection, each.case), each) for each in wanted[:at_most]], len(wanted)

        rows, total = await visitor.read(load)
        if as_json:
            click.echo(json.dumps([_plain(row) for row in rows], ensure_ascii=False, indent=2))
        elif sys.stdout.isatty():
            _draw(loader, rows, total)
        else:
            for row in rows:
                click.echo("\t".join(_columns(row)))

    visiting(show)


def _is_wanted(clock: Clock, only: str | None, hours: float | None) -> bool:
    if only is not None and clock.is_platform != (only == "platform"):
        return False
    return hours is None or clock.left <= timedelta(hours=hours)


def _row(shown: Shown, clock: Clock) -> Row:
    zone = ZoneInfo(shown.policy.zone)
    staffing = clock.deadline.staffing
    last = None if staffing is None or staffing.last_at is None else staffing.last_at.astimezone(zone)
    name = clock_name(shown, clock.deadline)
    return Row(clock, shown, name, clock.deadline.due_at.astimezone(zone), last)


def _columns(row: Row) -> tuple[str, ...]:
    """urgency, kind, due (UTC), case, clock, situation, order, owner, last staffed moment (UTC); "-" for none."""
    case, deadline = row.clock.case, row.clock.deadline
    return (
        row.clock.urgency,
        deadline.kind,
        _utc(deadline.due_at),
        number(row.shown),
        deadline.name,
        case.situation,
        case.order or "-",
        case.owner or "-",
        "-" if row.staffed is None else _utc(row.staffed),
    )


def _plain(row: Row) -> dict[str, object]:
    names = ("urgency", "kind", "due", "case", "clock", "situation", "order", "owner", "staffed_until")
    known = zip(names, _columns(row), strict=True)
    left_s = int(row.clock.left.total_seconds())
    return {name: None if value == "-" else value for name, value in known} | {"left_s": left_s}


def _utc(instant: datetime) -> str:
    return f"{instant.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


# --- for people -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Words:
    """The staff's language."""

    loader: Loader

    @property
    def is_english(self) -> bool:
        return self.loader.policy.language == "en"

    def label(self, key: str, **params: str) -> str:
        return self.loader.book.words.template(key, self.loader.policy.language).format(**params)


def _draw(loader: Loader, rows: Sequence[Row], total: int) -> None:
    console, say = Console(highlight=False), Words(loader)
    if not rows:
        console.print(say.label("due.nothing"), style="green")
    for key, is_platform in (("due.platform", True), ("due.shop", False)):
        some = [row for row in rows if row.clock.is_platform == is_platform]
        if some:
            console.print(_table(say, say.label(key), some))
    if total > len(rows):
        console.print(say.label("due.more", count=str(total - len(rows))))


def _table(say: Words, title: str, rows: Sequence[Row]) -> Table:
    has_staffing = any(row.clock.deadline.staffing is not None for row in rows)
    heads = ["left", "due", "case", "clock", "situation", "order", "owner"] + ["staffed"] * has_staffing
    table = Table(title=title, title_justify="left", title_style="bold", header_style="dim")
    for head in heads:
        table.add_column(say.label(f"due.{head}"), no_wrap=head in ("left", "due", "case"))
    for row in rows:
        case = row.clock.case
        cells: list[str | Text] = [
            Text(_left(say, row.clock), style=STYLES[row.clock.urgency]),
            f"{row.due:%a %d %b %H:%M}" if say.is_english else f"{row.due:%m-%d %H:%M}",
            number(row.shown),
            row.name if row.clock.deadline.bound == "due" else say.label("due.outer", name=row.name),
            situation(row.shown),
            case.order or "",
            case.owner or "",
        ]
        table.add_row(*cells, *([_staffed(row)] if has_staffing else []))
    return table


def _staffed(row: Row) -> str:
    return "" if row.staffed is None else f"{row.staffed:%m-%d %H:%M}"


def _left(say: Words, clock: Clock) -> str:
    minutes = int(abs(clock.left).total_seconds()) // 60
    days, hours = divmod(minutes // 60, 24)
    key = "due.days" if days else "due.hours"
    span = say.label(key, days=str(days), hours=str(hours), minutes=f"{minutes % 60:02}")
    return say.label("due.ago", span=span) if clock.urgency is Urgency.OVERDUE else span
