"""A parcel in trouble: when it is looked at, what the first word is, and when the case is over by itself."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from flows import events, parcels
from flows.case import Came, DeadlineState, Heard, ProposalKind, ProposalState, Situation, Source, Status
from flows.order import Fulfilment, Order, OrderState, ShippingClass, TrackingState
from flows.parcels import HERE, LATE, ON_PLATFORM, SAID, STUCK, in_trouble, looks
from flows.policy import Policy
from flows.route import route_parcel
from tests.flows.moves import approve, delivered, edit, no_reply, read, submit, wrote
from tests.flows.orders import order
from tests.flows.play import LIN, PARTY, T0, Move, Story

DAY = timedelta(days=1)
POLICY = Policy(stuck_after=7 * DAY, late_after=DAY)
INSTANTS = st.none() | st.integers(-60, 60).map(lambda days: T0 + days * DAY)
ORDERS = st.builds(
    Order, st.just("A-1"), st.just("own"), state=st.none() | st.sampled_from(OrderState),
    fulfilment=st.none() | st.sampled_from(Fulfilment), shipping=st.none() | st.sampled_from(ShippingClass),
    tracking=st.none() | st.sampled_from(TrackingState), shipped_at=INSTANTS, promised_at=INSTANTS,
    moved_at=INSTANTS, delivered_at=INSTANTS, returned_at=INSTANTS,
)  # fmt: skip


def parcel(**fields: Any) -> Order:
    """Ten days on its way, last seen eight days ago, promised for tomorrow."""
    way = {"shipped_at": T0 - 10 * DAY, "moved_at": T0 - 8 * DAY, "promised_at": T0 + DAY, "tracking_no": "JJD1"}
    return order("A-1", **{"platform": "own", "site": None, "tracking": TrackingState.MOVING, **way, **fields})


def due(what: str = STUCK) -> events.ParcelDue:
    return events.ParcelDue("A-1", "own", what, T0)


def noticed(given: Order | None = None, what: str = STUCK, *, is_known: bool = False) -> Story:
    story = Story(policy=POLICY, order=given or parcel(), is_known=is_known)
    story.happens(due(what))
    return story


def do(story: Story, move: Move) -> None:
    story.happens(move(story) if callable(move) else move)


def joins(situation: Situation) -> events.ConversationMoved:
    """The buyer wrote elsewhere, and that case turned out to be about the same order."""
    said, party = "message-1", PARTY
    return events.ConversationMoved(
        case="", origin="case-2", number=2, by="", why="same_order", parties=(party,),
        unanswered=((said, party.conversation),), heard=(Heard(said, T0),), language="en", situation=situation,
    )  # fmt: skip


# --- when to look --------------------------------------------------------------------------------------------


def test_a_parcel_is_looked_at_a_week_after_its_last_scan_and_a_day_after_its_date() -> None:
    assert looks(parcel(), POLICY) == {STUCK: T0 - DAY, LATE: T0 + 2 * DAY}
    assert in_trouble(parcel(), POLICY, T0) == STUCK
    assert in_trouble(parcel(moved_at=T0), POLICY, T0 + 2 * DAY) == LATE


@pytest.mark.parametrize(
    "fields",
    [
        {"delivered_at": T0}, {"returned_at": T0}, {"tracking": TrackingState.DELIVERED},
        {"tracking": TrackingState.RETURNED}, {"state": OrderState.CANCELLED}, {"state": OrderState.COMPLETED},
        {"fulfilment": Fulfilment.PLATFORM}, {"shipping": ShippingClass.UNTRACKED},
        {"shipped_at": None, "moved_at": None, "state": OrderState.UNSHIPPED},
        {"moved_at": None, "tracking": None},
    ],
)  # fmt: skip
def test_what_nobody_can_see_or_change_is_not_watched(fields: dict[str, Any]) -> None:
    """Arrived, over, the platform's own, untracked, not sent; or an export that never tells of a scan."""
    assert looks(parcel(**fields), POLICY) == {}


def test_it_can_be_switched_off() -> None:
    assert looks(parcel(), Policy(watch_parcels=False)) == {}


