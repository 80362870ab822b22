"""The frozen snapshot of everything else a decision needs. It goes into the journal, so it holds no texts."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from flows.action import Entry
from flows.case import Party
from flows.order import Order


class Sibling(Struct, frozen=True, gc=False, omit_defaults=True):
    """An open case of the same order, which the order book or its number's shape confirms."""

    case: str
    number: int
    order: str


class Context(Struct, frozen=True, gc=False, omit_defaults=True):
    """`message` is our id of the message the event is about, `sent_at` the platform's instant of it.

    `number` is the one given to the case that this event opens, else 0. `effect` is the state of the current
    reply's outbox row, read in this very transaction. `blocked` are the guard's rule ids against the current
    draft. `staff` and `leads` are the people at the desk now. `why_joined` says how the event found its case.
    `order` is the case's order in the order book, given when it is not the state that the case's facts were taken
    from. `sibling` is an older
    open case of the order that the event names.

    `language` is that of an earlier case of the order, for one that opens before anybody wrote.

    `papers` is what the papers on file prove, as (fact, value); None where they were not looked at.

    Only for what decides about an action: `ledger` is what other cases did on the order, or approved and did not
    do yet; `approved` what the person whose yes counts first approved in other cases since yesterday.
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
    order: Order | None = None
    sibling: Sibling | None = None
    ledger: tuple[Entry, ...] = ()
    approved: tuple[Entry, ...] = ()
    language: str = ""
    papers: tuple[tuple[str, str], ...] | None = None
