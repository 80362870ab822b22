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
    "claim.title": "New claim",
    "claim.submit": "Open case",
    "claim.platform": "Marketplace",
    "claim.order": "Order number",
    "claim.order_hint": "Amazon: 3, 7 and 7 digits, such as 123-1234567-1234567",
    "claim.started": "When did the notice come?",
    "claim.amount": "Amount claimed",
    "claim.currency": "Currency",
    "claim.note": "What does the notice say?",
    "claim.bad_order": "An Amazon order number has 3, 7 and 7 digits, such as 123-1234567-1234567.",
    "claim.bad_amount": "Write the amount in figures, such as 24.90.",
    "claim.in_future": "This is in the future. When did the notice come?",
    "required": "Please fill this in.",
    "queue.title": "Open cases",
    "queue.empty": "No case is waiting. Well done.",
    "queue.more": "and {count} more",
    "queue.open": "Open card",
    "help": (
        "/amends or /amends queue: open cases, the most urgent first\n"
        "/amends new: open a case for a claim notice\n"
        "/amends help: this page\n"
        "What you write in a case's thread is a note for the file. It is never sent to the buyer."
    ),
}


class Say(Protocol):
    """One phrase by its key, with its parameters filled in."""

    def __call__(self, key: str, /, **params: str) -> str: ...


def english(key: str, /, **params: str) -> str:
    return ENGLISH[key].format(**params)


def wording(desk: Desk) -> Say:
    """The desk's own wording where its catalogue has it."""

    def say(key: str, /, **params: str) -> str:
        try:
            return desk.word(f"slack.{key}", **params)
        except KeyError:
            return english(key, **params)

    return say
