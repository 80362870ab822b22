"""One transaction's worth of causes: load what they need, fold them in memory, write everything once."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection

from bot import __version__, burying, housekeeping, parcels
from bot.changing import Changes
from bot.knowing import BUYER_EVENTS, Known
from bot.store import codec, inbox, journal, numbers
from flows import events
from flows.book import Book
from flows.case import Case, Party
from flows.context import Context
from flows.effects import Decision
from flows.policy import Policy
from flows.ports import Unreadable
from flows.route import Routed, route_buyer, route_opened, route_parcel
from flows.step import new_case, step
from flows.values import Cause, derived_id

Translate = Callable[[str, bytes], events.Event | None]


@dataclass(frozen=True, slots=True)
class Brain:
    """What every decision of a shop is made with. `find_order` reads an order number; `guard` names what
    forbids a text: (text, case) → rule ids.
    """

    shop: str
    book: Book
    policy: Policy
    translators: Mapping[str, Translate]
    find_order: Callable[[str], str | None]
    guard: Callable[[str, Case], tuple[str, ...]]
    versions: str = field(init=False)

    def __post_init__(self) -> None:
        """`versions` is what the journal says of every decision: playbooks, rules, code."""
        said = codec.dumps({**self.book.versions, "code": __version__})
        object.__setattr__(self, "versions", said)


@dataclass(frozen=True, slots=True)
class People:
    """Who is at the desk, by the desk's ids."""

    staff: tuple[str, ...] = ()
    leads: tuple[str, ...] = ()


