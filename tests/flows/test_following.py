"""After it is done and told: whether it helped, and where the goods are that come back."""

from __future__ import annotations

from dataclasses import replace as with_policy
from datetime import timedelta

import pytest

from bot.guarding import findings
from flows import promising
from flows.case import Came, DeadlineState, ProposalState, Situation, Status, Telling
from flows.deadlines import FOLLOW_UP
from flows.policy import Policy
from flows.view.card import card
from tests.flows.drawing import card as drawn
from tests.flows.moves import (
    approve,
    blocked,
    delivered,
    edit,
    know,
    read,
    submit,
    tap,
    wrote,
)
from tests.flows.play import BEN, BOOK, LIN, Move, play
from tests.flows.promises import DAY, INVOICE_TOO, asked_after, damaged, kept, labelled, promised

# --- followed up -------------------------------------------------------------------------------------------------


def test_some_days_later_the_buyer_is_asked_once_whether_it_is_solved() -> None:
    story = kept()
    assert story.clock(FOLLOW_UP).due_at == story.now + timedelta(days=5)
    story.wait(story.clock(FOLLOW_UP).due_at)

    assert story.case.to_tell == (Telling.FOLLOW_UP,)
    assert (story.proposal.key, story.proposal.asks) == ("follow.solved", ("solved",))
    assert [words for _, words in story.proposal.choices] == ["Yes, all is well", "No, not yet"]
    assert "Is it solved?" in drawn(card(story.shown()))
    assert findings(story.draft, story.case) == ()


def test_no_case_is_closed_for_quiet_before_it_was_asked() -> None:
    """A shop may ask after two months."""
    story = kept(policy=Policy(follow_up_after=timedelta(days=60)))
    story.wait(story.clock(FOLLOW_UP).due_at)

    assert story.case.status is Status.OPEN
    assert story.proposal.key == "follow.solved"


def test_silence_to_it_closes_the_case_as_any_quiet() -> None:
    """It is asked once; no next offer is made to who does not answer."""
    story = asked_after()
    story.wait(story.now + timedelta(days=15))

    assert (story.case.status, story.case.closed_why) == (Status.CLOSED, "quiet")
    assert "no_answer" not in story.lines
    assert len([text for text in story.queued if "we would like to know" in text]) == 1


def test_a_claim_that_was_decided_for_us_is_followed_up() -> None:
    """Seed 001, step 6: until the buyer agrees. Nothing was promised, and it may be open all the same."""
    assert BOOK.replies.keys() >= promising.DECIDED
    story = play(
        (0, wrote("I opened a claim")), (0.1, read(Situation.CLAIM)), (1, know(LIN, proof_of_delivery="yes")),
        (2, approve(BEN)), (3, submit(BEN)), (4, approve(BEN)), (5, delivered()),
        (DAY, know(LIN, decision="for_us")), (DAY + 1, approve(LIN)), (DAY + 2, delivered()),
    )  # fmt: skip

    assert story.proposal.key == "claim.won"
    assert story.clock(FOLLOW_UP).due_at == story.now + timedelta(days=5)


def test_who_cannot_be_reached_is_not_asked() -> None:
    story = kept((100, blocked()))
    story.wait(story.now + timedelta(days=60))

    assert story.case.to_tell == ()
    assert story.case.status is Status.CLOSED


def test_a_parcel_gets_the_time_that_a_parcel_takes() -> None:
    story = promised(
        (60, submit(BEN, "DHL 1")), (61, approve(LIN)), (62, delivered()), tracking="stuck", wish="reship"
    )  # fmt: skip

    assert story.clock(FOLLOW_UP).due_at == story.now + timedelta(days=12)


def test_a_shop_that_wants_no_question_has_none() -> None:
    story = kept(policy=with_policy(Policy(), follow_up_after=timedelta()))

    assert not [d for d in story.case.deadlines if d.name == FOLLOW_UP]


def test_nobody_asks_while_we_talk_anyway() -> None:
    """A message waits for its answer first; the question comes as many days later."""
    story = kept((5 * DAY, wrote("by the way")))
    story.wait(story.clock(FOLLOW_UP).due_at)

    assert story.case.to_tell == ()
    assert story.clock(FOLLOW_UP).state is DeadlineState.RUNNING


@pytest.mark.parametrize(
    "yes", [tap("solved"), wrote("Yes, thank you!"), wrote("Sí, todo bien"), wrote("解决了，谢谢")]
)
def test_yes_closes_the_case(yes: Move) -> None:
    """By a tap or by a short word; nobody has to answer it."""
    story = asked_after((10, yes))

    assert (story.case.status, story.case.closed_why) == (Status.CLOSED, "solved")
    assert story.case.unanswered == ()
    assert "solved" in story.lines
    assert story.case.questions[-1].came in (Came.CHOSEN, Came.WROTE)
    assert story.case.cause is not None