@given(ORDERS, st.integers(-60, 60))
def test_trouble_only_begins_at_an_instant_that_is_looked_at(given: Order, days: int) -> None:
    """So an appointment misses nothing: before the earliest look there is none, from then on there is."""
    now, found = T0 + days * DAY, looks(given, POLICY)

    assert bool(in_trouble(given, POLICY, now)) is any(at <= now for at in found.values())
    assert found == {} or given.delivered_at is None
    assert set(found) <= {STUCK, LATE}


@pytest.mark.parametrize(("country", "language"), [("DE", "de"), ("mx", "es"), ("FR", "en"), ("", None)])
def test_the_language_is_that_of_the_country(country: str | None, language: str | None) -> None:
    assert parcels.language_of(country) == language


# --- whether it opens a case ---------------------------------------------------------------------------------


def test_it_opens_once_and_only_where_nobody_is_at_it() -> None:
    """An open case hears of it. Noticed before at this very instant, or over: nothing."""
    story = noticed()
    closed = replace(story.case, status=Status.CLOSED)
    opens = route_parcel(T0, POLICY, due(), parcel(), [])
    again = route_parcel(T0 + DAY, POLICY, due(), parcel(), [closed])
    later = route_parcel(T0 + 9 * DAY, POLICY, due(), parcel(moved_at=T0 + DAY), [closed])

    assert not opens.drop
    assert route_parcel(T0, POLICY, due(), parcel(), [story.case]).case is story.case
    assert again.drop
    assert not later.drop, "it moved, and stopped again: that is another trouble"
    assert route_parcel(T0, POLICY, due(), None, []).drop
    assert route_parcel(T0, POLICY, due(), parcel(moved_at=T0), []).drop


# --- the first word ------------------------------------------------------------------------------------------


def test_where_the_buyer_is_known_the_first_word_is_a_draft() -> None:
    """With the facts of the order book, the choice below it, and our own target to say it."""
    story = noticed(is_known=True)

    assert story.case.situation is Situation.LATE_OR_STUCK
    assert (story.case.branch, story.case.status) == ("log.first_stuck", Status.OPEN)
    assert story.proposal.kind is ProposalKind.REPLY
    assert story.proposal.key == "parcel.stuck"
    assert [wish for wish, _ in story.proposal.choices] == ["reship", "refund", "decide"]
    assert story.clock("house.first_word").state is DeadlineState.RUNNING
    assert story.lines[:1] == ["parcel_noticed"]


def test_where_nobody_is_known_it_is_a_task_on_the_platform() -> None:
    """In the buyer's language; only the proof that it was sent there ends our target."""
    story = noticed(replace(parcel(), country="DE"))
    assert story.proposal.kind is ProposalKind.HANDOFF
    assert story.draft.startswith("Guten Tag")
    assert "parcel_nobody" in story.lines
    do(story, approve(LIN))
    assert story.handoff.state is ProposalState.TEXT_APPROVED
    assert story.clock("house.first_word").state is DeadlineState.RUNNING
    do(story, submit(LIN))

    assert story.clock("house.first_word").state is DeadlineState.MET
    assert story.case.fact(parcels.FIRST_WORD) == SAID
    assert [(asked.name, asked.at, asked.came) for asked in story.case.questions] == [("wish", story.now, None)]
    assert story.case.status is Status.WAITING
    assert story.case.actions[0].kind == "message_buyer"


def test_words_written_by_hand_for_the_platform_ask_what_they_ask() -> None:
    """A person's own text that asks for nothing is not recorded as a question."""
    story = noticed(replace(parcel(), country="DE"))
    do(story, edit(LIN, "Guten Tag, Ihr Paket steht still. Wir haben beim Transporteur nachgefragt."))
    do(story, approve(LIN))
    do(story, submit(LIN))

    assert story.case.questions == ()


def test_a_conversation_that_joins_answers_what_was_asked_on_the_platform() -> None:
    """Nobody waits any more for an answer that has come another way."""
    story = noticed()
    do(story, approve(LIN))
    do(story, submit(LIN))
    do(story, joins(Situation.DAMAGED))

    assert [asked.came for asked in story.case.questions] == [Came.WROTE]
    assert story.case.situation is Situation.DAMAGED
    assert story.case.fact(parcels.FIRST_WORD) is None


def test_a_first_word_that_was_delivered_is_not_offered_again() -> None:
    story = noticed(is_known=True)
    do(story, approve(LIN))
    story.wait(story.now + timedelta(minutes=1))
    do(story, delivered())

    assert story.case.fact(parcels.FIRST_WORD) == SAID
    assert story.case.asked == ("wish",)
    assert story.clock("house.first_word").state is DeadlineState.MET
    assert story.case.status is Status.WAITING


