"""Appointments as causes: what each of them puts into the inbox when its instant has come."""

from __future__ import annotations

from bot.outcomes import position
from bot.store import inbox
from bot.store.appointments import Appointment
from flows.events import NoteDue
from flows.ports import Item

NOTE = "note"


def item(due: Appointment) -> Item:
    """Its key names the instant: one that comes up again for the same instant is known."""
    key = f"due:{due.kind}:{due.subject}:{due.what}:{due.due_at.isoformat()}"
    return inbox.event_item(NoteDue(due.due_at), key, f"{due.kind}:{due.subject}", position())
