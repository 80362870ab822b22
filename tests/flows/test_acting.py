"""Actions of a case: one yes or two, by whom, and never twice for one order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.action import COUNTS, REFUND, Action, ActionState, Entry, entry_of
from flows.case import ProposalState
from flows.deadlines import PROMISED_ACT
from flows.effects import SendReply
from flows.events import PlatformNotice
from flows.money import Ceiling, Limits
from flows.policy import Policy
from flows.staffing import Person
from flows.values import Money
from flows.view.card import card
from tests.flows import drawing
from tests.flows.moves import ORDER, approve, asked, decline, delivered, edit, know, submit, undo, wrote
from tests.flows.play import ADA, BEN, LIN, Move, Story, minutes, play

CLICK = "U0EVE"  # somebody at the desk without a role
PEOPLE = (Person(LIN, "Lin", ("approver",)), Person(BEN, "Ben", ("approver",)), Person(ADA, "Ada", ("lead",)))
CEILING = Limits(
    {"everybody": Ceiling({REFUND: Money(6000, "EUR")}), "lead": Ceiling({REFUND: Money(50000, "EUR")})}
)
GUARDED = Policy(people=PEOPLE, leads=(ADA,), money=CEILING)
Moves = tuple[tuple[float, Move], ...]
CONTACT = "amz.contact.before_claim"


def wish(value: str = "80.00 EUR", **facts: str) -> Moves:
    """A parcel that does not come, and a buyer who wants the money back."""
    return asked((1, know(LIN, tracking="stuck", wish="refund", order_value=value, **facts)))


def guarded() -> Story:
    return Story(policy=GUARDED)


def action(story: Story) -> Action:
    [found] = story.case.actions
    return found


def contacted() -> Move:
    """The buyer writes through Amazon that something is wrong with the order."""
    return lambda s: PlatformNotice("buyer_contact", "amazon", ORDER, s.now)


def test_a_yes_of_somebody_without_the_role_does_nothing() -> None:
    story = play(*wish("20.00 EUR"), story=guarded())
    before = story.case
    play((2, approve(CLICK)), story=story)

    assert story.told == [(CLICK, "no_role")]
    assert (story.case.proposal, story.case.actions) == (before.proposal, before.actions)
    assert not story.queued


def test_whoever_may_not_approve_may_still_write_the_draft() -> None:
    """What was typed stands as the draft, for somebody with the role."""
    story = play(*wish("20.00 EUR"), (2, edit(CLICK, "We refund it today.")), story=guarded())

    assert story.told == [(CLICK, "no_role")]
    assert (story.draft, story.proposal.state) == ("We refund it today.", ProposalState.OFFERED)


def test_within_the_ceiling_one_yes_is_enough_and_submitted_ends_it() -> None:
    story = play(*wish("60.00 EUR"), (2, approve(LIN)), story=guarded())
    assert action(story).state is ActionState.APPROVED
    play((3, delivered()), story=story)
    assert (action(story).state, action(story).amount) == (ActionState.BY_HAND, Money(6000, "EUR"))
    assert story.clock(PROMISED_ACT).state == "running"
    play((4, submit(BEN, "Refund 9")), story=story)

    assert (action(story).state, action(story).done_by) == (ActionState.SUBMITTED, BEN)
    assert story.clock(PROMISED_ACT).state == "met"


def test_above_the_ceiling_another_person_must_approve() -> None:
    story = play(*wish(), (2, approve(LIN)), (3, approve(LIN)), story=guarded())
    assert action(story).state is ActionState.WAITING
    assert story.told == [(LIN, "money.waits_second"), (LIN, "money.not_yourself")]
    assert not story.effects(SendReply)

    play((4, approve(BEN)), story=story)
    done = action(story)
    assert (done.state, done.approved_by, done.second_by) == (ActionState.APPROVED, LIN, BEN)
    assert len(story.queued) == 1


@pytest.mark.parametrize("change", [know(LIN, order_value="90.00 EUR"), wrote("Never mind, it came!")])
def test_what_changes_after_the_first_yes_voids_it(change: Move) -> None:
    """A second person's yes must never complete a first one that was for something else."""
    story = play(*wish(), (2, approve(LIN)), (3, change), (4, approve(BEN)), story=guarded())

    assert not story.effects(SendReply)
    assert all(each.approved_by != LIN for each in story.case.actions)


def test_undo_within_the_window_takes_the_action_back() -> None:
    story = play(*wish("20.00 EUR"), (2, approve(LIN)), (2.1, undo(LIN)), story=guarded())
    assert action(story).state is ActionState.PROPOSED


def test_a_declined_step_is_refused() -> None:
    story = play(*wish("20.00 EUR"), (2, decline(LIN)), story=guarded())
    assert [each.state for each in story.case.actions][:1] == [ActionState.REFUSED]


def test_a_refund_in_another_case_of_the_order_stops_this_one() -> None:
    story = play(*wish("20.00 EUR"), story=guarded())
    story.ledger = (Entry("act", "other", 7, REFUND, ActionState.SUBMITTED, BEN, story.now, Money(2000, "EUR")),)
    play((2, approve(LIN)), story=story)

    assert story.told == [(LIN, "money.refunded")]
    assert not story.queued
    assert "A-0007" in drawing.card(card(story.shown()))


