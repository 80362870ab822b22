"""What became of a reply: delivered, refused, or nobody knows, which only a person can settle."""

from __future__ import annotations

from flows.case import DeadlineState, ProposalState, Status
from flows.deadlines import FIRST_ANSWER, PROMISED_ACT, PROMISED_UPDATE
from flows.effects import ReleaseReply, SendReply
from flows.events import ReplyDelivered, ReplyRefused, ReplyUnknown
from tests.flows.moves import (
    answered,
    approve,
    asked,
    decline,
    delivered,
    edit,
    know,
    lost,
    no_reply,
    read,
    settle,
    submit,
    undo,
    wrote,
)
from tests.flows.play import BEN, LIN, T0, Story, minutes, play


def unknown() -> Story:
    return play(*asked((1, approve(LIN)), (2, lost())))


def test_only_the_platforms_receipt_answers_the_buyer() -> None:
    """Approved, released, sending: until the receipt comes the clock runs and the message is open."""
    story = play(*asked((1, approve(LIN))))
    story.wait(T0 + minutes(1.5))
    assert story.proposal.state is ProposalState.SENDING
    assert (len(story.case.unanswered), story.clock(FIRST_ANSWER).state) == (1, DeadlineState.RUNNING)
    play((2, delivered("501")), story=story)

    assert (story.case.unanswered, story.clock(FIRST_ANSWER).state) == ((), DeadlineState.MET)
    assert (story.proposal.state, story.proposal.outcome) == (ProposalState.DELIVERED, "501")
    assert (story.case.status, story.case.waiting_since) == (Status.WAITING, None)


def test_an_unknown_outcome_sends_nothing_and_waits_for_a_person() -> None:
    """The buyer may have it: no machine decides to say it twice."""
    story = unknown()
    play((60, wrote("¿Hola?")), (60.1, read()), (61, approve(BEN)), (62, edit(BEN, "Hola")), story=story)
    play((63, decline(BEN)), (64, no_reply(BEN)), (65, undo(BEN)), story=story)

    assert len(story.effects(SendReply)) == 1
    assert story.proposal.state is ProposalState.UNKNOWN
    assert {answer for _, answer in story.told} == {"already_under_way", "too_late_to_undo"}
    assert story.clock(FIRST_ANSWER).state is DeadlineState.RUNNING


def test_a_person_who_looked_says_that_the_buyer_has_it() -> None:
    """It counts as answered; the card says whose word it was."""
    story = unknown()
    play((5, settle(BEN, delivered=True)), story=story)

    assert (story.proposal.state, story.proposal.outcome) == (ProposalState.DELIVERED, None)
    assert (story.case.unanswered, story.clock(FIRST_ANSWER).state) == ((), DeadlineState.MET)
    assert (story.lines[-1], story.case.last_decided_by) == ("settled_delivered", BEN)


def test_a_person_may_have_it_sent_again() -> None:
    """The same text as a new effect, at once: the first stays what it is."""
    story = unknown()
    first = story.proposal
    play((5, settle(BEN, delivered=False)), story=story)

    again = story.effects(SendReply)[-1]
    assert (again.text, again.version) == (first.text, story.case.version)
    assert again.id != first.effect
    assert story.effects(ReleaseReply)[-1].id == again.id
    assert (story.outbox[first.effect or ""], story.outbox[again.id]) == ("unknown", "pending")
    play((6, delivered()), story=story)
    assert story.proposal.state is ProposalState.DELIVERED


def test_an_unknown_outcome_is_settled_once() -> None:
    """The second click is answered and changes nothing."""
    story = unknown()
    play((5, settle(BEN, delivered=True)), (6, settle(LIN, delivered=False)), story=story)

    assert story.told == [(LIN, "already_settled")]
    assert len(story.effects(SendReply)) == 1


def test_an_old_cards_send_again_does_not_send_a_third_time() -> None:
    """Two people looked at the first unknown; the second sending is unknown as well, and one click is late."""
    story = unknown()
    shown = story.case.version
    play(
        (5, settle(BEN, shown, delivered=False)),
        (6, lost()),
        (7, settle(LIN, shown, delivered=False)),
        story=story,
    )

    assert len(story.effects(SendReply)) == 2
    assert story.told == [(LIN, "changed_meanwhile")]
    play((8, settle(LIN, shown, delivered=True)), story=story)
    assert story.proposal.state is ProposalState.DELIVERED


def test_a_receipt_that_comes_late_settles_the_unknown_by_itself() -> None:
    """The platform's proof is better than anybody's word."""
    story = unknown()
    effect = story.proposal.effect or ""
    play((5, ReplyDelivered(story.case.id, effect, "502", story.now)), story=story)

    assert (story.proposal.state, story.proposal.outcome) == (ProposalState.DELIVERED, "502")


def test_a_receipt_that_comes_twice_counts_once() -> None:
    """The promise was kept meanwhile: the repeated receipt must not promise it again."""
    story = play(*asked((1, know(LIN, tracking="stuck", wish="refund")), (2, approve(LIN)), (3, delivered())))
    again = ReplyDelivered(story.case.id, story.proposal.effect or "", "501", story.now)
    play((4, submit(LIN)), (5, again), story=story)

    assert story.handoff.state is ProposalState.SUBMITTED
    assert story.clock(PROMISED_ACT).state is DeadlineState.MET
    assert story.lines.count("delivered") == 1


def test_bad_news_after_the_receipt_changes_nothing() -> None:
    """Reordered reports: the proof of delivery stands."""
    story = play(*answered(LIN))
    effect = story.proposal.effect or ""
    for late in (ReplyRefused(story.case.id, effect, "x"), ReplyUnknown(story.case.id, effect, "x")):
        play((5, late), story=story)

    assert story.proposal.state is ProposalState.DELIVERED
    assert story.clock(PROMISED_UPDATE).state is DeadlineState.RUNNING


def test_the_outcome_of_something_else_touches_no_draft() -> None:
    """An effect that was cancelled, or was never this case's."""
    story = play(*asked())
    before = story.case
    for event in (
        ReplyDelivered(story.case.id, "nobody", "1", story.now),
        ReplyRefused(story.case.id, "nobody", "x"),
        ReplyUnknown(story.case.id, "nobody", "x"),
    ):
        play((1, event), story=story)

    assert (story.case.proposal, story.case.unanswered) == (before.proposal, before.unanswered)
