"""Events that concern no case: decisions about dead inputs, and what the service found wrong with itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from bot import ailing, burying, noting, papers, warned
from bot.store import inbox
from flows.book import Book
from flows.events import Housekeeping, NoteDue, PaperChanged, PaperDue, ProblemsFound, WarningAcknowledged
from flows.policy import Policy

Kept = tuple[str, Housekeeping]  # (the event's own row, what happened)


def keep(
    connection: Connection, shop: str, book: Book, policy: Policy, kept: Sequence[Kept], now: datetime,
    machine_now: datetime,
) -> list[inbox.Outcome]:  # fmt: skip
    """Do what they ask for, and say what became of each."""
    return [
        inbox.Outcome(row, _done(connection, shop, book, policy, event, now, machine_now)) for row, event in kept
    ]


def _done(
    connection: Connection, shop: str, book: Book, policy: Policy, event: Housekeeping, now: datetime,
    machine_now: datetime,
) -> str:  # fmt: skip
    if isinstance(event, ProblemsFound):
        ailing.announce(connection, shop, event, now, machine_now)
        return "handled"
    if isinstance(event, WarningAcknowledged):
        return "handled" if warned.acknowledge(connection, shop, event, now, machine_now) else "ignored"
    if isinstance(event, NoteDue):
        return "handled" if noting.keep(connection, shop, policy, event, now, machine_now) else "ignored"
    if isinstance(event, PaperDue):
        told = papers.keep(connection, shop, book.ladders, policy, event, now, machine_now)
        return "handled" if told else "ignored"
    if isinstance(event, PaperChanged):
        moved = papers.changed(connection, shop, book.ladders, policy, event, now, machine_now)
        return "handled" if moved else "ignored"
    return "handled" if burying.decide(connection, shop, event, now) else "ignored"
