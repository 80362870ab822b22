"""Money that the marketplace gave back itself: in the ledger, once, and nothing left to pay a second time."""

from __future__ import annotations

import pytest

from flows.action import COUNTS, ActionState, entry_of
from flows.case import DeadlineState, ProposalState
from flows.deadlines import PROMISED_ACT
from flows.events import PlatformNotice
from flows.values import Money
from tests.flows.moves import ORDER, approve, asked, delivered, know, opened, submit
from tests.flows.play import BEN, LIN, Move, Story, play

WHOLE = Money(8000, "EUR")


def paid(event: str = "full_refund", amount: Money | None = None, reference: str = "R-1") -> Move:
    return lambda s: PlatformNotice(event, "amazon", ORDER, s.now, by=BEN, reference=reference, amount=amount)


def wishing(*more: tuple[float, Move]) -> Story:
    """A parcel that does not come, 80 EUR, and a buyer who wants the money back."""
    return play(*asked((1, know(LIN, tracking="stuck", wish="refund", order_value="80.00 EUR")), *more))


@pytest.mark.parametrize(
    ("event", "amount", "entered"),
    [
        ("full_refund", None, ("refund", WHOLE)),
        ("refund_issued", Money(2000, "EUR"), ("partial_refund", Money(2000, "EUR"))),
        ("refund_issued", None, ("refund", None)),
        ("claim_granted", WHOLE, ("refund", WHOLE)),
        ("cancellation_approved", None, ("cancel", WHOLE)),
        ("dispute_accepted", Money(9000, "USD"), ("refund", Money(9000, "USD"))),
    ],
)
def test_what_the_marketplace_paid_stands_in_the_ledger(
    event: str, amount: Money | None, entered: tuple[str, Money | None]
) -> None:
    story = wishing((2, paid(event, amount)))
    [done] = [a for a in story.case.actions if a.state is ActionState.SUBMITTED]

    assert (done.kind, done.amount) == entered
    assert (done.order, done.done_by, done.approved_by) == (ORDER, BEN, None)
    assert "R-1" in story.texts[done.proof or ""]
    assert "paid_there" in story.lines


def test_it_is_not_promised_a_second_time() -> None:
    """The draft now tells the buyer that the money is on its way; sent, it sets nothing off."""
    story = wishing((2, paid()))
    assert "has left us" in story.draft
    play((3, approve(LIN)), (4, delivered()), story=story)

    counting = [(a.kind, a.state) for a in story.case.actions if a.state in COUNTS]
    assert counting == [("refund", ActionState.SUBMITTED)]


def test_another_case_of_the_order_is_held_by_it() -> None:
    """Nobody here approved it, so it is on nobody's day; it counts against the order all the same."""
    [done] = [a for a in wishing((2, paid())).case.actions if a.state is ActionState.SUBMITTED]
    entry = entry_of(done, "other", 8)
    assert entry is not None
    assert (entry.amount, entry.by) == (WHOLE, BEN)
    story = Story(ledger=(entry,))
    play(
        *asked((1, know(LIN, tracking="stuck", wish="refund", order_value="80.00 EUR")), (2, approve(LIN))),
        story=story,
    )

    assert (LIN, "money.refunded") in story.told


def test_a_part_leaves_the_rest_to_be_paid() -> None:
    story = wishing((2, paid("refund_issued", Money(7000, "EUR"))), (3, know(LIN, refund_amount="20.00 EUR")))
    play((4, approve(LIN)), story=story)

    assert (LIN, "money.too_much") in story.told


def test_what_was_still_to_be_paid_is_done_by_it() -> None:
    """The task ends, its clock is met, and the buyer is to hear of it."""
    story = wishing((2, approve(LIN)), (3, delivered()))
    assert story.clock(PROMISED_ACT).state is DeadlineState.RUNNING
    play((4, paid()), story=story)
    [done] = [a for a in story.case.actions if a.kind == "refund" and a.state is ActionState.SUBMITTED]

    assert done.approved_by == LIN
    assert story.clock(PROMISED_ACT).state is DeadlineState.MET
    assert story.case.handoff is not None
    assert story.case.handoff.state is ProposalState.SUBMITTED
    assert done.untold


def test_the_notice_of_what_a_person_did_is_no_second_refund() -> None:
    story = wishing((2, approve(LIN)), (3, delivered()), (4, submit(BEN, "Refund 9")), (5, paid()))

    assert len([a for a in story.case.actions if a.state is ActionState.SUBMITTED]) == 1


def test_the_same_notice_twice_is_one() -> None:
    story = wishing()
    at = story.now
    again: Move = lambda _: PlatformNotice("refund_issued", "amazon", ORDER, at, by=BEN, amount=Money(500, "EUR"))  # noqa: E731
    play((2, again), (3, again), story=story)

    assert len([a for a in story.case.actions if a.state is ActionState.SUBMITTED]) == 1


def test_a_notice_of_something_else_enters_nothing() -> None:
    story = wishing((2, opened(BEN)), (3, paid("return_delivered")))

    assert not [a for a in story.case.actions if a.state is ActionState.SUBMITTED]
