"""The ladder as a machine: whatever people, marketplaces, calendars and outages do, in whatever order, the alarms
of every clock are never silent, never twice, in order, and fire by the clock as it stands at that instant.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from msgspec import structs

from flows import events
from flows.case import AlarmState, Case, Deadline, DeadlineKind, DeadlineState
from flows.effects import SoundAlarm
from flows.noticing import rung_of
from flows.policy import Policy
from flows.staffing import Staffed
from tests.flows.moves import no_reply, opened, read, wrote
from tests.flows.play import LIN, Move, Story, minutes
from tests.flows.test_ladder import daily
from tests.flows.test_step_properties import is_rung
from tests.flows.test_timeline import ON_AMAZON, said

SHOPS = (None, Staffed((daily(),)), Staffed((daily(9, 17, zone="Asia/Shanghai"), daily(13, 15, (5,)))))
SAID = ("inr_opened", "return_request", "cancel_request", "escalated", "full_refund", "request_closed")
WAITS = st.sampled_from((1.0, 7.0, 55.0, 240.0, 1440.0, 4000.0))  # minutes


class Ladders(RuleBasedStateMachine):
    """One case. What sounds is compared with the clock as it stood right then, and written down."""

    def __init__(self) -> None:
        super().__init__()
        self.story = Story(party=ON_AMAZON)
        self.sounded: list[tuple[Deadline, str]] = []
        self.instants: list[datetime] = []
        self.fired: list[events.AlarmDue] = []

    @initialize(shop=st.sampled_from(SHOPS), claim=st.booleans())
    def begins(self, shop: Staffed | None, claim: bool) -> None:
        self.story.policy = Policy(staffed=shop)
        self.moves(opened(LIN) if claim else wrote())

    # --- what may happen ------------------------------------------------------------------------------------

    @rule()
    def the_buyer_writes(self) -> None:
        self.moves(wrote())

    @precondition(lambda self: self.story.ids)
    @rule()
    def the_message_is_read(self) -> None:
        self.moves(read())

    @rule()
    def no_answer_is_needed(self) -> None:
        self.moves(no_reply(LIN))

    @rule(event=st.sampled_from(SAID), ago=st.integers(0, 100), due=st.none() | st.integers(1, 200))
    def a_marketplace_speaks(self, event: str, ago: int, due: int | None) -> None:
        """Late, again with another instant, with a due time of its own: the clock moves, ends or begins."""
        now = self.story.now
        due_at = None if due is None else now + timedelta(hours=due)
        self.happens(said(event, at=now - timedelta(hours=ago), due=due_at))

    @rule(shop=st.sampled_from(SHOPS))
    def the_shops_hours_change(self, shop: Staffed | None) -> None:
        self.story.policy = replace(self.story.policy, staffed=shop)
        self.happens(events.RulesChanged(self.story.case.id, ("shop",)))

    @rule(pick=st.integers(0, 200))
    def somebody_acknowledges(self, pick: int) -> None:
        rungs = [(d.id, a.rung) for d in self.clocks() for a in d.alarms]
        self.happens(events.Acknowledged(self.story.case.id, LIN, *rungs[pick % len(rungs)]))

    @rule(wait=WAITS)
    def time_passes(self, wait: float) -> None:
        """Each rung fires at its instant."""
        until = self.story.now + minutes(wait)
        while (event := self.next_due(until)) is not None:
            self.fires(event)
        self.story.now = until

    @rule(wait=WAITS, away=st.booleans())
    def nobody_was_there(self, wait: float, away: bool) -> None:
        """All that fell due meanwhile fires at once, in its order: told as a time away, or merely late."""
        since = self.story.now
        self.story.now = since + minutes(wait)
        while (event := self.next_due(self.story.now)) is not None:
            told = (since, self.story.now) if away and wait > 5 else None
            self.fires(structs.replace(event, away=told))

    @precondition(lambda self: self.fired)
    @rule(pick=st.integers(1, 6))
    def an_instant_fires_again(self, pick: int) -> None:
        """A repeat, or the timer of a clock that was moved or stopped since."""
        self.happens(self.fired[-min(pick, len(self.fired))])

    @rule(pick=st.integers(0, 500))
    def an_instant_of_another_due_time_fires(self, pick: int) -> None:
        rungs = [(d, a.rung) for d in self.clocks() for a in d.alarms]
        deadline, rung = rungs[pick % len(rungs)]
        before = len(self.sounded)
        self.happens(events.AlarmDue(self.story.case.id, deadline.id, deadline.due_at - minutes(1), rung, 0.0))
        assert len(self.sounded) == before

    # --- what must hold -------------------------------------------------------------------------------------

    @invariant()
    def never_silent(self) -> None:
        """What was due has sounded or says why not, and no clock outlives its end."""
        for deadline in self.clocks():
            over = deadline.state is not DeadlineState.RUNNING or deadline.due_at <= self.story.now
            assert deadline.state is not DeadlineState.RUNNING or deadline.due_at > self.settled_until()
            for alarm in deadline.alarms:
                if alarm.at <= self.settled_until() or (over and deadline.state is not DeadlineState.RUNNING):
                    heard = any(d.id == deadline.id and rung == alarm.rung for d, rung in self.sounded)
                    assert heard or alarm.reason, (deadline.name, alarm)

    @invariant()
    def never_twice(self) -> None:
        """Neither by its clock, nor by another one that was counted anew to the same instant."""
        by_clock = Counter((deadline.id, rung) for deadline, rung in self.sounded)
        anew = Counter((d.name, d.started_at, d.due_at, rung) for d, rung in self.sounded if d.state is RUNNING)
        at_once = Counter((deadline.id, at) for (deadline, _), at in zip(self.sounded, self.instants, strict=True))
        assert not [key for key, count in by_clock.items() if count > 1]
        assert not [key for key, count in at_once.items() if count > 1], "the latest speaks for those before it"
        assert not [key for key, count in anew.items() if count > 1]

    @invariant()
    def in_order(self) -> None:
        """A more urgent rung is never followed by a less urgent one of the same clock; and no instant is moved."""
        for deadline in self.clocks():
            assert list(deadline.alarms) == sorted(deadline.alarms, key=lambda alarm: alarm.at)
            order = [alarm.rung for alarm in deadline.alarms]
            said_so = [order.index(rung) for d, rung in self.sounded if d.id == deadline.id]
            assert said_so == sorted(said_so)

    # --- the machine's own hands ----------------------------------------------------------------------------

    def clocks(self) -> list[Deadline]:
        known: Case | None = self.story.known
        return [] if known is None else [d for d in known.deadlines if d.kind is not DeadlineKind.REMINDER]

    def settled_until(self) -> datetime:
        """Everything due before this instant has fired."""
        waiting = [alarm.at for _, alarm in self.story.waiting()]
        return min([self.story.now, *(at - timedelta(microseconds=1) for at in waiting)])

    def next_due(self, until: datetime) -> events.AlarmDue | None:
        found = min(self.story.waiting(), key=lambda each: each[1].at, default=None)
        if found is None or found[1].at > until:
            return None
        deadline, alarm = found
        self.story.now = max(self.story.now, alarm.at)
        return events.AlarmDue(self.story.case.id, deadline.id, deadline.due_at, alarm.rung, 0.0)

    def fires(self, event: events.AlarmDue) -> None:
        if any(deadline.id == event.deadline for deadline in self.clocks()):
            self.fired.append(event)
        self.happens(event)

    def moves(self, move: Move) -> None:
        self.happens(move(self.story) if callable(move) else move)

    def happens(self, event: events.CaseEvent) -> None:
        """One step; what it sounds must be due by the clock as it stood before it: read again, at that instant."""
        before = {} if self.story.known is None else {d.id: d for d in self.story.known.deadlines}
        decision = self.story.happens(event)
        for effect in decision.effects:
            # Calls of a climb come by its own timer; what sounds by a rung's own instant is the rung.
            if isinstance(effect, SoundAlarm) and (not effect.again or is_rung(event, effect)):
                assert isinstance(event, events.AlarmDue)
                deadline = before[effect.deadline]
                alarm = rung_of(deadline, effect.rung)
                assert deadline.state is RUNNING
                assert deadline.due_at == event.due_at
                assert alarm is not None
                assert alarm.state is AlarmState.WAITING
                assert alarm.at <= self.story.now
                self.sounded.append((deadline, effect.rung))
                self.instants.append(self.story.now)


RUNNING = DeadlineState.RUNNING
TestLadders = Ladders.TestCase
TestLadders.settings = settings(max_examples=150, stateful_step_count=30, deadline=None, derandomize=True)
