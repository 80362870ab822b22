"""One line an event: the message, then whatever was given with it."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from bot.logs import Fields, set_up


@pytest.fixture
def root() -> Iterator[logging.Logger]:
    """The root logger, given back as it was."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    noisy = {name: logging.getLogger(name).level for name in ("aiosqlite", "alembic", "slack_bolt")}
    yield root
    root.handlers[:] = before
    root.setLevel(level)
    for name, value in noisy.items():
        logging.getLogger(name).setLevel(value)


def _record(**extra: object) -> logging.LogRecord:
    return logging.getLogger("bot.engine").makeRecord(
        "bot.engine", logging.WARNING, __file__, 1, "not %s", ("sent",), None, extra=extra
    )


def test_fields_follow_the_message() -> None:
    """A person greps for outbox=31 and finds the whole story of that row."""
    shown = Fields("%(levelname)s %(name)s %(message)s").format(_record(outbox=31, why="flood"))

    assert shown == "WARNING bot.engine not sent outbox=31 why=flood"


def test_a_line_without_fields_ends_with_its_message() -> None:
    """No empty tail."""
    assert Fields("%(message)s").format(_record()) == "not sent"


def test_set_up_shows_our_story_and_quiets_the_libraries(
    root: logging.Logger, capsys: pytest.CaptureFixture[str]
) -> None:
    """Once, whatever ran before: a second set-up must not print every line twice."""
    set_up()
    set_up()
    logging.getLogger("bot.engine").info("handled", extra={"case": "c"})
    logging.getLogger("slack_bolt").info("chatter")
    logging.getLogger("bot.engine").debug("detail")

    (line,) = capsys.readouterr().err.splitlines()
    assert line.endswith("INFO bot.engine handled case=c")
