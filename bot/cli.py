"""The `amends` command: one short function a command, help that a shop's owner understands."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import NoReturn

import click
from sqlalchemy.exc import SQLAlchemyError

from bot import __version__
from bot.brain import load_book
from bot.clock import RealClock
from bot.explaining import explained
from bot.loading import Loader
from bot.lock import AlreadyRunning
from bot.logs import set_up
from bot.migrating import pending, upgrade
from bot.running import serve
from bot.settings import Settings, SettingsError, read_settings
from bot.store import cases, inbox
from bot.store.backup import BackupError, backup
from bot.store.database import Database, database_url
from bot.store.trouble import in_words
from flows.ports import PortError
from flows.rich import plain
from flows.values import DEFAULT_SHOP
from flows.view.card import number, situation


@click.group(help="Amends, the after-sales desk: no message lost, no deadline missed in silence.")
@click.version_option(__version__, prog_name="amends")
def main() -> None:
    pass


@main.command(help="Run the desk against the accounts in .env, until Ctrl-C.")
def run() -> None:
    set_up()
    settings = _settings()
    try:
        asyncio.run(serve(settings))
    except (AlreadyRunning, PortError) as error:
        _fail(str(error))
    except (SQLAlchemyError, OSError) as error:
        _fail(in_words(error, database_url(settings.database_url)))


@main.command(help="Try the desk in the browser: no account, no server; a sandbox plays Telegram and Slack.")
@click.option("--port", default=8787, show_default=True, help="Where the page is served; 0 picks a free port.")
@click.option("--browser/--no-browser", default=True, help="Open the page in the browser.")
@click.option("--data", type=click.Path(path_type=Path), default=None, help="Keep the demo's data in this folder.")
def demo(port: int, browser: bool, data: Path | None) -> None:
    from sandbox.demo import main as play  # noqa: PLC0415 - only the demo may need the sandbox

    sys.exit(play(port=port, open_browser=browser, data_dir=data))


@main.command(help="Bring the database up to this version. The service does it by itself at start.")
@click.option("--check", is_flag=True, help="Only say what is missing; exit code 1 when something is.")
def migrate(check: bool) -> None:
    _with_database(_check_migrations if check else _migrate)


async def _migrate(database: Database, _settings: Settings) -> None:
    await upgrade(database)
    click.echo("The database is up to date.")


async def _check_migrations(database: Database, _settings: Settings) -> None:
    missing = await pending(database)
    for revision in missing:
        click.echo(f"not applied: {revision}")
    if missing:
        sys.exit(1)
    click.echo("The database is up to date.")


@main.command("cases", help="List the open cases, the most urgent first.")
def list_cases() -> None:
    _with_database(_list_cases)


async def _list_cases(database: Database, settings: Settings) -> None:
    loader = _loader(settings)
    async with database.read() as connection:
        for case in await cases.open_cases(connection, DEFAULT_SHOP):
            shown = await loader.shown(connection, case)
            running = case.running()
            due = f"{running[0].due_at:%Y-%m-%d %H:%M} UTC" if running else "no clock"
            click.echo(f"{number(shown)}  {due:20}  {situation(shown)}  {case.order or '-'}  {case.status}")


@main.command(help="Show how each deadline of a case came about. NUMBER as on the card: A-0007 or 7.")
@click.argument("case_number", metavar="NUMBER")
def explain(case_number: str) -> None:
    digits = case_number.upper().removeprefix("A-")
    if not digits.isdigit():
        _fail(f"{case_number!r} is not a case number: write it as on the card, such as A-0007")

    async def show(database: Database, settings: Settings) -> None:
        async with database.read() as connection:
            case = await cases.by_number(connection, DEFAULT_SHOP, int(digits))
            if case is None:
                _fail(f"there is no case A-{int(digits):04d}")
            shown = await _loader(settings).shown(connection, case)
        for deadline in case.deadlines:
            if deadline.explanation is not None:
                click.echo(f"{shown.label(f'rule.{deadline.name}')} ({deadline.state})")
                for line in explained(shown, deadline.explanation):
                    click.echo(f"  {plain(line)}")

    _with_database(show)


@main.command("backup", help="Copy the database into FILE, consistent also while the desk runs (SQLite).")
@click.argument("file", type=click.Path(path_type=Path))
def make_backup(file: Path) -> None:
    try:
        size = backup(database_url(_settings().database_url), file)
    except BackupError as error:
        _fail(str(error))
    click.echo(
        f"{file}: {size / 1_000_000:.1f} MB. To restore: stop the desk, put this file in the old one's place."
    )


@main.group(help="Inputs that could not be read or handled: they wait here for a person, the rest went on.")
def dead() -> None:
    pass


@dead.command("list", help="List them, oldest first.")
def dead_list() -> None:
    async def show(database: Database, _settings: Settings) -> None:
        async with database.read() as connection:
            for row in await inbox.dead(connection, DEFAULT_SHOP):
                click.echo(f"{row['id']}  {row['stored_at']:%Y-%m-%d %H:%M}  {row['kind']}  {row['error']}")

    _with_database(show)


@dead.command("retry", help="Handle one again, after a fix. ID as `amends dead list` shows it.")
@click.argument("row", metavar="ID")
def dead_retry(row: str) -> None:
    async def retry(database: Database, _settings: Settings) -> None:
        async with database.write() as connection:
            if not await inbox.revive(connection, DEFAULT_SHOP, row):
                _fail(f"there is no dead input {row}")
        click.echo("It waits again; the running service takes it within seconds.")

    _with_database(retry)


def _settings() -> Settings:
    try:
        return read_settings()
    except SettingsError as error:
        _fail(
            "Amends cannot start. Settings come from .env (copy .env.example) or the environment:\n"
            + "\n".join(f"  - {problem}" for problem in error.problems)
        )


def _loader(settings: Settings) -> Loader:
    return Loader(DEFAULT_SHOP, load_book(), settings.policy, RealClock())


def _with_database(work: Callable[[Database, Settings], Awaitable[None]]) -> None:
    settings = _settings()
    url = database_url(settings.database_url)

    async def go() -> None:
        database = Database(settings.database_url)
        try:
            await work(database, settings)
        finally:
            await database.close()

    try:
        asyncio.run(go())
    except (SQLAlchemyError, OSError) as error:
        _fail(in_words(error, url))


def _fail(message: str) -> NoReturn:
    click.echo(message, err=True)
    sys.exit(1)
