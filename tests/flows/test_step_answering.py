"""From the buyer's question to the answer: who decides, what is held, what is voided."""

from __future__ import annotations

from datetime import timedelta

import pytest

from flows.case import DeadlineState, ProposalState, Status
from flows.deadlines import FIRST_ANSWER, NEXT_ANSWER, UNDO
from flows.effects import CancelReply, RecogniseMessage, ReleaseReply, SendAutomatic, SendReply, ShowCase
from flows.policy import Policy
from flows.values import digest
from tests.flows.moves import (
    PHOTO,
    answered,
    approve,
    asked,
    blocked,
    decline,
    delivered,
    edit,
    edited,
    no_reply,
    read,
    refused,
    undo,
    wrote,
)
from tests.flows.play import ADA, BEN, LIN, T0, Story, minutes, play

WORDS = "Hola, sale mañana — Lin"


def test_a_buyers_message_starts_the_clock_and_is_read_before_the_card_is_posted() -> None:
    """The first card waits for the reading, so that staff see a draft instead of a blank."""
    story = play((0, wrote()))

    assert story.clock(FIRST_ANSWER).due_at == T0 + timedelta(hours=24)
    assert [type(effect) for effect in story.last.effects] == [RecogniseMessage, ShowCase]
    assert story.last.effects[-1] == ShowCase(0.5)
    assert story.case.status is Status.OPEN


def test_a_second_message_does_not_push_the_deadline_back() -> None:
    """The buyer has been waiting since the first message, so the clock runs from there."""
    story = play((0, wrote()), (180, wrote("¿Hola?")))

    assert [deadline.due_at for deadline in story.case.running()] == [T0 + timedelta(hours=24)]
    assert story.case.waiting_since == T0


def test_an_older_message_that_comes_late_is_what_the_buyer_waits_since() -> None:
    """Platforms deliver late; the instant is theirs, not the one at which we heard."""
    story = play((5, wrote(sent=T0 - timedelta(hours=1))), (6, wrote()))

    assert story.case.waiting_since == T0 - timedelta(hours=1)
    assert story.clock(FIRST_ANSWER).due_at == T0 + timedelta(hours=23)


def test_a_follow_up_after_an_answer_has_a_clock_of_its_own() -> None:
    """A second question left alone is silence too, and the receipt names a time to the buyer."""
    story = play(*answered(LIN), (60, wrote("¿Y cuándo llega?")))

    clock = story.clock(NEXT_ANSWER)
    assert (clock.state, clock.due_at) == (DeadlineState.RUNNING, T0 + minutes(60) + timedelta(hours=24))


def test_an_approved_reply_is_held_for_the_undo_window_and_then_released() -> None:
    """Twenty seconds to change one's mind; the row is queued at once, so that a crash loses nothing."""
    story = play(*asked((1, approve(LIN))))

    held = story.proposal
    assert (held.state, list(story.outbox.values())) == (ProposalState.HELD, ["held"])
    assert story.clock(UNDO).due_at == T0 + minutes(1) + timedelta(seconds=20)
    story.wait(T0 + minutes(1) + timedelta(seconds=19))
    assert list(story.outbox.values()) == ["held"]
    story.wait(T0 + minutes(1) + timedelta(seconds=20))
    assert story.last.effects[0] == ReleaseReply(story.proposal.effect or "")
    assert story.proposal.state is ProposalState.SENDING


def test_what_is_queued_is_byte_for_byte_the_draft_on_the_card() -> None:
    """A named person's yes is to that exact text: its digest goes with the order to send it."""
    story = play(*asked((1, approve(LIN))))

    [sent] = story.effects(SendReply)
    assert story.queued == [story.draft]
    assert sent.text == story.proposal.text
    assert (story.proposal.approved_by, story.proposal.approved_at) == (LIN, T0 + minutes(1))
    salts = {f"salt {number}" for number in range(1, len(story.decisions) + 1)}
    assert sent.text.digest in {digest(salt, story.draft) for salt in salts}


def test_without_an_undo_window_the_reply_goes_at_once() -> None:
    """A shop that sets the window to nothing means it."""
    story = play(*asked((1, approve(LIN))), story=Story(policy=Policy(undo=timedelta(0))))

    assert [type(effect) for effect in story.last.effects[:2]] == [SendReply, ReleaseReply]
    assert "no_undo_time_is_short" not in story.lines


def test_nothing_is_held_when_less_than_five_minutes_are_left() -> None:
    """The undo window must not eat the last minutes of a limit; the thread says why there was none."""
    story = play(*asked((24 * 60 - 4, approve(LIN))))

    assert story.proposal.state is ProposalState.SENDING
    assert story.lines.count("no_undo_time_is_short") == 1


