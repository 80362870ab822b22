"""What every command needs: the settings, the database, and one clear sentence when something is wrong."""

from __future__ import annotations

import asyncio
import getpass
import os
import sys
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any, NoReturn

import click
from sqlalchemy.exc import SQLAlchemyError

from bot.brain import load_book
from bot.migrating import UnknownRevision, pending
from bot.settings import Settings, SettingsError, read_settings
from bot.store.database import Database, database_url
from bot.store.trouble import in_words
from bot.store.visiting import NoDatabase, Visitor
from bot.terminal import language_of
from flows.rich import plain
from flows.view.problems import worded


def settings() -> Settings:
    try:
        return read_settings()
    except SettingsError as error:
        fail(refusal(error))


def refusal(error: SettingsError) -> str:
    """What is wrong with the settings and how to mend it, in the terminal's language."""
    words, language = load_book().words, language_of(os.environ)
    lines = [words.template("check.cannot_start", language)]
    for each in error.problems:
        what, _, mend = map(plain, worded(each, words, language))
        lines += [f"  ✗ {what}", f"    {mend}"]
    return "\n".join([*lines, words.template("check.or_demo", language)])


def spoken(settings: Settings, environment: Mapping[str, str]) -> str:
    """The shop's language where its file says one, else the terminal's."""
    return settings.policy.language if settings.shop_file.exists() else language_of(environment)


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
