"""Rules, calendars or hours changed: the clocks move with their ladders, nothing is lost or sounds twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from msgspec.structs import replace

from flows.case import AlarmState, Deadline, DeadlineState, Explanation
from flows.deadlines import COUNTED_ANEW, FIRST_ANSWER
from flows.events import RulesChanged
from flows.policy import Policy
from flows.recounting import Move, moves
from flows.rules.ladders import Rung
from tests.flows.moves import answered, approve, asked, opened, read, wrote
from tests.flows.play import BOOK, LIN, T0, Story, play

HOUR = timedelta(hours=1)
SHOP = ("shop",)


def found(story: Story) -> list[Move]:
    return list(moves(BOOK, story.policy, story.case, story.now, SHOP))


def changes(story: Story, **policy: object) -> None:
    """The shop file is another from now on, and the case is asked to follow."""
    story.policy = Policy(**policy)  # type: ignore[arg-type] # fields of a policy
    story.happens(RulesChanged(story.case.id, SHOP))


def running(story: Story) -> Deadline:
    return next(d for d in story.case.deadlines if d.name == FIRST_ANSWER and d.state is DeadlineState.RUNNING)


def waiting() -> Story:
    """A buyer who named no order waits for an answer: our own target runs alone."""
    return play((0, wrote("Where is it?")), (0.01, read(order=None)))


def _stories() -> Iterator[Story]:
    yield play(*asked())
    yield play(*asked((5, approve(LIN))))
    yield play(*answered(LIN))
    yield play((0, opened(LIN)))


@pytest.mark.parametrize("number", range(4))
def test_while_nothing_changed_nothing_moves(number: int) -> None:
    """At any moment of a ladder: what was heard, was overtaken or is to come is counted as it was."""
    story = list(_stories())[number]
    for hour in range(50):
        story.wait(T0 + hour * HOUR)
        assert found(story) == [], hour
        before = story.case
        story.happens(RulesChanged(story.case.id, ("rules",)))
        assert replace(before, revision=story.case.revision) == story.case


def test_a_shorter_target_brings_the_clock_forward_with_its_ladder() -> None:
    """The old clock ends with the reason, its rungs too; the new one says from when it moved, and why."""
    story = waiting()
    story.wait(T0 + HOUR)
    changes(story, first_answer=10 * HOUR)

    old, new = (d for d in story.case.deadlines if d.name == FIRST_ANSWER)
    assert (old.state, old.ended_why) == (DeadlineState.STOPPED, COUNTED_ANEW)
    assert {alarm.reason for alarm in old.alarms} == {COUNTED_ANEW}
    assert (new.started_at, new.due_at, new.state) == (T0, T0 + 10 * HOUR, DeadlineState.RUNNING)
    assert new.explanation is not None
    assert new.explanation.moved is not None
    assert (new.explanation.moved.was_due_at, new.explanation.moved.changed) == (T0 + 24 * HOUR, SHOP)
    assert "recounted" in story.lines
    story.wait(T0 + 30 * HOUR)
    assert [name for name, _ in story.sounded] == ["remind", "warn_owner", "page_lead", "missed"]


def test_a_longer_target_arms_the_whole_ladder_for_the_new_instant() -> None:
    """Invariant 8 is for each due instant: what sounded was for another one."""
    story = waiting()
    story.wait(T0 + 21 * HOUR)
    changes(story, first_answer=48 * HOUR)
    story.wait(T0 + 60 * HOUR)

    assert [name for name, _ in story.sounded] == [
        "remind", "warn_owner", "remind", "warn_owner", "page_lead", "missed"
    ]  # fmt: skip


def test_what_had_its_say_is_not_said_again_for_an_instant_that_is_over() -> None:
    """Moved forward by an hour: the owner was warned, and that is behind both clocks."""
    story = waiting()
    story.wait(T0 + 21 * HOUR)
    changes(story, first_answer=23 * HOUR)
    story.wait(T0 + 30 * HOUR)

    assert [name for name, _ in story.sounded] == ["remind", "warn_owner", "page_lead", "missed"]
    assert {a.rung: a.state for a in story.clock(FIRST_ANSWER).alarms}["warn_owner"] is AlarmState.SKIPPED


def test_a_clock_that_becomes_late_by_it_sounds_once() -> None:
    """Three rungs and the deadline itself lie behind us at once: the last one speaks for all."""
    story = waiting()
    story.wait(T0 + 6 * HOUR)
    story.policy = Policy(first_answer=5 * HOUR)
    [move] = found(story)
    assert move.becomes_late
    changes(story, first_answer=5 * HOUR)
    story.wait(T0 + 30 * HOUR)

    assert [name for name, _ in story.sounded] == ["missed"]
    assert all(alarm.state is not AlarmState.WAITING for alarm in story.clock(FIRST_ANSWER).alarms)


def test_what_the_platform_said_is_never_touched() -> None:
    """Its own due time wins over whatever a rule would make of it."""
    story = waiting()
    clock = running(story)
    assert clock.explanation is not None
    assert clock.explanation.reckoning is not None
    said = replace(clock.explanation.reckoning, platform_at=clock.due_at)
    given = replace(clock, explanation=replace(clock.explanation, reckoning=said))
    story.known = replace(story.case, deadlines=tuple(given if d is clock else d for d in story.case.deadlines))
    changes(story, first_answer=2 * HOUR)

    assert running(story) == given


def test_another_ladder_moves_alarms_and_no_due_time() -> None:
    """A shop that wants to be warned earlier: the rungs to come move, what sounded stays said."""
    story = waiting()
    story.wait(T0 + 13 * HOUR)  # the reminder has sounded
    early = tuple(Rung(name, timedelta(hours=h)) for name, h in (("remind", 9), ("warn_owner", 6), ("missed", 0)))
    story.policy = Policy(ladders={"first_answer": early})
    [move] = found(story)
    assert not move.is_moved
    changes(story, ladders={"first_answer": early})
    story.wait(T0 + 30 * HOUR)

    assert [name for name, _ in story.sounded] == ["remind", "warn_owner", "missed"]
    assert "recounted" not in story.lines


def test_a_promise_is_nobodys_rule() -> None:
    """What a person approved and the buyer read stands."""
    story = play(*answered(LIN))
    before = story.case.deadlines
    changes(story, first_answer=HOUR, update_within=HOUR)

    assert story.case.deadlines == before


def test_a_released_rows_explanation_has_never_moved() -> None:
    """Rows of the first releases know nothing of it."""
    known = running(waiting()).explanation
    assert isinstance(known, Explanation)
    assert known.moved is None
