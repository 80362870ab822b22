"""One case as its card: deadline first, the buyer's words, the draft exactly as it would be sent, the buttons."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from flows import choosing
from flows.case import Deadline, DeadlineState, Proposal, ProposalKind, ProposalState, Telling
from flows.fallback import fallback_of
from flows.known import facts_of
from flows.rich import At, Part, Person, Quote, Rich, Strong
from flows.view import CardView, Words
from flows.view.choices import cause_choice, situation_choice
from flows.view.clocks import clock_lines
from flows.view.naming import number, situation
from flows.view.pressing import buttons, menu
from flows.view.reasons import after, reason_lines
from flows.view.shown import MessageText, Shown
from flows.view.state import phase, state_lines, to_copy

QUOTED = 600  # characters of the buyer's words on the card; the thread has them whole
PUSH = 80


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
        reasons=tuple(reason_lines(shown)),
        state=tuple(state_lines(shown)),
        buttons=tuple(buttons(shown)),
        menu=tuple(menu(shown)),
        menu_label=shown.label("menu.label"),
        choice=situation_choice(shown),
        copy=to_copy(shown),
        below=_below(shown),
        cause=cause_choice(shown),
    )


def _push(shown: Shown) -> str:
    words = " · ".join((_push_clock(shown), number(shown), situation(shown), shown.label(f"push.{phase(shown)}")))
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
    yield shown.label("field.buyer"), (*_people(shown, unknown), f" · {language}")
    yield shown.label("field.owner"), (Person(case.owner),) if case.owner else (shown.label("field.nobody"),)
    if case.waiting_since is not None:
        yield shown.label("field.waiting"), (At(case.waiting_since),)


def _people(shown: Shown, unknown: str) -> Iterator[Part]:
    """Everybody whom the case is held with, in the order in which they came to it."""
    known = [shown.people[p.conversation] for p in shown.case.parties if p.conversation in shown.people]
    if not known:
        yield unknown
    for nth, each in enumerate(known):
        yield " + " if nth else ""
        yield Quote(each.name) if each.name else unknown
        yield f" · {each.channel}"


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
        part for m in found for part in (_said(shown, m), f"[{shown.media(m)}]" if m.media else "") if part
    )
    more = shown.label("buyer.more") if len(text) > QUOTED else ""
    label = "buyer.says" if case.unanswered else "buyer.said"
    return Words(shown.word(label), text[:QUOTED] + more)


def _said(shown: Shown, message: MessageText) -> str:
    """The words; with the name of who says them where a case is held with several."""
    who = shown.people.get(message.conversation)
    named = f"{who.name}: " if who is not None and len(shown.case.parties) > 1 else ""
    return f"{named}{message.body}" if message.body else named


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
    return Words((*_to_whom(shown, proposal), *shown.word(key)), shown.text(proposal.text.id))


def _to_whom(shown: Shown, proposal: Proposal) -> Rich:
    """Whose words are answered, where a case is held with several: nobody approves it for another one."""
    who = shown.people.get(proposal.conversation or "")
    if who is None or len(shown.case.parties) < 2 or proposal.kind is not ProposalKind.REPLY:
        return ()
    return (*shown.word("draft.to", who=Quote(who.name), channel=who.channel), " · ")


def _label(shown: Shown, proposal: Proposal) -> str:
    """Why it is suggested, where no message waits for an answer."""
    if (key := after(proposal)) is not None:
        return key
    unasked = Telling.NEXT_OFFER in shown.case.to_tell and not shown.case.unanswered
    return "draft.next_offer" if unasked else "draft.suggested"


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
