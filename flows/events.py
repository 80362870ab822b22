"""Causes: things that happened, in the past tense. Every one of them is an inbox row before it counts.

A buyer's events carry the platform's own words and instants; staff's carry who and which version they saw.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flows.case import Situation
from flows.values import Money


@dataclass(frozen=True, slots=True)
class Media:
    """Something other than text in a message, kept by the platform's file id.

    `kind` is photo, document, voice, audio, video, video_note, animation, sticker, location, contact or other. A
    location's `name` is its coordinates, a contact's the name and number, of "other" the platform's own word.
    """

    kind: str
    file_id: str = ""
    unique_id: str = ""
    name: str = ""
    size: int | None = None


@dataclass(frozen=True, slots=True)
class Buyer:
    """Who wrote: the address on that channel (a chat id, a mail address), the name shown, a language tag."""

    address: str
    name: str = ""
    language: str | None = None


@dataclass(frozen=True, slots=True)
class BuyerWrote:
    """A message. `sent_at` is the platform's own instant; `external_id` its id in that conversation."""

    channel: str
    buyer: Buyer
    external_id: str
    text: str
    sent_at: datetime
    media: tuple[Media, ...] = ()
    album: str | None = None


@dataclass(frozen=True, slots=True)
class BuyerEdited:
    """A message changed after it was sent; `text` is the new whole text."""

    channel: str
    buyer: Buyer
    external_id: str
    text: str
    sent_at: datetime
    edited_at: datetime
    media: tuple[Media, ...] = ()


@dataclass(frozen=True, slots=True)
class BuyerPressed:
    """An inline button; `data` is what we put into it."""

    channel: str
    buyer: Buyer
    external_id: str
    data: str


@dataclass(frozen=True, slots=True)
class BuyerReachable:
    """The buyer blocked (`reachable` False) or unblocked the channel."""

    channel: str
    buyer: Buyer
    reachable: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class Unsupported:
    """Something real that this version cannot read; staff see that it came, nothing is dropped."""

    channel: str
    buyer: Buyer | None
    external_id: str
    what: str
    sent_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Recognised:
    """What the recogniser made of a message. `confidence` is 0 to 1; below the threshold it says unsure.

    `label` is one of the labels of the message data (design.md, section 6), `order` as written by the buyer.
    """

    case: str
    message: str
    situation: Situation
    label: str
    confidence: float
    guesses: tuple[Situation, ...]
    language: str
    order: str | None
    platform: str | None
    recogniser: str


@dataclass(frozen=True, slots=True)
class CaseOpened:
    """A person opened a case by hand: here, a claim notice read on the marketplace."""

    by: str
    situation: Situation
    order: str | None
    platform: str
    started_at: datetime
    amount: Money | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class SituationChosen:
    case: str
    by: str
    situation: Situation


@dataclass(frozen=True, slots=True)
class FactsSet:
    """Facts that a person set or corrected; an empty value makes the fact unknown again."""

    case: str
    by: str
    facts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Claimed:
    """Somebody opened the editor: a soft claim, shown on the card, no lock."""

    case: str
    by: str
    version: int


@dataclass(frozen=True, slots=True)
class Released:
    """The editor was closed without saving."""

    case: str
    by: str


@dataclass(frozen=True, slots=True)
class Assigned:
    case: str
    by: str
    owner: str


@dataclass(frozen=True, slots=True)
class Approved:
    """A named person's yes to the text of this version."""

    case: str
    by: str
    version: int


@dataclass(frozen=True, slots=True)
class DraftEdited:
    """A person wrote another text; `send` approves it in the same gesture."""

    case: str
    by: str
    version: int
    text: str
    send: bool


@dataclass(frozen=True, slots=True)
class Declined:
    case: str
    by: str
    version: int
    reason: str


@dataclass(frozen=True, slots=True)
class Undone:
    case: str
    by: str
    version: int


@dataclass(frozen=True, slots=True)
class NoReplyNeeded:
    """ "No reply needed" is an answer too: it stops the shop's clock, with a reason."""

    case: str
    by: str
    version: int
    reason: str


@dataclass(frozen=True, slots=True)
class Submitted:
    """A person did by hand what Amends cannot do; `proof` is what they saw (a reference, a link)."""

    case: str
    by: str
    version: int
    proof: str


@dataclass(frozen=True, slots=True)
class Acknowledged:
    case: str
    by: str
    deadline: str
    rung: str


@dataclass(frozen=True, slots=True)
class NoteAdded:
    """Something typed in the case's thread: a note for the file, never sent."""

    case: str
    by: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class AlarmDue:
    """A rung's instant has come. `due_at` is the due instant it was set for: a stale one is known by value.

    `late_s` is how late the service noticed, by the business clock.
    """

    case: str
    deadline: str
    due_at: datetime
    rung: str
    late_s: float


@dataclass(frozen=True, slots=True)
class ReplyDelivered:
    """The platform accepted a reply. `receipt` is the platform's message id, `at` its instant."""

    case: str
    effect: str
    receipt: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ReplyRefused:
    """The platform will not take it, now or later; `reason` is for people."""

    case: str
    effect: str
    reason: str
    unreachable: bool = False


@dataclass(frozen=True, slots=True)
class ReplyUnknown:
    """The request left and no answer came: the buyer may have it. Only a person can settle that."""

    case: str
    effect: str
    reason: str


@dataclass(frozen=True, slots=True)
class Settled:
    """A person settled an unknown outcome: the buyer has it (`delivered`), or it is to be sent again."""

    case: str
    by: str
    version: int
    delivered: bool


@dataclass(frozen=True, slots=True)
class AlarmPosted:
    """The desk has the alert; `message` is its id there."""

    case: str
    deadline: str
    rung: str
    message: str


@dataclass(frozen=True, slots=True)
class AlarmFailed:
    case: str
    deadline: str
    rung: str
    reason: str


BuyerEvent = BuyerWrote | BuyerEdited | BuyerPressed | BuyerReachable | Unsupported
StaffEvent = (
    SituationChosen
    | FactsSet
    | Claimed
    | Released
    | Assigned
    | Approved
    | DraftEdited
    | Declined
    | Undone
    | NoReplyNeeded
    | Submitted
    | Acknowledged
    | NoteAdded
    | Settled
)
MachineEvent = Recognised | AlarmDue | ReplyDelivered | ReplyRefused | ReplyUnknown | AlarmPosted | AlarmFailed
Event = BuyerEvent | CaseOpened | StaffEvent | MachineEvent
