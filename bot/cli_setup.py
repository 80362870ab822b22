"""`amends setup`: from nothing to the first card, in a terminal or by a file of answers."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path

import click

from bot.brain import load_book, translate
from bot.commanding import fail
from bot.settings import SettingsError
from bot.setup import AnswerFailed, AnswersFile, Asker, Wizard
from bot.setup.first_card import DeskEnded
from bot.setup.speaking import Speech
from bot.setup.wizard import WrittenWrongly
from bot.shop import ShopFileError
from bot.terminal import language_of

DONE, FAILED, NO_CARD, CANCELLED = 0, 1, 3, 130
ENV_FILE = Path(".env")


@click.command(
    help="Set the desk up, one question at a time. Tries each answer, writes .env and shop.toml, and waits "
    "for the first card. Run it again to change something: Enter keeps what is there. Exit code 0: done; 1: an "
    "answer is missing or does not work; 3: no card came; 130: left with Ctrl-C."
)
@click.option(
    "--answers",
    type=click.Path(path_type=Path),
    help="Ask nobody: take the answers from this TOML file (docs/setup.md).",
)
@click.option("--browser/--no-browser", default=True, help="Open Slack's page for the new app in the browser.")
def setup(answers: Path | None, browser: bool) -> None:
    speech = Speech(load_book().words, language_of(os.environ))
    if answers is None and not (sys.stdin.isatty() and sys.stdout.isatty()):
        fail(speech.word("no_terminal"))
    try:
        asker = _asker(answers, speech)
        sys.exit(asyncio.run(_run(Wizard(asker, speech, ENV_FILE, browser=browser), speech)))
    except (KeyboardInterrupt, EOFError):
        sys.exit(CANCELLED)
    except AnswerFailed as error:
        fail(str(error))
    except SettingsError as error:
        fail(speech.word("broken_file", said="\n".join(map(speech.told, error.problems))))
    except ShopFileError as error:
        fail(speech.word("broken_file", said=error.told(translate(speech.language))))
    except WrittenWrongly as error:
        fail(speech.word("not_editable", file=str(error)))
    except OSError as error:
        fail(speech.word("not_written", said=str(error)))


def _asker(answers: Path | None, speech: Speech) -> Asker:
    if answers is not None:
        return AnswersFile(answers, speech, click.echo)
    from bot.setup.terminal import Terminal  # noqa: PLC0415 - a terminal's machinery, for those who have one

    return Terminal(speech.word)


async def _run(wizard: Wizard, speech: Speech) -> int:
    _leave_in_order()
    try:
        wizard.write(await wizard.ask())
    except (KeyboardInterrupt, EOFError, asyncio.CancelledError):
        click.echo(speech.word("cancelled"))
        return CANCELLED
    try:
        return DONE if await wizard.first_card() else NO_CARD
    except DeskEnded as error:
        click.echo(speech.word("start.ended"), err=True)
        click.echo(str(error), err=True)
        return NO_CARD
    except (KeyboardInterrupt, asyncio.CancelledError):
        click.echo(speech.word("stopped"))
        return DONE


def _leave_in_order() -> None:
    """A window that is closed and a stop from outside count as Ctrl-C: the desk beside us ends with us."""
    task = asyncio.current_task()
    assert task is not None  # noqa: S101 - called from within one
    for name in ("SIGHUP", "SIGTERM"):
        with suppress(NotImplementedError, AttributeError):  # Windows has neither
            asyncio.get_running_loop().add_signal_handler(getattr(signal, name), task.cancel)
