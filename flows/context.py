"""The frozen snapshot of everything else a decision needs. It goes into the journal, so it holds no texts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flows.case import Party


@dataclass(frozen=True, slots=True)
class Context:
    """`message` is our id of the message the event is about, `sent_at` the platform's instant of it.

    `number` is the next free case number. `effect` is the state of the current reply's outbox row, read in this
    very transaction. `blocked` are the guard's rule ids against the current draft. `staff` and `leads` are the
    people at the desk now. `why_joined` says how the event found its case.
    """

    party: Party | None = None
    message: str | None = None
    sent_at: datetime | None = None
    number: int = 0
    effect: str | None = None
    blocked: tuple[str, ...] = ()
    staff: tuple[str, ...] = ()
    leads: tuple[str, ...] = ()
    why_joined: str = ""
