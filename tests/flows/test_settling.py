"""The target for having a whole matter settled: it runs while we have something to do, else it pauses."""

from __future__ import annotations

from datetime import timedelta

from flows.case import DeadlineState, Status
from flows.deadlines import RESOLUTION
from flows.policy import Policy
from tests.flows.moves import approve, asked, delivered, no_reply, wrote
from tests.flows.play import LIN, T0, Move, Story, minutes, play

WITHIN = timedelta(hours=72)
PROMISES_NOTHING = (0.2, no_reply(LIN))  # nothing of ours is open afterwards


def _story(*more: tuple[float, Move]) -> Story:
    return play(*asked(*more), story=Story(policy=Policy(resolution=WITHIN, quiet_after=timedelta(days=14))))


def _status(story: Story) -> Status:
    return story.case.status


def test_it_runs_from_the_opening_and_only_where_the_shop_set_one() -> None:
    story = _story()

    assert (story.clock(RESOLUTION).started_at, story.clock(RESOLUTION).due_at) == (T0, T0 + WITHIN)
    assert RESOLUTION not in [d.name for d in play(*asked()).case.deadlines]


def test_while_the_buyer_has_the_word_it_costs_nothing() -> None:
    """Paused with what was left, and going on with just that."""
    story = _story((1, approve(LIN)), (2, delivered()))
    assert story.case.status is Status.WAITING
    paused_at = story.now
    assert story.clock(RESOLUTION).state is DeadlineState.STOPPED
    assert [each.name for each in story.case.paused] == [RESOLUTION]
    play((24 * 60, wrote("And?")), story=story)

    going_on = story.clock(RESOLUTION)
    assert going_on.state is DeadlineState.RUNNING
    assert going_on.due_at == story.now + (T0 + WITHIN - paused_at)
    assert going_on.started_at == T0
    assert story.case.paused == ()


def test_it_is_missed_once_and_runs_no_second_time_in_one_go() -> None:
    story = _story()
    story.wait(T0 + WITHIN + minutes(1))
    play((WITHIN.total_seconds() / 60 + 2, wrote("Hello?")), story=story)

    states = [d.state for d in story.case.deadlines if d.name == RESOLUTION]
    assert states == [DeadlineState.MISSED]


def test_a_case_that_closes_meets_it_and_one_that_opens_again_has_a_new_one() -> None:
    story = _story(PROMISES_NOTHING)
    assert _status(story) is Status.WAITING
    story.wait(story.now + timedelta(days=15))
    assert _status(story) is Status.CLOSED
    assert story.case.paused == ()
    reopened = story.now + minutes(5)
    play(((reopened - T0).total_seconds() / 60, wrote("It is me again")), story=story)

    assert story.case.status is Status.OPEN
    assert story.clock(RESOLUTION).state is DeadlineState.RUNNING
    assert story.clock(RESOLUTION).due_at == reopened + WITHIN


def test_after_a_pause_a_missed_one_is_still_over() -> None:
    """Paused, gone on, missed: the pauses before do not make it run again."""
    story = _story((1, approve(LIN)), (2, delivered()), (60, wrote("And?")))
    story.wait(story.clock(RESOLUTION).due_at + minutes(1))
    minute = (story.now - T0).total_seconds() / 60
    play((minute + 1, wrote("Hello?")), story=story)

    assert [d.state for d in story.case.deadlines if d.name == RESOLUTION][-1] is DeadlineState.MISSED


def test_a_matter_that_was_late_once_has_a_target_when_it_is_opened_again() -> None:
    story = _story()
    story.wait(T0 + WITHIN + minutes(1))
    minute = (story.now - T0).total_seconds() / 60
    play((minute + 1, no_reply(LIN)), story=story)
    story.wait(story.now + timedelta(days=15))
    assert _status(story) is Status.CLOSED
    play(((story.now - T0).total_seconds() / 60 + 5, wrote("It is me again")), story=story)

    assert story.clock(RESOLUTION).state is DeadlineState.RUNNING
    assert story.clock(RESOLUTION).due_at == story.now + WITHIN