def test_undo_in_time_takes_the_reply_back_and_the_same_draft_stands_again() -> None:
    """The old version's yes is void: approving again needs the fresh card."""
    story = play(*asked((1, approve(LIN))))
    before = story.proposal
    play((1.2, undo(LIN)), story=story)

    assert list(story.outbox.values()) == ["cancelled"]
    assert story.effects(CancelReply)[0].id == before.effect
    assert (story.proposal.state, story.proposal.text) == (ProposalState.OFFERED, before.text)
    assert story.case.version > before.version
    play((1.3, approve(LIN, before.version)), story=story)
    assert story.told == [(LIN, "changed_meanwhile")]
    play((1.4, approve(LIN)), story=story)
    assert list(story.outbox.values()) == ["cancelled", "held"]


def test_undo_works_while_the_platform_has_not_been_asked_yet() -> None:
    """Released but still queued: what can be stopped is stopped."""
    story = play(*asked((1, approve(LIN)), (2, undo(BEN))))

    assert list(story.outbox.values()) == ["cancelled"]
    assert story.proposal.state is ProposalState.OFFERED


def test_undo_too_late_is_told_and_changes_nothing() -> None:
    """The reply has left; saying otherwise would be worse than the mistake."""
    story = play(*asked((1, approve(LIN))))
    story.wait(T0 + minutes(2))
    story.platform_takes()
    play((2, undo(LIN)), story=story)

    assert story.told == [(LIN, "too_late_to_undo")]
    assert (list(story.outbox.values()), story.proposal.state) == (["sending"], ProposalState.SENDING)


def test_a_buyer_who_writes_in_the_undo_window_stops_the_reply() -> None:
    """It answers an older question: the draft stands again for both messages, one click away."""
    story = play(*asked((1, approve(LIN))))
    before = story.proposal
    play((1.1, wrote("Ya llegó, gracias.")), story=story)

    assert list(story.outbox.values()) == ["cancelled"]
    assert (story.proposal.state, story.proposal.text) == (ProposalState.OFFERED, before.text)
    assert story.proposal.answers == story.case.unanswered
    assert len(story.case.unanswered) == 2
    play((1.2, approve(LIN, before.version)), story=story)
    assert story.told == [(LIN, "changed_meanwhile")]
    assert story.clock(UNDO).state is DeadlineState.STOPPED


def test_an_edit_of_an_open_message_voids_the_approval_too() -> None:
    """Other words may need another answer."""
    story = play(*asked((1, approve(LIN)), (1.1, edited("Llegó roto."))))

    assert list(story.outbox.values()) == ["cancelled"]
    assert story.effects(RecogniseMessage)[-1].message == story.case.unanswered[0]


def test_an_edit_of_an_answered_message_is_only_told() -> None:
    """Correcting a typo of last week must not open a case again."""
    story = play(*answered(LIN))
    version = story.case.version
    play((10, edited("¿Dónde está mi paquete, por favor?")), story=story)

    assert (story.case.version, story.case.status) == (version, Status.WAITING)
    assert story.lines[-1] == "buyer_edited"


def test_a_message_that_arrives_while_the_reply_is_with_the_platform_stays_unanswered() -> None:
    """One answer never hides another: the receipt settles what was approved against, nothing more."""
    story = play(*asked((1, approve(LIN))))
    story.wait(T0 + minutes(2))
    story.platform_takes()
    first = story.case.unanswered
    play((2, wrote("¿Y mi factura?")), (2.1, read()), (3, delivered()), story=story)

    assert len(story.case.unanswered) == 1
    assert not set(first) & set(story.case.unanswered)
    assert (story.proposal.state, story.proposal.answers) == (ProposalState.OFFERED, story.case.unanswered)
    assert story.case.status is Status.OPEN
    assert [deadline.name for deadline in story.case.running()].count(NEXT_ANSWER) == 1


def test_what_is_left_unanswered_waits_since_it_was_written() -> None:
    """The first question is settled: its age must not be counted against the second, nor the approval's."""
    story = play(*asked((600, approve(LIN))))
    story.wait(T0 + minutes(601))
    story.platform_takes()
    play((602, wrote("¿Y mi factura?")), (603, delivered()), story=story)

    assert story.case.waiting_since == T0 + minutes(602)
    assert story.clock(NEXT_ANSWER).due_at == T0 + minutes(602) + timedelta(hours=24)


