"""What the outside world must be able to do for us, and the handful of errors it may answer with.

Adapters implement `BuyerChannel` (a platform buyers write on) or `StaffDesk` (where staff decide); the service
implements `Sink` (store what came in) and `Desk` (what a person may ask). Nobody else talks to anybody.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from flows.events import Event
from flows.order import Sourced
from flows.rich import Rich
from flows.values import Money
from flows.view import (
    AlarmView,
    CardView,
    DeadView,
    EditorView,
    FactsView,
    FallbackView,
    Finding,
    OutcomesView,
    PageView,
    QueueRow,
    WhyView,
)


class PortError(Exception):
    """An outside system did not do what we asked. `reason` reads well in Slack."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Unavailable(PortError):
    """Certainly not done, try again: refused connection, 429, flood wait. `retry_after` in seconds."""

    def __init__(self, reason: str, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.retry_after = retry_after


class Refused(PortError):
    """Certainly not done, and trying again will not help: a person must act.

    `unreachable`: this buyer cannot be written to on this channel (blocked, gone).
    `fatal`: the whole account is refused (token revoked, account blocked).
    """

    def __init__(self, reason: str, *, unreachable: bool = False, fatal: bool = False) -> None:
        super().__init__(reason)
        self.unreachable = unreachable
        self.fatal = fatal


class OutcomeUnknown(PortError):
    """The request left and no answer came: it may have been done. Never repeat blindly."""


class Gone(PortError):
    """What was to be changed is no longer there (a deleted card): make a new one."""


class Unreadable(ValueError):
    """A stored payload that this version cannot read. The row is parked for a person."""


@dataclass(frozen=True, slots=True)
class Item:
    """One inbound thing, as stored before it is acknowledged.

    `external_id` and `fingerprint` identify it within `channel` (fingerprint over named stable fields, never raw
    bytes). `lane` is what must stay in order, `position` the platform's own order in it. `kind` tells
    `translate` what `raw` is. `urgent` items (clicks, which are never repeated) go first.
    """

    channel: str
    external_id: str
    fingerprint: str
    lane: str
    position: int
    kind: str
    raw: bytes
    urgent: bool = False


class Sink(Protocol):
    async def store(self, items: Sequence[Item]) -> None:
        """Return after commit; only then acknowledge. Repeats are ignored. Raises when nothing was stored."""
        ...


@dataclass(frozen=True, slots=True)
class OutboundReply:
    """A text for a buyer. `key` is the outbox row's id: the same for every attempt.

    `buttons` stand below it, in this order: (what comes back as BuyerPressed, words). They were approved with the
    text: a channel that has none refuses them.
    """

    key: str
    address: str
    text: str
    automatic: bool = False
    buttons: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Receipt:
    """The platform's proof: its message id and its own instant, aware UTC."""

    external_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Health:
    """`ok` now, and since when; `detail` is one plain sentence; `seen_s` seconds since the last sign of life."""

    ok: bool
    detail: str
    seen_s: float | None = None


class BuyerChannel(Protocol):
    """One account on one platform that buyers write on. Translates both ways; decides nothing."""

    @property
    def channel(self) -> str:
        """The channel's id, from the account itself (never from a token), known after `start`."""
        ...

    async def start(self) -> None:
        """Check the account. Raises Refused (token revoked) or Unavailable."""
        ...

    async def run(self, sink: Sink) -> None:
        """Read for ever, storing before acknowledging. Survives everything but Refused(fatal=True)."""
        ...

    def translate(self, kind: str, raw: bytes) -> Event | None:
        """A stored payload as an event, or None when it is nobody's matter; pure. Raises Unreadable only."""
        ...

    async def send(self, reply: OutboundReply) -> Receipt:
        """One attempt, never a retry. Raises Unavailable, Refused or OutcomeUnknown."""
        ...

    async def probe(self) -> None:
        """Ask the platform something that changes nothing. Raises Unavailable while it is away."""
        ...

    async def close(self) -> None: ...

    def health(self) -> Health: ...


@dataclass(frozen=True, slots=True)
class CardRef:
    """Where a card stands: the desk's channel and message id."""

    channel: str
    message: str


@dataclass(frozen=True, slots=True)
class StaffMember:
    """A person at the desk. `zone` is an IANA name, `language` a tag such as zh-CN."""

    id: str
    name: str
    zone: str = "UTC"
    language: str = "en"


class StaffDesk(Protocol):
    """Where staff see and decide (Slack). Cards and threads are projections, safe to repeat by key."""

    @property
    def channel(self) -> str: ...

    @property
    def account(self) -> str:
        """Who we are there: clicks go to whoever listens for this account. Known after `start`."""
        ...

    async def start(self) -> None:
        """Check tokens and the channel. Raises Refused with what to do, or Unavailable."""
        ...

    async def run(self, sink: Sink, desk: Desk) -> None: ...

    def translate(self, kind: str, raw: bytes) -> Event | None:
        """A stored payload as an event, or None when it decides nothing. Raises Unreadable."""
        ...

    async def members(self) -> tuple[StaffMember, ...]:
        """The people in the desk's channel, bots left out."""
        ...

    async def show_card(self, view: CardView, card: CardRef | None) -> CardRef:
        """Post the card, or bring the posted one up to date. Raises Gone when it was deleted."""
        ...

    async def find(self, card: CardRef | None, keys: Collection[str], since: datetime) -> Mapping[str, CardRef]:
        """Where those of the keys stand that were posted, in the channel or in the card's thread."""
        ...

    async def post_history(self, card: CardRef, key: str, lines: Sequence[Rich]) -> str:
        """One message in the card's thread. Raises Gone when the card was deleted."""
        ...

    async def absent(self, people: Sequence[str]) -> Mapping[str, str]:
        """Those of them who would not notice a mention now: person to "away" or "dnd". Best effort: whoever cannot
        be asked about is not among them. Never raises a port error.
        """
        ...

    async def post_alarm(self, view: AlarmView, card: CardRef | None) -> CardRef:
        """A new message: in the channel when loud, else in the card's thread."""
        ...

    async def refresh_alarm(self, view: AlarmView, posted: CardRef) -> None: ...

    async def tell(self, person: str, words: Rich, card: CardRef | None) -> None:
        """Words that only this person sees; best effort."""
        ...

    async def probe(self) -> None:
        """Ask the desk's platform something that changes nothing. Raises Unavailable while it is away."""
        ...

    async def close(self) -> None: ...

    def health(self) -> Health: ...

    def link(self, card: CardRef) -> str:
        """The address that opens a card; known after `start`."""
        ...

    def latency(self) -> dict[str, Any]:
        """How fast clicks were acknowledged: count, p50_ms, p99_ms, max_ms."""
        ...


class Pager(Protocol):
    """A second path to the staff, for when the desk is not enough: a chat, a mailbox, a push service.

    `name` is a path's kind (email, telegram, feishu, dingtalk, wecom, ntfy, webhook), with "-2" and so on for more
    of a kind. It tells people and nothing else: whoever answers does so by the view's links.
    """

    @property
    def name(self) -> str: ...

    async def page(self, view: PageView) -> str:
        """One attempt; answers the receiver's id of it, or "". Raises Unavailable, Refused or OutcomeUnknown.

        The same `view.key` may come again after an unknown outcome: a receiver that can tell shows it once.
        """
        ...

    async def probe(self) -> None:
        """Ask whether the receiver is there, without telling anybody anything. Raises Unavailable."""
        ...

    async def close(self) -> None: ...


class Desk(Protocol):
    """What a person may ask. Reading only; answers from the store at once."""

    async def editor(self, case: str) -> EditorView | None:
        """The current draft for the editing dialog, or None when there is nothing to edit."""
        ...

    async def check(self, case: str, version: int, text: str) -> Sequence[Finding]:
        """What stands against this text now: guard findings, or a `stale` block when the version moved on."""
        ...

    async def facts(self, case: str) -> FactsView | None:
        """The facts that staff may set for this case's situation."""
        ...

    async def outcomes(self, case: str) -> OutcomesView | None:
        """What may be approved together with the question that is drafted; None when nothing may."""
        ...

    async def fallback(
        self, case: str, at: datetime | None = None, until: datetime | None = None
    ) -> FallbackView | None:
        """The fallback as it would go out at that time, at a suggested one if none is given; None without one."""
        ...

    async def against_fallback(
        self, case: str, at: datetime, until: datetime, ceiling: Money | None
    ) -> tuple[str, str] | None:
        """(at, until or ceiling; why) of what stands against approving it so; None when nothing does."""
        ...

    async def decline_reasons(self, case: str) -> Sequence[tuple[str, str]]:
        """(value, label) of the reasons a person may give for declining."""
        ...

    async def case_of_card(self, card: CardRef) -> str | None:
        """The case whose card (or alert) this message is: a note in its thread belongs to it."""
        ...

    async def why(self, case: str) -> WhyView | None:
        """How the deadlines of this case came about; None when there is no such case."""
        ...

    async def case_numbered(self, number: int) -> str | None:
        """The case that staff know by this number."""
        ...

    async def queue(self) -> Sequence[QueueRow]:
        """Open cases, the most urgent first."""
        ...

    async def dead(self) -> DeadView:
        """Inputs that could not be handled, the oldest first."""
        ...

    def word(self, key: str, **params: str) -> str:
        """One phrase of the desk's catalogue in the staff's language."""
        ...


class Recogniser(Protocol):
    """Reads a message. Total: whatever the text, it answers; when it cannot tell, it says unsure."""

    @property
    def version(self) -> str: ...

    def read(self, text: str, language_hint: str | None) -> Reading: ...


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read: a label with confidence 0 to 1, up to three likely labels, language, order and platform.

    `label` is None when unsure; `platform` follows from the shape of the order number. `wish` is a value of the
    fact of that name, "" where none is plain.
    """

    label: str | None
    confidence: float
    likely: tuple[str, ...]
    language: str
    order: str | None = None
    platform: str | None = None
    wish: str = ""


class OrderSource(Protocol):
    """Where orders come from: a file, or one account on one marketplace. Reads; decides nothing."""

    @property
    def source(self) -> str:
        """What staff know it by: a file's name, a marketplace account."""
        ...

    def changed_since(self, since: datetime | None) -> AsyncIterator[Sequence[Sourced]]:
        """Orders that changed since then (None: all there are), in batches, each order at least once.

        An order may come again unchanged. Raises Unavailable or Refused; what came before it was given counts.
        """
        ...

    async def one(self, number: str) -> Sourced | None:
        """The order with this number as it stands now, or None when the source has none."""
        ...
