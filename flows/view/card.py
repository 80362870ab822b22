"""One case as its card: deadline first, the buyer's words, the draft exactly as it would be sent, the buttons."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType

from flows import acting, choosing
from flows.action import PROMISED
from flows.case import (
    CauseCode,
    Deadline,
    DeadlineKind,
    DeadlineState,
    Proposal,
    ProposalKind,
    ProposalState,
    Situation,
    Source,
    Status,
    Telling,
)
from flows.causes import suggested
from flows.disputes import named
from flows.fallback import fallback_of
from flows.following import FOLLOW_UP, asks_at, is_coming_back
from flows.known import facts_of
from flows.offers import Ranked, offers, terms_of
from flows.promising import DONE
from flows.replies.catalogue import show_money
from flows.rich import At, Part, Person, Quote, Rich, Strong
from flows.view import Button, CardView, Choice, Option, Words
from flows.view.acts import money_lines, task_line, waits_for_second
from flows.view.advance import advance_lines, is_anything_approved, may_approve_fallback, may_approve_outcomes
from flows.view.asked import asked_lines
from flows.view.clocks import clock_lines
from flows.view.papers import paper_lines
from flows.view.rules import advice_line
from flows.view.shown import Shown

QUOTED = 600  # characters of the buyer's words on the card; the thread has them whole
PUSH = 80
EDITING_SHOWN = timedelta(minutes=10)
# Common knowledge, not verified in a source: where Seller Central shows one order.
ORDER_PAGES = {"amazon": "https://sellercentral.amazon.com/orders-v3/order/{order}"}
SECTION_SIGN = re.compile(r"§\w+(?:\.\w+)*")
# What it may be about, as one looks for it in a list. "Not sure" is no choice.
GROUPS: Mapping[str, tuple[Situation, ...]] = MappingProxyType(
    {
        "delivery": (
            Situation.ITEM_NOT_RECEIVED,
            Situation.LATE_OR_STUCK,
            Situation.LOGISTICS_ENQUIRY,
        ),
        "goods": (
            Situation.SAFETY,
            Situation.DAMAGED,
            Situation.DEFECTIVE,
            Situation.HOW_TO_USE,
            Situation.MISSING_PART,
            Situation.WRONG_ITEM,
            Situation.NOT_AS_DESCRIBED,
            Situation.EXPENSIVE_ITEM,
            Situation.COUNTERFEIT,
        ),
        "order": (
            Situation.ADDRESS_CHANGE,
            Situation.CANCELLATION,
            Situation.RETURN_EXCHANGE,
            Situation.INVOICE,
        ),
        "money": (
            Situation.REFUND,
            Situation.CLAIM,
            Situation.DISPUTE,
            Situation.DAMAGE_CLAIM,
            Situation.ESCALATION,
            Situation.CHARGEBACK,
            Situation.NEGATIVE_REVIEW,
        ),
        "other": (Situation.PRESALE, Situation.THANKS, Situation.OTHER),
    }
)
OFFERS_SHOWN = 3
GAPS_SHOWN = 2  # with the step that finds it
LIKELIEST = 3  # guesses that stand above the groups


def card(shown: Shown) -> CardView:
    """The card of a case as it stands; which buttons it has follows from the state alone."""
    case = shown.case
    return CardView(
        case=case.id,
        version=case.version,
        revision=case.revision,
        number=number(shown),
        push=_push(shown),
        title=_title(shown),
        clocks=tuple(clock_lines(shown)),
        fields=tuple(_fields(shown)),
        buyer=_buyer_words(shown),
        draft=_draft(shown),
        gloss=_gloss(shown),
        reasons=tuple(_reasons(shown)),
        state=tuple(_state(shown)),
        buttons=tuple(_buttons(shown)),
        menu=tuple(_menu(shown)),
        menu_label=shown.label("menu.label"),
        choice=_choice(shown),
        copy=_copy(shown),
        below=_below(shown),
        cause=_cause(shown),
    )


def number(shown: Shown) -> str:
    """The short number people say: A-0001."""
    return f"A-{shown.case.number:04d}"


def link(shown: Shown) -> str:
    """The marketplace's page of this order, or "" when there is none to open."""
    page = ORDER_PAGES.get(shown.case.platform or "")
    return page.format(order=shown.case.order) if page and shown.case.order else ""


