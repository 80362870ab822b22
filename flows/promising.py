"""What a reply promised, until the buyer knows that it is kept.

The story. A delivered reply promises to act by a date: a clock and a task. A person does it and says so with a
proof: the clock is met, and the buyer is to hear of it. A promise for the case that the buyer says nothing is
withdrawn by an answer. One that nobody keeps alarms like any other clock. After the telling: `flows.following`.
"""

from __future__ import annotations

from datetime import datetime

from msgspec.structs import replace

from flows import acting, deadlines
from flows.action import CANCEL, OPEN, PARTIAL_REFUND, PAYS_BACK, PROMISED, REFUND, Action, ActionState
from flows.case import Case, DeadlineState, Proposal, ProposalKind, ProposalState, Situation
from flows.following import OFFER_OF, follow_later
from flows.work import Work

DONE = "done."  # the keys of the texts that tell it is done
DONE_ALREADY = "done.already"  # ... and of the one for who asks after it was told
DECIDED = frozenset({"claim.won", "esc.won"})  # a marketplace decided for us; seed 001 §12: until the buyer agrees
INSTEAD = "the buyer wishes for something else"
WAYS_OUT = frozenset(OFFER_OF)
_ASKED_FOR = frozenset({"wish"})  # what is asked for here, the promise says what is done without an answer


# --- made ------------------------------------------------------------------------------------------------------


def keep(work: Work, done: Proposal) -> None:
    """What the delivered text promises has a clock; to act is a task that only a person's *Submitted* ends."""
    if done.promise_at is None:
        return
    if done.promise == "update":
        deadlines.promise(work, deadlines.PROMISED_UPDATE, done.promise_at)
        return
    action = acting.find(work.case, done.act)
    if action is not None and action.state is ActionState.SUBMITTED:
        return  # done before the buyer was told: a task for it would have it done twice
    if action is not None:  # at once: a claim that came meanwhile puts up another text in this very step
        acting.amend(
            work, action, state=ActionState.BY_HAND, told=True, due_at=done.promise_at,
            unless=not _ASKED_FOR.isdisjoint(done.asks),
        )  # fmt: skip
        for other in replaced(work.case, action):
            withdraw(work, other, INSTEAD)
            work.note("promise_replaced", action=f"word:action.{other.kind}")
    deadlines.promise(work, deadlines.PROMISED_ACT, done.promise_at, done.act)
    if _is_free(work.case, done.act):
        task = replace(
            done, id=work.new_id(), kind=ProposalKind.HANDOFF, state=ProposalState.TEXT_APPROVED, key=PROMISED,
            version=work.case.version, settled_at=None, outcome=None, effect=None,
        )  # fmt: skip
        work.change(handoff=task)


def _is_free(case: Case, act: str) -> bool:
    """Whether the newest promise may stand as the task. An open claim is answered first, and what was promised
    before: this one comes up when that is done (`acting.sync`).
    """
    task = case.handoff
    if task is None:
        return case.situation is not Situation.CLAIM
    if task.state is ProposalState.SUBMITTED:
        return True
    other = acting.find(case, task.act) if task.act != act else None
    return task.key == PROMISED and (other is None or not acting.is_task(other))


# --- withdrawn -------------------------------------------------------------------------------------------------


def answered(work: Work) -> None:
    """The buyer has spoken: what was promised for silence is promised no more; the next reply says what is."""
    for action in work.case.actions:
        if action.unless and action.state in OPEN:
            withdraw(work, action, "the buyer answered")
            work.note("promise_withdrawn", action=f"word:action.{action.kind}")


def replaced(case: Case, action: Action) -> tuple[Action, ...]:
    """What was promised and is not done, when the buyer has wished for this since: one way out takes the place of
    another.
    """
    wish = next((fact for fact in case.facts if fact.name == "wish"), None)
    if wish is None or action.kind not in WAYS_OUT:
        return ()
    others = (each for each in case.actions if each.id != action.id and each.kind in WAYS_OUT - {action.kind})
    return tuple(
        each
        for each in others
        if each.state is ActionState.BY_HAND and each.due_at and each.approved_at and each.approved_at < wish.at
    )


def withdraw(work: Work, action: Action, why: str) -> None:
    """Nobody is to do it any more. The task goes, and the next one comes up."""
    acting.amend(work, action, state=ActionState.CANCELLED)
    _end(work, action.id, DeadlineState.STOPPED, why)
    handoff = work.case.handoff
    if handoff is not None and handoff.act == action.id and handoff.key == PROMISED:
        work.change(handoff=None)


def _end(work: Work, act: str, state: DeadlineState, why: str) -> None:
    """The clock of this promise; and of those of the first releases, which name none, once no task is left."""
    left = any(acting.is_task(action) for action in work.case.actions)
    for deadline in work.case.deadlines:
        is_its = deadline.act == act or (not deadline.act and not left)
        if deadline.name == deadlines.PROMISED_ACT and deadline.state is DeadlineState.RUNNING and is_its:
            deadlines.stop(work, deadline, state, why)


# --- kept ------------------------------------------------------------------------------------------------------


def done(work: Work, act: str, proof: str) -> None:
    """A person did it. Who was promised it is to hear of it. `proof` may be what the buyer needs to know, such
    as a tracking number.
    """
    _end(work, act, DeadlineState.MET, "submitted")
    action = acting.find(work.case, act)
    if action is None or action.due_at is None or not work.case.parties:
        return
    acting.amend(work, action, untold=True)
    work.reference = proof if len(proof) <= REFERENCE and "\n" not in proof else ""


REFERENCE = 60  # a tracking number with its carrier; longer is a story, and no buyer's business


def untold(case: Case) -> Action | None:
    """The oldest thing that is done and that the buyer does not know of."""
    return next((action for action in case.actions if action.untold), None)


def text_of(action: Action, reference: str) -> str:
    """The key of the text that tells it. What is not known (an amount, a number) is not spoken of."""
    kind = action.kind
    if kind == REFUND:
        return "done.refund" if action.amount is not None else "done.refund_all"
    if kind == PARTIAL_REFUND:
        return "done.partial_refund" if action.amount is not None else "done.other"
    if kind in ("reship", "send_part", "return_label"):
        return f"done.{kind}" if reference else f"done.{kind}_plain"
    return f"done.{kind}" if kind in (CANCEL, "send_invoice") else "done.other"


def told(work: Work, text: Proposal, at: datetime) -> None:
    """The buyer knows. After the time that such a thing takes, and the shop's own, we ask whether all is well."""
    if text.key in DECIDED:
        follow_later(work, None, at)
    action = acting.find(work.case, text.act) if text.key.startswith(DONE) else None
    if action is not None:
        acting.amend(work, action, untold=False)
        follow_later(work, action, at)


def leave_untold(work: Work) -> None:
    """A person says that the buyer need not hear of it: from us, at least."""
    for action in work.case.actions:
        if action.untold:
            acting.amend(work, action, untold=False)


def was_done(case: Case, kind: str | None) -> bool:
    """Whether what a text would promise was done already, and nobody has wished for it since."""
    last = next((a for a in reversed(case.actions) if a.kind == kind and a.state is ActionState.SUBMITTED), None)
    if last is None or last.done_at is None:
        return False
    wish = next((fact for fact in case.facts if fact.name == "wish"), None)
    return kind in PAYS_BACK - {PARTIAL_REFUND} or wish is None or wish.at <= last.done_at