def test_no_word_needed_is_a_decision_too() -> None:
    story = noticed(is_known=True)
    do(story, no_reply(LIN))

    assert story.case.proposal is None
    assert story.clock("house.first_word").state is DeadlineState.MET


def test_the_buyers_first_word_makes_it_an_ordinary_case() -> None:
    """The clock of the answer runs instead, and what the buyer says it is about counts."""
    story = noticed(is_known=True)
    do(story, wrote("It arrived broken"))
    do(story, read(Situation.DAMAGED, order="A-1"))

    assert story.case.fact(parcels.FIRST_WORD) is None
    assert story.clock("house.first_word").state is DeadlineState.STOPPED
    assert story.clock("house.first_answer").state is DeadlineState.RUNNING
    assert (story.case.situation, story.case.situation_by) == (Situation.DAMAGED, Source.BUYER)


# --- over by itself ------------------------------------------------------------------------------------------

NEWS = [
    ({"delivered_at": T0 + DAY}, "delivered"),
    ({"moved_at": T0 + DAY}, "moving"),
    ({"returned_at": T0}, "ended"),
]


def news(story: Story, **fields: Any) -> None:
    story.now = T0 + DAY
    story.order = parcel(**fields)
    story.happens(events.OrderChanged(story.case.id, "A-1", "own"))


@pytest.mark.parametrize("is_known", [True, False])
@pytest.mark.parametrize(("fields", "why"), NEWS)
def test_when_the_trouble_is_over_the_case_closes(fields: dict[str, Any], why: str, is_known: bool) -> None:
    """Journalled with the reason; no draft is left, no clock runs on."""
    story = noticed(is_known=is_known)
    news(story, **fields)
    told = story.last.lines[-2] if "cause_derived" in story.lines else story.last.lines[-1]

    assert (story.case.status, story.case.closed_why) == (Status.CLOSED, "parcel")
    assert (told.key, dict(told.params)["why"]) == ("parcel_over", f"word:parcel.{why}")
    assert story.case.proposal is None
    assert story.case.running() == ()
    assert list(story.waiting()) == []


def test_an_approval_in_the_undo_window_is_taken_back_by_it() -> None:
    """The buyer is not told that a parcel is stuck which has just arrived."""
    story = noticed(is_known=True)
    do(story, approve(LIN))
    news(story, delivered_at=T0)

    assert story.case.status is Status.CLOSED
    assert set(story.outbox.values()) == {"cancelled"}


def test_what_is_on_its_way_to_the_buyer_is_seen_to_its_end() -> None:
    story = noticed(is_known=True)
    do(story, approve(LIN))
    story.wait(story.now + timedelta(minutes=1))
    story.platform_takes()
    news(story, delivered_at=T0)

    assert story.case.status is Status.OPEN
    assert "parcel_over_bound" in story.lines


def test_a_case_in_which_the_buyer_wrote_never_closes_by_it() -> None:
    story = noticed(is_known=True)
    do(story, wrote("Where is it?"))
    news(story, delivered_at=T0)

    assert story.case.status is Status.OPEN


def test_a_case_that_the_buyer_opened_only_hears_of_it() -> None:
    """One line for staff; the buyer waits for an answer anyway. A second trouble of a noticed one says nothing."""
    asked = Story(policy=POLICY, order=parcel())
    do(asked, wrote("Where is it?"))
    asked.happens(due())
    story = noticed()
    lines = story.lines
    story.happens(due(LATE))

    assert asked.lines[-1] == "parcel_noticed"
    assert asked.case.fact(parcels.FIRST_WORD) is None
    assert story.lines == lines


def test_still_late_is_no_end() -> None:
    """It moves again, past its date: the trouble has another name only."""
    story = noticed(parcel(promised_at=T0 - 3 * DAY), is_known=True)
    news(story, promised_at=T0 - 3 * DAY, moved_at=T0 + DAY)

    assert story.case.status is Status.OPEN
    assert story.case.branch == "log.first_late"


def test_here_and_there_are_the_only_two_places() -> None:
    assert {noticed(is_known=known).case.fact(parcels.FIRST_WORD) for known in (True, False)} == {
        HERE,
        ON_PLATFORM,
    }
