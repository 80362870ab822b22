"""What may be approved in advance, as its dialogs show it, and what has been, as lines of the card."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from flows import choosing, standing
from flows.acting import amount_of
from flows.action import CAN_COST
from flows.case import Deadline, Outcome, ProposalState
from flows.context import Context
from flows.known import driving
from flows.offers import KINDS
from flows.orderbook.amounts import written
from flows.playbooks.table import Offer
from flows.rich import At, Part, Person, Rich
from flows.values import Cause, Money
from flows.view import FallbackView, OutcomeRow, OutcomesView
from flows.view.shown import Shown
from flows.wording import glossed, worded
from flows.work import Work

AT_FIRST = timedelta(hours=4)  # suggested where no limit says when, and ...
WINDOW = timedelta(hours=1)  # ... how long after its time it may still go out


def look(shown: Shown) -> Work:
    """The case to read what would be said of it; nothing that is decided here is kept."""
    return Work(shown.now, shown.book, shown.policy, Context(), Cause("", shown.now, ""), shown.case)


def may_approve_outcomes(shown: Shown) -> bool:
    proposal = shown.case.proposal
    return proposal is not None and proposal.state is ProposalState.OFFERED and bool(proposal.outcomes)


def may_approve_fallback(shown: Shown) -> bool:
    """Offered where the shop allows it and there is a text to send."""
    return shown.policy.standing and standing.fallback(look(shown), shown.now) is not None


def is_anything_approved(shown: Shown) -> bool:
    out = shown.case.buttons
    return shown.case.standing is not None or (out is not None and bool(out.outcomes))


# --- the dialogs -----------------------------------------------------------------------------------------------


def outcomes_view(shown: Shown) -> OutcomesView | None:
    """None when the draft has no buttons that lead anywhere."""
    proposal = shown.case.proposal
    if proposal is None or not may_approve_outcomes(shown):
        return None
    rows = tuple(_row(shown, outcome) for outcome in proposal.outcomes)
    text = shown.text(proposal.text.id)
    return OutcomesView(shown.case.id, shown.case.version, shown.word("outcomes.note"), text, rows)


def _row(shown: Shown, outcome: Outcome) -> OutcomeRow:
    gloss = shown.text(outcome.gloss.id) if outcome.gloss else ""
    wish = shown.label(choosing.word_of(outcome.wish))
    until = shown.word("outcomes.until", until=At(outcome.until)) if outcome.until else ()
    does = shown.word("outcomes.row", wish=wish, does=_does(shown, outcome.action, outcome.amount))
    return OutcomeRow(outcome.wish, wish, (*does, *until), shown.text(outcome.text.id), gloss)


def _does(shown: Shown, action: str | None, amount: Money | None) -> str:
    """The action and its amount in words; what costs nothing is named alone."""
    if action is None:
        return shown.label("outcomes.does_nothing")
    name = shown.label(f"action.{action}")
    if action not in CAN_COST:
        return name
    known = shown.label("money.unknown") if amount is None else written(amount)
    return shown.label("outcomes.does", action=name, amount=known)


def fallback_view(shown: Shown, at: datetime | None = None, until: datetime | None = None) -> FallbackView | None:
    """The fallback as it would go out at that time, at a suggested one if none is given."""
    work, limit = look(shown), driving(shown.case)
    at = at or _suggested(shown, limit)
    if until is None:
        until = at + WINDOW if limit is None else min(at + WINDOW, limit.due_at)
    draft = standing.fallback(work, at)
    if draft is None or not shown.policy.standing:
        return None
    ceiling: str | None = None
    does: Rich = ()
    note = shown.word("fallback.note")
    if draft.action is not None:
        amount, action = amount_of(shown.case, draft.action), shown.label(f"action.{draft.action}")
        does = shown.word("fallback.does", does=_does(shown, draft.action, amount))
        note = shown.word("fallback.pages", action=action)
        if draft.action in CAN_COST:
            ceiling = "" if amount is None else written(amount)
    return FallbackView(
        shown.case.id, shown.case.version, note, worded(work, draft), glossed(work, draft) or "", does, at, until,
        ceiling, draft.stamp,
    )  # fmt: skip


def _suggested(shown: Shown, limit: Deadline | None) -> datetime:
    """While there is time to send it before the marketplace's limit; on the minute, as a picker shows it."""
    safe = None if limit is None else limit.due_at - KINDS[Offer.REFUND].latest.lead
    return max(safe or shown.now + AT_FIRST, shown.now + timedelta(minutes=1)).replace(second=0, microsecond=0)


# --- the card --------------------------------------------------------------------------------------------------


def advance_lines(shown: Shown) -> Iterator[Rich]:
    """What happens by itself, under which condition, in whose name."""
    case, out = shown.case, shown.case.buttons
    if out is not None and case.proposal is not None and case.proposal.id == out.proposal:
        for outcome in out.outcomes:
            yield _approved(shown, outcome, out.by)
    given = case.standing
    if given is not None:
        does = _does(shown, given.action, given.amount)
        if given.action is None:
            until = At(given.until, "time")
            yield shown.word("state.standing", by=Person(given.by), at=At(given.at), fallback=does, until=until)
        else:
            yield shown.word("state.standing_pages", by=Person(given.by), at=At(given.at), fallback=does)


def _approved(shown: Shown, outcome: Outcome, by: str) -> Rich:
    does = _does(shown, outcome.action, outcome.amount)
    named: dict[str, Part] = {"by": Person(by), "wish": shown.label(choosing.word_of(outcome.wish)), "does": does}
    if outcome.until is None:
        return shown.word("state.outcome", **named)
    return shown.word("state.outcome_until", **named, until=At(outcome.until))
