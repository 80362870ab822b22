"""What buyers do, and how their messages are read."""

from __future__ import annotations

from flows import answering, asking, choosing, danger, deadlines, disputes, events, following, promising
from flows.case import (
    Case,
    DeadlineState,
    Notice,
    Situation,
    Source,
)
from flows.drafting import redraft
from flows.effects import (
    RecogniseMessage,
    SendAutomatic,
)
from flows.following import Word
from flows.known import learn
from flows.solved import settled_or_not
from flows.step import advance
from flows.step.approving import take_back
from flows.step.cause import derive
from flows.step.joining import move_to_sibling
from flows.step.situation import become
from flows.values import derived_id
from flows.wording import params_of
from flows.work import Work

FIRST_CARD_PATIENCE_S = 0.5  # the first card waits so long for the recogniser (design.md, section 3)
NO_RECEIPT_FOR = ("thanks",)


def buyer_wrote(work: Work, event: events.BuyerWrote) -> None:
    message = work.context.message or derived_id(work.cause.id, "message")
    _join(work, event.buyer)
    is_theirs = _is_theirs(work)
    said = _said(work, event) if is_theirs else None
    if said is Word.YES and following.may_close(work.case):
        work.note("buyer_wrote", text=f"message:{message}", sent=event.sent_at)
        asking.heard(work, event.text, ())
        _close(work, message)
        return
    take_back(work, "buyer_wrote_again")
    work.void()
    _stands_in(work, message)
    held_in = work.case.language if is_theirs and work.case.last_message is not None else ""
    oldest = min(work.case.waiting_since or event.sent_at, event.sent_at)
    work.change(
        unanswered=(*work.case.unanswered, message),
        unrecognised=(*work.case.unrecognised, message),
        last_message=message,
        waiting_since=oldest,
        unreachable=False,
    )
    if is_theirs:
        _came_with(work, event.text, event.media)
    answering.hear(work, message, event.sent_at)
    deadlines.end(work, (deadlines.QUIET,), DeadlineState.STOPPED, "the buyer wrote")
    work.note("buyer_wrote", text=f"message:{message}", sent=event.sent_at)
    if said is not None:
        _take_word(work, said)
    work.do(RecogniseMessage(work.new_id(), message, held_in))
    work.show(FIRST_CARD_PATIENCE_S)


def _is_theirs(work: Work) -> bool:
    """Whether the event speaks for the case's buyer, not for somebody who named the same order."""
    party = work.context.party
    return party is None or work.case.is_buyers(party.conversation)


def _said(work: Work, event: events.BuyerWrote) -> Word | None:
    """The answer to "is it solved?", where that was asked and this is nothing else."""
    if event.media or not following.is_asked(work.case):
        return None
    said = settled_or_not(event.text)
    return None if said is None else Word.YES if said else Word.NO


def _came_with(work: Work, text: str, media: tuple[events.Media, ...]) -> None:
    """What was sent along, and what it answers."""
    kinds = {each.kind for each in media}
    if kinds & asking.SEEN:
        learn(work, "photos", "some", Source.BUYER)
    asking.heard(work, text, kinds)
    promising.answered(work)


def _join(work: Work, buyer: events.Buyer) -> None:
    """Make the event's conversation one of the case's, and let the buyer's own language stand until read."""
    party = work.context.party
    if party is None or party in work.case.parties:
        return
    first = not work.case.parties
    work.change(parties=(*work.case.parties, party))
    if first and buyer.language:
        tag = buyer.language.split("-")[0].lower()
        if tag in work.book.replies.languages:
            work.change(language=tag)


def buyer_edited(work: Work, event: events.BuyerEdited) -> None:
    message = work.context.message
    _join(work, event.buyer)
    if message is None:  # an edit of something we never saw: take it as said now
        buyer_wrote(
            work,
            events.BuyerWrote(
                event.channel, event.buyer, event.external_id, event.text, event.sent_at, event.media
            ),
        )
        return
    work.note("buyer_edited", text=f"message:{message}", edited=event.edited_at)
    advance.void(work, "buyer_edited")
    if message in work.case.unanswered:
        take_back(work, "buyer_edited")
        work.void()
        if _is_theirs(work):
            _came_with(work, event.text, event.media)
        work.do(RecogniseMessage(work.new_id(), message))
    work.show()


