"""The weekly note: at its instant the causes that became known since the last one are told, if they say anything.

One appointment waits for the next note. It is kept by an event like any other cause; the step that handles it
queues the note and makes the next appointment, in one transaction: neither a restart nor a second process tells a
week twice, and what fell due while nobody ran is told late, and once.
"""

from __future__ import annotations

from datetime import datetime

import msgspec
from msgspec import Struct
from sqlalchemy import Connection

from bot.appointed import NOTE
from bot.ids import new_id
from bot.store import appointments, causes, codec, outbox, remembered
from flows.events import NoteDue
from flows.note import WEEK, Finding, findings
from flows.policy import Policy

LANE = "notice:note"
NEXT = "next"


class Told(Struct, frozen=True, gc=False):
    """The note's row: what was found in this time, worded when it is sent."""

    since: datetime
    until: datetime
    findings: tuple[Finding, ...]
    notice: str = "note"
    v: int = 1


_told = msgspec.json.Decoder(Told)  # made here: see bot/store/codec.py


def told(body: str) -> Told:
    return _told.decode(body)


def arm(connection: Connection, shop: str, policy: Policy, now: datetime) -> None:
    """For the start: the next note by today's settings. One that is due already is left to be told, and one that
    was told is not made again, whatever another machine's clock says.
    """
    last = remembered.read(connection, shop, remembered.NOTED)
    after = now if last is None else max(now, last[1])
    waiting = appointments.of(connection, shop, NOTE, [""])
    if policy.note_at is None:
        appointments.cancel(connection, shop, NOTE, [""])
    elif not waiting or waiting[0].due_at > now:
        appointments.make(connection, shop, NOTE, {"": {NEXT: policy.note_at.next(policy.zone, after)}})


def keep(
    connection: Connection, shop: str, policy: Policy, event: NoteDue, now: datetime, machine_now: datetime
) -> bool:
    """Whether there was anything to tell."""
    if policy.note_at is None:
        return False
    last = remembered.get(connection, shop, remembered.NOTED)
    if last is not None and event.due_at <= last[1]:
        return False  # told before: another machine's clock made the appointment again
    coming = policy.note_at.next(policy.zone, max(now, event.due_at))
    appointments.make(connection, shop, NOTE, {"": {NEXT: coming}})
    note = look(connection, shop, event.due_at - WEEK if last is None else last[1], event.due_at)
    remembered.put(connection, shop, remembered.NOTED, "", event.due_at)
    if not note.findings:
        return False
    id, key = new_id(machine_now), f"{LANE}:{event.due_at.isoformat()}"
    new = outbox.New(id, None, id, "tell", LANE, key, codec.dumps(note), not_before=machine_now)
    outbox.add(connection, shop, [new], now)
    return True


def look(connection: Connection, shop: str, since: datetime, until: datetime) -> Told:
    """What the causes that became known in this time have in common."""
    return Told(since, until, findings(causes.settled(connection, shop, since, until)))
