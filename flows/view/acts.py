"""What an approval costs, who else must approve, and what the order's ledger holds already: lines of the card."""

from __future__ import annotations

from collections.abc import Iterator

from flows import acting
from flows.action import CAN_COST, PAYS_BACK, PROMISED, Action, ActionState
from flows.case import Case, Proposal, ProposalState
from flows.marketplace import NAMES
from flows.money import may_second, roles_of
from flows.orderbook.amounts import written
from flows.promising import replaced, untold
from flows.rich import At, Part, Person, Rich
from flows.values import Money
from flows.view.shown import Shown
from flows.wording import refunded_inside

_TO_DECIDE = (ProposalState.OFFERED, ProposalState.REFUSED)


def money_lines(shown: Shown) -> Iterator[Rich]:
    """Nothing for what costs nothing."""
    for carrier in _open_carriers(shown.case):
        action = acting.find(shown.case, carrier.act)
        if action is None or action.kind not in CAN_COST:
            continue
        if action.state is ActionState.WAITING:
            yield _waits(shown, action)
        elif action.state is ActionState.PROPOSED:
            yield _proposed(shown, action)
        for other in replaced(shown.case, action):
            yield shown.word("state.replaces", what=_what(shown, other))
        if action.kind in PAYS_BACK and (platform := refunded_inside(shown.case, _where(shown.case, carrier))):
            yield shown.word("state.inside", platform=NAMES[platform])
    if (action := untold(shown.case)) is not None:
        yield shown.word("state.untold", what=_what(shown, action))
    for entry in shown.ledger:
        if entry.kind in CAN_COST:
            yield shown.word(
                "state.ledger", action=shown.label(f"action.{entry.kind}"), amount=_amount(shown, entry.amount),
                state=shown.label(f"money.state.{entry.state}"), by=Person(entry.by), at=At(entry.at),
                case=f"A-{entry.number:04d}",
            )  # fmt: skip


def task_line(shown: Shown, task: Proposal) -> Rich | None:
    """What was promised, how much, by when; None for what no reply promised by a date."""
    action = acting.find(shown.case, task.act)
    if task.key != PROMISED or action is None or action.due_at is None:
        return None
    key = "state.task"
    if action.due_at <= shown.now:
        key = "state.task_overdue"
    elif action.unless:
        key = "state.task_unless"
    by, at = Person(task.approved_by or ""), At(task.approved_at or shown.now, "time")
    return shown.word(key, what=_what(shown, action), due=At(action.due_at), by=by, at=at)


def _what(shown: Shown, action: Action) -> str:
    """What is to be done, with the amount where there is one."""
    label = shown.label(f"action.{action.kind}")
    if action.amount is None:
        return label
    return shown.label("state.what", action=label, amount=written(action.amount))


def waits_for_second(case: Case, carrier: Proposal | None) -> bool:
    """Whether this draft or task has its first yes and needs another."""
    action = acting.find(case, carrier.act) if carrier is not None else None
    return action is not None and action.state is ActionState.WAITING


def _open_carriers(case: Case) -> tuple[Proposal, ...]:
    """The text to decide on, and the task to do; an action that both speak of is told once."""
    proposal, handoff = case.proposal, case.handoff
    deciding = [proposal] if proposal is not None and proposal.state in _TO_DECIDE else []
    doing = [handoff] if handoff is not None and handoff.state is ProposalState.TEXT_APPROVED else []
    return tuple({each.act: each for each in (*deciding, *doing) if each.act}.values())


def _where(case: Case, carrier: Proposal) -> str | None:
    """The conversation in which it is talked of."""
    return carrier.conversation or (case.parties[-1].conversation if case.parties else None)


def _proposed(shown: Shown, action: Action) -> Rich:
    key = "state.action" if action.amount is not None else "state.action_unknown"
    return shown.word(key, action=shown.label(f"action.{action.kind}"), amount=_amount(shown, action.amount))


def _waits(shown: Shown, action: Action) -> Rich:
    people, leads = shown.policy.people, shown.policy.leads
    known = dict.fromkeys((*leads, *(person.id for person in people)))
    able = [id for id in known if may_second(action.needs, roles_of(id, people, leads))]
    others = [id for id in able if id != action.approved_by]
    return shown.word(
        "state.waits", action=shown.label(f"action.{action.kind}"), amount=_amount(shown, action.amount),
        why=shown.label(f"money.why.{action.why}"), by=Person(action.approved_by or ""),
        at=At(action.approved_at or shown.now, "time"), who=_first_of(shown, others),
    )  # fmt: skip


def _first_of(shown: Shown, others: list[str]) -> Part:
    """One name to ask; the file says who else has the role."""
    return Person(others[0]) if others else shown.label("money.nobody")


def _amount(shown: Shown, amount: Money | None) -> str:
    return shown.label("money.unknown") if amount is None else written(amount)