def buyer_pressed(work: Work, event: events.BuyerPressed) -> None:
    """A tap on a choice is the buyer's word: it is answered like a message, and says what is wanted.

    A tap below an older question, or on something we never sent, is told and changes nothing.
    """
    chosen = choosing.tapped(work.case, event.data)
    message = work.context.message
    if chosen is None or message is None or not _is_theirs(work):
        work.note("buyer_pressed", data=event.data)
        work.show()
        return
    wish, words = chosen
    may_close = following.may_close(work.case)
    work.note("buyer_chose", words=words, wish=f"word:{choosing.word_of(wish)}")
    asking.chosen(work)
    if wish == Word.YES and may_close:
        _close(work, message)
        return
    yes = advance.of_tap(work, wish)
    take_back(work, "buyer_wrote_again")
    work.void()
    work.change(
        unanswered=(*work.case.unanswered, message),
        last_message=message,
        waiting_since=work.case.waiting_since or work.now,
        unreachable=False,
    )
    _stands_in(work, message)
    promising.answered(work)
    _take_word(work, wish)
    answering.hear(work, message, work.now)
    deadlines.end(work, (deadlines.QUIET,), DeadlineState.STOPPED, "the buyer wrote")
    redraft(work)
    advance.tapped(work, yes)
    work.show()


def _take_word(work: Work, wish: str) -> None:
    """What the buyer says besides that there is something to say."""
    match wish:
        case Word.YES:
            work.note("solved")
        case Word.NO:
            following.unsolved(work)
        case _:
            learn(work, "wish", "" if wish == choosing.DECIDE else wish, Source.BUYER)


def _close(work: Work, message: str) -> None:
    """A yes to "is it solved?" and nothing else: no person needs to answer it."""
    work.note("solved")
    work.change(last_message=message, unreachable=False)
    following.close(work)
    derive(work)
    work.show()


def _stands_in(work: Work, message: str) -> None:
    """Of an unanswered message outside of the first conversation, which one it stands in."""
    party = work.context.party
    if party is not None and party.conversation != work.case.parties[0].conversation:
        work.change(elsewhere=(*work.case.elsewhere, (message, party.conversation)))


def buyer_reachable(work: Work, event: events.BuyerReachable) -> None:
    party, proposal = work.context.party, work.case.proposal
    waits = None if proposal is None else proposal.conversation
    if len(work.case.parties) > 1 and party is not None and waits not in (None, party.conversation):
        work.note("buyer_back" if event.reachable else "buyer_blocked")  # the other conversation can be answered
        work.show()
        return
    work.change(unreachable=not event.reachable)
    if not event.reachable:
        take_back(work, "buyer_blocked")
        work.void()
    work.note("buyer_back" if event.reachable else "buyer_blocked")
    work.show()


def unsupported(work: Work, event: events.Unsupported) -> None:
    if event.buyer is not None:
        _join(work, event.buyer)
    work.note("unsupported", what=event.what)
    work.show()


def recognised(work: Work, event: events.Recognised) -> None:
    """A later reading may fill in what nobody decided; a person's choice always wins."""
    before = _as_read(work.case)
    work.change(unrecognised=tuple(m for m in work.case.unrecognised if m != event.message))
    if not work.case.counts(event.message):
        _read_of_another(work, event)
        return
    if event.order and work.case.order is None:
        work.change(order=event.order)
    if event.platform and work.case.platform is None:
        work.change(platform=event.platform)
        answering.sync(work)
    if event.language in work.book.replies.languages:
        work.change(language=event.language)
    work.change(guesses=event.guesses)
    _take_thanks(work, event)
    _take_reading(work, event)
    _take_wish(work, event.wish)
    if _as_read(work.case) != before:
        take_back(work, "read_anew")
        work.void()
    _receipt(work, event)
    if move_to_sibling(work):
        return
    redraft(work)
    work.show()


def _read_of_another(work: Work, event: events.Recognised) -> None:
    """Words of somebody who may not be the buyer: people read them, and danger is told whoever reports it."""
    if event.situation is Situation.SAFETY and work.case.situation is not Situation.SAFETY:
        danger.tell(work)
        work.note("danger_read")
    _receipt(work, event)
    redraft(work)
    work.show()


