"""`amends check`: what keeps the desk from working, why it matters, how to mend it."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Sequence
from urllib.error import HTTPError
from urllib.request import urlopen

import click
from rich.console import Console
from rich.text import Text

from bot import commanding
from bot.brain import STAFF_LANGUAGES, load_book
from bot.checks import examine, in_json
from bot.clock import machine_now
from bot.commanding import spoken
from bot.settings import SettingsError, read_settings
from bot.terminal import language_of
from flows.problems import Problem
from flows.replies.catalogue import Catalogue
from flows.rich import plain
from flows.view.problems import worded

SOUND, WARNED, BROKEN = 0, 1, 2
ANY_ADDRESS = ("0.0.0.0", "::", "")  # noqa: S104 - where it is served, not where we ask
PATIENCE_S = 4.0


@click.command(
    help="Find what keeps the desk from working. Looks at settings, accounts, the way to them, and the database. "
    "Exit code 0: all is well; 1: something should be mended; 2: something must be."
)
@click.option("--language", type=click.Choice(STAFF_LANGUAGES), help="Default: the shop's, else your terminal's.")
@click.option("--json", "as_json", is_flag=True, help="For scripts: a list with key, fatal, what, why, mend.")
def check(language: str | None, as_json: bool) -> None:
    book = load_book()
    try:
        settings = read_settings()
    except SettingsError as error:
        found = list(error.problems)
        language = language or language_of(os.environ)
    else:
        language = language or spoken(settings, os.environ)
        found = asyncio.run(examine(settings, book.rules, machine_now))
    if as_json:
        click.echo(in_json(found, book.words, language))
    else:
        _show(found, book.words, language)
    sys.exit(BROKEN if any(each.fatal for each in found) else WARNED if found else SOUND)


@click.command(help="Exit code 0 while the desk here runs and is ready. For containers and scripts.")
def ready() -> None:
    settings = commanding.settings()
    host = "127.0.0.1" if settings.http_host in ANY_ADDRESS else settings.http_host
    place = f"[{host}]" if ":" in host else host
    try:
        with urlopen(f"http://{place}:{settings.http_port}/readyz", timeout=PATIENCE_S) as answer:
            click.echo(answer.read().decode())
    except HTTPError as error:
        commanding.fail(error.read().decode())
    except OSError as error:
        commanding.fail(f"nothing answers at {place}:{settings.http_port}: {error}")


def _show(found: Sequence[Problem], words: Catalogue, language: str) -> None:
    console = Console(highlight=False, soft_wrap=False)

    def word(key: str) -> str:
        return words.template(f"check.{key}", language)

    if not found:
        console.print(Text.assemble(("✓ ", "green"), word("all_well")))
        return
    for each in found:
        what, why, mend = map(plain, worded(each, words, language))
        mark, colour = ("✗", "bold red") if each.fatal else ("!", "bold yellow")
        console.print(Text.assemble((f"{mark} {what}", colour)))
        console.print(Text(f"  {word('why')}: {why}"))
        console.print(Text(f"  {word('mend')}: {mend}"), end="\n\n")
    fatal = sum(each.fatal for each in found)
    console.print(word("count").format(fatal=fatal, warnings=len(found) - fatal))
