"""The buyer's choice as buttons: approved with the text, sent with it, and a tap is an answer."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows import choosing
from flows.case import Case, Party, ProposalState, Source
from flows.effects import SendReply
from flows.events import BuyerPressed
from flows.offers import OF_WISH, latest
from flows.view.card import card
from tests.flows.moves import SOFIA, approve, asked, delivered, edit, know, tap, undo
from tests.flows.play import BOOK, CHANNEL, LIN, T0, Move, Story, play

HERE = Party("c", CHANNEL, f"{CHANNEL}:42")
ELSEWHERE = Party("c", "amazon:A1", "amazon:A1:42")
ASKING = [branch for book in BOOK.playbooks.values() for branch in book.branches if "wish" in branch.asks]
WISHES = ("reship", "refund", "decide")  # of a parcel that is stuck
IDS = st.uuids().map(str)


def stuck(*more: tuple[float, Move]) -> Story:
    """The parcel does not move: the playbook asks what the buyer wants."""
    return play(*asked((0.1, know(LIN, tracking="stuck")), *more))


def out(*more: tuple[float, Move]) -> Story:
    """The question was approved and is with the buyer."""
    return stuck((1, approve(LIN)), (2, delivered()), *more)


def wish_of(case: Case) -> tuple[str, Source] | None:
    return next(((fact.value, fact.source) for fact in case.facts if fact.name == "wish"), None)


def test_a_question_comes_with_the_ways_that_are_open_and_you_decide() -> None:
    """In the playbook's order, in the buyer's language; what is only told is no choice."""
    assert [wish for wish, _ in stuck().proposal.choices] == list(WISHES)
    assert dict(stuck().proposal.choices)["decide"] == "You decide"


def test_what_was_approved_is_what_goes_out() -> None:
    """Text and buttons in one effect, under the version that the person saw."""
    story = stuck((1, approve(LIN)))
    (send,) = story.effects(SendReply)

    assert [words for _, words in send.buttons] == [words for _, words in story.proposal.choices]
    assert send.buttons[0][0] == choosing.data_of(story.proposal.id, "reship")


def test_the_card_shows_the_buttons_below_the_draft() -> None:
    """Nobody approves what they have not seen."""
    assert card(stuck().shown()).below is not None
    assert card(play(*asked()).shown()).below is None


def test_a_text_that_a_person_changed_keeps_its_buttons() -> None:
    """They stand on the card, and are the person's to see."""
    story = stuck((1, edit(LIN, "What would you like?")))

    assert [send.buttons[-1][1] for send in story.effects(SendReply)] == ["You decide"]


def test_a_tap_is_an_answer_that_waits_for_ours() -> None:
    """It says what is wanted, starts our clock, and brings the row of that wish as a draft."""
    story = out((60, tap("refund")))

    assert wish_of(story.case) == ("refund", Source.BUYER)
    assert len(story.case.unanswered) == 1
    assert story.case.waiting_since == story.now
    assert story.case.branch == "inr.refund"
    assert story.proposal.state is ProposalState.OFFERED
    assert "buyer_chose" in story.lines


def test_you_decide_is_no_wish_and_is_not_asked_again() -> None:
    """Staff see that it was left to them; the question is not put a second time."""
    story = out((60, tap("decide")))

    assert wish_of(story.case) is None
    assert story.case.asked == ("wish",)
    assert story.proposal.choices == ()
    assert story.lines[-2:] == ["buyer_chose", "promise_withdrawn"]


def test_whoever_taps_twice_is_heard_twice() -> None:
    """The last word counts, as it would in writing."""
    assert wish_of(out((60, tap("refund")), (61, tap("reship"))).case) == ("reship", Source.BUYER)


def test_what_staff_know_stands_against_a_tap() -> None:
    """The buyer told a person on the telephone."""
    story = out((30, know(LIN, wish="reship")), (60, tap("refund")))

    assert wish_of(story.case) == ("reship", Source.STAFF)


def test_a_tap_takes_back_what_has_not_left() -> None:
    """An approval was given without knowing it."""
    story = out((61, edit(LIN, "One moment.")), (61.01, tap("refund")))

    assert "cancelled" in story.outbox.values()
    assert story.proposal.approved_by is None


@pytest.mark.parametrize("data", ["wish:another:refund", "wish", "order:3", "", "wish::", "wish:x:part:y"])
def test_another_button_changes_nothing(data: str) -> None:
    """An older question's, a forged one, or one of another program's."""
    before = out((60, tap("refund")))
    after = play((61, lambda _: BuyerPressed(CHANNEL, SOFIA, "9", data)), story=before)

    assert wish_of(after.case) == ("refund", Source.BUYER)
    assert len(after.case.unanswered) == 1
    assert after.lines[-1] == "buyer_pressed"


def test_a_question_that_was_taken_back_and_sent_again_has_one_set_of_buttons() -> None:
    """The same reply, whichever attempt of it reached the buyer."""
    story = stuck(
        (1, approve(LIN)), (1.01, undo(LIN)), (1.02, approve(LIN)), (2.1, delivered()), (60, tap("reship"))
    )

    assert wish_of(story.case) == ("reship", Source.BUYER)


@pytest.mark.parametrize("branch", ASKING, ids=lambda branch: branch.name)
def test_every_question_has_buttons_with_words_in_every_language(branch) -> None:  # type: ignore[no-untyped-def]
    """Two ways at least, "you decide" last, nothing longer than a phone shows in a line."""
    wishes = choosing.asked_for(branch, HERE, None, T0)

    assert wishes == () or (len(wishes) >= 3 and wishes[-1] == choosing.DECIDE)
    for language in BOOK.replies.languages:
        assert all(0 < len(words) <= 40 for _, words in choosing.labels(BOOK.replies, wishes, language))
    for words in BOOK.words.languages.values():
        assert all(choosing.word_of(wish) in words for wish in wishes)


@given(st.sampled_from(ASKING), st.integers(-100, 100), st.integers(0, 100))
def test_a_way_that_is_not_safe_any_more_is_no_button(branch, due_h: int, now_h: int) -> None:  # type: ignore[no-untyped-def]
    """An offer never after its latest safe moment."""
    due, now = T0 + timedelta(hours=due_h), T0 + timedelta(hours=now_h)
    for wish in choosing.asked_for(branch, HERE, due, now)[:-1]:
        at = latest(OF_WISH[wish], due)
        assert at is not None
        assert at >= now


def test_a_channel_without_buttons_gets_the_text_alone() -> None:
    """The text asks by itself."""
    assert all(choosing.asked_for(branch, ELSEWHERE, None, T0) == () for branch in ASKING)
    assert all(choosing.asked_for(branch, None, None, T0) == () for branch in ASKING)


@given(IDS, st.sampled_from([*OF_WISH, choosing.DECIDE]))
def test_what_a_button_sends_back_fits_into_telegrams_64_bytes(proposal: str, wish: str) -> None:
    """Longer, and Telegram refuses the whole reply."""
    assert len(choosing.data_of(proposal, wish).encode()) <= 64
