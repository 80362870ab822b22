"""The cause of a matter: a person's word, or the table's when nobody said one before it was closed."""

from __future__ import annotations

from flows import events
from flows.case import CauseCode, Source
from flows.causes import suggested
from flows.drafting import redraft
from flows.known import branch_of, facts_of, learn
from flows.step.approving import take_back
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


def batch_suspected(work: Work, event: events.BatchSuspected) -> None:
    """Where the table knows of batches the advice may be another now: an approval of the old one falls."""
    before = branch_of(work.book, work.case, work.now)
    if event.likeness is CauseCode.PRODUCT:
        learn(work, "batch", "suspected", Source.DERIVED)
    work.note("batch_suspected", sku=event.sku, count=str(event.cases), cause=f"word:cause.{event.likeness}")
    if branch_of(work.book, work.case, work.now) is not before:
        take_back(work, "fact_changed")
        work.void()
        redraft(work)
    work.show()