def test_of_two_approvals_of_one_version_one_wins_and_the_other_is_told_who_and_when() -> None:
    """Two people answering the same buyer is what a shared inbox must never do."""
    story = play(*asked((1, approve(LIN))))
    shown = story.proposal.version
    play((1.1, approve(BEN, shown)), story=story)

    assert len(story.effects(SendReply)) == 1
    assert story.told == [(BEN, "already_approved")]
    [tell] = [effect for effect in story.last.effects if not isinstance(effect, ShowCase)]
    assert ("by", f"person:{LIN}") in tell.line.params  # type: ignore[union-attr]
    assert ("at", f"at:{(T0 + minutes(1)).isoformat()}") in tell.line.params  # type: ignore[union-attr]


def test_a_second_yes_long_after_delivery_is_told_the_same() -> None:
    """A card on a phone that woke up late."""
    story = play(*asked((1, approve(LIN))))
    shown = story.proposal.version
    play((2, delivered()), (90, approve(BEN, shown)), story=story)

    assert len(story.effects(SendReply)) == 1
    assert story.told == [(BEN, "already_approved")]


def test_there_is_nothing_to_approve_once_all_is_answered() -> None:
    """The fresh card of a settled case: the click is answered, nothing is sent again."""
    story = play(*answered(LIN), (60, approve(BEN)), (61, decline(BEN)))

    assert len(story.effects(SendReply)) == 1
    assert story.told == [(BEN, "nothing_to_approve")] * 2
    assert story.proposal.state is ProposalState.DELIVERED


def test_nothing_can_be_approved_where_there_is_no_draft() -> None:
    """Before the reading is in."""
    story = play((0, wrote()), (0.001, approve(LIN)))

    assert story.told == [(LIN, "nothing_to_approve")]
    assert not story.outbox


def test_a_text_that_the_guard_forbids_is_not_approved() -> None:
    """The rules are named to the person, and the draft waits for an edit."""
    story = play(*asked())
    story.blocked = ("rating.trade",)
    play((1, approve(LIN)), story=story)

    assert story.told == [(LIN, "guard_blocks")]
    assert (story.outbox, story.proposal.state) == ({}, ProposalState.OFFERED)


def test_a_draft_whose_dates_have_passed_is_renewed_instead_of_approved() -> None:
    """It would promise the buyer something for yesterday; nothing else comes by to freshen it."""
    story = play(*asked())
    old = story.draft
    play((3 * 24 * 60, approve(LIN)), story=story)

    assert not story.effects(SendReply)
    assert story.told == [(LIN, "changed_meanwhile")]
    assert story.draft != old
    play((3 * 24 * 60 + 1, approve(LIN)), story=story)
    assert len(story.effects(SendReply)) == 1


def test_an_edited_text_is_sent_as_it_was_typed() -> None:
    """Saving sends in the same gesture, after the same undo window, as that person's approval."""
    story = play(*asked((1, edit(BEN, WORDS))))

    assert story.queued == [WORDS]
    assert (story.proposal.state, story.proposal.edited_by, story.proposal.approved_by) == ("held", BEN, BEN)
    assert (story.proposal.gloss, story.case.owner) == (None, BEN)


def test_an_edit_that_is_only_saved_waits_for_a_yes() -> None:
    """And that yes may be another person's."""
    story = play(*asked((1, edit(BEN, WORDS, send=False))))
    assert (story.outbox, story.draft) == ({}, WORDS)
    play((2, approve(LIN)), story=story)

    assert story.queued == [WORDS]
    assert (story.proposal.edited_by, story.proposal.approved_by) == (BEN, LIN)


def test_advice_never_replaces_a_text_that_a_person_wrote() -> None:
    """A new message and its reading come in; what was typed stays, to be approved anew."""
    story = play(*asked((1, edit(BEN, WORDS, send=False)), (2, wrote("¿Hola?")), (2.1, read(order="204-1"))))

    assert story.draft == WORDS
    assert story.proposal.answers == story.case.unanswered


@pytest.mark.parametrize("settled", [False, True], ids=["while it is held", "after it was delivered"])
def test_an_edit_after_somebody_elses_approval_is_kept_in_the_thread(settled: bool) -> None:
    """Two people answering: the later text is not sent, not lost, and its author is told."""
    story = play(*asked())
    opened = story.case.version
    play((1, approve(LIN)), *(((2, delivered()),) if settled else ()), story=story)
    play((3, edit(BEN, WORDS, opened)), story=story)

    assert len(story.effects(SendReply)) == 1
    assert story.told == [(BEN, "already_approved")]
    assert story.lines[-1] == "edit_too_late"
    assert WORDS in story.texts.values()


def test_an_edit_of_a_version_that_moved_on_is_kept_in_the_thread() -> None:
    """The buyer wrote while somebody typed."""
    story = play(*asked())
    opened = story.case.version
    play((1, wrote("¿Hola?")), (2, edit(BEN, WORDS, opened)), story=story)

    assert not story.outbox
    assert (story.told, story.lines[-1]) == ([(BEN, "changed_meanwhile")], "edit_too_late")
    assert WORDS in story.texts.values()