@dataclass(slots=True)
class Batch:
    """Loaded once, folded row by row, saved once. Nothing here waits for anything but the connection."""

    brain: Brain
    people: People
    now: datetime
    machine_now: datetime
    rows: Sequence[inbox.Row]
    connection: Connection
    outcomes: list[inbox.Outcome] = field(default_factory=list)
    _decoded: dict[str, events.CaseEvent | None] = field(default_factory=dict)
    _kept: list[housekeeping.Kept] = field(default_factory=list)
    _known: Known = field(default_factory=Known)
    _changes: Changes = field(init=False)
    _postponed: list[events.ParcelDue] = field(default_factory=list)
    _spare_numbers: deque[int] = field(default_factory=deque)

    def __post_init__(self) -> None:
        self._changes = Changes(self.brain.shop, self.brain.policy, self.now, self.machine_now)

    @property
    def entries(self) -> Sequence[journal.Entry]:
        """What the steps decided, in order."""
        return self._changes.entries

    def load(self) -> None:
        for row in self.rows:
            self._decode(row)
        self._known = Known.load(self.connection, self.brain.shop, self.rows, self._decoded, self.now)

    def _decode(self, row: inbox.Row) -> None:
        """Only the payload decides: what cannot be read is dead at once, its neighbours live."""
        try:
            if row.kind == inbox.EVENT:
                event = codec.decode_any(row.raw)
            else:
                event = self.brain.translators[row.channel](row.kind, row.raw)
        except (Unreadable, KeyError) as error:
            reason = str(error) if isinstance(error, Unreadable) else f"no channel {row.channel} is set up"
            self.outcomes.append(inbox.Outcome(row.id, "dead", error=reason))
            return
        if isinstance(event, events.Housekeeping):
            self._kept.append((row.id, event))
            return
        self._decoded[row.id] = event  # type: ignore[assignment] # the codec only knows events under this kind

    def fold(self) -> None:
        """Advance every row's case, in order. Raises whatever a step raises: the batch is then replayed singly."""
        for row in self.rows:
            if row.id not in self._decoded:
                continue
            event = self._decoded[row.id]
            case = None if event is None else self._advance(row, event)
            state = "ignored" if case is None else "handled"
            self.outcomes.append(inbox.Outcome(row.id, state, case=case))

    def _advance(self, row: inbox.Row, event: events.CaseEvent) -> str | None:
        """Route and step one event; answers the case it belongs to, or None when it concerns none."""
        event, party, message = self._met(row, event)
        routed = self._route(event, party, message)
        if routed.drop:
            return None
        cause = Cause(row.id, row.stored_at, row.salt)
        before = routed.case
        context = self._context(event, party, message, before, routed.why)
        case = before or new_case(self.now, self.brain.shop, context, cause, self.brain.policy)
        decision = step(self.now, self.brain.book, self.brain.policy, context, case, cause, event)
        self._record(row, event, context, before, decision)
        if message is not None:
            self._known.case_of_message.setdefault(message, decision.case.id)
        return decision.case.id

    def _met(self, row: inbox.Row, event: events.CaseEvent) -> tuple[events.CaseEvent, Party | None, str | None]:
        """The conversation of a buyer's event (a new one if need be) and our id of its message.

        A message that comes again with other content is an edit, whether or not it says so; an edit of
        something we never saw is something said now.
        """
        if isinstance(event, events.Recognised):
            return event, None, event.message
        if not isinstance(event, BUYER_EVENTS) or event.buyer is None:
            return event, None, None
        conversation, channel = self._known.lanes.setdefault(
            row.lane, (derived_id(row.id, "conversation"), row.channel)
        )
        self._known.lane_of[conversation] = row.lane
        party = Party(conversation, channel, row.lane)
        if isinstance(event, events.BuyerPressed):
            return event, party, derived_id(row.id, "message")
        if not isinstance(event, events.BuyerWrote | events.BuyerEdited):
            return event, party, None
        key = (conversation, event.external_id)
        known = self._known.messages.get(key)
        if known is not None:
            return _as_edit(event, self.now), party, known
        message = self._known.messages[key] = derived_id(row.id, "message")
        return _as_message(event), party, message

    def _route(self, event: events.CaseEvent, party: Party | None, message: str | None) -> Routed:
        if isinstance(event, events.ParcelDue):
            return self._route_parcel(event)
        if isinstance(event, events.OrderEvent):
            candidates = [self._known.cases[id] for id in self._known.of_order.get(event.order or "", [])]
            return route_opened(event, candidates, begins=self._begins(event))
        if isinstance(event, BUYER_EVENTS):
            held_by = self._known.case_of_message.get(message or "")
            if isinstance(event, events.BuyerEdited) and held_by in self._known.cases:
                return Routed(self._known.cases[held_by], "the case that has the message")
            known = [] if party is None else self._known.of_conversation.get(party.conversation, [])
            text = getattr(event, "text", "")
            order = self.brain.find_order(text) if text else None
            candidates = [self._known.cases[id] for id in known]
            return route_buyer(self.now, self.brain.policy, event, order, candidates)
        case = self._known.cases.get(event.case)
        if isinstance(event, events.ConversationMoved):
            return Routed(case, event.why)  # what was split off, or whose case is gone, goes on as a new one
        return Routed(case, "named", drop=case is None)

    def _route_parcel(self, event: events.ParcelDue) -> Routed:
        """A first import may find hundreds: so many a day, and the others from tomorrow on."""
        policy, known = self.brain.policy, self._known
        order = known.book_of(event.order, event.platform)
        routed = route_parcel(self.now, policy, event, order, known.of_order_ever(event.order))
        if routed.case is None and not routed.drop and known.parcels >= policy.parcels_a_day:
            self._postponed.append(event)
            return Routed(None, "enough for today", drop=True)
        return routed

    def _begins(self, event: events.CaseOpened | events.PlatformNotice) -> bool:
        """Whether it starts a matter, rather than telling the end of one."""
        if isinstance(event, events.CaseOpened):
            return True
        return bool(self.brain.book.rules.starting(event.platform, event.event, event.started_at, event.site))

    def _context(
        self, event: events.CaseEvent, party: Party | None, message: str | None, case: Case | None, why: str
    ) -> Context:
        effect = case.proposal.effect if case is not None and case.proposal is not None else None
        blocked: tuple[str, ...] = ()
        if isinstance(event, events.DraftEdited) and case is not None:
            blocked = self.brain.guard(event.text, case)
        elif isinstance(event, events.Approved) and case is not None and case.proposal is not None:
            body = self._known.bodies.get(case.proposal.text.id)
            blocked = ("text.missing",) if body is None else self.brain.guard(body, case)
        language = ""
        if isinstance(event, events.ParcelDue) and (heard := self._known.heard_from(event.order)) is not None:
            party, language = heard
        return Context(
            party=party,
            message=message,
            sent_at=self._known.sent_at.get(message) if message else None,
            number=self._number() if case is None else 0,
            effect=self._known.effect_states.get(effect) if effect else None,
            blocked=blocked,
            staff=self.people.staff,
            leads=self.people.leads,
            why_joined=why,
            order=self._known.order_of(event, case),
            sibling=self._known.sibling_of(event, case),
            ledger=self._known.ledger_for(event, case),
            approved=self._known.approved_by(event, case),
            language=language,
            papers=self._known.papers_for(event, case, self.brain.policy.zone, self.now),
        )

    def _number(self) -> int:
        """Each new conversation opens a case: theirs are taken together, what else is needed one by one."""
        if not self._spare_numbers:
            self._spare_numbers += numbers.take(self.connection, self.brain.shop, max(1, self._known.newcomers))
            self._known.newcomers = 0
        return self._spare_numbers.popleft()

    def _record(
        self, row: inbox.Row, event: events.CaseEvent, context: Context, before: Case | None, decision: Decision
    ) -> None:
        """Make the decision visible to the rows that follow in this batch, and remember what to write."""
        after = decision.case
        self._known.took(before, decision)
        entry = journal.Entry(
            after.id, after.revision, row.id, type(event).__name__, self.now, context,
            self.brain.versions, before, after, decision.effects, decision.lines,
        )  # fmt: skip
        self._changes.step(row, before, decision, entry)
        party = context.party
        if party is None or not isinstance(event, BUYER_EVENTS) or event.buyer is None:
            return
        told, tells = self._known.told.get(party.conversation), (event.buyer.name, event.buyer.language)
        if told != tells:
            self._known.told[party.conversation] = tells
            self._changes.met(event.buyer, party, is_new=told is None)
        self._changes.said(row, event, after, party, context.message)

    @property
    def moved_clocks(self) -> bool:
        """Whether any step started, moved or ended one."""
        return self._changes.moved_clocks or self._touches_papers

    @property
    def made_causes(self) -> bool:
        """Whether it left causes in the inbox."""
        return self._changes.made_causes or self._touches_papers

    @property
    def _touches_papers(self) -> bool:
        """Then there may be new appointments, and causes for the cases that need such a paper."""
        return any(isinstance(event, events.PaperEvent) for _, event in self._kept)

    def save(self, *, are_stored: bool = True) -> None:
        """Everything in one transaction, the causes themselves too unless they are stored. Raises Overtaken when
        another process moved one of the cases, or stored one of the causes.
        """
        connection, shop = self.connection, self.brain.shop
        self._changes.save(connection, self._known.cases, self._known.lane_of)
        self.outcomes += housekeeping.keep(
            connection, shop, self.brain.book, self.brain.policy, self._kept, self.now, self.machine_now
        )
        for due in self._postponed:
            parcels.postpone(connection, shop, due.platform, due.order, due.what, self.now)
        if are_stored:
            inbox.settle(connection, shop, self.outcomes, self.now)
        else:
            inbox.add_settled(connection, shop, self.rows, self.outcomes, self.now)
        buried = [outcome.row for outcome in self.outcomes if outcome.state == "dead"]
        burying.announce(connection, shop, buried, self.now, self.machine_now)


def _as_edit(event: events.BuyerWrote | events.BuyerEdited, now: datetime) -> events.BuyerEdited:
    if isinstance(event, events.BuyerEdited):
        return event
    return events.BuyerEdited(
        event.channel, event.buyer, event.external_id, event.text, event.sent_at, now, event.media
    )


def _as_message(event: events.BuyerWrote | events.BuyerEdited) -> events.BuyerWrote:
    if isinstance(event, events.BuyerWrote):
        return event
    return events.BuyerWrote(event.channel, event.buyer, event.external_id, event.text, event.sent_at, event.media)
