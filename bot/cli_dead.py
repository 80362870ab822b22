"""`amends dead`: what could not be handled, shown to and decided by whoever runs the desk.

Deciding adds an event to the inbox, as a click in Slack does: the service does what was decided. So it works
while the service runs, and while it does not: then it is done at the next start.
"""

from __future__ import annotations

from collections.abc import Sequence

import click
from sqlalchemy import Connection

from bot.clock import machine_now
from bot.commanding import account, fail, visiting
from bot.outcomes import position
from bot.service import business_clock
from bot.settings import Settings
from bot.store import codec, inbox
from bot.store import dead as dead_store
from bot.store.dead import Dead, Opened
from bot.store.visiting import Visitor
from flows.events import DeadDropped, DeadRetried
from flows.ports import Item

ASKED = "The running service does it within seconds; one that is stopped does it at its next start."


@click.group(help="Inputs that could not be handled, kept for a person. The rest went on.")
def dead() -> None:
    pass


@dead.command("list", help="List them, oldest first. Each with id, time, channel, kind, code version and reason.")
@click.option("--kind", default=None, help="Only those of this kind, as the list shows it.")
def dead_list(kind: str | None) -> None:
    async def show(visitor: Visitor, settings: Settings) -> None:
        count = 0
        after = ""
        while page := await _page(visitor, settings.shop, kind, after):
            for found in page:
                click.echo(_line(found))
            count, after = count + len(page), page[-1].id
        if not count:
            click.echo("Nothing waits here: everything that came in was handled.")

    visiting(show)


async def _page(visitor: Visitor, shop: str, kind: str | None, after: str) -> list[Dead]:
    return await visitor.read(lambda c: dead_store.listed(c, shop, kind=kind, after=after))


def _line(found: Dead) -> str:
    return (
        f"{found.id}  {found.stored_at:%Y-%m-%d %H:%M} UTC  {found.channel}  {found.kind}  "
        f"{found.version}  {found.reason}"
    )


@dead.command("show", help="Show one with what came. CAREFUL: what came may hold a buyer's words and address.")
@click.argument("row", metavar="ID")
def dead_show(row: str) -> None:
    async def show(visitor: Visitor, settings: Settings) -> None:
        found = await visitor.read(lambda connection: dead_store.opened(connection, settings.shop, row))
        if found is None:
            fail(f"there is no dead input {row}: `amends dead list` shows the ids")
        for name, value in _told(found):
            click.echo(f"{name:12}{value}")
        click.echo("\nWhat came (personal data: do not pass it on):")
        click.echo(_content(found.raw))

    visiting(show)


def _told(found: Opened) -> Sequence[tuple[str, str]]:
    known = [
        ("id", found.id),
        ("state", found.state),
        ("came", f"{found.stored_at:%Y-%m-%d %H:%M:%S} UTC"),
        ("channel", found.channel),
        ("kind", found.kind),
        ("its id there", found.external_id),
    ]
    if found.reason is not None and found.handled_at is not None:
        known += [
            ("given up", f"{found.handled_at:%Y-%m-%d %H:%M:%S} UTC by version {found.version}"),
            ("reason", found.reason),
        ]
    if found.decided_by is not None and found.decided_at is not None:
        known.append(("decided", f"{found.decided_at:%Y-%m-%d %H:%M:%S} UTC by {found.decided_by}"))
    return [*known, ("why", found.decided_why)] if found.decided_why else known


def _content(raw: bytes | None) -> str:
    """Text as it is, but for what a terminal would obey; other bytes as hex."""
    if raw is None:
        return "(erased)"
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        return f"{len(raw)} bytes that are no text, as hex: {raw.hex()}"
    return "".join(char if char.isprintable() or char == "\n" else f"\\x{ord(char):02x}" for char in text)


@dead.command(
    "retry", help="Have one handled again, after a fix; or all of them. ID as `amends dead list` shows it."
)
@click.argument("row", metavar="ID", required=False)
@click.option("--all", "everything", is_flag=True, help="All of them.")
@click.option("--kind", default=None, help="With --all: only those of this kind.")
def dead_retry(row: str | None, everything: bool, kind: str | None) -> None:
    if everything == (row is not None) or (kind is not None and not everything):
        fail("say which one (amends dead retry ID), or all of them (amends dead retry --all [--kind KIND])")

    async def retry(visitor: Visitor, settings: Settings) -> None:
        def ask(connection: Connection) -> int:
            rows = (
                _all(connection, settings.shop, kind) if everything else _one(connection, settings.shop, row or "")
            )
            now = business_clock(settings).now()
            inbox.add(connection, settings.shop, [_item(DeadRetried(id, account())) for id in rows], now)
            return len(rows)

        count = await visitor.write(ask)
        if not count:
            fail("nothing of that kind waits there" if everything else f"there is no dead input {row}")
        click.echo(f"{count} to be handled again. {ASKED}")

    visiting(retry)


@dead.command("drop", help="Decide that one needs no handling. It stays in the store, with your name and reason.")
@click.argument("row", metavar="ID")
@click.option("--why", prompt="Why does it need no handling?", help="The reason, kept with it.")
@click.option("--yes", is_flag=True, help="Do not ask again.")
def dead_drop(row: str, why: str, yes: bool) -> None:
    if not why.strip():
        fail("say why it needs no handling")

    async def drop(visitor: Visitor, settings: Settings) -> None:
        if not await visitor.read(lambda connection: _one(connection, settings.shop, row)):
            fail(f"there is no dead input {row}: `amends dead list` shows the ids")
        if not yes:
            click.confirm(f"Drop {row}? Nobody will be asked about it again", abort=True)
        item = _item(DeadDropped(row, account(), why.strip()))
        now = business_clock(settings).now()
        await visitor.write(lambda connection: inbox.add(connection, settings.shop, [item], now))
        click.echo(f"{row} is to be dropped. {ASKED}")

    visiting(drop)


def _one(connection: Connection, shop: str, row: str) -> list[str]:
    found = dead_store.opened(connection, shop, row)
    return [row] if found is not None and found.state == "dead" else []


def _all(connection: Connection, shop: str, kind: str | None) -> list[str]:
    rows: list[str] = []
    while page := dead_store.listed(connection, shop, kind=kind, after=rows[-1] if rows else ""):
        rows += [found.id for found in page]
    return rows


def _item(event: DeadRetried | DeadDropped) -> Item:
    key = f"{type(event).__name__}:{event.row}:{machine_now().isoformat()}"
    return Item(
        "amends",
        key,
        type(event).__name__,
        f"dead:{event.row}",
        position(),
        inbox.EVENT,
        codec.encode(event),
        True,
    )
