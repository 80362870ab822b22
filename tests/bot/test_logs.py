"""One line an event: the message, then whatever was given with it; and never what no log may hold."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from structlog.contextvars import bound_contextvars

from bot.logs import WITHHELD, formatter, set_up
from flows.ports import Unavailable

TELEGRAM = "1234567890:AAHkq3vJ-x_7YQ0rT2mZbW9cUeLoPdSfGhI"


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


def _record(message: str = "not %s", error: Exception | None = None, **extra: Any) -> logging.LogRecord:
    given = None if error is None else (type(error), error, error.__traceback__)
    arguments = ("sent",) if "%s" in message else ()
    return logging.getLogger("bot.engine").makeRecord(
        "bot.engine", logging.WARNING, __file__, 1, message, arguments, given, extra=extra
    )


def _line(record: logging.LogRecord, *secrets: str) -> str:
    """Without the time of day."""
    return formatter(plain=True, secrets=secrets).format(record).partition(" ")[2]


def _json(record: logging.LogRecord, *secrets: str) -> dict[str, object]:
    shown: dict[str, object] = json.loads(formatter(plain=False, secrets=secrets).format(record))
    return shown


def test_fields_follow_the_message() -> None:
    """A person greps for outbox=31 and finds the whole story of that row."""
    assert _line(_record(outbox=31, why="flood")) == "WARNING bot.engine not sent outbox=31 why=flood"


def test_a_line_without_fields_ends_with_its_message() -> None:
    """No empty tail."""
    assert _line(_record()) == "WARNING bot.engine not sent"


def test_the_case_comes_first() -> None:
    """It is what one looks for."""
    assert _line(_record(kind="reply", case="A-0007")).endswith("not sent case=A-0007 kind=reply")


def test_elsewhere_than_on_a_terminal_a_line_is_one_json_object() -> None:
    """Collectors read objects; the time is UTC and says so."""
    shown = _json(_record(kind="reply", case="A-0007", cases=("a", "b"), n=3))
    stamp = str(shown.pop("timestamp"))
    assert stamp.endswith("+00:00")
    assert shown == {
        "level": "warning", "logger": "bot.engine", "event": "not sent", "case": "A-0007", "kind": "reply",
        "cases": ["a", "b"], "n": 3,
    }  # fmt: skip
    assert list(shown)[:4] == ["level", "logger", "event", "case"]


def test_what_is_known_of_the_work_at_hand_is_on_every_line() -> None:
    """Lines of a library that knows nothing of cases still belong to the case they were written for."""
    with bound_contextvars(case="A-0007"):
        assert _line(_record()) == "WARNING bot.engine not sent case=A-0007"
    assert _line(_record()) == "WARNING bot.engine not sent"


@pytest.mark.parametrize("field", sorted(WITHHELD - {"name"}))
def test_a_field_that_would_hold_a_person_or_a_secret_is_withheld(field: str) -> None:
    """Whoever adds such a field by mistake sees it at once, and nobody else sees the content."""
    given: dict[str, Any] = {field: "Elm Street 12"}
    assert _json(_record(**given))[field] == "withheld"
    assert "Elm" not in _line(_record(**given))


@pytest.mark.parametrize("given", [{"text": "Elm Street 12"}, b"Elm Street 12"])
def test_a_value_whose_content_is_not_plain_to_see_shows_only_its_kind(given: object) -> None:
    """A whole payload handed over as one field holds everything."""
    assert "Elm" not in _line(_record(given=given))


@pytest.mark.parametrize(
    "said",
    [
        f"POST https://api.telegram.org/bot{TELEGRAM}/sendMessage failed",
        "invalid token xoxb-123456789012-abcdefghij",
        "xapp-1-A0123456789-abcdef was refused",
        "no answer from postgresql://amends:Xk29sLq@db.example/amends",
        "the shop's own word: open-sesame",
    ],
)
@pytest.mark.parametrize("plain", [True, False])
def test_a_secret_is_masked_wherever_it_stands(said: str, plain: bool) -> None:
    """Libraries quote URLs, and a Telegram URL holds the token."""
    write = formatter(plain=plain, secrets=["open-sesame", ""])
    for record in (_record(said), _record(why=said), _record("failed", Unavailable(said))):
        shown = write.format(record)
        assert "***" in shown
        assert not [part for part in (TELEGRAM, "abcdef", "Xk29sLq", "sesame") if part in shown]


def test_a_failure_is_shown_with_its_frames_but_not_with_what_it_quotes() -> None:
    """What a ValueError says is what it was given; what an OSError says is what is wrong with the machine."""
    said = " ".join(["cannot read 12", "E" + "lm Street"])  # the frames show the code, and this line is code
    with pytest.raises(ValueError, match="cannot read") as failure:
        _fail(said)
    shown = _line(_record("failed", failure.value))
    assert "Elm" not in shown
    assert "ValueError (its words are withheld" in shown
    assert "OSError: [Errno 28] No space left on device" in shown
    assert shown.count("Traceback (most recent call last):") == 2
    assert "test_logs.py" in shown


def _fail(said: str) -> None:
    try:
        _fill_the_disk()
    except OSError as error:
        raise ValueError(said) from error


def _fill_the_disk() -> None:
    raise OSError(28, "No space left on device")


def test_a_line_break_does_not_make_a_second_line() -> None:
    """Nobody may forge a line of the log by writing one into a name."""
    shown = _line(_record("one\nERROR two", why='he said "x"\nERROR three'))
    assert shown == 'WARNING bot.engine one ERROR two why="he said \\"x\\"\\nERROR three"'


def test_a_long_value_is_cut() -> None:
    """A platform once answered with a whole web page."""
    assert len(_line(_record(why="x" * 10_000))) < 600


@pytest.mark.parametrize("shape", ["plain", None, "json"])
def test_set_up_shows_our_story_and_quiets_the_libraries(
    shape: str | None, root: logging.Logger, capsys: pytest.CaptureFixture[str]
) -> None:
    """Once, whatever ran before: a second set-up must not print every line twice."""
    set_up(shape=shape)
    set_up(shape=shape)
    logging.getLogger("bot.engine").info("handled", extra={"case": "c"})
    logging.getLogger("slack_bolt").info("chatter")
    logging.getLogger("bot.engine").debug("detail")

    (line,) = capsys.readouterr().err.splitlines()
    if shape == "plain":
        assert line.endswith("INFO bot.engine handled case=c")
    else:
        assert json.loads(line)["event"] == "handled"  # what is captured is no terminal


def test_the_level_can_be_chosen(root: logging.Logger, capsys: pytest.CaptureFixture[str]) -> None:
    """Every event of every case is there for whoever looks for a fault."""
    set_up("debug")
    logging.getLogger("bot.engine").debug("detail")
    assert json.loads(capsys.readouterr().err)["event"] == "detail"
