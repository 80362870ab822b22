"""Appointments as causes: what each of them puts into the inbox when its instant has come."""

from __future__ import annotations

from datetime import datetime

from bot.outcomes import position
from bot.parcels import PARCEL
from bot.store import inbox
from bot.store.appointments import Appointment
from bot.store.papers import PAPER
from flows.events import NoteDue, PaperDue, ParcelDue
from flows.ports import Item

NOTE = "note"


def item(due: Appointment, now: datetime) -> Item:
    """Claimed once, stored once; whether it is about something that was seen to before, its handler knows."""
    key = f"due:{due.kind}:{due.subject}:{due.what}:{due.due_at.isoformat()}:{now.isoformat()}"
    return inbox.event_item(_event(due), key, f"{due.kind}:{due.subject}", position())


def _event(due: Appointment) -> NoteDue | PaperDue | ParcelDue:
    if due.kind == PARCEL:
        platform, _, number = due.subject.partition(":")
        return ParcelDue(number, platform, due.what, due.due_at)
    if due.kind == PAPER:
        return PaperDue(int(due.subject), due.what, due.due_at)
    return NoteDue(due.due_at)
