"""A mere thank-you after our answer: none of what the matter was about, and nothing promised anew."""

from __future__ import annotations

from flows.case import ProposalState, Situation
from flows.view.card import card
from tests.flows.drawing import card as drawn
from tests.flows.moves import approve, delivered, know, read, submit, wrote
from tests.flows.play import LIN, Story, play
from tests.flows.promises import kept, promised

THANKS = read(Situation.THANKS, label="thanks", order=None)


def _thanked(story: Story, at: float) -> Story:
    return play((at, wrote("Thank you so much!")), (at + 0.1, THANKS), story=story)


def test_what_is_still_to_be_done_is_said_and_nothing_is_promised_anew() -> None:
    story = _thanked(promised(), 10)

    assert story.case.situation is Situation.ITEM_NOT_RECEIVED
    assert story.proposal.key == "thx.still_open"
    assert story.proposal.action is None


def test_on_an_amazon_order_no_text_is_sent_for_it() -> None:
    """Amazon wants no message that only says thanks: a person says that none is needed."""
    story = _thanked(kept(), 100)

    assert story.proposal.key.startswith("done.")  # what was sent before stays on the card
    shown = drawn(card(story.shown()))
    assert "Only thanks: no text is needed" in shown
    assert "No reply needed" in shown


def test_elsewhere_the_buyer_is_welcome() -> None:
    asks = ((0, wrote("The invoice, please")), (0.1, read(Situation.INVOICE, order=None)), (1, approve(LIN)))
    story = _thanked(play(*asks, (2, delivered())), 3)

    assert story.proposal.key == "thx.welcome"


def test_thanks_with_something_else_is_about_that() -> None:
    story = _thanked(kept(), 100)
    play((101, wrote("But where is the invoice?")), (101.1, read(label="invoice")), story=story)

    assert not story.proposal.key.startswith("thx.")


def test_a_claim_is_not_over_by_kind_words() -> None:
    asks = ((0, wrote("I opened a claim")), (0.1, read(Situation.CLAIM)))
    story = _thanked(play(*asks), 3)

    assert not story.proposal.key.startswith("thx.")


def test_what_was_just_said_is_no_news() -> None:
    """A claim was accepted, the refund is told: the promise to write again brings no second text that says it."""
    asks = ((0, wrote("Where is it?")), (0.1, read()), (1, approve(LIN)), (2, delivered()))
    claims = ((3, wrote("I opened a claim")), (3.1, read(Situation.CLAIM)), (4, know(LIN, proof_of_delivery="no")))
    story = play(*asks, *claims, (5, approve(LIN)), (6, submit(LIN)), (7, approve(LIN)), (8, delivered()))

    assert story.case.said == "rst.paid"
    assert (story.proposal.key, story.proposal.state) == ("rst.paid", ProposalState.DELIVERED)