def _as_read(case: Case) -> tuple[str | None, ...]:
    """What a reading may change and an approval must not outlive."""
    return case.situation, case.order, case.platform, case.language, case.fact("wish")


# A question or a kind word; whatever the buyer reports later is what the case is about.
_LIGHT = frozenset(
    {
        Situation.UNSURE, Situation.OTHER, Situation.LOGISTICS_ENQUIRY, Situation.PRESALE, Situation.INVOICE,
        Situation.THANKS,
    }
)  # fmt: skip
# Questions: once one was answered, the next is about what it asks.
_QUESTIONS = frozenset({Situation.LOGISTICS_ENQUIRY, Situation.PRESALE, Situation.INVOICE})
# What it is about whatever it was before.
_OVERRIDING = frozenset({Situation.SAFETY, Situation.CLAIM})


def _take_reading(work: Work, event: events.Recognised) -> None:
    """An open or light matter is settled by the reading; danger and a claim are so whatever came before.

    Where the complaint is known, a dispute on eBay or AliExpress changes nothing but what its table knows.

    What a person or a platform said stands. Danger is told at once all the same: whoever said so had not read this
    message; and it takes no claim's place, whose clocks run on.
    """
    known = work.case.situation
    if event.situation in (Situation.UNSURE, known):
        return
    decided = work.case.situation_by in (Source.STAFF, Source.PLATFORM)
    if event.situation is Situation.SAFETY and (decided or known is Situation.CLAIM):
        danger.tell(work)
        work.note("danger_read")
        return
    if disputes.named(event.situation, work.case.platform) is Situation.DISPUTE and disputes.has_rows(known):
        disputes.tell(work, _opened(work), Source.BUYER)
        work.note("dispute_read")
        return
    another = event.situation in _QUESTIONS and work.case.answered_at is not None
    light = known in _LIGHT and (known is Situation.UNSURE or another or event.situation not in _LIGHT)
    light = light or (known is Situation.LATE_OR_STUCK and work.case.situation_by is Source.DERIVED)
    if decided or known is Situation.SAFETY or not (light or event.situation in _OVERRIDING):
        return
    become(work, event.situation, Source.BUYER, _opened(work))
    work.note("recognised", situation=f"word:situation.{event.situation}")


def _take_thanks(work: Work, event: events.Recognised) -> None:
    """Kind words after an answer want none of what the matter was about."""
    thanked = (*work.case.thanked, event.message) if event.label == "thanks" else work.case.thanked
    work.change(thanked=tuple(m for m in dict.fromkeys(thanked) if m in work.case.unanswered))


def _take_wish(work: Work, wish: str) -> None:
    """What the buyer says plainly need not be asked; what a person at the desk has set stands."""
    before = work.case.fact("wish")
    if wish and wish != before:
        learn(work, "wish", wish, Source.BUYER)
        if work.case.fact("wish") != before:
            work.note("wish_read", wish=f"word:fact.wish.{wish}")


def _opened(work: Work) -> Notice:
    """If the message is right, a claim or a dispute was opened when it was written, at the latest."""
    return disputes.opened(work.case.platform, work.context.sent_at or work.now, "buyer_says")


def _receipt(work: Work, event: events.Recognised) -> None:
    """The one text that may go out by itself: we have it, a person answers by then. Once a burst."""
    if not work.policy.receipts or not work.case.parties or work.case.unreachable:
        return
    if event.message not in work.case.unanswered or event.label in NO_RECEIPT_FOR:
        return
    last = work.case.receipt_at
    if last is not None and work.now - last < work.policy.receipt_gap:
        return
    key = "receipt.order" if work.case.order else "receipt"
    known = event.language in work.book.replies.languages
    language = event.language if known else work.case.language  # of who wrote, whoever the case began with
    text = work.write(work.book.replies.render(key, language, params_of(work, language), work.policy.zone))
    conversation = work.case.conversation_of(event.message) or work.case.parties[0].conversation
    work.do(SendAutomatic(work.new_id(), "receipt", conversation, text.ref))
    work.change(receipt_at=work.now)
    work.note("receipt_queued", text=f"text:{text.ref.id}")
