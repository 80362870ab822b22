"""The desk is told what should be mended: once a day at most for the same list, whatever restarts."""

from __future__ import annotations

import hashlib
from datetime import datetime

import msgspec
from msgspec import Struct
from sqlalchemy import Connection

from bot.ids import new_id
from bot.store import codec, outbox
from flows.events import ProblemsFound
from flows.problems import Problem

LANE = "notice:check"


class Told(Struct, frozen=True, gc=False):
    """The notice's row: worded when it is sent."""

    problems: tuple[Problem, ...]
    notice: str = "check"
    v: int = 1


_told = msgspec.json.Decoder(Told)  # made here: see bot/store/codec.py


def announce(
    connection: Connection, shop: str, event: ProblemsFound, now: datetime, machine_now: datetime
) -> None:
    """Its key names the list and the day (machine clock): a row of that key that is there already is enough."""
    listed = codec.dumps([(each.key, each.params) for each in event.problems])
    key = f"{LANE}:{machine_now:%Y-%m-%d}:{hashlib.sha256(listed.encode()).hexdigest()[:16]}"
    body = codec.dumps(Told(event.problems))
    new = outbox.New(new_id(machine_now), None, key, "tell", LANE, key, body, not_before=machine_now)
    outbox.add(connection, shop, [new], now)


def told(body: str) -> Told:
    return _told.decode(body)
