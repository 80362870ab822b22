"""The case and its parts. Frozen values; `flows.step` is the only room that makes a changed one."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from flows.action import Action
from flows.reckoning import Reckoning
from flows.values import Money, TextRef


class Situation(StrEnum):
    """What a case is about: the titles of the playbooks. The order is that of a list to choose from."""

    UNSURE = "unsure"
    SAFETY = "safety"  # injury, fire, battery: stands above every other
    ITEM_NOT_RECEIVED = "item_not_received"
    LATE_OR_STUCK = "late_or_stuck"
    LOGISTICS_ENQUIRY = "logistics_enquiry"
    DAMAGED = "damaged"
    DEFECTIVE = "defective"
    HOW_TO_USE = "how_to_use"
    MISSING_PART = "missing_part"
    WRONG_ITEM = "wrong_item"
    NOT_AS_DESCRIBED = "not_as_described"
    EXPENSIVE_ITEM = "expensive_item"
    COUNTERFEIT = "counterfeit"
    ADDRESS_CHANGE = "address_change"
    CANCELLATION = "cancellation"
    RETURN_EXCHANGE = "return_exchange"
    REFUND = "refund"  # where it is, or a wish for one without a reason
    CLAIM = "claim"  # Amazon's A-to-z
    DISPUTE = "dispute"  # on eBay or AliExpress, while nobody has named its reason
    DAMAGE_CLAIM = "damage_claim"  # a claim for damage or injury: who bears the cost
    ESCALATION = "escalation"
    CHARGEBACK = "chargeback"
    NEGATIVE_REVIEW = "negative_review"
    INVOICE = "invoice"
    PRESALE = "presale"
    THANKS = "thanks"
    OTHER = "other"


class CauseCode(StrEnum):
    """Where a matter came from, so that it can be prevented: counted by SKU, never told to a buyer."""

    PRODUCT = "product"
    LISTING = "listing"  # what was promised: texts, pictures, instructions
    PACKING = "packing"
    CARRIER = "carrier"
    BUYER = "buyer"
    PLATFORM = "platform"


class Status(StrEnum):
    OPEN = "open"  # staff have something to do
    WAITING = "waiting"  # nothing to do until the buyer, a platform or a clock speaks
    CLOSED = "closed"


class Source(StrEnum):
    """Who says so, from least to most trusted."""

    DERIVED = "derived"
    BUYER = "buyer"
    ORDER_BOOK = "order_book"  # an imported file: what a platform said some time ago
    PLATFORM = "platform"
    STAFF = "staff"


class Fact(Struct, frozen=True, gc=False, omit_defaults=True):
    """Something known about the case. A fact that is not there is unknown."""

    name: str
    value: str
    source: Source
    at: datetime


class ProposalKind(StrEnum):
    REPLY = "reply"  # an adapter can send it
    HANDOFF = "handoff"  # no adapter can: approve text, copy, submit by hand, say so


class ProposalState(StrEnum):
    OFFERED = "offered"
    HELD = "held"  # approved, inside the undo window
    SENDING = "sending"  # released to the outbox
    DELIVERED = "delivered"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    TEXT_APPROVED = "text_approved"  # handoff only: a person still has to submit it
    SUBMITTED = "submitted"  # handoff only, with proof


class Outcome(Struct, frozen=True, gc=False, omit_defaults=True):
    """What the tap on one button brings, drafted with the question: approved beforehand, it goes out by itself.

    `text` is what the buyer reads then (`gloss` in the staff's language), `action` with its `amount` what it sets
    off. It holds `until` then at the latest (None: as long as the case is as it was). `promise_at` is the date
    that the text promises, `stamp` digests what it was rendered from.
    """

    wish: str
    key: str
    text: TextRef
    until: datetime | None = None
    gloss: TextRef | None = None
    action: str | None = None
    amount: Money | None = None
    promise_at: datetime | None = None
    stamp: str = ""


class Proposal(Struct, frozen=True, gc=False, omit_defaults=True):
    """A next step offered to staff: a text, and for a handoff the action that text belongs to.

    `version` is the case's version it was made at; an approval names it. `gloss` is the same text in the
    staff's language. `effect` is the outbox row once approved. `answers` are the buyer's messages it answers,
    `asks` the questions it puts; `stamp` digests what it was rendered from, so that the same advice is not put up
    twice. `promise` says what the text promises by `promise_at`: an `update` or an `act`. `choices` are the
    buttons below a question to the buyer: (wish, words), and `outcomes` what each would bring. `act` is the id of
    the case's action that the text carries.
    """

    id: str
    version: int
    kind: ProposalKind
    state: ProposalState
    key: str
    text: TextRef
    gloss: TextRef | None = None
    conversation: str | None = None
    action: str | None = None
    edited_by: str | None = None
    approved_by: str | None = None
    approved_at: datetime | None = None
    facts_digest: str | None = None
    effect: str | None = None
    hold_until: datetime | None = None
    settled_at: datetime | None = None
    outcome: str | None = None
    answers: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()
    stamp: str = ""
    promise: str = ""
    promise_at: datetime | None = None
    choices: tuple[tuple[str, str], ...] = ()
    act: str = ""
    outcomes: tuple[Outcome, ...] = ()


class DeadlineKind(StrEnum):
    PLATFORM = "platform"  # runs day and night, nobody can pause it
    SHOP = "shop"  # our own target
    PROMISE = "promise"  # something an approved reply promised
    REMINDER = "reminder"  # undo window, no-answer timer: no ladder


class DeadlineState(StrEnum):
    RUNNING = "running"
    MET = "met"
    MISSED = "missed"
    STOPPED = "stopped"


class AlarmState(StrEnum):
    WAITING = "waiting"
    SOUNDED = "sounded"  # queued for the desk
    DELIVERED = "delivered"
    ACKNOWLEDGED = "acknowledged"
    SKIPPED = "skipped"  # did not sound; `reason` says why
    FAILED = "failed"  # the desk refused it; `reason` says why


class CallOutcome(StrEnum):
    QUEUED = "queued"
    DELIVERED = "delivered"
    FAILED = "failed"  # `why` says what stood against it


class Call(Struct, frozen=True, gc=False, omit_defaults=True):
    """One time that somebody was told of an alarm. `id` is the outbox row.

    `path` is "desk" or the name of a second path; `people` are desk ids (empty: whoever reads that path), `absent`
    those of them who were "away" (off shift as well) or in "dnd" when it was posted. `message` is the desk's own
    id of the post.
    """

    id: str
    path: str
    people: tuple[str, ...]
    at: datetime
    outcome: CallOutcome = CallOutcome.QUEUED
    why: str = ""
    message: str = ""
    absent: tuple[tuple[str, str], ...] = ()


class Alarm(Struct, frozen=True, gc=False, omit_defaults=True):
    """One rung of a deadline's ladder. `message` is the desk's own id of the first posted alert.

    `planned_at` is where the ladder alone would put it, when staffed time moved it; `last_staffed` marks the rung
    that stands at the last staffed moment before the deadline.

    `calls` are the latest of those who were told, oldest first; `level` is how far it has climbed
    (`flows.noticing.Level`). `by` acknowledged it `at acknowledged_at`: a desk id, or empty with the name in
    `by_name` for somebody who answered by the second path `via`.
    """

    rung: str
    at: datetime
    state: AlarmState = AlarmState.WAITING
    reason: str = ""
    by: str | None = None
    message: str | None = None
    planned_at: datetime | None = None
    last_staffed: bool = False
    calls: tuple[Call, ...] = ()
    level: int = 0
    acknowledged_at: datetime | None = None
    via: str = ""
    by_name: str = ""


class Staffing(Struct, frozen=True, gc=False, omit_defaults=True):
    """The last moment before a deadline at which somebody is at the desk, and the IANA zone of those people.

    The deadline's own instant when it lies inside a shift; None when nobody is staffed from its start to its end.
    """

    last_at: datetime | None
    zone: str = ""


class Moved(Struct, frozen=True, gc=False, omit_defaults=True):
    """A due instant was counted anew: when, what it was, what had changed (rules, holidays, zones, shop)."""

    at: datetime
    was_due_at: datetime
    changed: tuple[str, ...]


class Explanation(Struct, frozen=True, omit_defaults=True):
    """How a due instant came about; staff read it line by line.

    `lag_s` are the seconds from the start until we heard of it: shown, never added. `reckoning` holds the count
    itself; rows of the first releases have none. Where the shop's own value counted, `said` is the length that
    the rule pack states and `because` the shop's reason. `moved` says by what it came to be this one.
    """

    rule: str
    rule_version: str
    source: str
    confidence: str
    start_event: str
    started_at: datetime
    lag_s: float
    length: str
    due_at: datetime
    notes: tuple[str, ...] = ()
    reckoning: Reckoning | None = None
    said: str = ""
    because: str = ""
    moved: Moved | None = None


class Deadline(Struct, frozen=True, gc=False, omit_defaults=True):
    """A due instant with the rule and arithmetic that produced it, and its ladder (earliest rung first).

    `bound` is "due" for the one that drives, "outer" for a later limit that another source names. `staffing` is
    None when nobody said who works when. `act` is the action that a promise is about.
    """

    id: str
    kind: DeadlineKind
    name: str
    started_at: datetime
    due_at: datetime
    alarms: tuple[Alarm, ...]
    state: DeadlineState = DeadlineState.RUNNING
    bound: str = "due"
    explanation: Explanation | None = None
    ended_at: datetime | None = None
    ended_why: str = ""
    staffing: Staffing | None = None
    act: str = ""


class Notice(Struct, frozen=True, gc=False, omit_defaults=True):
    """Something a marketplace said or saw of this order: `event` is the rules' own name of it (claim_notice, ...).

    `at` is the instant as the platform gives it, `due_at` the platform's own due time where it shows one. `source`
    says how we know: platform_says, notice_read, buyer_says, chosen_by_staff or done_here. `reference` is the
    platform's id of the matter.
    """

    platform: str
    event: str
    at: datetime
    source: str
    due_at: datetime | None = None
    reference: str = ""


class Heard(Struct, frozen=True, gc=False, omit_defaults=True):
    """When an unanswered message was sent, by the platform's own instant."""

    message: str
    at: datetime


class Came(StrEnum):
    """What came back to a question."""

    SENT = "sent"  # a photo, a film, a file
    CHOSEN = "chosen"  # a tap on a button
    GIVEN = "given"  # it is known by now, whoever said it
    NONE = "none"  # "I don't have it"
    WROTE = "wrote"  # in words: people read whether that is the answer
    SILENCE = "silence"  # nothing, for as long as we wait


class Question(Struct, frozen=True, gc=False, omit_defaults=True):
    """Something the buyer was asked: by which reply (`proposal`), when that arrived, and what came back when.

    `came` is None while we wait; what is more than silence or words takes their place later.
    """

    name: str
    proposal: str
    conversation: str
    at: datetime
    came: Came | None = None
    came_at: datetime | None = None


class Telling(StrEnum):
    """Why we write though no message waits for an answer."""

    NEXT_OFFER = "next_offer"  # the buyer did not answer what we asked
    RETURNED = "returned"  # what came back is here, or should have been by now
    FOLLOW_UP = "follow_up"  # what we promised is done since a while: is it solved?


class Buttons(Struct, frozen=True, gc=False, omit_defaults=True):
    """The choices below our newest question: (wish, words on the button). `proposal` is the reply's.

    `outcomes` are those that `by` approved with it, `at` that time: a tap may set them off. `seen` digests what
    the case was then.
    """

    proposal: str
    labels: tuple[tuple[str, str], ...]
    outcomes: tuple[Outcome, ...] = ()
    by: str = ""
    at: datetime | None = None
    seen: str = ""


class Standing(Struct, frozen=True, gc=False, omit_defaults=True):
    """A named person's yes to the fallback in advance, for the case that nobody decides before `at`.

    Never after `until`, never above `ceiling`. `key`, `text`, `action` and `amount` are the fallback as it was
    shown; `seen` digests what the case was then. `deadline` is the clock that it set.
    """

    by: str
    given_at: datetime
    at: datetime
    until: datetime
    key: str
    text: TextRef
    seen: str
    deadline: str
    gloss: TextRef | None = None
    action: str | None = None
    amount: Money | None = None
    ceiling: Money | None = None
    stamp: str = ""


class Paused(Struct, frozen=True, gc=False, omit_defaults=True):
    """A clock of our own that waits with us for the buyer: what is left of it, in seconds of our working time."""

    name: str
    started_at: datetime
    since: datetime
    left_s: float


class Party(Struct, frozen=True, gc=False, omit_defaults=True):
    """A conversation of this case: its id, its channel, and the buyer's address there as the lane. `vouched_by` is
    who at the desk said that it is held by the same buyer as the first one.
    """

    conversation: str
    channel: str
    lane: str
    vouched_by: str = ""

    def is_on(self, platform: str | None) -> bool:
        """Whether the conversation is held on this platform itself. A channel is "platform:account"."""
        return self.channel.partition(":")[0] == platform


class Case(Struct, frozen=True, gc=False, omit_defaults=True):
    """One after-sales matter.

    `version` is raised by everything that voids an approval; `revision` by every event (it is the number of
    journal entries, and the compare-and-set column of the row). `site` is the marketplace's, such as "us";
    `notices` are what it said, in the order we heard of it. `heard` are the unanswered messages (rows of the first
    releases lack them), `answered_at` when a person's reply last reached the buyer, `said` that text's key
    (or that of one that a person left unsaid), `drafted_at` since when a draft stands that answers no message.
    `order_digest` is the state of the order, in the order book, that the facts were taken from.

    `cause` is where the matter came from; `cause_by` says whether a person chose it (staff) or it was taken
    from the table when the case was closed (derived).

    `asked` names what may not be asked again, `questions` is the ledger behind it, oldest first (rows of release
    0.2 have the names alone). `to_tell` is what the buyer is to hear from us unasked, the most pressing first.

    `elsewhere` says of unanswered messages outside of the first party's conversation where they stand (message,
    conversation). `apart` are conversations that staff split off: they are not joined to this case again.
    `thanked` are unanswered messages that only say thanks.
    """

    id: str
    shop: str
    number: int
    opened_at: datetime
    revision: int = 0
    version: int = 1
    status: Status = Status.OPEN
    situation: Situation = Situation.UNSURE
    situation_by: Source = Source.DERIVED
    guesses: tuple[Situation, ...] = ()
    language: str = "en"
    parties: tuple[Party, ...] = ()
    why_joined: str = ""
    order: str | None = None
    platform: str | None = None
    order_digest: str = ""
    facts: tuple[Fact, ...] = ()
    branch: str = ""
    owner: str | None = None
    editing: str | None = None
    editing_since: datetime | None = None
    proposal: Proposal | None = None
    handoff: Proposal | None = None
    deadlines: tuple[Deadline, ...] = ()
    unanswered: tuple[str, ...] = ()
    last_message: str | None = None
    waiting_since: datetime | None = None
    receipt_at: datetime | None = None
    unreachable: bool = False
    asked: tuple[str, ...] = ()
    last_decided_by: str | None = None
    last_decided_at: datetime | None = None
    closed_why: str = ""
    elsewhere: tuple[tuple[str, str], ...] = ()
    apart: tuple[str, ...] = ()
    merged_into: str | None = None
    unrecognised: tuple[str, ...] = ()
    site: str | None = None
    notices: tuple[Notice, ...] = ()
    heard: tuple[Heard, ...] = ()
    answered_at: datetime | None = None
    paused: tuple[Paused, ...] = ()
    buttons: Buttons | None = None
    actions: tuple[Action, ...] = ()
    cause: CauseCode | None = None
    cause_by: Source = Source.DERIVED
    questions: tuple[Question, ...] = ()
    to_tell: tuple[Telling, ...] = ()
    standing: Standing | None = None
    said: str = ""
    drafted_at: datetime | None = None
    thanked: tuple[str, ...] = ()

    def is_buyers(self, conversation: str) -> bool:
        """Whether what is said there is the buyer's own word: in the first conversation, in one on the order's own
        platform, and where a person vouched for it. An order number proves nobody: it stands on every parcel.
        """
        first = self.parties[0].conversation if self.parties else conversation
        others = (p for p in self.parties if p.conversation == conversation)
        return conversation == first or any(p.vouched_by or p.is_on(self.platform) for p in others)

    def counts(self, message: str) -> bool:
        """Whether this message is the buyer's own word; of one that was answered before it was read only where
        there is no other conversation.
        """
        if len(self.parties) < 2:
            return True
        return message in self.unanswered and self.is_buyers(self.conversation_of(message) or "")

    def conversation_of(self, message: str) -> str | None:
        """The conversation that an unanswered message stands in; None while the case has none."""
        first = self.parties[0].conversation if self.parties else None
        return dict(self.elsewhere).get(message, first)

    def counts_from(self) -> datetime:
        """From when the dates in a draft count: the oldest unanswered message, else when the draft was put up."""
        return self.waiting_since or self.drafted_at or self.opened_at

    def owes(self) -> bool:
        """Whether the buyer waits for words of ours: an answer, or what we are to say unasked."""
        return bool(self.unanswered or self.to_tell) or any(action.untold for action in self.actions)

    def fact(self, name: str) -> str | None:
        """The value of a fact, or None while it is unknown."""
        return next((f.value for f in self.facts if f.name == name), None)

    def running(self) -> tuple[Deadline, ...]:
        """The deadlines that still run (reminders aside), nearest first, a platform's before our own."""
        clocks = (d for d in self.deadlines if d.state is DeadlineState.RUNNING)
        shown = (d for d in clocks if d.kind is not DeadlineKind.REMINDER)
        return tuple(sorted(shown, key=lambda d: (d.due_at, d.kind is not DeadlineKind.PLATFORM)))
