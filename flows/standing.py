"""A named person's yes to the fallback in advance: "if nobody decides by 02:30, send this".

Off unless the shop's file allows it, with a ceiling and an expiry, and bound to the case as it was. What only an
adapter could carry out pages everybody instead: none can so far.
"""

from __future__ import annotations

import dataclasses
from datetime import datetime
from typing import Literal

from flows import allowing, deadlines
from flows.acting import amount_of
from flows.action import CAN_COST
from flows.case import DeadlineKind, DeadlineState, Proposal, ProposalKind, ProposalState, Standing, Status
from flows.fallback import is_promised, way_out
from flows.known import branch_of, driving, seen
from flows.values import Money
from flows.wording import Draft, drafted, glossed, worded
from flows.work import Work, person

Against = Literal[
    "", "off", "nothing", "changed", "past", "expiry", "after_limit", "unknown_amount", "ceiling", "not_alone"
]
_UNDER_WAY = (ProposalState.HELD, ProposalState.SENDING, ProposalState.UNKNOWN)


def fallback(work: Work, at: datetime) -> Draft | None:
    """The fallback as it would read at that instant; None where it is no text for this buyer."""
    if not work.case.parties or work.case.unreachable:
        return None
    then = dataclasses.replace(work, now=at)
    branch = branch_of(then.book, then.case, at)
    key, _ = way_out(then.case, branch)
    if key is None or is_promised(then.case, branch):
        return None
    return drafted(then, branch, ProposalKind.REPLY, key)


def against(work: Work, at: datetime, until: datetime, ceiling: Money | None, stamp: str = "") -> Against:
    """What stands against this yes in advance, "" for nothing. `stamp` is that of the text as it was seen."""
    limit = driving(work.case)
    if not work.policy.standing:
        return "off"
    if at <= work.now:
        return "past"
    if until < at:
        return "expiry"
    if limit is not None and until > limit.due_at:
        return "after_limit"
    draft = fallback(work, at)
    if draft is None:
        return "nothing"
    if stamp and draft.stamp != stamp:
        return "changed"
    return _too_much(work, draft.action, ceiling)


def _too_much(work: Work, action: str | None, ceiling: Money | None) -> Against:
    if action not in CAN_COST:
        return ""
    amount = amount_of(work.case, action)
    if amount is None:
        return "unknown_amount"
    within = ceiling is not None and ceiling.currency == amount.currency and ceiling.minor >= amount.minor
    return "" if within else "ceiling"


def give(work: Work, by: str, at: datetime, until: datetime, ceiling: Money | None, stamp: str) -> Against:
    """Keep the yes, and set the clock; answers what stood against it."""
    found = against(work, at, until, ceiling, stamp)
    draft = None if found else fallback(work, at)
    if draft is None:
        return found or "nothing"
    amount = amount_of(work.case, draft.action or "")
    if not allowing.in_advance(work, draft.action, amount, by):
        return "not_alone"
    end(work, "approved anew")
    then = dataclasses.replace(work, now=at)
    text, gloss = work.write(worded(then, draft)), glossed(then, draft)
    deadlines.begin(work, DeadlineKind.SHOP, deadlines.STANDING, work.now, at, "standing")
    given = Standing(
        by, work.now, at, until, draft.key, text.ref, seen(work.case), work.case.deadlines[-1].id,
        gloss=None if gloss is None else work.write(gloss).ref,
        action=draft.action, amount=amount, ceiling=ceiling, stamp=draft.stamp,
    )  # fmt: skip
    work.change(standing=given)
    work.note("standing.given", by=person(by), at=at, text=f"text:{text.ref.id}")
    return ""


def end(work: Work, why: str) -> bool:
    """Its clock stops: a person decided, or took it back. Answers whether there was one."""
    ended = deadlines.end(work, (deadlines.STANDING,), DeadlineState.STOPPED, why)
    if work.case.standing is not None:
        work.change(standing=None)
    return bool(ended)


def sync(work: Work) -> None:
    """What has changed since voids it; its clock runs on, and pages where the fallback was to happen."""
    given = work.case.standing
    if work.case.status is Status.CLOSED:
        end(work, "closed")
    elif given is not None and seen(work.case) != given.seen:
        void(work, "changed")


def void(work: Work, why: str) -> None:
    if work.case.standing is not None:
        work.change(standing=None)
        work.note("standing.void", why=f"word:standing.why.{why}")


def due(work: Work) -> tuple[Standing, Proposal] | str:
    """Its time has come: what goes out by it, or why a person has to decide after all."""
    given = work.case.standing
    if given is None:
        return "changed"
    current = work.case.proposal
    if work.now > given.until:
        return "expired"
    if current is not None and current.state in _UNDER_WAY:
        return "under_way"
    draft = fallback(work, work.now)
    if draft is None or (draft.key, draft.action) != (given.key, given.action) or draft.stamp != given.stamp:
        return "changed"
    if given.action is not None:
        return "no_adapter"
    return given, Proposal(
        work.new_id(), work.case.version, ProposalKind.REPLY, ProposalState.OFFERED, given.key, given.text,
        gloss=given.gloss, conversation=draft.conversation, promise=draft.promise, promise_at=draft.promise_at,
    )  # fmt: skip
