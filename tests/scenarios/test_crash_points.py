"""The service ends itself at each named point; the next one finds its place. Long form: `make crash`."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import crashing
from bot.crashing import POINTS, Ack, Commit, CrashPointError, Send, arm
from tests.scenarios.crashed import SQLITE_ONLY, crash
from tests.store.servers import postgres_server

BOT = Path(crashing.__file__).parent
# The rest in `make crash`: these are the instants between what happened and what is written down about it.
SHORT = (
    "onward.before_commit",
    "onward.after_commit",
    "intake.before_commit",
    "intake.after_commit",
    "engine.before_commit",
    "claim.after_commit",
    "send.reply.before",
    "send.reply.after",
    "send.card.after",
    "send.thread.after",
    "send.alarm.after",
    "record.after_commit",
    "alarms.before_commit",
    "click.before_ack",
)
SHORT_ON_POSTGRES = (
    "onward.before_commit",
    "onward.after_commit:2",
    "intake.after_commit",
    "engine.before_commit",
    "send.reply.after",
    "alarms.before_commit",
)
LATER = (
    *(f"onward.before_commit:{passage}" for passage in range(2, 9)),
    *(f"onward.after_commit:{passage}" for passage in range(2, 9)),
    "intake.after_commit:3",
    "engine.before_commit:4",
    "engine.after_commit:5",
    "claim.after_commit:4",
    "record.before_commit:4",
    "record.after_commit:6",
    "card.after_commit:3",
    "thread.before_commit:3",
    "send.card.after:4",
    "send.thread.after:3",
    "send.alarm.after:2",
    "alarms.after_commit:2",
    "click.before_ack:2",
)
IS_LONG = bool(os.environ.get("AMENDS_LONG_CRASH"))
ON_POSTGRES = tuple(point for point in POINTS if point not in SQLITE_ONLY)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with postgres_server() as address:
        yield address


@pytest.mark.process
@pytest.mark.parametrize("point", POINTS if IS_LONG else SHORT)
async def test_crashed_there_on_a_file_nothing_is_lost_and_nothing_twice(tmp_path: Path, point: str) -> None:
    """Each instant at which a process can die has a name, and each name is died at."""
    await crash(tmp_path, point)


@pytest.mark.process
@pytest.mark.parametrize("point", ON_POSTGRES if IS_LONG else SHORT_ON_POSTGRES)
async def test_crashed_there_on_postgresql(tmp_path: Path, server: str, point: str) -> None:
    """The same with another database: what a dead process had claimed comes back when its time is over."""
    await crash(tmp_path, point, server)


@pytest.mark.process
@pytest.mark.skipif(not IS_LONG, reason="minutes long: `make crash` runs it")
@pytest.mark.parametrize("point", LATER)
async def test_crashed_there_at_a_later_passage(tmp_path: Path, point: str) -> None:
    """Not the first thing it ever did: clicks, alerts and half-told threads are under way."""
    await crash(tmp_path, point)


def test_every_point_has_its_place_and_every_place_its_point() -> None:
    """A commit or a send without a name would never be died at; a name without a place proves nothing."""
    commits, others, sends = [], [], 0
    for file in sorted(BOT.rglob("*.py")):
        for call in (node for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.Call)):
            what = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
            if what == "write" and _is_transaction(call):
                commits.append((file.name, _names(call, "Commit")))
            elif what in ("crash_point", "letting_out") and file.name != "crashing.py":
                others.append((what, _names(call, "Ack") + _names(call, "Send")))
            sends += file.name not in NOT_THE_SERVICE and _goes_out(what, _owner(call))
    assert [file for file, names in commits if len(names) != 1 and file not in NOT_THE_SERVICE] == []
    assert {name for _, names in commits for name in names} == set(Commit.__members__)
    assert {name for _, names in others for name in names} == {*Send.__members__, *Ack.__members__}
    assert sum(what == "letting_out" for what, _ in others) == sends


GOES_OUT = ("send", "show_card", "post_history", "post_alarm", "refresh_alarm")  # what the ports offer for it
NOT_THE_SERVICE = {"cli.py", "restoring.py", "trying.py"}  # commands that a person runs, one transaction each


def _goes_out(what: str, owner: ast.expr | None) -> bool:
    """Words that others use as well count only for the port they belong to."""
    of = getattr(owner, "attr", getattr(owner, "id", ""))
    return what in GOES_OUT or (what, of) in {("tell", "desk"), ("page", "pager")}


def _is_transaction(call: ast.Call) -> bool:
    """`self._database.write(...)` and its like, as opposed to a file's or a batch's."""
    owner = _owner(call)
    return "database" in str(getattr(owner, "attr", getattr(owner, "id", "")))


def _owner(call: ast.Call) -> ast.expr | None:
    return call.func.value if isinstance(call.func, ast.Attribute) else None


def _names(call: ast.Call, enum: str) -> list[str]:
    return [
        node.attr
        for argument in [*call.args, *(keyword.value for keyword in call.keywords)]
        for node in ast.walk(argument)
        if isinstance(node, ast.Attribute) and getattr(node.value, "id", "") == enum
    ]


@pytest.mark.parametrize("asked", ["engine", "engine.before_commit:0", "engine.before_commit:x", "no.such"])
def test_a_name_that_is_no_point_is_refused(asked: str) -> None:
    """A typing error must not look like a point that is never passed."""
    with pytest.raises(CrashPointError, match="names no crash point"):
        arm(asked)


def test_it_cannot_be_armed_where_a_real_account_is_at_the_other_end() -> None:
    """Left in somebody's environment, the variable stops the start instead of killing a shop's desk."""
    with pytest.raises(CrashPointError, match=r"api\.telegram\.org"):
        arm("engine.before_commit", ["https://api.telegram.org/bot", "http://127.0.0.1:1/slack/api/"])
    arm(None, ["https://api.telegram.org/bot"])
    assert crashing.marked(len, Commit.ENGINE) is len


def test_arming_is_said_loudly(capfd: pytest.CaptureFixture[str]) -> None:
    """Whoever reads the log of a process that died knows why."""
    arm("engine.before_commit:2", ["http://127.0.0.1:1/bot"])
    arm(None)
    assert "WILL KILL ITSELF" in capfd.readouterr().err