def situation(shown: Shown) -> str:
    return shown.label(f"situation.{shown.case.situation}")


def _push(shown: Shown) -> str:
    words = " · ".join((_push_clock(shown), number(shown), situation(shown), shown.label(f"push.{_phase(shown)}")))
    return words if len(words) <= PUSH else words[: PUSH - 1] + "…"


def _push_clock(shown: Shown) -> str:
    """The nearest limit that still runs, else the last one that was missed, else that there is none."""
    running = shown.case.running()
    missed = [d for d in shown.case.deadlines if d.state is DeadlineState.MISSED]
    if running:
        return shown.label("push.due", due=_short(shown, running[0]))
    return shown.label("push.missed", due=_short(shown, missed[-1])) if missed else shown.label("push.no_clock")


def _short(shown: Shown, deadline: Deadline) -> str:
    day = shown.label(f"weekday.{deadline.due_at.weekday()}")
    return f"{day} {deadline.due_at:%H:%M} UTC"


def _title(shown: Shown) -> Rich:
    return (Strong(number(shown)), " · ", Strong(situation(shown)))


def _fields(shown: Shown) -> Iterator[tuple[str, Rich]]:
    case = shown.case
    unknown = shown.label("fact.unknown")
    yield shown.label("field.order"), (case.order or unknown, *_order_line(shown))
    language = shown.label(f"language.{case.language}")
    buyer: Part = Quote(shown.buyer) if shown.buyer else unknown
    yield shown.label("field.buyer"), (buyer, f" · {shown.channel}" if shown.channel else "", f" · {language}")
    yield shown.label("field.owner"), (Person(case.owner),) if case.owner else (shown.label("field.nobody"),)
    if case.waiting_since is not None:
        yield shown.label("field.waiting"), (At(case.waiting_since),)


def _order_line(shown: Shown) -> Iterator[Part]:
    """What is known of the order in one line: value, the last of its instants, where the parcel is."""
    case = shown.case
    if not case.order:
        return
    known = facts_of(case, shown.now)
    if value := known.get("order_value"):
        yield f" · {value}"
    for name in ("delivered", "shipped", "promised"):
        if at := known.get(f"{name}_at"):
            yield f" · {shown.label(f'field.order.{name}')} "
            yield At(datetime.fromisoformat(at), "date")
            if name != "shipped" or "promised_at" not in known:
                break
    if (tracking := known.get("tracking")) and tracking != "delivered":
        yield f" · {shown.label(f'fact.tracking.{tracking}')}"


def _buyer_words(shown: Shown) -> Words | None:
    """What is unanswered, oldest first; when all is answered, the last thing the buyer said."""
    case = shown.case
    ids = case.unanswered or ((case.last_message,) if case.last_message else ())
    found = [shown.messages[id] for id in ids if id in shown.messages]
    if not found:
        return None
    text = "\n".join(
        part for m in found for part in (m.body or "", f"[{shown.media(m)}]" if m.media else "") if part
    )
    more = shown.label("buyer.more") if len(text) > QUOTED else ""
    label = "buyer.says" if case.unanswered else "buyer.said"
    return Words(shown.word(label), text[:QUOTED] + more)


def _draft(shown: Shown) -> Words | None:
    proposal = shown.case.proposal
    if proposal is None:
        return None
    if proposal.kind is ProposalKind.HANDOFF:
        key = "draft.handoff"
    elif proposal.state is ProposalState.DELIVERED:
        key = "draft.sent"
    elif proposal.edited_by:
        key = "draft.edited"
    else:
        is_fallback = proposal.key == fallback_of(shown.case, shown.choice.branch)
        key = "draft.fallback" if is_fallback else _label(shown, proposal)
    return Words(shown.word(key), shown.text(proposal.text.id))


def _label(shown: Shown, proposal: Proposal) -> str:
    """Why it is suggested, where no message waits for an answer."""
    if (after := _after(proposal)) is not None:
        return after
    unasked = Telling.NEXT_OFFER in shown.case.to_tell and not shown.case.unanswered
    return "draft.next_offer" if unasked else "draft.suggested"