def test_what_another_case_did_meanwhile_stops_the_second_submit() -> None:
    """Both were approved before either was done; only one may be recorded, and what was typed is kept."""
    story = play(*wish("20.00 EUR"), (2, approve(LIN)), (3, delivered()), story=guarded())
    story.ledger = (Entry("act", "other", 7, REFUND, ActionState.SUBMITTED, BEN, story.now, Money(2000, "EUR")),)
    play((4, submit(LIN, "Refund 10")), story=story)

    assert story.told == [(LIN, "money.refunded")]
    assert action(story).state is ActionState.BY_HAND
    assert story.lines[-1] == "not_submitted"


def test_a_ceiling_lowered_after_the_yes_counts_when_it_is_done() -> None:
    story = play(*wish("60.00 EUR"), (2, approve(LIN)), (3, delivered()), story=guarded())
    lower = Limits({"everybody": Ceiling({REFUND: Money(1000, "EUR")})})
    story.policy = Policy(people=PEOPLE, leads=(ADA,), money=lower)
    play((4, submit(LIN)), (5, submit(LIN)), story=story)
    assert action(story).state is ActionState.WAITING
    assert story.told == [(LIN, "money.waits_second"), (LIN, "money.waits_second_first")]

    play((6, approve(LIN)), (7, approve(BEN)), (8, submit(LIN)), story=story)
    assert story.told[2:] == [(LIN, "money.not_yourself")]
    assert (action(story).state, action(story).second_by) == (ActionState.SUBMITTED, BEN)


@pytest.mark.parametrize(
    ("amount", "met"), [("80.00 EUR", True), ("20.00 EUR", False)], ids=["all the money", "a part of it"]
)
def test_only_a_whole_refund_ends_the_clock_that_waits_for_one(amount: str, met: bool) -> None:
    """A part of the money is no full refund to the marketplace, whatever the buyer was told."""
    story = play(*wish(refund_amount=amount), story=guarded())
    play((2, contacted()), (3, approve(ADA)), (4, delivered()), story=story)
    assert story.clock(CONTACT).state == "running"
    play((5, submit(BEN, "Refund 9")), story=story)

    assert story.clock(CONTACT).state == ("met" if met else "running")


def test_staff_and_buyer_are_told_that_an_amazon_order_is_refunded_on_amazon() -> None:
    story = play(*wish("20.00 EUR"), story=guarded())

    assert "The money goes back through Amazon" in story.draft
    assert "🔒 The order is on Amazon" in drawing.card(card(story.shown()))


# --- properties ------------------------------------------------------------------------------------------------

VALUE = Money(8000, "EUR")
WHO = st.sampled_from((LIN, BEN, ADA, CLICK))
MOVES: st.SearchStrategy[Callable[[], Move]] = st.one_of(
    st.builds(lambda by: lambda: approve(by), WHO),
    st.builds(lambda by: lambda: submit(by), WHO),
    st.builds(lambda by: lambda: undo(by), WHO),
    st.just(delivered),
    st.builds(
        lambda cents: lambda: know(LIN, refund_amount=f"{cents / 100:.2f} EUR"),
        st.sampled_from((1000, 3000, 7000, 8000, 9000)),
    ),
    st.just(lambda: know(LIN, wish="refund")),
    st.just(lambda: wrote("And now?")),
    st.just(lambda: edit(LIN, "We refund it.")),
)


@dataclass(slots=True)
class Order:
    """Two cases of one order; each sees in its ledger what the other did, as the store tells it."""

    cases: list[Story] = field(default_factory=lambda: [play(*wish(), story=guarded()) for _ in range(2)])

    def happens(self, which: int, move: Move) -> None:
        story, other = self.cases[which], self.cases[1 - which]
        entries = (entry_of(each, "other", 2) for each in other.case.actions)
        story.ledger = tuple(each for each in entries if each is not None)
        story.now = max(each.now for each in self.cases) + minutes(1)
        story.wait(story.now)
        story.happens(move(story) if callable(move) else move)

    def actions(self) -> list[Action]:
        return [each for story in self.cases for each in story.case.actions]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 1), MOVES), max_size=14))
def test_an_order_is_never_refunded_beyond_its_value_nor_without_every_yes(
    history: list[tuple[int, Callable[[], Move]]],
) -> None:
    """Whatever is approved, done, repeated and corrected, in whatever order, in either case."""
    order = Order()
    for which, make in history:
        if make is delivered and not _is_on_its_way(order.cases[which]):
            continue
        order.happens(which, make())
        counted = [each for each in order.actions() if each.state in COUNTS]
        assert sum(each.amount.minor for each in counted if each.amount) <= VALUE.minor
        for each in counted:
            assert each.approved_by in (LIN, BEN, ADA)
            assert each.second_by != each.approved_by
            if each.amount is None or each.amount.minor > 6000:
                assert each.approved_by == ADA or each.second_by in (LIN, BEN, ADA)
            assert (each.state is ActionState.SUBMITTED) == (each.proof is not None)


def _is_on_its_way(story: Story) -> bool:
    proposal = story.case.proposal
    return proposal is not None and story.outbox.get(proposal.effect or "") in ("pending", "sending")
