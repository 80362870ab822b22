"""Conduct: no rating for help, no blame, no promise without a date, no pressure to withdraw."""

from __future__ import annotations

from collections.abc import Iterator

from flows.guard import lexicon
from flows.guard.reading import Draft, names_a_date, negated, sentences
from flows.view import Finding

NEAR = 120  # characters either side within which a rating word and a word of exchange belong together


def check_ratings(draft: Draft) -> Iterator[Finding]:
    """A rating for help is blocked everywhere; on Amazon the bare word is, since its scanner drops the message."""
    for match in lexicon.RATING.finditer(draft.read):
        around = _around(draft.read, match.start(), match.end())
        if lexicon.EXCHANGE.search(around) or lexicon.POSITIVE.search(around):
            message = "A rating must never be traded for help, in either order."
            yield Finding(
                "block", "guard.rating_trade", message, match.group(), "Leave ratings out of the message."
            )
            return
    yield from _rating_words(draft)


def _around(read: str, start: int, end: int) -> str:
    """What stands near, the word itself included: 好评 both asks and praises."""
    return read[max(0, start - NEAR) : end + NEAR]


def _rating_words(draft: Draft) -> Iterator[Finding]:
    match = lexicon.RATING.search(draft.read)
    if match is None:
        return
    changes = lexicon.CHANGE_RATING.search(draft.read) is not None
    remedy = "Leave ratings out; for the verb say “look at”."
    if draft.concerns("amazon") or (draft.concerns("aliexpress") and changes):
        message = "A word about ratings is not allowed in an answer to a complaint here."
        yield Finding("block", "guard.rating_word", message, match.group(), remedy)
    elif draft.on_marketplace:
        message = "Ratings may be mentioned only after the problem is solved, neutrally and once."
        yield Finding("warn", "guard.rating_word", message, match.group(), remedy)


def check_blame(draft: Draft) -> Iterator[Finding]:
    for match in lexicon.BLAME.finditer(draft.read):
        if not negated(draft.read, match.start()):
            message = "This blames the buyer."
            remedy = "Say what happened and what we do, without “you”."
            yield Finding("block", "guard.blame", message, match.group(), remedy)
            return


def check_withdrawal(draft: Draft) -> Iterator[Finding]:
    """Inducing an early confirmation or withdrawal is a violation of its own on AliExpress, pressure elsewhere."""
    match = lexicon.WITHDRAW.search(draft.read)
    if match and not negated(draft.read, match.start()):
        message = "The buyer must not be asked to close a case or to confirm receipt."
        yield Finding(
            "block", "guard.withdrawal", message, match.group(), "Solve the matter; leave that to the buyer."
        )


def check_promises(draft: Draft) -> Iterator[Finding]:
    yield from _soon(draft)
    yield from _apology(draft)


def _soon(draft: Draft) -> Iterator[Finding]:
    for start, end in sentences(draft.read):
        sentence = lexicon.CONDITIONAL_SOON.sub(" ", draft.read[start:end])
        match = lexicon.SOON.search(sentence)
        if match and not names_a_date(sentence):
            message = "This promises something without a date."
            yield Finding("warn", "guard.no_date", message, match.group(), "Name the day by which it is done.")
            return


def _apology(draft: Draft) -> Iterator[Finding]:
    match = lexicon.APOLOGY.search(draft.read)
    if match is None or (lexicon.PLAN.search(draft.read) and names_a_date(draft.read)):
        return
    message = "An apology needs a plan and a date."
    yield Finding("warn", "guard.apology", message, match.group(), "Say what will be done, and by when.")
