"""Words promised by a date: their clock, and the draft that keeps the promise."""

from __future__ import annotations

from datetime import timedelta

import pytest

from flows import deadlines
from flows.case import DeadlineState, ProposalState, Situation, Status
from flows.deadlines import PROMISED_ACT
from flows.policy import Policy
from tests.flows.moves import (
    approve,
    choose,
    delivered,
    know,
    no_reply,
    read,
    wrote,
)
from tests.flows.play import LIN, Story, play
from tests.flows.promises import damaged


def test_what_is_promised_for_silence_is_what_the_text_says() -> None:
    """ "We make you our proposal by ..." is words by a date, and no refund."""
    story = damaged(return_cost="too_high", order_value="24.90 EUR")
    play((2, approve(LIN)), (3, delivered()), story=story)

    assert "we make you our proposal by" in story.draft
    assert [d.name for d in story.case.running()] == [deadlines.PROMISED_UPDATE]
    assert story.case.actions == ()


def test_the_offered_part_is_sent_where_nothing_is_said() -> None:
    story = damaged(part_stock="yes", value_class="expensive")
    play((1.5, choose(LIN, Situation.MISSING_PART)), (2, approve(LIN)), (3, delivered()), story=story)

    assert "If we do not hear from you, we send you the part by" in story.draft
    assert [(a.kind, a.unless) for a in story.case.actions] == [("send_part", True)]


def test_the_promised_words_come_up_when_there_is_something_to_say() -> None:
    """We wrote that we would write again: what changes the advice is put before staff, with nobody asking."""
    story = damaged(return_cost="too_high", wish="partial_refund")
    play((2, approve(LIN)), (3, delivered()), story=story)
    assert (story.case.branch, story.case.status) == ("fix.partial_unknown", Status.WAITING)

    play((60, know(LIN, refund_amount="30 EUR")), story=story)
    assert (story.proposal.key, story.case.status) == ("fix.partial_amount", Status.OPEN)
    assert "€30.00 of the price" in story.draft
    play((61, approve(LIN)), (62, delivered()), story=story)
    assert [d.name for d in story.case.running()] == [PROMISED_ACT]


@pytest.mark.parametrize("minute", [61, 500, 3000])
def test_a_draft_that_answers_nobody_can_be_approved_later(minute: float) -> None:
    """Its dates do not move with every look at it."""
    story = damaged(return_cost="too_high", wish="partial_refund")
    play((2, approve(LIN)), (3, delivered()), (60, know(LIN, refund_amount="30 EUR")), story=story)
    play((minute, approve(LIN)), story=story)

    assert story.proposal.state is ProposalState.HELD


def test_an_amount_that_nobody_entered_is_not_set_by_its_name() -> None:
    """A stray fact of this name would have the text name an amount that there is not."""
    story = damaged(return_cost="too_high", wish="partial_refund", amount_set="yes")

    assert story.case.branch == "fix.partial_unknown"


def test_facts_that_change_no_advice_bring_no_draft() -> None:
    story = damaged(return_cost="too_high", wish="partial_refund")
    play((2, approve(LIN)), (3, delivered()), (60, know(LIN, order_value="90 EUR")), story=story)

    assert story.proposal.state is ProposalState.DELIVERED


def test_words_that_staff_leave_unsaid_do_not_come_back() -> None:
    story = damaged(return_cost="too_high", wish="partial_refund")
    play((2, approve(LIN)), (3, delivered()), (60, know(LIN, refund_amount="30 EUR")), (61, no_reply(LIN)),
         (62, know(LIN, order_value="90 EUR")), story=story)  # fmt: skip

    assert story.case.proposal is None
    assert [d.name for d in story.case.running()] == [deadlines.PROMISED_UPDATE], "the buyer waits for it still"


@pytest.mark.parametrize("hours", [12, 24, 48, 240])
def test_silence_leaves_time_to_keep_the_date(hours: int) -> None:
    """ "In any case you have our solution by ...": the next offer comes up before that, whatever the shop says."""
    story = Story(policy=Policy(update_within=timedelta(hours=hours)))
    play((0, wrote("No sound")), (0.1, read(Situation.DEFECTIVE)), (1, know(LIN, symptom="no_function")),
         (2, approve(LIN)), (3, delivered()), story=story)  # fmt: skip

    update, wait = story.clock(deadlines.PROMISED_UPDATE), story.clock(deadlines.NO_ANSWER)
    assert update.state is DeadlineState.RUNNING
    assert wait.due_at <= min(story.now + timedelta(hours=24), update.due_at - timedelta(hours=hours) / 5)
