"""Causes: things that happened, in the past tense. Every one of them is an inbox row before it counts.

A buyer's events carry the platform's own words and instants; staff's carry who and which version they saw.
"""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from flows.case import CauseCode, Heard, Party, Question, Situation
from flows.problems import Problem
from flows.values import Money


class Media(Struct, frozen=True, gc=False):
    """Something other than text in a message, kept by the platform's file id.

    `kind` is photo, document, voice, audio, video, video_note, animation, sticker, location, contact or other. A
    location's `name` is its coordinates, a contact's the name and number, of "other" the platform's own word.
    """

    kind: str
    file_id: str = ""
    unique_id: str = ""
    name: str = ""
    size: int | None = None


class Buyer(Struct, frozen=True, gc=False):
    """Who wrote: the address on that channel (a chat id, a mail address), the name shown, a language tag."""

    address: str
    name: str = ""
    language: str | None = None


class BuyerWrote(Struct, frozen=True, gc=False):
    """A message. `sent_at` is the platform's own instant; `external_id` its id in that conversation."""

    channel: str
    buyer: Buyer
    external_id: str
    text: str
    sent_at: datetime
    media: tuple[Media, ...] = ()
    album: str | None = None


class BuyerEdited(Struct, frozen=True, gc=False):
    """A message changed after it was sent; `text` is the new whole text."""

    channel: str
    buyer: Buyer
    external_id: str
    text: str
    sent_at: datetime
    edited_at: datetime
    media: tuple[Media, ...] = ()


class BuyerPressed(Struct, frozen=True, gc=False):
    """An inline button; `data` is what we put into it."""

    channel: str
    buyer: Buyer
    external_id: str
    data: str


class BuyerReachable(Struct, frozen=True, gc=False):
    """The buyer blocked (`reachable` False) or unblocked the channel."""

    channel: str
    buyer: Buyer
    reachable: bool
    at: datetime


class Unsupported(Struct, frozen=True, gc=False):
    """Something real that this version cannot read; staff see that it came, nothing is dropped."""

    channel: str
    buyer: Buyer | None
    external_id: str
    what: str
    sent_at: datetime | None = None


class Recognised(Struct, frozen=True, gc=False):
    """What the recogniser made of a message. `confidence` is 0 to 1; below the threshold it says unsure.

    `label` is one of the labels of the message data (design.md, section 6), `order` as written by the buyer.
    `wish`: what the buyer says they want, "" where that is not plain.
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
    wish: str = ""


class CaseOpened(Struct, frozen=True, gc=False):
    """A person opened a case by hand: here, a claim notice read on the marketplace."""

    by: str
    situation: Situation
    order: str | None
    platform: str
    started_at: datetime
    amount: Money | None = None
    note: str = ""


class PlatformNotice(Struct, frozen=True, gc=False):
    """What a marketplace says of an order: by its adapter (`by` is empty), or by a person who read it there.

    `event` is the rules' own name of it: claim_notice, inr_opened, return_request, cancel_request,
    payment_dispute_notice, dispute_opened, dispute_changed_by_buyer, chargeback_notice, return_delivered,
    refund_issued, claim_granted, ... `started_at` is the instant as the platform gives it, `due_at` the due time
    that it shows itself, `reference` its own id of the matter. `site` is the marketplace's, such as "us".
    """

    event: str
    platform: str
    order: str | None
    started_at: datetime
    site: str | None = None
    due_at: datetime | None = None
    by: str = ""
    reference: str = ""
    amount: Money | None = None
    note: str = ""


class ParcelDue(Struct, frozen=True, gc=False):
    """It is time to look at the parcel of this order: it would be `what` by now (stuck, late)."""

    order: str
    platform: str
    what: str
    due_at: datetime


class SituationChosen(Struct, frozen=True, gc=False):
    case: str
    by: str
    situation: Situation


class CauseChosen(Struct, frozen=True, gc=False):
    """Where the matter came from, as a person at the desk sees it."""

    case: str
    by: str
    cause: CauseCode


class FactsSet(Struct, frozen=True, gc=False):
    """Facts that a person set or corrected; an empty value makes the fact unknown again."""

    case: str
    by: str
    facts: tuple[tuple[str, str], ...]


class Claimed(Struct, frozen=True, gc=False):
    """Somebody opened the editor: a soft claim, shown on the card, no lock."""

    case: str
    by: str
    version: int


class Released(Struct, frozen=True, gc=False):
    """The editor was closed without saving."""

    case: str
    by: str


class Assigned(Struct, frozen=True, gc=False):
    case: str
    by: str
    owner: str


class Approved(Struct, frozen=True, gc=False):
    """A named person's yes to the text of this version, and to what these of its buttons bring (wishes)."""

    case: str
    by: str
    version: int
    outcomes: tuple[str, ...] = ()


