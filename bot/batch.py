"""One transaction's worth of causes: load what they need, fold them in memory, write everything once."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from bot import __version__, burying
from bot.outgoing import Outgoing
from bot.store import cases, codec, conversations, inbox, journal, numbers, outbox
from bot.store.database import insert_new, upsert
from bot.store.tables import actions, asked, evidence, messages
from bot.store.tables import buyers as buyers_table
from bot.store.tables import conversations as conversations_table
from flows import events
from flows.book import Book
from flows.case import Case, Party
from flows.context import Context
from flows.effects import CancelReply, Decision, Effect, ReleaseReply, SendReply
from flows.policy import Policy
from flows.ports import Unreadable
from flows.route import Routed, route_buyer, route_opened
from flows.step import new_case, step
from flows.values import Cause, NewText, derived_id

Translate = Callable[[str, bytes], events.Event | None]
BUYER_EVENTS = (
    events.BuyerWrote,
    events.BuyerEdited,
    events.BuyerPressed,
    events.BuyerReachable,
    events.Unsupported,
)


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
    decoded: dict[str, events.CaseEvent | None] = field(default_factory=dict)
    decided: list[burying.Decided] = field(default_factory=list)
    outcomes: list[inbox.Outcome] = field(default_factory=list)
    stored: dict[str, Case] = field(default_factory=dict)
    current: dict[str, Case] = field(default_factory=dict)
    of_conversation: dict[str, list[str]] = field(default_factory=dict)
    of_order: dict[str, list[str]] = field(default_factory=dict)
    lanes: dict[str, tuple[str, str]] = field(default_factory=dict)
    told: dict[str, tuple[str, str | None]] = field(default_factory=dict)
    lane_of: dict[str, str] = field(default_factory=dict)
    known_messages: dict[tuple[str, str], str] = field(default_factory=dict)
    case_of_message: dict[str, str] = field(default_factory=dict)
    sent_at: dict[str, datetime] = field(default_factory=dict)
    effect_states: dict[str, str] = field(default_factory=dict)
    bodies: dict[str, str] = field(default_factory=dict)
    entries: list[journal.Entry] = field(default_factory=list)
    written: list[tuple[str, str, NewText]] = field(default_factory=list)
    transitions: list[tuple[str, Case | None, Case]] = field(default_factory=list)
    effects: list[tuple[str, str, Effect]] = field(default_factory=list)
    table_rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    edits: list[tuple[str, str]] = field(default_factory=list)
    newcomers: int = 0
    spare_numbers: deque[int] = field(default_factory=deque)

    # --- reading -------------------------------------------------------------------------------------------

    def load(self) -> None:
        for row in self.rows:
            self._decode(row)
        happened = [event for event in self.decoded.values() if event is not None]
        self._load_conversations()
        self._load_cases(happened)
        self._load_details(happened)

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
            self.decided.append((row.id, event))
            return
        self.decoded[row.id] = event  # type: ignore[assignment] # the codec only knows events under this kind

    def _load_conversations(self) -> None:
        connection, shop = self.connection, self.brain.shop
        lanes = {row.lane for row in self.rows if isinstance(self.decoded.get(row.id), BUYER_EVENTS)}
        known = conversations.by_lane(connection, shop, lanes)
        self.lanes = {lane: (each.id, each.channel) for lane, each in known.items()}
        self.newcomers = len(lanes) - len(known)
        self.told = {each.id: (each.name, each.language) for each in known.values()}
        keys = set()
        for row in self.rows:
            event = self.decoded.get(row.id)
            if isinstance(event, events.BuyerEdited | events.BuyerWrote) and row.lane in self.lanes:
                keys.add((self.lanes[row.lane][0], event.external_id))
        found = conversations.message_ids(connection, shop, keys)
        self.known_messages = {key: message for key, (message, _) in found.items()}
        self.case_of_message = dict(found.values())

    def _load_cases(self, happened: Sequence[events.CaseEvent]) -> None:
        connection, shop = self.connection, self.brain.shop
        named = {event.case for event in happened if not isinstance(event, (*BUYER_EVENTS, events.CaseOpened))}
        orders = {event.order for event in happened if isinstance(event, events.CaseOpened) and event.order}
        loaded = cases.get(connection, shop, named)
        by_conversation = cases.by_conversation(connection, shop, {id for id, _ in self.lanes.values()})
        for conversation, found in by_conversation.items():
            self.of_conversation[conversation] = [case.id for case in found]
            loaded |= {case.id: case for case in found}
        for case in cases.by_order(connection, shop, orders):
            self.of_order.setdefault(case.order or "", []).append(case.id)
            loaded[case.id] = case
        self.stored, self.current = dict(loaded), dict(loaded)

    def _load_details(self, happened: Sequence[events.CaseEvent]) -> None:
        connection, shop = self.connection, self.brain.shop
        effects = {c.proposal.effect for c in self.current.values() if c.proposal and c.proposal.effect}
        self.effect_states = outbox.states(connection, shop, effects)
        read = {event.message for event in happened if isinstance(event, events.Recognised)}
        found = conversations.texts_of(connection, shop, read)
        self.sent_at = {id: row["sent_at"] for id, row in found.items()}
        approving = {event.case for event in happened if isinstance(event, events.Approved)}
        drafts = {c.proposal.text.id for c in self.current.values() if c.id in approving and c.proposal}
        self.bodies = cases.text_bodies(connection, shop, drafts)
        parties = {p.conversation for c in self.current.values() for p in c.parties}
        self.lane_of = {p.conversation: p.lane for c in self.current.values() for p in c.parties}
        self.lane_of |= {id: lane for lane, (id, _) in self.lanes.items() if id not in parties}

    # --- folding -------------------------------------------------------------------------------------------

    def fold(self) -> None:
        """Advance every row's case, in order. Raises whatever a step raises: the batch is then replayed singly."""
        for row in self.rows:
            if row.id not in self.decoded:
                continue
            event = self.decoded[row.id]
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
        self._keep(row, event, context, before, decision)
        self._record(row, event, decision.case, party, message)
        if message is not None:
            self.case_of_message.setdefault(message, decision.case.id)
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
        conversation, channel = self.lanes.setdefault(row.lane, (derived_id(row.id, "conversation"), row.channel))
        self.lane_of[conversation] = row.lane
        party = Party(conversation, channel, row.lane)
        if not isinstance(event, events.BuyerWrote | events.BuyerEdited):
            return event, party, None
        key = (conversation, event.external_id)
        known = self.known_messages.get(key)
        if known is not None:
            return _as_edit(event, self.now), party, known
        message = self.known_messages[key] = derived_id(row.id, "message")
        return _as_message(event), party, message

    def _route(self, event: events.CaseEvent, party: Party | None, message: str | None) -> Routed:
        if isinstance(event, events.CaseOpened):
            return route_opened(event, [self.current[id] for id in self.of_order.get(event.order or "", [])])
        if isinstance(event, BUYER_EVENTS):
            held_by = self.case_of_message.get(message or "")
            if isinstance(event, events.BuyerEdited) and held_by in self.current:
                return Routed(self.current[held_by], "the case that has the message")
            known = [] if party is None else self.of_conversation.get(party.conversation, [])
            text = getattr(event, "text", "")
            order = self.brain.find_order(text) if text else None
            candidates = [self.current[id] for id in known]
            return route_buyer(self.now, self.brain.policy, event, order, candidates)
        case = self.current.get(event.case)
        return Routed(case, "named", drop=case is None)

    def _context(
        self, event: events.CaseEvent, party: Party | None, message: str | None, case: Case | None, why: str
    ) -> Context:
        effect = case.proposal.effect if case is not None and case.proposal is not None else None
        blocked: tuple[str, ...] = ()
        if isinstance(event, events.DraftEdited) and case is not None:
            blocked = self.brain.guard(event.text, case)
        elif isinstance(event, events.Approved) and case is not None and case.proposal is not None:
            body = self.bodies.get(case.proposal.text.id)
            blocked = ("text.missing",) if body is None else self.brain.guard(body, case)
        return Context(
            party=party,
            message=message,
            sent_at=self.sent_at.get(message) if message else None,
            number=self._number() if case is None else 0,
            effect=self.effect_states.get(effect) if effect else None,
            blocked=blocked,
            staff=self.people.staff,
            leads=self.people.leads,
            why_joined=why,
        )

    def _number(self) -> int:
        """Each new conversation opens a case: theirs are taken together, what else is needed one by one."""
        if not self.spare_numbers:
            self.spare_numbers += numbers.take(self.connection, self.brain.shop, max(1, self.newcomers))
            self.newcomers = 0
        return self.spare_numbers.popleft()

    def _keep(
        self, row: inbox.Row, event: events.CaseEvent, context: Context, before: Case | None, decision: Decision
    ) -> None:
        """Make the decision visible to the rows that follow in this batch, and remember what to write."""
        after = decision.case
        if before is None and after.order:
            self.of_order.setdefault(after.order, []).insert(0, after.id)
        for party in after.parties:
            known = self.of_conversation.setdefault(party.conversation, [])
            if after.id not in known:
                known.insert(0, after.id)
        self.current[after.id] = after
        self.bodies |= {text.ref.id: text.body for text in decision.texts}
        self.written += [(after.id, row.salt, text) for text in decision.texts]
        self.transitions.append((row.id, before, after))
        self.effects += [(row.id, after.id, effect) for effect in decision.effects]
        for effect in decision.effects:
            self._track(effect)
        self.entries.append(
            journal.Entry(
                after.id, after.revision, row.id, type(event).__name__, self.now, context,
                self.brain.versions, before, after, decision.effects, decision.lines,
            )
        )  # fmt: skip

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

    def _record(
        self, row: inbox.Row, event: events.CaseEvent, case: Case, party: Party | None, message: str | None
    ) -> None:
        """Rows beside the case: buyer and conversation where they are news, message, evidence."""
        if party is None or not isinstance(event, BUYER_EVENTS) or event.buyer is None:
            return
        shop = self.brain.shop
        self._record_buyer(event.buyer, party)
        if isinstance(event, events.BuyerEdited) and message is not None:
            self.edits.append((message, event.text))
        elif isinstance(event, events.BuyerWrote) and message is not None:
            self._put("messages", _message_row(shop, message, party, case, row, event))
            for ordinal, media in enumerate(event.media):
                self._put("evidence", {"shop_id": shop, "id": derived_id(row.id, f"media{ordinal}"),
                                       "case_id": case.id, "message_id": message, "kind": media.kind,
                                       "file_id": media.file_id, "unique_id": media.unique_id,
                                       "name": media.name, "size": media.size})  # fmt: skip

    def _record_buyer(self, buyer: events.Buyer, party: Party) -> None:
        told, tells = self.told.get(party.conversation), (buyer.name, buyer.language)
        if told == tells:
            return
        shop, id = self.brain.shop, derived_id(party.conversation, "buyer")
        self.told[party.conversation] = tells
        self._put("buyers", {"shop_id": shop, "id": id, "channel": party.channel, "address": buyer.address,
                             "name": buyer.name, "language": buyer.language})  # fmt: skip
        if told is None:
            self._put("conversations", {"shop_id": shop, "id": party.conversation, "channel": party.channel,
                                        "lane": party.lane, "buyer_id": id, "opened_at": self.now})  # fmt: skip

    def _put(self, table: str, row: dict[str, Any]) -> None:
        self.table_rows.setdefault(table, []).append(row)

    # --- writing -------------------------------------------------------------------------------------------

    def save(self) -> None:
        """Everything in one transaction. Raises StaleCase when another writer moved one of the cases."""
        connection, shop = self.connection, self.brain.shop
        first: dict[str, Case | None] = {}
        for _, before, after in self.transitions:
            first.setdefault(after.id, before)
        heads = cases.lock(connection, shop, [before for before in first.values() if before is not None])
        upsert(connection, buyers_table, _last(self.table_rows.get("buyers", [])))
        insert_new(connection, conversations_table, _last(self.table_rows.get("conversations", [])))
        insert_new(connection, messages, self.table_rows.get("messages", []))
        conversations.edit(connection, shop, self.edits)
        insert_new(connection, evidence, self.table_rows.get("evidence", []))
        cases.add_texts(connection, shop, self.written, self.now)
        cases.save(connection, shop, [(b, self.current[id]) for id, b in first.items()], self.now)
        cases.add_approvals(connection, self.transitions, self.now)
        self._save_consequences()
        journal.add(connection, shop, self.entries, heads)
        self.outcomes += burying.decide(connection, shop, self.decided, self.now)
        buried = [outcome.row for outcome in self.outcomes if outcome.state == "dead"]
        burying.announce(connection, shop, buried, self.now, self.machine_now)
        inbox.settle(connection, shop, self.outcomes, self.now)

    def _save_consequences(self) -> None:
        connection, shop = self.connection, self.brain.shop
        rows = [new for event, case, effect in self.effects for new in self._outgoing(event, case, effect)]
        outbox.add(connection, shop, rows, self.now)
        released = [effect.id for _, _, effect in self.effects if isinstance(effect, ReleaseReply)]
        outbox.release(connection, shop, released)
        cancelled = [(e.id, e.why) for _, _, e in self.effects if isinstance(e, CancelReply)]
        outbox.cancel(connection, shop, cancelled, self.now)
        handoffs = [row for _, before, after in self.transitions for row in _action_rows(before, after)]
        upsert(connection, actions, _last(handoffs))
        insert_new(connection, asked, [r for _, b, a in self.transitions for r in _asked_rows(b, a, self.now)])

    def _outgoing(self, event: str, case: str, effect: Effect) -> list[outbox.New]:
        new = Outgoing(event, case, self.machine_now, self.lane_of)
        row = new.row(effect)
        return [] if row is None else [row]


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


