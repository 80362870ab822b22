"""What the store knows of the things one batch of causes touches: read at once, kept up to date while it folds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from msgspec.structs import replace
from sqlalchemy import Connection

from bot.store import cases, conversations, inbox, ledger, orders, outbox, papers, timers
from flows import events
from flows.action import ActionState, Entry, entry_of
from flows.case import Case, Party, Status
from flows.context import Sibling
from flows.deadlines import FIRST_WORD
from flows.effects import CancelReply, Decision, Effect, ReleaseReply, SendReply
from flows.order import Order, order_digest
from flows.order_numbers import platform_of
from flows.papers import NEEDED, Paper, proven
from flows.parcels import is_first_word

BUYER_EVENTS = (
    events.BuyerWrote,
    events.BuyerEdited,
    events.BuyerPressed,
    events.BuyerReachable,
    events.Unsupported,
)
# what may let an action go on
DECIDING = (events.Approved, events.DraftEdited, events.Submitted, events.FallbackApproved)
A_DAY = timedelta(hours=24)
A_DAY_AND_MORE = timedelta(hours=48)  # wherever midnight is
Decoded = Mapping[str, events.CaseEvent | None]  # inbox row → its event; None for what concerns no case


@dataclass(slots=True)
class Known:
    """Cases, conversations, messages, texts and effects by their ids.

    `lanes`: lane → (conversation, channel); `lane_of` the way back; `newcomers` are lanes without a conversation.
    `told`: conversation → its buyer's name and language. `effect_states`: what a step may still take back.
    `past`: order → all its cases, and `parcels`: how many cases about parcels opened since yesterday, both only
    where a parcel is to be looked at. `orders`: number → what the order book knows. `ledger`: order → action → its
    entry, and `approved`: person → action → the same, for what is decided about now. `papers` are those on file,
    None where nobody needs them.
    """

    cases: dict[str, Case] = field(default_factory=dict)
    of_conversation: dict[str, list[str]] = field(default_factory=dict)
    of_order: dict[str, list[str]] = field(default_factory=dict)
    lanes: dict[str, tuple[str, str]] = field(default_factory=dict)
    lane_of: dict[str, str] = field(default_factory=dict)
    newcomers: int = 0
    told: dict[str, tuple[str, str | None]] = field(default_factory=dict)
    messages: dict[tuple[str, str], str] = field(default_factory=dict)
    case_of_message: dict[str, str] = field(default_factory=dict)
    sent_at: dict[str, datetime] = field(default_factory=dict)
    effect_states: dict[str, str] = field(default_factory=dict)
    bodies: dict[str, str] = field(default_factory=dict)
    orders: dict[str, list[Order]] = field(default_factory=dict)
    past: dict[str, list[Case]] = field(default_factory=dict)
    parcels: int = 0
    ledger: dict[str, dict[str, Entry]] = field(default_factory=dict)
    approved: dict[str, dict[str, Entry]] = field(default_factory=dict)
    papers: tuple[Paper, ...] | None = None

    @classmethod
    def load(
        cls, connection: Connection, shop: str, rows: Sequence[inbox.Row], decoded: Decoded, now: datetime
    ) -> Known:
        known, happened = cls(), [event for event in decoded.values() if event is not None]
        known._load_conversations(connection, shop, rows, decoded)
        known._load_cases(connection, shop, happened)
        known._load_details(connection, shop, happened)
        known._load_orders(connection, shop, happened)
        known._load_past(connection, shop, happened, now)
        known._load_ledger(connection, shop, happened, now)
        known._load_papers(connection, shop, happened)
        return known

    def _load_conversations(
        self, connection: Connection, shop: str, rows: Sequence[inbox.Row], decoded: Decoded
    ) -> None:
        lanes = {row.lane for row in rows if isinstance(decoded.get(row.id), BUYER_EVENTS)}
        known = conversations.by_lane(connection, shop, lanes, lock=True)
        self.lanes = {lane: (each.id, each.channel) for lane, each in known.items()}
        self.newcomers = len(lanes) - len(known)
        self.told = {each.id: (each.name, each.language) for each in known.values()}
        keys = set()
        for row in rows:
            event = decoded.get(row.id)
            if isinstance(event, events.BuyerEdited | events.BuyerWrote) and row.lane in self.lanes:
                keys.add((self.lanes[row.lane][0], event.external_id))
        found = conversations.message_ids(connection, shop, keys)
        self.messages = {key: message for key, (message, _) in found.items()}
        self.case_of_message = dict(found.values())

    def _load_cases(self, connection: Connection, shop: str, happened: Sequence[events.CaseEvent]) -> None:
        named = {event.case for event in happened if not isinstance(event, (*BUYER_EVENTS, events.OrderEvent))}
        entered = {dict(event.facts).get("order") for event in happened if isinstance(event, events.FactsSet)}
        read = {event.order for event in happened if isinstance(event, events.OrderEvent | events.Recognised)}
        orders = {order for order in (*entered, *read) if order}
        loaded = cases.get(connection, shop, named)
        by_conversation = cases.by_conversation(connection, shop, {id for id, _ in self.lanes.values()})
        for conversation, found in by_conversation.items():
            self.of_conversation[conversation] = [case.id for case in found]
            loaded |= {case.id: case for case in found}
        for case in cases.by_order(connection, shop, orders):
            self.of_order.setdefault(case.order or "", []).append(case.id)
            loaded[case.id] = case
        self.cases = loaded

    def _load_details(self, connection: Connection, shop: str, happened: Sequence[events.CaseEvent]) -> None:
        effects = {c.proposal.effect for c in self.cases.values() if c.proposal and c.proposal.effect}
        self.effect_states = outbox.states(connection, shop, effects)
        read = {event.message for event in happened if isinstance(event, events.Recognised)}
        found = conversations.texts_of(connection, shop, read)
        self.sent_at = {id: row["sent_at"] for id, row in found.items()}
        approving = {event.case for event in happened if isinstance(event, events.Approved)}
        drafts = {c.proposal.text.id for c in self.cases.values() if c.id in approving and c.proposal}
        self.bodies = cases.text_bodies(connection, shop, drafts)
        parties = {p.conversation for c in self.cases.values() for p in c.parties}
        self.lane_of = {p.conversation: p.lane for c in self.cases.values() for p in c.parties}
        self.lane_of |= {id: lane for lane, (id, _) in self.lanes.items() if id not in parties}

    def _load_orders(self, connection: Connection, shop: str, happened: Sequence[events.CaseEvent]) -> None:
        """The order book's view of every order that these causes or cases name."""
        named = {event.order for event in happened if isinstance(event, events.Recognised | events.OrderEvent)}
        named |= {case.order for case in self.cases.values()}
        named |= {dict(event.facts).get("order") for event in happened if isinstance(event, events.FactsSet)}
        for (number, _), kept in orders.find(connection, shop, {name for name in named if name}).items():
            self.orders.setdefault(number, []).append(kept.order)

    def _load_past(
        self, connection: Connection, shop: str, happened: Sequence[events.CaseEvent], now: datetime
    ) -> None:
        due = {event.order for event in happened if isinstance(event, events.ParcelDue)}
        if not due:
            return
        for case in cases.all_of_orders(connection, shop, due):
            self.past.setdefault(case.order or "", []).append(case)
        self.parcels = timers.begun(connection, shop, FIRST_WORD, now - A_DAY)

    def _load_papers(self, connection: Connection, shop: str, happened: Sequence[events.CaseEvent]) -> None:
        """Only where a case is about something that papers decide, or becomes so."""
        about = [*self.cases.values(), *happened]
        if any(getattr(each, "situation", None) in NEEDED for each in about):
            self.papers = papers.on_file(connection, shop)

    def _load_ledger(
        self, connection: Connection, shop: str, happened: Sequence[events.CaseEvent], now: datetime
    ) -> None:
        """Locked first: of two who decide about one order, or as one person, the second sees the first one's."""
        people = {event.by for event in happened if isinstance(event, DECIDING)}
        if any(isinstance(event, events.BuyerPressed) for event in happened):
            people |= {by for case in self.cases.values() if (by := _in_advance(case))}
        if not people:
            return
        orders_ = {case.order for case in self.cases.values() if case.order}
        orders_ |= {
            named for e in happened if isinstance(e, events.FactsSet) if (named := dict(e.facts).get("order"))
        }
        people |= {each.approved_by for case in self.cases.values() for each in case.actions if each.approved_by}
        ledger.lock(connection, shop, (*orders_, *people))
        self.ledger = ledger.of_orders(connection, shop, orders_)
        self.approved = ledger.of_people(connection, shop, people, now - A_DAY_AND_MORE)

    def ledger_for(self, event: events.CaseEvent, case: Case | None) -> tuple[Entry, ...]:
        """What other cases did on the order that this event decides about."""
        if case is None or not case.order or not _decider(event, case):
            return ()
        return tuple(e for e in self.ledger.get(case.order, {}).values() if e.case != case.id)

    def approved_by(self, event: events.CaseEvent, case: Case | None) -> tuple[Entry, ...]:
        """What the person whose yes counts first approved in other cases since yesterday."""
        if case is None or not (by := _decider(event, case)):
            return ()
        task = case.handoff.act if isinstance(event, events.Submitted) and case.handoff is not None else ""
        asked = (a for a in case.actions if a.id == task or (not task and a.state is ActionState.WAITING))
        first = next((a.approved_by for a in asked if a.approved_by), by)
        if isinstance(event, events.BuyerPressed | events.FallbackApproved):
            first = by  # a yes of its own, whatever else waits for another person's
        return tuple(e for e in self.approved.get(first, {}).values() if e.case != case.id)

    def of_order_ever(self, order: str) -> list[Case]:
        """All cases of it as they now stand, the newest first."""
        known = [self.cases.get(case.id, case) for case in self.past.get(order, ())]
        fresh = [self.cases[id] for id in self.of_order.get(order, ())]
        return [*fresh, *(case for case in known if case.id not in {each.id for each in fresh})]

    def heard_from(self, order: str) -> tuple[Party, str] | None:
        """The newest conversation in which this order was talked of, and its language."""
        found = (case for case in self.of_order_ever(order) if case.parties and case.merged_into is None)
        newest = next(found, None)
        return None if newest is None else (newest.parties[-1], newest.language)

    def book_of(self, number: str, platform: str) -> Order | None:
        return next((order for order in self.orders.get(number, ()) if order.platform == platform), None)

    def order_of(self, event: events.CaseEvent, case: Case | None) -> Order | None:
        """The order that the case will have after this event, where its facts are not yet taken from this
        state.
        """
        named = event.order if isinstance(event, events.Recognised | events.OrderEvent) else None
        number = (case.order if case is not None else None) or named
        if isinstance(event, events.OrderEvent) and named:
            number = named
        if isinstance(event, events.ParcelDue):
            return self.book_of(event.order, event.platform)
        if isinstance(event, events.FactsSet):
            number = dict(event.facts).get("order", number)
        found = self.orders.get(number or "", [])
        platform = case.platform if case is not None and case.order == number else None
        chosen = [order for order in found if order.platform == platform] or found
        if len(chosen) != 1:  # the same number on two platforms, and nobody said which
            return None
        known = "" if case is None else case.order_digest
        return chosen[0] if order_digest(chosen[0]) != known else None

    def papers_for(
        self, event: events.CaseEvent, case: Case | None, zone: str, now: datetime
    ) -> tuple[tuple[str, str], ...] | None:
        """What the papers on file prove about the case's order; None where nobody needs them."""
        if self.papers is None:
            return None
        named = event.order if isinstance(event, events.Recognised | events.OrderEvent) else None
        number = (case.order if case is not None else None) or named or ""
        platform = case.platform if case is not None and case.order == number else None
        known = self.orders.get(number, [])
        chosen = [order for order in known if order.platform == platform] or known
        return proven(self.papers, chosen[0] if len(chosen) == 1 else None, zone, now)

    def sibling_of(self, event: events.CaseEvent, case: Case | None) -> Sibling | None:
        """Another open case of the order that was just read in a message (an older one), or that a person entered.
        The number alone confirms it only if no shop could have it by chance: a marketplace's; else the order book
        must know it.
        """
        order = _order_named(event)
        if case is None or not order or not (platform_of(order) or order in self.orders):
            return None
        entered = isinstance(event, events.FactsSet)
        if not entered and case.order not in (None, order):
            return None
        others = (id for id in self.of_order.get(order, []) if id < case.id or (entered and id != case.id))
        known = [self.cases[id] for id in others]
        open_ = [other for other in known if other.status is not Status.CLOSED and other.order == order]
        found = next((other for other in open_ if not _are_parted(case, other)), None)
        return None if found is None else Sibling(found.id, found.number, order)

    def took(self, before: Case | None, decision: Decision) -> None:
        """Make a decision visible to the causes that follow in this batch."""
        after = decision.case
        if after.order and after.id not in self.of_order.get(after.order, ()):
            self.of_order.setdefault(after.order, []).insert(0, after.id)
        gone = {p.conversation for p in before.parties} - {p.conversation for p in after.parties} if before else ()
        for conversation in gone:
            self.of_conversation[conversation] = [
                id for id in self.of_conversation.get(conversation, []) if id != after.id
            ]
        for party in after.parties:
            known = self.of_conversation.setdefault(party.conversation, [])
            if after.id not in known:
                known.insert(0, after.id)
        self.cases[after.id] = after
        self.parcels += before is None and is_first_word(after)
        self._enter(after)
        self.bodies |= {text.ref.id: text.body for text in decision.texts}
        for effect in decision.effects:
            self._track(effect)

    def _enter(self, after: Case) -> None:
        """The ledgers as this case now stands in them."""
        for book in (*self.ledger.values(), *self.approved.values()):
            for id in [id for id, entry in book.items() if entry.case == after.id]:
                del book[id]
        for action in after.actions:
            entry = entry_of(action, after.id, after.number)
            if entry is None:
                continue
            if action.order:
                self.ledger.setdefault(action.order, {})[action.id] = entry
            if action.approved_at is None:
                continue  # nobody here approved it: the marketplace did it
            first = replace(entry, by=action.approved_by or "", at=action.approved_at)
            self.approved.setdefault(first.by, {})[action.id] = first

    def _track(self, effect: Effect) -> None:
        match effect:
            case SendReply(id):
                self.effect_states[id] = "held"
            case ReleaseReply(id):
                self.effect_states[id] = "pending"
            case CancelReply(id):
                self.effect_states[id] = "cancelled"
            case _:
                pass


def _are_parted(one: Case, other: Case) -> bool:
    """Staff split one off the other: whichever of the two is asked, they are not joined again."""
    conversations = [{party.conversation for party in case.parties} for case in (one, other)]
    return not (conversations[0].isdisjoint(other.apart) and conversations[1].isdisjoint(one.apart))


def _order_named(event: events.CaseEvent) -> str | None:
    """The order that a message or a person names for the case."""
    if isinstance(event, events.Recognised):
        return event.order
    return dict(event.facts).get("order") if isinstance(event, events.FactsSet) else None


def _in_advance(case: Case) -> str:
    """Who approved what a button of this case may set off; "" when nobody did."""
    return case.buttons.by if case.buttons is not None and case.buttons.outcomes else ""


def _decider(event: events.CaseEvent, case: Case) -> str:
    """Whose yes this is, or sets off; "" for what lets no action go on."""
    if isinstance(event, DECIDING):
        return event.by
    return _in_advance(case) if isinstance(event, events.BuyerPressed) else ""