class FallbackApproved(Struct, frozen=True, gc=False):
    """A named person's yes to the fallback, should nobody decide before `at`: not after `until`, not above
    `ceiling`. `stamp` is the text's as the person saw it.
    """

    case: str
    by: str
    version: int
    at: datetime
    until: datetime
    stamp: str
    ceiling: Money | None = None


class AdvanceWithdrawn(Struct, frozen=True, gc=False):
    """What was approved in advance, the outcomes of buttons and the fallback, is to happen by itself no more."""

    case: str
    by: str


class DraftEdited(Struct, frozen=True, gc=False):
    """A person wrote another text; `send` approves it in the same gesture."""

    case: str
    by: str
    version: int
    text: str
    send: bool


class Declined(Struct, frozen=True, gc=False):
    case: str
    by: str
    version: int
    reason: str


class Undone(Struct, frozen=True, gc=False):
    case: str
    by: str
    version: int


class NoReplyNeeded(Struct, frozen=True, gc=False):
    """ "No reply needed" is an answer too: it stops the shop's clock, with a reason."""

    case: str
    by: str
    version: int
    reason: str


class Submitted(Struct, frozen=True, gc=False):
    """A person did by hand what Amends cannot do; `proof` is what they saw (a reference, a link)."""

    case: str
    by: str
    version: int
    proof: str


class Acknowledged(Struct, frozen=True, gc=False):
    """Somebody has noticed an alarm. By a second path (`via`, its name) `by` may be empty: then `name` is whatever
    that path knows the person by.
    """

    case: str
    by: str
    deadline: str
    rung: str
    via: str = ""
    name: str = ""


class NoteAdded(Struct, frozen=True, gc=False):
    """Something typed in the case's thread: a note for the file, never sent."""

    case: str
    by: str
    text: str
    at: datetime


class CaseSplit(Struct, frozen=True, gc=False):
    """Somebody at the desk parts this conversation from the case."""

    case: str
    by: str
    conversation: str


class Vouched(Struct, frozen=True, gc=False):
    """Somebody at the desk knows that this conversation is held by the case's own buyer."""

    case: str
    by: str
    conversation: str


class ConversationMoved(Struct, frozen=True, gc=False):
    """Conversations arrive with what is unanswered in them (message, conversation). `case` takes them over, a new
    one for ""; `origin` and its `number` are where they come from; `why` is same_order or split. What was asked in
    them (`asked`, `questions`) is not asked again.
    """

    case: str
    origin: str
    number: int
    by: str
    why: str
    parties: tuple[Party, ...]
    unanswered: tuple[tuple[str, str], ...]
    heard: tuple[Heard, ...]
    language: str
    situation: Situation
    asked: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()


class OrderChanged(Struct, frozen=True, gc=False):
    """The order book has news of the order of this case; what they are stands in the book."""

    case: str
    number: str
    platform: str


class AlarmDue(Struct, frozen=True, gc=False, omit_defaults=True):
    """A rung's instant has come. `due_at` is the due instant it was set for: a stale one is known by value.

    `late_s` is how late the service noticed, by the business clock. `away`: it fell due while the service was
    away, from the one instant to the other, and the summary of that time told it.
    """

    case: str
    deadline: str
    due_at: datetime
    rung: str
    late_s: float
    away: tuple[datetime, datetime] | None = None


class ReplyDelivered(Struct, frozen=True, gc=False):
    """The platform accepted a reply. `receipt` is the platform's message id, `at` its instant."""

    case: str
    effect: str
    receipt: str
    at: datetime


class ReplyRefused(Struct, frozen=True, gc=False):
    """The platform will not take it, now or later; `reason` is for people."""

    case: str
    effect: str
    reason: str
    unreachable: bool = False


class ReplyUnknown(Struct, frozen=True, gc=False):
    """The request left and no answer came: the buyer may have it. Only a person can settle that."""

    case: str
    effect: str
    reason: str


