"""A case played through `step` as a story: events in, decisions out, the clock stepped by hand.

The book is the real one. What a Context tells is kept true by a model of the outbox and of the messages; rungs
that fall due between two moves are fired in order, as the service does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from bot.brain import load_book
from flows import choosing, events
from flows.action import Entry
from flows.case import Alarm, AlarmState, Case, Deadline, DeadlineState, Party, Proposal
from flows.context import Context
from flows.effects import CancelReply, Decision, Effect, ReleaseReply, SendReply, SoundAlarm, TellPerson
from flows.known import choice_of
from flows.order import Order
from flows.policy import Policy
from flows.step import new_case, step
from flows.values import Cause, derived_id
from flows.view.shown import Correspondent, MessageText, Shown
from flows.work import Work

BOOK = load_book()
T0 = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
CHANNEL = "telegram:8001"
PARTY = Party("conversation-1", CHANNEL, f"{CHANNEL}:42")
OTHER = Party("conversation-2", CHANNEL, f"{CHANNEL}:77")  # somebody who names the same order
E = TypeVar("E")
LIN, BEN, ADA = "U0LIN", "U0BEN", "U0ADA"  # two at the desk and their lead


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


@dataclass(slots=True)
class Story:
    """One case so far. `outbox` is each reply's state by id; `texts` and `messages` are bodies by id."""

    policy: Policy = field(default_factory=Policy)
    now: datetime = T0
    staff: tuple[str, ...] = (LIN, BEN, ADA)
    leads: tuple[str, ...] = (ADA,)
    blocked: tuple[str, ...] = ()
    known: Case | None = None
    decisions: list[Decision] = field(default_factory=list)
    history: list[events.CaseEvent] = field(default_factory=list)
    outbox: dict[str, str] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    messages: dict[str, MessageText] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    order: Order | None = None
    ledger: tuple[Entry, ...] = ()
    party: Party = PARTY
    is_known: bool = False  # the order was talked of in that conversation before
    cause: Cause = field(default_factory=lambda: Cause("", T0, ""))
    context: Context = field(default_factory=Context)

    # --- moving on -----------------------------------------------------------------------------------------

    def happens(self, event: events.CaseEvent) -> Decision:
        """Advance the case by this event, now."""
        self.cause = self._next_cause()
        self.context = self._context_of(event)
        case = self.known or new_case(self.now, "default", self.context, self.cause, self.policy)
        decision = step(self.now, BOOK, self.policy, self.context, case, self.cause, event)
        self.known = decision.case
        self.decisions.append(decision)
        self.history.append(event)
        self.texts |= {text.ref.id: text.body for text in decision.texts}
        for effect in decision.effects:
            self._track(effect)
        return decision

    def wait(self, until: datetime) -> None:
        """Step the clock, firing every rung that falls due on the way, each at its instant."""
        while (due := min(self.waiting(), key=lambda rung: rung[1].at, default=None)) and due[1].at <= until:
            deadline, alarm = due
            self.now = max(self.now, alarm.at)
            self.happens(events.AlarmDue(self.case.id, deadline.id, deadline.due_at, alarm.rung, 0.0))
        self.now = max(self.now, until)

    def waiting(self) -> Iterator[tuple[Deadline, Alarm]]:
        """The rungs still to come."""
        for deadline in self.known.deadlines if self.known else ():
            if deadline.state is DeadlineState.RUNNING:
                yield from ((deadline, alarm) for alarm in deadline.alarms if alarm.state is AlarmState.WAITING)

    def platform_takes(self) -> str:
        """The delivery claims the released reply: from now on it cannot be taken back. Answers its id."""
        effect = self.proposal.effect or ""
        assert self.outbox[effect] == "pending"
        self.outbox[effect] = "sending"
        return effect

    # --- what a context tells ------------------------------------------------------------------------------

    def _next_cause(self) -> Cause:
        head = f"{int(self.now.timestamp() * 1000):012x}"
        count = len(self.decisions) + 1
        order = f"{count:06x}"
        id = f"{head[:8]}-{head[8:]}-7{order[:3]}-8{order[3:]}-{0:012x}"
        return Cause(id, self.now, f"salt {count}")

    def _context_of(self, event: events.CaseEvent) -> Context:
        proposal = self.known.proposal if self.known is not None else None
        effect = self.outbox.get(proposal.effect) if proposal is not None and proposal.effect else None
        message = self._message_of(event)
        return Context(
            party=self._party_of(event),
            message=message,
            sent_at=self.messages[message].sent_at if message in self.messages else None,
            number=1,
            effect=effect,
            blocked=self.blocked if isinstance(event, events.Approved | events.DraftEdited) else (),
            staff=self.staff,
            leads=self.leads,
            why_joined="first contact",
            order=self.order,
            ledger=self.ledger,
        )

    def _party_of(self, event: events.CaseEvent) -> Party | None:
        if isinstance(event, events.ParcelDue):
            return self.party if self.is_known else None
        if not isinstance(event, events.BuyerEvent) or event.buyer is None:
            return None
        return OTHER if OTHER.lane.endswith(f":{event.buyer.address}") else self.party

    def _message_of(self, event: events.CaseEvent) -> str | None:
        """Our id of the message; a written one is kept, an edited one changed, as the store does."""
        match event:
            case events.BuyerWrote():
                message = self.ids.setdefault(event.external_id, derived_id(self.cause.id, "message"))
            case events.BuyerEdited() if event.external_id in self.ids:
                message = self.ids[event.external_id]
            case events.BuyerPressed():
                message = derived_id(self.cause.id, "message")
                chosen = choosing.tapped(self.case, event.data)
                self.messages[message] = MessageText(chosen[1] if chosen else "", (), self.now)
                return message
            case events.Recognised(message=message):
                return message
            case _:
                return None
        kinds = tuple(media.kind for media in event.media)
        self.messages[message] = MessageText(event.text, kinds, event.sent_at)
        return message

    def _track(self, effect: Effect) -> None:
        match effect:
            case SendReply(id):
                self.outbox[id] = "held"
            case ReleaseReply(id):
                self.outbox[id] = "pending" if self.outbox[id] == "held" else self.outbox[id]
            case CancelReply(id):
                self.outbox[id] = "cancelled" if self.outbox[id] in ("held", "pending") else self.outbox[id]
            case _:
                pass

    # --- what a story is asked -----------------------------------------------------------------------------

    @property
    def case(self) -> Case:
        assert self.known is not None, "nothing has happened yet"
        return self.known

    @property
    def proposal(self) -> Proposal:
        assert self.case.proposal is not None, "there is no draft"
        return self.case.proposal

    @property
    def handoff(self) -> Proposal:
        assert self.case.handoff is not None, "nothing is to be submitted by hand"
        return self.case.handoff

    @property
    def last(self) -> Decision:
        return self.decisions[-1]

    @property
    def draft(self) -> str:
        """The text as staff see it."""
        return self.texts[self.proposal.text.id]

    @property
    def queued(self) -> list[str]:
        """The texts queued for the buyer so far, receipts apart."""
        return [self.texts[effect.text.id] for effect in self.effects(SendReply)]

    @property
    def told(self) -> list[tuple[str, str]]:
        """(person, answer) of everything that was answered to somebody's click."""
        return [(effect.person, effect.line.key) for effect in self.effects(TellPerson)]

    @property
    def sounded(self) -> list[tuple[str, tuple[str, ...]]]:
        """(rung, who was mentioned), in order."""
        return [(effect.rung, effect.people) for effect in self.effects(SoundAlarm) if not effect.again]

    @property
    def lines(self) -> list[str]:
        """The keys of the thread's lines."""
        return [line.key for decision in self.decisions for line in decision.lines]

    def effects(self, kind: type[E]) -> list[E]:
        return [effect for decision in self.decisions for effect in decision.effects if isinstance(effect, kind)]

    def clock(self, name: str) -> Deadline:
        """The newest clock of this name."""
        return [deadline for deadline in self.case.deadlines if deadline.name == name][-1]

    def look(self) -> Work:
        """The case as a dialog reads it: to look at, and to throw away."""
        return Work(self.now, BOOK, self.policy, self.context, self.cause, self.case)

    def shown(self) -> Shown:
        """The case with all that a view of it needs."""
        return Shown(
            case=self.case,
            now=self.now,
            policy=self.policy,
            book=BOOK,
            choice=choice_of(BOOK, self.case, self.now),
            texts=self.texts,
            messages=self.messages,
            people={party.conversation: Correspondent("Sofía", "Telegram") for party in self.case.parties},
            ledger=self.ledger,
        )


Move = Callable[[Story], events.CaseEvent] | events.CaseEvent


def play(*moves: tuple[float, Move], story: Story | None = None) -> Story:
    """Fold (minute, move) through `step`, from the story so far or from nothing."""
    played = story or Story()
    for minute, move in moves:
        played.wait(T0 + minutes(minute))
        played.happens(move(played) if callable(move) else move)
    return played