@pytest.mark.parametrize("yes", [tap("solved"), wrote("Yes, thank you!")])
def test_yes_closes_nothing_while_something_is_left_to_do(yes: Move) -> None:
    """The refund is done; the invoice is not. People see the yes and go on."""
    story = promised(*INVOICE_TOO, (70, submit(BEN, "Refund 55")), (71, approve(LIN)), (72, delivered()))
    play((80, submit(BEN, "sent")), (81, approve(LIN)), (82, delivered()), story=story)
    story.wait(story.clock(FOLLOW_UP).due_at)
    at = 5 * DAY + 90
    play((at, approve(LIN)), (at + 1, delivered()), (at + 2, wrote("One more thing:")), story=story)
    play((at + 3, yes), story=story)

    assert story.case.status is Status.OPEN
    assert len(story.case.unanswered) == 2
    assert story.lines.count("buyer_wrote") + story.lines.count("buyer_chose") == 4


@pytest.mark.parametrize(
    "no",
    [
        [tap("unsolved")],
        [wrote("not yet"), read(Situation.UNSURE)],
        [wrote("Nein, leider nicht"), read(Situation.UNSURE)],
    ],
)
def test_no_brings_the_next_step(no: list[Move]) -> None:
    """The wish that was carried out did not help, and guides no more; nothing that was done is promised again."""
    story = asked_after(*((10, move) for move in no))

    assert "unsolved" in story.lines
    assert len(story.case.unanswered) == 1
    assert story.case.fact("wish") is None
    assert (story.proposal.state, story.proposal.key) == (ProposalState.OFFERED, "rst.paid")


def test_after_a_replacement_no_brings_another_offer() -> None:
    story = promised(
        (60, submit(BEN, "DHL 1")), (61, approve(LIN)), (62, delivered()), tracking="stuck", wish="reship"
    )  # fmt: skip
    story.wait(story.clock(FOLLOW_UP).due_at)
    at = 13 * DAY
    play((at, approve(LIN)), (at + 1, delivered()), (at + 10, tap("unsolved")), story=story)

    assert (story.case.branch, story.proposal.asks) == ("inr.stuck", ("wish",))


def test_a_longer_answer_is_for_people() -> None:
    story = asked_after((10, wrote("Yes, but now the second lamp is broken as well")))

    assert story.case.status is Status.OPEN
    assert len(story.case.unanswered) == 1


def test_an_edited_question_is_still_the_same_question() -> None:
    """The buttons below it ask it, whatever a person makes of the words."""
    story = kept()
    story.wait(story.clock(FOLLOW_UP).due_at)
    play((5 * DAY + 70, edit(LIN, "Did it all work out?")), story=story)

    assert story.proposal.asks == ("solved",)


# --- what comes back ---------------------------------------------------------------------------------------------


def test_goods_that_are_back_are_paid_for_without_being_asked() -> None:
    """ "When the parcel is with us, you get your money back." """
    story = labelled()
    assert story.case.status is Status.WAITING
    assert "without the parcel by 2026-12-13 10:02 UTC we ask where it is" in drawn(card(story.shown()))
    play((9 * DAY, know(LIN, return_state="arrived_whole")), story=story)

    assert (story.case.to_tell, story.case.status) == ((Telling.RETURNED,), Status.OPEN)
    assert (story.proposal.key, story.proposal.action) == ("ret.refund_now", "refund")
    play((9 * DAY + 1, approve(LIN)), (9 * DAY + 2, delivered()), story=story)
    assert "refund the order, 90.00 EUR" in drawn(card(story.shown()))
    play((9 * DAY + 60, submit(BEN, "Refund 8")), story=story)
    assert story.proposal.key == "done.refund"


def test_goods_that_do_not_come_back_are_asked_after() -> None:
    """Nobody is asked whether all is well who has neither goods nor money."""
    story = labelled()
    story.wait(story.clock(FOLLOW_UP).due_at)

    assert (story.case.fact("return_state"), story.proposal.key) == ("never_came", "ret.ask_tracking")
    assert story.proposal.asks == ("tracking",)


def test_what_staff_know_of_the_return_stands() -> None:
    story = labelled()
    play((9 * DAY, know(LIN, return_state="on_its_way")), story=story)
    assert story.case.status is Status.WAITING
    story.wait(story.clock(FOLLOW_UP).due_at)

    assert (story.case.fact("return_state"), story.proposal.key) == ("on_its_way", "ret.wait_for_parcel")


def test_a_return_that_was_paid_for_is_followed_up_like_any_refund() -> None:
    story = labelled()
    at = 9 * DAY
    play((at, know(LIN, return_state="arrived_whole")), (at + 1, approve(LIN)), (at + 2, delivered()),
         (at + 60, submit(BEN, "Refund 8")), (at + 61, approve(LIN)), (at + 62, delivered()),
         story=story)  # fmt: skip
    story.wait(story.clock(FOLLOW_UP).due_at)

    assert story.proposal.key == "follow.solved"


def test_an_arrival_without_a_label_of_ours_is_a_fact_and_no_more() -> None:
    story = damaged(wish="reship")
    play((2, approve(LIN)), (3, delivered()), (4, know(LIN, return_state="arrived_whole")), story=story)

    assert story.case.to_tell == ()
