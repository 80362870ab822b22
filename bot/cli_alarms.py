"""`amends alarms`: prove that each path arrives, and see today's ladder with who was told."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from datetime import date
from zoneinfo import ZoneInfo

import click
from sqlalchemy import Connection

from bot import commanding
from bot.brain import load_book
from bot.clock import RealClock
from bot.commanding import visiting
from bot.loading import Loader
from bot.settings import Settings
from bot.store import cases
from bot.store import desk as desk_store
from bot.store.visiting import Visitor
from bot.trying import try_all
from flows.case import Alarm, AlarmState, Deadline, DeadlineKind
from flows.rich import plain
from flows.view.alarm import acknowledgement, told
from flows.view.clocks import clock_name
from flows.view.naming import number
from flows.view.shown import Shown


@click.group(help="Try every path of an alarm, or list today's ladder.")
def alarms() -> None:
    pass


@alarms.command("test", help="Send a marked test by every path, Slack first. Exit code 1 when one fails.")
def alarms_test() -> None:
    settings = commanding.settings()
    if not asyncio.run(_try(settings)):
        sys.exit(1)


async def _try(settings: Settings) -> bool:
    words = load_book().words
    title, line = (words.template(key, settings.policy.language) for key in ("test.title", "test.line"))
    well = True
    async for tried in try_all(settings, title, line):
        click.echo(f"{tried.path:12}" + ("ok" if tried.trouble is None else f"NOT DELIVERED: {tried.trouble}"))
        well = well and tried.trouble is None
    if not settings.policy.paths:
        click.echo(
            "There is no second path: an alarm that Slack cannot deliver reaches nobody. "
            "Set one in .env: AMENDS_WEBHOOK_URL, AMENDS_SMTP_URL or AMENDS_TELEGRAM_STAFF_CHAT."
        )
    return well


@alarms.command("list", help="Today's ladder of every open case. In the shop's time: due, told, acknowledged.")
def alarms_list() -> None:
    async def show(visitor: Visitor, settings: Settings) -> None:
        clock = RealClock.from_file(settings.clock_file)
        loader = Loader(settings.shop, load_book(), settings.policy, clock)
        day = clock.now().astimezone(ZoneInfo(settings.policy.zone)).date()

        def load(connection: Connection) -> list[str]:
            names = {person["id"]: person["name"] for person in desk_store.people(connection, settings.shop)}
            found = cases.open_cases(connection, settings.shop, 20_000)
            shown = [loader.shown(connection, case) for case in found]
            rungs = [(each, *rung) for each in shown for rung in _of_day(each, day)]
            return [
                line
                for each, deadline, alarm in sorted(rungs, key=lambda rung: rung[2].at)
                for line in _lines(each, deadline, alarm, names)
            ]

        lines = await visitor.read(load)
        for line in lines or ["No alarm today."]:
            click.echo(line)

    visiting(show)


def _of_day(shown: Shown, day: date) -> Iterator[tuple[Deadline, Alarm]]:
    zone = ZoneInfo(shown.policy.zone)
    for deadline in shown.case.deadlines:
        if deadline.kind is not DeadlineKind.REMINDER:
            yield from ((deadline, a) for a in deadline.alarms if a.at.astimezone(zone).date() == day)


def _lines(shown: Shown, deadline: Deadline, alarm: Alarm, names: dict[str, str]) -> Iterator[str]:
    at = alarm.at.astimezone(ZoneInfo(shown.policy.zone))
    why = f": {alarm.reason}" if alarm.reason else ""
    yield (
        f"{at:%H:%M}  {number(shown)}  {clock_name(shown, deadline)}  "
        f"{shown.label(f'rung.{alarm.rung}')}  {alarm.state}{why}"
    )
    yield from (f"       {line}" for line in told_lines(shown, alarm, names))


def told_lines(shown: Shown, alarm: Alarm, names: dict[str, str]) -> Iterator[str]:
    """Who was told of this rung, a line a call, and who acknowledged it."""
    for line in told(shown, alarm):
        yield plain(line, names)
    if alarm.state is AlarmState.ACKNOWLEDGED:
        yield plain(acknowledgement(shown, alarm), names)


def heard(shown: Shown, names: dict[str, str]) -> Iterator[str]:
    """For one case: each alarm that sounded, who was told of it, and who acknowledged it."""
    for deadline in shown.case.deadlines:
        for alarm in deadline.alarms if deadline.kind is not DeadlineKind.REMINDER else ():
            if alarm.calls:
                yield f"{clock_name(shown, deadline)} · {shown.label(f'rung.{alarm.rung}')}"
                yield from (f"  {line}" for line in told_lines(shown, alarm, names))