def _after(proposal: Proposal) -> str | None:
    """What the draft is when it speaks of what was done already: it tells that, or asks after it."""
    if proposal.key == FOLLOW_UP:
        return "draft.follow_up"
    return "draft.done" if proposal.act and proposal.key.startswith(DONE) else None


def _gloss(shown: Shown) -> Words | None:
    proposal = shown.case.proposal
    if proposal is None or proposal.gloss is None or proposal.gloss.id not in shown.texts:
        return None
    return Words(shown.word("draft.gloss"), shown.text(proposal.gloss.id))


def _below(shown: Shown) -> Rich | None:
    """The buttons that go out below the draft, in the buyer's words and, where those differ, in staff's."""
    proposal = shown.case.proposal
    if proposal is None or not proposal.choices:
        return None
    language = shown.policy.language
    named = (
        words if shown.case.language == language else f"{words} ({shown.label(choosing.word_of(wish))})"
        for wish, words in proposal.choices
    )
    return shown.word("draft.buttons", buttons=Quote(" · ".join(named)))


def _reasons(shown: Shown) -> Iterator[Rich]:
    """Which branch, why, on what source; what is not known; what happens when nobody decides.

    Nothing of it where nothing is to be decided, or only that the buyer is told what was done, or asked after it.
    """
    case, branch, proposal = shown.case, shown.choice.branch, shown.case.proposal
    said = proposal is not None and (proposal.state is ProposalState.DELIVERED or _after(proposal) is not None)
    if said or case.status is not Status.OPEN:
        return
    title = shown.label(f"branch.{branch.name}.title")
    why = shown.label(f"branch.{branch.name}.why")
    yield shown.word("reason.branch", title=title, why=why)
    if shown.choice.missing:
        names = shown.label("list.comma").join(_gap(shown, name) for name in shown.choice.missing)
        yield shown.word("reason.not_known", facts=names)
    yield from _offers(shown)
    advice = shown.book.rules.advice_named(branch.override)
    if advice is not None:
        yield shown.word("reason.advice", advice=advice_line(advice, shown.template))
    yield shown.word("reason.fallback", fallback=shown.label(branch.fallback), source=_sections(branch.source))


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


def _phase(shown: Shown) -> str:
    """What the card is about now, as a word: offered, held, sending, delivered, to_submit, ..."""
    case = shown.case
    if case.proposal is not None and case.proposal.state is not ProposalState.DELIVERED:
        return str(case.proposal.state)
    if case.handoff is not None and case.handoff.state is ProposalState.TEXT_APPROVED:
        return "to_submit"
    if case.proposal is not None:
        return "delivered"
    if case.handoff is not None and not shown.case.owes():
        return "submitted"
    return "no_draft" if shown.case.owes() else "quiet"


def _state(shown: Shown) -> Iterator[Rich]:
    case = shown.case
    if case.unreachable:
        yield shown.word("state.unreachable")
    if case.editing and case.editing_since and shown.now - case.editing_since < EDITING_SHOWN:
        yield shown.word("state.editing", by=Person(case.editing), at=At(case.editing_since, "time"))
    if case.handoff is not None:
        yield _handoff_state(shown, case.handoff)
    if case.proposal is not None and case.proposal.state is not ProposalState.OFFERED:
        yield _proposal_state(shown, case.proposal)
    elif case.proposal is None and shown.case.owes():
        yield shown.word("state.no_draft")
    yield from asked_lines(shown)
    yield from advance_lines(shown)
    yield from money_lines(shown)
    if (at := asks_at(case)) is not None:
        yield shown.word("state.follow_return" if is_coming_back(case) else "state.follow_up", at=At(at))
    yield from paper_lines(shown)


def _proposal_state(shown: Shown, proposal: Proposal) -> Rich:
    by = Person(proposal.approved_by or "")
    at = At(proposal.approved_at or shown.now, "time")
    match proposal.state:
        case ProposalState.HELD:
            return shown.word("state.held", by=by, at=at, until=At(proposal.hold_until or shown.now, "seconds"))
        case ProposalState.SENDING:
            return shown.word("state.sending", by=by, at=at)
        case ProposalState.DELIVERED:
            settled = At(proposal.settled_at or shown.now)
            key = "state.delivered" if proposal.outcome else "state.delivered_says_person"
            return shown.word(key, by=by, at=settled, receipt=proposal.outcome or "")
        case ProposalState.REFUSED:
            return shown.word("state.refused", reason=(proposal.outcome or "").rstrip("."))
        case _:
            return shown.word("state.unknown")


