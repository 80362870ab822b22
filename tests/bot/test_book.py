"""The book as the service loads it: every key that code or data names exists, in every language."""

from __future__ import annotations

import re
from pathlib import Path

import bot
import flows
from adapters.slack.words import ENGLISH
from bot.brain import load_book
from flows import phrases
from flows.case import AlarmState, DeadlineKind, ProposalState, Situation

BOOK = load_book()
WORDS = Path(flows.__path__[0], "words")
KEYS = BOOK.words.keys()


def test_the_languages_are_parallel() -> None:
    """A key missing in Chinese would show a card in two languages, or none."""
    assert BOOK.words.problems() == ()
    assert BOOK.replies.problems() == ()


def test_no_word_stands_in_two_files() -> None:
    """The later file would silently win."""
    files = {file.name: phrases.parse("en", file.read_text()) for file in WORDS.glob("*.en.toml")}
    keys = [key for words in files.values() for key in words]

    assert sorted({key for key in keys if keys.count(key) > 1}) == []
    assert set(keys) == BOOK.words.languages["en"].keys()


def test_every_situation_has_a_playbook_and_a_name() -> None:
    """Anything else would be a case nobody can act on."""
    assert set(BOOK.playbooks) == set(Situation)
    assert {f"situation.{each}" for each in Situation} <= KEYS


def test_every_clock_and_rung_can_be_named() -> None:
    """An alarm must never fail because its sentence is missing."""
    rungs = {rung.name for ladder in BOOK.ladders.values() for rung in ladder}
    assert {f"alarm.{rung}" for rung in rungs} | {f"rung.{rung}" for rung in rungs} <= KEYS
    assert {rule.name for rule in BOOK.rules.rules} <= KEYS
    for rule in BOOK.rules.rules:
        events = {f"event.{event}" for event in (rule.start_event, *rule.stop_events)}
        assert {*events, *(f"note.{note}" for note in rule.notes), rule.on_lapse or rule.name} <= KEYS
    assert {f"clock.{kind}" for kind in DeadlineKind if kind is not DeadlineKind.REMINDER} <= KEYS


def test_every_action_of_a_branch_can_be_named() -> None:
    """The card tells a person what to do by hand."""
    named = {branch.action for book in BOOK.playbooks.values() for branch in book.branches if branch.action}
    assert {f"action.{action}" for action in named} <= KEYS


def test_every_line_that_a_step_writes_has_words() -> None:
    """A thread must not show a bare key. Keys are read from the source, so that a new line cannot be forgotten."""
    source = "".join(file.read_text() for file in Path(flows.__path__[0], "step").glob("*.py"))
    written = set(re.findall(r'\.note\(\s*"(\w+)"', source)) | set(re.findall(r'\.tell\([^,]+,\s*"(\w+)"', source))
    assert len(written) > 30
    assert {f"line.{key}" for key in written} <= KEYS


def test_slacks_dialogs_say_the_same_in_the_catalogue() -> None:
    """The adapter's own English is only the fallback: it must not drift from what staff translate."""
    english = BOOK.words.languages["en"]
    assert {key: english.get(f"slack.{key}") for key in ENGLISH} == ENGLISH


def test_every_setting_stands_in_the_example() -> None:
    """Who sets the desk up reads .env.example and nothing else."""
    from bot.settings import VARIABLES

    example = Path(bot.__path__[0]).parent.joinpath(".env.example").read_text()
    assert set(re.findall(r"^([A-Z_]+)=", example, re.MULTILINE)) == set(VARIABLES)


def test_alarm_and_proposal_states_are_words_the_store_knows() -> None:
    """The schema's CHECKs list them by hand."""
    from bot.store.tables import alarms, proposals

    for table, states in ((alarms, AlarmState), (proposals, ProposalState)):
        listed = " ".join(str(check.sqltext) for check in table.constraints if hasattr(check, "sqltext"))
        assert all(f"'{state}'" in listed for state in states)
