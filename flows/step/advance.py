"""What was approved in advance happens here: the outcome of a button, the fallback that nobody decided.

Nothing else goes out without a click, and this only while the case is what it was when the person said yes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from msgspec.structs import replace

from flows import allowing, choosing, deadlines, events, standing
from flows.acting import amount_of
from flows.case import Deadline, DeadlineState, Outcome, ProposalState, Status
from flows.drafting import keep_current, redraft
from flows.known import seen
from flows.step.approving import may_decide, send_as_approved
from flows.work import Work, person


@dataclass(frozen=True, slots=True)
class Yes:
    """An outcome that `by` approved `at` a time. `against`: why a tap does not carry it out all the same."""

    outcome: Outcome
    by: str
    at: datetime
    against: str


def of_tap(work: Work, wish: str) -> Yes | None:
    """What was approved for this button, asked before the tap changes the case; None when nothing was."""
    case, out = work.case, work.case.buttons
    outcome = next((each for each in out.outcomes if each.wish == wish), None) if out is not None else None
    if out is None or outcome is None or out.at is None:
        return None
    against = ""
    if case.unanswered or case.status is Status.CLOSED or seen(case) != out.seen:
        against = "changed"
    elif outcome.until is not None and outcome.until < work.now:
        against = "late"
    return Yes(outcome, out.by, out.at, against)


def tapped(work: Work, yes: Yes | None) -> None:
    """Carry out what was approved for the tap; else the fresh draft stands, and the thread says why."""
    if yes is None:
        return
    why = yes.against or _differs(work, yes.outcome)
    if not why and not allowing.in_advance(work, yes.outcome.action, yes.outcome.amount, yes.by):
        why = "not_alone"
    if why:
        work.note("outcome_back", by=person(yes.by), why=f"word:outcome.why.{why}")
        return
    keep_current(work)
    proposal = work.case.proposal
    assert proposal is not None  # noqa: S101 - `_differs` looked at it
    approved = replace(
        proposal, text=yes.outcome.text, gloss=yes.outcome.gloss, promise_at=yes.outcome.promise_at, stamp=""
    )
    work.change(proposal=approved)
    if allowing.allows(work, approved, yes.by):
        _send(work, yes.by, yes.at)
        work.note("outcome_done", by=person(yes.by), wish=f"word:{choosing.word_of(yes.outcome.wish)}")


def _differs(work: Work, outcome: Outcome) -> str:
    """The playbook now says something else than what was approved, or something is under way."""
    proposal = work.case.proposal
    if proposal is None or proposal.state is not ProposalState.OFFERED:
        return "changed"
    now = (proposal.key, proposal.action, amount_of(work.case, proposal.action or ""))
    return "" if now == (outcome.key, outcome.action, outcome.amount) else "changed"


def _send(work: Work, by: str, at: datetime) -> None:
    proposal = work.case.proposal
    if proposal is not None:
        send_as_approved(work, proposal, by, at)


def fallback_approved(work: Work, event: events.FallbackApproved) -> None:
    if not allowing.may_approve(work, event.by) or not may_decide(work, event.by, event.version):
        return
    against = standing.give(work, event.by, event.at, event.until, event.ceiling, event.stamp)
    if against and against != "not_alone":  # whose yes it needs besides was told already
        work.tell(event.by, f"standing.{against}")
    work.show()


def withdrawn(work: Work, event: events.AdvanceWithdrawn) -> None:
    """Nothing is to happen by itself any more."""
    was = standing.end(work, "taken back")
    out = work.case.buttons
    if out is not None and out.outcomes:
        work.change(buttons=replace(out, outcomes=(), by="", at=None, seen=""))
        was = True
    if was:
        work.note("advance_withdrawn", by=person(event.by))
    else:
        work.tell(event.by, "advance.nothing")
    work.show()


def void(work: Work, why: str) -> None:
    """The buyer changed a word that the yes had in mind."""
    standing.void(work, why)
    out = work.case.buttons
    if out is not None and out.outcomes:
        work.change(buttons=replace(out, outcomes=(), by="", at=None, seen=""))
        work.note("outcomes_void", why=f"word:why.{why}")


def fallback_due(work: Work, deadline: Deadline) -> bool:
    """Nobody decided. Whether the fallback went out as approved; if not, the alarm of its clock sounds."""
    found = standing.due(work)
    work.change(standing=None)
    if isinstance(found, str):
        work.note("standing.not_done", why=f"word:standing.why.{found}")
        return False
    given, proposal = found
    work.void()
    work.change(proposal=proposal)
    keep_current(work)
    deadlines.stop(work, deadline, DeadlineState.MET, "done as approved in advance")
    _send(work, given.by, given.given_at)
    work.note("standing.done", by=person(given.by), text=f"text:{given.text.id}")
    redraft(work)
    work.show()
    return True