def test_a_correction_can_be_written_after_the_answer() -> None:
    """On the fresh card of an answered case a person may write once more."""
    story = play(*answered(LIN), (60, edit(BEN, WORDS)))

    assert story.queued[1:] == [WORDS]
    play((62, delivered()), story=story)
    assert story.case.status is Status.WAITING


def test_a_declined_draft_is_withdrawn() -> None:
    """The person who declines owns the case now; the reason stands in the thread."""
    story = play(*asked((1, decline(LIN))))

    assert story.case.proposal is None
    assert (story.case.owner, story.lines[-1]) == (LIN, "declined")
    assert story.case.status is Status.OPEN
    play((2, edit(LIN, WORDS)), story=story)
    assert story.queued == [WORDS]


def test_a_held_reply_cannot_be_declined_only_undone() -> None:
    """Whoever declines what was just approved is told who approved it."""
    story = play(*asked((1, approve(LIN)), (1.1, decline(BEN)), (1.2, no_reply(BEN))))

    assert story.told == [(BEN, "already_approved")] * 2
    assert story.proposal.state is ProposalState.HELD


def test_no_reply_needed_stops_the_clock_with_the_reason() -> None:
    """It is an answer too, by a named person; the case waits quietly."""
    story = play(*asked((1, no_reply(LIN))))

    clock = story.clock(FIRST_ANSWER)
    assert (clock.state, clock.ended_why) == (DeadlineState.MET, "no reply needed")
    assert (story.case.proposal, story.case.unanswered, story.case.status) == (None, (), Status.WAITING)


def test_no_reply_may_be_needed_to_a_thank_you_that_was_not_read_yet() -> None:
    """The last answer on the card is an old one: it does not count as under way."""
    story = play(*answered(LIN), (60, wrote("Gracias")), (60.001, no_reply(LIN)))

    assert (story.told, story.case.unanswered) == ([], ())


def test_an_unreachable_buyer_gets_nothing_and_staff_are_told_why() -> None:
    """The held reply is taken back; a yes is answered; when the buyer is back it can be given."""
    story = play(*asked((1, approve(LIN)), (1.1, blocked()), (2, approve(LIN))))

    assert list(story.outbox.values()) == ["cancelled"]
    assert story.told == [(LIN, "buyer_unreachable")]
    play((3, wrote("He vuelto")), (4, approve(LIN)), story=story)
    assert story.case.unreachable is False
    assert list(story.outbox.values()) == ["cancelled", "held"]


def test_a_refused_reply_comes_back_with_its_reason_and_the_clock_still_runs() -> None:
    """A failed send answers nobody: the same text is one click away, and the limit stands."""
    story = play(*asked((1, approve(LIN)), (2, refused("message is too long"))))

    assert (story.proposal.state, story.proposal.outcome) == (ProposalState.REFUSED, "message is too long")
    assert story.clock(FIRST_ANSWER).state is DeadlineState.RUNNING
    assert story.case.status is Status.OPEN
    play((3, approve(BEN)), (4, delivered()), story=story)
    assert (story.case.unanswered, story.case.status) == ((), Status.WAITING)


def test_a_refused_text_of_a_person_answers_what_came_in_since() -> None:
    """It is approved again with the newer message on the card."""
    story = play(*asked((1, edit(LIN, WORDS)), (2, refused()), (3, wrote("¿Hola?")), (3.1, read())))
    play((4, approve(LIN)), (5, delivered()), story=story)

    assert story.queued == [WORDS, WORDS]
    assert story.case.unanswered == ()


def test_a_refusal_because_the_buyer_is_gone_is_remembered() -> None:
    """Nothing more is tried there, not even a receipt."""
    story = play(*asked((1, approve(LIN)), (2, refused("bot was blocked by the user", unreachable=True))))
    receipts = len(story.effects(SendAutomatic))
    play((30, approve(BEN)), (31, read()), story=story)

    assert (story.case.unreachable, story.told) == (True, [(BEN, "buyer_unreachable")])
    assert len(story.effects(SendAutomatic)) == receipts


def test_photos_are_known_however_they_came() -> None:
    """What was sent must never be asked for again."""
    story = play((0, wrote("Roto", PHOTO)), (0.1, read()))

    assert story.case.fact("photos") == "some"


def test_the_owner_is_the_first_who_decides() -> None:
    """Later helpers do not take the case away."""
    story = play(*asked((1, edit(BEN, WORDS, send=False)), (2, approve(LIN)), (2.1, undo(ADA))))

    assert (story.case.owner, story.case.last_decided_by) == (BEN, LIN)