def _message_row(
    shop: str, message: str, party: Party, case: Case, row: inbox.Row, event: events.BuyerWrote
) -> dict[str, Any]:  # fmt: skip
    return {
        "shop_id": shop,
        "id": message,
        "conversation_id": party.conversation,
        "case_id": case.id,
        "direction": "in",
        "external_id": event.external_id,
        "body": event.text,
        "media": codec.dumps(event.media),
        "edits": 0,
        "sent_at": event.sent_at,
        "stored_at": row.stored_at,
        "event_id": row.id,
    }


def _last(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The last row of each id: one statement must not touch a row twice on PostgreSQL."""
    return list({row["id"]: row for row in rows}.values())


def _action_rows(before: Case | None, after: Case) -> list[dict[str, Any]]:
    if after.handoff is None or (before is not None and before.handoff == after.handoff):
        return []
    return list(cases.handoff_rows(after, after.handoff.outcome))


def _asked_rows(before: Case | None, after: Case, at: datetime) -> list[dict[str, Any]]:
    known = () if before is None else before.asked
    effect = after.proposal.effect if after.proposal is not None else None
    return [
        {"shop_id": after.shop, "case_id": after.id, "question": question, "effect_id": effect or "", "at": at}
        for question in after.asked
        if question not in known
    ]
