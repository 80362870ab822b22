"""The cause of a matter: a person's word, or the table's when nobody said one before it was closed."""

from __future__ import annotations

from flows import events
from flows.case import CauseCode, Source
from flows.causes import suggested
from flows.known import facts_of
from flows.work import Work, person


def cause_chosen(work: Work, event: events.CauseChosen) -> None:
    choose(work, event.by, event.cause)
    work.show()


def choose(work: Work, by: str, cause: CauseCode | None) -> None:
    """What a person says stands until a person says otherwise. It touches no approval: no buyer reads of it."""
    if (cause, Source.STAFF) == (work.case.cause, work.case.cause_by):
        return
    work.change(cause=cause, cause_by=Source.STAFF)
    work.note("cause_chosen", by=person(by), cause=f"word:cause.{cause}" if cause else "word:fact.unknown")


def derive(work: Work) -> None:
    """The case closes and nobody named a cause: the suggestion stands in, and says so."""
    row = suggested(work.case.situation, facts_of(work.case, work.now))
    if work.case.cause is None and row is not None:
        work.change(cause=row.cause, cause_by=Source.DERIVED)
        work.note("cause_derived", cause=f"word:cause.{row.cause}", why=f"word:cause.why.{row.why}")
