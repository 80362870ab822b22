"""What can be pressed on a card: its buttons and its menu, as its state has them."""

from __future__ import annotations

from collections.abc import Iterator

from flows.action import PROMISED
from flows.case import DeadlineKind, Proposal, ProposalKind, ProposalState
from flows.view import Button, Option
from flows.view.acts import waits_for_second
from flows.view.advance import is_anything_approved, may_approve_fallback, may_approve_outcomes
from flows.view.naming import link, number, value
from flows.view.shown import Shown


def buttons(shown: Shown) -> Iterator[Button]:
    """At most four, decided by the state."""
    case, proposal = shown.case, shown.case.proposal
    state = None if proposal is None else proposal.state
    if state in (ProposalState.OFFERED, ProposalState.REFUSED) and proposal is not None:
        yield from _deciding(shown, proposal)
    elif state is ProposalState.HELD:
        yield _button(shown, "undo")
    elif state is ProposalState.UNKNOWN:
        yield _button(shown, "settle_sent")
        yield _button(shown, "settle_resend", danger=True)
    elif _may_write(shown, state):
        yield _button(shown, "edit", key="button.write")
    if case.handoff is not None and case.handoff.state is ProposalState.TEXT_APPROVED:
        deciding = state in (ProposalState.OFFERED, ProposalState.REFUSED)
        if not waits_for_second(case, case.handoff):
            key = "button.done" if case.handoff.key == PROMISED else ""
            yield _button(shown, "submitted", key=key, primary=not deciding)
        elif not deciding:
            yield _button(shown, "approve", key="button.approve_second", primary=True)
        if link(shown) and not deciding:
            label = shown.label("button.open_link")
            yield Button("open_link", label, value(shown), url=link(shown), accessible=label)


def _may_write(shown: Shown, state: ProposalState | None) -> bool:
    """Nothing stands for approval: a person may still write, to answer or to say more after an answer."""
    case = shown.case
    if not case.parties or case.unreachable:
        return False
    return state is ProposalState.DELIVERED or (state is None and shown.case.owes())


def _deciding(shown: Shown, proposal: Proposal) -> Iterator[Button]:
    approve = "button.approve_text" if proposal.kind is ProposalKind.HANDOFF else "button.approve"
    if waits_for_second(shown.case, proposal):
        approve = "button.approve_second"
    yield _button(shown, "approve", key=approve, primary=True)
    if may_approve_outcomes(shown) and not waits_for_second(shown.case, proposal):
        yield _button(shown, "outcomes")
    yield _button(shown, "edit")
    if proposal.state is ProposalState.OFFERED:
        yield _button(shown, "decline")


def _button(shown: Shown, action: str, key: str = "", *, primary: bool = False, danger: bool = False) -> Button:
    label = shown.label(key or f"button.{action}")
    return Button(action, label, value(shown), primary, danger, accessible=f"{label}: {number(shown)}")


def menu(shown: Shown) -> Iterator[Option]:
    if shown.case.merged_into is not None:
        return  # everything goes on in the other case
    yield Option("facts", shown.label("menu.facts"))
    yield Option("take", shown.label("menu.take"))
    if any(d.kind is not DeadlineKind.REMINDER for d in shown.case.deadlines):
        yield Option("why", shown.label("menu.why"))
    if may_approve_fallback(shown):
        yield Option("fallback", shown.label("menu.fallback"))
    if is_anything_approved(shown):
        yield Option("advance_off", shown.label("menu.advance_off"))
    if shown.case.owes():
        yield Option("no_reply", shown.label("menu.no_reply"))
    for party in shown.case.parties[1:]:
        who = shown.people.get(party.conversation)
        named = f"{who.name} · {who.channel}" if who is not None else party.channel
        if not shown.case.is_buyers(party.conversation):
            yield Option(f"same:{party.conversation}", shown.label("menu.same", who=named))
        yield Option(f"split:{party.conversation}", shown.label("menu.split", who=named))
    if link(shown):
        yield Option("link", shown.label("menu.link"), url=link(shown))
