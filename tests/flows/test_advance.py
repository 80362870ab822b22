"""What a person approves in advance: the outcomes of a question's buttons, and the fallback nobody decided on."""

from __future__ import annotations

from datetime import timedelta

import pytest

from flows.action import ActionState, Entry
from flows.case import DeadlineState, Outcome, ProposalState, Situation
from flows.effects import ReleaseReply, SendReply
from flows.events import PlatformNotice
from flows.money import Ceiling, Limits
from flows.offers import KINDS
from flows.playbooks.table import Offer
from flows.policy import Policy
from flows.values import Money
from tests.flows.moves import (
    ADVANCE_OFF,
    approve,
    asked,
    decline,
    delivered,
    edited,
    know,
    read,
    submit,
    tap,
    undo,
    wrote,
    yes_to_fallback,
)
from tests.flows.play import ADA, BEN, LIN, T0, Move, Story, minutes, play

EBAY = "12-34567-89012"
VALUE = {"order_value": "24.90 EUR"}
SHOP = Policy(standing=True)


def question(*more: tuple[float, Move], story: Story | None = None) -> Story:
    """A parcel is stuck, its price is known: the draft asks what the buyer wants."""
    return play(*asked((0.1, know(LIN, tracking="stuck", **VALUE)), *more), story=story)


def out(*more: tuple[float, Move], wishes: tuple[str, ...] = ("refund",), story: Story | None = None) -> Story:
    """The question went out, these outcomes approved with it."""
    return question((1, approve(LIN, outcomes=wishes)), (2, delivered()), *more, story=story)


def approved(story: Story) -> tuple[Outcome, ...]:
    """What may happen by a tap."""
    assert story.case.buttons is not None
    return story.case.buttons.outcomes


def sent(story: Story) -> list[str]:
    """Every reply that left, byte for byte."""
    released = {effect.id for effect in story.effects(ReleaseReply)}
    return [story.texts[send.text.id] for send in story.effects(SendReply) if send.id in released]


# --- the outcomes of buttons -----------------------------------------------------------------------------------


def test_each_button_shows_what_its_tap_would_bring() -> None:
    """Text, action, amount and the last moment, before anybody approves anything."""
    found = {outcome.wish: outcome for outcome in question().proposal.outcomes}
    story = question()

    assert found["refund"].action == "refund"
    assert found["refund"].amount == Money(2490, "EUR")
    assert "As you asked, we refund it in full" in story.texts[found["refund"].text.id]
    assert found["reship"].action == "reship"
    assert found["refund"].until is not None
    assert story.now < found["refund"].until < story.now + SHOP.act_within


def test_a_tap_on_an_approved_outcome_is_carried_out() -> None:
    """The text leaves at once, byte for byte as approved, in the name of whoever approved it."""
    story = out()
    (refund,) = [o for o in approved(story) if o.wish == "refund"]
    play((60, tap("refund")), story=story)

    assert story.proposal.state is ProposalState.SENDING
    assert story.proposal.approved_by == LIN
    assert story.proposal.text == refund.text
    assert sent(story)[-1] == story.texts[refund.text.id]
    assert "outcome_done" in story.lines


def test_what_it_sets_off_is_then_a_persons_task() -> None:
    """No adapter pays: the refund is to be done by hand, for the amount approved, and by the date told."""
    story = out()
    promised = approved(story)[0].promise_at
    play((60, tap("refund")), (61, delivered()), story=story)
    (refund,) = [a for a in story.case.actions if a.state is ActionState.BY_HAND]

    assert (refund.kind, refund.amount, refund.approved_by) == ("refund", Money(2490, "EUR"), LIN)
    assert story.clock("promise.act").due_at == promised
    play((90, submit(BEN)), story=story)
    assert story.clock("promise.act").state is DeadlineState.MET


def test_a_tap_on_what_was_not_approved_comes_back() -> None:
    story = out((60, tap("reship")))

    assert story.proposal.state is ProposalState.OFFERED
    assert story.proposal.action == "reship"
    assert "outcome_back" not in story.lines  # nobody had said yes to it


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(wrote("It is broken as well"), id="the buyer wrote"),
        pytest.param(know(BEN, tracking="moving"), id="a fact changed"),
        pytest.param(edited("¿Dónde está mi paquete? Lo necesito mañana"), id="the buyer changed a message"),
        pytest.param(ADVANCE_OFF, id="taken back"),
    ],
)
def test_what_changed_since_voids_it(change: Move) -> None:
    """A tap after that brings a draft, and nothing leaves."""
    story = out((30, change))
    before = len(sent(story))
    play((60, tap("refund")), story=story)

    assert len(sent(story)) == before
    assert story.proposal.state is ProposalState.OFFERED


