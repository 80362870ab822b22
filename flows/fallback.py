"""When the guaranteed minimum is to be offered: the last alarms of a marketplace's clock bring it to approve.

Whatever the state of the talks: done in time, the fallback keeps the shop from losing goods and money by silence
(playbooks, section 0.4).
"""

from __future__ import annotations

from flows.case import (
    AlarmState,
    Case,
    Deadline,
    DeadlineKind,
    DeadlineState,
    ProposalState,
)
from flows.deadlines import STANDING
from flows.ladder import LAST_STAFFED
from flows.marketplace import is_answering
from flows.playbooks import ASKS, Branch
from flows.promising import was_done

# Where the fallback is a question that was put already: the same way out, decided for the buyer.
_DECIDED = ("fix.return_refund", "return_label")
LAST_RUNGS = ("page_all", "last_call", LAST_STAFFED)
_HEARD = (AlarmState.SOUNDED, AlarmState.DELIVERED, AlarmState.ACKNOWLEDGED, AlarmState.FAILED)


def asks_again(case: Case, key: str | None) -> bool:
    """Whether this text puts a question that the buyer was asked before."""
    return not set(case.asked).isdisjoint(ASKS.get(key or "", ()))


def way_out(case: Case, branch: Branch) -> tuple[str | None, str | None]:
    """The fallback as (text, action), whenever it is to be said. It asks nothing a second time."""
    if asks_again(case, branch.fallback_reply):
        return _DECIDED
    return branch.fallback_reply, branch.fallback_action


def fallback_of(case: Case, branch: Branch) -> str | None:
    """The key of the fallback's text for the buyer, when it is to be offered now."""
    if branch.fallback_reply is None or not case.parties or not is_last_resort(case):
        return None
    return None if is_promised(case, branch) else way_out(case, branch)[0]


def is_promised(case: Case, branch: Branch) -> bool:
    """The buyer was told the fallback, or was promised the same in other words before the limit passed; or it was
    done, and is told as such.
    """
    text, action = way_out(case, branch)
    if was_done(case, action):
        return True
    given = case.proposal
    if given is None or given.state is not ProposalState.DELIVERED:
        return False
    same_act = given.action is not None and given.action == action and given.promise == "act"
    return given.key == text or same_act


def is_last_resort(case: Case) -> bool:
    """A limit of the marketplace has come to its last rungs, or was missed and nothing has ended it since."""
    clocks = [d for d in case.deadlines if d.kind is DeadlineKind.PLATFORM and not is_answering(d)]
    newest = {deadline.name: deadline for deadline in clocks if deadline.bound == "due"}
    return any(_at_its_end(deadline) for deadline in newest.values()) or _was_to_stand_in(case)


def _was_to_stand_in(case: Case) -> bool:
    """The fallback was approved in advance, its time came, and a person has to do it after all."""
    ended = [d.ended_at for d in case.deadlines if d.name == STANDING and d.state is DeadlineState.MISSED]
    last = max((at for at in ended if at is not None), default=None)
    return last is not None and (case.last_decided_at is None or case.last_decided_at < last)


def _at_its_end(deadline: Deadline) -> bool:
    if deadline.state is DeadlineState.MISSED:
        return True
    sounded = (alarm for alarm in deadline.alarms if alarm.state in _HEARD)
    return deadline.state is DeadlineState.RUNNING and any(
        alarm.rung in LAST_RUNGS or alarm.last_staffed for alarm in sounded
    )
