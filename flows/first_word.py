"""Who has spoken of a parcel that we noticed: nobody yet, we to the buyer, or the buyer to us."""

from __future__ import annotations

from flows import deadlines, parcels
from flows.case import DeadlineState, Source
from flows.known import learn
from flows.work import Work


def said(work: Work) -> None:
    """The buyer was told, or a person decided that no word is needed."""
    if parcels.is_first_word(work.case):
        learn(work, parcels.FIRST_WORD, parcels.SAID, Source.DERIVED)
        deadlines.end(work, (deadlines.FIRST_WORD,), DeadlineState.MET, "the first word was said")


def heard(work: Work) -> None:
    """The buyer writes: an ordinary case from now on, with the clocks of one."""
    if parcels.is_unasked(work.case):
        learn(work, parcels.FIRST_WORD, "", Source.DERIVED)
        deadlines.end(work, (deadlines.FIRST_WORD,), DeadlineState.STOPPED, "the buyer wrote")
