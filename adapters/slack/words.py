"""The phrases that Slack's dialogs need and no case view carries.

Each is asked of the desk's catalogue as `slack.<key>`, so that staff read their own language; the English here
is what is shown while the catalogue does not have it, and what a catalogue is translated from.
"""

from __future__ import annotations

from typing import Protocol

from flows.ports import Desk

ENGLISH = {
    "cancel": "Cancel",
    "close": "Close",
    "old_button": "This button belongs to an older card: nothing was done. Please use the newest card.",
    "try_again": "The dialog did not open in time. Nothing was changed: please press again.",
    "nothing_to_edit": "There is no draft to edit here any more. The card shows where the case stands.",
    "too_long_to_edit": "The draft has {size} characters, a Slack dialog takes {limit}: it cannot be edited here.",
    "no_facts": "There are no facts to set for this case.",
    "not_found": "This case has no such dialog any more.",
    "edit.text": "Reply to the buyer",
    "edit.send": "Save & send",
    "edit.save": "Save draft",
    "edit.options": "Before sending",
    "edit.only_save": "Only save the draft, do not send it",
    "changed.title": "The case has changed",
    "changed.kept": "Your text is kept below, nothing was sent.",
    "changed.send": "Approve all the same",
    "changed.gone": "There is nothing to approve any more. Copy your text if you still need it.",
    "decline.title": "Decline the draft",
    "decline.submit": "Decline",
    "decline.reason": "Why does it not fit?",
    "decline.note": "Anything to add",
    "submitted.title": "Submitted by hand",
    "submitted.submit": "Submitted",
    "submitted.proof": "Reference number or link",
    "submitted.hint": "What you saw that shows it went in. This stops the clock.",
    "no_reply.title": "No reply needed",
    "no_reply.submit": "No reply needed",
    "no_reply.reason": "Why does this need no reply?",
    "facts.submit": "Save facts",
    "facts.unknown": "Not known",
    "facts.money_hint": "With its currency, such as 24.90 EUR",
    "facts.wrong.money": "Write an amount with its currency, such as 24.90 EUR",
    "facts.wrong.instant": "Choose a date and a time",
    "facts.wrong.number": "Write a whole number",
    "facts.wrong.text": "Write at most 200 characters",
    "outcomes.text": "The question that goes out now",
    "outcomes.gloss": "In your language",
    "outcomes.pick": "May happen by a tap",
    "outcomes.submit": "Approve & send",
    "outcomes.blocked": "Cannot be approved: {why}",
    "outcomes.none": "There is nothing here that could be approved in advance. Look at the newest card.",
    "outcomes.title": "Approve with outcomes",
    "fallback.title": "Fallback in advance",
    "fallback.text": "What the buyer gets",
    "fallback.at": "If nobody decides by",
    "fallback.until": "Not later than",
    "fallback.ceiling": "Not for more than",
    "fallback.ceiling_hint": "An amount with its currency, such as 24.90 EUR.",
    "fallback.submit": "Approve in advance",
    "fallback.moved": "At that time the text reads as below. Look at it once more, then approve.",
    "fallback.none": "This case has no fallback that could be sent to the buyer.",
    "claim.title": "New from a marketplace",
    "claim.submit": "Enter",
    "claim.event": "What happened?",
    "claim.due": "Due time that the marketplace shows",
    "claim.due_before": "This is before the notice. When does the marketplace say it is due?",
    "claim.not_there": "{platform} has no such notice.",
    "claim.platform": "Marketplace",
    "claim.order": "Order number",
    "claim.order_hint": "As the marketplace writes it, such as 123-1234567-1234567",
    "claim.started": "When did it happen?",
    "claim.amount": "Amount claimed",
    "claim.currency": "Currency",
    "claim.note": "What does the notice say?",
    "claim.bad_order.amazon": "An Amazon order number has 3, 7 and 7 digits, such as 123-1234567-1234567.",
    "claim.bad_order.ebay": "An eBay order number has 2, 5 and 5 digits, such as 12-34567-12345.",
    "claim.bad_order.aliexpress": "An AliExpress order number has 16 to 20 digits.",
    "claim.bad_amount": "Write the amount in figures, such as 24.90.",
    "claim.in_future": "This is in the future. When did it happen?",
    "required": "Please fill this in.",
    "queue.title": "Open cases",
    "queue.empty": "No case is waiting. Well done.",
    "queue.more": "and {count} more",
    "queue.open": "Open card",
    "why.unknown": "There is no case {case}. Write its number as on the card: /amends why A-0007",
    "why.none": "This case has no deadline.",
    "dead.title": "Could not be handled",
    "dead.intro": (
        "Each of these is stored and waits for a person; all others went on. "
        "Handle again after a fix, or drop it with a reason."
    ),
    "dead.empty": "Nothing waits here: everything that came in was handled.",
    "dead.more": "and {count} more: amends dead list",
    "dead.retry": "Handle again",
    "dead.drop": "Drop …",
    "dead.asked": "Your decision is stored and being carried out. What fails again comes back to this list.",
    "dead.drop.title": "Drop this input",
    "dead.drop.note": (
        "It will not be handled, and nobody will be asked again. It stays in the store, with your name and reason."
    ),
    "dead.drop.why": "Why does it need no handling?",
    "dead.drop.submit": "Drop",
    "help": (
        "/amends or /amends queue: open cases, the most urgent first\n"
        "/amends new: open a case for a claim notice\n"
        "/amends why A-0007: how each deadline of this case came about\n"
        "/amends dead: inputs that could not be handled\n"
        "/amends help: this page\n"
        "What you write in a case's thread is a note for the file. It is never sent to the buyer."
    ),
}


EVENT = "event."  # what a marketplace can say; the desk words it for cards as well


class Say(Protocol):
    """One phrase by its key, with its parameters filled in."""

    def __call__(self, key: str, /, **params: str) -> str: ...


def english(key: str, /, **params: str) -> str:
    if key.startswith(EVENT):  # the packs' own names, nearly words
        return key.removeprefix(EVENT).replace("_", " ")
    return ENGLISH[key].format(**params)


def wording(desk: Desk) -> Say:
    """The desk's own wording where its catalogue has it."""

    def say(key: str, /, **params: str) -> str:
        try:
            return desk.word(key if key.startswith(EVENT) else f"slack.{key}", **params)
        except KeyError:
            return english(key, **params)

    return say