def test_too_late_for_the_promise_comes_back() -> None:
    """The date in the text would leave nobody the time to keep it."""
    story = out()
    until = approved(story)[0].until
    assert until is not None
    story.wait(until + timedelta(seconds=1))
    play(((story.now - T0) / minutes(1), tap("refund")), story=story)

    assert "outcome_back" in story.lines
    assert story.proposal.state is ProposalState.OFFERED


def test_never_after_the_latest_safe_moment_of_the_offer() -> None:
    """A request is open on eBay: what a tap may do ends so long before the marketplace's clock does."""
    notice = PlatformNotice("cancel_request", "ebay", EBAY, T0, site="us", due_at=T0 + timedelta(hours=49))
    story = play((0, wrote()), (0.1, read(order=EBAY)), (0.2, know(LIN, tracking="stuck", **VALUE)), (0.3, notice))
    untils = {outcome.wish: outcome.until for outcome in story.proposal.outcomes}

    assert untils["reship"] == T0 + timedelta(hours=49) - KINDS[Offer.RESHIP].latest.lead
    assert untils["refund"] == T0 + timedelta(hours=49) * 2 / 3  # a third of the time promised is left to do it


def test_a_ceiling_counts_at_the_approval() -> None:
    """Above it one yes is not enough, so the tap's outcome is not approved; the text goes out all the same."""
    low = Policy(money=Limits({"everybody": Ceiling({"reship": Money(1000, "EUR")})}))
    story = question((1, approve(LIN, outcomes=("refund", "reship"))), story=Story(policy=low))

    assert [o.wish for o in approved(story)] == ["refund"]
    assert ("U0LIN", "advance.not_alone") in story.told
    assert story.proposal.state is ProposalState.HELD


def test_a_ceiling_counts_again_at_the_tap() -> None:
    """Lowered meanwhile, it brings the decision back."""
    story = out()
    story.policy = Policy(money=Limits({"everybody": Ceiling({"refund": Money(1000, "EUR")})}))
    play((60, tap("refund")), story=story)

    assert story.proposal.state is ProposalState.OFFERED
    assert "outcome_back" in story.lines


def test_a_second_refund_of_the_order_is_not_made_by_a_tap() -> None:
    """Another case paid it back meanwhile: the ledger is asked at the tap as well."""
    story = out()
    paid = Entry("elsewhere", "another", 7, "refund", ActionState.SUBMITTED, BEN, T0, Money(2490, "EUR"))
    story.ledger = (paid,)
    play((60, tap("refund")), story=story)

    assert story.proposal.state is ProposalState.OFFERED


def test_an_undone_question_leaves_nothing_approved_for_its_buttons() -> None:
    """Approved again without outcomes, none holds."""
    story = question(
        (1, approve(LIN, outcomes=("refund",))), (1.1, undo(LIN)), (2, approve(BEN)), (3, delivered())
    )
    play((60, tap("refund")), story=story)

    assert story.proposal.state is ProposalState.OFFERED


def test_a_tap_is_carried_out_once() -> None:
    """The second tap finds an unanswered first one, or another question."""
    story = out((60, tap("refund")), (60.1, tap("refund")))

    assert len(sent(story)) == 2  # the question and one outcome


def test_you_decide_has_an_outcome_too_where_the_table_knows_one() -> None:
    wishes = [outcome.wish for outcome in question().proposal.outcomes]

    assert set(wishes) <= {wish for wish, _ in question().proposal.choices}


# --- said for silence alone -------------------------------------------------------------------------------------


def test_what_was_promised_for_silence_is_off_once_the_buyer_speaks() -> None:
    """ "If we do not hear from you, we refund you": a wish for another one meets no refund in the ledger."""
    story = out((60, tap("reship")))

    assert [a.state for a in story.case.actions if a.kind == "refund"] == [ActionState.CANCELLED]
    assert story.clock("promise.act").state is DeadlineState.STOPPED
    play((61, approve(LIN)), story=story)
    assert story.proposal.state is ProposalState.HELD


def test_a_buyer_who_stays_silent_gets_what_was_promised() -> None:
    """Until then it is a task with its date."""
    story = out()

    assert [a.state for a in story.case.actions] == [ActionState.BY_HAND]
    assert story.clock("promise.act").state is DeadlineState.RUNNING


# --- the fallback ----------------------------------------------------------------------------------------------


def address(*more: tuple[float, Move], policy: Policy = SHOP) -> Story:
    """An address is to be changed after shipping: the fallback is a text alone, nothing to pay."""
    first = ((0, wrote("Please change my address")), (0.01, read(Situation.ADDRESS_CHANGE, label="address")))
    return play(*first, (0.1, know(LIN, order_state="shipped")), *more, story=Story(policy=policy))