class Settled(Struct, frozen=True, gc=False):
    """A person settled an unknown outcome: the buyer has it (`delivered`), or it is to be sent again."""

    case: str
    by: str
    version: int
    delivered: bool


class AlarmPosted(Struct, frozen=True, gc=False):
    """The desk has the alert; `message` is its id there, `call` the outbox row ("" in events of release 0.1).

    `absent` are those of the people mentioned who are "away" or in "dnd" now.
    """

    case: str
    deadline: str
    rung: str
    message: str
    call: str = ""
    absent: tuple[tuple[str, str], ...] = ()


class AlarmFailed(Struct, frozen=True, gc=False):
    """The desk will not take the alert."""

    case: str
    deadline: str
    rung: str
    reason: str
    call: str = ""


class AlarmDelayed(Struct, frozen=True, gc=False):
    """The desk is away: the alert waits for it, and nobody has seen it yet."""

    case: str
    deadline: str
    rung: str
    reason: str
    call: str


class PageDelivered(Struct, frozen=True, gc=False):
    """A second path took a page (`call`, the outbox row)."""

    case: str
    deadline: str
    rung: str
    call: str


class PageFailed(Struct, frozen=True, gc=False):
    """A second path will not take it, or there was no need any more; `reason` says which."""

    case: str
    deadline: str
    rung: str
    call: str
    reason: str


class RulesChanged(Struct, frozen=True, gc=False):
    """What its clocks are counted by is not what it was; `changed` names it: rules, holidays, zones, shop."""

    case: str
    changed: tuple[str, ...]


class DeadRetried(Struct, frozen=True, gc=False):
    """A person wants an input of the dead letter handled once more. `row` is its id in the inbox."""

    row: str
    by: str


class DeadDropped(Struct, frozen=True, gc=False):
    """A person decided that an input of the dead letter needs no handling, and why."""

    row: str
    by: str
    why: str


class ProblemsFound(Struct, frozen=True, gc=False):
    """The service looked at itself: what should be mended, the worst first."""

    problems: tuple[Problem, ...]


class BatchSuspected(Struct, frozen=True, gc=False):
    """So many like cases of one SKU, this one among them: perhaps a whole batch. `likeness` is what they share."""

    case: str
    sku: str
    likeness: CauseCode
    cases: int


class NoteDue(Struct, frozen=True, gc=False):
    """It is time for the weekly note."""

    due_at: datetime


class PaperDue(Struct, frozen=True, gc=False):
    """It is time to tell of this paper's end: a rung of its ladder, or `again` while nobody has acknowledged."""

    paper: int
    what: str
    due_at: datetime


class PaperChanged(Struct, frozen=True, gc=False):
    """A paper was put on file, renewed or removed; what it is now stands in the register."""

    paper: int


class PapersChanged(Struct, frozen=True, gc=False):
    """The register has news for the situation of this case; what they are is in the context."""

    case: str


class WarningAcknowledged(Struct, frozen=True, gc=False):
    """Somebody has noticed a warning that belongs to no case."""

    warning: str
    by: str


BuyerEvent = BuyerWrote | BuyerEdited | BuyerPressed | BuyerReachable | Unsupported
StaffEvent = (
    SituationChosen
    | CauseChosen
    | CaseSplit
    | Vouched
    | FactsSet
    | Claimed
    | Released
    | Assigned
    | Approved
    | FallbackApproved
    | AdvanceWithdrawn
    | DraftEdited
    | Declined
    | Undone
    | NoReplyNeeded
    | Submitted
    | Acknowledged
    | NoteAdded
    | Settled
)
MachineEvent = (
    Recognised
    | OrderChanged
    | ConversationMoved
    | AlarmDue
    | ReplyDelivered
    | ReplyRefused
    | ReplyUnknown
    | AlarmPosted
    | AlarmFailed
    | RulesChanged
    | AlarmDelayed
    | PageDelivered
    | PageFailed
    | BatchSuspected
    | PapersChanged
)
OrderEvent = CaseOpened | PlatformNotice | ParcelDue  # finds its case by the order
CaseEvent = BuyerEvent | OrderEvent | StaffEvent | MachineEvent
PaperEvent = PaperDue | PaperChanged
Housekeeping = (
    DeadRetried | DeadDropped | ProblemsFound | WarningAcknowledged | NoteDue | PaperEvent
)  # concerns no case
Event = CaseEvent | Housekeeping
