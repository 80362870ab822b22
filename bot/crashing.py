"""Named crash points around every commit and every send: a testing aid, and the list of them all.

Armed by AMENDS_CRASH_AT=NAME or NAME:N, the process ends itself with SIGKILL at the Nth passage of that point, so
that a test can show what is left behind at exactly this instant. Not a setting: it is never read from `.env`, it
is said loudly at the start, and a process that talks to anything but loopback refuses to start with it. Unarmed,
a point costs one comparison.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeVar
from urllib.parse import urlsplit

C = TypeVar("C")
T = TypeVar("T")

VARIABLE: Final = "AMENDS_CRASH_AT"
LOOPBACK = ("127.0.0.1", "::1", "localhost")


class Commit(StrEnum):
    """Every transaction the running service commits. Points: `NAME.before_commit` and `NAME.after_commit`."""

    MIGRATION = "migration"
    ACCOUNTS = "accounts"  # whose bot and whose app they are
    STAFF = "staff"  # who is at the desk
    LEASE = "lease"  # taken or renewed
    LEASE_END = "lease_end"  # given up at a polite stop
    ONWARD = "onward"  # stored or recorded, stepped on and claimed, all at once
    INTAKE = "intake"
    ENGINE = "engine"
    REPLAY = "replay"  # after a failed batch: which rows to take one by one
    DEAD = "dead"  # one of them is parked
    ALARMS = "alarms"  # rungs that fell due
    RECOUNT = "recount"  # clocks are counted by something else than before
    SEEN = "seen"  # the service is there; or is back, with all that fell due meanwhile
    RESCUE = "rescue"  # what a dead process left behind
    CLAIM = "claim"
    RECORD = "record"  # the outcome of an attempt
    FALLEN = "fallen"  # replies whose approval fell while they waited to be tried again
    CARD = "card"  # where a card stands
    CARD_GONE = "card_gone"
    THREAD = "thread"  # how far the thread was told
    GAP = "gap"  # what the auditor found
    DELAYED = "delayed"  # alarms that wait for a desk which is away


# Loops that look for work: what they commit when they found none is no passage.
LOOKS = frozenset(
    {Commit.ENGINE, Commit.REPLAY, Commit.ALARMS, Commit.RESCUE, Commit.CLAIM, Commit.FALLEN, Commit.DELAYED}
)


class Send(StrEnum):
    """Every way out. Points: `send.NAME.before` and `send.NAME.after` (done, its outcome not recorded yet)."""

    REPLY = "reply"
    AUTOMATIC = "automatic"
    CARD = "card"
    THREAD = "thread"
    ALARM = "alarm"
    ALARM_EDIT = "alarm_edit"
    PAGE = "page"
    TELL = "tell"


class Ack(StrEnum):
    """Stored, and whoever brought it has not been told so yet; of a click also: has been told."""

    MESSAGE = "message.before_ack"
    CLICK = "click.before_ack"
    CLICK_DONE = "click.after_ack"


def _all() -> Iterator[str]:
    for commit in Commit:
        yield f"{commit}.before_commit"
        yield f"{commit}.after_commit"
    for send in Send:
        yield f"send.{send}.before"
        yield f"send.{send}.after"
    yield from Ack


POINTS = tuple(_all())


class CrashPointError(ValueError):
    """The variable is set and must not be, or names nothing."""


@dataclass(slots=True)
class _Armed:
    name: str
    left: int


_armed: _Armed | None = None


def arm(asked: str | None, addresses: Sequence[str] = ()) -> None:
    """Arm what the variable holds (None or "": nothing). `addresses` are the platforms this process talks to.

    Raises CrashPointError for an unknown name, and wherever a real account might be at the other end.
    """
    global _armed  # noqa: PLW0603 - one process, one death
    _armed = None
    if not asked:
        return
    name, _, count = asked.partition(":")
    if name not in POINTS or (count and not (count.isdecimal() and int(count) > 0)):
        raise CrashPointError(f"{VARIABLE}: {asked!r} names no crash point; unset it")
    if outside := [address for address in addresses if urlsplit(address).hostname not in LOOPBACK]:
        raise CrashPointError(f"{VARIABLE} is set, and {outside[0]} is no sandbox on this machine: unset it")
    _armed = _Armed(name, int(count or 1))
    _say(f"{VARIABLE}={asked}: THIS PROCESS WILL KILL ITSELF THERE. A testing aid; unset it for anything else")


def crash_point(name: str) -> None:
    """Pass this point: nothing happens, unless a test asked for the end of the process right here."""
    if _armed is not None:
        _pass(_armed, name)


def marked(work: Callable[[C], T], at: Commit | None) -> Callable[[C], T]:
    """This work with its crash point between the last statement and the commit."""
    if _armed is None or at is None:
        return work

    def and_pass(connection: C) -> T:
        made = work(connection)
        if made or at not in LOOKS:
            crash_point(f"{at}.before_commit")
        return made

    return and_pass


def committed(at: Commit | None, made: object) -> None:
    """The transaction stands, and nobody was told of it yet."""
    if _armed is not None and at is not None and (made or at not in LOOKS):
        crash_point(f"{at}.after_commit")


@contextmanager
def letting_out(what: Send) -> Iterator[None]:
    """Around the one call that lets something out; `after` only when it did not raise."""
    crash_point(f"send.{what}.before")
    yield
    crash_point(f"send.{what}.after")


def _pass(armed: _Armed, name: str) -> None:
    if name != armed.name:
        return
    armed.left -= 1
    if armed.left == 0:
        _say(f"crash point {name}")
        os.kill(os.getpid(), signal.SIGKILL)


def _say(words: str) -> None:
    os.write(sys.stderr.fileno(), f"{words}\n".encode())  # unbuffered: nothing is flushed after a SIGKILL