def test_nobody_decides_and_the_fallback_goes_out_as_approved() -> None:
    story = address((1, yes_to_fallback(ADA, at=300, until=360)))
    given = story.case.standing
    assert given is not None
    story.wait(T0 + minutes(299))
    assert sent(story) == []
    story.wait(T0 + minutes(301))

    assert sent(story) == [story.texts[given.text.id]]
    assert story.proposal.approved_by == ADA
    assert story.clock("house.standing").state is DeadlineState.MET
    assert "standing" not in dict(story.sounded)


def test_what_the_buyer_was_promised_already_is_no_fallback_to_approve() -> None:
    """The question said that the money comes if no answer does: there is nothing more to say yes to."""
    story = out(story=Story(policy=SHOP))
    play((3, yes_to_fallback(ADA, at=300, until=360, ceiling=Money(3000, "EUR"))), story=story)

    assert story.case.standing is None
    assert (ADA, "standing.nothing") in story.told


def test_it_is_off_by_default() -> None:
    story = address((1, yes_to_fallback(ADA, at=300, until=360)), policy=Policy())

    assert story.case.standing is None
    assert (ADA, "standing.off") in story.told


def test_what_only_a_person_can_carry_out_pages_everybody() -> None:
    """The refund of a stuck parcel: no adapter can make one. The draft then is the fallback, one click away."""
    story = question(story=Story(policy=SHOP))
    play((1, yes_to_fallback(ADA, at=300, until=360, ceiling=Money(3000, "EUR"))), story=story)
    story.wait(T0 + minutes(301))

    assert sent(story) == []
    assert set(dict(story.sounded)["standing"]) == {LIN, BEN, ADA}
    assert story.proposal.action == "refund"
    assert story.proposal.state is ProposalState.OFFERED
    assert "standing.not_done" in story.lines


@pytest.mark.parametrize(
    ("decides", "sounds"),
    [
        pytest.param(approve(LIN), False, id="approved"),
        pytest.param(decline(LIN), False, id="declined"),
        pytest.param(ADVANCE_OFF, False, id="taken back"),
        pytest.param(wrote("Any news?"), True, id="the buyer wrote"),
        pytest.param(know(BEN, redirect="possible"), True, id="a fact changed"),
        pytest.param(edited("Please change my address to Rue 2"), True, id="the buyer changed a message"),
    ],
)
def test_what_ends_it_and_what_voids_it(decides: Move, *, sounds: bool) -> None:
    """A decision ends it. What changed voids it, and then people are paged at its time: somebody counted on it."""
    story = address((1, yes_to_fallback(ADA, at=300, until=360)), (2, decides))
    story.wait(T0 + minutes(301))

    assert story.case.standing is None
    assert ("standing" in dict(story.sounded)) is sounds
    assert [text for text in sent(story) if "carrier" in text and sounds] == []


def test_after_its_last_moment_it_pages_instead() -> None:
    """The service was away when it fell due."""
    story = address((1, yes_to_fallback(ADA, at=300, until=310)))
    story.now = T0 + minutes(400)
    story.wait(story.now)

    assert sent(story) == []
    assert "standing.not_done" in story.lines


@pytest.mark.parametrize(
    ("move", "why"),
    [
        (yes_to_fallback(ADA, at=-5, until=10), "past"),
        (yes_to_fallback(ADA, at=300, until=200), "expiry"),
        (yes_to_fallback(ADA, at=300, until=360, stamp="another"), "changed"),
    ],
)
def test_what_cannot_be_approved_is_said(move: Move, why: str) -> None:
    story = address((1, move))

    assert story.case.standing is None
    assert (ADA, f"standing.{why}") in story.told


@pytest.mark.parametrize(
    ("facts", "ceiling", "why"),
    [
        (VALUE, None, "ceiling"),
        (VALUE, Money(2489, "EUR"), "ceiling"),
        (VALUE, Money(9999, "USD"), "ceiling"),
        ({}, Money(9999, "EUR"), "unknown_amount"),
        (VALUE, Money(2490, "EUR"), None),
    ],
)
def test_never_above_its_ceiling(facts: dict[str, str], ceiling: Money | None, why: str | None) -> None:
    known = ((0.1, know(LIN, tracking="stuck", **facts)),)
    story = play(
        *asked(*known), (1, yes_to_fallback(ADA, at=300, until=360, ceiling=ceiling)), story=Story(policy=SHOP)
    )

    assert (story.case.standing is None) is (why is not None)
    if why is not None:
        assert (ADA, f"standing.{why}") in story.told


def test_a_second_yes_takes_the_place_of_the_first() -> None:
    story = address((1, yes_to_fallback(ADA, at=300, until=360)), (2, yes_to_fallback(BEN, at=500, until=560)))
    story.wait(T0 + minutes(400))
    assert sent(story) == []
    story.wait(T0 + minutes(501))

    assert len(sent(story)) == 1
    assert story.proposal.approved_by == BEN
