"""`amends note`: the weekly note as it would be told now."""

from __future__ import annotations

import json
from datetime import timedelta

import click

from bot import noting
from bot.brain import load_book
from bot.clock import RealClock
from bot.commanding import visiting
from bot.settings import Settings
from bot.store import codec
from bot.store.visiting import Visitor
from flows.view.note import note as note_view
from flows.view.page import in_zone


@click.command(help="What the last week's causes have in common. And what would prevent them.")
@click.option("--weeks", type=click.IntRange(1, 52), default=1, show_default=True, help="How far to look back.")
@click.option("--json", "as_json", is_flag=True, help="For scripts: the time and its findings.")
def note(weeks: int, as_json: bool) -> None:
    async def show(visitor: Visitor, settings: Settings) -> None:
        policy, now = settings.policy, RealClock.from_file(settings.clock_file).now()
        since = now - timedelta(weeks=weeks)
        told = await visitor.read(lambda c: noting.look(c, settings.shop, since, now))
        words = load_book(policy.rules).words

        def template(key: str) -> str:
            return words.template(key, policy.language)

        if as_json:
            click.echo(json.dumps(codec.plain(told), ensure_ascii=False, indent=2))
        elif not told.findings:
            click.echo(template("note.none"))
        else:
            view = note_view(template, "", told.since, told.until, told.findings)
            for line in view.text:
                click.echo(in_zone(line, policy.zone))

    visiting(show)
