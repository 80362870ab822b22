"""Why a draft is suggested: the row of the playbook, what is not known, what else may be offered."""

from __future__ import annotations

import re
from collections.abc import Iterator

from flows.case import DeadlineKind, Proposal, ProposalState, Status
from flows.following import FOLLOW_UP
from flows.known import facts_of
from flows.offers import Ranked, offers, terms_of
from flows.promising import DONE
from flows.replies.catalogue import show_money
from flows.rich import At, Rich
from flows.view.rules import advice_line
from flows.view.shown import Shown
from flows.wording import NOT_PROVEN

SECTION_SIGN = re.compile(r"§\w+(?:\.\w+)*")
OFFERS_SHOWN = 3
GAPS_SHOWN = 2  # with the step that finds it


def after(proposal: Proposal) -> str | None:
    """What the draft is when it speaks of what was done already: it tells that, or asks after it."""
    if proposal.key == FOLLOW_UP:
        return "draft.follow_up"
    return "draft.done" if proposal.act and proposal.key.startswith(DONE) else None


def reason_lines(shown: Shown) -> Iterator[Rich]:
    """Which branch, why, on what source; what is not known; what happens when nobody decides.

    Nothing of it where nothing is to be decided, or only that the buyer is told what was done, or asked after it;
    nor where somebody else is answered, who only named the order.
    """
    case, branch, proposal = shown.case, shown.choice.branch, shown.case.proposal
    said = proposal is not None and (proposal.state is ProposalState.DELIVERED or after(proposal) is not None)
    is_for_another = proposal is not None and proposal.key == NOT_PROVEN
    if said or is_for_another or case.status is not Status.OPEN:
        return
    title = shown.label(f"branch.{branch.name}.title")
    why = shown.label(f"branch.{branch.name}.why")
    yield shown.word("reason.branch", title=title, why=why)
    yield from _said_before(shown)
    if (wish := case.fact("wish")) is not None:
        yield shown.word("reason.wish", wish=shown.label(f"fact.wish.{wish}"))
    if shown.choice.missing:
        names = shown.label("list.comma").join(_gap(shown, name) for name in shown.choice.missing)
        yield shown.word("reason.not_known", facts=names)
    yield from _offers(shown)
    advice = shown.book.rules.advice_named(branch.override)
    if advice is not None:
        yield shown.word("reason.advice", advice=advice_line(advice, shown.template))
    yield shown.word("reason.fallback", fallback=shown.label(branch.fallback), source=_sections(branch.source))


def _said_before(shown: Shown) -> Iterator[Rich]:
    """Nobody likes the same words twice: who writes again usually asks something else."""
    case, offered = shown.case, shown.case.proposal
    is_ours = offered is not None and offered.state is ProposalState.OFFERED and offered.edited_by is None
    if is_ours and offered is not None and offered.key == case.said and case.answered_at is not None:
        yield shown.word("reason.said_before", at=At(case.answered_at))


def _gap(shown: Shown, name: str) -> str:
    """A fact that could change the decision, and the step that would find it; the nearest of them at length."""
    fact, asks = shown.label(f"fact.{name}"), shown.case.proposal.asks if shown.case.proposal is not None else ()
    if shown.choice.missing.index(name) >= GAPS_SHOWN:
        return fact
    step = shown.label("find.reply_asks" if name in asks else f"find.{name}")
    return shown.label("find.one", fact=fact, step=step)


def _offers(shown: Shown) -> Iterator[Rich]:
    """What else may be offered, the buyer's wish first, with cost and days; until when the first is safe."""
    clock = next((d for d in shown.case.running() if d.kind is DeadlineKind.PLATFORM), None)
    due = None if clock is None else clock.due_at
    facts = facts_of(shown.case, shown.now)
    found = offers(shown.choice.branch, facts, terms_of(facts), due, shown.now)
    if not found:
        return
    named = shown.label("list.semicolon").join(_offer(shown, each) for each in found[:OFFERS_SHOWN])
    if found[0].latest is None:
        yield shown.word("reason.offers", offers=named)
    else:
        yield shown.word("reason.offers_by", offers=named, latest=At(found[0].latest))


def _offer(shown: Shown, each: Ranked) -> str:
    price = shown.label(f"offer.cost.{each.offer}")
    if each.cost is not None and each.cost.minor:
        price = show_money(each.cost, shown.policy.language)
    return shown.label("reason.offer", offer=shown.label(f"offer.{each.offer}"), cost=price, days=str(each.days))


def _sections(source: str) -> str:
    """Where the playbook says so, as section signs: rule ids and remarks are for `amends explain`."""
    return ", ".join(dict.fromkeys(SECTION_SIGN.findall(source))) or source
