"""What every command needs: the settings, the database, and one clear sentence when something is wrong."""

from __future__ import annotations

import asyncio
import getpass
import sys
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, NoReturn

import click
from sqlalchemy.exc import SQLAlchemyError

from bot.migrating import UnknownRevision, pending
from bot.settings import Settings, SettingsError, read_settings
from bot.store.database import Database, database_url
from bot.store.trouble import in_words
from bot.store.visiting import NoDatabase, Visitor


def settings() -> Settings:
    try:
        return read_settings()
    except SettingsError as error:
        fail(
            "Amends cannot start. Settings come from .env (copy .env.example) or the environment:\n"
            + "\n".join(f"  - {problem}" for problem in error.problems)
        )


def visiting(work: Callable[[Visitor, Settings], Awaitable[None]]) -> None:
    """Do this beside the running service, or without one: nothing is made or migrated."""
    given = settings()

    async def visit() -> None:
        visitor = Visitor(given.database_url)
        try:
            await work(visitor, given)
        finally:
            await visitor.close()

    _run(visit, given)


def owning(work: Callable[[Database], Awaitable[None]]) -> None:
    """Do this with the database as the service has it: it is made where there is none."""
    given = settings()

    async def own() -> None:
        database = Database(given.database_url)
        try:
            await work(database)
        finally:
            await database.close()

    _run(own, given)


def _run(work: Callable[[], Coroutine[Any, Any, None]], given: Settings) -> None:
    try:
        asyncio.run(work())
    except (NoDatabase, UnknownRevision) as error:
        fail(str(error))
    except BrokenPipeError:
        raise  # whoever read our output has enough of it: nothing is wrong with the database
    except (SQLAlchemyError, OSError) as error:
        fail(in_words(error, database_url(given.database_url)))


async def is_ready(visitor: Visitor) -> None:
    """The database has the tables that this command writes."""
    if await pending(visitor):
        fail("The database is older than this version: start the service once, or run `amends migrate`.")


def account() -> str:
    """Who decides, in the store's words: not a person of the desk, but an account of this machine."""
    try:
        return f"command line ({getpass.getuser()})"
    except (KeyError, OSError):  # an account without a name, as in many containers
        return "command line"


def fail(message: str) -> NoReturn:
    click.echo(message, err=True)
    sys.exit(1)