def _handoff_state(shown: Shown, handoff: Proposal) -> Rich:
    by = Person(handoff.approved_by or "")
    if handoff.state is ProposalState.SUBMITTED:
        at = At(handoff.settled_at or shown.now)
        done = acting.find(shown.case, handoff.act)
        person = Person((done.done_by if done is not None else None) or shown.case.last_decided_by or "")
        key = "state.done" if handoff.key == PROMISED else "state.submitted"
        return shown.word(key, by=person, at=at, proof=Quote(shown.text(handoff.outcome or "")))
    if (task := task_line(shown, handoff)) is not None:
        return task
    key = "state.promised" if handoff.key == PROMISED else "state.to_submit"
    if (act := acting.find(shown.case, handoff.act)) is not None and act.unless:
        key = "state.promised_silence"
    action = shown.label(f"action.{handoff.action or 'other'}")
    return shown.word(key, by=by, at=At(handoff.approved_at or shown.now, "time"), action=action)


def _copy(shown: Shown) -> Words | None:
    """The approved text of something a person is to submit by hand, ready to copy."""
    handoff = shown.case.handoff
    if handoff is None or handoff.state is not ProposalState.TEXT_APPROVED or handoff.key == PROMISED:
        return None
    return Words(shown.word("copy.label"), shown.text(handoff.text.id))


def value(shown: Shown) -> str:
    """What every button carries, and nothing else: which case, at which version."""
    return f"{shown.case.id}:{shown.case.version}"


def _buttons(shown: Shown) -> Iterator[Button]:
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


def _menu(shown: Shown) -> Iterator[Option]:
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
        yield Option(f"split:{party.conversation}", shown.label("menu.split", channel=party.channel.split(":")[0]))
    if link(shown):
        yield Option("link", shown.label("menu.link"), url=link(shown))


def _choice(shown: Shown) -> Choice | None:
    """Which situation it is: asked while nobody is sure, and open to correct while only the reader has said so and
    its draft still stands. The likeliest come first, the others by what they are about.
    """
    case = shown.case
    if case.situation not in (Situation.UNSURE, Situation.OTHER):
        offered = case.proposal is not None and case.proposal.state is ProposalState.OFFERED
        if case.situation_by in (Source.STAFF, Source.PLATFORM) or not offered:
            return None
    options = tuple(_situations(shown))
    current = None if case.situation is Situation.UNSURE else str(case.situation)
    return Choice("situation", shown.label("choice.label"), options, current, shown.label("choice.pick"))


def _situations(shown: Shown) -> Iterator[Option]:
    known = (shown.case.situation, *shown.case.guesses)
    here = (named(each, shown.case.platform) for each in known if each is not Situation.UNSURE)
    likely = tuple(dict.fromkeys(here))[:LIKELIEST]
    for heading, members in {"likely": likely, **GROUPS}.items():
        group = shown.label(f"choice.group.{heading}")
        for each in members:
            if heading == "likely" or (each not in likely and named(each, shown.case.platform) is each):
                yield Option(str(each), shown.label(f"situation.{each}"), group=group)


def _cause(shown: Shown) -> Choice | None:
    """Where it came from: asked once nothing is left to do, the likeliest first; shown ever after."""
    case = shown.case
    if case.cause is None and (case.status is Status.OPEN or case.situation is Situation.UNSURE):
        return None
    row = suggested(case.situation, facts_of(case, shown.now)) if case.cause is None else None
    ranked = dict.fromkeys((*((row.cause,) if row else ()), *CauseCode))
    options = tuple(Option(str(each), shown.label(f"cause.{each}")) for each in ranked)
    if row is not None:
        why = shown.label(f"cause.why.{row.why}")
        label = shown.label("cause.label.suggested", cause=shown.label(f"cause.{row.cause}"), why=why)
    else:
        is_derived = case.cause is not None and case.cause_by is Source.DERIVED
        label = shown.label("cause.label.derived" if is_derived else "cause.label")
    return Choice("cause", label, options, case.cause and str(case.cause), shown.label("cause.pick"))
