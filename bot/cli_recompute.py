"""`amends recompute`: the open clocks, counted by the rules, calendars and hours that hold now."""

from __future__ import annotations

from collections.abc import Iterator

import click
from sqlalchemy import Connection

from bot.brain import load_book
from bot.clock import RealClock
from bot.commanding import visiting
from bot.loading import Loader
from bot.recounting import Recount, Recounting
from bot.settings import Settings
from bot.store.visiting import Visitor
from flows.view.naming import number

SHOWN = 100


@click.command(
    help="Count the open deadlines anew. For when the rules, the holidays or the shop's hours have changed; the "
    "service does it by itself when it starts; due times that a platform gave are never touched."
)
@click.option("--dry-run", is_flag=True, help="Only say what would move.")
def recompute(dry_run: bool) -> None:
    async def work(visitor: Visitor, settings: Settings) -> None:
        clock = RealClock.from_file(settings.clock_file)
        loader = Loader(settings.shop, load_book(settings.policy.rules), settings.policy, clock)
        recounting = Recounting(settings.shop, loader.book, loader.policy, clock)

        def look(connection: Connection) -> tuple[Recount, list[str]]:
            found = recounting.preview(connection) if dry_run else recounting.begin(connection)
            return found, list(_lines(connection, loader, found))

        found, lines = await (visitor.read(look) if dry_run else visitor.write(look))
        click.echo(_summary(found, dry_run=dry_run))
        for line in lines:
            click.echo(line)

    visiting(work)


def _summary(found: Recount, *, dry_run: bool) -> str:
    if not found.changed:
        return "Nothing has changed: every open deadline is counted by what holds now."
    changed = ", ".join(found.changed)
    if not found.cases:
        return f"Changed: {changed}. No due time moves."
    move = "would move" if dry_run else "move"
    said = f"Changed: {changed}. Cases that {move}: {found.cases}; that become late by it: {found.late}."
    return said if dry_run else f"{said} The running service carries it out."


def _lines(connection: Connection, loader: Loader, found: Recount) -> Iterator[str]:
    moved = sorted((move for move in found.moves if move.is_moved), key=lambda move: move.after.due_at)
    for move in moved[:SHOWN]:
        shown = loader.shown(connection, move.case)
        was, due = (f"{each.due_at:%Y-%m-%d %H:%M}" for each in (move.before, move.after))
        late = "  LATE" if move.becomes_late else ""
        yield f"{number(shown)}  {shown.label(f'rule.{move.after.name}')}: {was} -> {due} UTC{late}"
    if len(moved) > SHOWN:
        yield f"and {len(moved) - SHOWN} more"
