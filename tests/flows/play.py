"""A case played through `step` as a story: events in, decisions out, the clock stepped by hand.

The book is the real one. Everything a Context tells is kept true by a model of the outbox and of the messages;
rungs that fall due between two moves are fired in order, as the service does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.brain import load_book
from flows import events
from flows.case import AlarmState, Case, Deadline, DeadlineState, Party, Proposal
from flows.context import Context
from flows.drafting import choice_of
from flows.effects import CancelReply, Decision, ReleaseReply, SendAutomatic, SendReply, SoundAlarm, TellPerson
from flows.policy import Policy
from flows.step import new_case, step
from flows.values import Cause, derived_id
from flows.view.shown import MessageText, Shown

BOOK = load_book()
T0 = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
CHANNEL = "telegram:8001"
PARTY = Party("conversation-1", CHANNEL, f"{CHANNEL}:42")
LIN, BEN, ADA = "U0LIN", "U0BEN", "U0ADA"
ORDER = "114-1234567-7654321"

Move = Callable[["Story"], events.Event]


@dataclass(slots=True)
class Story:
    """One case so far. `outbox` is each reply's state by id, `texts` and `messages` are bodies by id."""

    policy: Policy = Policy()
    staff: tuple[str, ...] = (LIN, BEN, ADA)
    leads: tuple[str, ...] = (ADA,)
    blocked: tuple[str, ...] = ()
    now: datetime = T0
    maybe_case: Case | None = None
    decisions: list[Decision] = field(default_factory=list)
    outbox: dict[str, str] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    messages: dict[str, MessageText] = field(default_factory=dict)
    message_ids: dict[str, str] = field(default_factory=dict)
    count: int = 0

    # --- moving on -----------------------------------------------------------------------------------------

    def happens(self, event: events.Event) -> Decision:
        """Advance the case by this event, now."""
        cause = self._cause()
        context = self._context(event, cause)
        case = self.maybe_case or new_case(self.now, "default", context, cause, self.policy)
        decision = step(self.now, BOOK, self.policy, context, case, cause, event)
        self._keep(event, context, cause, decision)
        return decision

    def wait(self, until: datetime) -> None:
        """Step the clock, firing every rung that falls due on the way."""
        while (due := self._next_rung()) is not None and due[1].at <= until:
            deadline, alarm = due
            self.now = max(self.now, alarm.at)
            self.happens(events.AlarmDue(self.case.id, deadline.id, deadline.due_at, alarm.rung, 0.0))
        self.now = until

    def platform_takes(self) -> None:
        """The delivery claims the released reply: from here on it cannot be taken back."""
        effect = self.current.effect or ""
        assert self.outbox[effect] == "pending"
        self.outbox[effect] = "sending"

    def _next_rung(self) -> tuple[Deadline, object] | None:  # type: ignore[return]
        ...

    # --- what a context tells ------------------------------------------------------------------------------

    def _cause(self) -> Cause:
        self.count += 1
        head = f"{int(self.now.timestamp() * 1000):012x}"
        return Cause(f"{head[:8]}-{head[8:]}-7000-8000-{self.count:012x}", self.now, f"salt-{self.count}")

    def _context(self, event: events.Event, cause: Cause) -> Context: ...
