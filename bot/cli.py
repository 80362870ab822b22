"""The `amends` command: one short function a command, help that a shop's owner understands."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import click
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from bot import __version__, commanding
from bot.brain import load_book
from bot.cli_alarms import alarms, heard
from bot.cli_causes import causes
from bot.cli_check import check, ready
from bot.cli_dead import dead
from bot.cli_due import due
from bot.cli_note import note
from bot.cli_orders import orders
from bot.cli_papers import papers
from bot.cli_playbooks import playbooks
from bot.cli_recompute import recompute
from bot.cli_rules import rules
from bot.cli_setup import setup
from bot.cli_shop import shop
from bot.clock import RealClock, machine_now
from bot.commanding import fail, owning, visiting
from bot.explaining import why
from bot.loading import Loader
from bot.lock import AlreadyRunning, FileLock
from bot.logs import set_up
from bot.migrating import UnknownRevision, pending, revisions, upgrade
from bot.running import serve
from bot.settings import Settings
from bot.store import cases
from bot.store import desk as desk_store
from bot.store.backup import BackupError, backup
from bot.store.database import Database, database_url
from bot.store.restoring import RestoreError, restore
from bot.store.trouble import in_words
from bot.store.visiting import NoDatabase, Visitor
from flows.clocks import sites, zones
from flows.ports import PortError
from flows.rich import plain
from flows.view.naming import number, situation
from flows.view.shown import Shown


@click.group(help="Amends, the after-sales desk: no message lost, no deadline missed in silence.")
@click.version_option(
    __version__,
    prog_name="amends",
    message=f"%(prog)s %(version)s, time zones {zones.source()}, days off {sites.data_version()}",
)
def main() -> None:
    pass


@main.command(help="Run the desk against the accounts in .env, until Ctrl-C.")
def run() -> None:
    settings = commanding.settings()
    set_up(settings.log_level, settings.log_shape, settings.secrets)
    try:
        asyncio.run(serve(settings))
    except (AlreadyRunning, PortError, UnknownRevision) as error:
        fail(str(error))
    except (SQLAlchemyError, OSError) as error:
        fail(in_words(error, database_url(settings.database_url)))


@main.command(help="Try the desk in the browser, without any account. A sandbox plays Telegram and Slack.")
@click.option("--port", default=8787, show_default=True, help="Where the page is served; 0 picks a free port.")
@click.option("--browser/--no-browser", default=True, help="Open the page in the browser.")
@click.option("--data", type=click.Path(path_type=Path), default=None, help="Keep the demo's data in this folder.")
def demo(port: int, browser: bool, data: Path | None) -> None:
    from sandbox.demo import main as play  # noqa: PLC0415 - only the demo may need the sandbox

    sys.exit(play(port=port, open_browser=browser, data_dir=data))


@main.command(help="Bring the database up to this version. The service does it by itself at start.")
@click.option("--check", is_flag=True, help="Only say what is missing; exit code 1 when something is.")
def migrate(check: bool) -> None:
    if check:
        visiting(_check_migrations)
    else:
        owning(_migrate)


async def _migrate(database: Database) -> None:
    await upgrade(database)
    click.echo("The database is up to date.")


async def _check_migrations(visitor: Visitor, _settings: Settings) -> None:
    try:
        missing = await pending(visitor)
    except NoDatabase:
        missing = revisions()
    for revision in missing:
        click.echo(f"not applied: {revision}")
    if missing:
        sys.exit(1)
    click.echo("The database is up to date.")


@main.command("cases", help="List the open cases, the most urgent first.")
def list_cases() -> None:
    visiting(_list_cases)


async def _list_cases(visitor: Visitor, settings: Settings) -> None:
    loader = _loader(settings)

    def load(connection: Connection) -> list[Shown]:
        return [loader.shown(connection, case) for case in cases.open_cases(connection, settings.shop)]

    for shown in await visitor.read(load):
        case, running = shown.case, shown.case.running()
        due = f"{running[0].due_at:%Y-%m-%d %H:%M} UTC" if running else "no clock"
        click.echo(f"{number(shown)}  {due:20}  {situation(shown)}  {case.order or '-'}  {case.status}")


@main.command(help="Show how each deadline of a case came about. NUMBER as on the card: A-0007 or 7.")
@click.argument("case_number", metavar="NUMBER")
def explain(case_number: str) -> None:
    digits = case_number.upper().removeprefix("A-")
    if not digits.isdigit():
        fail(f"{case_number!r} is not a case number: write it as on the card, such as A-0007")

    async def show(visitor: Visitor, settings: Settings) -> None:
        def load(connection: Connection) -> tuple[Shown | None, dict[str, str]]:
            case = cases.by_number(connection, settings.shop, int(digits))
            names = {person["id"]: person["name"] for person in desk_store.people(connection, settings.shop)}
            return None if case is None else _loader(settings).shown(connection, case), names

        shown, names = await visitor.read(load)
        if shown is None:
            fail(f"there is no case A-{int(digits):04d}")
        for heading, lines in why(shown).clocks:
            click.echo(plain(heading))
            for line in lines:
                click.echo(f"  {plain(line)}")
        for said in heard(shown, names):
            click.echo(said)

    visiting(show)


@main.command("backup", help="Copy the database into FILE (SQLite). Consistent also while the desk runs.")
@click.argument("file", type=click.Path(path_type=Path))
def make_backup(file: Path) -> None:
    try:
        size = backup(database_url(commanding.settings().database_url), file)
    except BackupError as error:
        fail(str(error))
    click.echo(f"{file}: {size / 1_000_000:.1f} MB. To restore: stop the desk, then `amends restore {file}`.")


@main.command("restore", help="Put a backup FILE in the database's place (SQLite). The old one is kept beside it.")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--yes", is_flag=True, help="Do not ask first.")
def restore_backup(file: Path, yes: bool) -> None:
    url = database_url(commanding.settings().database_url)
    if not yes:
        click.confirm(f"What came after {file} was made will not be in the database. Restore it", abort=True)
    lock = FileLock(Path(f"{url.database}.lock")) if url.get_backend_name() == "sqlite" else None
    try:
        if lock is not None:
            lock.take()
        kept = asyncio.run(restore(url, file, machine_now()))
    except (AlreadyRunning, RestoreError) as error:
        fail(str(error))
    except (SQLAlchemyError, OSError) as error:
        fail(in_words(error, url))
    finally:
        if lock is not None:
            lock.release()
    click.echo(f"{url.database} is what {file} held. " + (f"The old one is {kept}." if kept else ""))
    click.echo(
        "Start the desk. Replies that were on their way then come back to a person: see docs/operations.md."
    )


main.add_command(check)
main.add_command(rules)
main.add_command(dead)
main.add_command(alarms)
main.add_command(ready)
main.add_command(due)
main.add_command(setup)
main.add_command(shop)
main.add_command(causes)
main.add_command(note)
main.add_command(orders)
main.add_command(papers)
main.add_command(recompute)
main.add_command(playbooks)


def _loader(settings: Settings) -> Loader:
    return Loader(settings.shop, load_book(settings.policy.rules), settings.policy, RealClock())
